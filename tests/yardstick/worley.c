// shaders/worley.frag. ctx: iTime, iResolution.
#include "q32.h"

INLINE vec3 pixel(const int32_t *u, q32 x, q32 y) {
    q32 t = u[0], px = div(5 * x, u[2]), py = div(5 * y, u[2]);
    int32_t cx = px >> 16, cy = py >> 16;
    q32 fx = fract(px), fy = fract(py), nearest = Q(8), second = Q(8);
    for (int j = -1; j <= 1; j++) {
        for (int i = -1; i <= 1; i++) {
            uint32_t h = (uint32_t)(cx + i) * 1597334677u ^ (uint32_t)(cy + j) * 3812015801u;
            h = (h ^ (h >> 15)) * 2246822519u;
            h ^= h >> 13;
            q32 hx = (q32)(h & 0x7fff) << 1, hy = (q32)(h >> 17) << 1;
            q32 dx = i * 65536 + 32768 + scale(sin_(t + 6 * hx + scale(hx, 0.2831853)), 0.4) - fx;
            q32 dy = j * 65536 + 32768 + scale(sin_(t + 6 * hy + scale(hy, 0.2831853)), 0.4) - fy;
            q32 d = mul(dx, dx) + mul(dy, dy);
            if (d < nearest) second = nearest, nearest = d;
            else if (d < second) second = d;
        }
    }
    q32 near = sqrt_(nearest), e = sqrt_(second) - near;
    q32 edge = smooth(clamp01(10 * (e - Q(0.02))));
    return (vec3){mul(edge, mix(Q(0.95), Q(0.15), near)), mul(edge, mix(Q(0.85), Q(0.45), near)),
                  mul(edge, mix(Q(0.45), Q(0.35), near))};
}
#include "frame.h"
