// Sierpinski carpet: bool function that returns from its loop.
bool inside(vec2 p) {
  for (int i = 0; i < 4; i++) {
    p *= 3.0;
    ivec2 c = ivec2(floor(p));
    if (c.x == 1 && c.y == 1) return true;
    p = fract(p);
  }
  return false;
}
void mainImage(out vec4 c, vec2 p) { c = vec4(inside(p / iResolution.xy) ? vec3(0.2, 0.1, 0.4) : vec3(1.0, 0.9, 0.7), 1.0); }
