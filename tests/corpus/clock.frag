// Hands and ticks from the seconds.
float hand(vec2 p, float turns, float size, float width) {
    float a = 6.2831853 * turns;
    vec2 d = vec2(sin(a), cos(a));
    float along = clamp(dot(p, d), 0.0, size);
    return smoothstep(width, 0.5 * width, length(p - along * d));
}
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 p = (2.0 * fragCoord - iResolution.xy) / iResolution.y;
    float s = iTime + 40271.0, a = atan(p.x, p.y) / 6.2831853;
    vec3 color = vec3(0.15 + 0.1 * smoothstep(0.95, 0.93, length(p)));
    color += smoothstep(0.06, 0.04, abs(fract(12.0 * a + 0.5) - 0.5)) * step(0.8, length(p)) * step(length(p), 0.92);
    color = mix(color, vec3(0.9), hand(p, s / 43200.0, 0.5, 0.08));
    color = mix(color, vec3(0.7), hand(p, s / 3600.0, 0.75, 0.05));
    color = mix(color, vec3(1.0, 0.2, 0.1), hand(p, floor(mod(s, 60.0)) / 60.0, 0.8, 0.03));
    fragColor = vec4(color, 1.0);
}
