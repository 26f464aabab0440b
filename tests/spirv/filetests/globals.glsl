// Initialisers run before a call from outside; other globals start at zero.
float scale = sqrt(2.0);
vec2 seen;
float f(float x) { seen.y += x; return seen.y * scale; }

// ----
// global @seen: 2
// global @scale: 1
// func @f(%x: float) -> (float) {
//   signature f(in float x) -> float
//   local @x: 1
// entry:
//   store @x[0], %x
//   %0: float = load @x[0]                                ; line 4
//   %1: float = load @seen[1]                             ; line 4
//   %2: float = fadd %1, %0                               ; line 4
//   store @seen[1], %2                                    ; line 4
//   %3: float = load @seen[1]                             ; line 4
//   %4: float = load @scale[0]                            ; line 4
//   %5: float = fmul %3, %4                               ; line 4
//   ret %5                                                ; line 4
// }
// func @globals.init() -> () {
// entry:
//   store @seen[0], 0.0
//   store @seen[1], 0.0
//   store @scale[0], 1.4142135381698608                   ; line 2
//   ret                                                   ; line 2
// }
