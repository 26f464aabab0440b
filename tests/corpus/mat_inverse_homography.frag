// A picture on a quadrilateral in perspective: the inverse of a mat3 maps pixels back.
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 p = (2.0 * fragCoord - iResolution.xy) / iResolution.y;
    float a = 0.5 * sin(iTime);
    mat3 h = mat3(1.0, 0.1 * sin(iTime), 0.2 * a, -0.1, 1.2, 0.3 * cos(iTime), 0.1, 0.0, 1.0);
    vec3 q = inverse(h) * vec3(p, 1.0);
    vec2 uv = q.xy / q.z;
    float inside = step(max(abs(uv.x), abs(uv.y)), 0.8);
    float c = mod(floor(uv.x * 5.0) + floor(uv.y * 5.0), 2.0);
    float dt = determinant(h);
    fragColor = vec4(inside * mix(vec3(0.2, 0.3, 0.6), vec3(1.0, 0.9, 0.6), c) + (1.0 - inside) * 0.1 * dt, 1.0);
}
