// Taking values apart and putting them together leaves no instruction behind.
struct S { vec3 a; mat2 m; };
vec4 f(S s) { return vec4(s.a.zx, s.m[1]).wyxz; }

// ----
// func @f(%s.0: float, %s.1: float, %s.2: float, %s.3: float, %s.4: float, %s.5: float, %s.6: float) -> (float, float, float, float) {
//   signature f(in struct S {vec3 a, mat2 m} s) -> vec4
//   local @s: 7
// entry:
//   store @s[0], %s.0
//   store @s[1], %s.1
//   store @s[2], %s.2
//   store @s[3], %s.3
//   store @s[4], %s.4
//   store @s[5], %s.5
//   store @s[6], %s.6
//   %0: float = load @s[0]                                ; line 3
//   %1: float = load @s[1]                                ; line 3
//   %2: float = load @s[2]                                ; line 3
//   %3: float = load @s[5]                                ; line 3
//   %4: float = load @s[6]                                ; line 3
//   ret %4, %0, %2, %3                                    ; line 3
// }
