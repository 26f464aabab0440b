"""Arithmetic on longs: fixed point in two words, for values that need more bits below the point than a word has.

A long is a high word and an unsigned low one: (high * 2^32 + low) / 2^(f + 32), where f is the fraction bits of the
high word; whoever has a long knows its f. A low word that is the constant `ZERO` marks a word that is exact as it is,
and saves what would be done with it. Sums wrap modulo 2^64 and are exact; products keep the bits that are asked for.
Every function emits integer code and gives a long.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from glowjit.ir.core import Operand, const_int
from glowjit.q32 import formats
from glowjit.q32.lowering.emit import Emitter, constant
from glowjit.q32.lowering.site import Site

Long = tuple[Operand, Operand]  # high, low

ZERO = const_int(0)
_WORD = formats.WORD_BITS


# --- operands --------------------------------------------------------------------------------------------------------


def of_operand(site: Site, operand: Operand, point: int) -> Long:
    """An operand with `point` fraction bits in its word."""
    number = constant(operand)
    if number is None:
        return shift(site.emit, site.halves(operand), point - site.point_of(operand))
    return of_number(Fraction(number), point) if math.isfinite(number) else (site.word(operand, point), ZERO)


def of_number(number: Fraction, point: int) -> Long:
    """A number modulo what a word of so many fraction bits holds."""
    bits = math.floor(number * Fraction(2) ** (point + _WORD))
    return const_int(bits >> _WORD), const_int(bits)


def finest_point(number: Fraction) -> int:
    """The most fraction bits that the word of a number may have, with the sign bit free for a power of two."""
    return formats.fit(abs(float(number)) * (1 + 2.0**-30)) if number else 0


# --- arithmetic modulo 2^64 ------------------------------------------------------------------------------------------


def shift(emit: Emitter, x: Long, by: int) -> Long:
    """x * 2^by, -64 < by < 64."""
    high, low = x
    if by == 0:
        return x
    if by >= _WORD:
        return _shifted(emit, "shl", low, by - _WORD), ZERO
    if by <= -_WORD:
        return emit("sar", high, _WORD - 1), _shifted(emit, "sar", high, -by - _WORD)
    if by > 0:
        return joined(emit, emit("shl", high, by), low, _WORD - by), _shifted(emit, "shl", low, by)
    return emit("sar", high, -by), joined(emit, emit("shl", high, _WORD + by), low, -by)


def _shifted(emit: Emitter, op: str, word: Operand, by: int) -> Operand:
    return emit(op, word, by) if by and word != ZERO else word


def joined(emit: Emitter, bits: Operand, low: Operand, down: int) -> Operand:
    """Bits at the top of a word, and below them those of a low word, moved down."""
    return bits if low == ZERO else emit("or", bits, emit("shr", low, down))


def add(emit: Emitter, x: Long, y: Long) -> Long:
    high = emit("add", x[0], y[0])
    if ZERO in (x[1], y[1]):
        return high, y[1] if x[1] == ZERO else x[1]
    low = emit("add", x[1], y[1])
    return emit("add", high, emit("btoi", emit("ltu", low, x[1]))), low


def subtract(emit: Emitter, x: Long, y: Long) -> Long:
    high = emit("sub", x[0], y[0])
    if y[1] == ZERO:
        return high, x[1]
    return emit("sub", high, emit("btoi", emit("ltu", x[1], y[1]))), emit("sub", x[1], y[1])


def round_off(emit: Emitter, x: Long, bits: int) -> Long:
    """The nearest number whose last bits, so many, are 0."""
    high, low = add(emit, x, (ZERO, const_int(1 << bits - 1)))
    return high, emit("and", low, -1 << bits)


def multiply(emit: Emitter, x: Long, y: Long, down: int) -> Long:
    """The bits of x * y from 32 + `down` on, -32 < down < 64: those of the product of the words, that of each word and
    the other's low bits, and what is carried from the product of the low bits."""
    outer: Long = emit("mulh", x[0], y[0]), emit("mul", x[0], y[0])
    inner: list[Operand] = [emit("mulhu", x[1], y[1])] if ZERO not in (x[1], y[1]) else []
    for high, low in ((x[0], y[1]), (y[0], x[1])):
        if low != ZERO:
            crossed = emit("mulhsu", high, low)
            outer = add(emit, outer, (emit("sar", crossed, _WORD - 1), crossed))
            inner.append(emit("mul", high, low))
    last, carries = _added(emit, inner)
    for carry in carries:
        outer = add(emit, outer, (ZERO, carry))
    if down >= _WORD:
        return shift(emit, outer, _WORD - down)
    low_half = shift(emit, (outer[1], last), -down)
    return low_half if down <= 0 else (shift(emit, outer, _WORD - down)[0], low_half[1])


def _added(emit: Emitter, words: Sequence[Operand]) -> tuple[Operand, list[Operand]]:
    """The sum of unsigned words modulo 2^32, and what is carried each time."""
    low: Operand = words[0] if words else ZERO
    carries: list[Operand] = []
    for word in words[1:]:
        low = emit("add", low, word)
        carries.append(emit("btoi", emit("ltu", low, word)))
    return low, carries


def turns(site: Site, operand: Operand, per_unit: Fraction, fine: bool = False) -> Long:
    """The product of a word, or a long, and a factor, modulo 1; of what was an integer, the integer itself. Right to
    some 2^-33, a `fine` one to 2^-62."""
    unsigned = site.facts.definition(operand, "utof")
    source = site.facts.definition(operand, "stof") or unsigned
    if source is not None:
        return _part(site.emit, site.word(source.args[0]), per_unit, "mulhu" if unsigned else "mulhsu")
    per_word = per_unit / Fraction(2) ** site.point_of(operand)
    word, low = site.halves(operand)
    found = _part(site.emit, word, per_word, "mulhsu")
    if fine:
        rest = site.emit("mulhsu", word, math.floor(per_word * 2 ** (3 * _WORD)))
        found = add(site.emit, found, (site.emit("sar", rest, _WORD - 1), rest))
    if low == ZERO:
        return found
    below = _of_low(site.emit, low, per_word) if fine else _part(site.emit, low, per_word / 2**_WORD, "mulhu")
    return add(site.emit, found, below)


def _of_low(emit: Emitter, low: Operand, factor: Fraction) -> Long:
    """low / 2^32 * factor, modulo 1, with all bits of the factor that count."""
    high, rest = of_number(factor, _WORD)
    above = emit("add", emit("mulhu", low, high), emit("mul", low, math.floor(factor)))
    return add(emit, (above, emit("mul", low, high)), (ZERO, emit("mulhu", low, rest)))


def _part(emit: Emitter, word: Operand, factor: Fraction, high_word: str) -> Long:
    high, low = of_number(factor, _WORD)
    return emit("add", emit("mul", word, high), emit(high_word, word, low)), emit("mul", word, low)
