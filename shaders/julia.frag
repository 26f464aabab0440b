// A Julia set that breathes: escape time with a smooth colouring, and early exit from the loop.
// Idea: Gaston Julia, 1918; the constant walks on a circle of radius 0.7885 as on Wikipedia's "Julia set".
vec4 render(vec2 fragCoord) {
    vec2 z = 3.0 * (fragCoord - 0.5 * iResolution.xy) / iResolution.y;
    vec2 c = 0.7885 * vec2(cos(0.4 * iTime), sin(0.4 * iTime));
    int steps = 0;
    float size = 0.0;
    for (; steps < 48; steps++) {
        z = vec2(z.x * z.x - z.y * z.y, 2.0 * z.x * z.y) + c;
        size = dot(z, z);
        if (size > 16.0) break;
    }
    if (steps == 48) return vec4(0.0, 0.0, 0.02, 1.0);
    float smoothed = float(steps) + 1.0 - log2(0.5 * log2(size));
    return vec4(0.5 + 0.5 * cos(0.18 * smoothed + vec3(3.4, 4.2, 5.0)), 1.0);
}
