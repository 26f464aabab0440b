// A test card: colour bars built in YUV, a circle, gratings of rising frequency, a ramp.
vec3 yuv(float y, float u, float v) { return mat3(1, 1, 1, 0, -0.39465, 2.03211, 1.13983, -0.58060, 0) * vec3(y, u, v); }
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 uv = fragCoord / iResolution.xy, p = (2.0 * fragCoord - iResolution.xy) / iResolution.y;
    vec3 c;
    if (uv.y > 0.5) {
        int i = int(uv.x * 8.0);
        float r = (i & 2) == 0 ? 1.0 : 0.0, g = (i & 4) == 0 ? 1.0 : 0.0, b = (i & 1) == 0 ? 1.0 : 0.0;
        float y = 0.299 * r + 0.587 * g + 0.114 * b;
        c = yuv(y, 0.492 * (b - y), 0.877 * (r - y)) * 0.75;
    } else if (uv.y > 0.25) c = vec3(0.5 + 0.5 * sin(uv.x * uv.x * 120.0 + iTime));
    else c = vec3(floor(uv.x * 16.0) / 15.0);
    c = mix(c, vec3(1), smoothstep(0.02, 0.01, abs(length(p) - 0.8)));
    fragColor = vec4(c, 1);
}
