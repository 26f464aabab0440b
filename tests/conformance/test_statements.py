"""Section 6 and 4.3: functions and their parameters, selection, iteration, jumps, globals. Every row is exact."""

from __future__ import annotations

import itertools
import math
from typing import Any

import pytest
from glsl_rows import ROUNDED, Table, named, sample, vector, wrap

FUNCTIONS = Table(
    "6.1 functions",
    prelude="""
struct Ball { vec2 at; float radius; };
int depth0(int x) { return x + 1; }
"""
    + "\n".join(f"int depth{n}(int x) {{ return depth{n - 1}(x * 2) + {n}; }}" for n in range(1, 12))
    + """
void swap(inout int a, inout int b) { int c = a; a = b; b = c; }
void both(in vec3 a, out float low, out float high) { low = min(a.x, min(a.y, a.z)); high = max(a.x, max(a.y, a.z)); }
void bump(inout vec4 v) { v.xz += 1.0; }
void grow(inout Ball b, const float by) { b.radius += by; b.at.y -= by; }
void fill(out int a[4], int n) { for (int i = 0; i < 4; i++) a[i] = n + i; }
int first(int x) { if (x > 10) return 1; if (x > 5) { return 2; } return 3; }
int which(int x) { return 1; }
int which(uint x) { return 2; }
int which(float x) { return 3; }
int which(ivec2 x) { return 4; }
int which(bool x) { return 5; }
int which(mat2 x) { return 6; }
int which(float x[2]) { return 7; }
""",
)
SELECTION = Table("6.2 selection: if and switch")
ITERATION = Table("6.3-6.4 iteration and jumps")
GLOBALS = Table(
    "4.3 globals, constants, scope",
    prelude="""
const int N = 5;
const vec3 UP = vec3(0.0, 1.0, 0.0);
const mat2 TURN = mat2(0.0, 1.0, -1.0, 0.0);
int counter = 7;
vec2 state[3] = vec2[3](vec2(1.0), vec2(2.0), vec2(3.0));
int untouched;
int tick() { return ++counter; }
""",
)
TABLES = (FUNCTIONS, SELECTION, ITERATION, GLOBALS)
NUMBERS = [(n,) for n in range(-3, 14)]
ball = {"at": (1.0, 2.0), "radius": 3.0}


def functions() -> None:
    add = FUNCTIONS.add

    def deep(x: int, n: int = 11) -> int:
        return x + 1 if n == 0 else deep(wrap(x * 2), n - 1) + n

    add("deep", "int", "int x", "depth11(x)", deep, NUMBERS)
    add("swapped", "ivec2", "int a, int b", "swap(a, b); return ivec2(a, b);", lambda a, b: (b, a), [(1, 2), (-5, 9)])
    add("swapped_parts", "ivec3", "ivec3 v", "swap(v.x, v.z); return v;", lambda v: v[::-1], sample(["ivec3"], 4, "s"))
    add("swapped_cells", "int[3]", "int[3] v, int i", "swap(v[i], v[2]); return v;", _swap_cells,
        [([4, 5, 6], i) for i in range(3)])  # fmt: skip
    add("extremes", "vec2", "vec3 v", "float a, b; both(v, b, a); return vec2(a, b);",
        lambda v: (max(v), min(v)), sample(["vec3"], 8, "extremes"))  # fmt: skip
    bumped = "bump(m[1]); return m;"
    add("bumped", "mat2x4", "mat2x4 m", bumped, lambda m: (m[0], (m[1][0] + 1, m[1][1], m[1][2] + 1, m[1][3])),
        sample(["mat2x4"], 4, "bump"))  # fmt: skip
    add("bumped_swizzle", "vec4", "vec4 v", "bump(v.wzyx); return v;",
        lambda v: (v[0], v[1] + 1, v[2], v[3] + 1), sample(["vec4"], 4, "bump"))  # fmt: skip
    add("grown", "Ball", "Ball b, float x", "grow(b, x); return b;",
        lambda b, x: {"at": (1.0, 2.0 - x), "radius": 3.0 + x}, [(ball, 0.5), (ball, -8.0)])  # fmt: skip
    add("filled", "int[4]", "int n", "int a[4]; fill(a, n); return a;", lambda n: [n, n + 1, n + 2, n + 3], NUMBERS)
    add("returned", "int", "int x", "first(x)", lambda x: 1 if x > 10 else 2 if x > 5 else 3, NUMBERS)
    for kind, number, value in (
        ("int", 1, 3),
        ("uint", 2, 3),
        ("float", 3, 0.5),
        ("ivec2", 4, (1, 2)),
        ("bool", 5, True),
    ):
        add("chosen", "int", f"{kind} x", "which(x)", lambda x, n=number: n, [(value,)])
    add("chosen", "int", "mat2 x", "which(x)", lambda x: 6, [(((1.0, 0.0), (0.0, 1.0)),)])
    add("chosen", "int", "float[2] x", "which(x)", lambda x: 7, [([1.0, 2.0],)])
    for kind, size in itertools.product(("float", "int", "uint", "bool"), (1, 2, 3, 4)):
        type = vector(kind, size)
        rows = sample([type, type], 3, f"ways{type}")
        add("ways", type, f"const in {type} a, {type} b", "b = a; return b;", lambda a, b: a, rows)
        add(
            "out_only",
            "void",
            f"{type} a, out {type} b",
            "b = a;",
            lambda a: (None, {"b": a}),
            [row[:1] for row in rows],
        )
        body = f"{type} c = a; a = b; b = c;"
        add("in_and_out", "void", f"inout {type} a, inout {type} b", body,
            lambda a, b: (None, {"a": b, "b": a}), rows)  # fmt: skip
        add("result_and_out", type, f"{type} a, inout {type} b", f"{type} c = b; b = a; return c;",
            lambda a, b: (b, {"b": a}), rows)  # fmt: skip
    numbers = [float(n) for n in range(20)]
    params = ", ".join(f"float a{n}" for n in range(20))
    add("twenty", "float", params, " + ".join(f"a{n}" for n in range(20)), lambda *a: float(sum(a)), [tuple(numbers)])


def _swap_cells(v: list[int], i: int) -> list[int]:
    out = list(v)
    out[i], out[2] = out[2], out[i]
    return out


def selection() -> None:
    add = SELECTION.add
    add("one", "int", "int x", "if (x > 3) x = 0; return x;", lambda x: 0 if x > 3 else x, NUMBERS)
    add("two", "int", "int x", "if (x > 3) x = 0; else x *= 2; return x;", lambda x: 0 if x > 3 else 2 * x, NUMBERS)
    body = "if (x > 3) if (x > 8) x = 1; else x = 2; return x;"
    add("dangling", "int", "int x", body, lambda x: x if x <= 3 else 1 if x > 8 else 2, NUMBERS)
    add("ladder", "int", "int x",
        "if (x < 0) return -1; else if (x == 0) return 0; else if (x < 5) { return 1; } return 2;",
        lambda x: -1 if x < 0 else 0 if x == 0 else 1 if x < 5 else 2, NUMBERS)  # fmt: skip
    cases = {0: 10, 1: 21, 2: 1, 3: 100, 7: 5}

    def fall(x: int) -> int:
        """Case 0 breaks; 1 falls into 2; default in the middle falls into 7."""
        return {0: 10, 1: 21, 2: 1, 3: 100}.get(x, 5 if x == 7 else 55)

    body = """int r = 0; switch (x) { case 0: r = 10; break; case 1: r += 20; case 2: r += 1; break;
        case 3: return 100; default: r = 50; case 7: r += 5; } return r;"""
    add("fall_through", "int", "int x", body, fall, [*NUMBERS, *((n,) for n in cases)])
    body = "switch (x) { default: return 1; case 3: case 4: case -2: return 2; }"
    add("default_first", "int", "int x", body, lambda x: 2 if x in (3, 4, -2) else 1, NUMBERS)
    body = "int r = 7; switch (x) { case 1: { int r = 3; x += r; } break; case 2: x = r; } return x;"
    add("no_default", "int", "int x", body, lambda x: {1: 4, 2: 7}.get(x, x), NUMBERS)
    body = "switch (x) { case 0u: return 1; case 4294967295u: return 2; case 2147483648u: return 3; } return 4;"
    unsigned = [(0,), (2**32 - 1,), (2**31,), (5,)]
    add("unsigned_cases", "int", "uint x", body, lambda x: {0: 1, 2**32 - 1: 2, 2**31: 3}.get(x, 4), unsigned)
    body = """int r = 0; switch (x) { case 1: switch (y) { case 1: r = 11; break; default: r = 12; } r += 100; break;
        case 2: if (y == 1) break; r = 20; break; default: r = -1; } return r;"""
    nested = lambda x, y: {1: 111 if y == 1 else 112, 2: 0 if y == 1 else 20}.get(x, -1)  # noqa: E731
    add("nested", "int", "int x, int y", body, nested, [(x, y) for x in range(4) for y in range(3)])
    body = "int n = 0; switch (x++) { case 1: n = x; } return n * 10 + x;"
    add("once", "int", "int x", body, lambda x: (20 if x == 1 else 0) + x + 1, NUMBERS)
    add("empty", "int", "int x", "switch (x) { } return x;", lambda x: x, NUMBERS[:3])


def iteration() -> None:
    add = ITERATION.add
    total = lambda n: sum(range(max(n, 0)))  # noqa: E731
    add("for_loop", "int", "int n", "int s = 0; for (int i = 0; i < n; i++) s += i; return s;", total, NUMBERS)
    add("while_loop", "int", "int n", "int s = 0, i = 0; while (i < n) { s += i; i++; } return s;", total, NUMBERS)
    add("while_declared", "int", "int n", "int s = 0; while (bool more = n-- > 0) s += int(more); return s;",
        lambda n: max(n, 0), NUMBERS)  # fmt: skip
    add("do_loop", "int", "int n", "int s = 0; do { s += n; n -= 2; } while (n > 0); return s;", _do_loop, NUMBERS)
    add("forever", "int", "int n", "int i = 0; for (;;) { if (i * i >= n) break; i++; } return i;",
        lambda n: next(i for i in range(20) if i * i >= n), NUMBERS)  # fmt: skip
    body = "int s = 0; for (int i = 0; i < n; i++) { if (i % 3 == 1) continue; s += i; } return s;"
    add("continues", "int", "int n", body, lambda n: sum(i for i in range(max(n, 0)) if i % 3 != 1), NUMBERS)
    body = "int s = 0; for (int i = 0; i < n; i++) { if (i == 5) break; s += i; } return s;"
    add("breaks", "int", "int n", body, lambda n: sum(range(min(max(n, 0), 5))), NUMBERS)
    body = "int s = 0, i = 0; do { i++; if (i == 3) continue; s += i; } while (i < n); return s;"
    add("do_continue", "int", "int n", body, lambda n: sum(i for i in range(1, max(n, 1) + 1) if i != 3), NUMBERS)
    body = "for (int i = 0; i < 9; i++) for (int j = 0; j < 9; j++) if (i * j == n) return i * 10 + j; return -1;"
    add("early_return", "int", "int n", body, _early_return, NUMBERS)
    body = """int s = 0; for (int i = 0; i < n; i++) { for (int j = 0; j < n; j++) { if (j > i) break;
        if (j == 1) continue; s += i + j; } if (s > 60) break; } return s;"""
    add("nested", "int", "int n", body, _nested, NUMBERS)
    body = """int s = 0; for (int i = 0; i < n; i++) { switch (i) { case 1: continue; case 3: s += 100; break;
        case 6: return s; default: s += i; } s++; } return s;"""
    add("switch_in_loop", "int", "int n", body, _switch_in_loop, NUMBERS)
    body = """int s = 0; switch (n) { case 3: for (int i = 0; i < 4; i++) { if (i == 2) break; s += 5; } s++; break;
        default: while (s < n) s += 2; } return s;"""
    add("loop_in_switch", "int", "int n", body, lambda n: 11 if n == 3 else max(0, (n + 1) // 2 * 2), NUMBERS)
    body = "ivec2 r = ivec2(0); for (int i = 0, j = n; i < j; i++, j--) r += ivec2(i, j); return r;"
    add("two_counters", "ivec2", "int n", body, _two_counters, NUMBERS)
    body = "float s = 0.0; for (float x = 0.0; x < 1.0; x += 0.125) s += x * b; return s;"
    add("float_counter", "float", "float b", body, lambda b: 3.5 * b, [(1.0,), (-2.0,), (100.5,)], ROUNDED)
    body = "uint a = 0u, b = 1u; for (uint i = 0u; i < n; ++i) { uint c = a + b; a = b; b = c; } return a;"
    add("fibonacci", "uint", "uint n", body, _fibonacci, [(n,) for n in (0, 1, 2, 10, 46, 47, 48, 60)])
    body = "int steps = 0; while (n != 1u) { n = (n & 1u) == 0u ? n >> 1 : 3u * n + 1u; steps++; } return steps;"
    add("collatz", "int", "uint n", body, _collatz, [(n,) for n in (1, 2, 3, 7, 27, 97)])
    body = "while (b != 0) { int t = a % b; a = b; b = t; } return a;"
    add("gcd", "int", "int a, int b", body, math.gcd, [(12, 18), (17, 5), (1000, 375), (0, 5), (7, 0)])
    body = "int a[8]; for (int i = 0; i < 8; i++) a[i] = (i * 5 + n) & 7; " \
        "for (int i = 0; i < 8; i++) for (int j = 0; j < 7 - i; j++) " \
        "if (a[j] > a[j + 1]) { int t = a[j]; a[j] = a[j + 1]; a[j + 1] = t; } return a;"  # fmt: skip
    add("sorted", "int[8]", "int n", body, lambda n: list(range(8)), NUMBERS)
    body = "int s = 0; for (int i = 0; i < n; i++) { int k = i; { int i = k * 2; s += i; } } return s;"
    add("shadowed", "int", "int n", body, lambda n: 2 * total(n), NUMBERS)


def _do_loop(n: int) -> int:
    s = n
    while n - 2 > 0:
        n -= 2
        s += n
    return s


def _early_return(n: int) -> int:
    return next((i * 10 + j for i in range(9) for j in range(9) if i * j == n), -1)


def _nested(n: int) -> int:
    s = 0
    for i in range(n):
        s += sum(i + j for j in range(i + 1) if j != 1)
        if s > 60:
            break
    return s


def _switch_in_loop(n: int) -> int:
    s = 0
    for i in range(n):
        if i == 1:
            continue
        if i == 6:
            return s
        s += (100 if i == 3 else i) + 1
    return s


def _two_counters(n: int) -> tuple[int, int]:
    pairs = [(i, n - i) for i in range(max(n, 0)) if i < n - i]
    return sum(i for i, _ in pairs), sum(j for _, j in pairs)


def _fibonacci(n: int) -> int:
    a, b = 0, 1
    for _ in range(n):
        a, b = b, (a + b) & 0xFFFFFFFF
    return a


def _collatz(n: int) -> int:
    steps = 0
    while n != 1:
        n, steps = (n // 2 if n % 2 == 0 else 3 * n + 1), steps + 1
    return steps


def global_variables() -> None:
    add = GLOBALS.add
    add("constants", "float", "float x", "x * float(N) + UP.y", lambda x: 5 * x + 1, [(1.0,), (2.5,)])
    add("turned", "vec2", "vec2 v", "TURN * v", lambda v: (-v[1], v[0]), [((1.0, 2.0),), ((-0.5, 3.0),)])
    add("ticks", "ivec3", "int n", "int a = tick(); int b = tick(); counter += n; return ivec3(a, b, counter);",
        lambda n: (8, 9, 9 + n), [(0,), (5,)])  # fmt: skip
    add("kept", "vec2", "int i, float x", "state[i].y += x; return state[i] + state[2];",
        lambda i, x: ((1.0 + i) + 3.0, (1.0 + i) + x + (3.0 + (x if i == 2 else 0.0))),
        [(i, x) for i in range(3) for x in (0.5, -4.0)])  # fmt: skip
    add("cleared", "int", "int n", "untouched += n; return untouched;", lambda n: n, [(3,), (4,)])
    add("hidden", "int", "int N", "int n = N; { int N = n * 2; n = N; } return n + N;", lambda n: 3 * n, [(1,), (-4,)])
    add("sized", "int", "int i", "int a[N * 2]; a[i] = i; return a[i] + a.length();", lambda i: i + 10, [(0,), (9,)])
    add("folded", "int", "int x", "x + N * 1000 / 7 - int(UP.y) * (N << 3)", lambda x: x + 714 - 40, [(0,), (9,)])


for define in (functions, selection, iteration, global_variables):
    define()


@pytest.mark.parametrize(("table", "name"), named(TABLES))
def test_statement(table: Table, name: str) -> None:
    table.test(name)


def test_arguments_survive_a_call() -> None:
    """A value of the caller is its own, however deep the calls go."""
    values: list[Any] = [wrap(n * 7 - 3) for n in range(4)]
    assert FUNCTIONS.library.call("filled", 9) == [9, 10, 11, 12]
    assert FUNCTIONS.library.call("swapped_cells", values[:3], 0) == [11, 4, -3]
