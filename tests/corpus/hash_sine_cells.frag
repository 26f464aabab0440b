// The one-line hash, one value a cell.
float hash(vec2 p) { return fract(sin(dot(p, vec2(12.9898, 78.233))) * 43758.5453); }
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 cell = floor(fragCoord / iResolution.y * 12.0);
    fragColor = vec4(vec3(hash(cell + floor(iTime))), 1.0);
}
