// A callee that may discard sets a flag; its caller looks at it and leaves too.
#version 330
out vec4 color;
float keep(float x) { if (x < 0.0) discard; return x; }
void main() { color = vec4(keep(gl_FragCoord.x - 4.0)); }

// ----
// entry @main
// global @gl_Discarded: 1
// global @color: 4
// global @gl_FragCoord: 4
// func @keep(%x: float) -> (float) {
//   signature keep(in float x) -> float
//   local @x: 1
// entry:
//   store @gl_Discarded[0], false
//   store @x[0], %x
//   %0: float = load @x[0]                                ; line 4
//   %1: bool = flt %0, 0.0                                ; line 4
//   branch %1, b1, b2                                     ; line 4
// b1:
//   store @gl_Discarded[0], true                          ; line 4
//   ret 0.0                                               ; line 4
// b2:
//   %2: float = load @x[0]                                ; line 4
//   ret %2                                                ; line 4
// }
// func @main(%x: float, %y: float) -> (float, float, float, float) {
//   local @param: 1
// entry:
//   store @color[0], 0.0
//   store @color[1], 0.0
//   store @color[2], 0.0
//   store @color[3], 0.0
//   store @gl_FragCoord[0], %x
//   store @gl_FragCoord[1], %y
//   store @gl_FragCoord[2], 0.5
//   store @gl_FragCoord[3], 1.0
//   %0: float = load @gl_FragCoord[0]                     ; line 5
//   %1: float = fsub %0, 4.0                              ; line 5
//   store @param[0], %1                                   ; line 5
//   %2: float = load @param[0]                            ; line 5
//   %3: float = call @keep(%2)                            ; line 5
//   %4: bool = load @gl_Discarded[0]                      ; line 5
//   branch %4, entry.gone, entry.on                       ; line 5
// entry.gone:
//   ret 0.0, 0.0, 0.0, 0.0                                ; line 5
// entry.on:
//   store @color[0], %3                                   ; line 5
//   store @color[1], %3                                   ; line 5
//   store @color[2], %3                                   ; line 5
//   store @color[3], %3                                   ; line 5
//   %5: float = load @color[0]                            ; line 5
//   %6: float = load @color[1]                            ; line 5
//   %7: float = load @color[2]                            ; line 5
//   %8: float = load @color[3]                            ; line 5
//   ret %5, %6, %7, %8                                    ; line 5
// }
