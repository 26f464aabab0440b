"""Control flow: every GLSL function stands beside a Python twin, and both see the same arguments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from glowjit.ir import Module

ARGUMENTS = np.arange(-6, 14)


def branches(n: int) -> int:
    r = 1
    if n > 3:
        r += 10
        if n > 6:
            r *= 2
        elif n == 5:
            return 555
        else:
            r -= 1
    elif n < 0:
        return -n
    return r + n


def loops(n: int) -> int:
    r = 0
    for i in range(n):
        if i == 3:
            continue
        j = 0
        while True:
            j += 1
            if j > i:
                break
            if j % 2 == 0:
                continue
            r += j
            if r > 40:
                return r * 100
        if r > 30:
            break
    return r


def fall_through(n: int) -> int:
    r = 0
    if n == 7:
        r += 1
    if n in (7, 1):
        r += 10
    if n not in (7, 1, 2, 5):
        return 9999
    if n in (1, 2, 7):
        r += 100
    return r + 1000


def switch_in_loop(n: int) -> int:
    r, i = 0, -1
    while True:
        i += 1
        if i >= 10:
            break
        if i == n or i == n + 1:
            continue  # cases 0 and 1, by `continue`
        if (i - n) == 2:
            r += 5
            continue  # break of the switch falls to `r += 1` only for the others
        if (i - n) == 3:
            r += 7  # falls through to the next case
        if (i - n) in (3, 4):
            if r > 20:
                return r
            r += 11
        else:
            r += 2
        r += 1
    return r


def at_least_once(n: int) -> int:
    r = 0
    while True:
        r += n
        n -= 1
        if not (n > 0 and r < 20):
            return r


def short_circuits(n: int) -> int:
    calls = 0

    def tick(result: bool) -> bool:
        nonlocal calls
        calls += 1
        return result

    while (n > 0 and tick(n % 3 != 0)) or tick(n == 6):
        n -= 1
        if tick(n == 2) and (tick(True) or tick(False)) and not tick(n > 100):
            n -= 1
    return calls * 100 + n


def endless(n: int) -> int:
    while True:
        n += 3
        if n % 7 == 0:
            return n


def nested_returns(n: int) -> int:
    for i in range(4):
        for j in range(4):
            for k in range(4):
                if i * j * k == n:
                    return i * 100 + j * 10 + k
                if k == j:
                    break
            else:
                continue
    return -1


def ternaries(n: int) -> int:
    a = n + 1 if n < 0 else n * 2 if n > 5 else n - 7
    b = (a if a > 0 else -a) if n != 2 else 42
    return a * 1000 + b


def gcd(n: int) -> int:
    a, b = abs(n) + 12, 30
    while b != 0:
        a, b = b, a % b
    return a


def bubble_sort(n: int) -> int:
    values = sorted((i * 7 + n + 100) % 11 for i in range(8))
    return sum(value * (i + 1) for i, value in enumerate(values))


TWINS: list[tuple[Callable[[int], int], str]] = [
    (
        branches,
        """int f(int n) { int r = 1;
        if (n > 3) { r += 10; if (n > 6) r *= 2; else if (n == 5) return 555; else r -= 1; }
        else if (n < 0) return -n;
        return r + n; }""",
    ),
    (
        loops,
        """int f(int n) { int r = 0;
        for (int i = 0; i < n; i++) { if (i == 3) continue; int j = 0;
          while (true) { j++; if (j > i) break; if (j % 2 == 0) continue; r += j; if (r > 40) return r * 100; }
          if (r > 30) break; }
        return r; }""",
    ),
    (
        fall_through,
        """int f(int n) { int r = 0;
        switch (n) { case 7: r += 1; case 1: r += 10; case 2: r += 100; break; default: return 9999; case 5: r += 0; }
        return r + 1000; }""",
    ),
    (
        fall_through,
        """int f(int n) { int r = 0;
        switch (n) { default: return 9999; case 5: break; case 7: r += 1; case 1: r += 10; case 2: r += 100; }
        return r + 1000; }""",
    ),
    (
        switch_in_loop,
        """int f(int n) { int r = 0;
        for (int i = 0; i < 10; i++) {
          switch (i - n) {
            case 0: case 1: continue;
            case 2: r += 5; r -= 1; break;
            case 3: r += 7;
            case 4: if (r > 20) return r; r += 11; break;
            default: r += 2; }
          r += 1; }
        return r; }""",
    ),
    (
        at_least_once,
        "int f(int n) { int r = 0; do { r += n; n--; if (n < -99) continue; } while (n > 0 && r < 20); return r; }",
    ),
    (
        short_circuits,
        """int calls; bool tick(bool x) { calls++; return x; }
        int f(int n) { calls = 0;
        while ((n > 0 && tick(n % 3 != 0)) || tick(n == 6)) { n--;
          if (tick(n == 2) && (tick(true) || tick(false)) && !tick(n > 100)) n--; }
        return calls * 100 + n; }""",
    ),
    (endless, "int f(int n) { for (;;) { n += 3; if (n % 7 == 0) return n; } }"),
    (
        nested_returns,
        """int f(int n) {
        for (int i = 0; i < 4; i++) for (int j = 0; j < 4; j++) for (int k = 0; k < 4; k++) {
          if (i * j * k == n) return i * 100 + j * 10 + k; if (k == j) break; }
        return -1; }""",
    ),
    (
        ternaries,
        """int f(int n) { int a = n < 0 ? n + 1 : n > 5 ? n * 2 : n - 7;
        int b = n != 2 ? (a > 0 ? a : -a) : 42; return a * 1000 + b; }""",
    ),
    (gcd, "int f(int n) { int a = abs(n) + 12, b = 30; while (b != 0) { int t = a % b; a = b; b = t; } return a; }"),
    (
        bubble_sort,
        """void swap(inout int a, inout int b) { int t = a; a = b; b = t; }
        int f(int n) { int v[8]; for (int i = 0; i < 8; i++) v[i] = (i * 7 + n + 100) % 11;
        for (int i = 0; i < 8; i++) for (int j = 0; j < 7 - i; j++) if (v[j] > v[j + 1]) swap(v[j], v[j + 1]);
        int r = 0; for (int i = 0; i < 8; i++) r += v[i] * (i + 1); return r; }""",
    ),
]


@pytest.mark.parametrize(("twin", "source"), TWINS, ids=[twin.__name__ for twin, _ in TWINS])
def test_twins(call: Any, twin: Callable[[int], int], source: str) -> None:
    (result,) = call(source, "f", ARGUMENTS)
    assert result.tolist() == [twin(int(n)) for n in ARGUMENTS]


def burns(module: Module) -> int:
    return sum(inst.op == "burn" for function in module.functions.values() for inst in function.insts())


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("return n;", 0),
        ("for (int i = 0; i < n; i++) n--; return n;", 1),
        ("do { n--; } while (n > 0); return n;", 1),
        ("for (int i = 0; i < n; i++) while (n > i) { if (n == 5) continue; n--; } return n;", 2),
    ],
)
def test_every_back_edge_burns_fuel(library: Any, body: str, count: int) -> None:
    assert burns(library(f"int f(int n) {{ {body} }}")) == count


@pytest.mark.parametrize(
    "source",
    [
        "int f(int n) { while (true) { n++; } return n; }",
        "int f(int n) { for (;;) { n++; if (n == 5) continue; } return n; }",
        "int f(int n) { do { n ^= 1; } while (n < 100); return n; }",
        "int g(int n) { while (true) { if (n < -1000) return 1; } } int f(int n) { while (true) n += g(n); return n; }",
        "void g(inout int n) { for (;;) for (;;) for (;;) n++; } int f(int n) { g(n); g(n); return n; }",
    ],
)
def test_a_loop_without_end_is_left_when_the_fuel_is_spent(call: Any, source: str) -> None:
    (result,) = call(source, "f", ARGUMENTS, fuel=500)
    assert result.shape == ARGUMENTS.shape


def test_a_loop_that_cannot_be_left_returns_zeros(call: Any) -> None:
    assert call("float f(float x) { for (;;) { x += 1.0; if (x < 0.0) return x; } }", "f", 1.0, fuel=100) == [0.0]


def test_code_behind_a_return_is_dropped(library: Any) -> None:
    module = library("int f(int n) { return n; for (;;) n++; return 3; }")
    assert len(module.functions["f"].blocks) == 1


def test_a_case_for_every_selector_is_one_comparison(library: Any) -> None:
    source = "int f(int n) { switch (n) { case 1: case 2: return 7; case 3: return 8; default: case 4: return 9; } }"
    ops = [inst.op for inst in library(source).functions["f"].insts()]
    assert ops.count("eq") == 3
