// In a shader, which words go in and out is seen from the calls: `a` is changed but nobody looks, `b` is never given.
#version 330
out vec4 color;
float f(float a, out float b, inout float c) { a += 1.0; b = a; c *= a; return c; }
void main() {
  float b, c = 2.0;
  float r = f(gl_FragCoord.x, b, c);
  color = vec4(r, b, c, 1.0);
}

// ----
// entry @main
// global @color: 4
// global @gl_FragCoord: 4
// func @f(%a: float, %c: float) -> (float, float, float) {
//   signature f(in float a, out float b, inout float c) -> float
//   local @a: 1
//   local @b: 1
//   local @c: 1
// entry:
//   store @a[0], %a
//   store @c[0], %c
//   %0: float = load @a[0]                                ; line 4
//   %1: float = fadd %0, 1.0                              ; line 4
//   store @a[0], %1                                       ; line 4
//   %2: float = load @a[0]                                ; line 4
//   store @b[0], %2                                       ; line 4
//   %3: float = load @a[0]                                ; line 4
//   %4: float = load @c[0]                                ; line 4
//   %5: float = fmul %4, %3                               ; line 4
//   store @c[0], %5                                       ; line 4
//   %6: float = load @c[0]                                ; line 4
//   %7: float = load @b[0]                                ; line 4
//   %8: float = load @c[0]                                ; line 4
//   ret %6, %7, %8                                        ; line 4
// }
// func @main(%x: float, %y: float) -> (float, float, float, float) {
//   local @c: 1
//   local @r: 1
//   local @b: 1
//   local @param: 1
//   local @param.1: 1
//   local @param.2: 1
// entry:
//   store @color[0], 0.0
//   store @color[1], 0.0
//   store @color[2], 0.0
//   store @color[3], 0.0
//   store @gl_FragCoord[0], %x
//   store @gl_FragCoord[1], %y
//   store @gl_FragCoord[2], 0.5
//   store @gl_FragCoord[3], 1.0
//   store @c[0], 2.0                                      ; line 6
//   %0: float = load @gl_FragCoord[0]                     ; line 7
//   store @param[0], %0                                   ; line 7
//   %1: float = load @c[0]                                ; line 7
//   store @param.2[0], %1                                 ; line 7
//   %2: float = load @param[0]                            ; line 7
//   %3: float = load @param.2[0]                          ; line 7
//   %4: float, %5: float, %6: float = call @f(%2, %3)     ; line 7
//   store @param.1[0], %5                                 ; line 7
//   store @param.2[0], %6                                 ; line 7
//   %7: float = load @param.1[0]                          ; line 7
//   store @b[0], %7                                       ; line 7
//   %8: float = load @param.2[0]                          ; line 7
//   store @c[0], %8                                       ; line 7
//   store @r[0], %4                                       ; line 7
//   %9: float = load @r[0]                                ; line 8
//   %10: float = load @b[0]                               ; line 8
//   %11: float = load @c[0]                               ; line 8
//   store @color[0], %9                                   ; line 8
//   store @color[1], %10                                  ; line 8
//   store @color[2], %11                                  ; line 8
//   store @color[3], 1.0                                  ; line 8
//   %12: float = load @color[0]                           ; line 8
//   %13: float = load @color[1]                           ; line 8
//   %14: float = load @color[2]                           ; line 8
//   %15: float = load @color[3]                           ; line 8
//   ret %12, %13, %14, %15                                ; line 8
// }
