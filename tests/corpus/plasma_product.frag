// Sines of products of positions and time.
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 uv = fragCoord / iResolution.xy;
    float t = 0.1 * iTime + 50.0;
    float v = sin(uv.x * t) + cos(uv.y * t * 1.3) + sin((uv.x * uv.y) * t * 2.0);
    fragColor = vec4(0.5 + 0.5 * sin(3.0 * v + vec3(0, 1, 2)), 1.0);
}
