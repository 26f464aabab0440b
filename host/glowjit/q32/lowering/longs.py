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

from glowjit.ir.core import Operand
from glowjit.q32 import formats
from glowjit.q32.lowering import double, longroots, longwaves, ratios
from glowjit.q32.lowering.double import Long
from glowjit.q32.lowering.emit import Emitter, constant
from glowjit.q32.lowering.site import Site

Expansion = Callable[[Site], Long | list[Long]]

_WORD = formats.WORD_BITS
_INEXACT = 3  # bits at the end of a product with a reciprocal


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
    """By a constant a product, without the last bits: what goes without a rest has none below the point, either."""
    dividend, divisor = site.inst.args
    x, point = _factor(site, dividend)
    number = constant(divisor)
    if number is not None and math.isfinite(number) and number != 0:
        factor = 1 / Fraction(number)
        finest = double.point_of(factor)
        quotient = double.product(site.emit, x, double.exactly(factor, finest), point + finest - site.wanted)
        return double.rounded(site.emit, quotient, _INEXACT) if factor.denominator.bit_count() > 1 else quotient
    return ratios.over(site, x, point, *_factor(site, divisor), site.wanted)


def _fraction(site: Site) -> Long:
    """The 64 bits below the point, moved to where the result has them."""
    (operand,) = site.inst.args
    high, low = double.moved(site.emit, site.halves(operand), _WORD - site.fraction(operand))
    site.result_point = min(site.wanted, _WORD - 1)
    down = _WORD - site.result_point
    return site.emit("shr", high, down), double.joined(site.emit, site.emit("shl", high, _WORD - down), low, down)


def _modulo(site: Site) -> Long:
    """With as many bits as all of them have room for."""
    x, y = site.inst.args
    point = min(site.fraction(x), site.fraction(y), site.wanted)
    rest = ratios.modulo(site, double.at(site, x, point), double.at(site, y, point), point)
    return double.moved(site.emit, rest, site.wanted - point)


def _mix(site: Site) -> Long:
    """a + (b - a) t, the difference where all of it has room."""
    a, b, t = site.inst.args
    point = site.fitting_fraction(a, b) - 1
    way = double.difference(site.emit, double.at(site, b, point), double.at(site, a, point))
    share, t_point = _factor(site, t)
    part = double.product(site.emit, way, share, point + t_point - site.wanted)
    return double.total(site.emit, double.at(site, a, site.wanted), part)


def _select(site: Site) -> Long:
    condition, x, y = site.inst.args
    chosen = zip(double.at(site, x, site.wanted), double.at(site, y, site.wanted), strict=True)
    high, low = (site.emit("select", site.word(condition), a, b) for a, b in chosen)
    return high, low


EXPANSIONS: dict[str, Expansion] = {
    **longroots.EXPANSIONS,
    **longwaves.EXPANSIONS,
    "fadd": _of_two(double.total),
    "fsub": _of_two(double.difference),
    "fneg": _negative,
    "fabs": _absolute,
    "fmul": _multiply,
    "ffma": _fused,
    "fdot": _dot,
    "fdiv": _quotient,
    "fmod": _modulo,
    "fmix": _mix,
    "ffract": _fraction,
    "select": _select,
}

ENLARGING = frozenset(("fmul", "ffma", "fdot", "fmix", "fdiv", "fmod"))
"""What may make the error of an operand larger."""
