// Hexagons: floor of a vec4, the nearer of two lattices by a ternary on vec4.
vec4 hex(vec2 uv) {
  const vec2 s = vec2(1, 1.7320508);
  vec4 hC = floor(vec4(uv, uv - vec2(.5, 1)) / s.xyxy) + .5;
  vec4 h = vec4(uv - hC.xy * s, uv - (hC.zw + .5) * s);
  return dot(h.xy, h.xy) < dot(h.zw, h.zw) ? vec4(h.xy, hC.xy) : vec4(h.zw, hC.zw + .5);
}
void mainImage(out vec4 o, vec2 f) {
  vec4 h = hex(6. * f / iResolution.y + iTime * .5);
  vec2 q = abs(h.xy);
  float d = max(dot(q, vec2(.5, .8660254)), q.x);
  o = vec4((.5 + .5 * cos(h.z * 1.3 + h.w * 2.1 + vec3(0, 2, 4))) * smoothstep(.5, .43, d), 1);
}
