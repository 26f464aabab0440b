// Six mirrors: atan, mod of an angle, cosine palette.
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
  vec2 uv = (fragCoord * 2.0 - iResolution.xy) / iResolution.y;
  float r = length(uv), a = atan(uv.y, uv.x);
  const float n = 6.0;
  a = mod(a, 6.2831853 / n);
  a = abs(a - 3.14159265 / n);
  vec2 p = r * vec2(cos(a), sin(a));
  p += vec2(iTime * 0.1, 0.3);
  vec3 col = 0.5 + 0.5 * cos(vec3(0.0, 1.0, 2.0) + 8.0 * p.xyx * vec3(1.0, 0.7, 1.3));
  fragColor = vec4(col, 1.0);
}
