"""Chapter 8: every builtin on every type it takes. Bounds are in units of 2^-16 and parts of the value.

Arguments stay where the specification defines the result and Q16.16 holds it. 8.8 and the functions of integers, and
`frexp` and `ldexp`, are those of GLSL ES 3.10.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from glsl_rows import (
    EXACT,
    FLOATS,
    INTS,
    ROUNDED,
    UINTS,
    ULP,
    Bound,
    Table,
    columns,
    each,
    matrix,
    named,
    sample,
    vector,
    wrap,
)

ROWS = 6
CLOSE = Bound(4.0, 2.0**-14)

ANGLES = Table("8.1 angles and trigonometry")
EXPONENTIAL = Table("8.2 exponential")
COMMON = Table("8.3 common")
PACKING = Table("8.4 packing")
GEOMETRIC = Table("8.5 geometric")
MATRIX = Table("8.6 matrix")
RELATIONAL = Table("8.7 vector relational")
INTEGER = Table("8.8 integer (ES 3.10)")
DESKTOP = Table("8.3 common, desktop", "#version 450")
TABLES = (ANGLES, EXPONENTIAL, COMMON, PACKING, GEOMETRIC, MATRIX, RELATIONAL, INTEGER, DESKTOP)

UNIT = [0.0, 1.0, -1.0, 0.5, -0.25, 0.75, -0.9375, 8 * ULP, 0.1 // ULP * ULP]
TURNS = [0.0, 0.5, -0.5, 1.0, 1.5, -2.25, 3.0, -3.140625, 6.25, -20.5, 100.0]
POSITIVE = [1.0, 0.5, 2.0, 3.75, 10.0, 0.125, 100.25, 1000.0]
Pool = Sequence[float]


def simple(
    table: Table, name: str, function: Callable[..., float], *pools: Pool, bound: Bound = CLOSE, kind: str = "float"
) -> None:
    """A builtin of one type, component by component, for scalars and vectors."""
    letters = "abc"[: len(pools)]
    for size in (1, 2, 3, 4):
        type = vector(kind, size)
        parts = [sample([type], ROWS if size > 1 else 12, f"{name}{type}{n}", {kind: p}) for n, p in enumerate(pools)]
        rows = [tuple(part[0] for part in row) for row in zip(*parts, strict=True)]
        params = ", ".join(f"{type} {letter}" for letter in letters)
        table.add(f"test_{name}", type, params, f"{name}({', '.join(letters)})", each(function), rows, bound)


def spread(table: Table, name: str, function: Callable[..., Any], kind: str, types: str, pools: Any = None) -> None:
    """A builtin that takes vectors and scalars: of `types`, V is the vector and S the scalar."""
    for size in (2, 3, 4):
        names = [vector(kind, size if letter == "V" else 1) for letter in types]
        params = ", ".join(f"{type} {letter}" for type, letter in zip(names, "abc", strict=False))
        call = f"{name}({', '.join('abc'[: len(types)])})"
        bound = CLOSE if kind == "float" else EXACT
        rows = sample(names, ROWS, name + params, pools)
        table.add(f"test_{name}_{types}_{kind}", vector(kind, size), params, call, each(function), rows, bound)


def angles() -> None:
    simple(ANGLES, "radians", math.radians, FLOATS)
    simple(ANGLES, "degrees", math.degrees, FLOATS)
    simple(ANGLES, "sin", math.sin, TURNS)
    simple(ANGLES, "cos", math.cos, TURNS)
    simple(ANGLES, "tan", math.tan, [0.0, 0.5, -0.5, 1.0, -1.25, 2.5, 4.0])
    simple(ANGLES, "asin", math.asin, UNIT, bound=Bound(8.0))
    simple(ANGLES, "acos", math.acos, UNIT, bound=Bound(8.0))
    simple(ANGLES, "atan", math.atan, FLOATS)
    simple(ANGLES, "sinh", math.sinh, [0.0, 0.5, -1.0, 3.0, -5.5, 0.015625])
    simple(ANGLES, "cosh", math.cosh, [0.0, 0.5, -1.0, 3.0, -5.5, 0.015625])
    simple(ANGLES, "tanh", math.tanh, [0.0, 0.5, -1.0, 3.0, -5.5, 0.015625])
    simple(ANGLES, "asinh", math.asinh, FLOATS)
    simple(ANGLES, "acosh", math.acosh, [1.0, 1.5, 2.0, 10.0, 300.0], bound=Bound(8.0))
    simple(ANGLES, "atanh", math.atanh, [0.0, 0.5, -0.5, 0.25, -0.9375], bound=Bound(8.0))
    for size in (1, 2, 3, 4):
        type = vector("float", size)
        rows = sample([type, type], 12, f"atan2{type}", {"float": [1.0, -1.0, 0.5, -3.25, 100.0, -0.125]})
        ANGLES.add("test_atan2", type, f"{type} a, {type} b", "atan(a, b)", each(math.atan2), rows, CLOSE)


def exponential() -> None:
    simple(EXPONENTIAL, "pow", math.pow, POSITIVE, [0.0, 1.0, 2.0, 0.5, -1.0, 1.5, -0.25], bound=Bound(8.0, 2.0**-12))
    simple(EXPONENTIAL, "exp", math.exp, [0.0, 1.0, -1.0, 0.5, 5.25, -4.0, 10.0])
    simple(EXPONENTIAL, "log", math.log, POSITIVE)
    simple(EXPONENTIAL, "exp2", lambda x: 2.0**x, [0.0, 1.0, -1.0, 0.5, 5.25, -4.0, 14.5])
    simple(EXPONENTIAL, "log2", math.log2, POSITIVE)
    simple(EXPONENTIAL, "sqrt", math.sqrt, [0.0, *POSITIVE])
    simple(EXPONENTIAL, "inversesqrt", lambda x: 1 / math.sqrt(x), POSITIVE)


def common() -> None:
    def away(x: float) -> float:
        return math.copysign(math.floor(abs(x) + 0.5), x)

    def step(edge: float, x: float) -> float:
        return 0.0 if x < edge else 1.0

    def smoothstep(a: float, b: float, x: float) -> float:
        t = min(max((x - a) / (b - a), 0.0), 1.0)
        return t * t * (3 - 2 * t)

    def clamp(x: Any, low: Any, high: Any) -> Any:
        return min(max(x, low), high)

    def mix(a: float, b: float, t: float) -> float:
        return a * (1 - t) + b * t

    simple(COMMON, "abs", abs, FLOATS, bound=EXACT)
    simple(COMMON, "sign", lambda x: float((x > 0) - (x < 0)), FLOATS, bound=EXACT)
    simple(COMMON, "floor", lambda x: float(math.floor(x)), FLOATS, bound=EXACT)
    simple(COMMON, "ceil", lambda x: float(math.ceil(x)), FLOATS, bound=EXACT)
    simple(COMMON, "trunc", lambda x: float(math.trunc(x)), FLOATS, bound=EXACT)
    simple(COMMON, "round", away, [x for x in FLOATS if abs(x) % 1 != 0.5], bound=EXACT)
    simple(COMMON, "roundEven", lambda x: float(round(x)), [*FLOATS, 2.5, -2.5, 3.5], bound=EXACT)
    simple(COMMON, "fract", lambda x: x - math.floor(x), FLOATS, bound=EXACT)
    simple(COMMON, "mod", lambda a, b: a - b * math.floor(a / b), FLOATS, [1.0, 2.0, 0.75, -3.0, 7.5])
    spread(COMMON, "mod", lambda a, b: a - b * math.floor(a / b), "float", "VS", {"float": [1.0, -2.0, 0.75, 7.5]})
    low, high = [-2.0, 0.0, 0.25, -0.5], [0.5, 1.0, 3.0]
    simple(COMMON, "min", min, FLOATS, FLOATS, bound=EXACT)
    simple(COMMON, "max", max, FLOATS, FLOATS, bound=EXACT)
    simple(COMMON, "clamp", clamp, FLOATS, low, high, bound=EXACT)
    simple(COMMON, "mix", mix, FLOATS, FLOATS, UNIT)
    far = [(1.5, 2.0, -32767.0), (-1.5, -1.0, -32768.0), (-0.5, 0.25, 32767.5)]
    COMMON.add("test_mix_far", "float", "float a, float b, float t", "mix(a, b, t)", each(mix), far, EXACT)
    simple(COMMON, "step", step, FLOATS, FLOATS, bound=EXACT)
    simple(COMMON, "smoothstep", smoothstep, low, [0.75, 1.0, 3.0], FLOATS)
    spread(COMMON, "min", min, "float", "VS")
    spread(COMMON, "max", max, "float", "VS")
    spread(COMMON, "mix", mix, "float", "VVS")
    spread(COMMON, "step", step, "float", "SV")
    for kind, pool in (("int", INTS), ("uint", UINTS)):
        simple(COMMON, "min", min, pool, pool, bound=EXACT, kind=kind)
        simple(COMMON, "max", max, pool, pool, bound=EXACT, kind=kind)
        edges = [0, 3, 255], [255, 1000, 65535]
        simple(COMMON, "clamp", clamp, pool, *edges, bound=EXACT, kind=kind)
        spread(COMMON, "min", min, kind, "VS")
        spread(COMMON, "max", max, kind, "VS")
    simple(COMMON, "abs", abs, [x for x in INTS if x != -(2**31)], bound=EXACT, kind="int")
    simple(COMMON, "sign", lambda x: (x > 0) - (x < 0), INTS, bound=EXACT, kind="int")
    parts_and_bits()


def parts_and_bits() -> None:
    simple(DESKTOP, "fma", lambda a, b, c: a * b + c, UNIT, FLOATS, FLOATS)
    for size in (1, 2, 3, 4):
        type, ints, bools = vector("float", size), vector("int", size), vector("bool", size)
        rows = sample([type], ROWS, f"parts{type}")
        whole = each(lambda x: float(math.trunc(x)))
        COMMON.add("test_modf", type, f"{type} a", f"{type} b; modf(a, b); return b;", whole, rows)
        COMMON.add(
            "test_modf_rest", type, f"{type} a", f"{type} b; return modf(a, b);", each(lambda x: math.modf(x)[0]), rows
        )
        body = f"{ints} e; return frexp(a, e);"
        COMMON.add("test_frexp", type, f"{type} a", body, each(lambda x: math.frexp(x)[0]), rows, ROUNDED)
        body = f"{ints} e; frexp(a, e); return e;"
        COMMON.add("test_frexp_exponent", ints, f"{type} a", body, each(lambda x: math.frexp(x)[1]), rows)
        exponents = sample([type, ints], ROWS, f"ldexp{type}", {"int": [0, 1, 3, -2, 7, -9]})
        COMMON.add("test_ldexp", type, f"{type} a, {ints} b", "ldexp(a, b)", each(math.ldexp), exponents, ROUNDED)
        three = sample([type, type, bools], ROWS, f"mix{type}")
        COMMON.add(
            "test_mix_bool", type, f"{type} a, {type} b, {bools} c", "mix(a, b, c)",
            each(lambda a, b, c: b if c else a), three,
        )  # fmt: skip
        for test in ("isnan", "isinf"):
            COMMON.add(f"test_{test}", bools, f"{type} a", f"{test}(a)", each(lambda x: False), rows)
        for name, kind, code in (("floatBitsToInt", "int", "i"), ("floatBitsToUint", "uint", "I")):
            bits = each(lambda x, c=code: struct.unpack(f"<{c}", struct.pack("<f", x))[0])
            back = each(lambda n, c=code: struct.unpack("<f", struct.pack(f"<{c}", n))[0])
            COMMON.add(f"test_{name}", vector(kind, size), f"{type} a", f"{name}(a)", bits, rows)
            words = [(bits(*row),) for row in rows]
            name = "intBitsToFloat" if kind == "int" else "uintBitsToFloat"
            COMMON.add(f"test_{name}", type, f"{vector(kind, size)} a", f"{name}(a)", back, words)


def packing() -> None:
    def fields(bits: int, values: Sequence[int]) -> int:
        return sum((value & ((1 << bits) - 1)) << (number * bits) for number, value in enumerate(values))

    def split(word: int, bits: int, signed: bool) -> list[int]:
        out = [(word >> at) & ((1 << bits) - 1) for at in range(0, 32, bits)]
        return [value - (1 << bits) if signed and value >> (bits - 1) else value for value in out]

    def half(x: float) -> int:
        return int(np.float16(x).view(np.uint16))

    pool = {"float": [0.0, 1.0, -1.0, 0.5, -0.25, 0.75, 2.0, -3.0, 0.3125]}
    words = [0, 1, 0xFFFFFFFF, 0x80017F00, 0x7FFF8000, 0x12345678, 0x81FF7F01, 0x3C00BC00]
    for bits, size in ((16, 2), (8, 4)):
        type = f"vec{size}"
        for kind, low in (("Unorm", 0.0), ("Snorm", -1.0)):
            top = (1 << bits) - 1 if kind == "Unorm" else (1 << (bits - 1)) - 1

            def pack(v: tuple[float, ...], low: float = low, top: int = top, bits: int = bits) -> int:
                return fields(bits, [math.floor(min(max(x, low), 1.0) * top + 0.5) for x in v])

            def unpack(word: int, low: float = low, top: int = top, bits: int = bits) -> tuple[float, ...]:
                return tuple(max(field / top, low) for field in split(word, bits, low < 0))

            name = f"{kind}{size}x{bits}"
            unit = {"float": [x for x in pool["float"] if abs(x * top) % 1 != 0.5]}
            PACKING.add(f"test_pack{name}", "uint", f"{type} a", f"pack{name}(a)", pack, sample([type], 12, name, unit))
            PACKING.add(f"test_unpack{name}", type, "uint a", f"unpack{name}(a)", unpack, [(w,) for w in words], CLOSE)
    halves = sample(["vec2"], 16, "half", {"float": [*FLOATS, 1.0 / 1024 + 1, 1000.125, ULP, 5 * ULP, -30000.0]})
    expect = lambda v: fields(16, [half(x) for x in v])  # noqa: E731
    PACKING.add("test_packHalf2x16", "uint", "vec2 a", "packHalf2x16(a)", expect, halves)
    back = lambda w: tuple(float(np.uint16(f).view(np.float16)) for f in split(w, 16, False))  # noqa: E731
    packed = [(expect(*row),) for row in halves]
    PACKING.add("test_unpackHalf2x16", "vec2", "uint a", "unpackHalf2x16(a)", back, packed, ROUNDED)


def geometric() -> None:
    def array(function: Callable[..., Any]) -> Callable[..., Any]:
        def expect(*args: Any) -> Any:
            result = function(*(np.array(arg, dtype=float) for arg in args))
            return columns(result) if np.ndim(result) else float(result)

        return expect

    def norm(a: Any) -> Any:
        return np.sqrt(np.sum(a * a))

    def refract(i: Any, n: Any, eta: Any) -> Any:
        k = 1 - eta * eta * (1 - np.sum(n * i) ** 2)
        return 0 * i if k < 0 else eta * i - (eta * np.sum(n * i) + math.sqrt(k)) * n

    pool = {"float": [1.0, -2.0, 0.5, -0.25, 3.0, 10.0, 0.0625]}
    for size in (1, 2, 3, 4):
        type = vector("float", size)
        one = sample([type], 8, f"geo{type}", pool)
        two = sample([type, type], 8, f"geo2{type}", pool)
        three = sample([type, type, type], 8, f"geo3{type}", pool)
        two_params, three_params = f"{type} a, {type} b", f"{type} a, {type} b, {type} c"
        GEOMETRIC.add("test_length", "float", f"{type} a", "length(a)", array(norm), one, CLOSE)
        GEOMETRIC.add(
            "test_distance", "float", two_params, "distance(a, b)", array(lambda a, b: norm(a - b)), two, CLOSE
        )
        GEOMETRIC.add("test_dot", "float", two_params, "dot(a, b)", array(lambda a, b: np.sum(a * b)), two, CLOSE)
        GEOMETRIC.add("test_normalize", type, f"{type} a", "normalize(a)", array(lambda a: a / norm(a)), one, CLOSE)
        GEOMETRIC.add(
            "test_faceforward", type, three_params, "faceforward(a, b, c)",
            array(lambda n, i, r: n if np.sum(r * i) < 0 else -n), three,
        )  # fmt: skip
        GEOMETRIC.add(
            "test_reflect", type, two_params, "reflect(a, b)",
            array(lambda i, n: i - 2 * np.sum(n * i) * n), two, Bound(16.0, 2.0**-14),
        )  # fmt: skip
        units = sample([type, type], 12, f"unit{type}", {"float": [0.5, -0.25, 0.25, -0.5]})
        rows = [(a, b, eta) for n, (a, b) in enumerate(units) for eta in ([0.5, 1.0, 1.25][n % 3],)]
        GEOMETRIC.add(
            "test_refract", type, f"{two_params}, float c", "refract(a, b, c)", array(refract), rows, Bound(64.0)
        )
    rows = sample(["vec3", "vec3"], 12, "cross", pool)
    GEOMETRIC.add("test_cross", "vec3", "vec3 a, vec3 b", "cross(a, b)", array(np.cross), rows, CLOSE)


def matrices() -> None:
    small = {"float": [1.0, -2.0, 0.5, -0.25, 3.0, 0.75]}

    def add(name: str, result: str, types: list[str], function: Callable[..., Any], bound: Bound) -> None:
        rows = sample(types, 8, name + "".join(types), small)
        params = ", ".join(f"{type} {letter}" for type, letter in zip(types, "ab", strict=False))
        call = f"{name}({', '.join('ab'[: len(types)])})"
        MATRIX.add(f"test_{name}", result, params, call, function, rows, bound)

    for width in (2, 3, 4):
        for height in (2, 3, 4):
            type = f"mat{width}x{height}"
            times = lambda a, b: columns(matrix(a) * matrix(b))  # noqa: E731
            add("matrixCompMult", type, [type, type], times, ROUNDED)
            outer = lambda a, b: columns(np.outer(a, b))  # noqa: E731
            add("outerProduct", type, [f"vec{height}", f"vec{width}"], outer, ROUNDED)
            add("transpose", f"mat{height}x{width}", [type], lambda a: columns(matrix(a).T), EXACT)
        type = f"mat{width}"
        add("determinant", "float", [type], lambda a: float(np.linalg.det(matrix(a))), Bound(64.0))
        rows = [row for row in sample([type], 40, f"inverse{type}", small) if abs(np.linalg.det(matrix(row[0]))) > 1][
            :8
        ]
        inverse = lambda a: columns(np.linalg.inv(matrix(a)))  # noqa: E731
        MATRIX.add("test_inverse", type, f"{type} a", "inverse(a)", inverse, rows, Bound(96.0))


def relational() -> None:
    tests: list[tuple[str, Callable[[Any, Any], bool]]] = [
        ("lessThan", lambda a, b: a < b),
        ("lessThanEqual", lambda a, b: a <= b),
        ("greaterThan", lambda a, b: a > b),
        ("greaterThanEqual", lambda a, b: a >= b),
        ("equal", lambda a, b: a == b),
        ("notEqual", lambda a, b: a != b),
    ]
    for size in (2, 3, 4):
        result = f"bvec{size}"
        for kind in ("int", "uint", "float", "bool"):
            type = vector(kind, size)
            rows = sample([type, type], ROWS, f"relation{type}") + [(a, a) for (a,) in sample([type], 2, type)]
            for name, function in tests if kind != "bool" else tests[4:]:
                RELATIONAL.add(f"test_{name}", result, f"{type} a, {type} b", f"{name}(a, b)", each(function), rows)
        every = [(tuple(bool(n >> k & 1) for k in range(size)),) for n in range(1 << size)]
        RELATIONAL.add("test_any", "bool", f"{result} a", "any(a)", any, every)
        RELATIONAL.add("test_all", "bool", f"{result} a", "all(a)", all, every)
        RELATIONAL.add("test_not", result, f"{result} a", "not(a)", each(lambda a: not a), every)


def find_msb(x: int) -> int:
    return (~x if x < 0 else x).bit_length() - 1


def find_lsb(x: int) -> int:
    return (x & -x).bit_length() - 1


def integers() -> None:
    def extract(x: int, at: int, bits: int, kind: str) -> int:
        field = (x >> at) & ((1 << bits) - 1)
        return field - (1 << bits) if kind == "int" and bits and field >> (bits - 1) else field

    def insert(x: int, y: int, at: int, bits: int, kind: str) -> int:
        mask = ((1 << bits) - 1) << at
        return wrap((x & ~mask) | ((y << at) & mask), kind)

    fields = [(0, 8), (4, 12), (0, 32), (31, 1), (7, 0), (16, 16), (32, 0)]
    for kind in ("int", "uint"):
        for size in (1, 2, 3, 4):
            type, ints = vector(kind, size), vector("int", size)
            one = sample([type], 10, f"bits{type}")
            two = sample([type, type], len(fields), f"bits2{type}")
            with_field = [(a, *field) for (a, _), field in zip(two, fields, strict=True)]
            insert_rows = [(*pair, *field) for pair, field in zip(two, fields, strict=True)]
            fit = each(lambda a, at, bits, k=kind: extract(a, at, bits, k))
            put = each(lambda a, b, at, bits, k=kind: insert(a, b, at, bits, k))
            name = "bitfieldExtract"
            INTEGER.add(f"test_{name}", type, f"{type} a, int b, int c", f"{name}(a, b, c)", fit, with_field)
            name = "bitfieldInsert"
            INTEGER.add(
                f"test_{name}", type, f"{type} a, {type} b, int c, int d", f"{name}(a, b, c, d)", put, insert_rows
            )
            reverse = each(lambda a, k=kind: wrap(int(f"{a & 0xFFFFFFFF:032b}"[::-1], 2), k))
            INTEGER.add("test_bitfieldReverse", type, f"{type} a", "bitfieldReverse(a)", reverse, one)
            count = each(lambda a: (a & 0xFFFFFFFF).bit_count())
            INTEGER.add("test_bitCount", ints, f"{type} a", "bitCount(a)", count, one)
            INTEGER.add("test_findLSB", ints, f"{type} a", "findLSB(a)", each(find_lsb), one)
            INTEGER.add("test_findMSB", ints, f"{type} a", "findMSB(a)", each(find_msb), one)
            params = f"{type} a, {type} b"
            name = "imulExtended" if kind == "int" else "umulExtended"
            for part, shift in (("high", 32), ("low", 0)):
                word = each(lambda a, b, s=shift, k=kind: wrap((a * b) >> s, k))
                body = f"{type} high, low; {name}(a, b, high, low); return {part};"
                INTEGER.add(f"test_{name}_{part}", type, params, body, word, two)
            if kind == "uint":
                for name, sign in (("uaddCarry", 1), ("usubBorrow", -1)):
                    total = each(lambda a, b, s=sign: wrap(a + s * b, "uint"))
                    over = each(lambda a, b, s=sign: int(not 0 <= a + s * b < 2**32))
                    INTEGER.add(f"test_{name}", type, params, f"{type} c; return {name}(a, b, c);", total, two)
                    INTEGER.add(f"test_{name}_out", type, params, f"{type} c; {name}(a, b, c); return c;", over, two)


for fill in (angles, exponential, common, packing, geometric, matrices, relational, integers):
    fill()


@pytest.mark.parametrize(("table", "name"), named(TABLES))
def test_builtin(table: Table, name: str) -> None:
    table.test(name)
