// Iterated sines over a division: bright lines in a pool.
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 p = mod(fragCoord / iResolution.y * 6.2831853, 6.2831853) - 250.0, i = p;
    float c = 1.0, w = 0.005;
    for (int n = 0; n < 4; n++) {
        float t = (0.5 * iTime + 23.0) * (1.0 - 3.5 / float(n + 1));
        i = p + vec2(cos(t - i.x) + sin(t + i.y), sin(t - i.y) + cos(t + i.x));
        c += 1.0 / length(vec2(p.x / (sin(i.x + t) / w), p.y / (cos(i.y + t) / w)));
    }
    c = 1.17 - pow(c / 4.0, 1.4);
    fragColor = vec4(clamp(vec3(pow(abs(c), 8.0)) + vec3(0.0, 0.35, 0.5), 0.0, 1.0), 1.0);
}
