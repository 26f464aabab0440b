// Six patterns by switch: fall-through, default, a break out of a nested block.
void mainImage(out vec4 o, in vec2 f) {
  vec2 uv = f / iResolution.xy * 4.0;
  ivec2 id = ivec2(uv);
  vec2 p = fract(uv) - 0.5;
  float v = 0.0;
  switch ((id.x + id.y * 3 + int(iTime)) % 6) {
    case 0: v = length(p) < 0.4 ? 1.0 : 0.0; break;
    case 1: v = max(abs(p.x), abs(p.y)) < 0.3 ? 1.0 : 0.2; break;
    case 2: v = 0.5;
    case 3: v += step(p.x, p.y) * 0.5; break;
    case 4: { float w = abs(p.x) + abs(p.y); if (w < 0.4) { v = w * 2.0; break; } v = 0.1; break; }
    default: v = fract(p.x * 5.0);
  }
  o = vec4(v, v * 0.7, 1.0 - v, 1.0);
}
