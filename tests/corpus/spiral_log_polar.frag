// Log-polar spirals, three arms, and a checker in log-polar space.
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 p = (2.0 * fragCoord - iResolution.xy) / iResolution.y;
    float r = length(p), a = atan(p.y, p.x);
    float arms = sin(3.0 * a - 6.0 * log(r) + 2.0 * iTime);
    vec2 lp = vec2(log(r), a) * 6.0 / 3.14159265;
    lp.x -= iTime;
    float ch = mod(floor(lp.x) + floor(lp.y), 2.0);
    vec3 col = mix(vec3(0.1, 0.05, 0.2), vec3(1.0, 0.7, 0.3), smoothstep(-0.2, 0.2, arms));
    fragColor = vec4(mix(col, col.zxy, 0.4 * ch) * smoothstep(0.0, 0.2, r), 1.0);
}
