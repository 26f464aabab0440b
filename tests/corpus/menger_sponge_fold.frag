// A Menger sponge by folds, lit by the number of steps and a light from the eye.
mat2 rot(float a) { float c = cos(a), s = sin(a); return mat2(c, s, -s, c); }
float box(vec3 p, vec3 b) { vec3 q = abs(p) - b; return length(max(q, 0.)) + min(max(q.x, max(q.y, q.z)), 0.); }
float de(vec3 p) {
    float d = box(p, vec3(1.0)), s = 1.0;
    for (int m = 0; m < 3; m++) {
        vec3 a = mod(p * s, 2.0) - 1.0;
        s *= 3.0;
        vec3 r = abs(1.0 - 3.0 * abs(a));
        float da = max(r.x, r.y), db = max(r.y, r.z), dc = max(r.z, r.x);
        float c = (min(da, min(db, dc)) - 1.0) / s;
        d = max(d, c);
    }
    return d;
}
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 uv = (fragCoord - .5 * iResolution.xy) / iResolution.y;
    vec3 ro = vec3(0, 0, -3.5), rd = normalize(vec3(uv, 1.2));
    ro.yz *= rot(.5); rd.yz *= rot(.5);
    ro.xz *= rot(iTime * .3); rd.xz *= rot(iTime * .3);
    float t = 0., steps = 0.;
    for (int i = 0; i < 64; i++) {
        float d = de(ro + rd * t);
        if (d < .002 || t > 8.) break;
        t += d;
        steps++;
    }
    vec3 col = vec3(0);
    if (t < 8.) {
        vec3 p = ro + rd * t;
        vec2 e = vec2(.002, 0);
        vec3 n = normalize(vec3(de(p + e.xyy) - de(p - e.xyy), de(p + e.yxy) - de(p - e.yxy), de(p + e.yyx) - de(p - e.yyx)));
        col = vec3(.9, .7, .5) * (.3 + .7 * max(0., dot(n, -rd))) * (1. - steps / 64.);
    }
    fragColor = vec4(col, 1.);
}
