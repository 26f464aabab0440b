// An iterated function system run backwards: sinusoidal, swirl and spherical variations, coloured by visits.
vec2 swirl(vec2 p) { float r = dot(p, p); return vec2(p.x * sin(r) - p.y * cos(r), p.x * cos(r) + p.y * sin(r)); }
vec2 spherical(vec2 p) { return p / (dot(p, p) + 0.05); }
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 p = 2.0 * (2.0 * fragCoord - iResolution.xy) / iResolution.y;
    vec3 acc = vec3(0);
    for (int i = 0; i < 6; i++) {
        p = mix(swirl(p), spherical(p), 0.5 + 0.4 * sin(iTime * 0.3)) + vec2(0.4, -0.2);
        p = sin(p * 1.2);
        acc += vec3(exp(-3.0 * abs(p.x)), exp(-3.0 * abs(p.y)), exp(-4.0 * dot(p, p)));
    }
    fragColor = vec4(acc / 4.0, 1.0);
}
