// Angle and inverse distance.
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 p = (2.0 * fragCoord - iResolution.xy) / iResolution.y;
    float r = length(p), a = atan(p.y, p.x);
    vec2 q = vec2(0.3 / r + 0.5 * iTime, a / 3.14159265);
    float v = 0.5 + 0.5 * sin(12.0 * q.x) * sin(18.849556 * q.y);
    fragColor = vec4(vec3(v) * r, 1.0);
}
