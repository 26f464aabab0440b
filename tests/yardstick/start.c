// shaders/start.frag. ctx: iTime, iResolution.
#include "q32.h"

INLINE vec3 pixel(const int32_t *u, q32 x, q32 y) {
    q32 s = div(x, u[1]) + u[0], t = div(y, u[2]) + u[0];
    return (vec3){32768 + (cos_(s) >> 1), 32768 + (cos_(t + Q(2)) >> 1), 32768 + (cos_(s + Q(4)) >> 1)};
}
#include "frame.h"
