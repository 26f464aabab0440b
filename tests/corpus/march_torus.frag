// A turning torus, its normal from four samples, a specular light.
mat2 turn(float a) { float c = cos(a), s = sin(a); return mat2(c, -s, s, c); }
float scene(vec3 p) { p.xz *= turn(0.7 * iTime); p.xy *= turn(0.4); return length(vec2(length(p.xz) - 1.0, p.y)) - 0.4; }
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 uv = (fragCoord - 0.5 * iResolution.xy) / iResolution.y;
    vec3 o = vec3(0, 0, -3), d = normalize(vec3(uv, 1.0)), color = vec3(0.1, 0.1, 0.15);
    float t = 0.0;
    for (int i = 0; i < 40; i++) { float h = scene(o + t * d); if (h < 0.001) break; t += h; if (t > 6.0) break; }
    if (t < 6.0) {
        vec3 p = o + t * d; vec2 k = vec2(1, -1) * 0.005;
        vec3 n = normalize(k.xyy * scene(p + k.xyy) + k.yyx * scene(p + k.yyx) + k.yxy * scene(p + k.yxy) + k.xxx * scene(p + k.xxx));
        vec3 l = normalize(vec3(1, 1, -1));
        color = vec3(0.2, 0.4, 0.8) * (0.2 + max(dot(n, l), 0.0)) + pow(max(dot(reflect(d, n), l), 0.0), 24.0);
    }
    fragColor = vec4(color, 1.0);
}
