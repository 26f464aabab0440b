// The set, zoomed with time, coloured by smooth iteration count.
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 c = (2.0 * fragCoord - iResolution.xy) / iResolution.y * (1.3 - 0.1 * sin(iTime)) - vec2(0.6, 0.0), z = vec2(0.0);
    float n = 0.0;
    for (int i = 0; i < 40; i++) {
        z = vec2(z.x * z.x - z.y * z.y, 2.0 * z.x * z.y) + c;
        if (dot(z, z) > 256.0) break;
        n += 1.0;
    }
    float s = n < 40.0 ? n - log2(log2(dot(z, z))) + 3.0 : 0.0;
    fragColor = vec4(0.5 + 0.5 * cos(3.0 + s * 0.15 + vec3(0.0, 0.6, 1.0)), 1.0);
}
