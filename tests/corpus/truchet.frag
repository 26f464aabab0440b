// Arcs that meet at the borders of cells.
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 p = 7.0 * fragCoord / iResolution.y + 0.3 * iTime, c = floor(p), f = fract(p);
    if (fract(sin(dot(c, vec2(12.9898, 78.233))) * 43758.5453) > 0.5) f.x = 1.0 - f.x;
    float d = min(abs(length(f) - 0.5), abs(length(f - 1.0) - 0.5));
    fragColor = vec4(vec3(smoothstep(0.15, 0.08, d)), 1.0);
}
