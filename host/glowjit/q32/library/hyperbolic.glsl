// Hyperbolic functions and their inverses, from powers.glsl.

// e^x = 2^whole times 2^result, Q32; x >= 0.
uint exp_parts(int x, out int whole) {
    uint low = uint(x) * 0x71547653u;  // log2 e - 1, Q32
    int high = x + int(mulhu(uint(x), 0x71547653u));
    whole = high >> 16;
    return (uint(high) << 16) | (low >> 16);
}

// e^x / 2 and e^-x / 2, x >= 0; false if the first is out of range.
bool exp_halves(int x, out int grown, out int shrunk) {
    grown = LARGEST;
    shrunk = 0;
    if (uint(x) >= 0xB1722u) return false;  // 16 ln 2
    int whole;
    uint m = fine_exp2_unit(exp_parts(x, whole));
    grown = rounded(m, uint(15 - whole));
    shrunk = rounded(ratio24(0x800000u, m >> 8), uint(8 + whole));
    return true;
}

int q_sinh(int x) {
    int sign = x >> 31;
    int grown, shrunk;
    if (!exp_halves(with_sign(x, sign), grown, shrunk)) return LARGEST ^ sign;
    return with_sign(grown - shrunk, sign);
}

int q_cosh(int x) {
    int grown, shrunk;
    if (!exp_halves(with_sign(x, x >> 31), grown, shrunk)) return LARGEST;
    return grown + shrunk;
}

// (e^2x - 1) / (e^2x + 1); from 8 on it is 1.
int q_tanh(int x) {
    int sign = x >> 31;
    int size = with_sign(x, sign);
    if (uint(size) >= 0x80000u) return with_sign(ONE, sign);
    int whole;
    uint m = exp2_unit(exp_parts(size << 1, whole));
    m >>= 1;
    uint one = 0x40000000u >> uint(whole);
    uint large = (m + one) >> 8;
    return with_sign(int(fraction16(((m - one) >> 8) + (large >> 17), large)), sign);
}

// ln(x + y), x + y > 0; up to 65536 less 2^-4, where log2_long ends.
int log_of_sum(int x, int y) {
    return log_unsigned(min(uint(x) + uint(y), 0xFFFFF000u));
}

// ln(x + sqrt(x^2 + 1))
int q_asinh(int x) {
    int sign = x >> 31;
    int size = with_sign(x, sign);
    return with_sign(log_of_sum(size, q_length2(size, ONE)), sign);
}

// ln(x + sqrt(x^2 - 1)); 0 below 1.
int q_acosh(int x) {
    if (x <= ONE) return 0;
    int high, low;
    imulExtended(x, x, high, low);
    return log_of_sum(x, sqrt_long(uint(high - 1), uint(low)));
}

// ln((1 + x) / (1 - x)) / 2; the largest word of x's sign from 1 on.
int q_atanh(int x) {
    if (x >= ONE || x <= -ONE) return LARGEST ^ (x >> 31);
    int half_log2 = (log2_long(uint(ONE + x)) >> 1) - (log2_long(uint(ONE - x)) >> 1);
    return (mulhsu(half_log2, 0xB17217F8u) + 0x400) >> 11;
}
