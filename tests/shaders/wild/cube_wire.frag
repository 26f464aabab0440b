// A wire cube: a global array written in one loop and read in another, bits of loop counters.
vec3 V[8];
float seg(vec2 p, vec2 a, vec2 b) { vec2 pa = p - a, ba = b - a; return length(pa - ba * clamp(dot(pa, ba) / dot(ba, ba), 0., 1.)); }
void mainImage(out vec4 o, vec2 f) {
  vec2 p = (f + f - iResolution.xy) / iResolution.y;
  float c = cos(iTime), s = sin(iTime);
  mat3 m = mat3(c, s, 0, -s, c, 0, 0, 0, 1) * mat3(1, 0, 0, 0, c, s, 0, -s, c);
  for (int i = 0; i < 8; i++) V[i] = m * (vec3(i & 1, (i >> 1) & 1, (i >> 2) & 1) - .5);
  float d = 10.;
  for (int i = 0; i < 8; i++)
    for (int k = 0; k < 3; k++) {
      int j = i ^ (1 << k);
      if (j > i) d = min(d, seg(p, V[i].xy / (V[i].z + 2.) * 2., V[j].xy / (V[j].z + 2.) * 2.));
    }
  o = vec4(vec3(.01 / max(d, .01)) * vec3(.3, 1., .5), 1);
}
