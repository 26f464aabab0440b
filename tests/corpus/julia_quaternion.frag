// A quaternion Julia set by its distance estimate; the gradient is kept along.
vec4 qsqr(vec4 a) { return vec4(a.x * a.x - dot(a.yzw, a.yzw), 2.0 * a.x * a.yzw); }
float map(vec3 p, vec4 c, out float trap) {
    vec4 z = vec4(p, 0.0);
    float md2 = 1.0, mz2 = dot(z, z);
    trap = mz2;
    for (int i = 0; i < 9; i++) {
        md2 *= 4.0 * mz2;
        z = qsqr(z) + c;
        mz2 = dot(z, z);
        trap = min(trap, mz2);
        if (mz2 > 4.0) break;
    }
    return 0.25 * sqrt(mz2 / md2) * log(mz2);
}
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 p = (2.0 * fragCoord - iResolution.xy) / iResolution.y;
    vec4 c = 0.45 * cos(vec4(0.5, 3.9, 1.4, 1.1) + 0.15 * iTime * vec4(1.2, 1.7, 1.3, 2.5)) - vec4(0.3, 0, 0, 0);
    vec3 ro = vec3(1.6 * cos(0.3 * iTime), 0.6, 1.6 * sin(0.3 * iTime));
    vec3 w = normalize(-ro), u = normalize(cross(w, vec3(0, 1, 0))), v = cross(u, w);
    vec3 rd = normalize(p.x * u + p.y * v + 2.0 * w);
    float t = 0.5, trap = 1.0, h = 1.0;
    for (int i = 0; i < 50; i++) {
        h = map(ro + rd * t, c, trap);
        if (h < 0.002 || t > 3.5) break;
        t += h;
    }
    vec3 col = vec3(0.3, 0.35, 0.4) - 0.15 * length(p);
    if (t < 3.5) col = (0.5 + 0.5 * cos(6.2831 * trap + vec3(0, 1, 2))) * exp(-0.6 * (t - 0.8));
    fragColor = vec4(sqrt(max(col, 0.0)), 1.0);
}
