// Comparisons in the order of the cases, none for those that go to the default.
float f(int n) {
  float r = 0.0;
  switch (n) {
    case 4: r = 1.0;
    case -1: r += 2.0; break;
    default:
    case 7: r = 3.0;
  }
  return r;
}

// ----
// func @f(%n: int) -> (float) {
//   signature f(in int n) -> float
//   local @n: 1
//   local @r: 1
// entry:
//   store @n[0], %n
//   store @r[0], 0.0                                      ; line 3
//   %0: int = load @n[0]                                  ; line 4
//   %1: bool = eq %0, 4                                   ; line 4
//   branch %1, b2, entry.case1                            ; line 4
// entry.case1:
//   %2: bool = eq %0, -1                                  ; line 4
//   branch %2, b3, b1                                     ; line 4
// b1:
//   store @r[0], 3.0                                      ; line 8
//   jump b4                                               ; line 8
// b2:
//   store @r[0], 1.0                                      ; line 5
//   jump b3                                               ; line 5
// b3:
//   %3: float = load @r[0]                                ; line 6
//   %4: float = fadd %3, 2.0                              ; line 6
//   store @r[0], %4                                       ; line 6
//   jump b4                                               ; line 6
// b4:
//   %5: float = load @r[0]                                ; line 10
//   ret %5                                                ; line 10
// }
