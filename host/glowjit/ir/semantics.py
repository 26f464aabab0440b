"""What every pure operation computes, as a table of numpy functions.

`SEMANTICS[op]` takes float64, int32 or bool values (arrays of one shape, or numpy scalars, in any mixture) and returns
the result, or a tuple where the operation has several. Every function is total: nothing raises, and the same operands
give the same result, in an array or alone (but for which zero `fmin` and `fmax` choose of 0.0 and -0.0). Floats follow
IEEE (x/0 is an infinity, the root of a negative NaN), ints wrap modulo 2^32. Where GLSL leaves a case open, the choice
is in the comment beside the row. Numpy warns about what IEEE defines; `quiet()` silences it, and whoever calls an entry
of the table does so inside.

`fold` applies the table to constants, for the passes: what is folded is what would have been computed.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

import numpy as np

from glowjit.ir.core import Const, Type
from glowjit.ir.ops import dot_terms

Vector = Any  # np.ndarray or a numpy scalar: numpy's own types do not say "either"

DTYPES: dict[Type, Any] = {Type.FLOAT: np.float64, Type.INT: np.int32, Type.BOOL: np.bool_}
_PYTHON_TYPES: dict[Type, Callable[[Any], float | int | bool]] = {Type.FLOAT: float, Type.INT: int, Type.BOOL: bool}

_HALF_MASK, _QUARTER_MASK, _NIBBLE_MASK = np.uint32(0x55555555), np.uint32(0x33333333), np.uint32(0x0F0F0F0F)
_BYTE_MASK, _WORD_SHIFT = np.uint32(0x00FF00FF), np.uint64(32)
_MINUS_TWO = np.int32(-2)


def quiet() -> Any:
    """A context in which division by zero, overflow and NaN are answers, not warnings."""
    return np.errstate(all="ignore")


def fold(op: str, args: Sequence[Const]) -> tuple[Const, ...]:
    """The results of a pure operation on constants; the values carry their types."""
    with quiet():
        found = SEMANTICS[op](*(DTYPES[arg.type](arg.value) for arg in args))
    return tuple(_constant(value) for value in (found if isinstance(found, tuple) else (found,)))


def _constant(value: Vector) -> Const:
    (type,) = (type for type, dtype in DTYPES.items() if value.dtype == dtype)
    return Const(type, _PYTHON_TYPES[type](value))


# --- choosing --------------------------------------------------------------------------------------------------------


def _where(condition: Vector, a: Vector, b: Vector) -> Vector:
    if isinstance(condition, np.bool_):
        return a if condition else b
    return np.where(condition, a, b)


# --- ints ------------------------------------------------------------------------------------------------------------


def _unsigned(x: Vector) -> Vector:
    return x.view(np.uint32)


def _signed(x: Vector) -> Vector:
    return x.view(np.int32)


def _mulh(a: Vector, b: Vector) -> Vector:
    return ((a.astype(np.int64) * b.astype(np.int64)) >> 32).astype(np.int32)


def _mulhu(a: Vector, b: Vector) -> Vector:
    product = _unsigned(a).astype(np.uint64) * _unsigned(b).astype(np.uint64)
    return _signed((product >> _WORD_SHIFT).astype(np.uint32))


def _mulhsu(a: Vector, b: Vector) -> Vector:
    return ((a.astype(np.int64) * _unsigned(b).astype(np.int64)) >> 32).astype(np.int32)


def _div(a: Vector, b: Vector) -> Vector:
    wide_a, wide_b = a.astype(np.int64), b.astype(np.int64)
    quotient = abs(wide_a) // abs(wide_b)
    quotient = _where((wide_a < 0) != (wide_b < 0), -quotient, quotient)
    return _where(b == 0, np.int64(-1), quotient).astype(np.int32)


def _rem(a: Vector, b: Vector) -> Vector:
    # In 64 bits: the smallest int over -1 has no 32-bit quotient, and numpy leaves its remainder open.
    return _where(b == 0, a, np.fmod(a.astype(np.int64), b.astype(np.int64)).astype(np.int32))


def _divu(a: Vector, b: Vector) -> Vector:
    return _where(b == 0, np.int32(-1), _signed(_unsigned(a) // _unsigned(b)))


def _remu(a: Vector, b: Vector) -> Vector:
    return _where(b == 0, a, _signed(_unsigned(a) % _unsigned(b)))


def _shl(a: Vector, b: Vector) -> Vector:
    return a << (b & 31)


def _shr(a: Vector, b: Vector) -> Vector:
    # Without the copies of the sign: half the time of unsigned views.
    down = b & 31
    return a >> down & ~(_MINUS_TWO << (31 - down))


def _sar(a: Vector, b: Vector) -> Vector:
    return a >> (b & 31)


def _bitcount(a: Vector) -> Vector:
    x = _unsigned(a)
    x = x - ((x >> 1) & _HALF_MASK)
    x = (x & _QUARTER_MASK) + ((x >> 2) & _QUARTER_MASK)
    x = (x + (x >> 4)) & _NIBBLE_MASK
    return _signed((x * np.uint32(0x01010101)) >> 24)


def _bitreverse(a: Vector) -> Vector:
    x = _unsigned(a)
    for shift, mask in ((1, _HALF_MASK), (2, _QUARTER_MASK), (4, _NIBBLE_MASK), (8, _BYTE_MASK)):
        x = ((x >> shift) & mask) | ((x & mask) << shift)
    return _signed((x >> 16) | (x << 16))


def _findmsbu(a: Vector) -> Vector:
    # A double holds any 32-bit integer exactly, so its exponent is the answer; frexp(0) has exponent 0.
    return (np.frexp(_unsigned(a).astype(np.float64))[1] - 1).astype(np.int32)


def _findmsb(a: Vector) -> Vector:
    return _findmsbu(a ^ (a >> 31))


def _findlsb(a: Vector) -> Vector:
    return _findmsbu(a & -a)


def _unsigned_compare(compare: Callable[[Any, Any], Any]) -> Callable[[Vector, Vector], Vector]:
    return lambda a, b: compare(_unsigned(a), _unsigned(b))


# --- floats ----------------------------------------------------------------------------------------------------------


def _round(x: Vector) -> Vector:
    whole = np.trunc(x)  # x - whole is exact, which floor(x + 0.5) is not just below a half
    return whole + np.where(abs(x - whole) >= 0.5, np.copysign(1.0, x), 0.0)[()]


def _mod(x: Vector, y: Vector) -> Vector:
    return x - y * np.floor(x / y)


def _clamp(x: Vector, low: Vector, high: Vector) -> Vector:
    return np.fmin(np.fmax(x, low), high)


def _smoothstep(low: Vector, high: Vector, x: Vector) -> Vector:
    t = _clamp((x - low) / (high - low), np.float64(0.0), np.float64(1.0))
    return t * t * (3.0 - 2.0 * t)


def _pow(x: Vector, y: Vector) -> Vector:
    """NaN for negative bases, but for whole exponents: those are products, here as in what compilers make of them."""
    undefined = (x < 0.0) & (y != np.floor(y))
    return _where(undefined, np.float64(np.nan), np.power(x + 0.0, y))  # + 0.0: a negative zero is no negative base


def _frexp(x: Vector) -> tuple[Vector, Vector]:
    mantissa, exponent = np.frexp(x)
    finite = np.isfinite(x)
    return mantissa, _where(finite, exponent, np.int32(0)).astype(np.int32)


def _dot(*operands: Vector) -> Vector:
    return reduce(operator.add, (a * b for a, b in dot_terms(operands)))


def _length(*operands: Vector) -> Vector:
    return abs(operands[0]) if len(operands) == 1 else np.sqrt(_dot(*operands, *operands))


def _normalize(*operands: Vector) -> tuple[Vector, ...]:
    length = _length(*operands)
    return tuple(x / length for x in operands)


def _to_int(x: Vector) -> Vector:
    """Truncated, modulo 2^32; NaN and infinities are 0. `fmod` is exact, so large values wrap instead of saturating."""
    wrapped = np.fmod(np.trunc(x), 4294967296.0)
    return _where(np.isfinite(x), wrapped, np.float64(0.0)).astype(np.int64).astype(np.int32)


def _bits(x: Vector) -> Vector:
    return x.astype(np.float32).view(np.int32)


def _from_bits(x: Vector) -> Vector:
    return x.view(np.float32).astype(np.float64)


# fmt: off
SEMANTICS: dict[str, Callable[..., Any]] = {
    # floats
    "fadd": operator.add,
    "fsub": operator.sub,
    "fmul": operator.mul,
    "fdiv": operator.truediv,
    "fneg": operator.neg,
    "ffma": lambda a, b, c: a * b + c,
    "fabs": operator.abs,
    "fsign": np.sign,
    "ffloor": np.floor,
    "fceil": np.ceil,
    "ftrunc": np.trunc,
    "fround": _round,
    "froundeven": np.rint,
    "ffract": lambda x: x - np.floor(x),
    "fmod": _mod,
    "fmin": np.fmin,                        # the other operand if one is NaN, so that operands may be swapped
    "fmax": np.fmax,
    "fclamp": _clamp,
    "fmix": lambda a, b, t: a + (b - a) * t,
    "fstep": lambda edge, x: _where(x < edge, np.float64(0.0), np.float64(1.0)),
    "fsmoothstep": _smoothstep,
    "fradians": np.radians,
    "fdegrees": np.degrees,
    "fsin": np.sin,
    "fcos": np.cos,
    "ftan": np.tan,
    "fasin": np.arcsin,
    "facos": np.arccos,
    "fatan": np.arctan,
    "fatan2": np.arctan2,
    "fsinh": np.sinh,
    "fcosh": np.cosh,
    "ftanh": np.tanh,
    "fasinh": np.arcsinh,
    "facosh": np.arccosh,
    "fatanh": np.arctanh,
    "fpow": _pow,
    "fexp": np.exp,
    "fexp2": np.exp2,
    "flog": np.log,
    "flog2": np.log2,
    "fsqrt": np.sqrt,
    "frsqrt": lambda x: 1.0 / np.sqrt(x),
    "fldexp": np.ldexp,
    "ffrexp": _frexp,
    "fdot": _dot,
    "flength": _length,
    "fnormalize": _normalize,               # NaN for a zero vector
    "feq": operator.eq,
    "fne": operator.ne,
    "flt": operator.lt,
    "fge": operator.ge,
    "stof": lambda a: a.astype(np.float64),
    "utof": lambda a: _unsigned(a).astype(np.float64),
    "ftos": _to_int,
    "ftou": _to_int,
    "fbits": _bits,
    "bitsf": _from_bits,
    # ints
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "mulh": _mulh,
    "mulhu": _mulhu,
    "mulhsu": _mulhsu,
    "div": _div,
    "divu": _divu,
    "rem": _rem,
    "remu": _remu,
    "and": operator.and_,
    "or": operator.or_,
    "xor": operator.xor,
    "shl": _shl,
    "shr": _shr,
    "sar": _sar,
    "min": np.minimum,
    "max": np.maximum,
    "minu": lambda a, b: _signed(np.minimum(_unsigned(a), _unsigned(b))),
    "maxu": lambda a, b: _signed(np.maximum(_unsigned(a), _unsigned(b))),
    "bitcount": _bitcount,
    "bitreverse": _bitreverse,
    "findlsb": _findlsb,
    "findmsb": _findmsb,
    "findmsbu": _findmsbu,
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "ge": operator.ge,
    "ltu": _unsigned_compare(operator.lt),
    "geu": _unsigned_compare(operator.ge),
    # bools
    "band": operator.and_,
    "bor": operator.or_,
    "bxor": operator.xor,
    "bnot": np.logical_not,
    "btoi": lambda c: c.astype(np.int32),
    "select": _where,
}
# fmt: on
