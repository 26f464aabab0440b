// Two bounces on a mirror floor, march with a struct of materials and a switch.
struct Material { vec3 albedo; float shine; float mirror; };
struct Hit { float t; vec3 p, n; int id; };
float sphere(vec3 p, float r) { return length(p) - r; }
float roundBox(vec3 p, vec3 b, float r) { return length(max(abs(p) - b, 0.0)) - r; }
vec2 scene(vec3 p) {
    vec2 d = vec2(p.y + 1.0, 0.0);
    float a = sphere(p - vec3(-1.0, 0.0 + 0.3 * abs(sin(2.0 * iTime)), 0.0), 0.7);
    if (a < d.x) d = vec2(a, 1.0);
    float b = roundBox(p - vec3(1.1, -0.4, 0.3), vec3(0.4), 0.1);
    if (b < d.x) d = vec2(b, 2.0);
    return d;
}
vec3 normalAt(vec3 p) {
    vec3 n = vec3(0.0);
    for (int i = 0; i < 4; i++) {
        vec3 e = 0.5773 * (2.0 * vec3((((i + 3) >> 1) & 1), ((i >> 1) & 1), (i & 1)) - 1.0);
        n += e * scene(p + 0.001 * e).x;
    }
    return normalize(n);
}
Material material(int id, vec3 p) {
    switch (id) {
        case 1: return Material(vec3(0.9, 0.2, 0.1), 40.0, 0.25);
        case 2: return Material(vec3(0.2, 0.4, 0.9), 12.0, 0.1);
        default: {
            float c = mod(floor(p.x) + floor(p.z), 2.0);
            return Material(mix(vec3(0.2), vec3(0.8), c), 80.0, 0.4);
        }
    }
}
Hit march(vec3 ro, vec3 rd) {
    Hit h = Hit(-1.0, vec3(0), vec3(0), -1);
    float t = 0.02;
    for (int i = 0; i < 60; i++) {
        vec2 d = scene(ro + t * rd);
        if (d.x < 0.001 * t) { h.t = t; h.p = ro + t * rd; h.n = normalAt(h.p); h.id = int(d.y); return h; }
        t += d.x;
        if (t > 20.0) break;
    }
    return h;
}
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 uv = (2.0 * fragCoord - iResolution.xy) / iResolution.y;
    vec3 ro = vec3(0.5 * sin(0.4 * iTime), 0.6, 4.0), rd = normalize(vec3(uv.x, uv.y - 0.25, -2.0));
    vec3 col = vec3(0.0), w = vec3(1.0), l = normalize(vec3(0.6, 0.9, 0.5));
    for (int k = 0; k < 2; k++) {
        Hit h = march(ro, rd);
        if (h.id < 0) { col += w * mix(vec3(0.8, 0.85, 0.9), vec3(0.3, 0.5, 0.8), clamp(rd.y * 2.0, 0.0, 1.0)); break; }
        Material m = material(h.id, h.p);
        float dif = max(dot(h.n, l), 0.0), spe = pow(max(dot(reflect(rd, h.n), l), 0.0), m.shine);
        vec3 c = m.albedo * (0.2 + 0.8 * dif) + spe;
        c = mix(c, vec3(0.8, 0.85, 0.9), 1.0 - exp(-0.01 * h.t * h.t));
        col += w * c * (1.0 - m.mirror);
        w *= m.mirror;
        ro = h.p + 0.01 * h.n;
        rd = reflect(rd, h.n);
    }
    fragColor = vec4(sqrt(col), 1.0);
}
