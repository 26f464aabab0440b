// The condition of a do loop is a conditional back edge: fuel is asked for on the way back only.
float f(float x) {
  do x *= 0.5; while (x > 1.0);
  return x;
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
//   %1: float = fmul %0, 0.5                              ; line 3
//   store @x[0], %1                                       ; line 3
//   jump b3                                               ; line 3
// b3:
//   %2: float = load @x[0]                                ; line 3
//   %3: bool = flt 1.0, %2                                ; line 3
//   branch %3, loop1.next, b4                             ; line 3
// loop1.next:
//   %4: bool = burn                                       ; line 3
//   branch %4, loop1, b4                                  ; line 3
// b4:
//   %5: float = load @x[0]                                ; line 4
//   ret %5                                                ; line 4
// }
