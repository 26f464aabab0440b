// Menger sponge: folding space in a loop inside the marching loop.
float box(vec3 p, vec3 b) { vec3 q = abs(p) - b; return length(max(q, 0.0)) + min(max(q.x, max(q.y, q.z)), 0.0); }
float map(vec3 p) {
  float d = box(p, vec3(1.0));
  float s = 1.0;
  for (int m = 0; m < 3; m++) {
    vec3 a = mod(p * s, 2.0) - 1.0;
    s *= 3.0;
    vec3 r = abs(1.0 - 3.0 * abs(a));
    float da = max(r.x, r.y), db = max(r.y, r.z), dc = max(r.z, r.x);
    d = max(d, (min(da, min(db, dc)) - 1.0) / s);
  }
  return d;
}
void mainImage(out vec4 o, in vec2 f) {
  vec2 p = (2.0 * f - iResolution.xy) / iResolution.y;
  float an = 0.5 + iTime * 0.3;
  vec3 ro = 2.8 * vec3(cos(an), 0.5, sin(an)), ww = normalize(-ro), uu = normalize(cross(ww, vec3(0, 1, 0))), vv = cross(uu, ww);
  vec3 rd = normalize(p.x * uu + p.y * vv + 2.5 * ww);
  float t = 0.0, h = 1.0;
  int n = 0;
  for (int i = 0; i < 40; i++) { h = map(ro + rd * t); if (h < 0.005 || t > 6.0) break; t += h; n++; }
  o = vec4(t < 6.0 ? vec3(1.0, 0.8, 0.5) * (1.0 - float(n) / 40.0) : vec3(0.1, 0.1, 0.2), 1.0);
}
