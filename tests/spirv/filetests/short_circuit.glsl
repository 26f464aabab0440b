// The phi of a short circuit becomes a block parameter.
bool g(float x) { return x > 2.0; }
float f(float x) {
  if (x < 1.0 || g(x)) return 1.0;
  return 0.0;
}

// ----
// func @g(%x: float) -> (bool) {
//   signature g(in float x) -> bool
//   local @x: 1
// entry:
//   store @x[0], %x
//   %0: float = load @x[0]                                ; line 2
//   %1: bool = flt 2.0, %0                                ; line 2
//   ret %1                                                ; line 2
// }
// func @f(%x: float) -> (float) {
//   signature f(in float x) -> float
//   local @x: 1
//   local @param: 1
// entry:
//   store @x[0], %x
//   %0: float = load @x[0]                                ; line 4
//   %1: bool = flt %0, 1.0                                ; line 4
//   %2: bool = bnot %1                                    ; line 4
//   branch %2, b1, b2(%1)                                 ; line 4
// b1:
//   %3: float = load @x[0]                                ; line 4
//   store @param[0], %3                                   ; line 4
//   %4: float = load @param[0]                            ; line 4
//   %5: bool = call @g(%4)                                ; line 4
//   jump b2(%5)                                           ; line 4
// b2(%6: bool):
//   branch %6, b3, b4                                     ; line 4
// b3:
//   ret 1.0                                               ; line 4
// b4:
//   ret 0.0                                               ; line 5
// }
