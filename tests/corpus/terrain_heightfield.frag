// A terrain with erosion by derivatives, fog by distance.
float hash(vec2 p) { p = 50.0 * fract(p * 0.3183099 + vec2(0.71, 0.113)); return -1.0 + 2.0 * fract(p.x * p.y * (p.x + p.y)); }
vec3 noised(in vec2 x) {
    vec2 i = floor(x), f = fract(x);
    vec2 u = f * f * (3.0 - 2.0 * f), du = 6.0 * f * (1.0 - f);
    float a = hash(i), b = hash(i + vec2(1, 0)), c = hash(i + vec2(0, 1)), d = hash(i + vec2(1, 1));
    return vec3(a + (b - a) * u.x + (c - a) * u.y + (a - b - c + d) * u.x * u.y, du * (vec2(b - a, c - a) + (a - b - c + d) * u.yx));
}
const mat2 m2 = mat2(0.8, -0.6, 0.6, 0.8);
float terrain(vec2 p) {
    float a = 0.0, b = 1.0;
    vec2 d = vec2(0);
    for (int i = 0; i < 5; i++) {
        vec3 n = noised(p);
        d += n.yz;
        a += b * n.x / (1.0 + dot(d, d));
        b *= 0.5;
        p = m2 * p * 2.0;
    }
    return a;
}
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 uv = (2.0 * fragCoord - iResolution.xy) / iResolution.y;
    vec3 ro = vec3(0.3 * iTime, 1.6, 0.2 * iTime), rd = normalize(vec3(uv.x, uv.y - 0.45, 1.6));
    vec3 sky = vec3(0.5, 0.65, 0.85) - 0.4 * rd.y;
    vec3 col = sky;
    float t = 0.1;
    bool hit = false;
    for (int i = 0; i < 60; i++) {
        vec3 p = ro + t * rd;
        float h = p.y - terrain(p.xz);
        if (h < 0.003 * t) { hit = true; break; }
        t += 0.4 * h;
        if (t > 10.0) break;
    }
    if (hit) {
        vec2 q = ro.xz + t * rd.xz;
        float e = 0.02;
        vec3 n = normalize(vec3(terrain(q - vec2(e, 0)) - terrain(q + vec2(e, 0)), 2.0 * e, terrain(q - vec2(0, e)) - terrain(q + vec2(0, e))));
        col = mix(vec3(0.35, 0.3, 0.2), vec3(0.3, 0.4, 0.15), smoothstep(0.6, 0.9, n.y));
        col *= 0.3 + max(dot(n, normalize(vec3(-0.8, 0.4, -0.3))), 0.0);
        col = mix(col, sky, 1.0 - exp(-0.01 * t * t));
    }
    fragColor = vec4(sqrt(max(col, 0.0)), 1.0);
}
