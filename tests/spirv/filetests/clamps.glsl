// Every dynamic index is clamped to its own dimension; constant ones cost nothing.
float f(float a[2][3], vec2 v, int i, uint j) {
  a[i][j] = v[i];
  a[1][2] += 1.0;
  return a[0][i];
}

// ----
// func @f(%a.0: float, %a.1: float, %a.2: float, %a.3: float, %a.4: float, %a.5: float, %v.0: float, %v.1: float, %i: int, %j: int) -> (float) {
//   signature f(in float[2][3] a, in vec2 v, in int i, in uint j) -> float
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
//   %5: float = load @v[1]                                ; line 3
//   %6: float = load @v[0]                                ; line 3
//   %7: bool = eq %4, 0                                   ; line 3
//   %8: float = select %7, %6, %5                         ; line 3
//   %9: int = max %0, 0                                   ; line 3
//   %10: int = min %9, 1                                  ; line 3
//   %11: int = mul %10, 3                                 ; line 3
//   %12: int = minu %1, 2                                 ; line 3
//   %13: int = add %11, %12                               ; line 3
//   store @a[%13], %8                                     ; line 3
//   %14: float = load @a[5]                               ; line 4
//   %15: float = fadd %14, 1.0                            ; line 4
//   store @a[5], %15                                      ; line 4
//   %16: int = load @i[0]                                 ; line 5
//   %17: int = max %16, 0                                 ; line 5
//   %18: int = min %17, 2                                 ; line 5
//   %19: float = load @a[2]                               ; line 5
//   %20: float = load @a[1]                               ; line 5
//   %21: bool = eq %18, 1                                 ; line 5
//   %22: float = select %21, %20, %19                     ; line 5
//   %23: float = load @a[0]                               ; line 5
//   %24: bool = eq %18, 0                                 ; line 5
//   %25: float = select %24, %23, %22                     ; line 5
//   ret %25                                               ; line 5
// }
