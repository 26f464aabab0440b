// A small SDF scene: several primitives, smooth union, soft shadow, occlusion, fog, gamma.
float sdSphere(vec3 p, float s) { return length(p) - s; }
float sdBox(vec3 p, vec3 b) { vec3 d = abs(p) - b; return min(max(d.x, max(d.y, d.z)), 0.0) + length(max(d, 0.0)); }
float sdTorus(vec3 p, vec2 t) { return length(vec2(length(p.xz) - t.x, p.y)) - t.y; }
float sdCapsule(vec3 p, vec3 a, vec3 b, float r) {
    vec3 pa = p - a, ba = b - a;
    float h = clamp(dot(pa, ba) / dot(ba, ba), 0.0, 1.0);
    return length(pa - ba * h) - r;
}
float smin(float a, float b, float k) {
    float h = clamp(0.5 + 0.5 * (b - a) / k, 0.0, 1.0);
    return mix(b, a, h) - k * h * (1.0 - h);
}
vec2 opU(vec2 d1, vec2 d2) { return (d1.x < d2.x) ? d1 : d2; }
vec2 map(in vec3 pos) {
    vec2 res = vec2(pos.y, 1.0);
    res = opU(res, vec2(smin(sdSphere(pos - vec3(0.0, 0.25, 0.0), 0.25), sdSphere(pos - vec3(0.25 * sin(iTime), 0.5, 0.0), 0.15), 0.1), 26.9));
    res = opU(res, vec2(sdBox(pos - vec3(0.8, 0.25, 0.2), vec3(0.2)), 3.0));
    res = opU(res, vec2(sdTorus(pos - vec3(-0.8, 0.25, 0.2), vec2(0.20, 0.05)), 25.0));
    res = opU(res, vec2(sdCapsule(pos, vec3(-0.4, 0.1, -0.6), vec3(0.4, 0.2, -0.6), 0.08), 31.9));
    return res;
}
vec2 castRay(vec3 ro, vec3 rd) {
    float tmin = 0.5, tmax = 12.0;
    float t = tmin, m = -1.0;
    for (int i = 0; i < 48; i++) {
        float precis = 0.0008 * t;
        vec2 res = map(ro + rd * t);
        if (res.x < precis || t > tmax) break;
        t += res.x;
        m = res.y;
    }
    if (t > tmax) m = -1.0;
    return vec2(t, m);
}
float calcSoftshadow(vec3 ro, vec3 rd, float mint, float tmax) {
    float res = 1.0, t = mint;
    for (int i = 0; i < 14; i++) {
        float h = map(ro + rd * t).x;
        res = min(res, 8.0 * h / t);
        t += clamp(h, 0.02, 0.10);
        if (res < 0.005 || t > tmax) break;
    }
    return clamp(res, 0.0, 1.0);
}
vec3 calcNormal(vec3 pos) {
    vec2 e = vec2(1.0, -1.0) * 0.5773 * 0.0015;
    return normalize(e.xyy * map(pos + e.xyy).x + e.yyx * map(pos + e.yyx).x + e.yxy * map(pos + e.yxy).x + e.xxx * map(pos + e.xxx).x);
}
float calcAO(vec3 pos, vec3 nor) {
    float occ = 0.0, sca = 1.0;
    for (int i = 0; i < 4; i++) {
        float hr = 0.01 + 0.12 * float(i) / 3.0;
        float dd = map(nor * hr + pos).x;
        occ += -(dd - hr) * sca;
        sca *= 0.95;
    }
    return clamp(1.0 - 3.0 * occ, 0.0, 1.0);
}
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 p = (-iResolution.xy + 2.0 * fragCoord) / iResolution.y;
    float an = 0.3 * iTime;
    vec3 ro = vec3(2.2 * cos(an), 1.1, 2.2 * sin(an)), ta = vec3(0.0, 0.2, 0.0);
    vec3 cw = normalize(ta - ro), cu = normalize(cross(cw, vec3(0.0, 1.0, 0.0))), cv = cross(cu, cw);
    vec3 rd = mat3(cu, cv, cw) * normalize(vec3(p.xy, 2.0));
    vec3 col = vec3(0.7, 0.9, 1.0) + rd.y * 0.8;
    vec2 res = castRay(ro, rd);
    float t = res.x, m = res.y;
    if (m > -0.5) {
        vec3 pos = ro + t * rd;
        vec3 nor = calcNormal(pos);
        col = 0.45 + 0.35 * sin(vec3(0.05, 0.08, 0.10) * (m - 1.0));
        if (m < 1.5) {
            float f = mod(floor(5.0 * pos.z) + floor(5.0 * pos.x), 2.0);
            col = 0.3 + f * vec3(0.1);
        }
        float occ = calcAO(pos, nor);
        vec3 lig = normalize(vec3(-0.4, 0.7, -0.6));
        vec3 hal = normalize(lig - rd);
        float amb = clamp(0.5 + 0.5 * nor.y, 0.0, 1.0);
        float dif = clamp(dot(nor, lig), 0.0, 1.0) * calcSoftshadow(pos, lig, 0.02, 2.5);
        float spe = pow(clamp(dot(nor, hal), 0.0, 1.0), 16.0) * dif;
        vec3 lin = 1.3 * dif * vec3(1.0, 0.8, 0.55) + 0.4 * amb * vec3(0.4, 0.6, 1.0) * occ;
        col = col * lin + 1.0 * spe * vec3(1.0, 0.9, 0.7);
        col = mix(col, vec3(0.8, 0.9, 1.0), 1.0 - exp(-0.0002 * t * t * t));
    }
    col = pow(clamp(col, 0.0, 1.0), vec3(0.4545));
    fragColor = vec4(col, 1.0);
}
