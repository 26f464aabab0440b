// Letters as floats of which digits are taken by mod: numbers up to 2^24.
float letter(float bits, vec2 p) {
    p = floor(p);
    if (p.x < 0.0 || p.x > 3.0 || p.y < 0.0 || p.y > 5.0) return 0.0;
    return mod(floor(bits / exp2(p.x + 4.0 * p.y)), 2.0);
}
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 p = fragCoord / iResolution.y * 10.0 - vec2(0.7 + 0.3 * sin(iTime), 2.0);
    float v = letter(9968025.0, p) + letter(15310111.0, p - vec2(5, 0)) + letter(6920601.0, p - vec2(10, 0));
    fragColor = vec4(v, 0.8 * v, 0.3, 1.0);
}
