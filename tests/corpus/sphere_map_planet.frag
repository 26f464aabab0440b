// A planet: spherical coordinates, fbm continents on the sphere, day and night, atmosphere.
float hash(vec3 p) { p = fract(p * 0.3183099 + .1); p *= 17.0; return fract(p.x * p.y * p.z * (p.x + p.y + p.z)); }
float noise(in vec3 x) {
    vec3 i = floor(x), f = fract(x);
    f = f * f * (3.0 - 2.0 * f);
    return mix(mix(mix(hash(i), hash(i + vec3(1, 0, 0)), f.x), mix(hash(i + vec3(0, 1, 0)), hash(i + vec3(1, 1, 0)), f.x), f.y),
               mix(mix(hash(i + vec3(0, 0, 1)), hash(i + vec3(1, 0, 1)), f.x), mix(hash(i + vec3(0, 1, 1)), hash(i + vec3(1, 1, 1)), f.x), f.y), f.z);
}
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 uv = (2.0 * fragCoord - iResolution.xy) / iResolution.y;
    float r = length(uv);
    vec3 col = vec3(0.0);
    vec3 light = normalize(vec3(0.7, 0.4, 0.6));
    if (r < 0.8) {
        vec3 n = vec3(uv / 0.8, sqrt(1.0 - r * r / 0.64));
        float a = 0.3 * iTime, lat = asin(n.y), lon = atan(n.x, n.z) + a;
        vec3 q = vec3(cos(lat) * sin(lon), sin(lat), cos(lat) * cos(lon));
        float h = 0.0, w = 0.5;
        for (int i = 0; i < 5; i++) { h += w * noise(q * 3.0 * exp2(float(i)) + 7.0); w *= 0.5; }
        vec3 land = mix(vec3(0.1, 0.3, 0.1), vec3(0.6, 0.5, 0.3), smoothstep(0.5, 0.7, h));
        col = mix(vec3(0.0, 0.1, 0.4), land, smoothstep(0.48, 0.5, h));
        col = mix(col, vec3(1), smoothstep(0.75, 0.85, abs(n.y)));
        col *= max(dot(n, light), 0.02);
    }
    col += vec3(0.2, 0.4, 0.9) * 0.05 / abs(r - 0.82) * smoothstep(-0.3, 0.8, dot(normalize(vec3(uv, 0.3)), light)) * 0.3;
    fragColor = vec4(pow(col, vec3(0.4545)), 1.0);
}
