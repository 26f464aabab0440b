// A clock with hands from iDate and marks by angle.
#define PI 3.141592653589793
float hand(vec2 p, float a, float len, float w) {
    float s = sin(a), c = cos(a);
    p = mat2(c, s, -s, c) * p;
    p.y -= clamp(p.y, 0.0, len);
    return length(p) - w;
}
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 p = (2.0 * fragCoord - iResolution.xy) / min(iResolution.x, iResolution.y);
    float secs = mod(floor(iDate.w + iTime), 60.0), mins = mod((iDate.w + iTime) / 60.0, 60.0), hors = mod((iDate.w + iTime) / 3600.0, 24.0);
    float r = length(p), a = atan(p.y, p.x) + PI;
    vec3 col = mix(vec3(0.1, 0.12, 0.15), vec3(0.9), smoothstep(0.92, 0.9, r));
    float w = 2.0 / iResolution.y;
    vec2 uv = vec2(mod(a + PI / 60.0, PI / 30.0) - PI / 60.0, r);
    col = mix(vec3(0.2), col, smoothstep(0.0, 0.02, abs(uv.x * r) - 0.004 + 10.0 * step(uv.y, 0.78) + 10.0 * step(0.85, uv.y)));
    uv.x = mod(a + PI / 12.0, PI / 6.0) - PI / 12.0;
    col = mix(vec3(0.1), col, smoothstep(0.0, 0.02, abs(uv.x * r) - 0.015 + 10.0 * step(uv.y, 0.7) + 10.0 * step(0.86, uv.y)));
    col = mix(vec3(0.0, 0.0, 0.1), col, smoothstep(0.0, w, hand(p, hors / 12.0 * 2.0 * PI, 0.5, 0.03)));
    col = mix(vec3(0.1, 0.0, 0.0), col, smoothstep(0.0, w, hand(p, mins / 60.0 * 2.0 * PI, 0.75, 0.02)));
    col = mix(vec3(0.8, 0.1, 0.1), col, smoothstep(0.0, w, hand(p, secs / 60.0 * 2.0 * PI, 0.8, 0.008)));
    fragColor = vec4(col, 1.0);
}
