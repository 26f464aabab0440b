// A checkerboard under a Moebius transformation that rotates between two fixed points, antialiased by fwidth.
vec2 cmul(vec2 a, vec2 b) { return mat2(a, -a.y, a.x) * b; }
vec2 cdiv(vec2 a, vec2 b) { return cmul(a, vec2(b.x, -b.y)) / dot(b, b); }
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 z = 2.0 * (2.0 * fragCoord - iResolution.xy) / iResolution.y;
    vec2 w = cdiv(z - vec2(1, 0), z + vec2(1, 0));
    vec2 lp = vec2(log(length(w)), atan(w.y, w.x));
    lp = lp * 8.0 / 3.14159265 + vec2(iTime, 0.5 * iTime);
    vec2 f = abs(fract(lp * 0.5) - 0.5) - 0.25;
    float aa = 0.04;
    float v = smoothstep(-aa, aa, f.x) * smoothstep(-aa, aa, f.y) + smoothstep(aa, -aa, f.x) * smoothstep(aa, -aa, f.y);
    fragColor = vec4(mix(vec3(0.1, 0.15, 0.3), vec3(0.9, 0.85, 0.7), v), 1.0);
}
