// Points through a camera: inverse and determinant of matrices.
mat4 look(vec3 eye, vec3 at) {
  vec3 z = normalize(eye - at), x = normalize(cross(vec3(0, 1, 0), z)), y = cross(z, x);
  return mat4(vec4(x, 0), vec4(y, 0), vec4(z, 0), vec4(eye, 1));
}
void mainImage(out vec4 o, vec2 f) {
  vec2 p = (f + f - iResolution.xy) / iResolution.y;
  mat4 m = look(vec3(2. * sin(iTime), 1.5, 2. * cos(iTime)), vec3(0));
  mat4 v = inverse(m);
  vec3 col = vec3(.02);
  for (int i = 0; i < 12; i++) {
    float a = float(i) * .5236;
    vec4 q = v * vec4(cos(a), .3 * sin(a * 3.), sin(a), 1.);
    vec2 s = q.xy / -q.z * 1.5;
    col += (.5 + .5 * cos(a + vec3(0, 2, 4))) * smoothstep(.12, .05, length(p - s));
  }
  o = vec4(col * determinant(mat3(m)), 1);
}
