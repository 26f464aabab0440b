// A vignette of products raised to a small power.
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 uv = fragCoord / iResolution.xy;
    vec2 e = uv * (1.0 - uv.yx);
    float v = pow(16.0 * e.x * e.y, 0.25);
    fragColor = vec4(v * (0.5 + 0.5 * cos(iTime + uv.xyx * 3.0 + vec3(0, 2, 4))), 1.0);
}
