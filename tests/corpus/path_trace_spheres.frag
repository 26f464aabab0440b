// A path tracer of three bounces and two samples a pixel with an LCG as its source of chance.
uint seed;
float rnd() {
    seed = seed * 747796405u + 2891336453u;
    uint w = ((seed >> ((seed >> 28u) + 4u)) ^ seed) * 277803737u;
    w = (w >> 22u) ^ w;
    return float(w) / 4294967296.0;
}
vec3 sphereDir() {
    float z = rnd() * 2.0 - 1.0, a = rnd() * 6.2831853, r = sqrt(max(0.0, 1.0 - z * z));
    return vec3(r * cos(a), r * sin(a), z);
}
float hitSphere(vec3 ro, vec3 rd, vec4 s) {
    vec3 oc = ro - s.xyz;
    float b = dot(oc, rd), c = dot(oc, oc) - s.w * s.w, h = b * b - c;
    if (h < 0.0) return -1.0;
    h = sqrt(h);
    return -b - h;
}
vec3 trace(vec3 ro, vec3 rd) {
    vec3 acc = vec3(0), thr = vec3(1);
    for (int bounce = 0; bounce < 3; bounce++) {
        float t = 1e5;
        vec3 n = vec3(0), alb = vec3(0), emi = vec3(0);
        float d = hitSphere(ro, rd, vec4(-0.6, 0.5, 0, 0.5));
        if (d > 0.001 && d < t) { t = d; n = normalize(ro + d * rd - vec3(-0.6, 0.5, 0)); alb = vec3(0.9, 0.3, 0.2); }
        d = hitSphere(ro, rd, vec4(0.6, 0.4, 0.2, 0.4));
        if (d > 0.001 && d < t) { t = d; n = normalize(ro + d * rd - vec3(0.6, 0.4, 0.2)); alb = vec3(0.2); emi = vec3(2.0, 1.8, 1.2); }
        d = -ro.y / rd.y;
        if (d > 0.001 && d < t) { t = d; n = vec3(0, 1, 0); vec3 q = ro + d * rd; alb = vec3(0.3 + 0.4 * mod(floor(q.x) + floor(q.z), 2.0)); }
        if (t > 1e4) { acc += thr * mix(vec3(0.9), vec3(0.3, 0.5, 0.9), 0.5 + 0.5 * rd.y); break; }
        acc += thr * emi;
        thr *= alb;
        ro += t * rd + 0.001 * n;
        rd = normalize(n + sphereDir());
    }
    return acc;
}
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    seed = uint(fragCoord.x) * 1973u + uint(fragCoord.y) * 9277u + uint(iFrame) * 26699u + 1u;
    vec3 col = vec3(0);
    for (int s = 0; s < 2; s++) {
        vec2 uv = (2.0 * (fragCoord + vec2(rnd(), rnd()) - 0.5) - iResolution.xy) / iResolution.y;
        col += trace(vec3(0, 0.8, -3), normalize(vec3(uv, 2.0)));
    }
    fragColor = vec4(pow(col / 2.0, vec3(0.4545)), 1.0);
}
