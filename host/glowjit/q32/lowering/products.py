"""Multiplication of fixed-point words: the cheapest instructions that give the floor of the exact product.

    factor                                             instructions
    power of two                                       1   shl or sar
    constant, fraction only                            1   mulhsu by the fraction times 2^32
    constant                                           2-3 by the whole part, mulhsu by the fraction, add
    whole number                                       1-2 mul by the integer
    the product of the words is a word                 1-2 mul, sar
    both in the range of a mulh                        1-3 shl, shl, mulh
    0 <= t < 1                                         1-2 mulhsu by t * 2^32
    any                                                5   mul, mulh, shr, shl, or

A constant keeps 32 bits after the point, rounded up: of x * c exact for a positive x, as of 10.0 * 0.1, nothing is
lost to the floor. Products wrap modulo 2^32 words, with a constant beyond the range of words as well.
"""

from __future__ import annotations

import math
from fractions import Fraction

from glowjit.ir.core import Operand
from glowjit.q32 import formats
from glowjit.q32.lowering.emit import Emitter
from glowjit.q32.lowering.site import Site
from glowjit.q32.ranges import Range

_WORD = formats.WORD_BITS


def by_constant(emit: Emitter, x: Operand, factor: float) -> Operand | int:
    """floor(x * factor); the binary point does not move. For -1 < factor < 0 it is the negative of the product by
    -factor: an addition behind it becomes a subtraction."""
    if -1 < factor < 0:
        return emit("sub", 0, by_constant(emit, x, -factor))
    exact = Fraction(factor)
    whole = math.floor(exact)
    return by_parts(emit, x, whole, math.ceil((exact - whole) * 2**_WORD))


def by_parts(emit: Emitter, x: Operand, whole: int, fraction: int, high: str = "mulhsu") -> Operand | int:
    """floor(x * (whole + fraction / 2^32)), modulo 2^32; 0 <= fraction <= 2^32. `high` is mulhu for an unsigned x."""
    if fraction == 2**_WORD:
        whole, fraction = whole + 1, 0
    if fraction == 0:
        return by_whole(emit, x, whole)
    part = _by_fraction(emit, x, fraction, high)
    return part if whole == 0 else emit("add", by_whole(emit, x, whole), part)


def _by_fraction(emit: Emitter, x: Operand, fraction: int, high: str) -> Operand:
    """floor(x * fraction / 2^32), 0 < fraction < 2^32."""
    if fraction & (fraction - 1) == 0:
        return emit("shr" if high == "mulhu" else "sar", x, min(_WORD + 1 - fraction.bit_length(), _WORD - 1))
    return emit(high, x, fraction)


def by_whole(emit: Emitter, x: Operand, whole: int) -> Operand | int:
    """x * whole, modulo 2^32."""
    whole = (whole + 2**31) % 2**32 - 2**31
    if whole == 0:
        return 0
    if whole == 1:
        return x
    if whole == -1:
        return emit("sub", 0, x)
    magnitude = abs(whole)
    if magnitude & (magnitude - 1):
        return emit("mul", x, whole)
    shifted = emit("shl", x, magnitude.bit_length() - 1)
    return shifted if whole > 0 else emit("sub", 0, shifted)


def general(emit: Emitter, x: Operand, y: Operand, shift: int, high_word: str = "mulh") -> Operand:
    """floor(x * y / 2^shift), modulo 2^32, for shift > -32. `high_word` is mulhsu for an unsigned y."""
    if shift <= 0:
        return up(emit, emit("mul", x, y), -shift)
    if shift >= _WORD:
        high = emit(high_word, x, y)
        return emit("sar", high, min(shift, 2 * _WORD - 1) - _WORD) if shift > _WORD else high
    low = emit("shr", emit("mul", x, y), shift)
    return emit("or", low, emit("shl", emit(high_word, x, y), _WORD - shift))


def narrow(emit: Emitter, x: Operand, y: Operand, shifts: tuple[int, int]) -> Operand:
    """floor(x * y / 2^shift) as the high word of one product: x and y are shifted up by `shifts`, which add up to
    32 - shift."""
    return emit("mulh", up(emit, x, shifts[0]), up(emit, y, shifts[1]))


def narrow_shifts(x_room: int, y_room: int, shift: int) -> tuple[int, int] | None:
    """The shifts for `narrow`, if x and y have room for them (`room`); else None."""
    total = _WORD - shift
    if not 0 < shift < _WORD:
        return None
    fewest_first: list[int] = [0, total, total // 2, *range(1, total)]
    for x_shift in fewest_first:
        if x_shift <= x_room and total - x_shift <= y_room:
            return x_shift, total - x_shift
    return None


def room(range: Range, fraction: int) -> int:
    """By how many bits words of this range can be shifted up without overflow."""
    most = max(-range.low, math.nextafter(range.high, math.inf), 2.0**-64)
    return _WORD - 1 - fraction - math.ceil(math.log2(most))


def exponent(site: Site, operand: Operand, scale: float) -> Operand:
    """The word of an exponent, clamped so that `scale` times as much fits a word: beyond, 2^x is 0 or too large."""
    word = site.word(operand)
    room = int(site.result_point != formats.BORDER_FRACTION)  # for what moves the result there
    bits = formats.WORD_BITS - 1 - room - max(math.ceil(math.log2(abs(scale) or 1.0)), 0)
    range = site.range(operand)
    if bits < formats.WORD_BITS - 1 and range.high * 2.0**site.operand_point > 1 << bits:
        word = site.emit("min", word, 1 << bits)
    if bits < formats.WORD_BITS - 1 and range.low * 2.0**site.operand_point < -1 << bits:
        word = site.emit("max", word, -1 << bits)
    return word


def octaves(emit: Emitter, x: Operand, scale: float) -> tuple[Operand | int, Operand | int]:
    """x * scale as a word and the 32 bits below it, which an exponential needs where it is large."""
    whole = math.floor(scale)
    fraction = round((scale - whole) * 2**_WORD)
    if fraction == 2**_WORD:
        whole, fraction = whole + 1, 0
    high = by_whole(emit, x, whole)
    if fraction == 0:
        return high, 0
    carry = emit("mulhsu", x, fraction)
    return carry if high == 0 else emit("add", high, carry), emit("mul", x, fraction)


def up(emit: Emitter, x: Operand, shift: int) -> Operand:
    return emit("shl", x, shift) if shift else x


DOT_ROOM = 2  # bits that `dot` gives up so that four products can be summed


def dot(emit: Emitter, pairs: list[tuple[Operand, Operand]], shift: int) -> Operand:
    """The sum of products, shifted down, off by a few last bits: high words and low words are summed apart, the low
    ones without the bits that their carries need. 5 instructions a product, and 1."""
    room = (len(pairs) - 1).bit_length()
    high: Operand | None = None
    low: Operand | None = None
    for x, y in pairs:
        low = emit.add(low, emit("shr", emit("mul", x, y), room))
        high = emit.add(high, emit("mulh", x, y))
    assert high is not None and low is not None
    return emit("add", emit("shl", high, _WORD - shift), emit("shr", low, shift - room))
