// A cross that turns and breathes: products of matrices, edges by smoothstep.
precision highp float;
uniform vec2 u_resolution;
uniform float u_time;
mat2 rotate2d(float a) { return mat2(cos(a), -sin(a), sin(a), cos(a)); }
mat2 scale(vec2 s) { return mat2(s.x, 0.0, 0.0, s.y); }
float box(in vec2 st, in vec2 size) {
  size = vec2(0.5) - size * 0.5;
  vec2 uv = smoothstep(size, size + vec2(0.001), st);
  uv *= smoothstep(size, size + vec2(0.001), vec2(1.0) - st);
  return uv.x * uv.y;
}
float crossShape(in vec2 st, float s) { return box(st, vec2(s, s / 4.)) + box(st, vec2(s / 4., s)); }
void main() {
  vec2 st = gl_FragCoord.xy / u_resolution.xy;
  vec3 color = vec3(st.x, st.y, 0.5);
  st -= vec2(0.5);
  st = rotate2d(sin(u_time) * 3.14159) * scale(vec2(sin(u_time) + 2.0)) * st;
  st += vec2(0.5);
  color += vec3(crossShape(st, 0.4));
  gl_FragColor = vec4(color, 1.0);
}
