// Hue, saturation and value to RGB, around a wheel.
vec3 hsv(vec3 c) {
    vec3 p = abs(fract(c.xxx + vec3(1.0, 2.0 / 3.0, 1.0 / 3.0)) * 6.0 - 3.0);
    return c.z * mix(vec3(1.0), clamp(p - 1.0, 0.0, 1.0), c.y);
}
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 p = (2.0 * fragCoord - iResolution.xy) / iResolution.y;
    fragColor = vec4(hsv(vec3(atan(p.y, p.x) / 6.2831853 + 0.1 * iTime, min(length(p), 1.0), 1.0)), 1.0);
}
