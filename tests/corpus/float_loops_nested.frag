// Loops that count a float, one in the other: what grows in their later turns.
void mainImage(out vec4 color, in vec2 at) {
    vec2 p = 0.004 * (2.0 * at - iResolution.xy) / iResolution.y;
    vec3 sum = vec3(0.0);
    for (float shell = 1.0; shell <= 45.0; shell++) {
        p = 1.3 * mat2(0.8, 0.6, -0.6, 0.8) * p;
        float fine = 0.0;
        for (float octave = 1.0; octave < 33.0; octave *= 2.0) fine += sin(p.x / octave + iTime);
        sum += (0.5 + 0.5 * cos(fine + p.y + vec3(0.0, 1.0, 2.0))) / (50.0 - shell);
    }
    color = vec4(0.3 * sum, 1.0);
}
