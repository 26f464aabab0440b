// Q16.16 for the C twins of the example shaders: the same arithmetic as glowjit's math library, written by hand, so that
// clang -O2 can be the yardstick for the code that glowjit generates. Errors: sin 0.6 ulp, sqrt 0.63, inversesqrt 0.51.
#pragma once
#include <stdint.h>

typedef int32_t q32;
#define Q(x) ((q32)((x) * 65536.0 + ((x) >= 0 ? 0.5 : -0.5)))
#define INLINE static inline __attribute__((always_inline))
#define CALLED static __attribute__((const))  // clang decides what to inline, and may hoist what it calls

enum { DEST, PITCH, X, Y, WIDTH, HEIGHT, FRAME_HEIGHT, FUEL, STOP_X, STOP_Y, UNIFORMS = 12 };

INLINE q32 mul(q32 a, q32 b) { return (q32)(((int64_t)a * b) >> 16); }
INLINE q32 mulh(q32 a, q32 b) { return (q32)(((int64_t)a * b) >> 32); }
INLINE uint32_t mulhu(uint32_t a, uint32_t b) { return (uint32_t)(((uint64_t)a * b) >> 32); }
INLINE q32 mulhsu(q32 a, uint32_t b) { return (q32)(((int64_t)a * (int64_t)(uint64_t)b) >> 32); }
INLINE q32 scale(q32 a, double c) { return mulhsu(a, (uint32_t)(c * 4294967296.0 + 0.5)); }  // a * c, 0 <= c < 1
INLINE q32 floor_(q32 x) { return x & ~0xffff; }
INLINE q32 fract(q32 x) { return x & 0xffff; }
INLINE q32 min_(q32 a, q32 b) { return a < b ? a : b; }
INLINE q32 max_(q32 a, q32 b) { return a > b ? a : b; }
INLINE q32 abs_(q32 x) { return x < 0 ? -x : x; }
INLINE q32 clamp01(q32 x) { return min_(max_(x, 0), 65536); }
INLINE q32 mix(q32 a, q32 b, q32 t) { return a + mul(b - a, t); }

// Phase in 32-bit turns, folded to a quarter wave; odd minimax polynomial of degree 7.
INLINE q32 sin_phase(uint32_t p) {
    q32 z = (q32)(p ^ ((uint32_t)((int32_t)(p ^ (p << 1)) >> 31) >> 1));
    q32 w = mulh(z, z);
    q32 r = mulh(-1191072060, w) + 1364671640;
    r = mulh(r, w) - 693522166;
    r = mulh(r, w) + 105414000;
    return (mulh(r, z) + 128) >> 8;
}
INLINE uint32_t phase(q32 x) { return (uint32_t)x * 10430u + (uint32_t)mulhsu(x, 1625002897u); }
CALLED q32 sin_(q32 x) { return sin_phase(phase(x)); }
CALLED q32 cos_(q32 x) { return sin_phase(phase(x) + 0x40000000u); }

INLINE int clz(uint32_t x) {
    int n = 0;
    if (x < 0x10000) n = 16, x <<= 16;
    if (x < 0x1000000) n += 8, x <<= 8;
    if (x < 0x10000000) n += 4, x <<= 4;
    if (x < 0x40000000) n += 2, x <<= 2;
    return n + (x < 0x80000000u);
}

// 2^46 / sqrt(m) for m in [2^30, 2^32): a seed from the leading bits, two Newton steps.
static const uint32_t rsqrt_seed[96] = {
    0x7F02F623, 0x7D19FCA0, 0x7B466DD8, 0x7986C4E4, 0x77D9A26E, 0x763DC824, 0x74B214D4, 0x73358118,
    0x71C71C72, 0x70660ACC, 0x6F11824C, 0x6DC8C96E, 0x6C8B355B, 0x6B582874, 0x6A2F1107, 0x690F682B,
    0x67F8B0C5, 0x66EA769B, 0x65E44D8C, 0x64E5D0DA, 0x63EEA287, 0x62FE6AC2, 0x6214D764, 0x61319B7C,
    0x60546EE2, 0x5F7D0DD6, 0x5EAB38AC, 0x5DDEB37A, 0x5D1745D1, 0x5C54BA7D, 0x5B96DF46, 0x5ADD84BB,
    0x5A287E03, 0x5977A0AC, 0x58CAC480, 0x5821C364, 0x577C7930, 0x56DAC38E, 0x563C81E0, 0x55A19522,
    0x5509DFD0, 0x547545D0, 0x53E3AC5B, 0x5354F9E7, 0x52C91618, 0x523FE9AC, 0x51B95E6B, 0x51355F1A,
    0x50B3D768, 0x5034B3E7, 0x4FB7E1FA, 0x4F3D4FCF, 0x4EC4EC4F, 0x4E4EA718, 0x4DDA7073, 0x4D683948,
    0x4CF7F31B, 0x4C899000, 0x4C1D0294, 0x4BB23DF9, 0x4B4935CF, 0x4AE1DE2A, 0x4A7C2B93, 0x4A1812FA,
    0x49B589BB, 0x49548592, 0x48F4FC97, 0x4896E53D, 0x483A364D, 0x47DEE6E1, 0x4784EE60, 0x472C447C,
    0x46D4E130, 0x467EBCBA, 0x4629CF98, 0x45D6128A, 0x45837E88, 0x45320CC8, 0x44E1B6B4, 0x449275ED,
    0x44444444, 0x43F71BBF, 0x43AAF68F, 0x435FCF15, 0x43159FDC, 0x42CC6398, 0x42841527, 0x423CAF8D,
    0x41F62DF2, 0x41B08BA2, 0x416BC40D, 0x4127D2C3, 0x40E4B374, 0x40A261EF, 0x4060DA22, 0x40201814,
};
INLINE uint32_t rsqrt_normal(uint32_t m) {
    uint32_t y = rsqrt_seed[(m >> 25) - 32];
    y = mulhu(y, (3u << 28) - mulhu(mulhu(y, y), m)) << 3;
    return mulhu(y, (3u << 28) - mulhu(mulhu(y, y), m)) << 3;
}
CALLED q32 sqrt_(q32 x) {
    if (x <= 0) return 0;
    int n = clz((uint32_t)x) & ~1;
    uint32_t m = (uint32_t)x << n, s = mulhu(m, rsqrt_normal(m));
    return (q32)((s + (1u << (5 + (n >> 1)))) >> (6 + (n >> 1)));
}
INLINE q32 sqrt64(uint64_t v) {
    if (!v) return 0;
    uint32_t hi = (uint32_t)(v >> 32), m;
    int shift;
    if (hi) {
        int n = clz(hi) & ~1;
        m = (uint32_t)((v << n) >> 32), shift = 32 - n;
    } else {
        int n = clz((uint32_t)v) & ~1;
        m = (uint32_t)v << n, shift = -n;
    }
    uint32_t s = mulhu(m, rsqrt_normal(m));
    int down = 14 - shift / 2;
    return (q32)(down <= 0 ? s << -down : (s + (1u << (down - 1))) >> down);
}
CALLED q32 length2(q32 x, q32 y) { return sqrt64((uint64_t)((int64_t)x * x) + (uint64_t)((int64_t)y * y)); }
CALLED q32 length3(q32 x, q32 y, q32 z) {
    return sqrt64((uint64_t)((int64_t)x * x) + (uint64_t)((int64_t)y * y) + (uint64_t)((int64_t)z * z));
}
typedef struct { q32 x, y, z; } vec3;
CALLED vec3 normalize3(q32 x, q32 y, q32 z) {
    uint32_t big = (uint32_t)abs_(x) | (uint32_t)abs_(y) | (uint32_t)abs_(z);
    if (!big) return (vec3){0, 0, 0};
    int n = clz(big) - 2;
    if (n >= 0) x <<= n, y <<= n, z <<= n;
    else x >>= -n, y >>= -n, z >>= -n;
    uint32_t m = ((uint32_t)mulh(x, x) + (uint32_t)mulh(y, y) + (uint32_t)mulh(z, z)) << 2;
    int k = 0;
    while (m < (1u << 30)) m <<= 2, k++;
    q32 r = (q32)rsqrt_normal(m);
    int down = 13 - k, half = 1 << (down - 1);
    return (vec3){(mulh(x, r) + half) >> down, (mulh(y, r) + half) >> down, (mulh(z, r) + half) >> down};
}
// Truncating quotient: one division while the numerator is below one, two while the divisor is.
CALLED q32 div(q32 a, q32 b) {
    if (!b) return a ? (a >> 31) ^ 0x7fffffff : 0;
    uint32_t n = (uint32_t)abs_(a), d = (uint32_t)abs_(b), r;
    if (n < 0x10000) {
        r = (n << 16) / d;
    } else {
        uint32_t high = n / d, rest = n - high * d;
        if (d < 0x10000) {
            r = (high << 16) + (rest << 16) / d;
        } else if (d < 0x1000000) {
            uint32_t t = rest << 8, middle = t / d;
            r = (high << 16) + (middle << 8) + ((t - middle * d) << 8) / d;
        } else {
            r = high;
            for (int i = 0; i < 16; i++) {
                rest <<= 1, r <<= 1;
                if (rest >= d) rest -= d, r |= 1;
            }
        }
    }
    return (a ^ b) < 0 ? -(q32)r : (q32)r;
}
INLINE q32 smooth(q32 t) { return mul(mul(t, t), 3 * 65536 - 2 * t); }
