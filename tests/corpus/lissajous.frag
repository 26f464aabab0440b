// A curve drawn as many points, the nearest of which counts.
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 p = (2.0 * fragCoord - iResolution.xy) / iResolution.y;
    float d2 = 1000.0;
    for (int i = 0; i < 40; i++) {
        float a = float(i) * 0.157;
        vec2 q = p - 0.8 * vec2(sin(3.0 * a + iTime), sin(2.0 * a));
        d2 = min(d2, dot(q, q));
    }
    fragColor = vec4(vec3(0.2, 0.9, 0.5) * 0.02 / (sqrt(d2) + 0.01), 1.0);
}
