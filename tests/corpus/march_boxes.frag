// Rounded boxes repeated without end.
float box(vec3 p) { vec3 q = abs(mod(p, 4.0) - 2.0) - 0.6; return length(max(q, 0.0)) + min(max(q.x, max(q.y, q.z)), 0.0) - 0.1; }
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 uv = (2.0 * fragCoord - iResolution.xy) / iResolution.y;
    vec3 o = vec3(0.3, 0.2, 2.0 * iTime), d = normalize(vec3(uv, 1.5));
    float t = 0.0, n = 0.0;
    for (int i = 0; i < 50; i++) { float h = box(o + t * d); t += h; n += 1.0; if (h < 0.005 || t > 30.0) break; }
    fragColor = vec4(vec3(1.0 / (1.0 + 0.05 * t * t)) * vec3(1.0, 0.8, 0.6) + 0.005 * n, 1.0);
}
