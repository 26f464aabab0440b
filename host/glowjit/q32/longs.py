"""Long words: values for which a word has too few bits below the point, as that word and 32 bits more.

A value in `Formats.longs` is (h * 2^32 + l) / 2^(f + 32): h is the word that it is for everybody else, with its f
fraction bits, and l, unsigned, is what that word leaves out. So every operation takes longs; those that hashes are made
of, sums, products and fractions, take and give all 64 bits here. Where pairs (`pairs`) have more range, longs have more
precision: fract(x * 345.67) of a number that is itself the fraction of a product is right after three rounds.

Sums are exact, products right but for the last of the 64 bits; both wrap as words do. Quotients have the 30 bits of
pairs. A sum costs 4 instructions, a fraction 5, a product up to 25 (7 of them multiplications), a third of that by a
word or a constant of few bits, a quotient some 150.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import reduce

from glowjit.ir.core import Operand
from glowjit.q32 import double, formats, pairs
from glowjit.q32.double import Long
from glowjit.q32.emit import Emitter, constant
from glowjit.q32.site import Pair, Site

Expansion = Callable[[Site], Long]

_WORD = formats.WORD_BITS
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
    factors, point = [], 0
    for operand in (x, y):
        number = constant(operand)
        finest = site.fraction(operand) if number is None else double.point_of(Fraction(number))
        factors.append(double.at(site, operand, finest))
        point += finest
    return double.product(site.emit, factors[0], factors[1], point - site.wanted)


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
    """As pairs, whose 30 bits are more than those of a word beside a divisor that may be large."""
    x, y = (_as_pair(site, arg) for arg in site.inst.args)
    m, e = pairs.quotient(site, x, y)
    high = site.call("q_pair_bits", m, site.emit("add", e, site.wanted))
    return high, site.call("q_pair_bits", m, site.emit("add", e, site.wanted + _WORD))


def _as_pair(site: Site, operand: Operand) -> Pair:
    found = pairs.as_pair(site, operand)
    if operand not in site.lows:
        return found
    low = site.emit("shr", site.lows[operand], _SPARE)
    below = pairs.pair_of_word(site.emit, low, site.fraction(operand) + _WORD - _SPARE)
    return pairs.total(site, found, below)


def _fraction(site: Site) -> Long:
    """The 64 bits below the point, moved to where the result has them."""
    (operand,) = site.inst.args
    high, low = double.moved(site.emit, double.own(site, operand), _WORD - site.fraction(operand))
    site.result_point = min(site.wanted, _WORD - 1)
    down = _WORD - site.result_point
    return site.emit("shr", high, down), double.joined(site.emit, site.emit("shl", high, _WORD - down), low, down)


def _select(site: Site) -> Long:
    condition, x, y = site.inst.args
    chosen = zip(double.at(site, x, site.wanted), double.at(site, y, site.wanted), strict=True)
    high, low = (site.emit("select", site.word(condition), a, b) for a, b in chosen)
    return high, low


EXPANSIONS: dict[str, Expansion] = {
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
