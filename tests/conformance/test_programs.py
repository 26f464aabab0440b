"""The specification by small programs: what a person writes, and what it has to give, worked out by hand.

The tables beside this one take one construct at a time and let Python say what it gives. Here constructs meet: each
program is a function with its helpers, called with arguments that come at run time.
"""

from __future__ import annotations

from typing import Any

import pytest
from glsl_rows import TALLY, Bound, agrees

import glowjit

Calls = dict[tuple[Any, ...], Any]

# Section, name, text, calls. The functions of one table entry are its own; the one called has the entry's name.
# fmt: off
PROGRAMS: list[tuple[str, str, str, Calls]] = [
    # -- 3: basics
    ("3.4 preprocessor", "nested_macros", """
        #define ONE 1
        #define TWO (ONE + ONE)
        #define MUL(a, b) ((a) * (b))
        #define SQUARE(x) MUL(x, x)
        #define APPLY(f, x) f(x)
        int nested_macros(int x) { return APPLY(SQUARE, x + TWO) + MUL(TWO + ONE, TWO) + SQUARE(SQUARE(2)); }""",
     {(1,): 31, (-2,): 22}),
    ("3.4 preprocessor", "conditions", """
        #define A 3
        #undef B
        #if defined(B)
        int pick() { return 0; }
        #elif A == 2 || (A > 2 && !defined B && A % 2 == 1)
        #  if (A << 2) == 12 && ~A == -4 && (A ^ 1) == 2
        int pick() { return 7; }
        #  else
        int pick() { return 8; }
        #  endif
        #elif 1
        int pick() { return 9; }
        #else
        #  error never reached
        #endif
        #ifdef GL_ES
        int es() { return 100; }
        #else
        int es() { return 200; }
        #endif
        #ifndef NOTHING
        #pragma optimize(on)
        #pragma some tool's own
        int conditions() { return pick() + es() + (__VERSION__ == 310 ? 1000 : 0); }
        #endif""", {(): 1107}),
    ("3.4 preprocessor", "lines", """
        int lines(int x) {
            int here = __LINE__;
            int later = \\
                __LINE__;
            return (later - here) * 10 + x;
        }""", {(4,): 24}),
    ("3.4 preprocessor", "empty_and_self", """
        #define NOTHING
        #define x_plus(x) x NOTHING + NOTHING 1
        #define self self
        int empty_and_self(int self) { NOTHING; return x_plus(self) NOTHING; }""", {(4,): 5}),
    ("3.3 comments", "comments", """
        int comments(int a) { // to the end of the line \\ not continued in the token sense
            /* a * b // still inside
             */ return a /* here too */ - /**/ -1; //
        }""", {(4,): 5}),
    # -- 4: variables and types
    ("4.1 literals", "literals", """
        int literals(int which) {
            switch (which) {
                case 0: return 0x7FFFffff;
                case 1: return 0xFFFFFFFF;
                case 2: return 017;
                case 3: return int(0xFFu) + int(010u);
                case 4: return int(1.5e2) + int(.5e1) + int(2e+1) + int(1.) + int(300.0e-2f);
                default: return -0x10;
            }
        }""", {(0,): 2147483647, (1,): -1, (2,): 15, (3,): 263, (4,): 179, (5,): -16}),
    ("4.2 scoping", "shadows", """
        int x = 5;
        int shadows(int y) {
            int x = x + y;
            int sum = x;
            { int x = x * 2; sum += x; { float x = 0.5; sum += int(x * 4.0); } sum += x; }
            for (int x = 0; x < 2; x++) { int y = x * 100; sum += y; }
            if (sum > 0) { int y = -y; sum += y; }
            return sum + x + y;
        }""", {(3,): 8 + 16 + 2 + 16 + 100 - 3 + 8 + 3, (-2,): 3 + 6 + 2 + 6 + 100 + 2 + 3 - 2}),
    ("4.2 scoping", "for_init", """
        int for_init(int n) {
            int i = 40;
            for (int i = 0, j = 10; i < n; i++, j--) { if (j < 8) break; i += 0; }
            return i;
        }""", {(9,): 40}),
    ("4.2 scoping", "hidden_function", """
        float level(float x) { return x * 2.0; }
        float hidden_function(float x) { float a = level(x); float level = 3.0; return a + level; }""", {(1.5,): 6.0}),
    ("4.3 const", "constants", """
        const int N = 2 * 3 - 1;
        const vec3 AXIS = vec3(1.0, -2.0, 0.5) * 2.0;
        const mat2 M = mat2(1.0, 2.0, 3.0, 4.0) * mat2(2.0);
        const float TABLE[N] = float[](1.0, 2.0, 4.0, 8.0, 16.0);
        struct P { int i; vec2 v; };
        const P POINT = P(N, vec2(AXIS.y, length(vec2(3.0, 4.0))));
        float constants(int i) {
            float sum[N];
            for (int k = 0; k < N; k++) sum[k] = TABLE[k] + (k > 0 ? sum[k - 1] : 0.0);
            return sum[i] + M[1].y + POINT.v.x + POINT.v.y + float(POINT.i) + AXIS.zyx.x;
        }""", {(0,): 16.0, (4,): 46.0}),
    ("4.1 arrays", "implied_sizes", """
        int implied_sizes(int i) {
            int a[] = int[](3, 1, 4, 1, 5);
            int[] b = int[3](9, 8, 7);
            vec2 d[2] = vec2[2](vec2(1.0), vec2(2.0, 3.0));
            return a[i] * 1000 + a.length() * 100 + b.length() * 10 + int[](1, 2, 3, 4).length() + int(d[1].y);
        }""", {(2,): 4537, (4,): 5537}),
    ("4.1 arrays", "compared", """
        struct Cell { int n; float f[2]; };
        bvec4 compared(float x) {
            float a[3] = float[3](1.0, x, 3.0), b[3] = float[3](1.0, 2.0, 3.0);
            Cell p = Cell(1, float[2](x, 2.0)), q = p;
            q.f[1] = x;
            Cell r[2] = Cell[2](p, q), s[2] = r;
            bool same = r == s;
            s[1].f[0] += 1.0;
            return bvec4(a == b, p == q, same, r != s);
        }""", {(2.0,): (True, True, True, True), (1.0,): (False, False, True, True)}),
    ("4.1 structures", "by_value", """
        struct Inner { vec2 v; int n[2]; };
        struct Outer { Inner in_; Inner list[2]; mat2 m; };
        Outer turned(Outer o) { o.in_ = o.list[1]; o.list[1].v *= 2.0; o.list[0].n[1] = 9; o.m[1] = o.in_.v; return o; }
        vec4 by_value(float x) {
            Outer a;
            a.in_ = Inner(vec2(x), int[2](1, 2));
            a.list[0] = a.list[1] = Inner(vec2(x, 3.0), int[2](5, 6));
            a.m = mat2(1.0);
            Outer b = turned(a);
            return vec4(a.list[1].v.y, b.list[1].v.y, float(a.list[0].n[1] * 10 + b.list[0].n[1]), b.m[1].x + a.m[1].x);
        }""", {(7.0,): (3.0, 6.0, 69.0, 7.0)}),
    # -- 5: operators and expressions
    ("5.4 constructors", "truncating", """
        vec4 truncating(vec4 v, int which) {
            if (which == 0) return vec4(vec2(v), vec3(v).yz);
            if (which == 1) return vec4(mat2(v)[1], mat2(mat3(v.x, v.y, v.z, v.w, 5.0, 6.0, 7.0, 8.0, 9.0))[1]);
            if (which == 2) return mat4(mat2(v))[2] + mat4(mat2(v))[1];
            if (which == 3) return vec4(mat3x2(mat4(2.0))[1], mat2x3(mat2(v))[0].zx);
            return vec4(ivec2(v.xy), bvec2(v.zw));
        }""", {((1.0, 2.0, 3.0, 4.0), 0): (1.0, 2.0, 2.0, 3.0), ((1.0, 2.0, 3.0, 4.0), 1): (3.0, 4.0, 4.0, 5.0),
               ((1.0, 2.0, 3.0, 4.0), 2): (3.0, 4.0, 1.0, 0.0), ((1.0, 2.0, 3.0, 4.0), 3): (0.0, 2.0, 0.0, 1.0),
               ((-1.75, 2.5, 0.0, -0.5), 4): (-1.0, 2.0, 0.0, 1.0)}),
    ("5.4 constructors", "conversions", """
        ivec4 conversions(float f, int i, bool b) {
            uint u = uint(i);
            return ivec4(int(f), int(u >> 28), int(float(b) * 3.0) + int(b), int(bool(f)) + int(bool(u)) * 2);
        }""", {(-2.75, -1, True): (-2, 15, 4, 3), (0.0, 0, False): (0, 0, 0, 0), (2.99, 1, True): (2, 0, 4, 3)}),
    ("5.4 constructors", "negative_to_uint", "uint negative_to_uint(int i) { return uint(i) + uint(3.9); }",
     {(-1,): 2, (-4,): 4294967295}),
    ("5.5 components", "nested_lvalues", """
        struct S { vec4 v[2]; mat3 m; };
        vec4 nested_lvalues(int i) {
            S s[2];
            for (int k = 0; k < 2; k++) {
                s[k].v[0] = vec4(1.0, 2.0, 3.0, 4.0); s[k].v[1] = vec4(0.0); s[k].m = mat3(1.0);
            }
            s[i].v[1].wzx.xy = s[1 - i].v[0].yx++;
            s[i].v[1].y = --s[i].v[0].zw.y;
            s[i].m[2].xy += s[1 - i].v[0].xy;
            s[i].v[1][0] = s[i].m[2][1];
            return s[i].v[1] + s[1 - i].v[1];
        }""", {(0,): (3.0, 3.0, 1.0, 2.0), (1,): (3.0, 3.0, 1.0, 2.0)}),
    ("5.5 components", "swap_by_swizzle", """
        vec4 swap_by_swizzle(vec4 v) { v.xy = v.yx; v.zw = v.xz; v.rgba = v.abgr; v.st *= v.pq; return v; }""",
     {((1.0, 2.0, 3.0, 4.0),): (3.0 * 1.0, 2.0 * 2.0, 1.0, 2.0)}),
    ("5.8 assignments", "chained", """
        ivec3 chained(int a) { int b, c; c = b = a += 2; b -= c *= 3; a <<= c %= 4; return ivec3(a, b, c); }""",
     {(1,): (3 << 1, -6, 1), (2,): (4, -8, 0)}),
    ("5.9 expressions", "increments", """
        ivec4 increments(int x) {
            int a[3] = int[3](x, x + 1, x + 2);
            int i = 0;
            a[i++]++;
            int post = a[i]--;
            int pre = --a[++i];
            return ivec4(a[0], a[1], a[2], post * 100 + pre * 10 + i);
        }""", {(3,): (4, 3, 4, 442)}),
    ("5.9 expressions", "short_circuits", """
        int count = 0;
        bool note(int bit, bool b) { count += bit; return b; }
        int short_circuits(bool a, bool b) {
            count = 0;
            bool r = note(1, a) && note(2, b) || note(4, !a) && (note(8, a) || note(16, b));
            bool s = a ? note(32, b) || note(64, true) : note(128, false) && note(256, true);
            bool t = note(512, a) ^^ note(1024, b);
            return count * 8 + int(r) + int(s) * 2 + int(t) * 4;
        }""", {(True, True): (1 + 2 + 32 + 512 + 1024) * 8 + 3,
               (True, False): (1 + 2 + 4 + 32 + 64 + 512 + 1024) * 8 + 6,
               (False, True): (1 + 4 + 8 + 16 + 128 + 512 + 1024) * 8 + 1 + 4,
               (False, False): (1 + 4 + 8 + 16 + 128 + 512 + 1024) * 8}),
    ("5.9 expressions", "order_of_arguments", """
        int trace = 0;
        int put(int digit) { trace = trace * 10 + digit; return digit; }
        int three(int a, int b, int c) { return a * 100 + b * 10 + c; }
        ivec2 order_of_arguments(int d) {
            trace = 0;
            int r = three(put(d), put(d + 1), put(d + 2));
            return ivec2(r, trace);
        }""", {(1,): (123, 123), (4,): (456, 456)}),
    ("5.9 expressions", "comma_and_ternary", """
        struct Pair { float a; vec2 b; };
        float comma_and_ternary(float x) {
            float y = (x += 1.0, x * 2.0);
            Pair p = x > 2.0 ? Pair(x, vec2(1.0)) : y < 0.0 ? Pair(y, vec2(2.0)) : Pair(0.5, vec2(3.0));
            int i = x > 2.0 ? 1 : 0;
            return p.a * 10.0 + p.b[i] + float((i = 4, i + 1));
        }""", {(2.0,): 36.0, (-3.0,): -33.0, (0.0,): 13.0}),
    ("5.9 expressions", "integers", """
        ivec4 integers(int a, int b) {
            uint u = uint(a), v = uint(b);
            return ivec4(a / b + (a - a / b * b), int(u / v), (a >> 2) ^ (b << 3), int((u >> 2) | (v & 7u)) - ~a);
        }""", {(17, 5): (3 + 2, 3, 4 ^ 40, (4 | 5) + 18),
               (-17, 5): (-3 - 2, 4294967279 // 5, -5 ^ 40, (1073741819 | 5) + -16)}),
    ("5.9 expressions", "wrapping", "ivec3 wrapping(int a) { return ivec3(a + 1, a * a, -(a + 1)); }",
     {(2147483647,): (-2147483648, 1, -2147483648)}),
    ("5.10 vectors and matrices", "algebra", """
        mat3x2 algebra(mat2 a, mat3x2 b, vec2 v) {
            mat3x2 c = a * b;
            c[1] = v * a;
            c[2] -= outerProduct(v, vec3(1.0, 0.0, 2.0))[2];
            return matrixCompMult(c, mat3x2(2.0, 1.0, 1.0, 1.0, 1.0, 0.5)) / 2.0 - 1.0;
        }""", {(((1.0, 2.0), (3.0, 4.0)), ((1.0, 0.0), (0.0, 1.0), (2.0, 2.0)), (5.0, 6.0)):
               ((0.0, 0.0), (7.5, 18.5), (-2.0, -1.0))}),
    # -- 6: statements
    ("6.1 functions", "copy_in_copy_out", """
        int g = 10;
        void both(inout int a, inout int b) { a += 1; b *= 2; a += b; g += 100; }
        void late(int a, out int b, inout int c) { b = a; c += b; a = 0; }
        ivec4 copy_in_copy_out(int x) {
            int y = x, z = 3;
            both(y, z);
            g = x;
            both(g, z);
            int w = 5;
            late(w, w, z);
            return ivec4(y, z, g, w);
        }""", {(1,): (8, 12 + 5, 1 + 1 + 12, 5)}),
    ("6.1 functions", "out_elements", """
        void cut(vec3 v, out float a, out vec2 b) { a = v.z; b = v.xy; }
        vec4 out_elements(vec3 v, int i) {
            float a[3] = float[3](0.0, 0.0, 0.0);
            mat2 m = mat2(0.0);
            cut(v, a[i], m[1]);
            cut(v * 2.0, m[0][i], m[1].yx);
            return vec4(a[0] + a[1] * 10.0, m[0][0] + m[0][1] * 10.0, m[1]);
        }""", {((1.0, 2.0, 3.0), 0): (3.0, 6.0, 4.0, 2.0), ((1.0, 2.0, 3.0), 1): (30.0, 60.0, 4.0, 2.0)}),
    ("6.1 functions", "overloads", """
        int kind(int x) { return 1; }
        int kind(uint x) { return 2; }
        int kind(float x) { return 3; }
        int kind(vec2 x) { return 4; }
        int kind(vec3 x) { return 5; }
        int kind(float x, int y) { return 6; }
        int kind(mat2 x) { return 7; }
        int kind(int x[2]) { return 8; }
        int overloads(int x) {
            int a[2] = int[2](x, x);
            int r = kind(x) + kind(uint(x)) * 2 + kind(float(x)) * 3 + kind(vec2(x)) * 4 + kind(vec3(x)) * 5;
            return r + kind(1.0, x) * 6 + kind(mat2(x)) * 7 + kind(a) * 8;
        }""", {(0,): 204}),
    ("6.1 functions", "ten_deep", """
        int a0(int x) { return x + 1; } int a1(int x) { return a0(x) * 2; } int a2(int x) { return a1(x) - a0(x); }
        int a3(int x) { return a2(x) + a1(x); } int a4(int x) { return a3(x) ^ a2(x); }
        int a5(int x) { return x > 3 ? a4(x) : a3(x); } int a6(int x) { int s = 0;
        for (int i = 0; i < x; i++) s += a5(i); return s; }
        int a7(int x) { return a6(x) + a0(x); } int a8(int x) { return a7(x) % 100; }
        int ten_deep(int x) { return a8(x) + a8(x + 1) * 1000; }""", {(2,): 22012, (3,): 35022, (5,): 67046}),
    ("6.2 selection", "fall_through", """
        int fall_through(int x) {
            int r = 0;
            for (int i = 0; i < 3; i++) {
                switch (x + i) {
                    case 1: r += 1;
                    case 2:
                        for (int k = 0; k < 5; k++) { if (k == 1) continue; if (k == 3) break; r += 10; }
                        if (i == 2) break;
                    default: r += 100; continue;
                    case 5: { int r = 7; x += 0 * r; } break;
                    case 6: return -r;
                }
                r += 1000;
            }
            return r;
        }""", {(1,): 121 + 120 + 100, (0,): 100 + 121 + 1020, (4,): -(100 + 1000), (5,): -1000, (9,): 300}),
    ("6.2 selection", "dangling_else", """
        int dangling_else(int a, int b) { int r = 0; if (a > 0) if (b > 0) r = 1; else r = 2; return r; }""",
     {(1, 1): 1, (1, -1): 2, (-1, 1): 0, (-1, -1): 0}),
    ("6.3 iteration", "do_continue", """
        int do_continue(int n) {
            int i = 0, sum = 0;
            do { i++; if (i % 2 == 0) continue; sum += i; } while (i < n && sum < 50);
            return sum * 100 + i;
        }""", {(5,): 905, (0,): 101, (100,): 6415}),
    ("6.3 iteration", "declared_conditions", """
        int declared_conditions(int n) {
            int sum = 0;
            while (bool left = n > 0) { sum += n--; if (sum > 20 && left) break; }
            for (int i = 0; bool go = i < 3; i++) sum += int(go) * 100;
            return sum;
        }""", {(3,): 306, (9,): 324}),
    ("6.3 iteration", "early_returns", """
        float early_returns(float x) {
            for (int i = 0; i < 4; i++) {
                for (int k = 0; ; k++) {
                    if (k > i) break;
                    if (float(i * k) > x) return float(i * 10 + k);
                }
                while (x > 100.0) { if (i == 2) return x; x -= 1.0; break; }
            }
            return -1.0;
        }""", {(0.5,): 11.0, (3.0,): 22.0, (50.0,): -1.0, (200.0,): 198.0}),
    ("6.4 jumps", "loop_in_switch_in_loop", """
        ivec2 loop_in_switch_in_loop(int n) {
            int a = 0, b = 0;
            for (int i = 0; i < n; ++i) {
                switch (i % 3) { case 0: continue; case 1:
                    do { a++; if (a > 3) break; } while (a < 2); break; default: b += i; }
                a += 10;
            }
            return ivec2(a, b);
        }""", {(3,): (22, 2), (6,): (43, 7)}),
    # -- 8: builtins in expressions
    ("8 builtins", "out_builtins", """
        ivec4 out_builtins(uint a, uint b, int c) {
            uint carry, high, low, borrow; int h, l;
            uint sum = uaddCarry(a, b, carry), difference = usubBorrow(a, b, borrow);
            umulExtended(a, b, high, low);
            imulExtended(c, -2, h, l);
            return ivec4(sum + carry * 10u, difference + borrow * 10u, high * 10u + low, h * 10 + l);
        }""", {(4294967295, 2, 5): (1 + 10, -3, 10 - 2, -10 - 10)}),
    ("8 builtins", "pieces", """
        vec4 pieces(float x) {
            float whole; int e;
            float part = modf(x, whole);
            float m = frexp(x, e);
            return vec4(part, whole, m * float(e), ldexp(m, e) - x);
        }""", {(-5.75,): (-0.75, -5.0, -0.71875 * 3.0, 0.0), (0.0,): (0.0, 0.0, 0.0, 0.0)}),
]
# fmt: on


@pytest.mark.parametrize(("section", "name", "text", "calls"), PROGRAMS, ids=[program[1] for program in PROGRAMS])
def test_program(section: str, name: str, text: str, calls: Calls) -> None:
    library = glowjit.compile_functions("#version 310 es\n" + text)
    failing = []
    for arguments, expected in calls.items():
        got = library.call(name, *arguments)
        if not agrees(got, expected, Bound(0.0)):
            failing.append(f"{name}{arguments} gave {got}, expected {expected}")
    tally = TALLY.setdefault(f"{section}, in programs", [0, 0, 0])
    for column, count in enumerate((1, len(calls), len(failing))):
        tally[column] += count
    assert not failing, "\n".join(failing)
