// Two spheres on a floor: soft shadow, reflection, fog.
float scene(vec3 p) { return min(min(length(p - vec3(0, 1, 0)) - 1.0, length(p - vec3(1.6, 0.5, -0.6)) - 0.5), p.y); }
vec3 normalAt(vec3 p) {
    vec2 e = vec2(0.01, 0.0);
    return normalize(vec3(scene(p + e.xyy) - scene(p - e.xyy), scene(p + e.yxy) - scene(p - e.yxy), scene(p + e.yyx) - scene(p - e.yyx)));
}
float march(vec3 o, vec3 d) {
    float t = 0.02;
    for (int i = 0; i < 48; i++) { float h = scene(o + d * t); if (h < 0.002 * t || t > 20.0) break; t += h; }
    return t;
}
float shadow(vec3 o, vec3 d) {
    float k = 1.0, t = 0.05;
    for (int i = 0; i < 20; i++) { float h = scene(o + d * t); k = min(k, 8.0 * h / t); t += clamp(h, 0.03, 0.5); if (k < 0.01) break; }
    return clamp(k, 0.0, 1.0);
}
vec3 shade(vec3 p, vec3 n) {
    vec3 l = normalize(vec3(0.6, 0.8, -0.4));
    vec3 base = p.y < 0.01 ? vec3(0.5 + 0.2 * step(0.5, fract(0.5 * (floor(p.x) + floor(p.z))))) : vec3(0.8, 0.4, 0.2);
    return base * (0.15 + max(dot(n, l), 0.0) * shadow(p + 0.02 * n, l));
}
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 uv = (2.0 * fragCoord - iResolution.xy) / iResolution.y;
    vec3 o = vec3(sin(0.3 * iTime), 1.2, -4.0), d = normalize(vec3(uv, 2.0)), color = vec3(0.5, 0.7, 0.9);
    float t = march(o, d);
    if (t < 20.0) {
        vec3 p = o + d * t, n = normalAt(p), r = reflect(d, n);
        float s = march(p + 0.03 * n, r);
        vec3 mirror = s < 20.0 ? vec3(0.3) : vec3(0.5, 0.7, 0.9);
        color = mix(mix(shade(p, n), mirror, 0.25), color, 1.0 - exp(-0.01 * t * t));
    }
    fragColor = vec4(sqrt(color), 1.0);
}
