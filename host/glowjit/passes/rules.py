"""The algebra that `simplify` knows, as tables in the language of `patterns`.

The first row that matches and pays is used. No sequence of rows may lead back to where it began: constants move right
and up, negations outwards, comparisons towards `lt`, `ge`, `eq`, `ne` with the constant on the right.
tests/passes/test_rules.py proves each row against the semantics, and that no row shadows another.
"""

from __future__ import annotations

from glowjit.passes.patterns import RuleIndex, parse

INTEGERS = """
# Addition and subtraction. A constant is always added, never subtracted.
add x 0                                 => x
sub x C                                 => add x {-C}
sub x x                                 => 0
sub 0 (sub x y)                         => sub y x
sub 0 (mul x C)                         => mul x {-C}
add x (sub 0 y)                         => sub x y
sub x (sub 0 y)                         => add x y
add (sub x y) y                         => x
sub (add x y) y                         => x
sub x (add x y)                         => sub 0 y
sub (sub x y) x                         => sub 0 y
sub x (sub x y)                         => y
add (add x C) D                         => add x {C + D}
add (sub C x) D                         => sub {C + D} x
sub C (add x D)                         => sub {C - D} x
sub C (sub D x)                         => add x {C - D}
sub x (and x C)                         => and x {~C}
sub (add x C) (add y D)                 => add (sub x y) {C - D}
add (add x C) (add y D)                 => add (add x y) {C + D}

# Multiplication.
mul x 0                                 => 0
mul x 1                                 => x
mul x -1                                => sub 0 x
mul x C                                 => shl x {log2(C)}                  if power_of_two(C)
mul x MIN                               => shl x 31
mul (mul x C) D                         => mul x {C * D}
mul (shl x C) D                         => mul x {D << C}                   if 0 <= C < 32
mul (sub 0 x) C                         => mul x {-C}
mul (sub 0 x) (sub 0 y)                 => mul x y
shl (mul x C) D                         => mul x {C << D}                   if 0 <= D < 32

# High words. The first rows make mulhsu and mulh of what GLSL can say: imulExtended on uint, then a correction.
sub (mulhu x y) (and (sar x 31) y)      => mulhsu x y
sub (mulhsu x y) (and (sar y 31) x)     => mulh x y
sub (mulhu x y) (add (and (sar x 31) y) (and (sar y 31) x))     => mulh x y
mulh x 0                                => 0
mulhu x 0                               => 0
mulhsu x 0                              => 0
mulhsu 0 x                              => 0
mulhu x 1                               => 0
mulh x 1                                => sar x 31
mulhsu x 1                              => sar x 31
mulh x C                                => sar x {32 - log2(C)}             if C > 1 and power_of_two(C)
mulhsu x C                              => sar x {32 - log2(C)}             if C > 1 and power_of_two(C)
mulhsu x MIN                            => sar x 1
mulhu x C                               => shr x {32 - log2(C)}             if C > 1 and power_of_two(C)
mulhu x MIN                             => shr x 1

# Division by a constant: shifts, or a multiplication by the reciprocal (Hacker's Delight, chapter 10).
div x 1                                 => x
div x -1                                => sub 0 x
div x 0                                 => -1
div x C                                 !> sub 0 (div x {-C})               if MIN < C < -1
div x 2                                 => sar (add x (shr x 31)) 1
div x C         => sar (add x (shr (sar x 31) {32 - log2(C)})) {log2(C)}    if C > 2 and power_of_two(C)
div x C         => add (sar (mulh x {signed_magic(C)[0]}) {signed_magic(C)[1]}) (shr x 31)  \
                                        if C > 2 and not power_of_two(C) and signed_magic(C)[0] <= MAX
div x C         => add (sar (add (mulh x {signed_magic(C)[0]}) x) {signed_magic(C)[1]}) (shr x 31)  \
                                        if C > 2 and not power_of_two(C) and signed_magic(C)[0] > MAX
rem x 0                                 => x
rem x 1                                 => 0
rem x -1                                => 0
rem x C                                 => rem x {-C}                       if MIN < C < -1
rem x C                                 !> sub x (shl (div x C) {log2(C)})  if C > 1 and power_of_two(C)
rem x C                                 !> sub x (mul (div x C) C)          if C > 1 and not power_of_two(C)
divu x 0                                => -1
divu x C                                => shr x {log2(C)}                  if power_of_two(C)
divu x MIN                              => shr x 31
divu x C        => shr (mulhu x {unsigned_magic(C)[0]}) {unsigned_magic(C)[1]}  \
                                        if C and not power_of_two(unsigned(C)) and unsigned_magic(C)[0] <= 0xffffffff
divu x C        => shr (add (shr (sub x (mulhu x {unsigned_magic(C)[0]})) 1) (mulhu x {unsigned_magic(C)[0]}))  \
                   {unsigned_magic(C)[1] - 1}  \
                                        if C and not power_of_two(unsigned(C)) and unsigned_magic(C)[0] > 0xffffffff
remu x 0                                => x
remu x C                                => and x {C - 1}                    if power_of_two(unsigned(C))
remu x C                                !> sub x (mul (divu x C) C)         if C != 0

# Bits.
and x 0                                 => 0
and x -1                                => x
and x x                                 => x
or x 0                                  => x
or x -1                                 => -1
or x x                                  => x
xor x 0                                 => x
xor x x                                 => 0
xor (xor x y) y                         => x
and (and x y) y                         => and x y
or (or x y) y                           => or x y
and (or x y) y                          => y
or (and x y) y                          => y
and (and x C) D                         => and x {C & D}
or (or x C) D                           => or x {C | D}
xor (xor x C) D                         => xor x {C ^ D}
and (or x C) D                          => and x D                          if C & D == 0
and (xor x C) D                         => and x D                          if C & D == 0
and (add x C) D                         => and x D                          if C & D == 0 and power_of_two(D + 1)
and (btoi x) 1                          => btoi x
xor (btoi x) 1                          => btoi (bnot x)
and (btoi x) (btoi y)                   => btoi (band x y)
or (btoi x) (btoi y)                    => btoi (bor x y)

# Shifts. An amount lies in 0..31 after the first three rows.
shl x C                                 => shl x {C & 31}                   if not 0 <= C < 32
shr x C                                 => shr x {C & 31}                   if not 0 <= C < 32
sar x C                                 => sar x {C & 31}                   if not 0 <= C < 32
shl x 0                                 => x
shr x 0                                 => x
sar x 0                                 => x
shl 0 x                                 => 0
shr 0 x                                 => 0
sar 0 x                                 => 0
sar -1 x                                => -1
shl x (and y C)                         => shl x y                          if C & 31 == 31
shr x (and y C)                         => shr x y                          if C & 31 == 31
sar x (and y C)                         => sar x y                          if C & 31 == 31
shl (shl x C) D                         => shl x {C + D}                    if C + D < 32
shl (shl x C) D                         => 0                                if C + D >= 32
shr (shr x C) D                         => shr x {C + D}                    if C + D < 32
shr (shr x C) D                         => 0                                if C + D >= 32
sar (sar x C) D                         => sar x {min(C + D, 31)}
sar (shr x C) D                         => shr (shr x C) D
shr (sar x C) 31                        => shr x 31
shr (shl x C) C                         => and x {0xffffffff >> C}          if C >= 21
shl (shr x C) C                         => and x {-1 << C}                  if C <= 11
shl (sar x C) C                         => and x {-1 << C}                  if C <= 11
sar (shl (sar x C) D) D                 => sar x C                          if D <= C
sub x (shl (sar x C) C)                 => shr (shl x {32 - C}) {32 - C}    if 11 < C < 32
and (shl x C) D                         => shl x C                          if 0 <= C < 32 and D & (-1 << C) == -1 << C
and (shr x C) D                         => shr x C                  if 0 <= C < 32 and ~D & (0xffffffff >> C) == 0
and (sar x C) D                         => and (shr x C) D                  if 0 <= C < 32 and 0 <= D <= 0xffffffff >> C

# Least and greatest.
min x x                                 => x
max x x                                 => x
minu x x                                => x
maxu x x                                => x
min x MIN                               => MIN
min x MAX                               => x
max x MIN                               => x
max x MAX                               => MAX
minu x 0                                => 0
minu x -1                               => x
maxu x 0                                => x
maxu x -1                               => -1
min (min x C) D                         => min x {min(C, D)}
max (max x C) D                         => max x {max(C, D)}
minu (minu x C) D                       => minu x {min(unsigned(C), unsigned(D))}
maxu (maxu x C) D                       => maxu x {max(unsigned(C), unsigned(D))}
max (min x C) D                         => D                                if D >= C
min (max x C) D                         => D                                if D <= C
min (max (min x C) D) C                 => max (min x C) D                  if D <= C
max (min (max x C) D) C                 => min (max x C) D                  if C <= D
min (min x y) y                         => min x y
max (max x y) y                         => max x y
min (max x y) y                         => y
max (min x y) y                         => y
max (and x C) D                         => and x C                          if C >= 0 and D <= 0
min (and x C) D                         => and x C                          if 0 <= C <= D
max (shr x C) D                         => shr x C                          if C > 0 and D <= 0
min (shr x C) D                         => shr x C                          if 0 < C and 0xffffffff >> C <= D
minu (shr x C) D                        => shr x C                          if 0 < C and 0xffffffff >> C <= unsigned(D)
minu (and x C) D                        => and x C                          if unsigned(C) <= unsigned(D)
max (btoi x) 0                          => btoi x
min (btoi x) 1                          => btoi x
"""

BOOLEANS = """
# Comparisons of ints: the constant goes right, sums and differences are taken apart where nothing can wrap.
eq x x                                  => true
ne x x                                  => false
lt x x                                  => false
ge x x                                  => true
ltu x x                                 => false
geu x x                                 => true
lt MAX x                                => false
lt C x                                  => ge x {C + 1}
ge MAX x                                => true
ge C x                                  => lt x {C + 1}
ltu -1 x                                => false
ltu C x                                 => geu x {C + 1}
geu -1 x                                => true
geu C x                                 => ltu x {C + 1}
lt x MIN                                => false
ge x MIN                                => true
ltu x 0                                 => false
geu x 0                                 => true
ltu x 1                                 => eq x 0
geu x 1                                 => ne x 0
eq (add x C) D                          ~> eq x {D - C}
ne (add x C) D                          ~> ne x {D - C}
eq (sub C x) D                          ~> eq x {C - D}
ne (sub C x) D                          ~> ne x {C - D}
eq (sub x y) 0                          => eq x y
ne (sub x y) 0                          => ne x y
eq (xor x y) 0                          => eq x y
ne (xor x y) 0                          => ne x y
eq (xor x C) D                          => eq x {C ^ D}
ne (xor x C) D                          => ne x {C ^ D}
eq (btoi x) 0                           => bnot x
ne (btoi x) 0                           => x
eq (btoi x) 1                           => x
ne (btoi x) 1                           => bnot x
lt (btoi x) 1                           => bnot x
ge (btoi x) 1                           => x
lt (sar x C) 0                          => lt x 0
ge (sar x C) 0                          => ge x 0
lt (and x C) D                          => false                            if C >= 0 and D <= 0
ge (and x C) D                          => true                             if C >= 0 and D <= 0
lt (and x C) D                          => true                             if 0 <= C < D
ge (and x C) D                          => false                            if 0 <= C < D
lt (shl (sar x C) C) D                  => lt x {-(-D >> C) << C}           if 11 < C < 32 and -(-D >> C) << C <= MAX
ge (shl (sar x C) C) D                  => ge x {-(-D >> C) << C}           if 11 < C < 32 and -(-D >> C) << C <= MAX
ne (shr x 31) 0                         => lt x 0
eq (shr x 31) 0                         => ge x 0

# Logic.
band x true                             => x
band x false                            => false
band x x                                => x
band x (bnot x)                         => false
band (band x y) y                       => band x y
band (bor x y) y                        => y
bor x true                              => true
bor x false                             => x
bor x x                                 => x
bor x (bnot x)                          => true
bor (bor x y) y                         => bor x y
bor (band x y) y                        => y
bxor x true                             => bnot x
bxor x false                            => x
bxor x x                                => false
bxor (bnot x) y                         => bnot (bxor x y)
bnot (bnot x)                           => x
bnot (eq x y)                           => ne x y
bnot (ne x y)                           => eq x y
bnot (lt x y)                           => ge x y
bnot (ge x y)                           => lt x y
bnot (ltu x y)                          => geu x y
bnot (geu x y)                          => ltu x y
bnot (feq x y)                          => fne x y
bnot (fne x y)                          => feq x y
bnot (flt x y)                          => fge x y
bnot (fge x y)                          => flt x y
bor (lt x 0) (ge x C)                   => geu x C                          if C >= 0
band (ge x 0) (lt x C)                  => ltu x C                          if C >= 0
bor (bor y (lt x 0)) (ge x C)           => bor y (geu x C)                  if C >= 0
band (band y (ge x 0)) (lt x C)         => band y (ltu x C)                 if C >= 0
band (bnot x) (bnot y)                  => bnot (bor x y)
bor (bnot x) (bnot y)                   => bnot (band x y)

# Choices.
select true x y                         => x
select false x y                        => y
select c x x                            => x
select (bnot c) x y                     => select c y x
select c true false                     => c
select c false true                     => bnot c
select c true x                         => bor c x
select c x false                        => band c x
select c false x                        => band (bnot c) x
select c x true                         => bor (bnot c) x
select c c x                            => bor c x
select c x c                            => band c x
select c 1 0                            => btoi c
select c 0 1                            => btoi (bnot c)
select c (select c x y) z               => select c x z
select c x (select c y z)               => select c x z
select c x (select d x y)               => select (bor c d) x y
select c (select d x y) y               => select (band c d) x y
select (bor c d) x (select c y z)       => select (bor c d) x z
add (select c C D) E                    => select c {C + E} {D + E}
mul (select c C D) E                    => select c {C * E} {D * E}
mulhu (select c C D) E                  => select c {unsigned(C) * unsigned(E) >> 32} {unsigned(D) * unsigned(E) >> 32}
and (select c C D) E                    => select c {C & E} {D & E}
shl (select c C D) E                    => select c {C << E} {D << E}       if 0 <= E < 32
shr (select c C D) E                    => select c {unsigned(C) >> E} {unsigned(D) >> E}   if 0 <= E < 32
sar (select c C D) E                    => select c {C >> E} {D >> E}       if 0 <= E < 32
max (select c C D) E                    => select c {max(C, E)} {max(D, E)}
min (select c C D) E                    => select c {min(C, E)} {min(D, E)}
select (ge x y) z (lt x y)              => bor (lt x y) z
select (lt x y) z (ge x y)              => bor (ge x y) z
select (ne x y) z (eq x y)              => bor (eq x y) z
select (eq x y) z (ne x y)              => bor (ne x y) z
select (eq x y) x y                     => y
select (ne x y) x y                     => x
select (lt x y) x y                     => min x y
select (lt x y) y x                     => max x y
select (ge x y) x y                     => max x y
select (ge x y) y x                     => min x y
select (ltu x y) x y                    => minu x y
select (ltu x y) y x                    => maxu x y
select (geu x y) x y                    => maxu x y
select (geu x y) y x                    => minu x y
select (lt x C) x D                     => min x D                          if MIN < C and D == C - 1
select (lt x C) D x                     => max x D                          if MIN < C and D == C - 1
select (ge x C) x D                     => max x D                          if MIN < C and D == C - 1
select (ge x C) D x                     => min x D                          if MIN < C and D == C - 1
select (lt x 0) y 0                     => and (sar x 31) y
select (flt x 0.0) (fneg x) x           => fabs x
select (fge x 0.0) x (fneg x)           => fabs x
select (flt x y) x y                    => fmin x y
select (flt x y) y x                    => fmax x y
select (fge x y) x y                    => fmax x y
select (fge x y) y x                    => fmin x y
select (feq x y) y x                    => x
"""

FLOATS = """
# A float denotes a real number, so what holds of reals holds here.
fadd x 0.0                              => x
fsub x C                                => fadd x {-C}
fsub 0.0 x                              => fneg x
fsub x x                                => 0.0
fadd x (fneg y)                         => fsub x y
fsub x (fneg y)                         => fadd x y
fsub (fneg x) y                         => fneg (fadd x y)
fadd (fsub x y) y                       => x
fsub (fadd x y) y                       => x
fsub x (fadd x y)                       => fneg y
fsub (fsub x y) x                       => fneg y
fsub x (fsub x y)                       => y
fadd (fadd x C) D                       => fadd x {C + D}
fadd (fsub C x) D                       => fsub {C + D} x
fsub C (fadd x D)                       => fsub {C - D} x
fsub C (fsub D x)                       => fadd x {C - D}
fneg (fneg x)                           => x
fneg (fsub x y)                         => fsub y x
fneg (fmul x C)                         => fmul x {-C}
fmul x 0.0                              => 0.0
fmul x 1.0                              => x
fmul x -1.0                             => fneg x
fmul (fneg x) C                         => fmul x {-C}
fmul (fneg x) (fneg y)                  => fmul x y
fmul (fneg x) y                         => fneg (fmul x y)
fmul (fmul x C) D                       => fmul x {C * D}                   if keeps_scale(C * D, C, D)
fmul (fdiv 1.0 x) y                     => fdiv y x
fmul x (select c 1.0 0.0)               => select c x 0.0
fmul x (select c 0.0 1.0)               => select c 0.0 x
fmul x (stof (btoi c))                  => select c x 0.0
fmul x (fstep y z)                      => select (flt z y) 0.0 x
fdiv x C                                => fmul x {1.0 / C}                 if power_of_two(abs(C))
fdiv (fneg x) C                         => fdiv x {-C}                      if C != 0.0
fdiv (fmul x C) D                       => fmul x {C / D}                   if D != 0.0 and keeps_scale(C / D, C)
fdiv 1.0 (fsqrt x)                      => frsqrt x
fadd (fmul x y) (fmul x z)              => fmul (fadd y z) x
fsub (fmul x y) (fmul x z)              => fmul (fsub y z) x

# Sums and products in the open: their parts can be shared, hoisted and folded.
ffma x y z                              => fadd (fmul x y) z
fmix x y (select c 0.0 1.0)             => select c x y
fmix x y (select c 1.0 0.0)             => select c y x
fmix x y (fstep z w)                    => select (flt w z) x y
fmix x x y                              => x
fmix x y z                              => fadd x (fmul (fsub y x) z)

# Rounding.
ffloor (ffloor x)                       => ffloor x
ffract (ffloor x)                       => 0.0
ffract (ffract x)                       => ffract x
ffloor (ffract x)                       => 0.0
ffloor (stof x)                         => stof x
ffract (stof x)                         => 0.0
ftrunc (ffloor x)                       => ffloor x
fsub x (ffloor x)                       => ffract x
fsub x (ffract x)                       => ffloor x
fmod x 1.0                              => ffract x
ftos (stof x)                           => x
ftos (ftrunc x)                         => ftos x
stof (ftos x)                           => ftrunc x

# Magnitude and order.
fabs (fabs x)                           => fabs x
fabs (fneg x)                           => fabs x
fabs (fsqrt x)                          => fsqrt x
fabs (ffract x)                         => ffract x
fsign (fneg x)                          => fneg (fsign x)
fsign (fsign x)                         => fsign x
fmin x x                                => x
fmax x x                                => x
fmin (fmin x C) D                       => fmin x {min(C, D)}
fmax (fmax x C) D                       => fmax x {max(C, D)}
fmin (fmax x C) D                       => fclamp x C D                     if C <= D
fmax (fmin x C) D                       => fclamp x D C                     if D <= C
fmin (fmin x y) y                       => fmin x y
fmax (fmax x y) y                       => fmax x y
fmin (fmax x y) y                       => y
fmax (fmin x y) y                       => y
fmin (fclamp x C D) E                   => fclamp x C {min(D, E)}           if C <= D and C <= E
fmax (fclamp x C D) E                   => fclamp x {max(C, E)} D           if C <= D and E <= D
fclamp (fclamp x C D) E F               => fclamp x {max(C, E)} {min(D, F)} if C <= D and E <= F and E <= D and C <= F
fclamp (ffract x) C D                   => ffract x                         if C <= 0.0 and D >= 1.0
fmax (ffract x) C                       => ffract x                         if C <= 0.0
fmax (fabs x) C                         => fabs x                           if C <= 0.0
fmax (fsqrt x) C                        => fsqrt x                          if C <= 0.0
feq x x                                 => true
fne x x                                 => false
flt x x                                 => false
fge x x                                 => true
flt (fsub x y) 0.0                      => flt x y
fge (fsub x y) 0.0                      => fge x y
feq (fsub x y) 0.0                      => feq x y
fne (fsub x y) 0.0                      => fne x y
flt (fneg x) (fneg y)                   => flt y x
fge (fneg x) (fneg y)                   => fge y x
flt (fadd x C) D                        ~> flt x {D - C}
fge (fadd x C) D                        ~> fge x {D - C}
flt C (fadd x D)                        ~> flt {C - D} x
fge C (fadd x D)                        ~> fge {C - D} x
flt (fneg x) C                          => flt {-C} x
fge (fneg x) C                          => fge {-C} x
flt C (fneg x)                          => flt x {-C}
fge C (fneg x)                          => fge x {-C}
flt (fabs x) 0.0                        => false
fge (fabs x) 0.0                        => true
fstep x x                               => 1.0

# Powers, and the symmetries of functions.
fpow x 0.0                              => 1.0
fpow x 1.0                              => x
fpow x 2.0                              => fmul x x
fpow x 3.0                              => fmul (fmul x x) x
fpow x 4.0                              => fmul (fmul x x) (fmul x x)
fpow x 8.0      => fmul (fmul (fmul x x) (fmul x x)) (fmul (fmul x x) (fmul x x))
fpow x 0.5                              => fsqrt x
fpow x -1.0                             => fdiv 1.0 x
fpow x -0.5                             => frsqrt x
fpow 2.0 x                              => fexp2 x
fexp2 (fmul (flog2 x) y)                => fpow x y
fexp (fmul (flog x) y)                  => fpow x y
fexp (flog x)                           => x
fexp2 (flog2 x)                         => x
fsqrt (fmul x x)                        => fabs x
fsin (fneg x)                           => fneg (fsin x)
ftan (fneg x)                           => fneg (ftan x)
fatan (fneg x)                          => fneg (fatan x)
ftanh (fneg x)                          => fneg (ftanh x)
fsinh (fneg x)                          => fneg (fsinh x)
fcos (fneg x)                           => fcos x
fcos (fabs x)                           => fcos x
fcosh (fneg x)                          => fcosh x
"""

RULES = parse(INTEGERS) + parse(BOOLEANS) + parse(FLOATS)
INDEX = RuleIndex(RULES)
