// abs(z) / dot(z, z) + c, summed: small divisors.
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 z = 2.0 * (fragCoord - 0.5 * iResolution.xy) / iResolution.y;
    float sum = 0.0;
    for (int i = 0; i < 9; i++) {
        z = abs(z) / dot(z, z) - vec2(0.7, 0.55 + 0.05 * sin(iTime));
        sum += exp(-2.0 * length(z));
    }
    fragColor = vec4(vec3(0.9, 0.6, 0.3) * sum * 0.5, 1.0);
}
