// A tunnel: polar coordinates, the depth from one over the radius, rings and stripes that fly past.
// Idea: the table-driven tunnels of the demo scene; deformation after Inigo Quilez, "plane deformations", 2006.
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 p = (2.0 * fragCoord - iResolution.xy) / iResolution.y;
    p += 0.25 * vec2(sin(0.7 * iTime), cos(0.9 * iTime));
    float radius = length(p);
    float angle = atan(p.y, p.x) / 3.14159265;
    float depth = 0.5 / max(radius, 0.05) + iTime;
    float rings = 0.5 + 0.5 * sin(8.0 * depth);
    float stripes = smoothstep(-0.2, 0.2, sin(3.14159265 * 6.0 * angle + 2.0 * depth));
    vec3 wall = mix(vec3(0.10, 0.15, 0.45), vec3(0.95, 0.55, 0.15), rings * stripes);
    float fog = smoothstep(0.0, 0.9, radius);
    fragColor = vec4(wall * fog + (1.0 - fog) * vec3(0.02, 0.02, 0.05), 1.0);
}
