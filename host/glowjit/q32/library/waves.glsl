// Sine, cosine, tangent. The argument is a phase: 2^32 is a full turn. Needs SIN_* and FINE_SIN_* of tables.glsl.

// sin(pi/2 z), Q24, z Q30 in -1..1.
int sine_quarter(int z) {
    int square = mulh(z, z);
    int sum = mulh(SIN_7, square) + SIN_5;
    sum = mulh(sum, square) + SIN_3;
    sum = mulh(sum, square) + SIN_1;
    return mulh(sum, z);
}

// The same as Q30, for what is amplified; the 1 makes up for what the products lose.
int fine_sine_quarter(int z) {
    int sign = z >> 31;
    uint size = uint(with_sign(z, sign)) << 1;
    uint square = mulhu(size, size) << 1;
    int sum = mulhsu(FINE_SIN_11, square) + FINE_SIN_9;
    sum = mulhsu(sum, square) + FINE_SIN_7;
    sum = mulhsu(sum, square) + FINE_SIN_5;
    sum = mulhsu(sum, square) + FINE_SIN_3;
    sum = mulhsu(sum, square) + (FINE_SIN_1 + 2);
    return with_sign(min(int(mulhu(uint(sum) << 1, size)), 0x40000000), sign);
}

// Where the top two bits differ the phase lies beyond a quarter and is mirrored there.
int q_sin(int phase) {
    int mirrored = (phase ^ (phase << 1)) >> 31;
    phase ^= int(uint(mirrored) >> 1);
    return (sine_quarter(phase) + 0x80) >> 8;
}

int q_cos(int phase) {
    return (sine_quarter(0x40000000 - with_sign(phase, phase >> 31)) + 0x80) >> 8;
}

int q_sin_fine(int phase) {
    int mirrored = (phase ^ (phase << 1)) >> 31;
    return fine_sine_quarter(phase ^ int(uint(mirrored) >> 1));
}

int q_cos_fine(int phase) {
    return fine_sine_quarter(0x40000000 - with_sign(phase, phase >> 31));
}

// A product of 64-bit fractions, the words from the top: its upper 64 bits, at most 2 units less.
void mul_long(uint x, uint x_low, uint y, uint y_low, out uint high, out uint low) {
    umulExtended(x, y, high, low);
    uint first = mulhu(x, y_low), second = mulhu(x_low, y);
    low += first;
    high += uint(low < first);
    low += second;
    high += uint(low < second);
}

void sub_long(inout uint x, inout uint x_low, uint y, uint y_low) {
    x -= y + uint(x_low < y_low);
    x_low -= y_low;
}

// A phase with 32 bits more, from the nearest quarter of a turn: its size, Q63 with an eighth as 1, and its sign.
void fold(int phase, int phase_low, out uint quadrant, out int sign, out uint u, out uint u_low) {
    quadrant = (uint(phase) + 0x20000000u) >> 30;
    int off = phase - int(quadrant << 30);
    sign = off >> 31;
    uint size_low = uint(with_sign(phase_low, sign));
    uint size = uint(off ^ sign) + (size_low == 0u ? uint(sign) & 1u : 0u);
    u = (size << 2) | (size_low >> 30);
    u_low = size_low << 2;
}

// The square of that, Q62, and Q64, where 1 is a little less.
void square_long(uint u, uint u_low, out uint t, out uint t_low, out uint square) {
    mul_long(u, u_low, u, u_low, t, t_low);
    square = t >> 30 != 0u ? 0xFFFFFFFFu : (t << 2) | (t_low >> 30);
}

// The size of a sine, Q62, with the sign that the quadrant gives it: beyond an eighth of a turn from 0 it is a cosine.
void unfold(uint quadrant, int sign, uint found, uint found_low, out int sine, out int sine_low) {
    if ((quadrant > 1u) != ((quadrant & 1u) == 0u && sign != 0)) {
        found = ~found + uint(found_low == 0u);
        found_low = -found_low;
    }
    sine = int(found);
    sine_low = int(found_low);
}

// A sine to 2^-37 for what enlarges it, as hashes do: Q30 and 32 bits more, of a phase with 32 bits more. Taylor's
// series by u, an eighth being 1: what counts of it in 64 bits, Q62 and Q64, the rest Q37 and Q43.
void q_sin_long(int phase, int phase_low, out int sine, out int sine_low) {
    uint quadrant, u, u_low, t, t_low, square;
    int sign;
    fold(phase, phase_low, quadrant, sign, u, u_low);
    square_long(u, u_low, t, t_low, square);
    bool odd = (quadrant & 1u) != 0u;
    uint sum = (odd ? 216484u : 15457u) - mulhu(square, odd ? 1012u : 61u);
    sum = (odd ? 31585543u : 2756359u) - mulhu(square, sum);
    sum = (odd ? 2867454962u : 321727694u) - mulhu(square, sum);
    sum = (odd ? 2179004481u : 342277223u) - ((mulhu(square, sum) + 32u) >> 6);
    uint part, part_low;
    umulExtended(square, sum, part, part_low);
    uint v = odd ? 1324675878u : 346799334u, v_low = odd ? 4179065193u : 633230015u;
    sub_long(v, v_low, part >> 5, (part << 27) | (part_low >> 5));
    mul_long(t, t_low, v, v_low, part, part_low);
    uint found = odd ? 0x40000000u : 843314856u, found_low = odd ? 0u : 2287612045u;
    sub_long(found, found_low, part, part_low);
    if (!odd) {
        mul_long(found, found_low, u, u_low, part, part_low);
        found = (part << 1) | (part_low >> 31);
        found_low = part_low << 1;
    }
    unfold(quadrant, sign, found, found_low, sine, sine_low);
}

// k - t v, Q63, for t Q64: a step of a series.
void step_long(uint k, uint k_low, uint t, uint t_low, inout uint v, inout uint v_low) {
    uint part, part_low;
    mul_long(t, t_low, v, v_low, part, part_low);
    v = k;
    v_low = k_low;
    sub_long(v, v_low, part, part_low);
}

// The same to 2^-52, for the hash of a hash: what is left of the series behind five terms is Q53.
void q_sin_longest(int phase, int phase_low, out int sine, out int sine_low) {
    uint quadrant, u, u_low, t, t_low, square;
    int sign;
    fold(phase, phase_low, quadrant, sign, u, u_low);
    square_long(u, u_low, t, t_low, square);
    t_low = t >> 30 != 0u ? 0xFFFFFFFFu : t_low << 2;
    bool odd = (quadrant & 1u) != 0u;
    uint rest = (odd ? 3511u : 184u) - mulhu(square, odd ? 9u : 0u);
    rest = (odd ? 1035932u : 62586u) - mulhu(square, rest);
    rest = (odd ? 221679509u : 15827880u) - mulhu(square, rest);
    uint found = rest >> 22, found_low = rest << 10;
    if (odd) {
        step_long(7711u, 1349030331u, square, t_low, found, found_low);
        step_long(700062u, 1058955261u, square, t_low, found, found_low);
        step_long(34046945u, 57366646u, square, t_low, found, found_low);
        step_long(662337939u, 2089532597u, square, t_low, found, found_low);
        step_long(2147483648u, 0u, square, t_low, found, found_low);
        found_low = (found_low >> 1) | (found << 31);
        found >>= 1;
    } else {
        step_long(672u, 4033417181u, square, t_low, found, found_low);
        step_long(78546u, 3437636568u, square, t_low, found, found_low);
        step_long(5348081u, 2648091527u, square, t_low, found, found_low);
        step_long(173399667u, 316615007u, square, t_low, found, found_low);
        step_long(1686629713u, 280256794u, square, t_low, found, found_low);
        mul_long(found, found_low, u, u_low, t, t_low);
        found = t;
        found_low = t_low;
    }
    unfold(quadrant, sign, found, found_low, sine, sine_low);
}

// A cosine to so many bits, Q24, by the square of the phase: nothing is folded. It may be as much beyond 1.
int q_cos_9(int phase) {
    int square = mulh(phase, phase);
    int sum = mulh(COS9_3, square) + COS9_2;
    sum = mulh(sum, square) + COS9_1;
    return mulh(sum, square) + COS9_0;
}

int q_cos_14(int phase) {
    int square = mulh(phase, phase);
    int sum = mulh(COS14_4, square) + COS14_3;
    sum = mulh(sum, square) + COS14_2;
    sum = mulh(sum, square) + COS14_1;
    return mulh(sum, square) + COS14_0;
}

int q_cos_20(int phase) {
    int square = mulh(phase, phase);
    int sum = mulh(COS20_5, square) + COS20_4;
    sum = mulh(sum, square) + COS20_3;
    sum = mulh(sum, square) + COS20_2;
    sum = mulh(sum, square) + COS20_1;
    return mulh(sum, square) + COS20_0;
}

// tan(pi/4 z) / z, Q31, of z^2, Q30.
uint tangent_over(uint square) {
    uint sum = mulhu(TAN_11, square) + TAN_9;
    sum = mulhu(sum, square) + TAN_7;
    sum = mulhu(sum, square) + TAN_5;
    sum = mulhu(sum, square) + TAN_3;
    return mulhu(sum, square) + TAN_1;
}

// tan(pi/4 z), Q30, z Q31 in 0..1.
uint tangent_eighth(uint z) {
    return mulhu(tangent_over(mulhu(z, z)), z);
}

// tan(z) to an eighth of a turn, 1 / tan(1/4 - z) from there on. Beyond the range, as at the poles, the largest word.
int q_tan(int phase) {
    phase <<= 1;  // the period is half a turn
    int sign = phase >> 31;
    uint z = uint(with_sign(phase, sign));
    if (z <= 0x40000000u) return with_sign(rounded(tangent_eighth(z << 1), 13u), sign);
    uint t = tangent_eighth(0u - (z << 1));
    uint whole = 0x40000000u / t;
    if (whole >= 0x8000u) return LARGEST ^ sign;
    return with_sign(int((whole << 16) + fraction16(0x40000000u - whole * t, t)), sign);
}

// tan(pi/4 z) / z, Q31, of z^2, Q30, to 2^-26 of it.
uint fine_tangent_over(uint square) {
    uint sum = mulhu(FINE_TAN_13, square) + FINE_TAN_11;
    sum = mulhu(sum, square) + FINE_TAN_9;
    sum = mulhu(sum, square) + FINE_TAN_7;
    sum = mulhu(sum, square) + FINE_TAN_5;
    sum = mulhu(sum, square) + FINE_TAN_3;
    return mulhu(sum, square) + FINE_TAN_1;
}

// tan(x) to the last bits beside poles, too: |x| / pi, modulo 1, with 64 bits after the point. Beyond a quarter it is
// 1 / tan of the way to a half, whose leading bits count.
int q_tan_fine(int x) {
    int sign = x >> 31;
    uint size = uint(with_sign(x, sign));
    uint low = size * 0xC1B72722u;  // 2^48 / pi = 0x517C C1B72722.0A94FE14
    uint high = size * 0x517Cu + mulhu(size, 0xC1B72722u);
    uint sum = low + mulhu(size, 0x0A94FE14u);
    high += uint(sum < low);
    if (int(high) < 0) {
        sign = ~sign;
        high = ~high + uint(sum == 0u);
        sum = 0u - sum;
    }
    if (high <= 0x40000000u) return with_sign(rounded(tangent_eighth(high << 1), 13u), sign);
    uint way = 0x80000000u - high - uint(sum != 0u);
    uint rest = 0u - sum;
    int up = 0;
    if (way == 0u) { way = rest; rest = 0u; up = 32; }
    if (way == 0u) return LARGEST ^ sign;
    int shift = 0;
    uint square = up == 0 ? way << 1 : 0u;
    normalize(way, shift);
    if (shift != 0) way |= rest >> uint(32 + shift);
    uint t = mulhu(fine_tangent_over(mulhu(square, square)), way);  // 2^(29 + up - shift) times the tangent
    int more = 0;
    normalize(t, more);
    int down = 17 - up + shift + more;
    return down < 0 ? LARGEST ^ sign : with_sign(rounded(reciprocal_unit(t), uint(down)), sign);
}
