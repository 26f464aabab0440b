// Every dynamic index is clamped to its own dimension; constant ones cost nothing.
float f(float a[2][3], vec2 v, int i, uint j) {
  a[i][j] = v[i];
  a[1][2] += 1.0;
  return a[0][i];
}

// ----
// func @f(%a.0: float, %a.1: float, %a.2: float, %a.3: float, %a.4: float, %a.5: float, %v.0: float, %v.1: float, %i: int, %j: int) -> (float) {
//   signature f(in float[3][2] a, in vec2 v, in int i, in uint j) -> float
//   local @a: 6
//   local @v: 2
//   local @i: 1
//   local @j: 1
// entry:
//   store @a[0], %a.0
//   store @a[1], %a.1
//   store @a[2], %a.2
//   store @a[3], %a.3
//   store @a[4], %a.4
//   store @a[5], %a.5
//   store @v[0], %v.0
//   store @v[1], %v.1
//   store @i[0], %i
//   store @j[0], %j
//   %0: int = load @i[0]                                  ; line 3
//   %1: int = load @j[0]                                  ; line 3
//   %2: int = load @i[0]                                  ; line 3
//   %3: int = max %2, 0                                   ; line 3
//   %4: int = min %3, 1                                   ; line 3
//   %5: float = load @v[%4]                               ; line 3
//   %6: int = max %0, 0                                   ; line 3
//   %7: int = min %6, 1                                   ; line 3
//   %8: int = mul %7, 3                                   ; line 3
//   %9: int = minu %1, 2                                  ; line 3
//   %10: int = add %8, %9                                 ; line 3
//   store @a[%10], %5                                     ; line 3
//   %11: float = load @a[5]                               ; line 4
//   %12: float = fadd %11, 1.0                            ; line 4
//   store @a[5], %12                                      ; line 4
//   %13: int = load @i[0]                                 ; line 5
//   %14: int = max %13, 0                                 ; line 5
//   %15: int = min %14, 2                                 ; line 5
//   %16: float = load @a[%15]                             ; line 5
//   ret %16                                               ; line 5
// }
