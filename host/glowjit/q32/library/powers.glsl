// Exponentials and logarithms. Needs EXP2_* and LOG2 of tables.glsl.

// 2^f, Q31, f Q32 in [0, 1).
uint exp2_unit(uint f) {
    f >>= 2;
    uint sum = mulhu(EXP2_5, f) + EXP2_4;
    sum = mulhu(sum, f) + EXP2_3;
    sum = mulhu(sum, f) + EXP2_2;
    sum = mulhu(sum, f) + EXP2_1;
    return (mulhu(sum, f) + EXP2_0) << 2;
}

// 2^(whole + f); too large a result saturates.
int exp2_split(int whole, uint f) {
    int shift = 14 - whole;
    if (uint(shift) > 31u) return shift < 0 ? LARGEST : 0;
    return rounded(exp2_unit(f), uint(shift));
}

int q_exp2(int x) {
    return exp2_split(x >> 16, uint(x) << 16);
}

// 2^x where `low` has another 32 bits of x.
int q_exp2_long(int x, int low) {
    return exp2_split(x >> 16, (uint(x) << 16) | (uint(low) >> 16));
}

// log2 of a Q16 number, Q27; x is not 0.
int log2_long(uint x) {
    int exponent = 15;
    normalize(x, exponent);
    uvec4 row = LOG2[x << 1 >> 27];
    uint u = x << 6;
    return (exponent << 27) + int(row.x + mulhu(u, row.y - mulhu(u, row.z)));
}

// The smallest word for x <= 0.
int q_log2(int x) {
    if (x <= 0) return ~LARGEST;
    return (log2_long(uint(x)) + 0x400) >> 11;
}

int log_unsigned(uint x) {
    return (mulhsu(log2_long(x), 0xB17217F8u) + 0x400) >> 11;  // ln 2, Q32
}

int q_log(int x) {
    if (x <= 0) return ~LARGEST;
    return log_unsigned(uint(x));
}

// 2^(y log2 x). pow(x, 0) is 1 for every x; a negative base gives 0; pow(0, y) is 0, or the largest word for y < 0.
int q_pow(int x, int y) {
    if (x <= 0) return y == 0 ? ONE : x == 0 && y < 0 ? LARGEST : 0;
    int high, low;
    imulExtended(log2_long(uint(x)), y, high, low);  // Q43
    return exp2_split(high >> 11, (uint(high) << 21) | (uint(low) >> 11));
}

// x^n for whole n, y = n in Q16, where `power` is right if 0 <= x <= 1: a 32-bit fraction.
int q_pow_whole(int x, int y, int power) {
    if (uint(x) > uint(ONE)) return q_pow(x, y);
    return rounded(uint(power), 15u);
}
