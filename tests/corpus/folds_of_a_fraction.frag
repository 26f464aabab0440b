// Space that repeats, folded and enlarged two dozen times in each cell: the slope of a distance there amplifies what a
// fraction leaves out.
float field(vec2 p) {
    vec2 z = fract(p * mat2(0.8, 0.6, -0.6, 0.8)) - 0.5;
    for (float i = 0.0; i < 24.0; i++) {
        z = abs(z * mat2(0.96, 0.28, -0.28, 0.96)) * 2.0 - 0.3 * (1.0 - i / 24.0);
    }
    return length(z) * exp2(-24.0);
}

void mainImage(out vec4 c, in vec2 i) {
    vec2 p = 2.0 * i / iResolution.y + 0.1 * iTime, h = vec2(0.001, 0.0);
    vec2 slope = vec2(field(p + h) - field(p - h), field(p + h.yx) - field(p - h.yx)) / 0.002;
    c = vec4(0.5 + 0.3 * slope, field(p) * 2.0, 1.0);
}
