"""Where the binary point lies: the one file that knows it.

A real number r with f fraction bits is the int32 word floor(r * 2^f); f is a property of each value. This version gives
every value `BORDER_FRACTION` bits (Q16.16), which is also the format of everything that crosses a border: uniforms,
arguments and results of functions, the operands of the math library. Whoever needs a binary point asks here, by
value, so that choosing it from ranges later changes this file alone.
"""

from __future__ import annotations

import math

from glowjit.ir.core import Const, Operand, Type

BORDER_FRACTION = 16
WORD_BITS = 32

_MIN = -(1 << (WORD_BITS - 1))
_MAX = (1 << (WORD_BITS - 1)) - 1


def fraction_of(value: Operand) -> int:
    """Fraction bits of a float value or constant."""
    return BORDER_FRACTION


def word(number: float, fraction: int = BORDER_FRACTION) -> int:
    """The word nearest to `number`, halves upwards; saturates, so an infinity is the largest value, and NaN is 0."""
    if math.isnan(number):
        return 0
    if math.isinf(number):
        return _MAX if number > 0 else _MIN
    return max(_MIN, min(_MAX, math.floor(math.ldexp(number, fraction) + 0.5)))


def real(value: int, fraction: int = BORDER_FRACTION) -> float:
    """The number that a word stands for."""
    return math.ldexp(value, -fraction)


def word_of(constant: Const) -> int:
    """The word of a constant of any type, as memory holds it."""
    if constant.type is Type.FLOAT:
        return word(float(constant.value), fraction_of(constant))
    return int(constant.value)


def ulp(fraction: int = BORDER_FRACTION) -> float:
    """The value of a word's last bit."""
    return math.ldexp(1.0, -fraction)


def limits(fraction: int = BORDER_FRACTION) -> tuple[float, float]:
    """The least and the greatest number that a word can hold."""
    return real(_MIN, fraction), real(_MAX, fraction)
