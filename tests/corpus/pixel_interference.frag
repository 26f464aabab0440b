// Zone plate: the sine of a square of pixels.
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 p = fragCoord - 0.5 * iResolution.xy;
    fragColor = vec4(vec3(0.5 + 0.5 * sin(dot(p, p) * 0.01 + iTime)), 1.0);
}
