// Simplex noise in three dimensions, time being the third.
vec4 mod289(vec4 x) { return x - floor(x * (1.0 / 289.0)) * 289.0; }
vec3 mod289(vec3 x) { return x - floor(x * (1.0 / 289.0)) * 289.0; }
vec4 permute(vec4 x) { return mod289((x * 34.0 + 10.0) * x); }
float simplex(vec3 v) {
    vec3 i = floor(v + dot(v, vec3(1.0 / 3.0)));
    vec3 x0 = v - i + dot(i, vec3(1.0 / 6.0));
    vec3 g = step(x0.yzx, x0.xyz), l = 1.0 - g;
    vec3 i1 = min(g, l.zxy), i2 = max(g, l.zxy);
    vec3 x1 = x0 - i1 + 1.0 / 6.0, x2 = x0 - i2 + 1.0 / 3.0, x3 = x0 - 0.5;
    i = mod289(i);
    vec4 p = permute(permute(permute(i.z + vec4(0, i1.z, i2.z, 1)) + i.y + vec4(0, i1.y, i2.y, 1)) + i.x + vec4(0, i1.x, i2.x, 1));
    vec4 j = p - 49.0 * floor(p / 49.0);
    vec4 a = floor(j / 7.0), b = floor(j - 7.0 * a);
    vec4 x = (a * 2.0 + 0.5) * 0.142857142857 - 1.0, y = (b * 2.0 + 0.5) * 0.142857142857 - 1.0;
    vec4 h = 1.0 - abs(x) - abs(y);
    vec4 sh = -step(h, vec4(0.0));
    vec4 gx = x + (floor(x) * 2.0 + 1.0) * sh, gy = y + (floor(y) * 2.0 + 1.0) * sh;
    vec3 p0 = normalize(vec3(gx.x, gy.x, h.x)), p1 = normalize(vec3(gx.y, gy.y, h.y));
    vec3 p2 = normalize(vec3(gx.z, gy.z, h.z)), p3 = normalize(vec3(gx.w, gy.w, h.w));
    vec4 m = max(0.5 - vec4(dot(x0, x0), dot(x1, x1), dot(x2, x2), dot(x3, x3)), 0.0);
    m = m * m;
    return 105.0 * dot(m * m, vec4(dot(p0, x0), dot(p1, x1), dot(p2, x2), dot(p3, x3)));
}
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    float v = simplex(vec3(4.0 * fragCoord / iResolution.y, 0.5 * iTime));
    fragColor = vec4(vec3(0.5 + 0.5 * v), 1.0);
}
