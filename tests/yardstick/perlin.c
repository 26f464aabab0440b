// shaders/perlin.frag. ctx: iTime, iResolution.
#include "q32.h"

INLINE uint32_t hash(int32_t x, int32_t y) {
    uint32_t h = (uint32_t)x * 0x9E3779B1u ^ (uint32_t)y * 0x85EBCA77u;
    h ^= h >> 16;
    h *= 0x7FEB352Du;
    return h ^ (h >> 15);
}
INLINE q32 gradient(uint32_t h, q32 dx, q32 dy) {
    q32 u = h & 4 ? dx : dy, v = (h & 4 ? dy : dx) >> 1;
    return (h & 1 ? -u : u) + (h & 2 ? -v : v);
}
INLINE q32 fade(q32 f) {
    q32 inner = mul(f, 6 * f - 15 * 65536) + 10 * 65536;
    return mul(mul(mul(f, f), f), inner);
}
INLINE q32 noise(q32 x, q32 y) {
    int32_t i = x >> 16, j = y >> 16;
    q32 fx = fract(x), fy = fract(y), wx = fade(fx), wy = fade(fy);
    q32 a = gradient(hash(i, j), fx, fy), b = gradient(hash(i + 1, j), fx - 65536, fy);
    q32 c = gradient(hash(i, j + 1), fx, fy - 65536), d = gradient(hash(i + 1, j + 1), fx - 65536, fy - 65536);
    return mix(mix(a, b, wx), mix(c, d, wx), wy);
}
CALLED q32 fbm(q32 x, q32 y) {
    q32 sum = 0, amplitude = 32768;
    for (int octave = 0; octave < 5; octave++) {
        sum += mul(amplitude, noise(x, y));
        q32 nx = 2 * (scale(x, 0.8) - scale(y, 0.6)) + Q(7.3);
        y = 2 * (scale(x, 0.6) + scale(y, 0.8)) + Q(7.3);
        x = nx;
        amplitude >>= 1;
    }
    return sum;
}
INLINE vec3 pixel(const int32_t *u, q32 x, q32 y) {
    q32 px = div(x << 2, u[2]), py = div(y << 2, u[2]), drift = scale(u[0], 0.1);
    q32 warp = fbm(px + drift, py - drift);
    q32 shift = warp + (warp >> 1), n = fbm(px + shift, py + shift);
    q32 t = clamp01(32768 + scale(n, 0.9)), tint = scale(warp, 0.15);
    return (vec3){mix(Q(0.07), Q(0.95), t) + tint, mix(Q(0.09), Q(0.85), t) + tint, mix(Q(0.20), Q(0.70), t) + tint};
}
#include "frame.h"
