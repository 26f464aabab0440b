// Rings about the middle, measured in pixels.
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    float d = length(fragCoord - 0.5 * iResolution.xy);
    fragColor = vec4(0.5 + 0.5 * sin(0.2 * d - 3.0 * iTime), smoothstep(0.0, 1.0, d / iResolution.y), 0.3, 1.0);
}
