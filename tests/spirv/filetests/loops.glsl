// A back edge burns fuel and goes to the merge block when there is none left.
int f(int n) {
  int r = 0;
  for (int i = 0; i < n; i++) {
    if (i == 3) continue;
    r += i;
  }
  return r;
}

// ----
// func @f(%n: int) -> (int) {
//   signature f(in int n) -> int
//   local @n: 1
//   local @r: 1
//   local @i: 1
// entry:
//   store @n[0], %n
//   store @r[0], 0                                        ; line 3
//   store @i[0], 0                                        ; line 4
//   jump loop1                                            ; line 4
// loop1:
//   jump b2                                               ; line 4
// b2:
//   %0: int = load @i[0]                                  ; line 4
//   %1: int = load @n[0]                                  ; line 4
//   %2: bool = lt %0, %1                                  ; line 4
//   branch %2, b3, b7                                     ; line 4
// b3:
//   %3: int = load @i[0]                                  ; line 5
//   %4: bool = eq %3, 3                                   ; line 5
//   branch %4, b4, b5                                     ; line 5
// b4:
//   jump b6                                               ; line 5
// b5:
//   %5: int = load @i[0]                                  ; line 6
//   %6: int = load @r[0]                                  ; line 6
//   %7: int = add %6, %5                                  ; line 6
//   store @r[0], %7                                       ; line 6
//   jump b6                                               ; line 6
// b6:
//   %8: int = load @i[0]                                  ; line 4
//   %9: int = add %8, 1                                   ; line 4
//   store @i[0], %9                                       ; line 4
//   %10: bool = burn                                      ; line 4
//   branch %10, loop1, b7                                 ; line 4
// b7:
//   %11: int = load @r[0]                                 ; line 8
//   ret %11                                               ; line 8
// }
