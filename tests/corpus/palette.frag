// A cosine palette over a spiral.
vec3 palette(float t) { return vec3(0.5) + vec3(0.5) * cos(6.28318 * (vec3(1.0, 1.0, 0.5) * t + vec3(0.8, 0.9, 0.3))); }
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 p = (2.0 * fragCoord - iResolution.xy) / iResolution.y, q = p;
    vec3 sum = vec3(0.0);
    for (int i = 0; i < 3; i++) {
        p = fract(p * 1.5) - 0.5;
        float d = abs(sin(length(p) * exp(-length(q)) * 8.0 + iTime) / 8.0);
        sum += palette(length(q) + 0.4 * float(i) + 0.4 * iTime) * pow(0.01 / d, 1.2);
    }
    fragColor = vec4(sum, 1.0);
}
