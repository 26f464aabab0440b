// The bulb of power eight by a distance estimate, coloured by its orbit trap.
float map(vec3 p, out vec4 trap) {
    vec3 w = p;
    float m = dot(w, w), dz = 1.0;
    trap = vec4(abs(w), m);
    for (int i = 0; i < 4; i++) {
        dz = 8.0 * pow(m, 3.5) * dz + 1.0;
        float r = length(w);
        float b = 8.0 * acos(clamp(w.y / r, -1.0, 1.0));
        float a = 8.0 * atan(w.x, w.z);
        w = p + pow(r, 8.0) * vec3(sin(b) * sin(a), cos(b), sin(b) * cos(a));
        trap = min(trap, vec4(abs(w), m));
        m = dot(w, w);
        if (m > 256.0) break;
    }
    return 0.25 * log(m) * sqrt(m) / dz;
}
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 uv = (2.0 * fragCoord - iResolution.xy) / iResolution.y;
    float a = 0.2 * iTime;
    vec3 ro = 2.4 * vec3(cos(a), 0.3, sin(a));
    vec3 f = normalize(-ro), s = normalize(cross(f, vec3(0, 1, 0))), u = cross(s, f);
    vec3 rd = normalize(uv.x * s + uv.y * u + 1.8 * f);
    float t = 0.0, h = 1.0;
    vec4 trap = vec4(0.0);
    for (int i = 0; i < 40; i++) {
        h = map(ro + t * rd, trap);
        if (h < 0.004 || t > 5.0) break;
        t += h;
    }
    vec3 col = vec3(0.05, 0.06, 0.1) * (1.0 - 0.3 * uv.y);
    if (t < 5.0 && h < 0.02) {
        col = mix(vec3(0.1, 0.2, 0.3), vec3(0.9, 0.5, 0.2), clamp(trap.w, 0.0, 1.0));
        col *= 0.4 + 0.6 * clamp(trap.x * 2.0, 0.0, 1.0);
        col *= exp(-0.4 * (t - 1.2));
    }
    fragColor = vec4(sqrt(clamp(col, 0.0, 1.0)), 1.0);
}
