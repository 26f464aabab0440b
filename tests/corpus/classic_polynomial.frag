// Classic gradient noise over the same polynomial, with a Taylor inverse root.
vec4 wrap(vec4 x) { return x - floor(x * (1.0 / 289.0)) * 289.0; }
vec4 permute(vec4 x) { return wrap((34.0 * x + 10.0) * x); }
vec4 inverseRoot(vec4 r) { return 1.79284291400159 - 0.85373472095314 * r; }
float classic(vec2 P) {
    vec4 Pi = floor(P.xyxy) + vec4(0, 0, 1, 1);
    vec4 Pf = fract(P.xyxy) - vec4(0, 0, 1, 1);
    Pi = wrap(Pi);
    vec4 i = permute(permute(Pi.xzxz) + Pi.yyww);
    vec4 gx = fract(i * (1.0 / 41.0)) * 2.0 - 1.0;
    vec4 gy = abs(gx) - 0.5;
    gx -= floor(gx + 0.5);
    vec4 norm = inverseRoot(gx * gx + gy * gy);
    vec4 n = norm * (gx * Pf.xzxz + gy * Pf.yyww);
    vec2 f = Pf.xy * Pf.xy * Pf.xy * (Pf.xy * (Pf.xy * 6.0 - 15.0) + 10.0);
    vec2 m = mix(n.xz, n.yw, f.x);
    return 2.3 * mix(m.x, m.y, f.y);
}
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 p = 6.0 * fragCoord / iResolution.y;
    float v = classic(p + iTime) + 0.5 * classic(2.0 * p);
    fragColor = vec4(0.5 + 0.4 * vec3(v, v * v, -v), 1.0);
}
