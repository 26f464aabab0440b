// Bits of words, and the parts of numbers.

int q_bitcount(int x) {
    uint n = uint(x);
    n -= (n >> 1) & 0x55555555u;
    n = (n & 0x33333333u) + ((n >> 2) & 0x33333333u);
    n = (n + (n >> 4)) & 0x0F0F0F0Fu;
    return int((n * 0x01010101u) >> 24);
}

int q_bitreverse(int x) {
    uint n = uint(x);
    n = ((n >> 1) & 0x55555555u) | ((n & 0x55555555u) << 1);
    n = ((n >> 2) & 0x33333333u) | ((n & 0x33333333u) << 2);
    n = ((n >> 4) & 0x0F0F0F0Fu) | ((n & 0x0F0F0F0Fu) << 4);
    n = ((n >> 8) & 0x00FF00FFu) | ((n & 0x00FF00FFu) << 8);
    return int((n >> 16) | (n << 16));
}

// The number of the highest bit that is set, -1 if there is none.
int q_findmsbu(int x) {
    if (x == 0) return -1;
    uint n = uint(x);
    int place = 31;
    normalize(n, place);
    return place;
}

// The highest bit that differs from the sign.
int q_findmsb(int x) {
    return q_findmsbu(x ^ (x >> 31));
}

int q_findlsb(int x) {
    return q_findmsbu(x & -x);
}

// x * 2^exponent: wraps upwards, rounds to nearest downwards.
int q_ldexp(int x, int exponent) {
    if (exponent >= 0) return exponent > 31 ? 0 : x << exponent;
    return exponent < -32 ? 0 : ((x >> (-1 - exponent)) + 1) >> 1;
}

// x = result * 2^exponent, 1/2 <= |result| < 1 (truncated to 16 bits); 0 for 0.
int q_frexp(int x, out int exponent) {
    exponent = 0;
    if (x == 0) return 0;
    int sign = x >> 31;
    uint m = uint(with_sign(x, sign));
    exponent = 16;
    normalize(m, exponent);
    return with_sign(int(m >> 16), sign);
}

// The bits of the IEEE single nearest to x, ties to even.
int q_bits(int x) {
    if (x == 0) return 0;
    uint m = uint(with_sign(x, x >> 31));
    int exponent = 141;
    normalize(m, exponent);
    uint kept = m >> 8;
    kept += ((m & 0xFFu) + (kept & 1u) + 0x7Fu) >> 8;
    return (x & ~LARGEST) | int((uint(exponent) << 23) + kept);
}

// The word nearest to an IEEE single; saturates, infinities too; NaN is 0.
int q_from_bits(int x) {
    int sign = x >> 31;
    uint exponent = (uint(x) >> 23) & 0xFFu;
    uint m = uint(x) & 0x7FFFFFu;
    if (exponent == 255u && m != 0u) return 0;
    if (exponent >= 142u) return LARGEST ^ sign;
    if (exponent < 109u) return 0;
    m |= 0x800000u;
    uint word = exponent >= 134u ? m << (exponent - 134u) : uint(rounded(m, 133u - exponent));
    return with_sign(int(word), sign);
}
