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

// Roots of a Q32 number, with which all bits of a word count: sqrt(m), Q30; to 14 bits of 1.
int q_root(int x) {
    uint m = uint(x);
    int pairs = 0;
    normalize_pairs(m, pairs);
    return int(sqrt_unit(m) >> uint(pairs));
}

int q_root_14(int x) {
    uint m = uint(x);
    int pairs = 0;
    normalize_pairs(m, pairs);
    return int(mulhu(m, rsqrt_seed(m)) >> uint(pairs));
}

// 1/sqrt(m) = 2^pairs times the result, Q30 in [1, 2]; 0 for 0; the second to 14 bits.
int q_inverse_root(int x, out int pairs) {
    uint m = uint(x);
    pairs = 0;
    normalize_pairs(m, pairs);
    return int(rsqrt_unit(m));
}

int q_inverse_root_14(int x, out int pairs) {
    uint m = uint(x);
    pairs = 0;
    normalize_pairs(m, pairs);
    return int(rsqrt_seed(m));
}

// A root of high:low, Q64, that is right to 2^-27, Q32, with another step of Newton's method.
uint last_bits(uint root, uint high, uint low) {
    uint square = root * root;
    uint rest = low - square;
    int above = int(high - mulhu(root, root) - uint(low < square));
    return root + uint(((above << 26) | int(rest >> 6)) / int(root >> 5));
}

// sqrt(high:low), 64 bits of Q32, to Q16; saturates.
int sqrt_long(uint high, uint low) {
    int pairs = 0;
    if (high == 0u) {
        normalize_pairs(low, pairs);
        return rounded(sqrt_unit(low), uint(13 + pairs));
    }
    uint m = high;
    normalize_pairs(m, pairs);
    if (pairs == 0) return LARGEST;
    m |= (low >> 1) >> uint(31 - 2 * pairs);
    uint root = sqrt_unit(m) << 2;
    if (pairs < 4) root = last_bits(root, m, low << uint(2 * pairs));
    return rounded(root, uint(pairs - 1));
}

// Vectors: all components are moved up until the largest has its top bit at 30. Then the high words of their squares
// are exact enough, and the sum of four fits, whether the vector was a few ulp long or 30000. Nothing has to be said
// of the zero vector: its sum is 0, and so is row 0 of RSQRT.

// The magnitude of x, or one less: for its top bit.
uint size(int x) {
    return uint(x ^ (x >> 31));
}

// How far a vector can be moved up, from the or of its components' sizes.
int room(uint sizes) {
    int exponent = 0;
    normalize(sizes, exponent);
    return ~exponent;
}

// The length of a vector that was moved up by `shift`, from its sum of squares. Beyond the range, the largest word.
int root_of_sum(uint sum, int shift) {
    if (sum < 0x40000000u) { sum <<= 2; shift += 1; }
    if (shift == 0) return LARGEST;
    return rounded(sqrt_unit(sum) << 2, uint(shift - 1));
}

// 2^62 / sqrt(sum) / 2^17: what makes a vector with this sum of squares a unit vector, Q45.
uint unit_factor(uint sum) {
    int halves = 1;
    if (sum < 0x40000000u) { sum <<= 2; halves = 0; }
    return rsqrt_unit(sum) >> uint(halves);
}

// The sum of four squares may be 2^32, when all are 2^30; the largest word will do.
uint four_squares(int x, int y, int z, int w) {
    uint sum = uint(mulh(x, x) + mulh(y, y) + mulh(z, z) + mulh(w, w));
    return sum - uint(sum == 0u);
}

int q_length2(int x, int y) {
    int shift = room(size(x) | size(y));
    x <<= shift;
    y <<= shift;
    return root_of_sum(uint(mulh(x, x) + mulh(y, y)), shift);
}

int q_length3(int x, int y, int z) {
    int shift = room(size(x) | size(y) | size(z));
    x <<= shift;
    y <<= shift;
    z <<= shift;
    return root_of_sum(uint(mulh(x, x) + mulh(y, y) + mulh(z, z)), shift);
}

int q_length4(int x, int y, int z, int w) {
    if ((x | y | z | w) == 0) return 0;
    int shift = room(size(x) | size(y) | size(z) | size(w));
    x <<= shift;
    y <<= shift;
    z <<= shift;
    w <<= shift;
    return root_of_sum(four_squares(x, y, z, w), shift);
}

void add_square(inout uint high, inout uint low, int x) {
    uint more, square;
    uint size = min(uint(with_sign(x, x >> 31)), uint(LARGEST));
    umulExtended(size, size, more, square);
    low += square;
    high += more + uint(low < square);
}

// The length of four components to the last bits.
int q_length_fine(int x, int y, int z, int w) {
    uint high = 0u;
    uint low = 0u;
    add_square(high, low, x);
    add_square(high, low, y);
    add_square(high, low, z);
    add_square(high, low, w);
    return sqrt_long(high, low);
}

// Unit vectors, Q29, to 2^-26.
void q_normalize2(inout int x, inout int y) {
    int shift = room(size(x) | size(y));
    x <<= shift;
    y <<= shift;
    uint factor = unit_factor(uint(mulh(x, x) + mulh(y, y)));
    x = mulhsu(x, factor);
    y = mulhsu(y, factor);
}

void q_normalize3(inout int x, inout int y, inout int z) {
    int shift = room(size(x) | size(y) | size(z));
    x <<= shift;
    y <<= shift;
    z <<= shift;
    uint factor = unit_factor(uint(mulh(x, x) + mulh(y, y) + mulh(z, z)));
    x = mulhsu(x, factor);
    y = mulhsu(y, factor);
    z = mulhsu(z, factor);
}

void q_normalize4(inout int x, inout int y, inout int z, inout int w) {
    int shift = room(size(x) | size(y) | size(z) | size(w));
    x <<= shift;
    y <<= shift;
    z <<= shift;
    w <<= shift;
    uint factor = unit_factor(four_squares(x, y, z, w));
    x = mulhsu(x, factor);
    y = mulhsu(y, factor);
    z = mulhsu(z, factor);
    w = mulhsu(w, factor);
}
