// A Julia set with an orbit trap.
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 z = 2.4 * (fragCoord - 0.5 * iResolution.xy) / iResolution.y, c = 0.7885 * vec2(cos(0.3 * iTime + 2.0), sin(0.3 * iTime + 2.0));
    float trap = 100.0;
    for (int i = 0; i < 24; i++) {
        z = vec2(z.x * z.x - z.y * z.y, 2.0 * z.x * z.y) + c;
        trap = min(trap, abs(z.x) + abs(z.y));
        if (dot(z, z) > 16.0) break;
    }
    fragColor = vec4(vec3(sqrt(trap)) * vec3(1.0, 0.8, 0.5), 1.0);
}
