// Layers of stars from a hash, small and bright.
float hash(vec2 p) { p = fract(p * vec2(123.34, 345.45)); p += dot(p, p + 34.345); return fract(p.x * p.y); }
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 uv = (fragCoord - 0.5 * iResolution.xy) / iResolution.y;
    vec3 color = vec3(0.0);
    for (int i = 0; i < 3; i++) {
        float depth = fract(float(i) / 3.0 + 0.05 * iTime);
        vec2 p = uv * mix(12.0, 1.0, depth) + float(i) * 45.32, g = fract(p) - 0.5, c = floor(p);
        float h = hash(c), d = length(g - 0.6 * (vec2(h, fract(34.0 * h)) - 0.5));
        color += smoothstep(0.3, 0.0, d) * depth * vec3(0.8, 0.9, 1.0) * (0.5 + 0.5 * h);
    }
    fragColor = vec4(color, 1.0);
}
