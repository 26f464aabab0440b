// Noise from the golden ratio and tan of a distance: a hash on purpose at the edge of precision.
const float PHI = 1.61803398874989484820459;
float gold(vec2 xy, float seed) { return fract(tan(distance(xy * PHI, xy) * seed) * xy.x); }
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 p = floor(fragCoord / 4.0) + 1.0;
    fragColor = vec4(gold(p, 1.1), gold(p, 1.2), gold(p, 1.3), 1.0);
}
