// Absolute values before the square.
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 c = 3.0 * (fragCoord - 0.5 * iResolution.xy) / iResolution.y * vec2(1, -1) - vec2(0.4, 0.5), z = vec2(0.0);
    int n = 0;
    for (; n < 30; n++) {
        z = abs(z);
        z = vec2(z.x * z.x - z.y * z.y, 2.0 * z.x * z.y) + c;
        if (dot(z, z) > 9.0) break;
    }
    fragColor = vec4(vec3(float(n) / 30.0) * vec3(1.0, 0.5 + 0.3 * sin(iTime), 0.2), 1.0);
}
