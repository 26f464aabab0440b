// A ball of glass before stripes: refract twice, Fresnel by Schlick, total reflection.
vec3 env(vec3 d) {
    float s = smoothstep(0.0, 0.1, sin(8.0 * atan(d.x, -d.z) + iTime)) * smoothstep(-0.1, 0.2, cos(10.0 * d.y));
    return mix(vec3(0.1, 0.2, 0.4), vec3(1.0, 0.9, 0.7), s);
}
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 uv = (2.0 * fragCoord - iResolution.xy) / iResolution.y;
    vec3 ro = vec3(0, 0, 3), rd = normalize(vec3(uv, -2.0));
    float b = dot(ro, rd), c = dot(ro, ro) - 1.0, h = b * b - c;
    vec3 col = env(rd);
    if (h > 0.0) {
        vec3 p = ro + (-b - sqrt(h)) * rd, n = normalize(p);
        float f0 = 0.04, fr = f0 + (1.0 - f0) * pow(1.0 - max(0.0, dot(n, -rd)), 5.0);
        vec3 rin = refract(rd, n, 1.0 / 1.5);
        float t = -2.0 * dot(p, rin);
        vec3 q = p + t * rin, rout = refract(rin, -normalize(q), 1.5);
        if (dot(rout, rout) < 0.01) rout = reflect(rin, -normalize(q));
        col = mix(env(rout), env(reflect(rd, n)), fr);
    }
    fragColor = vec4(col, 1.0);
}
