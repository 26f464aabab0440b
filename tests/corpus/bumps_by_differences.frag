// A wall whose bumps are differences of a wave over a thousandth: the ray's direction counts to its last bits.
float bumps(vec3 p) { return sin(41.0 * p.x) * sin(37.0 * p.y) * sin(43.0 * p.z); }

void mainImage(out vec4 color, in vec2 at) {
    vec2 uv = (2.0 * at - iResolution.xy) / iResolution.y;
    vec3 ray = normalize(vec3(uv, 1.3));
    vec3 p = 80.0 * ray;
    vec2 e = vec2(0.001, 0.0);
    vec3 slope = vec3(bumps(p + e.xyy) - bumps(p - e.xyy), bumps(p + e.yxy) - bumps(p - e.yxy),
                      bumps(p + e.yyx) - bumps(p - e.yyx));
    vec3 light = normalize(vec3(cos(0.3 * iTime), sin(0.3 * iTime), -1.0));
    color = vec4(vec3(0.6, 0.8, 1.0) * (0.4 + 0.5 * dot(normalize(slope), light)), 1.0);
}
