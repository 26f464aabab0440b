// Cathode ray: curvature, lines by pixel number, a roll over hours.
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 uv = fragCoord / iResolution.xy, c = 2.0 * uv - 1.0;
    c *= 1.0 + 0.15 * dot(c, c);
    float lines = 0.5 + 0.5 * sin(fragCoord.y * 3.1415927 * 0.5 + iTime * 30.0);
    float inside = step(max(abs(c.x), abs(c.y)), 1.0);
    fragColor = vec4(inside * lines * (0.5 + 0.5 * vec3(sin(5.0 * c.x), sin(4.0 * c.y), cos(3.0 * c.x * c.y))), 1.0);
}
