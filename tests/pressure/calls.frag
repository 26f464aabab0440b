// Sixteen values that live across every one of eight calls: a function too large and too often called to be inlined.
float ripple(float x, float k) {
    float s = 0.0;
    for (int i = 0; i < 6; i++) {
        s += sin(x * k + s) * 0.5;
        if (s > 2.0) {
            s = s * 0.5 - cos(x);
        }
        x = x * 1.3 + s;
    }
    return s;
}

void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 p = fragCoord / iResolution.xy;
    vec4 a = vec4(p.x, p.y, p.x + p.y, p.x - p.y), b = a * 1.7 + 0.1, c = a.wzyx * b, d = c + b * a.yxwz;
    float r0 = ripple(p.x, 1.0), r1 = ripple(p.y, 1.1), r2 = ripple(d.x, 1.2), r3 = ripple(d.y + r0, 1.3);
    float r4 = ripple(c.x + r1, 1.4), r5 = ripple(c.w - r2, 1.5), r6 = ripple(b.y, 1.6), r7 = ripple(a.z + r6, 1.7);
    vec4 low = a * r0 + b * r1 + c * r2 + d * r3, high = a.yzwx * r4 + b.zwxy * r5 + c.wxyz * r6 + d * r7;
    fragColor = vec4(fract(low.xyz * 0.3 + high.yzw * 0.2), 1.0);
}
