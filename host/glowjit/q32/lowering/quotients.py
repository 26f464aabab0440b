"""Quotients and remainders: which of the ways to divide fits what is known of the operands.

    divisor                                   way
    constant                                  multiplication by the reciprocal
    length of a vector with the dividend      a component of the direction
    same for all pixels, at least 1           its reciprocal once a frame, one product each
    positive, where few bits are enough       one division
    any                                       the library: 16 bits after the point, or what the divisor has fewer
    any, and 16 bits are too few              pairs, rounded to nearest: two quotients share what is long about it

Every function takes the `Site` of its instruction and returns the operand that takes the place of the result.
"""

from __future__ import annotations

import math
from fractions import Fraction

from glowjit.ir.core import Operand, const_int
from glowjit.q32 import formats
from glowjit.q32.lowering import multiply, pairs, products, vectors
from glowjit.q32.lowering.emit import constant
from glowjit.q32.lowering.site import Site, aligned, word_of_pair
from glowjit.q32.ranges import Range

_SIGN_BIT = formats.WORD_BITS - 1
_COARSE = 21.0  # bits that a quotient needs, at most, where the border's will do: needs are upper bounds


def divide(site: Site) -> Operand | int:
    """x / y in one of the ways of the table above. Only a divisor of at least 1 is replaced by its reciprocal: one
    that may be 0 has a quotient of its own."""
    x, y = site.inst.args
    divisor, dividend = constant(y), constant(x)
    unit = vectors.over_length(site, x, y)
    if unit is not None:
        return unit
    if divisor is not None and divisor != 0 and math.isfinite(1 / divisor):
        return multiply.by_constant(site, multiply.factor_of(site, x), 1 / divisor)
    if site.range(1).low >= 1 and site.range(1).high <= formats.limits()[1] and site.facts.same_for_all_pixels(y):
        return _by_reciprocal(site, x, y)
    if dividend == 1 and site.point_of(y) == site.wanted_point == site.operand_point:
        return site.call(site.far("q_inverse"), site.word(y))
    short = _short_quotient(site, x, y)
    return _quotient(site, x, y) if short is None else short


def _short_quotient(site: Site, x: Operand, y: Operand) -> Operand | None:
    """One integer division of a dividend that fills its word, if that gives the fraction bits that are needed; None
    otherwise. The divisor has to be positive, or was in all that was observed."""
    dividend, divisor = site.range(0), site.own(y)
    if site.enough is None or dividend.magnitude == 0 or site.least_seen(y) <= 0:
        return None
    full = formats.fit(math.nextafter(dividend.magnitude, math.inf))
    above = full if constant(x) is not None else max(site.point_of(x), full)
    point = above - site.point_of(y)
    if not site.enough + 1 <= point <= formats.UNIT_FRACTION:
        return None
    if site.range(1).low <= 0:
        divisor = site.emit("max", divisor, 1)
    quotient = site.emit("div", site.word(x, above), divisor)
    site.result_point = max(point, site.wanted_point)
    largest = Range(-math.inf if dividend.low < 0 else 0, math.inf)
    return aligned(site.emit, quotient, site.result_point - point, largest, site.wanted_point)


def _by_reciprocal(site: Site, x: Operand, y: Operand) -> Operand:
    """x times the reciprocal of y >= 1, which is computed once a frame; a long reciprocal for many fraction bits."""
    number = constant(x)
    emit, point = site.emit, site.point_of(x) if number is None else formats.fit_seen(abs(number))
    shift = formats.WORD_BITS + point - site.wanted_point
    if site.wanted_point >= formats.UNIT_FRACTION and 0 < shift < formats.WORD_BITS:
        parts = emit.call_two("q_reciprocal_long", site.word(y))
        site.result_point = site.wanted_point
        return site.call("q_times_long", site.word(x, point), *parts, const_int(shift))
    dividend, reciprocal = site.word(x, point), site.call("q_reciprocal", site.word(y))
    if 0 < shift < formats.WORD_BITS:
        site.result_point = site.wanted_point
        return products.general(emit, dividend, reciprocal, shift, "mulhsu")
    site.result_point = point
    return emit("mulhsu", dividend, reciprocal)


def _quotient(site: Site, x: Operand, y: Operand) -> Operand:
    """A library division of two words, or of two pairs.

    The quotient of words has the border's fraction bits, and as many more (or fewer) as the dividend has than the
    divisor, which is limited by what its word has room for. Where that leaves too few, pairs are divided.
    """
    below = site.point_of(y)
    above = below + min(site.wanted_point, formats.BORDER_FRACTION) - formats.BORDER_FRACTION
    number = constant(x)
    if number is None:
        above = min(above, site.point_of(x))
    cut = number is not None and number.is_integer() and not math.ldexp(number, above).is_integer()
    if cut or _is_cut(site, above - below) or _needs_more(site):
        site.result_point = site.wanted_point
        found = pairs.divide(site, pairs.of_operand(site, x), pairs.of_operand(site, y))
        return word_of_pair(site.emit, found, site.wanted_point)
    site.result_point = formats.BORDER_FRACTION + above - below
    return site.call(site.far("q_div"), site.word(x, above), site.own(y))


def modulo(site: Site) -> Operand:
    """One integer remainder, exact because both operands have the same binary point; a mask for a power of two. A
    constant that no word holds exactly would be wrong by its error times the quotient: see `_part_of_turn`."""
    x, y = site.inst.args
    divisor = constant(y)
    site.work_at(site.fitting_point(x, y))
    if divisor is None:
        return site.call("q_mod", site.word(x), site.word(y))
    modulus = formats.word(divisor, site.operand_point)
    if modulus > 0 and modulus & (modulus - 1) == 0:
        up = formats.WORD_BITS + 1 - modulus.bit_length()
        return site.emit("shr", site.emit("shl", site.word(x), up), up)
    if modulus <= 0:
        return site.call("q_mod", site.word(x), site.word(y))
    if not math.ldexp(divisor, site.operand_point).is_integer():
        return _part_of_turn(site, x, divisor)
    rest = site.emit("rem", site.word(x), modulus)
    if site.range(0).low >= 0:
        return rest
    return site.emit("add", rest, site.emit("and", site.emit("sar", rest, _SIGN_BIT), modulus))


def _is_cut(site: Site, by: int) -> bool:
    """Whether a quotient with `by` fraction bits more than the border has fewer than it needs."""
    basis = site.basis
    if site.exact:
        return by < 0
    return basis is not None and formats.BORDER_FRACTION + by < min(site.wanted_point, basis.need)


def _needs_more(site: Site) -> bool:
    """Whether the result needs more fraction bits than the library's division of words gives."""
    return site.wanted_point > formats.BORDER_FRACTION and site.basis is not None and site.basis.need > _COARSE


def _part_of_turn(site: Site, x: Operand, turn: float) -> Operand:
    """x modulo `turn`: x / turn modulo 1, as a 32-bit fraction, times `turn`."""
    per_word = Fraction(2) ** (formats.WORD_BITS - site.point_of(x)) / Fraction(turn)
    whole = math.floor(per_word)
    phase = products.by_parts(site.emit, site.own(x), whole, round((per_word - whole) * 2**formats.WORD_BITS))
    site.result_point = min(max(site.wanted_point, formats.BORDER_FRACTION), formats.fit(turn))
    return site.emit("mulhu", multiply.as_operand(phase), formats.word(turn, site.result_point))
