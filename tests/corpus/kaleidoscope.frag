// Mirrored sectors of a plane wave.
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 p = (2.0 * fragCoord - iResolution.xy) / iResolution.y;
    float a = atan(p.y, p.x), r = length(p), sector = 6.2831853 / 8.0;
    a = abs(mod(a + 0.2 * iTime, sector) - 0.5 * sector);
    p = r * vec2(cos(a), sin(a)) - 0.3;
    float v = sin(12.0 * p.x + iTime) + sin(9.0 * p.y * p.x);
    fragColor = vec4(0.5 + 0.5 * cos(v + vec3(0, 2, 4)), 1.0);
}
