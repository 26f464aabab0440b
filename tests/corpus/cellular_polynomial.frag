// Cells whose points come from the polynomial, with mod instead of floor.
vec3 permute(vec3 x) { return mod((34.0 * x + 1.0) * x, 289.0); }
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 p = 6.0 * fragCoord / iResolution.y + 0.2 * iTime;
    vec2 i = mod(floor(p), 289.0), f = fract(p);
    float nearest = 8.0;
    for (int y = -1; y <= 1; y++) {
        vec3 c = permute(permute(i.x + vec3(-1, 0, 1)) + i.y + float(y));
        vec3 ox = fract(c / 7.0), oy = mod(floor(c / 7.0), 7.0) / 7.0;
        vec3 dx = vec3(-1, 0, 1) + ox - f.x, dy = float(y) + oy - f.y;
        vec3 d = dx * dx + dy * dy;
        nearest = min(nearest, min(d.x, min(d.y, d.z)));
    }
    fragColor = vec4(vec3(sqrt(nearest)), 1.0);
}
