// The plane folded and inverted: an Apollonian net in two dimensions.
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 z = 1.5 * (2.0 * fragCoord - iResolution.xy) / iResolution.y + vec2(0.013, 0.029);
    float s = 1.0, trap = 1e3;
    for (int i = 0; i < 10; i++) {
        z = -1.0 + 2.0 * fract(0.5 * z + 0.5);
        float k = (1.2 + 0.2 * sin(0.3 * iTime)) / dot(z, z);
        z *= k;
        s *= k;
        trap = min(trap, abs(z.x));
    }
    float d = 0.25 * abs(z.y) / s;
    float v = smoothstep(0.0, 0.02, d);
    fragColor = vec4(v, mix(v, trap, 0.5), sqrt(v), 1.0);
}
