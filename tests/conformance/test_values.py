"""Sections 4 and 5: constructors and conversions, swizzles and l-values, arrays and structs, and what indices do."""

from __future__ import annotations

import itertools
import random
from typing import Any

import pytest
from glsl_rows import BOOLS, EXACT, FLOATS, INTS, ROUNDED, UINTS, Table, draw, named, sample, vector, wrap

CONSTRUCTORS = Table("5.4 constructors and conversions")
SWIZZLES = Table("5.5 vector components and l-values")
MATRICES = Table("5.6 matrix components")
AGGREGATES = Table(
    "4.1.8-9, 5.7 structs and arrays",
    prelude="""
struct Ball { vec2 at; float radius; };
struct Pair { Ball first; Ball second; ivec2 tag; bool on; };
struct Grid { mat2 turn; int cells[3]; Ball balls[2]; };
const float TABLE[5] = float[5](1.0, 2.0, 4.0, 8.0, 16.0);
const ivec2 STEPS[3] = ivec2[](ivec2(1, 2), ivec2(3, 4), ivec2(5, 6));
const Ball BALLS[2] = Ball[](Ball(vec2(1.0, 2.0), 3.0), Ball(vec2(4.0, 5.0), 6.0));
""",
)
NESTED = Table("4.1.9 arrays of arrays (ES 3.10)")
LENGTHS = Table("5.5-5.6 length() of vectors, desktop", "#version 450")
TABLES = (CONSTRUCTORS, SWIZZLES, MATRICES, AGGREGATES, NESTED, LENGTHS)
POOLS: dict[str, Any] = {"int": INTS, "uint": UINTS, "float": FLOATS, "bool": BOOLS}
SMALL = {"int": [0, 1, -1, 7, -100, 32767, -32768 + 1], "uint": [0, 1, 7, 100, 32767], "float": FLOATS, "bool": BOOLS}
POSITIVE = {**SMALL, "float": [abs(value) for value in FLOATS]}


def convert(value: Any, kind: str) -> Any:
    """5.4.1: floats are truncated, zero is false."""
    if kind == "bool":
        return bool(value)
    if kind == "float":
        return float(value)
    return wrap(int(value), kind)


def conversions() -> None:
    for source, target in itertools.product(POOLS, POOLS):
        pools: dict[str, Any] = POOLS if {source, target} <= {"int", "uint", "bool"} else SMALL
        pools = POSITIVE if (source, target) == ("float", "uint") else pools
        for size in (1, 2, 3, 4):
            a, result = vector(source, size), vector(target, size)

            def expect(value: Any, kind: str = target) -> Any:
                return tuple(convert(x, kind) for x in value) if isinstance(value, tuple) else convert(value, kind)

            rows = [(x,) for x in pools[source]] if size == 1 else sample([a], 6, a + result, pools)
            CONSTRUCTORS.add(f"to_{target}", result, f"{a} a", f"{result}(a)", expect, rows)
            if size > 1:
                fill_rows = sample([source], 4, a + result, pools)
                name, fill = f"fill_{target}{size}", f"{result}(a)"
                CONSTRUCTORS.add(name, result, f"{source} a", fill, lambda x, e=expect, s=size: (e(x),) * s, fill_rows)


def assembled() -> None:
    """Vectors from parts of any kind, longer vectors cut, matrices from columns, scalars and matrices."""
    parts = [("vec2", "float"), ("float", "vec2"), ("vec2", "vec2"), ("float", "vec3"), ("vec3", "float")]
    parts += [("float", "float"), ("ivec2", "float"), ("bool", "uvec3"), ("int", "bvec2"), ("uint", "bool", "float")]
    parts += [("float", "vec2", "int"), ("ivec2", "bvec2"), ("float",) * 3, ("float",) * 4, ("vec3", "vec3")]
    for types in parts:
        size = min(4, sum(1 if type in POOLS else int(type[-1]) for type in types))
        params = ", ".join(f"{type} {letter}" for type, letter in zip(types, "abcd", strict=False))
        for kind in ("float", "int", "bool"):
            result = vector(kind, size)

            def expect(*args: Any, kind: str = kind, size: int = size) -> Any:
                flat = [x for arg in args for x in (arg if isinstance(arg, tuple) else (arg,))]
                return tuple(convert(x, kind) for x in flat[:size])

            rows = sample(types, 4, params + kind, SMALL)
            body = f"{result}({', '.join('abcd'[: len(types)])})"
            CONSTRUCTORS.add(f"assemble_{kind}", result, params, body, expect, rows)
    for size in (2, 3):
        for longer in range(size + 1, 5):
            a = f"vec{longer}"
            cut = sample([a], 4, f"cut{a}{size}")
            CONSTRUCTORS.add(f"cut{size}", f"vec{size}", f"{a} a", f"vec{size}(a)", lambda a, s=size: a[:s], cut)
    for columns, rows in itertools.product((2, 3, 4), (2, 3, 4)):
        type, column = f"mat{columns}x{rows}", f"vec{rows}"
        diagonal = lambda x, w=columns, h=rows: tuple(tuple(x * (c == r) for r in range(h)) for c in range(w))  # noqa: E731
        CONSTRUCTORS.add(f"diagonal{type}", type, "float a", f"{type}(a)", diagonal, [(1.0,), (-2.5,), (0.0,)])
        letters = "abcd"[:columns]
        params = ", ".join(f"{column} {letter}" for letter in letters)
        CONSTRUCTORS.add(
            "from_columns", type, params, f"{type}({', '.join(letters)})",
            lambda *args: args, sample([column] * columns, 3, type),
        )  # fmt: skip
        for width, height in itertools.product((2, 3, 4), (2, 3, 4)):
            other = f"mat{width}x{height}"

            def resized(m: Any, w: int = columns, h: int = rows) -> Any:
                inside = lambda c, r: c < len(m) and r < len(m[0])  # noqa: E731
                return tuple(tuple(m[c][r] if inside(c, r) else float(c == r) for r in range(h)) for c in range(w))

            CONSTRUCTORS.add(f"to_{type}", type, f"{other} a", f"{type}(a)", resized, sample([other], 2, type + other))


def swizzles() -> None:
    chosen = random.Random("swizzles")
    for letters, size in itertools.product(("xyzw", "rgba", "stpq"), (2, 3, 4)):
        for kind in ("float", "int", "bool"):
            a = vector(kind, size)
            for length in (1, 2, 3, 4):
                picks = [chosen.randrange(size) for _ in range(length)]
                result, word = vector(kind, length), "".join(letters[pick] for pick in picks)
                read = lambda v, p=picks: tuple(v[i] for i in p) if len(p) > 1 else v[p[0]]  # noqa: E731
                SWIZZLES.add(
                    f"read_{letters}{length}_{kind}", result, f"{a} a", f"a.{word}", read, sample([a], 3, word)
                )
                if length > size:
                    continue
                picks = chosen.sample(range(size), length)
                word = "".join(letters[pick] for pick in picks)

                def write(v: Any, new: Any, picks: list[int] = picks) -> Any:
                    out = list(v)
                    for pick, value in zip(picks, new if isinstance(new, tuple) else (new,), strict=True):
                        out[pick] = value
                    return tuple(out)

                name = f"write_{letters}{length}_{kind}"
                SWIZZLES.add(
                    name, a, f"{a} a, {result} b", f"a.{word} = b; return a;", write, sample([a, result], 3, word)
                )
                if kind == "int":
                    body = f"{result} old = a.{word}++; a.{word} += old; return a;"

                    def bump(v: Any, picks: list[int] = picks) -> Any:
                        return tuple(wrap(2 * x + 1) if i in picks else x for i, x in enumerate(v))

                    SWIZZLES.add(f"bump_{letters}{length}", a, f"{a} a", body, bump, sample([a], 3, word))
    for size, kind in itertools.product((2, 3, 4), ("float", "int", "uint", "bool")):
        a = vector(kind, size)
        vectors = sample([a, kind], 3, f"index{a}")
        rows = [(v, i) for v, _ in vectors for i in range(size)]
        SWIZZLES.add("read_at", kind, f"{a} a, int i", "a[i]", lambda v, i: v[i], rows)
        rows = [(v, i, x) for v, x in vectors for i in range(size)]
        put = lambda v, i, x: (*v[:i], x, *v[i + 1 :])  # noqa: E731
        SWIZZLES.add("write_at", a, f"{a} a, int i, {kind} x", "a[i] = x; return a;", put, rows)
        LENGTHS.add("size", "int", f"{a} a", "a.length()", lambda v: len(v), sample([a], 1, a))
    body = "a[i++] += 10; a[i] *= 2; return ivec4(a, i);"
    SWIZZLES.add("walk", "ivec4", "ivec3 a, int i", body, _step, [((1, 2, 3), 0), ((4, 5, 6), 1)])
    SWIZZLES.add("chain", "vec2", "vec4 a", "a.wzyx.yz", lambda v: (v[2], v[1]), sample(["vec4"], 4, "chain"))
    swap = "a.xy = a.yx; return a;"
    SWIZZLES.add("swap", "vec3", "vec3 a", swap, lambda v: (v[1], v[0], v[2]), sample(["vec3"], 4, "swap"))


def _step(v: Any, i: int) -> Any:
    out = list(v)
    out[i] += 10
    out[i + 1] *= 2
    return (*out, i + 1)


def matrices() -> None:
    for columns, rows in itertools.product((2, 3, 4), (2, 3, 4)):
        type, column = f"mat{columns}x{rows}", f"vec{rows}"
        (m, v, x), (m2, _, _) = sample([type, column, "float"], 2, type)
        places = [(i, j) for i in range(columns) for j in range(rows)]
        MATRICES.add("column", column, f"{type} a, int i", "a[i]", lambda m, i: m[i], [(m, i) for i in range(columns)])
        put = lambda m, i, v: (*m[:i], v, *m[i + 1 :])  # noqa: E731
        body = "a[i] = v; return a;"
        MATRICES.add("put_column", type, f"{type} a, int i, {column} v", body, put, [(m, i, v) for i in range(columns)])
        cells = [(m2, i, j) for i, j in places]
        MATRICES.add("cell", "float", f"{type} a, int i, int j", "a[i][j]", lambda m, i, j: m[i][j], cells)

        def put_cell(m: Any, i: int, j: int, x: float) -> Any:
            return (*m[:i], (*m[i][:j], x, *m[i][j + 1 :]), *m[i + 1 :])

        body = "a[i][j] = x; return a;"
        params = f"{type} a, int i, int j, float x"
        MATRICES.add("put_cell", type, params, body, put_cell, [(m, i, j, x) for i, j in places])
        body = "a[1].yx = a[0].xy; return a;"
        turned = lambda m: (m[0], (m[0][1], m[0][0], *m[1][2:]), *m[2:])  # noqa: E731
        MATRICES.add("swizzled_column", type, f"{type} a", body, turned, [(m,), (m2,)])
        LENGTHS.add(
            "sizes", "ivec2", f"{type} a", "ivec2(a.length(), a[0].length())", lambda m: (len(m), len(m[0])), [(m,)]
        )


def ball(x: float, y: float, r: float) -> dict[str, Any]:
    return {"at": (x, y), "radius": r}


def aggregates() -> None:
    add = AGGREGATES.add
    one, two = ball(1.0, 2.0, 3.0), ball(-0.5, 0.25, 8.0)
    pair = {"first": one, "second": two, "tag": (5, -6), "on": True}
    grid = {"turn": ((1.0, 2.0), (3.0, 4.0)), "cells": [7, 8, 9], "balls": [one, two]}
    add("same", "Pair", "Pair p", "p", lambda p: p, [(pair,)])
    add("same", "Grid", "Grid g", "g", lambda g: g, [(grid,)])
    add("swap", "Pair", "Pair p", "Ball b = p.first; p.first = p.second; p.second = b; return p;",
        lambda p: {**p, "first": p["second"], "second": p["first"]}, [(pair,)])  # fmt: skip
    add("made", "Pair", "vec2 a, float b", "Pair(Ball(a, b), Ball(a.yx, -b), ivec2(b), b > 0.0)",
        lambda a, b: {"first": ball(*a, b), "second": ball(a[1], a[0], -b), "tag": (int(b),) * 2, "on": b > 0},
        [((1.0, 2.0), 3.5), ((0.0, -1.0), -2.5)])  # fmt: skip
    add("part_of_result", "float", "float x", "made(vec2(x, 1.0), x).second.radius", lambda x: -x, [(2.5,), (-1.0,)])
    pairs = [(pair, pair), (pair, {**pair, "on": False}), (pair, {**pair, "second": one})]
    add("eq", "bool", "Pair a, Pair b", "a == b", lambda a, b: a == b, pairs)
    add("ne", "bool", "Pair a, Pair b", "a != b", lambda a, b: a != b, pairs)
    add("choose", "Ball", "bool c, Ball a, Ball b", "c ? a : b", lambda c, a, b: a if c else b,
        [(True, one, two), (False, one, two)])  # fmt: skip
    add("by_value", "Ball", "Ball a", "Ball b = a; b.at.x += 1.0; b.radius = 0.0; return a;", lambda a: a, [(one,)])
    add("nested", "float", "Pair p", "p.second.at.y + p.first.radius", lambda p: 3.25, [(pair,)])
    add("deep_write", "Pair", "Pair p, float x", "p.second.at.y = x; p.tag[1]++; return p;",
        lambda p, x: {**p, "second": ball(-0.5, x, 8.0), "tag": (5, -5)}, [(pair, 9.5)])  # fmt: skip
    cells = [(grid, i, v) for i in range(3) for v in (0, -77)]
    add("cell", "Grid", "Grid g, int i, int v", "g.cells[i] = v; return g;",
        lambda g, i, v: {**g, "cells": [v if n == i else c for n, c in enumerate(g["cells"])]}, cells)  # fmt: skip
    add("ball_at", "vec3", "Grid g, int i", "vec3(g.balls[i].at, g.balls[i].radius)",
        lambda g, i: (*g["balls"][i]["at"], g["balls"][i]["radius"]), [(grid, 0), (grid, 1)])  # fmt: skip
    add("move_ball", "Ball[2]", "Grid g, int i, int k", "g.balls[i].at[k] += 1.0; return g.balls;",
        _moved, [(grid, i, k) for i in (0, 1) for k in (0, 1)])  # fmt: skip
    for kind in ("float", "int", "uint", "bool", "vec3", "ivec2", "bvec4", "mat2", "mat3x2"):
        array = f"{kind}[4]"
        values = [[draw(kind, random.Random(f"{kind}{n}{k}"), POOLS) for k in range(4)] for n in (0, 1)]
        at = [(values[0], i) for i in range(4)]
        add("same_array", array, f"{array} a", "a", lambda a: a, [(values[0],)])
        add("element", kind, f"{array} a, int i", "a[i]", lambda a, i: a[i], at)
        add("put", array, f"{array} a, int i, {kind} x", "a[i] = x; return a;",
            lambda a, i, x: [x if n == i else y for n, y in enumerate(a)],
            [(values[0], i, values[1][0]) for i in range(4)])  # fmt: skip
        add("count", "int", f"{array} a", "a.length()", lambda a: 4, [(values[0],)])
        add("eq_array", "bool", f"{array} a, {array} b", "a == b", lambda a, b: a == b,
            [(values[0], values[0]), (values[0], [*values[0][:3], values[1][3]])])  # fmt: skip
        add("ne_array", "bool", f"{array} a, {array} b", "a != b", lambda a, b: a != b,
            [(values[0], values[0]), (values[0], values[1])])  # fmt: skip
        add("assigned", array, f"{array} a, int i", f"{array} b = a; b[i] = a[0]; a = b; return a;",
            lambda a, i: [a[0] if n == i else y for n, y in enumerate(a)], at)  # fmt: skip
        add("built", array, f"{kind} x, {kind} y", f"{kind}[](x, y, y, x)", lambda x, y: [x, y, y, x],
            [(values[0][0], values[0][1])])  # fmt: skip
    add(
        "table",
        "float",
        "int i",
        "TABLE[i] + TABLE[i / 2]",
        lambda i: 2.0**i + 2.0 ** (i // 2),
        [(i,) for i in range(5)],
    )
    add(
        "steps",
        "int",
        "int i, int k",
        "STEPS[i][k]",
        lambda i, k: 2 * i + k + 1,
        [(i, k) for i in range(3) for k in (0, 1)],
    )
    add("balls", "float", "int i", "BALLS[i].at.y * BALLS[i].radius", lambda i: [6.0, 30.0][i], [(0,), (1,)], ROUNDED)


def _moved(g: dict[str, Any], i: int, k: int) -> list[Any]:
    balls = [{**b, "at": list(b["at"])} for b in g["balls"]]
    balls[i]["at"][k] += 1.0
    return [{**b, "at": tuple(b["at"])} for b in balls]


def nested() -> None:
    for kind in ("float", "int", "vec2", "bool"):
        type = f"{kind}[2][3]"
        values = [[draw(kind, random.Random(f"{kind}{n}{k}"), POOLS) for k in range(3)] for n in (0, 1)]
        at = [(values, i, j) for i in (0, 1) for j in (0, 1, 2)]
        NESTED.add("same", type, f"{type} a", "a", lambda a: a, [(values,)])
        NESTED.add("element", kind, f"{type} a, int i, int j", "a[i][j]", lambda a, i, j: a[i][j], at)
        NESTED.add("row", f"{kind}[3]", f"{type} a, int i", "a[i]", lambda a, i: a[i], [(values, 0), (values, 1)])
        NESTED.add("sizes", "ivec2", f"{type} a", "ivec2(a.length(), a[0].length())", lambda a: (2, 3), [(values,)])
        NESTED.add("put", type, f"{type} a, int i, {kind}[3] r", "a[i] = r; return a;",
            lambda a, i, r: [r if n == i else row for n, row in enumerate(a)], [(values, 0, values[1])])  # fmt: skip
        NESTED.add("eq", "bool", f"{type} a, {type} b", "a == b", lambda a, b: a == b,
            [(values, values), (values, values[::-1])])  # fmt: skip


for fill in (conversions, assembled, swizzles, matrices, aggregates, nested):
    fill()


@pytest.mark.parametrize(("table", "name"), named(TABLES))
def test_value(table: Table, name: str) -> None:
    table.test(name)


def test_index_out_of_range_is_clamped() -> None:
    """Beyond the specification, which leaves it open: the first or last element."""
    call = AGGREGATES.library.call
    values = [1.0, 2.0, 3.0, 4.0]
    assert call("element(float[4],int)", values, -7) == 1.0
    assert call("element(float[4],int)", values, 2**31 - 1) == 4.0
    assert call("put(float[4],int,float)", values, 4, 9.0) == [1.0, 2.0, 3.0, 9.0]
    assert EXACT.holds(call("table", 99), 20.0) or call("table", 99) == 32.0
