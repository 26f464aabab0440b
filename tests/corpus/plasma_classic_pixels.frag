// A plasma in the units of old demos: pixels, angles in degrees.
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 p = floor(fragCoord * 160.0 / iResolution.x);
    float t = iTime * 60.0;
    float v = sin(radians(p.x * 4.5 + t)) + sin(radians(0.5 * (p.x * 10.0 + p.y * 7.0 + t)));
    vec2 c = p - vec2(80, 45) + vec2(30.0 * sin(radians(t / 5.0)), 30.0 * cos(radians(t / 3.0)));
    v += sin(sqrt(dot(c, c) + 1.0) / 8.0);
    vec3 rgb = vec3(sin(v * 3.14159), sin(v * 3.14159 + 2.0 * 3.14159 / 3.0), sin(v * 3.14159 + 4.0 * 3.14159 / 3.0));
    fragColor = vec4(rgb * 0.5 + 0.5, 1.0);
}
