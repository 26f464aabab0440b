// A row automaton without memory: each pixel runs the rule on a window of bits, a word wide.
uint hash(uint x) { x ^= x >> 16; x *= 0x7feb352du; x ^= x >> 15; x *= 0x846ca68bu; x ^= x >> 16; return x; }
uint nextRow(uint w, int rule) {
    uint l = w << 1, r = w >> 1, n = 0u;
    for (int k = 0; k < 8; k++) {
        if (((rule >> k) & 1) == 0) continue;
        uint m = ((k & 4) != 0 ? l : ~l) & ((k & 2) != 0 ? w : ~w) & ((k & 1) != 0 ? r : ~r);
        n |= m;
    }
    return n;
}
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    ivec2 c = ivec2(fragCoord * 32.0 / iResolution.y);
    uint w = hash(uint(c.x / 16) + 7u * uint(iTime));
    int rule = c.x < 16 ? 110 : c.x < 32 ? 30 : 90;
    for (int i = 0; i < 31 - c.y && i < 16; i++) w = nextRow(w, rule);
    bool on = ((w >> uint(8 + (c.x & 15))) & 1u) == 1u;
    fragColor = on ? vec4(0.9, 0.8, 0.3, 1) : vec4(0.1, 0.1, 0.2, 1);
}
