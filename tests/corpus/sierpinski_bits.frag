// Sierpinski's triangle by x & y, and the Thue-Morse sequence by parity, in integer coordinates.
int parity(int v) { v ^= v >> 16; v ^= v >> 8; v ^= v >> 4; v &= 0xf; return (0x6996 >> v) & 1; }
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    ivec2 p = ivec2(fragCoord * 128.0 / iResolution.y) + ivec2(int(iTime * 8.0), 0);
    float s = (p.x & p.y) == 0 ? 1.0 : 0.0;
    float t = float(parity(p.x ^ (p.y * 5)));
    float m = float((p.x ^ p.y) & 63) / 63.0;
    fragColor = vec4(s, 0.5 * t + 0.2, m, 1.0);
}
