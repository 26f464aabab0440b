// Two numbers from one point, each with its own vector.
vec2 hash2(vec2 p) {
    p = vec2(dot(p, vec2(127.1, 311.7)), dot(p, vec2(269.5, 183.3)));
    return fract(sin(p) * 43758.5453123);
}
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 p = 9.0 * fragCoord / iResolution.y;
    vec2 h = hash2(floor(p));
    float dot1 = smoothstep(0.25, 0.2, length(fract(p) - 0.3 - 0.4 * h));
    fragColor = vec4(dot1 * vec3(h, 0.6), 1.0);
}
