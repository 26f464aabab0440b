// Particles are faked: a point is moved a few steps through the curl of a noise, and coloured where it lands.
vec3 hash3(vec2 p) {
    vec3 q = vec3(dot(p, vec2(127.1, 311.7)), dot(p, vec2(269.5, 183.3)), dot(p, vec2(419.2, 371.9)));
    return fract(sin(q) * 43758.5453);
}
float gnoise(vec2 p) {
    vec2 i = floor(p), f = fract(p), u = f * f * f * (f * (f * 6.0 - 15.0) + 10.0);
    float a = dot(hash3(i).xy * 2.0 - 1.0, f), b = dot(hash3(i + vec2(1, 0)).xy * 2.0 - 1.0, f - vec2(1, 0));
    float c = dot(hash3(i + vec2(0, 1)).xy * 2.0 - 1.0, f - vec2(0, 1)), d = dot(hash3(i + vec2(1, 1)).xy * 2.0 - 1.0, f - vec2(1, 1));
    return mix(mix(a, b, u.x), mix(c, d, u.x), u.y);
}
vec2 curl(vec2 p) {
    const float e = 0.02;
    float x = gnoise(p + vec2(0, e)) - gnoise(p - vec2(0, e));
    float y = gnoise(p + vec2(e, 0)) - gnoise(p - vec2(e, 0));
    return vec2(x, -y) / (2.0 * e);
}
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 p = 4.0 * fragCoord / iResolution.y;
    for (int i = 0; i < 6; i++) p += 0.06 * curl(p + 0.1 * iTime);
    float v = gnoise(3.0 * p);
    fragColor = vec4(0.5 + 0.5 * cos(6.28 * (v + vec3(0.0, 0.33, 0.67))), 1.0);
}
