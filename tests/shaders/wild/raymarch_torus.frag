// A torus that tumbles: ray marching, normals by differences, a highlight by pow.
float sdTorus(vec3 p, vec2 t) { vec2 q = vec2(length(p.xz) - t.x, p.y); return length(q) - t.y; }
mat3 rotY(float a) { float c = cos(a), s = sin(a); return mat3(c, 0., s, 0., 1., 0., -s, 0., c); }
mat3 rotX(float a) { float c = cos(a), s = sin(a); return mat3(1., 0., 0., 0., c, -s, 0., s, c); }
float map(vec3 p) { return sdTorus(rotX(iTime) * rotY(iTime * .7) * p, vec2(1., .4)); }
vec3 normal(vec3 p) { vec2 e = vec2(.02, 0.); return normalize(vec3(map(p + e.xyy) - map(p - e.xyy), map(p + e.yxy) - map(p - e.yxy), map(p + e.yyx) - map(p - e.yyx))); }
void mainImage(out vec4 o, in vec2 f) {
  vec2 uv = (f - .5 * iResolution.xy) / iResolution.y;
  vec3 ro = vec3(0., 0., -3.), rd = normalize(vec3(uv, 1.)), col = vec3(.1);
  float t = 0.;
  for (int i = 0; i < 40; i++) {
    float d = map(ro + rd * t);
    if (d < .01 || t > 6.) break;
    t += d;
  }
  if (t < 6.) {
    vec3 n = normal(ro + rd * t), l = normalize(vec3(1., 2., -2.));
    float dif = max(dot(n, l), 0.), spe = pow(max(dot(reflect(rd, n), l), 0.), 16.);
    col = vec3(.9, .5, .2) * dif + spe + .1;
  }
  o = vec4(sqrt(col), 1.);
}
