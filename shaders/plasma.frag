// The sine plasma of the demo scene: four waves, one palette. The first shader to run on a new board.
// Idea: Amiga and PC demos of the early nineties.
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 p = 8.0 * fragCoord / iResolution.y - 4.0;
    float t = iTime;
    float v = sin(p.x + t);
    v += sin(0.7 * (p.y + 1.3 * t));
    v += sin(0.6 * (p.x + p.y + 0.8 * t));
    vec2 c = p + vec2(2.0 * sin(0.31 * t), 2.0 * cos(0.47 * t));
    v += sin(length(c) + t);
    vec3 color = 0.5 + 0.5 * cos(3.14159265 * 0.5 * v + vec3(0.0, 2.1, 4.2));
    fragColor = vec4(color, 1.0);
}
