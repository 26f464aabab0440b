// Sorting: inout arguments that are components and array elements.
void swap(inout float a, inout float b) { float t = a; a = b; b = t; }
void sort3(inout vec3 v) { if (v.x > v.y) swap(v.x, v.y); if (v.y > v.z) swap(v.y, v.z); if (v.x > v.y) swap(v.x, v.y); }
void mainImage(out vec4 o, vec2 f) {
  vec2 p = f / iResolution.xy;
  vec3 v = .5 + .5 * sin(vec3(p.x * 6., p.y * 7., (p.x + p.y) * 5.) + iTime);
  float arr[5];
  for (int i = 0; i < 5; i++) arr[i] = abs(v[i % 3] - float(i) * .2);
  for (int i = 0; i < 4; i++) for (int j = 0; j < 4 - i; j++) if (arr[j] > arr[j + 1]) swap(arr[j], arr[j + 1]);
  sort3(v);
  o = vec4(v.x, arr[2], v.z, 1);
}
