// A ball of hashed tetrahedra, marched with a fixed number of steps and no far plane: rays that miss it go farther with
// every step, until the cells that they are in have numbers of fifteen digits.
float cells(vec3 p) {
    vec3 q = floor(p + dot(p, vec3(0.3333)));
    p -= q - dot(q, vec3(0.1667));
    vec3 a = step(p.yzx, p), e = p - a * (1.0 - a.zxy) + 0.1667;
    vec2 d = vec2(dot(q, vec3(7.0, 157.0, 113.0)), dot(q + a, vec3(7.0, 157.0, 113.0)));
    d = fract(43758.5453 * sin(d)) * max(0.5 - vec2(dot(p, p), dot(e, e)), 0.0) * 2.0;
    return abs(d.x - d.y);
}
float ball(vec3 p) { return length(p) - 1.0 - 0.75 * cells(p) - 0.5 * sin(2.5 * iTime + p.x); }
vec3 normal(vec3 p) {
    vec2 e = vec2(0.002, 0.0);
    return normalize(vec3(ball(p + e.xyy) - ball(p - e.xyy), ball(p + e.yxy) - ball(p - e.yxy),
                          ball(p + e.yyx) - ball(p - e.yyx)));
}
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 uv = (2.0 * fragCoord - iResolution.xy) / iResolution.y;
    vec3 o = vec3(0.0, 0.0, -7.0), d = normalize(vec3(uv, 2.0));
    float t = 0.0, h = 0.0;
    for (int i = 0; i < 50; i++) { h = ball(o + t * d); if (h < 0.0002) break; t += h; }
    vec3 colour = vec3(0.0);
    if (h < 0.0002) colour = (0.5 + 0.5 * normal(o + t * d)) * exp(-0.1 * t);
    fragColor = vec4(colour, 1.0);
}
