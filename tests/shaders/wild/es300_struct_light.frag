// Three spheres with shadows: structs in structs, a global array of them, struct results.
#version 300 es
precision highp float;
uniform vec2 u_resolution;
uniform float u_time;
struct Material { vec3 albedo; float shine; };
struct Sphere { vec3 c; float r; Material m; };
struct Hit { bool ok; float t; vec3 n; Material m; };
out vec4 color;
Sphere scene[3];
Hit trace(vec3 ro, vec3 rd) {
  Hit best = Hit(false, 1000.0, vec3(0.0), Material(vec3(0.0), 0.0));
  for (int i = 0; i < scene.length(); ++i) {
    vec3 oc = ro - scene[i].c;
    float b = dot(oc, rd), h = b * b - dot(oc, oc) + scene[i].r * scene[i].r;
    if (h < 0.0) continue;
    float t = -b - sqrt(h);
    if (t > 0.0 && t < best.t) best = Hit(true, t, (oc + t * rd) / scene[i].r, scene[i].m);
  }
  return best;
}
void main() {
  scene[0] = Sphere(vec3(-0.8, 0.0, 3.0), 0.7, Material(vec3(1.0, 0.2, 0.2), 32.0));
  scene[1] = Sphere(vec3(0.8, sin(u_time) * 0.3, 3.0), 0.6, Material(vec3(0.2, 1.0, 0.2), 8.0));
  scene[2] = Sphere(vec3(0.0, -0.5, 2.2), 0.4, Material(vec3(0.2, 0.4, 1.0), 16.0));
  vec2 uv = (gl_FragCoord.xy * 2.0 - u_resolution) / u_resolution.y;
  vec3 rd = normalize(vec3(uv, 2.0)), light = normalize(vec3(1.0, 1.5, -1.0)), c = vec3(0.05, 0.05, 0.1);
  Hit h = trace(vec3(0.0), rd);
  if (h.ok) {
    float sh = trace(rd * h.t + h.n * 0.01, light).ok ? 0.3 : 1.0;
    c = h.m.albedo * (0.1 + sh * max(dot(h.n, light), 0.0)) + sh * pow(max(dot(reflect(rd, h.n), light), 0.0), h.m.shine);
  }
  color = vec4(c, 1.0);
}
