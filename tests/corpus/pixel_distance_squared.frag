// The same with the root saved: squares of pixels.
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 p = fragCoord - 0.5 * iResolution.xy;
    float d2 = dot(p, p), r = 0.3 * iResolution.y + 4.0 * sin(iTime);
    fragColor = vec4(d2 < r * r ? vec3(1.0 - d2 / (r * r)) : vec3(0.1, 0.1, 0.3), 1.0);
}
