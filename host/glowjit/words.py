"""Python values to the 32-bit words that machine code reads and writes, and back.

A leaf that program and device share. A float is fixed point with `fraction_bits` fraction bits (the image says how
many: `BORDER_FRACTION`, Q16.16), rounded to nearest and saturated at the border. Ints wrap, bools are 0 and 1. Vectors
are tuples, matrices tuples of column tuples, arrays lists, structs dicts in member order (a tuple in member order is
accepted). What is given may be numpy's scalars and arrays as well.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Union

from glowjit.errors import UniformError
from glowjit.glsltypes import ArrayType, GlslType, MatrixType, ScalarType, StructType, VectorType

if TYPE_CHECKING:
    import numpy as np

PyValue = Union[float, int, bool, Sequence[Any], Mapping[str, Any], "np.ndarray[Any, Any]", "np.generic"]

BORDER_FRACTION = 16  # fraction bits of what crosses a border

_INT_MAX = 0x7FFF_FFFF


def flatten(type: GlslType, value: PyValue, what: str = "value") -> list[float | int | bool]:
    """The scalars of `value` as a `type`, one per word; ints wrap to int32. `what` names it in an error."""
    return list(_flatten(type, value, what))


def encode_scalars(scalars: Iterable[float | int | bool], fraction_bits: int) -> list[int]:
    """The words of scalars: floats in fixed point, ints and bools as they are."""
    return [encode_float(item, fraction_bits) if isinstance(item, float) else int(item) for item in scalars]


def nested(type: GlslType, scalars: Iterable[float | int]) -> Any:
    """The Python value of a `type` that has these scalars: floats, and the words of all others."""
    return _nested(type, iter(scalars))


PAIR_BITS = 30  # of the significand of a pair
FARTHEST = 1 << 20  # the exponent of a pair that is taken for infinite
_LARGEST_SINGLE = 128  # what is no less than 2^128 is infinite in GLSL


def encode_pair(number: float) -> tuple[int, int]:
    """m and e of the pair m * 2^e nearest to `number`, 2^29 <= |m| < 2^30; infinities are the farthest, NaN is 0.

    Halves go to the odd one, so that a word of 31 bits, which lies between two pairs, does not become whole.
    """
    if not math.isfinite(number):
        return 0 if math.isnan(number) else int(math.copysign(1 << PAIR_BITS - 1, number)), FARTHEST
    significand, exponent = math.frexp(number)
    scaled = math.ldexp(significand, PAIR_BITS)
    m = math.floor(scaled) | 1 if scaled % 1 == 0.5 else round(scaled)
    if abs(m) == 1 << PAIR_BITS:
        m, exponent = m // 2, exponent + 1
    return m, exponent - PAIR_BITS


def decode_pair(m: int, e: int) -> float:
    """The number m * 2^e. What is infinite in GLSL is the largest word of its sign, as a quotient by 0 is."""
    if m and e + PAIR_BITS > _LARGEST_SINGLE:
        return (_INT_MAX if m > 0 else -_INT_MAX - 1) / (1 << BORDER_FRACTION)
    return math.ldexp(m, max(e, -2000))


def encode_float(value: float, fraction_bits: int) -> int:
    """`value` in fixed point, to nearest, halves upwards; saturated to int32, and NaN is 0."""
    if math.isnan(value):
        return 0
    if abs(value) >= math.ldexp(1.0, 31 - fraction_bits):
        return _INT_MAX if value > 0 else -_INT_MAX - 1
    return min(_INT_MAX, math.floor(math.ldexp(value, fraction_bits) + 0.5))


def _flatten(type: GlslType, value: PyValue, what: str) -> Iterator[float | int | bool]:
    if isinstance(type, ScalarType):
        yield _scalar(type, value, what)
        return
    for index, (part, item) in enumerate(zip(parts(type), _items(type, value, what), strict=True)):
        yield from _flatten(part, item, f"{what}[{index}]")


def _scalar(type: ScalarType, value: PyValue, what: str) -> float | int | bool:
    if hasattr(value, "item"):  # a numpy scalar
        value = value.item()
    if type.kind == "float":
        if isinstance(value, (int, float)):
            return float(value)
    elif type.kind == "bool":
        if isinstance(value, (bool, int)):
            return bool(value)
    elif isinstance(value, (bool, int)) or (isinstance(value, float) and value.is_integer()):
        return ((int(value) + 0x8000_0000) & 0xFFFF_FFFF) - 0x8000_0000
    raise UniformError(f"{what} has type {type}; {value!r} does not fit", hint=f"give one {type}")


def parts(type: GlslType) -> list[GlslType]:
    """The types of the elements, columns or members that a value of `type` is written with; not for a scalar."""
    if isinstance(type, VectorType):
        return [type.element] * type.size
    if isinstance(type, MatrixType):
        return [type.column] * type.columns
    if isinstance(type, ArrayType):
        return [type.element] * type.size
    assert isinstance(type, StructType)
    return [member for _, member in type.members]


def _items(type: GlslType, value: PyValue, what: str) -> list[Any]:
    """The elements of `value`, as many as `type` has."""
    expected = len(parts(type))
    if isinstance(type, StructType) and isinstance(value, Mapping):
        names = [name for name, _ in type.members]
        if set(value) != set(names):
            raise UniformError(
                f"{what} is a struct {type} with members {', '.join(names)}", hint="name each of them once"
            )
        return [value[name] for name in names]
    if isinstance(value, (str, bytes, Mapping)) or not hasattr(value, "__len__") or not hasattr(value, "__iter__"):
        raise UniformError(f"{what} has type {type}; {value!r} does not fit", hint=f"give {expected} values")
    if len(value) != expected:  # type: ignore[arg-type]
        message = f"{what} has type {type} with {expected} elements, {len(value)} were given"  # type: ignore[arg-type]
        raise UniformError(message, hint=f"give {expected} values")
    return list(value)  # type: ignore[arg-type]


def _nested(type: GlslType, scalars: Iterator[float | int]) -> Any:
    if isinstance(type, ScalarType):
        scalar = next(scalars)
        if type.kind == "bool":
            return bool(scalar)
        return int(scalar) & 0xFFFF_FFFF if type.kind == "uint" else scalar
    items = [_nested(part, scalars) for part in parts(type)]
    if isinstance(type, StructType):
        return dict(zip((name for name, _ in type.members), items, strict=True))
    return items if isinstance(type, ArrayType) else tuple(items)
