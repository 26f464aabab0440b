// A loop that cannot be left is left all the same when the fuel is spent, and returns zeros.
float f(float x) {
  for (;;) { x += 1.0; if (x > 9.0) return x; }
}

// ----
// func @f(%x: float) -> (float) {
//   signature f(in float x) -> float
//   local @x: 1
// entry:
//   store @x[0], %x
//   jump loop1                                            ; line 2
// loop1:
//   jump b2                                               ; line 3
// b2:
//   %0: float = load @x[0]                                ; line 3
//   %1: float = fadd %0, 1.0                              ; line 3
//   store @x[0], %1                                       ; line 3
//   %2: float = load @x[0]                                ; line 3
//   %3: bool = flt 9.0, %2                                ; line 3
//   branch %3, b3, b4                                     ; line 3
// b3:
//   %4: float = load @x[0]                                ; line 3
//   ret %4                                                ; line 3
// b4:
//   jump b5                                               ; line 3
// b5:
//   %5: bool = burn                                       ; line 3
//   branch %5, loop1, b6                                  ; line 3
// b6:
//   ret 0.0                                               ; line 3
// }
