// High dynamic range through ACES, Reinhard and filmic curves side by side.
vec3 aces(vec3 x) { const float a = 2.51, b = 0.03, c = 2.43, d = 0.59, e = 0.14; return clamp((x * (a * x + b)) / (x * (c * x + d) + e), 0.0, 1.0); }
vec3 reinhard(vec3 x) { return x / (1.0 + dot(x, vec3(0.2126, 0.7152, 0.0722))); }
vec3 hable(vec3 x) { float A = 0.15, B = 0.50, C = 0.10, D = 0.20, E = 0.02, F = 0.30; return ((x * (A * x + C * B) + D * E) / (x * (A * x + B) + D * F)) - E / F; }
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 uv = fragCoord / iResolution.xy, p = (fragCoord * 2.0 - iResolution.xy) / iResolution.y;
    vec3 c = vec3(0.02, 0.03, 0.05);
    for (int i = 0; i < 5; i++) {
        float fi = float(i);
        vec2 q = p - vec2(cos(iTime * 0.7 + fi * 1.26), sin(iTime * 0.5 + fi * 2.1)) * 0.7;
        c += (0.5 + 0.5 * cos(fi + vec3(0, 2, 4))) * 0.05 / (dot(q, q) + 0.002);
    }
    if (uv.x < 0.333) c = aces(c);
    else if (uv.x < 0.667) c = reinhard(c);
    else c = hable(c * 2.0) / hable(vec3(11.2));
    fragColor = vec4(pow(c, vec3(1.0 / 2.2)), 1.0);
}
