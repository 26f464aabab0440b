// A lens over a grid: refract, square root near zero.
void mainImage(out vec4 o, vec2 f) {
  vec2 p = (f + f - iResolution.xy) / iResolution.y, c = .5 * vec2(sin(iTime), cos(iTime * .7));
  vec2 q = p - c; float r = length(q);
  if (r < .5) { vec3 n = vec3(q / .5, sqrt(1. - r * r * 4.)); vec3 d = refract(vec3(0, 0, -1), n, .7); p += d.xy * .6; }
  vec2 g = abs(fract(p * 4.) - .5);
  o = vec4(mix(vec3(.1, .3, .5), vec3(1, .9, .7), smoothstep(.05, .08, min(g.x, g.y))), 1);
}
