// A loop that carries 20 values around, each computed from three of them, and four that stay.
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 p = fragCoord / iResolution.xy;
    vec4 k = vec4(p, p.x * p.y, p.x - p.y) * 0.25;
    vec4 a = p.xyxy, b = a * 0.9 + k, c = b.yzwx - k, d = c * 0.7 + a, e = d.wzyx - b;
    int turns = 5 + int(p.x * 8.0);
    for (int i = 0; i < turns; i++) {
        vec4 old = a;
        a = b * 0.6 + e.yzwx * k + 0.1;
        b = c * 0.5 - old * k.wzyx;
        c = d.zwxy * 0.7 + b * k + old * 0.2;
        d = e * 0.4 + a.yxwz * k;
        e = old.wxyz * 0.3 - c * k + d * 0.1;
    }
    vec4 s = a + b * 2.0 + c * 3.0 + d * 4.0 + e * 5.0;
    fragColor = vec4(fract(s.xyz + s.w), 1.0);
}
