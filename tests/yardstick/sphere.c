// shaders/sphere.frag. ctx: iTime, iResolution.
#include "q32.h"

INLINE q32 dot(vec3 a, vec3 b) { return mul(a.x, b.x) + mul(a.y, b.y) + mul(a.z, b.z); }
INLINE vec3 along(vec3 o, q32 t, vec3 d) { return (vec3){o.x + mul(t, d.x), o.y + mul(t, d.y), o.z + mul(t, d.z)}; }
INLINE q32 scene(vec3 p) { return min_(length3(p.x, p.y - Q(0.2), p.z) - Q(1), p.y + Q(0.8)); }

CALLED q32 march(vec3 origin, vec3 direction, q32 far) {
    q32 t = Q(0.02);
    for (int i = 0; i < 40; i++) {
        q32 d = scene(along(origin, t, direction));
        if (d < Q(0.004)) return t;
        t += d;
        if (t > far) break;
    }
    return Q(-1);
}
INLINE q32 power24(q32 x) {  // the shader's pow(x, 24.0) by squaring
    q32 x2 = mul(x, x), x4 = mul(x2, x2), x8 = mul(x4, x4);
    return mul(mul(x8, x8), x8);
}
INLINE vec3 pixel(const int32_t *u, q32 x, q32 y) {
    q32 ux = div(2 * x - u[1], u[2]), uy = div(2 * y - u[2], u[2]);
    vec3 eye = {0, Q(0.6), Q(3.2)}, ray = normalize3(ux, uy, Q(-1.8));
    q32 c = cos_(u[0]);
    vec3 light = normalize3(c + scale(c, 0.6), Q(1.8), Q(1.2) + sin_(u[0]));
    q32 sky = clamp01(32768 + uy);
    vec3 color = {mix(Q(0.65), Q(0.20), sky), mix(Q(0.75), Q(0.35), sky), mix(Q(0.90), Q(0.65), sky)};
    q32 t = march(eye, ray, Q(12));
    if (t > 0) {
        vec3 p = along(eye, t, ray), normal = {0, Q(1), 0}, albedo = {Q(0.9), Q(0.3), Q(0.2)};
        int ball = p.y > Q(-0.78);
        if (ball) {
            normal = normalize3(p.x, p.y - Q(0.2), p.z);
        } else {
            q32 check = ((p.x >> 16) + (p.z >> 16)) & 1 ? Q(0.75) : Q(0.25);
            albedo = (vec3){check, check, check};
        }
        q32 diffuse = max_(dot(normal, light), 0), highlight = 0;
        if (march(along(p, Q(0.05), normal), light, Q(6)) > 0) diffuse = scale(diffuse, 0.3);
        if (ball) {
            vec3 reflected = along(ray, -2 * dot(normal, ray), normal);
            highlight = power24(max_(dot(reflected, light), 0));
        }
        q32 lit = Q(0.2) + scale(diffuse, 0.8), fog = clamp01(scale(t, 1.0 / 12));
        color = (vec3){mix(mul(albedo.x, lit) + highlight, color.x, fog), mix(mul(albedo.y, lit) + highlight, color.y, fog),
                       mix(mul(albedo.z, lit) + highlight, color.z, fog)};
    }
    return (vec3){sqrt_(color.x), sqrt_(color.y), sqrt_(color.z)};
}
#include "frame.h"
