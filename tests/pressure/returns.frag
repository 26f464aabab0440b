// A function that returns 40 words, eight of them in registers, called four times.
struct Bundle {
    mat4 m;
    mat4 n;
    vec4 a;
    vec4 b;
};

Bundle make(vec2 p, float k) {
    Bundle r;
    float s = k;
    for (int i = 0; i < 4; i++) {
        s += sin(p.x * s + p.y) * 0.5;
        p = p.yx * 1.1 + s;
    }
    r.a = vec4(p, s, k);
    r.b = r.a.wzyx * s - k;
    r.m = mat4(r.a, r.b, r.a * s, r.b * k);
    r.n = mat4(r.b + s, r.a - k, r.b * r.a, r.a * r.a);
    return r;
}

void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 p = fragCoord / iResolution.xy;
    Bundle u = make(p, 0.3), v = make(p.yx, 0.5), w = make(p + 0.2, 0.7), x = make(p - 0.1, 0.9);
    vec4 s = u.m * w.a + v.n * x.b + w.m * u.b - x.n * v.a;
    fragColor = vec4(fract(s.xyz * 0.1 + s.w), 1.0);
}
