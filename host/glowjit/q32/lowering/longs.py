"""Long words: values for which a word has too few bits below the point, as that word and 32 bits more.

A value in `Formats.longs` is (h * 2^32 + l) / 2^(f + 32): h is the word that it is for everybody else, with its f
fraction bits, and l, unsigned, is what that word leaves out. So every operation takes longs; those that hashes are made
of, sums, products and fractions, take and give all 64 bits here. Where pairs (`pairs`) have more range, longs have more
precision: fract(x * 345.67) of a number that is itself the fraction of a product is right after three rounds.

Sums are exact, products right but for the last of the 64 bits; both wrap as words do. Quotients have 50 bits or more,
waves 37 (`longwaves`). A sum costs 4 instructions, a fraction 5, a product up to 25 (7 of them multiplications), by a
word or a constant of few bits a third of that, a quotient by what is the same for all pixels 40. Whoever wants a word
gets the nearest one.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from functools import reduce

from glowjit.ir.core import Operand, Type, const_int
from glowjit.q32 import formats
from glowjit.q32.lowering import double, longwaves, pairs
from glowjit.q32.lowering.double import Long
from glowjit.q32.lowering.emit import Emitter, constant
from glowjit.q32.lowering.site import Pair, Site

Expansion = Callable[[Site], Long]

_WORD = formats.WORD_BITS
_BITS = 30  # of a divisor as a fraction in [1/2, 1),
_INVERSE = 29  # and of its reciprocal, which is 2 at most
_SPARE = 2  # bits of the second word that are dropped where it becomes one with a sign


def _of_two(combine: Callable[[Emitter, Long, Long], Long]) -> Expansion:
    return lambda site: combine(site.emit, *(double.at(site, arg, site.wanted) for arg in site.inst.args))


def _negative(site: Site) -> Long:
    return double.difference(site.emit, (double.ZERO, double.ZERO), double.at(site, site.inst.args[0], site.wanted))


def _absolute(site: Site) -> Long:
    high, low = double.at(site, site.inst.args[0], site.wanted)
    sign = site.emit("sar", high, _WORD - 1)
    return double.difference(site.emit, (site.emit("xor", high, sign), site.emit("xor", low, sign)), (sign, sign))


def _times(site: Site, x: Operand, y: Operand) -> Long:
    """x * y where the result is."""
    (first, x_point), (second, y_point) = _factor(site, x), _factor(site, y)
    return double.product(site.emit, first, second, x_point + y_point - site.wanted)


def _factor(site: Site, operand: Operand) -> tuple[Long, int]:
    """An operand at its own binary point; a constant at the finest."""
    number = constant(operand)
    point = site.fraction(operand) if number is None else double.point_of(Fraction(number))
    return double.at(site, operand, point), point


def _multiply(site: Site) -> Long:
    return _times(site, *site.inst.args)


def _fused(site: Site) -> Long:
    a, b, c = site.inst.args
    return double.total(site.emit, _times(site, a, b), double.at(site, c, site.wanted))


def _dot(site: Site) -> Long:
    half = len(site.inst.args) // 2
    products = [_times(site, x, y) for x, y in zip(site.inst.args[:half], site.inst.args[half:], strict=True)]
    return reduce(lambda x, y: double.total(site.emit, x, y), products)


def _quotient(site: Site) -> Long:
    """x times the reciprocal of y, which is hoisted where y is the same for all pixels. x / 0 is the largest word of
    x's sign."""
    emit = site.emit
    dividend, divisor = site.inst.args
    x, point = _factor(site, dividend)
    number = constant(divisor)
    if number is not None and math.isfinite(number) and number != 0:
        factor = 1 / Fraction(number)
        finest = double.point_of(factor)
        return double.product(emit, x, double.exactly(factor, finest), point + finest - site.wanted)
    m, e = _as_pair(site, divisor)
    product = double.product(emit, x, _reciprocal(site, divisor, m, e), _INVERSE + 2)
    high, low = _shifted(site, product, emit("sub", site.wanted - (point - 2) - _BITS, e))
    farthest = emit("xor", emit("sar", x[0], _WORD - 1), (1 << _WORD - 1) - 1)
    return emit("select", emit("eq", m, 0), farthest, high), low


def _reciprocal(site: Site, divisor: Operand, m: Operand, e: Operand) -> Long:
    """2^30 * 2^e / divisor, of which m * 2^e are the first 30 bits: one more step of Newton's method."""
    emit = site.emit
    unit = _shifted(site, double.at(site, divisor, site.fraction(divisor)), emit("sub", -site.fraction(divisor), e))
    inverse, sign = site.call("q_pair_reciprocal", m), emit("sar", m, _WORD - 1)
    guess = double.difference(emit, (emit("xor", emit("shr", inverse, 2), sign), double.ZERO), (sign, double.ZERO))
    off = double.difference(emit, (const_int(1 << _BITS), double.ZERO), double.product(emit, unit, guess, _INVERSE))
    return double.total(emit, guess, double.product(emit, guess, off, _BITS))


def _shifted(site: Site, x: Long, by: Operand) -> Long:
    high, low = site.emit.call("q_long_shift", [*x, by], [Type.INT, Type.INT])
    return high, low


def _as_pair(site: Site, operand: Operand) -> Pair:
    if operand not in site.lows:
        return pairs.as_pair(site, operand)
    high, low = site.halves(operand)
    above = pairs.pair_of_word(site.emit, high, site.fraction(operand))
    below = pairs.pair_of_word(site.emit, site.emit("shr", low, _SPARE), site.fraction(operand) + _WORD - _SPARE)
    return pairs.total(site, above, below)


def _fraction(site: Site) -> Long:
    """The 64 bits below the point, moved to where the result has them."""
    (operand,) = site.inst.args
    high, low = double.moved(site.emit, site.halves(operand), _WORD - site.fraction(operand))
    site.result_point = min(site.wanted, _WORD - 1)
    down = _WORD - site.result_point
    return site.emit("shr", high, down), double.joined(site.emit, site.emit("shl", high, _WORD - down), low, down)


def _select(site: Site) -> Long:
    condition, x, y = site.inst.args
    chosen = zip(double.at(site, x, site.wanted), double.at(site, y, site.wanted), strict=True)
    high, low = (site.emit("select", site.word(condition), a, b) for a, b in chosen)
    return high, low


EXPANSIONS: dict[str, Expansion] = {
    **longwaves.EXPANSIONS,
    "fadd": _of_two(double.total),
    "fsub": _of_two(double.difference),
    "fneg": _negative,
    "fabs": _absolute,
    "fmul": _multiply,
    "ffma": _fused,
    "fdot": _dot,
    "fdiv": _quotient,
    "ffract": _fraction,
    "select": _select,
}

ENLARGING = frozenset(("fmul", "ffma", "fdot", "fdiv"))
"""What may make the error of an operand larger."""
