// A tetrahedron folded into itself, glow by the nearest distance.
float de(vec3 z) {
    const float scale = 2.0;
    float c = cos(0.3 * iTime), s = sin(0.3 * iTime);
    int n = 0;
    while (n < 7) {
        z.xy = mat2(c, s, -s, c) * z.xy;
        if (z.x + z.y < 0.0) z.xy = -z.yx;
        if (z.x + z.z < 0.0) z.xz = -z.zx;
        if (z.y + z.z < 0.0) z.zy = -z.yz;
        z = z * scale - 1.0 * (scale - 1.0);
        n++;
    }
    return length(z) * pow(scale, -float(n));
}
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 uv = (2.0 * fragCoord - iResolution.xy) / iResolution.y;
    vec3 ro = vec3(0, 0, -3), rd = normalize(vec3(uv, 1.8));
    float t = 0.0, near = 9.0;
    int i;
    for (i = 0; i < 48; i++) {
        float d = de(ro + t * rd);
        near = min(near, d / (0.2 + t));
        if (d < 0.003 || t > 6.0) break;
        t += d;
    }
    float hit = t < 6.0 ? 1.0 - float(i) / 48.0 : 0.0;
    fragColor = vec4(hit * vec3(0.9, 0.6, 0.3) + vec3(0.1, 0.2, 0.5) * exp(-12.0 * near), 1.0);
}
