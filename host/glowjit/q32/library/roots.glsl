// Square roots: a line through a table gives 1/sqrt to 14 bits, one step of Newton's method the rest.
// Needs RSQRT of tables.glsl.

// 1/sqrt(m) to 14 bits, Q30, m Q32 in [1/4, 1).
uint rsqrt_seed(uint m) {
    uvec2 line = RSQRT[m >> 25];
    return line.x - mulhu(line.y, m << 7);
}

// sqrt(m), Q30, m Q32 in [1/4, 1).
uint sqrt_unit(uint m) {
    uint y = rsqrt_seed(m);
    uint s = mulhu(m, y);
    int rest = int((m >> 4) - mulhu(s, s));  // m - s^2, Q28
    return s + uint(mulhsu(rest << 3, y));
}

// 1/sqrt(m), Q30, m Q32 in [1/4, 1).
uint rsqrt_unit(uint m) {
    uint y = rsqrt_seed(m);
    int rest = int(0x10000000u - mulhu(mulhu(m, y), y));  // 1 - m y^2, Q28
    return y + uint(mulhsu(rest << 3, y));
}

// sqrt(x); 0 for a negative x.
int q_sqrt(int x) {
    if (x <= 0) return 0;
    uint m = uint(x);
    int pairs = 5;
    normalize_pairs(m, pairs);
    return rounded(sqrt_unit(m), uint(pairs));
}

// 1/sqrt(x); the largest word for x <= 0.
int q_rsqrt(int x) {
    if (x <= 0) return LARGEST;
    uint m = uint(x);
    int pairs = 0;
    normalize_pairs(m, pairs);
    return rounded(rsqrt_unit(m), uint(21 - pairs));
}

// sqrt(high:low), 64 bits of Q32, to Q16; saturates.
int sqrt_long(uint high, uint low) {
    int pairs = 0;
    if (high == 0u) {
        if (low == 0u) return 0;
        normalize_pairs(low, pairs);
        return rounded(sqrt_unit(low), uint(13 + pairs));
    }
    uint m = high;
    normalize_pairs(m, pairs);
    if (pairs == 0) return LARGEST;
    m |= (low >> 1) >> uint(31 - 2 * pairs);
    return rounded(sqrt_unit(m) << 2, uint(pairs - 1));
}

// x^2 added to high:low.
void add_square(int x, inout uint high, inout uint low) {
    int square_high, square_low;
    imulExtended(x, x, square_high, square_low);
    uint carry;
    low = uaddCarry(low, uint(square_low), carry);
    high += uint(square_high) + carry;
}

// The length of a vector: the sum of squares in 64 bits, so right for the shortest and the longest; a length beyond
// the range is the largest word.
int q_length2(int x, int y) {
    uint high = 0u, low = 0u;
    add_square(x, high, low);
    add_square(y, high, low);
    return sqrt_long(high, low);
}

int q_length3(int x, int y, int z) {
    uint high = 0u, low = 0u;
    add_square(x, high, low);
    add_square(y, high, low);
    add_square(z, high, low);
    return sqrt_long(high, low);
}

int q_length4(int x, int y, int z, int w) {
    uint high = 0u, low = 0u;
    add_square(x, high, low);
    add_square(y, high, low);
    add_square(z, high, low);
    add_square(w, high, low);
    return sqrt_long(high, low);
}

// To normalize a vector of any length, its components are first moved so that the largest has its top bit at 29; then
// the high words of the squares are exact enough, and their sum fits.

// What all components have in common: how far to move them up. `size` is the or of their magnitudes, not 0.
int common_shift(uint size) {
    int shift = 29;
    normalize(size, shift);
    return 27 - shift;
}

// The factor 1/sqrt(sum), and by how much too far its products are moved up, less one.
uint common_factor(uint sum, out int shift) {
    sum <<= 2;
    shift = 12;
    if (sum < 0x40000000u) { sum <<= 2; shift = 11; }
    return rsqrt_unit(sum);
}

int moved(int x, int shift) {
    return shift >= 0 ? x << shift : x >> -shift;
}

int scaled(int x, uint factor, int shift) {
    return ((mulhsu(x, factor) >> shift) + 1) >> 1;
}

// Vectors of length 1, in place; the zero vector stays.
void q_normalize2(inout int x, inout int y) {
    uint size = uint((x ^ (x >> 31)) | (y ^ (y >> 31)));
    if ((x | y) == 0) return;
    int shift = common_shift(size | 1u);
    x = moved(x, shift);
    y = moved(y, shift);
    uint factor = common_factor(uint(mulh(x, x) + mulh(y, y)), shift);
    x = scaled(x, factor, shift);
    y = scaled(y, factor, shift);
}

void q_normalize3(inout int x, inout int y, inout int z) {
    uint size = uint((x ^ (x >> 31)) | (y ^ (y >> 31)) | (z ^ (z >> 31)));
    if ((x | y | z) == 0) return;
    int shift = common_shift(size | 1u);
    x = moved(x, shift);
    y = moved(y, shift);
    z = moved(z, shift);
    uint factor = common_factor(uint(mulh(x, x) + mulh(y, y) + mulh(z, z)), shift);
    x = scaled(x, factor, shift);
    y = scaled(y, factor, shift);
    z = scaled(z, factor, shift);
}

void q_normalize4(inout int x, inout int y, inout int z, inout int w) {
    uint size = uint((x ^ (x >> 31)) | (y ^ (y >> 31)) | (z ^ (z >> 31)) | (w ^ (w >> 31)));
    if ((x | y | z | w) == 0) return;
    int shift = common_shift(size | 1u);
    x = moved(x, shift);
    y = moved(y, shift);
    z = moved(z, shift);
    w = moved(w, shift);
    uint sum = uint(mulh(x, x) + mulh(y, y) + mulh(z, z) + mulh(w, w));
    uint factor = common_factor(sum - (sum >> 30), shift);  // four times 2^28 would be too much
    x = scaled(x, factor, shift);
    y = scaled(y, factor, shift);
    z = scaled(z, factor, shift);
    w = scaled(w, factor, shift);
}
