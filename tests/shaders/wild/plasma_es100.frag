// GLSL ES 1.00 with the uniforms of GLSL Sandbox.
#version 100
precision mediump float;
uniform float time;
uniform vec2 resolution;
void main(void) {
  vec2 p = gl_FragCoord.xy / resolution.xy * 8.0;
  float v = sin(p.x + time) + sin(0.5 * (p.x * sin(time / 2.0) + p.y * cos(time / 3.0)));
  vec2 c = p + vec2(sin(time / 5.0), cos(time / 3.0));
  v += sin(sqrt(dot(c, c) + 1.0) + time);
  gl_FragColor = vec4(sin(v), sin(v + 2.094), sin(v + 4.188), 1.0) * 0.5 + 0.5;
}
