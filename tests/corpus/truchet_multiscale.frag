// Quarter circles on tiles, turned by a hash; two scales on top of each other.
float h21(vec2 p) { p = fract(p * vec2(123.34, 456.21)); p += dot(p, p + 45.32); return fract(p.x * p.y); }
float tile(vec2 uv, float width) {
    vec2 id = floor(uv), gv = fract(uv) - 0.5;
    if (h21(id) < 0.5) gv.x *= -1.0;
    float d = abs(abs(gv.x + gv.y) - 0.5);
    vec2 c = gv - sign(gv.x + gv.y + 0.001) * 0.5;
    d = abs(length(c) - 0.5);
    return smoothstep(0.02, -0.02, d - width);
}
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 uv = (fragCoord - 0.5 * iResolution.xy) / iResolution.y;
    uv += vec2(0.1, 0.07) * iTime;
    vec3 col = vec3(0.95, 0.9, 0.8);
    col = mix(col, vec3(0.2, 0.3, 0.5), tile(uv * 4.0, 0.15));
    col = mix(col, vec3(0.8, 0.2, 0.2), tile(uv * 8.0 + 3.0, 0.07));
    fragColor = vec4(col, 1.0);
}
