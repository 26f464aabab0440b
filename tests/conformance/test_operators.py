"""Sections 5.9 and 4.1: every operator on every type. Ints and bools exact; float sums exact, products one unit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from glsl_rows import EXACT, FLOATS, ROUNDED, Bound, Table, columns, each, matrix, sample, vector, wrap

ROWS = 6
SHAPES = [(1, 1), (2, 2), (3, 3), (4, 4), (2, 1), (3, 1), (4, 1), (1, 2), (1, 3), (1, 4)]
QUOTIENT = Bound(1.51, 2.0**-16)

TABLE = Table("5.9 operators on scalars and vectors")
MATRICES = Table("5.9 operators on matrices")


def quotient(a: int, b: int, kind: str) -> int:
    """Integer division towards zero, as the machine does it: INT_MIN / -1 wraps."""
    magnitude = abs(a) // abs(b)
    return wrap(magnitude if (a < 0) == (b < 0) else -magnitude, kind)


def binary(name: str, op: str, kind: str, scalar: Callable[..., Any], pools: Any = None, bound: Bound = EXACT) -> None:
    """`a op b` and `a op= b` for every pair of shapes that the operator takes."""
    for left, right in SHAPES:
        a, b, result = vector(kind, left), vector(kind, right), vector(kind, max(left, right))
        rows = sample([a, b], ROWS, name + a + b, pools and pools[0])
        if pools:
            rows = [(row[0], sample([b], 1, f"{name}{a}{b}{n}", pools[1])[0][0]) for n, row in enumerate(rows)]
        TABLE.add(name, result, f"{a} a, {b} b", f"a {op} b", each(scalar), rows, bound)
        if left == max(left, right):
            TABLE.add(f"{name}_to", a, f"{a} a, {b} b", f"a {op}= b; return a;", each(scalar), rows, bound)


def arithmetic() -> None:
    small = {"float": [x for x in FLOATS if abs(x) < 20]}
    nonzero = {
        "int": [1, -1, 3, -7, 10, 1000, -65536, 2**31 - 1, -(2**31)],
        "uint": [1, 3, 7, 10, 1000, 65536, 2**31, 2**32 - 1],
        "float": [1.0, -1.0, 0.5, 3.0, -7.25, 0.125, 100.0],
    }
    positive = {"int": [0, 1, 5, 77, 2**31 - 1], "uint": [0, 1, 5, 77, 2**32 - 1]}
    for kind in ("int", "uint"):
        binary(f"add_{kind}", "+", kind, lambda a, b, k=kind: wrap(a + b, k))
        binary(f"sub_{kind}", "-", kind, lambda a, b, k=kind: wrap(a - b, k))
        binary(f"mul_{kind}", "*", kind, lambda a, b, k=kind: wrap(a * b, k))
        binary(f"div_{kind}", "/", kind, lambda a, b, k=kind: quotient(a, b, k), ({}, nonzero))
        divisors = {name: [x for x in pool if x > 0] for name, pool in nonzero.items()}
        binary(f"mod_{kind}", "%", kind, lambda a, b: a % b, (positive, divisors))
    binary("add_float", "+", "float", lambda a, b: a + b)
    binary("sub_float", "-", "float", lambda a, b: a - b)
    binary("mul_float", "*", "float", lambda a, b: a * b, (small, small), ROUNDED)
    binary("div_float", "/", "float", lambda a, b: a / b, ({}, nonzero), QUOTIENT)


def bitwise() -> None:
    for kind in ("int", "uint"):
        binary(f"and_{kind}", "&", kind, lambda a, b, k=kind: wrap(a & b, k))
        binary(f"or_{kind}", "|", kind, lambda a, b, k=kind: wrap(a | b, k))
        binary(f"xor_{kind}", "^", kind, lambda a, b, k=kind: wrap(a ^ b, k))
        for left, right in SHAPES[:7]:  # the right operand is a scalar if the left one is
            for amount in ("int", "uint"):
                a, b = vector(kind, left), vector(amount, right)
                pool = {amount: [0, 1, 5, 8, 16, 30, 31]}
                values = sample([a], ROWS, f"shift{a}{b}")
                amounts = sample([b], ROWS, f"amount{a}{b}", pool)
                rows = [(*x, *y) for x, y in zip(values, amounts, strict=True)]
                shifts: list[tuple[str, str, Any]] = [
                    ("shl", "<<", lambda a, b, k=kind: wrap(a << b, k)),
                    ("shr", ">>", lambda a, b: a >> b),
                ]
                for name, op, scalar in shifts:
                    TABLE.add(f"{name}_{kind}", a, f"{a} a, {b} b", f"a {op} b", each(scalar), rows)
                    TABLE.add(f"{name}_{kind}_to", a, f"{a} a, {b} b", f"a {op}= b; return a;", each(scalar), rows)


def unary() -> None:
    for kind in ("int", "uint", "float"):
        one = 1.0 if kind == "float" else 1

        def fit(value: Any, kind: str = kind) -> Any:
            return value if kind == "float" else wrap(value, kind)

        for size in (1, 2, 3, 4):
            type = vector(kind, size)
            rows = sample([type], ROWS, f"unary{type}")
            TABLE.add("negate", type, f"{type} a", "-a", each(lambda a, f=fit: f(-a)), rows)
            TABLE.add("plus", type, f"{type} a", "+a", lambda a: a, rows)
            if kind != "float":
                TABLE.add("complement", type, f"{type} a", "~a", each(lambda a, f=fit: f(~a)), rows)
            for name, sign in (("increment", one), ("decrement", -one)):
                op = "++" if name == "increment" else "--"
                changed = each(lambda a, f=fit, s=sign: f(a + s))
                TABLE.add(
                    f"pre_{name}", type, f"{type} a", f"{type} b = {op}a; return b + a - a;", changed, rows, EXACT
                )
                TABLE.add(f"post_{name}", type, f"{type} a", f"{type} b = a{op}; return b;", lambda a: a, rows)
                TABLE.add(f"after_{name}", type, f"{type} a", f"a{op}; return a;", changed, rows)


def relational() -> None:
    tests: list[tuple[str, str, Callable[[Any, Any], bool]]] = [
        ("less", "<", lambda a, b: a < b),
        ("greater", ">", lambda a, b: a > b),
        ("less_equal", "<=", lambda a, b: a <= b),
        ("greater_equal", ">=", lambda a, b: a >= b),
    ]
    for kind in ("int", "uint", "float"):
        rows = sample([kind, kind], 14, f"relation{kind}")
        rows += [(a, a) for (a,) in sample([kind], 4, f"same{kind}")]
        for name, op, function in tests:
            TABLE.add(name, "bool", f"{kind} a, {kind} b", f"a {op} b", function, rows)
    for kind in ("int", "uint", "float", "bool"):
        for size in (1, 2, 3, 4):
            type = vector(kind, size)
            rows = sample([type, type], ROWS, f"equal{type}")
            rows += [(a, a) for (a,) in sample([type], ROWS, f"same{type}")]
            TABLE.add("is_equal", "bool", f"{type} a, {type} b", "a == b", lambda a, b: a == b, rows)
            TABLE.add("is_unequal", "bool", f"{type} a, {type} b", "a != b", lambda a, b: a != b, rows)
            chosen = [(n % 2 == 0, *row) for n, row in enumerate(rows)]
            TABLE.add("choose", type, f"bool c, {type} a, {type} b", "c ? a : b", lambda c, a, b: a if c else b, chosen)


def logical() -> None:
    pairs = [(a, b) for a in (False, True) for b in (False, True)]
    TABLE.add("both", "bool", "bool a, bool b", "a && b", lambda a, b: a and b, pairs)
    TABLE.add("either", "bool", "bool a, bool b", "a || b", lambda a, b: a or b, pairs)
    TABLE.add("one", "bool", "bool a, bool b", "a ^^ b", lambda a, b: a != b, pairs)
    TABLE.add("neither", "bool", "bool a", "!a", lambda a: not a, [(False,), (True,)])
    TABLE.add(
        "comma",
        "int",
        "int a, int b",
        "int c = (a += b, a * 2); return c + a;",
        lambda a, b: 3 * (a + b),
        [(1, 2), (-4, 9)],
    )
    body = "bool c = a && (n++ > 3); return n * 2 + (c ? 1 : 0);"
    both = [(a, n) for a in (False, True) for n in (2, 3, 4)]
    TABLE.add("lazy_and", "int", "bool a, int n", body, lambda a, n: (n + a) * 2 + (a and n > 3), both)
    body = "bool c = a || (n++ > 3); return n * 2 + (c ? 1 : 0);"
    TABLE.add("lazy_or", "int", "bool a, int n", body, lambda a, n: (n + (not a)) * 2 + (a or n > 3), both)
    body = "int m = a ? n++ : (n -= 2); return n * 100 + m;"
    TABLE.add("lazy_choice", "int", "bool a, int n", body, lambda a, n: (n + 1) * 100 + n if a else (n - 2) * 101, both)


def matrices() -> None:
    small = {"float": [0.0, 1.0, -1.0, 0.5, -0.25, 1.5, -2.75, 3.0]}
    wide = Bound(4.01)

    def add(name: str, result: str, types: list[str], body: str, function: Callable[..., Any], bound: Bound) -> None:
        params = ", ".join(f"{type} {letter}" for type, letter in zip(types, "ab", strict=False))
        MATRICES.add(name, result, params, body, function, sample(types, ROWS, name + "".join(types), small), bound)

    def with_numpy(function: Callable[..., Any]) -> Callable[..., Any]:
        def expect(*args: Any) -> Any:
            return columns(function(*(matrix(arg) if isinstance(arg, tuple) else arg for arg in args)))

        return expect

    for width in (2, 3, 4):
        for height in (2, 3, 4):
            type = f"mat{width}x{height}"
            for name, op in (("add", "+"), ("sub", "-")):
                function = (lambda a, b: a + b) if op == "+" else (lambda a, b: a - b)
                add(name, type, [type, type], f"a {op} b", with_numpy(function), EXACT)
                add(f"{name}_to", type, [type, type], f"a {op}= b; return a;", with_numpy(function), EXACT)
                add(f"{name}_scalar", type, [type, "float"], f"a {op} b", with_numpy(function), EXACT)
                add(f"scalar_{name}", type, ["float", type], f"a {op} b", with_numpy(function), EXACT)
            add("scale", type, [type, "float"], "a * b", with_numpy(lambda a, b: a * b), ROUNDED)
            add("scale_to", type, [type, "float"], "a *= b; return a;", with_numpy(lambda a, b: a * b), ROUNDED)
            add("scaled", type, ["float", type], "a * b", with_numpy(lambda a, b: a * b), ROUNDED)
            halves = with_numpy(lambda a, b: a / b)
            rows = [(a, b or 2.0) for a, b in sample([type, "float"], ROWS, f"div{type}", small)]
            MATRICES.add("divide", type, f"{type} a, float b", "a / b", halves, rows, QUOTIENT)
            both = sample([type, type], 4, f"quotient{type}", small)
            rows = [(a, tuple(tuple(x or 3.0 for x in column) for column in b)) for a, b in both]
            MATRICES.add("divide", type, f"{type} a, {type} b", "a / b", halves, rows, QUOTIENT)
            add("negate", type, [type], "-a", with_numpy(lambda a: -a), EXACT)
            add("times_vector", f"vec{height}", [type, f"vec{width}"], "a * b", with_numpy(lambda a, b: a @ b), wide)
            add("vector_times", f"vec{width}", [f"vec{height}", type], "a * b", with_numpy(lambda a, b: a @ b), wide)
            for inner in (2, 3, 4):
                right, result = f"mat{inner}x{width}", f"mat{inner}x{height}"
                add("product", result, [type, right], "a * b", with_numpy(lambda a, b: a @ b), wide)
            if width == height:
                add("product_to", type, [type, type], "a *= b; return a;", with_numpy(lambda a, b: a @ b), wide)
            rows = sample([type, type], 4, f"eq{type}", small) + [(a, a) for (a,) in sample([type], 3, type, small)]
            MATRICES.add("is_equal", "bool", f"{type} a, {type} b", "a == b", lambda a, b: a == b, rows)
            MATRICES.add("is_unequal", "bool", f"{type} a, {type} b", "a != b", lambda a, b: a != b, rows)
            add("increment", type, [type], "a++; return a;", with_numpy(lambda a: a + 1.0), EXACT)
            add("decrement", type, [type], "return --a;", with_numpy(lambda a: a - 1.0), EXACT)


arithmetic()
bitwise()
unary()
relational()
logical()
matrices()


@pytest.mark.parametrize("name", TABLE.groups)
def test_scalars_and_vectors(name: str) -> None:
    TABLE.test(name)


@pytest.mark.parametrize("name", MATRICES.groups)
def test_matrices(name: str) -> None:
    MATRICES.test(name)
