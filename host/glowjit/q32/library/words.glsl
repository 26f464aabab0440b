// The math library on words: a real number r is the int r * 2^16 (Q16.16), written "Q16" below; "Qn" has n fraction
// bits. Every function takes every word and neither traps nor loops without end. Errors are given in ulp = 2^-16;
// BUILTINS.md has the measured ones.

const int LARGEST = 0x7FFFFFFF;
const int FAR = 0x70000000;  // what is too large for a word, if something small added to it is not to wrap
const int ONE = 0x10000;

// High words of products. The correction in `mulhsu` is what a pass knows it by: it is one instruction.
uint mulhu(uint x, uint y) {
    uint high, low;
    umulExtended(x, y, high, low);
    return high;
}

int mulh(int x, int y) {
    int high, low;
    imulExtended(x, y, high, low);
    return high;
}

int mulhsu(int x, uint y) {
    return int(mulhu(uint(x), y)) - ((x >> 31) & int(y));
}

// x with the sign of a second number: `sign` is 0, or -1 to negate.
int with_sign(int x, int sign) {
    return (x ^ sign) - sign;
}

// x / 2^(shift + 1), to nearest, for 0 <= shift <= 31.
int rounded(uint x, uint shift) {
    return int(((x >> shift) + 1u) >> 1);
}

// Left shifts until the top bit is set; `exponent` falls by one for each. x is not 0.
void normalize(inout uint x, inout int exponent) {
    if (x < 0x10000u) { x <<= 16; exponent -= 16; }
    if (x < 0x1000000u) { x <<= 8; exponent -= 8; }
    if (x < 0x10000000u) { x <<= 4; exponent -= 4; }
    if (x < 0x40000000u) { x <<= 2; exponent -= 2; }
    if (int(x) >= 0) { x <<= 1; exponent -= 1; }
}

// Left shifts by two bits until one of the top two is set; `pairs` grows by one for each. x is not 0.
void normalize_pairs(inout uint x, inout int pairs) {
    if (x < 0x10000u) { x <<= 16; pairs += 8; }
    if (x < 0x1000000u) { x <<= 8; pairs += 4; }
    if (x < 0x10000000u) { x <<= 4; pairs += 2; }
    if (x < 0x40000000u) { x <<= 2; pairs += 1; }
}
