// Newton's method for z^3 = 1: quotients of complex numbers.
vec2 product(vec2 a, vec2 b) { return vec2(a.x * b.x - a.y * b.y, a.x * b.y + a.y * b.x); }
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 z = 3.0 * (fragCoord - 0.5 * iResolution.xy) / iResolution.y + 0.05 * sin(iTime);
    float n = 0.0;
    for (int i = 0; i < 20; i++) {
        vec2 z2 = product(z, z), f = product(z2, z) - vec2(1, 0), g = 3.0 * z2;
        vec2 d = vec2(dot(f, g), f.y * g.x - f.x * g.y) / dot(g, g);
        z -= d;
        if (dot(d, d) < 0.0001) break;
        n += 1.0;
    }
    fragColor = vec4(step(0.0, z) * 0.5 + 0.3 - 0.02 * n, 0.5, 1.0);
}
