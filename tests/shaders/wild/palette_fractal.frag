// Rings of light: a float loop counter, exp and pow of small numbers.
vec3 palette(float t) { return .5 + .5 * cos(6.28318 * (vec3(1.) * t + vec3(.263, .416, .557))); }
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
  vec2 uv = (fragCoord * 2. - iResolution.xy) / iResolution.y, uv0 = uv;
  vec3 fin = vec3(0.);
  for (float i = 0.; i < 4.; i++) {
    uv = fract(uv * 1.5) - .5;
    float d = length(uv) * exp(-length(uv0));
    vec3 col = palette(length(uv0) + i * .4 + iTime * .4);
    d = sin(d * 8. + iTime) / 8.;
    d = abs(d);
    d = pow(.01 / d, 1.2);
    fin += col * d;
  }
  fragColor = vec4(fin, 1.);
}
