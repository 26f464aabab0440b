// Straight code of about 2,000 instructions: 24 values, each replaced again and again by what two others make of it.
#define STEP(x, y, z) x = x * 0.75 + y * z;
#define ROUND(a, b, c, d, e, f) \
    STEP(a, c, e) STEP(b, d, f) STEP(c, e.yzwx, a) STEP(d, f.wxyz, b) STEP(e, a.zwxy, d) STEP(f, b, c.yxwz)
#define ROUNDS ROUND(a, b, c, d, e, f) ROUND(f, a, d, b, c, e) ROUND(c, e, b, f, a, d)

void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 p = fragCoord / iResolution.xy;
    vec4 a = vec4(p, p.x * p.y, p.x - p.y), b = a * vec4(0.5, 0.6, 0.7, 0.8) + 0.1, c = b.wzyx, d = a * b, e = c - d, f = e * a + b;
    ROUNDS ROUNDS ROUNDS
    vec4 s = a + b + c + d + e + f;
    fragColor = vec4(fract(s.xyz + s.w), 1.0);
}
