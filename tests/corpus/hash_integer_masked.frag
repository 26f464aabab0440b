// The old integer noise: a polynomial, a mask, and a division by 2^30.
float noise1(int n) {
    n = (n << 13) ^ n;
    n = (n * (n * n * 15731 + 789221) + 1376312589) & 0x7fffffff;
    return 1.0 - float(n) / 1073741824.0;
}
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    ivec2 c = ivec2(fragCoord) / 3;
    float v = noise1(c.x + c.y * 57 + int(iTime) * 131);
    fragColor = vec4(0.5 + 0.5 * v, 0.5 - 0.5 * v, abs(v), 1.0);
}
