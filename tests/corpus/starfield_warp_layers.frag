// Stars that fly by: six layers of cells, each with a depth that cycles.
float rnd(float n) { return fract(sin(n * 78.233) * 43758.5453); }
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 uv = (fragCoord - 0.5 * iResolution.xy) / iResolution.y;
    vec3 col = vec3(0);
    for (int i = 0; i < 40; i++) {
        float fi = float(i), a = rnd(fi) * 6.2831, r = sqrt(rnd(fi + 100.0));
        float z = fract(rnd(fi + 200.0) - 0.2 * iTime);
        vec2 p = r * vec2(cos(a), sin(a)) / (0.1 + z);
        float d = length(uv - p), s = (1.0 - z) * (1.0 - z);
        col += s * 0.002 / (d * d + 0.0008) * (0.6 + 0.4 * cos(fi + vec3(0, 1, 2)));
    }
    fragColor = vec4(1.0 - exp(-col), 1.0);
}
