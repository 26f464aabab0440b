// Hills of value noise under a setting sun.
float hash(vec2 p) { return fract(sin(dot(p, vec2(41.3, 289.1))) * 13758.3); }
float noise(vec2 p) {
    vec2 i = floor(p), f = fract(p); f = f * f * (3.0 - 2.0 * f);
    return mix(mix(hash(i), hash(i + vec2(1, 0)), f.x), mix(hash(i + vec2(0, 1)), hash(i + 1.0), f.x), f.y);
}
float ground(vec2 p) { return noise(p) + 0.4 * noise(2.3 * p); }
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 uv = (fragCoord - 0.5 * iResolution.xy) / iResolution.y;
    vec3 o = vec3(0.0, 2.2, iTime), d = normalize(vec3(uv.x, uv.y - 0.3, 1.0));
    float t = 0.1, h = 1.0;
    for (int i = 0; i < 48; i++) { vec3 p = o + t * d; h = p.y - ground(p.xz); if (h < 0.01 * t || t > 12.0) break; t += 0.5 * h; }
    vec3 sky = mix(vec3(1.0, 0.6, 0.3), vec3(0.3, 0.4, 0.7), clamp(2.0 * uv.y + 0.4, 0.0, 1.0));
    vec3 p = o + t * d;
    vec3 n = normalize(vec3(ground(p.xz) - ground(p.xz + vec2(0.05, 0)), 0.05, ground(p.xz) - ground(p.xz + vec2(0, 0.05))));
    vec3 land = vec3(0.3, 0.5, 0.2) * (0.3 + 0.7 * max(dot(n, normalize(vec3(1, 1, 1))), 0.0));
    fragColor = vec4(t < 12.0 ? mix(land, sky, t / 12.0) : sky, 1.0);
}
