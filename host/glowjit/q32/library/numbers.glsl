// The rest of the functions of pairs: with these a function can be computed in nothing but pairs, of any magnitude.

// A significand that was rounded up to the next power of two.
void carry(inout int m, inout int e) {
    if (m == 0x40000000 || m == -0x40000000) { m >>= 1; e += 1; }
}

// m * 2^e for any m, rounded to nearest.
void q_pair_near(inout int m, inout int e) {
    int sign = m >> 31;
    uint size = uint(with_sign(m, sign));
    e += 2;
    normalize(size, e);
    m = with_sign(int((size >> 2) + ((size >> 1) & 1u)), sign);
    carry(m, e);
}

// Of numbers that cancel, both have a bit more: nothing is lost next to each other.
void q_pair_add_near(int a, int a_e, int b, int b_e, out int m, out int e) {
    if (a == 0) { m = b; e = b_e; return; }
    if (b == 0) { m = a; e = a_e; return; }
    int down = a_e - b_e;
    int up = int(uint(a ^ b) >> 31);
    e = max(a_e, b_e) - up;
    int lesser = (down < 0 ? a : b) << up;
    int by = min(abs(down), 31);
    if (by > 0) lesser = ((lesser >> (by - 1)) + 1) >> 1;
    m = ((down < 0 ? b : a) << up) + lesser;
    q_pair_near(m, e);
}

void q_pair_mul_near(int a, int a_e, int b, int b_e, out int m, out int e) {
    int high, low;
    imulExtended(a, b, high, low);
    e = a_e + b_e + 30;
    int up = uint(high + 0x8000000) < 0x10000000u ? 3 : 2;
    m = ((high << up) | int(uint(low) >> (32 - up))) + ((low >> (31 - up)) & 1);
    e = within(e + 2 - up);
    carry(m, e);
}

void q_pair_div_near(int a, int a_e, int b, int b_e, int reciprocal, out int m, out int e) {
    q_pair_div(a, a_e, b, b_e, reciprocal, m, e);
    if (b == 0) return;
    uint x = uint(with_sign(a, a >> 31));
    uint y = uint(with_sign(b, b >> 31));
    uint size = uint(with_sign(m, m >> 31));
    uint rest = (x << (x < y ? 30 : 29)) - size * y;
    if (2u * rest >= y) m += 1 | (m >> 31);
    carry(m, e);
}

// To three quarters of the last bit; the root of a square is exact.
void q_pair_sqrt_near(inout int m, inout int e) {
    uint size = even(max(m, 0), e);
    uint root = last_bits(clamp(sqrt_unit(size), 0x20000000u, 0x3FFFFFFFu) << 2, size, 0u);
    m = size == 0u ? 0 : int((root >> 2) + ((root >> 1) & 1u));
    e = (e >> 1) - 30;
    carry(m, e);
}

const uint TURNS[4] = uint[](0x28BE60DBu, 0x9391054Au, 0x7F09D5F4u, 0x7D4D3770u);  // 1 / 2 pi, Q128

// 32 bits of 1 / 2 pi from bit `at` behind the point on; beyond both ends they are 0.
uint turn_bits(int at) {
    int word = at >> 5;
    uint high = word >= 0 && word < 4 ? TURNS[word] : 0u;
    uint low = word >= -1 && word < 3 ? TURNS[word + 1] : 0u;
    int up = at & 31;
    return up == 0 ? high : (high << up) | (low >> (32 - up));
}

// The fraction of a turn that m * 2^e radians are, Q32.
int q_pair_turns(int m, int e) {
    int up = clamp(e, -256, 256) + 32;
    return m * int(turn_bits(up - 32)) + mulhsu(m, turn_bits(up));
}

// log2(m * 2^e): 26 bits behind the point, more near 1; of what is not positive the farthest number.
void q_pair_log2_wide(inout int m, inout int e) {
    if (m <= 0) { m = -0x20000000; e = FARTHEST; return; }
    uint low;
    int high = fine_log2_pair(m, e, low);
    if (uint(high + 0x800) < 0x1000u) { m = (high << 18) | int(low >> 14); e = -40; }
    else if (uint(high + 0x4000000) < 0x8000000u) { m = (high << 4) | int(low >> 28); e = -26; }
    else { m = high; e = -22; }
    q_pair(m, e);
}

// x^y: as 2^(y log2 |x|), with 54 bits of the logarithm.
void q_pair_pow_wide(int x, int x_e, int y, int y_e, out int m, out int e) {
    int shift = -10 - clamp(y_e, -FARTHEST, FARTHEST);
    if (shift > 20) { y >>= min(shift - 20, 31); shift = 20; }
    if (shift < 1) { y = LARGEST ^ (y >> 31); shift = 1; }
    q_pair_pow_fine(x, x_e, y, shift, m, e);
}

// To the nearest whole number, halves to the even one.
void q_pair_roundeven(inout int m, inout int e) {
    if (e >= 0) return;
    int down = min(-e, 31);
    if (down == 31) m = 0;
    else m = (m + (1 << (down - 1)) - 1 + ((m >> down) & 1)) >> down;
    e = 0;
    q_pair(m, e);
}

// The bits of the IEEE single nearest to m * 2^e, ties to even; what is too small for one is 0.
int q_pair_to_bits(int m, int e) {
    if (m == 0 || e < -155) return 0;
    uint size = uint(with_sign(m, m >> 31));
    uint kept = (size + 0x1Fu + ((size >> 6) & 1u)) >> 6;
    return (m & ~LARGEST) | int(e > 98 ? 0x7F800000u : (uint(e + 155) << 23) + kept);
}

// The number that the bits of an IEEE single stand for; NaN is 0.
void q_pair_from_bits(inout int m, out int e) {
    int exponent = (m >> 23) & 0xFF;
    uint part = uint(m) & 0x7FFFFFu;
    int size = exponent == 0 || (exponent == 255 && part != 0u) ? 0 : int((part | 0x800000u) << 6);
    e = exponent == 255 ? FARTHEST : exponent - 156;
    m = with_sign(size, m >> 31);
}
