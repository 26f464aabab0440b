// Folds and scales: the kaleidoscopic way to a snowflake.
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 p = 1.3 * (2.0 * fragCoord - iResolution.xy) / iResolution.y;
    float scale = 1.0, a = 0.5236 + 0.1 * sin(iTime);
    vec2 n = vec2(cos(a), sin(a));
    for (int i = 0; i < 6; i++) {
        p = abs(p);
        p -= 2.0 * max(0.0, dot(p, n) - 0.3) * n;
        p = p * 1.6 - vec2(0.5, 0.2);
        scale *= 1.6;
    }
    fragColor = vec4(vec3(length(p) / scale * 4.0, exp(-4.0 * abs(p.x)), 0.4), 1.0);
}
