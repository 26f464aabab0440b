// A seven-segment counter: bit tests, distances to segments, int division by ten.
// seven segments of a counter
const int SEG[10] = int[](0x3f, 0x06, 0x5b, 0x4f, 0x66, 0x6d, 0x7d, 0x07, 0x7f, 0x6f);
float bar(vec2 p, vec2 a, vec2 b) {
  vec2 pa = p - a, ba = b - a;
  float h = clamp(dot(pa, ba) / dot(ba, ba), 0.0, 1.0);
  return 1.0 - smoothstep(0.06, 0.09, length(pa - ba * h));
}
float digit(vec2 p, int n) {
  int s = SEG[n];
  float v = 0.0;
  vec2 A = vec2(-0.25, 0.5), B = vec2(0.25, 0.5), C = vec2(-0.25, 0.0), D = vec2(0.25, 0.0), E = vec2(-0.25, -0.5), F = vec2(0.25, -0.5);
  if ((s & 1) != 0) v = max(v, bar(p, A, B));
  if ((s & 2) != 0) v = max(v, bar(p, B, D));
  if ((s & 4) != 0) v = max(v, bar(p, D, F));
  if ((s & 8) != 0) v = max(v, bar(p, E, F));
  if ((s & 16) != 0) v = max(v, bar(p, C, E));
  if ((s & 32) != 0) v = max(v, bar(p, A, C));
  if ((s & 64) != 0) v = max(v, bar(p, C, D));
  return v;
}
void mainImage(out vec4 o, in vec2 f) {
  vec2 uv = (f * 2.0 - iResolution.xy) / iResolution.y;
  float v = 0.0;
  int t = int(iTime * 10.0) + 4070;
  for (int i = 0; i < 4; i++) {
    v += digit(uv - vec2(0.9 - float(i) * 0.6, 0.0), t % 10);
    t /= 10;
  }
  o = vec4(v * vec3(1.0, 0.3, 0.1) + 0.05, 1.0);
}
