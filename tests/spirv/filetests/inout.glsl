// in: words in; out: words out, behind the result; inout: both.
void twice(in float a, out vec2 b, inout int c) { b = vec2(a); c *= 2; }
vec2 f(float x, int n) {
  vec2 v;
  twice(x, v, n);
  return v * float(n);
}

// ----
// func @twice(%a: float, %c: int) -> (float, float, int) {
//   signature twice(in float a, out vec2 b, inout int c) -> void
//   local @a: 1
//   local @b: 2
//   local @c: 1
// entry:
//   store @a[0], %a
//   store @c[0], %c
//   %0: float = load @a[0]                                ; line 2
//   store @b[0], %0                                       ; line 2
//   store @b[1], %0                                       ; line 2
//   %1: int = load @c[0]                                  ; line 2
//   %2: int = mul %1, 2                                   ; line 2
//   store @c[0], %2                                       ; line 2
//   %3: float = load @b[0]                                ; line 2
//   %4: float = load @b[1]                                ; line 2
//   %5: int = load @c[0]                                  ; line 2
//   ret %3, %4, %5                                        ; line 2
// }
// func @f(%x: float, %n: int) -> (float, float) {
//   signature f(in float x, in int n) -> vec2
//   local @x: 1
//   local @n: 1
//   local @v: 2
//   local @param: 1
//   local @param.1: 2
//   local @param.2: 1
// entry:
//   store @x[0], %x
//   store @n[0], %n
//   %0: float = load @x[0]                                ; line 5
//   store @param[0], %0                                   ; line 5
//   %1: int = load @n[0]                                  ; line 5
//   store @param.2[0], %1                                 ; line 5
//   %2: float = load @param[0]                            ; line 5
//   %3: int = load @param.2[0]                            ; line 5
//   %4: float, %5: float, %6: int = call @twice(%2, %3)   ; line 5
//   store @param.1[0], %4                                 ; line 5
//   store @param.1[1], %5                                 ; line 5
//   store @param.2[0], %6                                 ; line 5
//   %7: float = load @param.1[0]                          ; line 5
//   %8: float = load @param.1[1]                          ; line 5
//   store @v[0], %7                                       ; line 5
//   store @v[1], %8                                       ; line 5
//   %9: int = load @param.2[0]                            ; line 5
//   store @n[0], %9                                       ; line 5
//   %10: float = load @v[0]                               ; line 6
//   %11: float = load @v[1]                               ; line 6
//   %12: int = load @n[0]                                 ; line 6
//   %13: float = stof %12                                 ; line 6
//   %14: float = fmul %10, %13                            ; line 6
//   %15: float = fmul %11, %13                            ; line 6
//   ret %14, %15                                          ; line 6
// }
