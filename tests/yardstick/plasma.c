// shaders/plasma.frag. ctx: iTime, iResolution.
#include "q32.h"

INLINE vec3 pixel(const int32_t *u, q32 x, q32 y) {
    q32 t = u[0], px = div(x << 3, u[2]) - Q(4), py = div(y << 3, u[2]) - Q(4);
    q32 v = sin_(px + t);
    v += sin_(scale(py + t + scale(t, 0.3), 0.7));
    v += sin_(scale(px + py + scale(t, 0.8), 0.6));
    q32 cx = px + 2 * sin_(scale(t, 0.31)), cy = py + 2 * cos_(scale(t, 0.47));
    v += sin_(length2(cx, cy) + t);
    q32 w = v + scale(v, 0.570796325);
    return (vec3){32768 + (cos_(w) >> 1), 32768 + (cos_(w + Q(2.1)) >> 1), 32768 + (cos_(w + Q(4.2)) >> 1)};
}
#include "frame.h"
