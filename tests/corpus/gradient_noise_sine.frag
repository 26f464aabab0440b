// Gradient noise whose gradients come from a sine hash.
vec2 gradient(vec2 p) {
    p = vec2(dot(p, vec2(127.1, 311.7)), dot(p, vec2(269.5, 183.3)));
    return -1.0 + 2.0 * fract(sin(p) * 43758.5453123);
}
float noise(vec2 p) {
    vec2 i = floor(p), f = fract(p);
    vec2 u = f * f * f * (f * (f * 6.0 - 15.0) + 10.0);
    float a = dot(gradient(i), f);
    float b = dot(gradient(i + vec2(1, 0)), f - vec2(1, 0));
    float c = dot(gradient(i + vec2(0, 1)), f - vec2(0, 1));
    float d = dot(gradient(i + vec2(1, 1)), f - vec2(1, 1));
    return mix(mix(a, b, u.x), mix(c, d, u.x), u.y);
}
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    float v = noise(7.0 * fragCoord / iResolution.y + iTime);
    fragColor = vec4(vec3(0.5 + 0.5 * v), 1.0);
}
