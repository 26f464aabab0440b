// Plasma after hours of running: large arguments of sines.
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 p = 6.0 * fragCoord / iResolution.y;
    float t = iTime + 20000.0;
    float v = sin(p.x + t) + sin(1.7 * p.y + 3.1 * t) + sin(p.x + p.y + 7.0 * t) + sin(length(p - 3.0) * 2.0 - 2.5 * t);
    fragColor = vec4(0.5 + 0.5 * cos(v + vec3(0, 2, 4)), 1.0);
}
