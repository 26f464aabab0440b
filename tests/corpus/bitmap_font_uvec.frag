#version 300 es
precision highp float;
// A line of text from glyphs of 8 x 8 in pairs of words, scrolled and coloured.
uniform vec2 u_resolution;
uniform float u_time;
out vec4 color;
const uvec2 FONT[6] = uvec2[6](
    uvec2(0x3c66663cu, 0x66667e66u), uvec2(0x1818187eu, 0x18181800u), uvec2(0x7e603c06u, 0x7e000000u),
    uvec2(0x66666666u, 0x663c1800u), uvec2(0xc6eefed6u, 0xc6c6c600u), uvec2(0x7c66667cu, 0x60606000u));
const int TEXT[12] = int[12](0, 1, 2, 3, 4, 5, 5, 0, 4, 3, 2, 1);
bool glyph(int c, ivec2 p) {
    if (p.x < 0 || p.x > 7 || p.y < 0 || p.y > 7) return false;
    uint bits = p.y < 4 ? FONT[c].x : FONT[c].y;
    return ((bits >> uint((3 - (p.y & 3)) * 8 + (7 - p.x))) & 1u) != 0u;
}
void main() {
    vec2 uv = gl_FragCoord.xy / u_resolution;
    float x = uv.x * 48.0 + u_time * 8.0;
    int col = int(floor(x)), at = ((col / 8) % 12 + 12) % 12;
    ivec2 p = ivec2(col % 8, 15 - int(uv.y * 24.0));
    vec3 c = glyph(TEXT[at], p) ? 0.5 + 0.5 * cos(u_time + vec3(0, 2, 4) + uv.x * 3.0) : vec3(0.05);
    color = vec4(c, 1);
}
