// Division, and what divides. Digits of eight bits in the manner of Knuth, The Art of Computer Programming 4.3.1.

// x / y, truncated: exact for |y| < 128, within 2 ulp beyond. x / 0 is `most` with x's sign, 0 / 0 is 0; a quotient out
// of range is `most` too.
int quotient(int x, int y, int most) {
    if (y == 0) return x == 0 ? 0 : most ^ (x >> 31);
    int high = x << 16;
    if (high >> 16 != x) {
        int whole = x / y;
        int rest = x - whole * y;
        high = whole << 16;
        if (high >> 16 != whole) return most ^ ((x ^ y) >> 31);
        if (y << 8 >> 8 == y) rest <<= 8;
        else y = ((y >> 7) + 1) >> 1;
        int digit = rest / y;
        rest = (rest - digit * y) << 8;
        return high + (digit << 8) + rest / y;
    }
    return high / y;
}

int q_div(int x, int y) {
    return quotient(x, y, LARGEST);
}

int q_div_far(int x, int y) {
    return quotient(x, y, FAR);
}

// 1 / y, truncated; y within 2 ulp of 0 gives `most` with y's sign, and 0 `most`.
// floor(2^32 / n) is (2^32 - n) / n + 1, which is within reach of one division.
int inverse_word(int y, int most) {
    int sign = y >> 31;
    uint size = uint(with_sign(y, sign));
    if (size < 3u) return most ^ sign;
    return with_sign(int((0u - size) / size + 1u), sign);
}

int q_inverse(int y) {
    return inverse_word(y, LARGEST);
}

int q_inverse_far(int y) {
    return inverse_word(y, FAR);
}

// 1 / y, Q31, at most 2^-29 too small, for y Q32 in [1/2, 1). One division gives 15 bits, each step of Newton's method
// twice as many.
uint reciprocal_unit(uint y) {
    uint r = (0xFFFFFFFFu / ((y >> 16) + 1u)) << 15;
    r += mulhu(r, (0x7FFFFFFFu - mulhu(y, r)) << 1);
    return r + mulhu(r, (0x7FFFFFFFu - mulhu(y, r)) << 1);
}

// 2^48 / y, rounded up, for y >= 1: the factor that turns division by y into one mulhsu. 2^32 becomes 2^32 - 1.
int q_reciprocal(int y) {
    uint rest = 0x10000u;
    uint quotient = 0u;
    if (rest >= uint(y)) return -1;
    for (int i = 0; i < 32; i++) {
        rest <<= 1;
        quotient <<= 1;
        if (rest >= uint(y)) { rest -= uint(y); quotient |= 1u; }
    }
    return int(rest == 0u ? quotient : quotient + 1u);
}

// 2^48 / y for y >= 1 in 64 bits, 32 of them after the point; 2^32 becomes a little less.
void q_reciprocal_long(int y, out int high, out int low) {
    uint rest = 0x10000u;
    uint quotient = 0u;
    uint whole = 0xFFFFFFFFu;
    if (rest < uint(y)) {
        for (int i = 0; i < 64; i++) {
            if (i == 32) whole = quotient;
            bool over = int(rest) < 0;
            rest <<= 1;
            quotient <<= 1;
            if (over || rest >= uint(y)) { rest -= uint(y); quotient |= 1u; }
        }
    } else {
        quotient = 0xFFFFFFFFu;
    }
    high = int(whole);
    low = int(quotient);
}

// x high:low / 2^(32 + shift) for 0 < shift < 32, rounded up: x / y where high:low is the long reciprocal of y. A
// quotient that is exact comes out exact.
int q_times_long(int x, int high, int low, int shift) {
    uint middle = uint(x) * uint(high);
    int carried = mulhsu(x, uint(low));
    uint sum = middle + uint(carried);
    uint top = uint(mulhsu(x, uint(high)) + (carried >> 31)) + uint(sum < middle);
    uint up = sum + ((1u << shift) - 1u);
    top += uint(up < sum);
    return int((top << (32 - shift)) | (up >> shift));
}

// x - y floor(x / y), exact; has the sign of y. mod(x, 0) is x.
int q_mod(int x, int y) {
    return x % y;  // floored: glslang makes OpSMod of it
}

// floor(2^16 x / y) for x <= y, 0 < y < 2^31; up to 1 more for y >= 2^24.
uint fraction16(uint x, uint y) {
    if (y >= 0x1000000u) y = ((y >> 7) + 1u) >> 1;
    else x <<= 8;
    uint high = x / y;
    x = (x - high * y) << 8;
    return (high << 8) + x / y;
}

// floor(2^24 x / y) for x <= y < 2^24, y > 0.
uint ratio24(uint x, uint y) {
    x <<= 8;
    uint high = x / y;
    x = (x - high * y) << 8;
    uint middle = x / y;
    x = (x - middle * y) << 8;
    return (high << 16) + (middle << 8) + x / y;
}

// t t (3 - 2t) for t Q31 in 0..1.
int q_smooth(int t) {
    uint square = mulhu(uint(t), uint(t));
    return int((mulhu(square, 0xC0000000u - uint(t)) + 0x800u) >> 12);
}

// The same, Q28, floored.
int q_smooth_28(int t) {
    uint square = mulhu(uint(t), uint(t));
    return int(mulhu(square, 0xC0000000u - uint(t)));
}

// smoothstep(a, b, x) for any edges; falling ones count from b. Equal edges are a step.
int q_smoothstep(int a, int b, int x) {
    int way = x - a;
    int width = b - a;
    if (width < 0) { way = -way; width = -width; }
    if (way <= 0) return 0;
    if (way >= width) return ONE;
    if (width >= 0x1000000) { way >>= 8; width >>= 8; }
    return q_smooth(int(ratio24(uint(way), uint(width)) << 7));
}

// The same, whatever the differences are.
int q_smoothstep_fine(int a, int b, int x) {
    bool falls = b < a;
    if (falls ? x >= a : x <= a) return 0;
    if (falls ? x <= b : x >= b) return ONE;
    uint way = uint(falls ? a - x : x - a);
    uint width = uint(falls ? a - b : b - a);
    if (width >= 0x1000000u) { way >>= 8; width >>= 8; }
    return q_smooth(int(ratio24(way, width) << 7));
}
