// A flow around cylinders: potentials, logarithms and quotients.
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 p = 3.0 * (2.0 * fragCoord - iResolution.xy) / iResolution.y;
    float stream = p.y;
    for (int i = 0; i < 3; i++) {
        vec2 d = p - vec2(2.0 * float(i) - 2.0, sin(iTime + float(i)));
        float r2 = max(dot(d, d), 0.09);
        stream += -0.4 * d.y / r2 + 0.3 * log(r2);
    }
    fragColor = vec4(0.5 + 0.5 * cos(6.0 * stream + vec3(0, 1, 2)), 1.0);
}
