// Inverse trigonometry. Needs ATAN and ACOS_* of tables.glsl.

const int PI_29 = 1686629713;  // pi, Q29
const int HALF_PI_29 = 843314857;
const int PI_16 = 205887;
const int HALF_PI_16 = 102944;

// atan(t), Q29, t Q24 in 0..1.
int atan_unit(uint t) {
    t = (t - (t >> 24)) << 8;  // 1 becomes 1 - 2^-24
    uvec4 row = ATAN[t >> 27];
    uint u = t << 5;
    return int(row.x + mulhu(u, row.y - mulhu(u, row.z)));
}

// atan(|y| / x), Q29, to 20 bits; atan(0, 0) is 0.
int atan_of_size(int y, int x) {
    uint width = uint(with_sign(x, x >> 31));
    uint height = uint(with_sign(y, y >> 31));
    bool steep = height > width;
    uint small = steep ? width : height;
    uint large = steep ? height : width;
    if (large == 0u) return 0;
    if (large >= 0x1000000u) { small >>= 8; large >>= 8; }
    int angle = atan_unit(ratio24(small, large));
    if (steep) angle = HALF_PI_29 - angle;
    if (x < 0) angle = PI_29 - angle;
    return angle;
}

// atan(y / x) in the quadrant of (x, y), and to 20 bits, Q29.
int q_atan2(int y, int x) {
    return with_sign((atan_of_size(y, x) + 0x1000) >> 13, y >> 31);
}

int q_atan2_fine(int y, int x) {
    return with_sign(atan_of_size(y, x), y >> 31);
}

// asin(x) and acos(x) to 20 bits, Q29, x Q30, by the root of 1 - x^2.
int q_acos_fine(int x) {
    uint size = uint(with_sign(x, x >> 31));
    if (size >= 0x40000000u) return x < 0 ? PI_29 : 0;
    uint square = mulhu(size << 2, size << 2);
    return square == 0u ? HALF_PI_29 - (x >> 1) : q_atan2_fine(q_root(int(0u - square)), x);
}

int q_asin_fine(int x) {
    return HALF_PI_29 - q_acos_fine(x);
}

int q_atan_fine(int x) {
    return q_atan2_fine(x, ONE);
}

// atan(t) to 13 bits, Q25, and to 15, Q24; t Q30 in 0..1.
int atan_13(int t) {
    int sum = mulh(ATAN13_4, t) + ATAN13_3;
    sum = mulh(sum, t) + ATAN13_2;
    sum = mulh(sum, t) + ATAN13_1;
    return mulh(sum, t);
}

int atan_15(int t) {
    int sum = mulh(ATAN15_5, t) + ATAN15_4;
    sum = mulh(sum, t) + ATAN15_3;
    sum = mulh(sum, t) + ATAN15_2;
    sum = mulh(sum, t) + ATAN15_1;
    return mulh(sum, t);
}

// The smaller size of x and y over the larger, Q30; 0 / 0 is 0.
int size_ratio(int y, int x, out bool steep) {
    uint width = uint(with_sign(x, x >> 31));
    uint height = uint(with_sign(y, y >> 31));
    steep = height > width;
    uint small = steep ? width : height;
    uint large = steep ? height : width;
    return large == 0u ? 0 : int(fraction16(small, large) << 14);
}

int in_quadrant(int angle, int quarter, bool steep, int y, int x) {
    if (steep) angle = quarter - angle;
    if (x < 0) angle = 2 * quarter - angle;
    return with_sign(angle, y >> 31);
}

// atan(y / x) in the quadrant of (x, y), words of any one binary point, to 12 bits, Q25, and to 14, Q24.
int q_atan2_12(int y, int x) {
    bool steep;
    int t = size_ratio(y, x, steep);
    return in_quadrant(atan_13(t), HALF_PI_29 >> 4, steep, y, x);
}

int q_atan2_14(int y, int x) {
    bool steep;
    int t = size_ratio(y, x, steep);
    return in_quadrant(atan_15(t), HALF_PI_29 >> 5, steep, y, x);
}

int q_atan(int x) {
    uint size = uint(with_sign(x, x >> 31));
    int angle;
    if (size <= uint(ONE)) angle = atan_unit(size << 8);
    else if (size < 0x1000000u) angle = HALF_PI_29 - atan_unit(ratio24(uint(ONE), size));
    else angle = HALF_PI_29 - atan_unit(ratio24(uint(ONE) >> 8, size >> 8));
    return with_sign((angle + 0x1000) >> 13, x >> 31);
}

// sqrt(1 - |x|) times a polynomial; outside -1..1 as at its ends. Abramowitz and Stegun 4.4.46.
int q_acos(int x) {
    int size = with_sign(x, x >> 31);
    if (uint(size) >= uint(ONE)) return x < 0 ? PI_16 : 0;
    int t = size << 15;
    int sum = mulh(ACOS_5, t) + ACOS_4;
    sum = mulh(sum, t) + ACOS_3;
    sum = mulh(sum, t) + ACOS_2;
    sum = mulh(sum, t) + ACOS_1;
    sum = mulh(sum, t) + ACOS_0;
    uint m = uint(ONE - size);
    int pairs = 3;
    normalize_pairs(m, pairs);
    int angle = rounded(mulhu(uint(sum), sqrt_unit(m)), uint(pairs));
    return x < 0 ? PI_16 - angle : angle;
}

int q_asin(int x) {
    return HALF_PI_16 - q_acos(x);
}
