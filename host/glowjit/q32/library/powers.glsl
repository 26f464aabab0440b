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

// 2^whole times 2^f to 13 bits, with 30 - `top` fraction bits; rounded down.
int exp2_split_13(int whole, uint f, int top) {
    int shift = top - whole;
    if (uint(shift) > 31u) return shift < 0 ? LARGEST : 0;
    return int(mulhu(mulhu(mulhu(EXP2_13_3, f) + EXP2_13_2, f) + EXP2_13_1, f) + EXP2_13_0 >> uint(shift));
}

int q_exp2_13(int x, int top) {
    return exp2_split_13(x >> 16, uint(x) << 16, top);
}

int q_exp2(int x) {
    return exp2_split(x >> 16, uint(x) << 16);
}

// 2^x where `low` has another 32 bits of x.
int q_exp2_long(int x, int low) {
    return exp2_split(x >> 16, (uint(x) << 16) | (uint(low) >> 16));
}

// The same to 2^-30 of the result.
uint fine_exp2_unit(uint f) {
    uint g = f >> 2;
    uint sum = mulhu(FINE_EXP2_7, g) + FINE_EXP2_6;
    sum = mulhu(sum, g) + FINE_EXP2_5;
    sum = mulhu(sum, g) + FINE_EXP2_4;
    sum = mulhu(sum, g) + FINE_EXP2_3;
    sum = mulhu(sum, g) + FINE_EXP2_2;
    sum = mulhu(sum, g) + FINE_EXP2_1;
    return 0x80000000u + min(mulhu(sum, f), 0x7FFFFFFDu);  // `rounded` adds 1
}

int fine_exp2_split(int whole, uint f) {
    int shift = 14 - whole;
    if (uint(shift) > 31u) return shift < 0 ? LARGEST : 0;
    return rounded(fine_exp2_unit(f), uint(shift));
}

// 2^x to the last bits, where `low` has another 32 bits of x.
int q_exp2_fine(int x, int low) {
    return fine_exp2_split(x >> 16, (uint(x) << 16) | (uint(low) >> 16));
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

// log2 of a Q16 number to 2^-30: Q27, and 32 bits more. What 2^log2 of the coarse one lacks of x, in proportion, is what
// the logarithm lacks.
int fine_log2(uint x, out uint low) {
    int high = log2_long(x);
    int exponent = 0;
    normalize(x, exponent);
    uint f = uint(high - (15 + exponent << 27));
    uint near = fine_exp2_unit(min(f, 0x7FFFFFFu) << 5);
    int lacks = int(x - near);
    int sign = lacks >> 31;
    uint part = ratio24(uint(with_sign(lacks, sign)) << 11, near >> 8);  // Q43
    int more = mulhsu(with_sign(int(part), sign), 0xB8AA3B29u);  // log2 e / 2, Q32
    low = uint(more) << 17;
    return min(high, (16 + exponent << 27) - 1) + (more >> 15);
}

// log2(x) and ln(x), Q26.
int q_log2_fine(int x) {
    if (x <= 0) return ~LARGEST;
    uint low;
    return fine_log2(uint(x), low) >> 1;
}

int q_log_fine(int x) {
    if (x <= 0) return ~LARGEST;
    uint low;
    return mulhsu(fine_log2(uint(x), low), 0xB17217F8u) >> 1;
}

// x^y for x <= 0, where `power` is |x|^y: pow(0, 0) is 1, pow(0, y) is 0, or the largest word for y < 0; a negative base
// has whole powers, others are 0.
int power_below(int x, int y, int power) {
    if (x == 0) return y == 0 ? ONE : y < 0 ? LARGEST : 0;
    return (y & 0xFFFF) != 0 ? 0 : with_sign(power, -((y >> 16) & 1));
}

// 2^(y log2 |x|).
int q_pow(int x, int y) {
    int high, low;
    imulExtended(log2_long(uint(with_sign(x, x >> 31))), y, high, low);  // Q43
    int power = exp2_split(high >> 11, (uint(high) << 21) | (uint(low) >> 11));
    return x > 0 ? power : power_below(x, y, power);
}

// x^y to 13 bits for 0 < y < 16, y Q27; 0 for x <= 0. The result has 30 - `top` fraction bits.
int q_pow_13(int x, int y, int top) {
    if (x <= 0) return 0;
    int octaves = mulh(log2_long(uint(x)), y);  // Q22
    return exp2_split_13(octaves >> 22, uint(octaves) << 10, top);
}

// The same to 2^-30 y of the result.
int q_pow_fine(int x, int y) {
    if (x == 0) return power_below(x, y, 0);
    uint more;
    int high, low;
    imulExtended(fine_log2(uint(with_sign(x, x >> 31)), more), y, high, low);  // Q43
    int carried = mulhsu(y, more);
    uint sum = uint(low) + uint(carried);
    high += (carried >> 31) + int(sum < uint(low));
    int power = fine_exp2_split(high >> 11, (uint(high) << 21) | (sum >> 11));
    return x > 0 ? power : power_below(x, y, power);
}

// x^n for whole n, y = n in Q16, where `power` is right if 0 <= x <= 1: a 32-bit fraction.
int q_pow_whole(int x, int y, int power) {
    if (uint(x) > uint(ONE)) return q_pow(x, y);
    return rounded(uint(power), 15u);
}

int q_pow_whole_fine(int x, int y, int power) {
    if (uint(x) > uint(ONE)) return q_pow_fine(x, y);
    return rounded(uint(power), 15u);
}
