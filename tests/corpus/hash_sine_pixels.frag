// The same hash of the pixel itself, mixed into a gradient as dither.
float hash(vec2 p) { return fract(sin(dot(p, vec2(12.9898, 78.233))) * 43758.5453); }
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 uv = fragCoord / iResolution.xy;
    float grain = hash(fragCoord);
    fragColor = vec4(mix(vec3(uv, 0.4), vec3(grain), 0.3), 1.0);
}
