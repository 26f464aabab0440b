// Newton's method for z^4 = 1: basins, shaded by how many steps they take.
vec2 cmul(vec2 a, vec2 b) { return vec2(a.x * b.x - a.y * b.y, a.x * b.y + a.y * b.x); }
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 z = 1.5 * (2.0 * fragCoord - iResolution.xy) / iResolution.y;
    float c = cos(0.1 * iTime), s = sin(0.1 * iTime);
    z = mat2(c, s, -s, c) * z;
    int n = 0;
    for (; n < 20; n++) {
        vec2 z2 = cmul(z, z), z3 = cmul(z2, z);
        vec2 f = cmul(z2, z2) - vec2(1, 0);
        if (dot(f, f) < 1e-4) break;
        vec2 d = 4.0 * z3;
        z -= vec2(dot(f, d), f.y * d.x - f.x * d.y) / dot(d, d);
    }
    float h = atan(z.y, z.x) / 6.2831853 + 0.5;
    fragColor = vec4((0.5 + 0.5 * cos(6.2831 * (floor(h * 4.0 + 0.5) / 4.0 + vec3(0, .33, .67)))) * (1.0 - float(n) / 20.0), 1.0);
}
