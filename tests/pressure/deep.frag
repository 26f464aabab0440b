// One expression of 256 leaves, each used once: the tree is balanced, so that half of them are wanted at once.
#define L(k) (p.x * (float(k) * 0.013 + 0.2) + p.y)
#define T2(k) (L(k) * L(k + 1) + 0.1)
#define T4(k) (T2(k) - T2(k + 2))
#define T8(k) (T4(k) * T4(k + 4) + p.x)
#define T16(k) (T8(k) - T8(k + 8) * 0.7)
#define T32(k) (T16(k) + T16(k + 16) * 0.9)
#define T64(k) (T32(k) * T32(k + 32) - p.y)
#define T128(k) (T64(k) + T64(k + 64))
#define T256(k) (T128(k) - T128(k + 128))

void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 p = fragCoord / iResolution.xy;
    fragColor = vec4(vec3(fract(T256(0))), 1.0);
}
