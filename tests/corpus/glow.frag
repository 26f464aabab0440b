// Lights that fall off with the inverse square.
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 p = (2.0 * fragCoord - iResolution.xy) / iResolution.y;
    vec3 sum = vec3(0.0);
    for (int i = 0; i < 6; i++) {
        float a = float(i) * 1.047 + iTime;
        vec2 d = p - 0.6 * vec2(cos(a), sin(1.3 * a));
        sum += 0.004 / dot(d, d) * (0.5 + 0.5 * cos(a + vec3(0, 2, 4)));
    }
    fragColor = vec4(1.0 - exp(-2.0 * sum), 1.0);
}
