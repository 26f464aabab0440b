// Sines feed sines many times over: what the first ones are off by grows.
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 p = (2.0 * fragCoord - iResolution.xy) / iResolution.y, swirl = vec2(0.0);
    mat2 turn = mat2(cos(0.9), -sin(0.9), sin(0.9), cos(0.9));
    float sum = 0.0, frequency = 2.0;
    for (int i = 0; i < 40; i++) {
        p *= turn;
        swirl = 1.05 * swirl * turn + sin(p * frequency + 0.2 * iTime);
        vec2 q = p * frequency + swirl;
        sum += dot(sin(q), cos(q.yx)) / frequency;
        swirl += cos(q + vec2(1.3, 0.7));
        frequency *= 1.1;
    }
    fragColor = vec4(0.5 + 0.5 * sin(sum * vec3(1.2, 1.0, 0.8) + vec3(0.0, 1.5, 3.0)), 1.0);
}
