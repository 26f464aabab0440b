// A constant array is one read-only object, never copied; a constant index reads it at compile time.
const float K[3] = float[](1.0, 2.0, 4.0);
float f(int i) { return K[i] + K[i + 1] + K[2]; }

// ----
// constant @const: 3 = 1.0, 2.0, 4.0
// func @f(%i: int) -> (float) {
//   signature f(in int i) -> float
//   local @i: 1
// entry:
//   store @i[0], %i
//   %0: int = load @i[0]                                  ; line 3
//   %1: int = max %0, 0                                   ; line 3
//   %2: int = min %1, 2                                   ; line 3
//   %3: float = load @const[%2]                           ; line 3
//   %4: int = load @i[0]                                  ; line 3
//   %5: int = add %4, 1                                   ; line 3
//   %6: int = max %5, 0                                   ; line 3
//   %7: int = min %6, 2                                   ; line 3
//   %8: float = load @const[%7]                           ; line 3
//   %9: float = fadd %3, %8                               ; line 3
//   %10: float = fadd %9, 4.0                             ; line 3
//   ret %10                                               ; line 3
// }
