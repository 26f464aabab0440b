"""Arithmetic on pairs: floating point in software, for values that no fixed-point word holds exactly enough.

A pair is the number m * 2^e in two words: a significand with 2^29 <= |m| < 2^30, or m = 0, and an exponent of at most
`words.FARTHEST` either way. The library normalises results (`library/pairs.glsl`); they are right to 2^-26, or to
nearest where every float is a pair (`Site.nearest`). A product costs 15 instructions, a sum or a quotient 40.

Every function emits integer code at a `Site`, and gives a pair. A product of 64 bits with one binary point would not do
instead: the square of a number from 1e-4 to 1e6 has 66 bits before its first significant one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce

from glowjit.ir.core import Const, Operand, const_int
from glowjit.q32 import formats
from glowjit.q32.lowering.emit import Emitter, constant
from glowjit.q32.lowering.site import Pair, Site
from glowjit.words import FARTHEST, PAIR_BITS, encode_pair

_SIGN_BIT = formats.WORD_BITS - 1
_UNSIGNED = 2  # bits of an unsigned word that are dropped to make one with a sign


# --- operands --------------------------------------------------------------------------------------------------------


def of_word(emit: Emitter, word: Operand, point: int) -> Pair:
    """A word with `point` fraction bits."""
    return emit.call_two("q_pair", word, const_int(-point))


def of_long(site: Site, x: tuple[Operand, Operand], point: int) -> Pair:
    """The first 30 bits of a long (see `longs`) whose high word has `point` fraction bits."""
    above = of_word(site.emit, x[0], point)
    if x[1] == const_int(0):
        return above
    low = site.emit("shr", x[1], _UNSIGNED)
    return add(site, above, of_word(site.emit, low, point + formats.WORD_BITS - _UNSIGNED))


def of_number(number: float) -> Pair:
    """A constant."""
    m, e = encode_pair(number)
    return const_int(m), const_int(e)


def of_operand(site: Site, operand: Operand) -> Pair:
    """A float operand of the site, however it is held."""
    if operand in site.pairs:
        return site.pairs[operand]
    number = constant(operand)
    return of_number(number) if number is not None else of_long(site, site.halves(operand), site.point_of(operand))


def operands(site: Site) -> list[Pair]:
    """All operands of the site."""
    return [of_operand(site, arg) for arg in site.inst.args]


# --- arithmetic ------------------------------------------------------------------------------------------------------


def add(site: Site, x: Pair, y: Pair) -> Pair:
    return site.emit.call_two(site.nearest("q_pair_add"), *x, *y)


def negate(site: Site, x: Pair) -> Pair:
    return site.emit("sub", 0, x[0]), x[1]


def subtract(site: Site, x: Pair, y: Pair) -> Pair:
    return add(site, x, negate(site, y))


def multiply(site: Site, x: Pair, y: Pair) -> Pair:
    """By a constant power of two, only the exponent changes."""
    for (m, e), (other, at) in ((x, y), (y, x)):
        if isinstance(m, Const) and isinstance(e, Const) and m.value == 1 << PAIR_BITS - 1:
            return other, site.emit("add", at, int(e.value) + PAIR_BITS - 1)
    return site.emit.call_two(site.nearest("q_pair_mul"), *x, *y)


def divide(site: Site, x: Pair, y: Pair) -> Pair:
    """The reciprocal is a call of its own, so that value numbering leaves one for all quotients by one divisor."""
    return site.emit.call_two(site.nearest("q_pair_div"), *x, *y, site.call("q_pair_reciprocal", y[0]))


def root(site: Site, x: Pair) -> Pair:
    """The square root; 0 of a negative number."""
    return site.emit.call_two(site.nearest("q_pair_sqrt"), *x)


def absolute(site: Site, x: Pair) -> Pair:
    return with_sign(site.emit, x[0], site.emit("sar", x[0], _SIGN_BIT)), x[1]


def with_sign(emit: Emitter, m: Operand, sign: Operand) -> Operand:
    """m where `sign` is 0, -m where it is -1."""
    return emit("sub", emit("xor", m, sign), sign)


# --- whole numbers ---------------------------------------------------------------------------------------------------


def floor(site: Site, x: Pair) -> Pair:
    return site.emit.call_two("q_pair_floor", *x)


def ceil(site: Site, x: Pair) -> Pair:
    return negate(site, floor(site, negate(site, x)))


def truncate(site: Site, x: Pair) -> Pair:
    return _by_magnitude(site, x, lambda magnitude: floor(site, magnitude))


def round_half_away(site: Site, x: Pair) -> Pair:
    """To the nearest whole number, halves away from zero."""
    half = const_int(1 << PAIR_BITS - 1), const_int(-PAIR_BITS)
    return _by_magnitude(site, x, lambda magnitude: floor(site, add(site, magnitude, half)))


def _by_magnitude(site: Site, x: Pair, rounded: Callable[[Pair], Pair]) -> Pair:
    """The magnitude, rounded, with the sign of x."""
    sign = site.emit("sar", x[0], _SIGN_BIT)
    m, e = rounded((with_sign(site.emit, x[0], sign), x[1]))
    return with_sign(site.emit, m, sign), e


# --- order -----------------------------------------------------------------------------------------------------------


def select(site: Site, condition: Operand, x: Pair, y: Pair) -> Pair:
    return site.emit("select", condition, x[0], y[0]), site.emit("select", condition, x[1], y[1])


def minimum(site: Site, x: Pair, y: Pair) -> Pair:
    return select(site, site.emit("lt", subtract(site, x, y)[0], 0), x, y)


def maximum(site: Site, x: Pair, y: Pair) -> Pair:
    return select(site, site.emit("lt", subtract(site, x, y)[0], 0), y, x)


def clamp(site: Site, x: Pair, low: Pair, high: Pair) -> Pair:
    return minimum(site, maximum(site, x, low), high)


# --- vectors ---------------------------------------------------------------------------------------------------------


def align(site: Site, vector: Sequence[Pair]) -> tuple[list[Operand], Operand]:
    """The components as words with the largest exponent among them, and that exponent."""
    emit = site.emit
    exponents = [emit("select", emit("eq", m, 0), const_int(-FARTHEST), e) for m, e in vector]
    top: Operand = reduce(lambda x, y: emit("max", x, y), exponents)
    words: list[Operand] = []
    for (m, _), e in zip(vector, exponents, strict=True):
        words.append(emit("sar", m, emit("min", emit("sub", top, e), _SIGN_BIT)))
    return words, top
