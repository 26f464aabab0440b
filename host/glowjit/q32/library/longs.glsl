// Long words: two words for 64 bits, the lower one unsigned.

// (high, low) * 2^by modulo 2^64, rounded down.
void q_long_shift(inout int high, inout int low, int by) {
    if (by >= 32) { high = by > 63 ? 0 : low << (by - 32); low = 0; }
    else if (by > 0) { high = (high << by) | int(uint(low) >> (32 - by)); low <<= by; }
    else if (by <= -32) { low = high >> min(-32 - by, 31); high >>= 31; }
    else if (by < 0) { low = int(uint(low) >> -by) | (high << (32 + by)); high >>= -by; }
}
