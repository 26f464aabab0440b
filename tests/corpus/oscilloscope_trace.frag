// A beam that draws a sum of sines: brightness falls with the distance to the curve, over a grid.
float wave(float x) { return 0.3 * sin(6.0 * x + 3.0 * iTime) + 0.2 * sin(17.0 * x - 5.0 * iTime) * exp(-2.0 * x * x); }
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 uv = (2.0 * fragCoord - iResolution.xy) / iResolution.y;
    float e = 0.001, y = wave(uv.x), dy = (wave(uv.x + e) - wave(uv.x - e)) / (2.0 * e);
    float d = abs(uv.y - y) / sqrt(1.0 + dy * dy);
    float beam = 0.008 / (d + 0.002) + exp(-80.0 * d);
    vec2 g = abs(fract(uv * 4.0) - 0.5);
    float grid = smoothstep(0.47, 0.5, max(g.x, g.y)) * 0.3;
    vec3 col = vec3(0.2, 1.0, 0.4) * beam + vec3(0.1, 0.4, 0.2) * grid;
    col = col / (1.0 + col);
    fragColor = vec4(col, 1.0);
}
