// Two-dimensional simplex noise by an arithmetic hash, ridged octaves.
vec2 hash(vec2 p) { p = vec2(dot(p, vec2(127.1, 311.7)), dot(p, vec2(269.5, 183.3))); return -1.0 + 2.0 * fract(sin(p) * 43758.5453123); }
float noise(in vec2 p) {
    const float K1 = 0.366025404, K2 = 0.211324865;
    vec2 i = floor(p + (p.x + p.y) * K1);
    vec2 a = p - i + (i.x + i.y) * K2;
    float m = step(a.y, a.x);
    vec2 o = vec2(m, 1.0 - m), b = a - o + K2, c = a - 1.0 + 2.0 * K2;
    vec3 h = max(0.5 - vec3(dot(a, a), dot(b, b), dot(c, c)), 0.0);
    vec3 n = h * h * h * h * vec3(dot(a, hash(i + 0.0)), dot(b, hash(i + o)), dot(c, hash(i + 1.0)));
    return dot(n, vec3(70.0));
}
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 uv = fragCoord / iResolution.y * 5.0;
    mat2 m = mat2(1.6, 1.2, -1.2, 1.6);
    float f = 0.0, a = 0.5;
    for (int i = 0; i < 4; i++) { f += a * (1.0 - abs(noise(uv + 0.1 * iTime))); uv = m * uv; a *= 0.5; }
    fragColor = vec4(vec3(f * f), 1.0);
}
