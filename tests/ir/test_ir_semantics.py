"""Every pure operation against an expectation that owes nothing to numpy: Python's integers, and `math`."""

from __future__ import annotations

import itertools
import math
import struct
from collections.abc import Callable

import numpy as np
import pytest

from glowjit.ir import OPS, Const, Type, as_int32, const_bool, const_float, const_int
from glowjit.ir.evaluate import SEMANTICS, fold, quiet

INF, NAN = math.inf, math.nan
INT_MIN, INT_MAX = -(2**31), 2**31 - 1
INTS = [
    0,
    1,
    -1,
    2,
    -2,
    3,
    7,
    31,
    32,
    33,
    63,
    0xFFFF,
    0x10000,
    -0x8000,
    0x12345678,
    0x55555555,
    INT_MAX,
    INT_MIN,
    INT_MIN + 1,
]
FLOATS = [
    0.0,
    -0.0,
    0.5,
    -0.5,
    1.0,
    -1.5,
    2.5,
    3.5,
    0.49999999999999994,
    1e300,
    -1e300,
    5e-324,
    INF,
    -INF,
    NAN,
    7.25,
    -7.25,
]


def unsigned(x: int) -> int:
    return x & 0xFFFF_FFFF


def truncated(a: int, b: int) -> int:
    """Division that rounds towards zero, which Python's does not."""
    return abs(a) // abs(b) * (-1 if (a < 0) != (b < 0) else 1)


INT_OPS: dict[str, Callable[..., int | bool]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "mulh": lambda a, b: (a * b) >> 32,
    "mulhu": lambda a, b: (unsigned(a) * unsigned(b)) >> 32,
    "mulhsu": lambda a, b: (a * unsigned(b)) >> 32,
    "div": lambda a, b: truncated(a, b) if b else -1,
    "divu": lambda a, b: unsigned(a) // unsigned(b) if b else -1,
    "rem": lambda a, b: a - b * truncated(a, b) if b else a,
    "remu": lambda a, b: unsigned(a) % unsigned(b) if b else a,
    "and": lambda a, b: a & b,
    "or": lambda a, b: a | b,
    "xor": lambda a, b: a ^ b,
    "shl": lambda a, b: a << (b % 32),
    "shr": lambda a, b: unsigned(a) >> (b % 32),
    "sar": lambda a, b: a >> (b % 32),
    "min": min,
    "max": max,
    "minu": lambda a, b: min(unsigned(a), unsigned(b)),
    "maxu": lambda a, b: max(unsigned(a), unsigned(b)),
    "bitcount": lambda a: bin(unsigned(a)).count("1"),
    "bitreverse": lambda a: int(f"{unsigned(a):032b}"[::-1], 2),
    "findlsb": lambda a: (f"{unsigned(a):b}"[::-1] + "0").find("1"),
    "findmsb": lambda a: (a if a >= 0 else ~a).bit_length() - 1,
    "findmsbu": lambda a: unsigned(a).bit_length() - 1,
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
    "lt": lambda a, b: a < b,
    "ge": lambda a, b: a >= b,
    "ltu": lambda a, b: unsigned(a) < unsigned(b),
    "geu": lambda a, b: unsigned(a) >= unsigned(b),
}


def evaluated(op: str, *columns: list[Const]) -> list[tuple[float | int | bool, ...]]:
    """The results of an operation for each row of operands, computed in one call on arrays."""
    dtypes = {Type.FLOAT: np.float64, Type.INT: np.int32, Type.BOOL: np.bool_}
    arrays = [np.array([const.value for const in column], dtype=dtypes[column[0].type]) for column in columns]
    with quiet():
        found = SEMANTICS[op](*arrays)
    return list(zip(*[array.tolist() for array in (found if isinstance(found, tuple) else (found,))], strict=True))


def same(a: float | int | bool, b: float | int | bool) -> bool:
    """Equal, of one type; NaN equals NaN, zeros are told apart."""
    if type(a) is not type(b):
        return False
    if isinstance(a, float):
        return (a != a and b != b) or (a == b and math.copysign(1, a) == math.copysign(1, b))
    return a == b


@pytest.mark.parametrize("op", INT_OPS)
def test_integer_operations(op: str) -> None:
    arity = len(OPS[op].args.split())
    rows = list(itertools.product(INTS, repeat=arity))
    results = evaluated(op, *[[const_int(value) for value in column] for column in zip(*rows, strict=True)])
    for row, (result,) in zip(rows, results, strict=True):
        expected = INT_OPS[op](*row)
        assert result == (expected if isinstance(expected, bool) else as_int32(expected)), row


FLOAT_CASES = [
    ("fadd", (0.1, 0.2), 0.30000000000000004),
    ("fsub", (0.3, 0.1), 0.19999999999999998),
    ("fmul", (0.1, 3.0), 0.30000000000000004),
    ("fmul", (0.0, INF), NAN),
    ("fdiv", (1.0, 0.0), INF),
    ("fdiv", (-1.0, 0.0), -INF),
    ("fdiv", (0.0, 0.0), NAN),
    ("ffma", (2.0, 3.0, 4.0), 10.0),
    ("fsign", (-3.0,), -1.0),
    ("fsign", (0.0,), 0.0),
    ("ffloor", (-0.5,), -1.0),
    ("fceil", (0.2,), 1.0),
    ("ftrunc", (-1.9,), -1.0),
    ("fround", (0.5,), 1.0),
    ("fround", (-2.5,), -3.0),
    ("fround", (0.49999999999999994,), 0.0),
    ("fround", (4503599627370497.0,), 4503599627370497.0),
    ("fround", (INF,), INF),
    ("froundeven", (2.5,), 2.0),
    ("froundeven", (3.5,), 4.0),
    ("ffract", (-0.25,), 0.75),
    ("fmod", (-1.0, 3.0), 2.0),
    ("fmod", (1.0, -3.0), -2.0),
    ("fmod", (1.0, 0.0), NAN),
    ("fmin", (NAN, 1.0), 1.0),
    ("fmax", (1.0, NAN), 1.0),
    ("fclamp", (5.0, 0.0, 1.0), 1.0),
    ("fclamp", (5.0, 3.0, 1.0), 1.0),
    ("fclamp", (NAN, 0.0, 1.0), 0.0),
    ("fmix", (2.0, 4.0, 0.25), 2.5),
    ("fstep", (1.0, 1.0), 1.0),
    ("fstep", (1.0, 0.9), 0.0),
    ("fsmoothstep", (0.0, 2.0, 1.0), 0.5),
    ("fsmoothstep", (0.0, 2.0, 9.0), 1.0),
    ("fsmoothstep", (2.0, 0.0, 0.5), 0.84375),
    ("fradians", (180.0,), math.pi),
    ("fdegrees", (math.pi,), 180.0),
    ("fatan2", (1.0, -1.0), 0.75 * math.pi),
    ("fatan2", (0.0, -1.0), math.pi),
    ("fpow", (2.0, 10.0), 1024.0),
    ("fpow", (-2.0, 3.0), -8.0),
    ("fpow", (-2.0, 0.5), NAN),
    ("fpow", (0.0, 0.0), 1.0),
    ("fpow", (-0.0, -1.0), INF),
    ("flog", (0.0,), -INF),
    ("flog", (-1.0,), NAN),
    ("fsqrt", (-1.0,), NAN),
    ("frsqrt", (4.0,), 0.5),
    ("frsqrt", (0.0,), INF),
    ("fasin", (2.0,), NAN),
    ("fdot", (1.0, 2.0, 3.0, 4.0, 5.0, 6.0), 32.0),
    ("fdot", (3.0, 4.0), 12.0),
    ("flength", (3.0, 4.0), 5.0),
    ("flength", (-3.0,), 3.0),
    ("flength", (-1e300,), 1e300),
    ("feq", (0.0, -0.0), True),
    ("feq", (NAN, NAN), False),
    ("fne", (NAN, NAN), True),
    ("flt", (1.0, NAN), False),
    ("fge", (1.0, NAN), False),
    ("fge", (1.0, 1.0), True),
    ("stof", (-1,), -1.0),
    ("utof", (-1,), 4294967295.0),
    ("ftos", (-1.9,), -1),
    ("ftos", (4294967296.0 + 5.0,), 5),
    ("ftos", (1e300,), as_int32(int(1e300))),
    ("ftos", (NAN,), 0),
    ("ftos", (-INF,), 0),
    ("ftou", (-1.5,), -1),
    ("ftou", (4294967295.0,), -1),
    ("fldexp", (1.5, 3), 12.0),
    ("fldexp", (1.5, INT_MIN), 0.0),
    ("fbits", (1.0,), 0x3F800000),
    ("fbits", (-2.0,), as_int32(0xC0000000)),
    ("bitsf", (0x3FC00000,), 1.5),
    ("btoi", (True,), 1),
    ("bnot", (True,), False),
    ("bxor", (True, True), False),
    ("band", (True, False), False),
    ("bor", (True, False), True),
    ("select", (True, 1.0, 2.0), 1.0),
    ("select", (False, 1, 2), 2),
]


def const(value: float | int | bool) -> Const:
    if isinstance(value, bool):
        return const_bool(value)
    return const_float(value) if isinstance(value, float) else const_int(value)


@pytest.mark.parametrize(("op", "args", "expected"), FLOAT_CASES, ids=[f"{op}{args}" for op, args, _ in FLOAT_CASES])
def test_edge_cases(op: str, args: tuple[float, ...], expected: float) -> None:
    (result,) = fold(op, [const(value) for value in args])
    assert same(result.value, expected), result


MATH_OPS: dict[str, Callable[..., float]] = {
    "fsin": math.sin,
    "fcos": math.cos,
    "ftan": math.tan,
    "fasin": math.asin,
    "facos": math.acos,
    "fatan": math.atan,
    "fsinh": math.sinh,
    "fcosh": math.cosh,
    "ftanh": math.tanh,
    "fasinh": math.asinh,
    "facosh": math.acosh,
    "fatanh": math.atanh,
    "fexp": math.exp,
    "fexp2": lambda x: 2.0**x,
    "flog": math.log,
    "flog2": math.log2,
    "fsqrt": math.sqrt,
    "fabs": math.fabs,
    "fneg": lambda x: -x,
}


POLES = {("flog", 0.0): -INF, ("flog2", 0.0): -INF, ("fatanh", 1.0): INF, ("fatanh", -1.0): -INF}


@pytest.mark.parametrize("op", MATH_OPS)
def test_mathematical_functions(op: str) -> None:
    values = [value / 7.0 for value in range(-40, 41)]
    for value, (result,) in zip(values, evaluated(op, [const_float(value) for value in values]), strict=True):
        try:
            expected = MATH_OPS[op](value)
        except ValueError:  # outside the domain: math raises, IEEE says NaN, or an infinity at a pole
            expected = POLES.get((op, value), NAN)
        assert result == pytest.approx(expected, rel=1e-14, nan_ok=True)


def test_frexp_and_ldexp_are_inverse() -> None:
    finite = [const_float(value) for value in FLOATS if math.isfinite(value)]
    for value, (mantissa, exponent) in zip(finite, evaluated("ffrexp", finite), strict=True):
        assert (mantissa, exponent) == math.frexp(value.value)
        (again,) = fold("fldexp", [const_float(mantissa), const_int(int(exponent))])
        assert same(again.value, value.value)
    assert fold("ffrexp", [const_float(INF)]) == (const_float(INF), const_int(0))


def test_normalize() -> None:
    assert [c.value for c in fold("fnormalize", list(map(const_float, (0.0, 3.0, -4.0))))] == [0.0, 0.6, -0.8]
    assert all(math.isnan(c.value) for c in fold("fnormalize", [const_float(0.0)] * 2))


def test_bits_are_those_of_single_precision() -> None:
    values = [0.1, -1e-40, 3.4e38, INF, -0.0]
    for value, (bits,) in zip(values, evaluated("fbits", [const_float(v) for v in values]), strict=True):
        assert bits == struct.unpack("<i", struct.pack("<f", value))[0]
        (back,) = fold("bitsf", [const_int(int(bits))])
        assert same(back.value, struct.unpack("<f", struct.pack("<f", value))[0])


SAMPLES = {
    "f": [const_float(value) for value in FLOATS],
    "i": [const_int(value) for value in INTS],
    "b": [const_bool(False), const_bool(True)],
}


def samples(op: str) -> list[tuple[Const, ...]]:
    letters = {"f*": "f f f f", "b T T": "b i i"}.get(OPS[op].args, OPS[op].args).split()
    columns = [SAMPLES[letter] if len(letters) < 3 else SAMPLES[letter][::2] for letter in letters]
    return list(itertools.product(*columns))


@pytest.mark.parametrize("op", SEMANTICS)
def test_alone_or_in_an_array(op: str) -> None:
    rows = samples(op)
    together = evaluated(op, *[list(column) for column in zip(*rows, strict=True)])
    zeros = op in ("fmin", "fmax", "fclamp")
    for row, results in zip(rows, together, strict=True):
        alone = fold(op, row)
        for result, folded in zip(results, alone, strict=True):
            assert same(result, folded.value) or (zeros and result == folded.value == 0.0), row
            assert type(folded.value) is {Type.FLOAT: float, Type.INT: int, Type.BOOL: bool}[folded.type]


@pytest.mark.parametrize("op", [name for name, info in OPS.items() if info.commutative])
def test_commutative_operations_commute(op: str) -> None:
    for a, b, *rest in samples(op):
        (one,), (other,) = fold(op, (a, b, *rest)), fold(op, (b, a, *rest))
        assert same(one.value, other.value) or one.value == other.value == 0.0, (a, b)


def test_the_table_is_complete() -> None:
    pure = {name for name, info in OPS.items() if info.pure}
    assert set(SEMANTICS) == pure
    tested = {*INT_OPS, *MATH_OPS, *(row[0] for row in FLOAT_CASES), "ffrexp", "fnormalize"}
    assert pure - tested == set()
