#version 330
// Truchet tiles: quarter circles turned at random join into endless ribbons. Desktop GLSL, discard outside a disc.
// Idea: Sebastien Truchet, 1704; quarter-circle tiles after Cyril Stanley Smith, 1987.
uniform float iTime;
uniform vec3 iResolution;
out vec4 fragColor;

bool turned(ivec2 cell) {
    int h = cell.x * 73856093 ^ cell.y * 19349663;
    h ^= h >> 11;
    h *= 668265261;
    return ((h >> 20) & 1) == 1;
}

void main() {
    vec2 p = (2.0 * gl_FragCoord.xy - iResolution.xy) / iResolution.y;
    if (dot(p, p) > 0.98) discard;
    float s = sin(0.2 * iTime), c = cos(0.2 * iTime);
    p = 3.5 * mat2(c, s, -s, c) * p + vec2(0.6 * iTime, 0.0);
    ivec2 cell = ivec2(floor(p));
    vec2 f = p - floor(p);
    if (turned(cell)) f.x = 1.0 - f.x;
    float arc = min(abs(length(f) - 0.5), abs(length(f - 1.0) - 0.5));
    float ribbon = 1.0 - smoothstep(0.10, 0.14, arc);
    float core = 1.0 - smoothstep(0.02, 0.05, arc);
    fragColor = vec4(vec3(0.08, 0.10, 0.14) + ribbon * vec3(0.10, 0.55, 0.60) + core * vec3(0.80, 0.35, 0.10), 1.0);
}
