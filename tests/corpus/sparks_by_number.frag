// Sparks are numbered by time; a number's batch is a quotient of whole numbers, which grow for hours.
float hash(float n) {
    return fract(sin(n * 12.9898) * 43758.5453);
}

void mainImage(out vec4 color, in vec2 position) {
    vec2 p = (2.0 * position - iResolution.xy) / iResolution.y;
    float rate = 3.0 + step(0.0, p.x), first = floor((iTime - 2.0) * 9.0), glow = 0.0;
    for (float k = 0.0; k < 9.0; k++) {
        float number = first + k, batch = floor(number / rate);
        vec2 centre = vec2(hash(number + batch * 7.3), hash(number + 0.5)) * 2.0 - 1.0;
        glow += 0.02 / (0.05 + dot(p - centre, p - centre));
    }
    color = vec4(glow * vec3(1.0, 0.6, 0.3), 1.0);
}
