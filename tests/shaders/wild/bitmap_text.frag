// Letters from the bits of ints: a constant array indexed by the place.
// five letters as 15-bit ints, 3x5 each
const int GLYPHS[5] = int[5](31599, 18727, 29671, 31727, 18860);
float glyph(int g, ivec2 p) {
  if (p.x < 0 || p.x > 2 || p.y < 0 || p.y > 4) return 0.0;
  return float((GLYPHS[g] >> (p.y * 3 + p.x)) & 1);
}
void mainImage(out vec4 o, in vec2 f) {
  ivec2 cell = ivec2(f * vec2(20.0, 15.0) / iResolution.xy);
  cell.y -= 5;
  int which = cell.x / 4;
  float ink = which < 5 ? glyph(which, ivec2(cell.x % 4, cell.y)) : 0.0;
  o = vec4(mix(vec3(0.05, 0.1, 0.2), 0.5 + 0.5 * cos(iTime + float(which) + vec3(0, 2, 4)), ink), 1.0);
}
