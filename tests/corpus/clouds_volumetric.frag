// Clouds: density from value noise summed along the ray, with a cheap light term.
float hash(float n) { return fract(sin(n) * 43758.5453); }
float noise(in vec3 x) {
    vec3 p = floor(x), f = fract(x);
    f = f * f * (3.0 - 2.0 * f);
    float n = p.x + p.y * 57.0 + 113.0 * p.z;
    return mix(mix(mix(hash(n), hash(n + 1.0), f.x), mix(hash(n + 57.0), hash(n + 58.0), f.x), f.y),
               mix(mix(hash(n + 113.0), hash(n + 114.0), f.x), mix(hash(n + 170.0), hash(n + 171.0), f.x), f.y), f.z);
}
float map(vec3 p) {
    vec3 q = p - vec3(0.0, 0.1, 1.0) * iTime;
    float f = 0.5 * noise(q); q = q * 2.02;
    f += 0.25 * noise(q); q = q * 2.03;
    f += 0.125 * noise(q);
    return clamp(1.5 - p.y - 2.0 + 1.75 * f, 0.0, 1.0);
}
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 p = (2.0 * fragCoord - iResolution.xy) / iResolution.y;
    vec3 ro = vec3(0.0, 1.2, -3.0), rd = normalize(vec3(p, 1.5));
    vec3 sundir = normalize(vec3(-1.0, 0.4, 1.0));
    vec4 sum = vec4(0);
    float t = 0.3;
    for (int i = 0; i < 24; i++) {
        if (sum.a > 0.99) break;
        vec3 pos = ro + t * rd;
        float den = map(pos);
        if (den > 0.01) {
            float dif = clamp((den - map(pos + 0.3 * sundir)) / 0.6, 0.0, 1.0);
            vec3 lin = vec3(0.65, 0.7, 0.75) * 1.4 + vec3(1.0, 0.6, 0.3) * dif;
            vec4 col = vec4(mix(vec3(1.0, 0.95, 0.8), vec3(0.25, 0.3, 0.35), den), den);
            col.rgb *= lin;
            col.a *= 0.4;
            col.rgb *= col.a;
            sum += col * (1.0 - sum.a);
        }
        t += max(0.12, 0.06 * t);
    }
    float sun = clamp(dot(sundir, rd), 0.0, 1.0);
    vec3 sky = vec3(0.6, 0.71, 0.75) - rd.y * 0.2 * vec3(1.0, 0.5, 1.0) + 0.2 * vec3(1.0, .6, 0.1) * pow(sun, 8.0);
    fragColor = vec4(sky * (1.0 - sum.w) + sum.xyz, 1.0);
}
