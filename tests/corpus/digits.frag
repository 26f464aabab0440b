// Numbers from bit masks of three by five.
float digit(int n, vec2 p) {
    int mask = 0x75557;
    if (n == 1) mask = 0x22222; if (n == 2) mask = 0x74717; if (n == 3) mask = 0x74647; if (n == 4) mask = 0x44755;
    if (n == 5) mask = 0x74717; if (n == 6) mask = 0x75711; if (n == 7) mask = 0x44447; if (n == 8) mask = 0x75757; if (n == 9) mask = 0x44757;
    ivec2 c = ivec2(floor(p));
    if (c.x < 0 || c.x > 2 || c.y < 0 || c.y > 4) return 0.0;
    return float((mask >> (4 * c.y + c.x)) & 1);
}
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 p = fragCoord / iResolution.y * 9.0 - vec2(0.5, 2.0);
    float value = iTime * 137.0 + 12345.0, v = 0.0;
    for (int i = 0; i < 5; i++) {
        float place = pow(10.0, float(4 - i));
        v += digit(int(mod(value / place, 10.0)), p - vec2(2.2 * float(i), 0.0));
    }
    fragColor = vec4(v * vec3(0.2, 1.0, 0.4), 1.0);
}
