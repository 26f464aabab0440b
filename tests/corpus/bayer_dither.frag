// Ordered dithering by a recursive Bayer matrix: sixteen levels of two inks.
float bayer2(vec2 a) { a = floor(a); return fract(a.x / 2. + a.y * a.y * .75); }
#define bayer4(a) (bayer2(.5 * (a)) * .25 + bayer2(a))
#define bayer8(a) (bayer4(.5 * (a)) * .25 + bayer2(a))
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 uv = fragCoord / iResolution.xy;
    float g = 0.5 + 0.5 * sin(5.0 * length(uv - 0.5) * 3.0 - iTime);
    float v = step(bayer8(fragCoord), g);
    fragColor = vec4(mix(vec3(0.06, 0.22, 0.06), vec3(0.6, 0.74, 0.06), v), 1.0);
}
