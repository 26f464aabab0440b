// Gabor noise: sparse kernels in cells, each of its own direction.
float h(inout uint s) { s = s * 1664525u + 1013904223u; return float(s) / 4294967295.0; }
float cell(ivec2 c, vec2 f) {
    uint s = uint(c.x) * 73856093u ^ uint(c.y) * 19349663u;
    s = s * 747796405u + 1u;
    float sum = 0.0;
    for (int k = 0; k < 3; k++) {
        vec2 d = f - vec2(h(s), h(s));
        float w = h(s) * 2.0 - 1.0, a = 0.8 + 0.6 * h(s);
        sum += w * exp(-3.1416 * dot(d, d) * 1.3) * cos(6.2832 * 2.0 * (d.x * cos(a) + d.y * sin(a)) + iTime);
    }
    return sum;
}
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 p = 6.0 * fragCoord / iResolution.y;
    ivec2 c = ivec2(floor(p));
    vec2 f = fract(p);
    float v = 0.0;
    for (int j = -1; j <= 1; j++) for (int i = -1; i <= 1; i++) v += cell(c + ivec2(i, j), f - vec2(i, j));
    fragColor = vec4(vec3(0.5 + 0.3 * v), 1.0);
}
