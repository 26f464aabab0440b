// Narrow bells: squares of small numbers, scaled up.
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 p = (fragCoord / iResolution.xy - 0.5) * 0.02;
    float d2 = dot(p, p), s = 0.00002 * (1.2 + sin(iTime));
    fragColor = vec4(vec3(exp(-d2 / s), 10000.0 * d2, 100.0 * abs(p.x)), 1.0);
}
