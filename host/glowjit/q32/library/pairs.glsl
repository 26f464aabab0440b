// Pairs: numbers of any magnitude in two words, m * 2^e with 2^29 <= |m| < 2^30, or m = 0 and any e. An operation is
// right to 2^-26 of its result, a power to 2^-19. Exponents stay within FARTHEST, which is infinite enough.

const int FARTHEST = 0x100000;

int within(int e) {
    return clamp(e, -FARTHEST, FARTHEST);
}

// m * 2^e for any m.
void q_pair(inout int m, inout int e) {
    int sign = m >> 31;
    uint size = uint(with_sign(m, sign));
    e += 2;
    normalize(size, e);
    m = with_sign(int(size >> 2), sign);
}

// An unsigned int.
void q_pair_unsigned(inout int m, out int e) {
    uint size = uint(m);
    e = 2;
    normalize(size, e);
    m = int(size >> 2);
}

// The word nearest to m * 2^up; saturates.
int q_pair_word(int m, int up) {
    if (up >= 0) return up < 2 ? m << up : m == 0 ? 0 : LARGEST ^ (m >> 31);
    return up < -31 ? 0 : ((m >> (-1 - up)) + 1) >> 1;
}

// floor(m * 2^up) modulo 2^32.
int q_pair_bits(int m, int up) {
    return up >= 0 ? up > 31 ? 0 : m << up : m >> min(-up, 31);
}

void q_pair_add(int a, int a_e, int b, int b_e, out int m, out int e) {
    if (a == 0) { m = b; e = b_e; return; }
    if (b == 0) { m = a; e = a_e; return; }
    int down = a_e - b_e;
    e = max(a_e, b_e);
    m = down < 0 ? b + (a >> min(-down, 31)) : a + (b >> min(down, 31));
    q_pair(m, e);
}

void q_pair_mul(int a, int a_e, int b, int b_e, out int m, out int e) {
    int high, low;
    imulExtended(a, b, high, low);
    m = (high << 2) | int(uint(low) >> 30);
    e = a_e + b_e + 30;
    if (uint(m + 0x1FFFFFFF) < 0x3FFFFFFFu) { m = (high << 3) | int(uint(low) >> 29); e -= 1; }
    e = within(e);
}

// 1 / |b| for the significand of a pair; two quotients by one divisor share it.
int q_pair_reciprocal(int b) {
    return int(reciprocal_unit(uint(with_sign(b, b >> 31)) << 2));
}

// a / b, truncated, with the reciprocal of b. x / 0 is the farthest number of x's sign, 0 / 0 is 0.
void q_pair_div(int a, int a_e, int b, int b_e, int reciprocal, out int m, out int e) {
    int sign = (a ^ b) >> 31;
    uint x = uint(with_sign(a, a >> 31));
    uint y = uint(with_sign(b, b >> 31));
    e = a_e - b_e - 29;
    if (x < y) { x <<= 1; e -= 1; }
    uint quotient = mulhu(x, uint(reciprocal));
    uint rest = (x << 29) - quotient * y;
    if (rest >= y) { quotient += 1u; rest -= y; }
    if (rest >= y) quotient += 1u;
    m = with_sign(int(quotient), sign);
    e = within(e);
    if (b == 0) { m = a; e = FARTHEST; }
}

// The significand of |x| as Q32 in [1/4, 1), so that the exponent left is even.
uint even(int m, inout int e) {
    e += 30;
    if ((e & 1) == 0) return uint(m) << 2;
    e += 1;
    return uint(m) << 1;
}

void q_pair_sqrt(inout int m, inout int e) {
    uint size = even(max(m, 0), e);
    m = int(clamp(sqrt_unit(size), 0x20000000u, 0x3FFFFFFFu));
    e = (e >> 1) - 30;
    if (size == 0u) m = 0;
}

void q_pair_rsqrt(inout int m, inout int e) {
    bool pole = m <= 0;
    uint size = even(m, e);
    m = int(clamp(rsqrt_unit(size) >> 1, 0x20000000u, 0x3FFFFFFFu));
    e = -(e >> 1) - 29;
    if (pole) { m = 0x20000000; e = FARTHEST; }
}

// floor(x).
void q_pair_floor(inout int m, inout int e) {
    if (e >= 0) return;
    m >>= min(-e, 31);
    e = 0;
    q_pair(m, e);
}

// log2(x), Q22; numbers beyond 2^500 and 2^-500 are taken for those.
int log2_pair(int m, int e) {
    if (m <= 0) return -0x7D000000;
    return (log2_long(uint(m)) >> 5) + (clamp(e + 16, -500, 500) << 22);
}

// log2(x), Q16.
int q_pair_log2(int m, int e) {
    return m <= 0 ? ~LARGEST : (log2_pair(m, e) + 0x20) >> 6;
}

// log2(x), Q22, and 32 bits more.
int fine_log2_pair(int m, int e, out uint low) {
    uint rest;
    int high = fine_log2(uint(max(m, 1)), rest);
    low = (uint(high) << 27) | (rest >> 5);
    return m <= 0 ? -0x7D000000 : (high >> 5) + (clamp(e + 16, -500, 500) << 22);
}

// log2(x), Q26; saturates.
int q_pair_log2_fine(int m, int e) {
    uint low;
    int high = fine_log2_pair(m, e, low);
    return (clamp(high, -0x7FFFFFF, 0x7FFFFFF) << 4) | int(low >> 28);
}

// 2^(whole + f).
void exp2_pair(int whole, uint f, out int m, out int e) {
    m = int(exp2_unit(f) >> 2);
    e = whole - 29;
}

// 2^x where `low` has another 32 bits of x, Q16.
void q_pair_exp2(int x, int low, out int m, out int e) {
    exp2_pair(x >> 16, (uint(x) << 16) | (uint(low) >> 16), m, e);
}

// What y = n * 2^-point makes of the sign of x^y, where m is that of |x|^y: a negative base has whole powers, others are 0.
int signed_power(int x, int y, int point, int m) {
    if (x >= 0) return x == 0 && y > 0 ? 0 : m;
    int whole = y >> point;
    return whole << point != y ? 0 : with_sign(m, -(whole & 1));
}

// 2^(y log2 |x|), where y has 10 + shift fraction bits, 0 < shift < 21.
void q_pair_pow(int x, int x_e, int y, int shift, out int m, out int e) {
    int high, low;
    imulExtended(log2_pair(with_sign(x, x >> 31), x_e), y, high, low);
    exp2_pair(high >> shift, (uint(high) << (32 - shift)) | (uint(low) >> shift), m, e);
    m = signed_power(x, y, 10 + shift, m);
}

// The same two to the last bits.
void fine_exp2_pair(int whole, uint f, out int m, out int e) {
    m = int(fine_exp2_unit(f) >> 2);
    e = whole - 29;
}

void q_pair_exp2_fine(int x, int low, out int m, out int e) {
    fine_exp2_pair(x >> 16, (uint(x) << 16) | (uint(low) >> 16), m, e);
}

void q_pair_pow_fine(int x, int x_e, int y, int shift, out int m, out int e) {
    int high, low;
    uint more;
    imulExtended(fine_log2_pair(with_sign(x, x >> 31), x_e, more), y, high, low);
    int carried = mulhsu(y, more);
    uint sum = uint(low) + uint(carried);
    high += (carried >> 31) + int(sum < uint(low));
    fine_exp2_pair(high >> shift, (uint(high) << (32 - shift)) | (sum >> shift), m, e);
    m = signed_power(x, y, 10 + shift, m);
}
