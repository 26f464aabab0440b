// A sphere by the quadratic formula in pixel units, large numbers throughout.
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 p = fragCoord - 0.5 * iResolution.xy;
    float r = 0.4 * iResolution.y, h = r * r - dot(p, p);
    vec3 color = vec3(0.1);
    if (h > 0.0) {
        vec3 n = vec3(p, sqrt(h)) / r;
        color = vec3(0.9, 0.5, 0.2) * max(dot(n, normalize(vec3(cos(iTime), 0.7, 1.0))), 0.05);
    }
    fragColor = vec4(color, 1.0);
}
