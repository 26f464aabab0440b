// Balls that melt together (polynomial and exponential minimum), rim light.
float smax(float a, float b, float k) { return log(exp(k * a) + exp(k * b)) / k; }
float smin(float a, float b, float k) { return -smax(-a, -b, k); }
float map(vec3 p) {
    float d = 9.0;
    for (int i = 0; i < 4; i++) {
        float f = float(i);
        vec3 c = 0.9 * vec3(sin(iTime + f * 1.7), cos(iTime * 0.8 + f * 2.3), sin(iTime * 0.6 + f));
        d = i == 0 ? length(p - c) - 0.5 : smin(d, length(p - c) - 0.5, 6.0);
    }
    return d;
}
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 uv = (2.0 * fragCoord - iResolution.xy) / iResolution.y;
    vec3 ro = vec3(0, 0, 4), rd = normalize(vec3(uv, -2));
    float t = 1.0, d;
    for (int i = 0; i < 48; i++) { d = map(ro + rd * t); t += d; if (d < 0.002 || t > 8.0) break; }
    vec3 col = vec3(0.08, 0.1, 0.14);
    if (t < 8.0) {
        vec3 p = ro + rd * t;
        vec2 e = vec2(0.01, 0);
        vec3 n = normalize(vec3(map(p + e.xyy), map(p + e.yxy), map(p + e.yyx)) - map(p));
        float rim = pow(1.0 - abs(dot(n, rd)), 3.0);
        col = (0.5 + 0.5 * n) * (0.3 + 0.7 * max(0.0, n.y)) + rim;
    }
    fragColor = vec4(col, 1);
}
