// Rule 30 in one uint: shifts, a loop whose bound depends on the row.
void mainImage(out vec4 o, vec2 f) {
  uint row = 0x00010000u;
  int y = int(f.y * 16.0 / iResolution.y), x = int(f.x * 32.0 / iResolution.x);
  for (int i = 0; i < y; i++) row = (row << 1) ^ (row | (row >> 1));
  bool on = ((row >> uint(x)) & 1u) == 1u;
  o = on ? vec4(1.0, 0.9, 0.3, 1.0) : vec4(0.0, 0.1, 0.3, 1.0);
}
