// Voronoi cells with distances to their borders.
vec2 hash2(vec2 p) {
    return fract(sin(vec2(dot(p, vec2(127.1, 311.7)), dot(p, vec2(269.5, 183.3)))) * 18.5453);
}
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 p = 6.0 * fragCoord / iResolution.y, n = floor(p), f = fract(p), best = vec2(0.0);
    float least = 8.0;
    for (int j = -1; j <= 1; j++) for (int i = -1; i <= 1; i++) {
        vec2 g = vec2(float(i), float(j)), o = 0.5 + 0.5 * sin(iTime + 6.2831 * hash2(n + g));
        vec2 r = g + o - f;
        float d = dot(r, r);
        if (d < least) { least = d; best = r; }
    }
    float border = 8.0;
    for (int j = -1; j <= 1; j++) for (int i = -1; i <= 1; i++) {
        vec2 g = vec2(float(i), float(j)), o = 0.5 + 0.5 * sin(iTime + 6.2831 * hash2(n + g));
        vec2 r = g + o - f;
        if (dot(best - r, best - r) > 0.001) border = min(border, dot(0.5 * (best + r), normalize(r - best)));
    }
    fragColor = vec4(vec3(smoothstep(0.02, 0.12, border)) * vec3(0.9, 0.6, sqrt(least)), 1.0);
}
