// Worley noise in three metrics at once: F1 in red, F2 - F1 in green, Manhattan in blue.
vec2 rnd2(vec2 p) { p = vec2(dot(p, vec2(127.1, 311.7)), dot(p, vec2(269.5, 183.3))); return fract(sin(p) * 18.5453); }
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 uv = 5. * fragCoord.xy / min(iResolution.x, iResolution.y), i = floor(uv), f = fract(uv);
    float f1 = 9., f2 = 9., m = 9.;
    for (int y = -1; y <= 1; y++) for (int x = -1; x <= 1; x++) {
        vec2 g = vec2(x, y), o = .5 + .4 * sin(iTime + 6.2831 * rnd2(i + g)), d = g + o - f;
        float l = length(d);
        if (l < f1) { f2 = f1; f1 = l; } else f2 = min(f2, l);
        m = min(m, abs(d.x) + abs(d.y));
    }
    fragColor = vec4(f1, f2 - f1, m, 1.);
}
