// A rational function of a complex variable: hue is its argument, rings are powers of two of its modulus.
#define PI 3.14159265359
vec2 cmul(vec2 a, vec2 b) { return vec2(a.x * b.x - a.y * b.y, a.x * b.y + a.y * b.x); }
vec2 cdiv(vec2 a, vec2 b) { return cmul(a, vec2(b.x, -b.y)) / dot(b, b); }
vec3 hsv2rgb(vec3 c) {
    vec4 K = vec4(1.0, 2.0 / 3.0, 1.0 / 3.0, 3.0);
    vec3 p = abs(fract(c.xxx + K.xyz) * 6.0 - K.www);
    return c.z * mix(K.xxx, clamp(p - K.xxx, 0.0, 1.0), c.y);
}
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 z = 3.0 * (2.0 * fragCoord - iResolution.xy) / iResolution.y;
    vec2 a = vec2(cos(0.5 * iTime), sin(0.5 * iTime));
    vec2 num = cmul(cmul(z, z) - vec2(1, 0), cmul(z - a, z - a));
    vec2 den = cmul(z, z) + vec2(2, 2);
    vec2 w = cdiv(num, den);
    float h = atan(w.y, w.x) / (2.0 * PI);
    float l = log2(length(w));
    float ring = 0.7 + 0.3 * fract(l);
    fragColor = vec4(hsv2rgb(vec3(h, 0.8, ring)), 1.0);
}
