// Sums of r * r / d2 in pixels.
float ball(vec2 p, vec2 c, float r) { vec2 d = p - c; return r * r / dot(d, d); }
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 m = 0.5 * iResolution.xy, a = 0.25 * iResolution.xy;
    float v = ball(fragCoord, m + a * vec2(sin(iTime), cos(1.3 * iTime)), 0.12 * iResolution.y);
    v += ball(fragCoord, m + a * vec2(cos(0.7 * iTime), sin(iTime)), 0.15 * iResolution.y);
    v += ball(fragCoord, m + a * vec2(sin(1.7 * iTime), sin(0.5 * iTime)), 0.1 * iResolution.y);
    fragColor = vec4(smoothstep(0.8, 1.2, v) * vec3(0.9, 0.4, 0.1) + clamp(v, 0.0, 1.0) * 0.3, 1.0);
}
