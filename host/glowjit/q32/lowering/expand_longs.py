"""The table of expansions where a value is a long: a word, and 32 bits more below its point (`longs`).

Operations of which hashes are made (sums, products, fractions, quotients, sines) take and give all 64 bits here; any
other takes the nearest word. A pair has more range, a long more precision: fract(x * 345.67) of a number that is itself
the fraction of a product is right after three rounds.

Sums are exact, products right but for the last of the 64 bits; both wrap as words do. Quotients have 50 bits or more,
sines 37 (`long_waves`). A sum costs 4 instructions, a fraction 5, a product up to 25 (7 of them multiplications), by a
word or a constant of few bits a third of that, a quotient by what is the same for all pixels 40.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from functools import reduce

from glowjit.ir.core import Operand
from glowjit.ir.ops import dot_terms
from glowjit.q32 import formats
from glowjit.q32.lowering import long_quotients, long_roots, long_waves, longs
from glowjit.q32.lowering.emit import Emitter, constant
from glowjit.q32.lowering.longs import Long
from glowjit.q32.lowering.site import Site

Expansion = Callable[[Site], Long | list[Long]]

_WORD = formats.WORD_BITS
_INEXACT = 3  # bits at the end of a product with a reciprocal


def _of_two(combine: Callable[[Emitter, Long, Long], Long]) -> Expansion:
    return lambda site: combine(site.emit, *(longs.of_operand(site, arg, site.wanted_point) for arg in site.inst.args))


def _negative(site: Site) -> Long:
    return longs.subtract(
        site.emit, (longs.ZERO, longs.ZERO), longs.of_operand(site, site.inst.args[0], site.wanted_point)
    )


def _absolute(site: Site) -> Long:
    high, low = longs.of_operand(site, site.inst.args[0], site.wanted_point)
    sign = site.emit("sar", high, _WORD - 1)
    return longs.subtract(site.emit, (site.emit("xor", high, sign), site.emit("xor", low, sign)), (sign, sign))


def _times(site: Site, x: Operand, y: Operand) -> Long:
    """x * y where the result is."""
    (first, x_point), (second, y_point) = _factor(site, x), _factor(site, y)
    return longs.multiply(site.emit, first, second, x_point + y_point - site.wanted_point)


def _factor(site: Site, operand: Operand) -> tuple[Long, int]:
    """An operand at its own binary point; a constant at the finest."""
    number = constant(operand)
    point = site.point_of(operand) if number is None else longs.finest_point(Fraction(number))
    return longs.of_operand(site, operand, point), point


def _multiply(site: Site) -> Long:
    return _times(site, *site.inst.args)


def _fused(site: Site) -> Long:
    a, b, c = site.inst.args
    return longs.add(site.emit, _times(site, a, b), longs.of_operand(site, c, site.wanted_point))


def _dot(site: Site) -> Long:
    products = [_times(site, x, y) for x, y in dot_terms(site.inst.args)]
    return reduce(lambda x, y: longs.add(site.emit, x, y), products)


def _quotient(site: Site) -> Long:
    """By a constant a product, without the last bits: what goes without a rest has none below the point, either."""
    dividend, divisor = site.inst.args
    x, point = _factor(site, dividend)
    number = constant(divisor)
    if number is not None and math.isfinite(number) and number != 0:
        factor = 1 / Fraction(number)
        finest = longs.finest_point(factor)
        quotient = longs.multiply(site.emit, x, longs.of_number(factor, finest), point + finest - site.wanted_point)
        return longs.round_off(site.emit, quotient, _INEXACT) if factor.denominator.bit_count() > 1 else quotient
    return long_quotients.divide(site, x, point, *_factor(site, divisor), site.wanted_point)


def _fraction(site: Site) -> Long:
    """The 64 bits below the point, moved to where the result has them."""
    (operand,) = site.inst.args
    high, low = longs.shift(site.emit, site.halves(operand), _WORD - site.point_of(operand))
    site.result_point = min(site.wanted_point, _WORD - 1)
    down = _WORD - site.result_point
    return site.emit("shr", high, down), longs.joined(site.emit, site.emit("shl", high, _WORD - down), low, down)


def _modulo(site: Site) -> Long:
    """With as many bits as all of them have room for."""
    x, y = site.inst.args
    point = min(site.point_of(x), site.point_of(y), site.wanted_point)
    rest = long_quotients.modulo(site, longs.of_operand(site, x, point), longs.of_operand(site, y, point), point)
    return longs.shift(site.emit, rest, site.wanted_point - point)


def _mix(site: Site) -> Long:
    """a + (b - a) t, the difference where all of it has room."""
    a, b, t = site.inst.args
    point = site.fitting_point(a, b) - 1
    way = longs.subtract(site.emit, longs.of_operand(site, b, point), longs.of_operand(site, a, point))
    share, t_point = _factor(site, t)
    part = longs.multiply(site.emit, way, share, point + t_point - site.wanted_point)
    return longs.add(site.emit, longs.of_operand(site, a, site.wanted_point), part)


def _select(site: Site) -> Long:
    condition, x, y = site.inst.args
    chosen = zip(
        longs.of_operand(site, x, site.wanted_point), longs.of_operand(site, y, site.wanted_point), strict=True
    )
    high, low = (site.emit("select", site.word(condition), a, b) for a, b in chosen)
    return high, low


EXPANSIONS: dict[str, Expansion] = {
    **long_roots.EXPANSIONS,
    **long_waves.EXPANSIONS,
    "fadd": _of_two(longs.add),
    "fsub": _of_two(longs.subtract),
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
