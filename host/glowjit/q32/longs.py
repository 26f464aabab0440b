"""Long words: values for which a word has too few bits below the point, as that word and 32 bits more.

A value in `Formats.longs` is (h * 2^32 + l) / 2^(f + 32): h is the word that it is for everybody else, with its f
fraction bits, and l, unsigned, is what that word leaves out. So every operation takes longs; those that hashes are made
of, sums, products and fractions, take and give all 64 bits here. Where pairs (`pairs`) have more range, longs have more
precision: fract(x * 345.67) of a number that is itself the fraction of a product is right after three rounds.

Sums are exact, products right but for the last of the 64 bits; both wrap as words do. A sum costs 4 instructions, a
fraction 5, a product up to 25 (7 of them multiplications), a third of that by a word or a constant of few bits.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import reduce

from glowjit.ir.core import Operand, const_int
from glowjit.q32 import formats
from glowjit.q32.emit import Emitter, constant
from glowjit.q32.site import Site

Long = tuple[Operand, Operand]  # h, l
Expansion = Callable[[Site], Long]

_WORD = formats.WORD_BITS
_ZERO = const_int(0)


def turns(site: Site, operand: Operand, per_unit: Fraction) -> Operand:
    """The product of a long and a factor, modulo 1, as a 32-bit fraction."""
    point = _point_of(per_unit)
    factor = _exactly(per_unit, point)
    return _product(site.emit, _own(site, operand), factor, site.fraction(operand) + point - _WORD)[0]


# --- operands --------------------------------------------------------------------------------------------------------


def _own(site: Site, operand: Operand) -> Long:
    """An operand that is no constant at its own binary point."""
    return site.own(operand), site.lows.get(operand, _ZERO)


def _at(site: Site, operand: Operand, point: int) -> Long:
    """An operand with `point` fraction bits in its word."""
    number = constant(operand)
    if number is None:
        return _moved(site.emit, _own(site, operand), point - site.fraction(operand))
    return _exactly(Fraction(number), point) if math.isfinite(number) else (site.word(operand, point), _ZERO)


def _exactly(number: Fraction, point: int) -> Long:
    """A number modulo what a word of so many fraction bits holds."""
    bits = math.floor(number * Fraction(2) ** (point + _WORD))
    return const_int(bits >> _WORD), const_int(bits)


def _point_of(number: Fraction) -> int:
    """The most fraction bits that the word of a number may have, with the sign bit free for a power of two."""
    return formats.fit(abs(float(number)) * (1 + 2.0**-30)) if number else 0


# --- arithmetic modulo 2^64 ------------------------------------------------------------------------------------------


def _moved(emit: Emitter, x: Long, by: int) -> Long:
    """x * 2^by, -64 < by < 64."""
    high, low = x
    if by == 0:
        return x
    if by >= _WORD:
        return _shifted(emit, "shl", low, by - _WORD), _ZERO
    if by <= -_WORD:
        return emit("sar", high, _WORD - 1), _shifted(emit, "sar", high, -by - _WORD)
    if by > 0:
        return _joined(emit, emit("shl", high, by), "shr", low, _WORD - by), _shifted(emit, "shl", low, by)
    return emit("sar", high, -by), _joined(emit, emit("shl", high, _WORD + by), "shr", low, -by)


def _shifted(emit: Emitter, op: str, word: Operand, by: int) -> Operand:
    return emit(op, word, by) if by and word != _ZERO else word


def _joined(emit: Emitter, bits: Operand, op: str, word: Operand, by: int) -> Operand:
    """The bits of two words that do not overlap, one of them shifted."""
    return bits if word == _ZERO else emit("or", bits, emit(op, word, by))


def _sum(emit: Emitter, x: Long, y: Long) -> Long:
    high = emit("add", x[0], y[0])
    if _ZERO in (x[1], y[1]):
        return high, y[1] if x[1] == _ZERO else x[1]
    low = emit("add", x[1], y[1])
    return emit("add", high, emit("btoi", emit("ltu", low, x[1]))), low


def _difference(emit: Emitter, x: Long, y: Long) -> Long:
    high = emit("sub", x[0], y[0])
    if y[1] == _ZERO:
        return high, x[1]
    return emit("sub", high, emit("btoi", emit("ltu", x[1], y[1]))), emit("sub", x[1], y[1])


def _product(emit: Emitter, x: Long, y: Long, down: int) -> Long:
    """The bits of x * y from 32 + `down` on, -32 < down < 64: those of the product of the words, that of each word and
    the other's low bits, and what is carried from the product of the low bits."""
    outer: Long = emit("mulh", x[0], y[0]), emit("mul", x[0], y[0])
    inner: list[Operand] = [emit("mulhu", x[1], y[1])] if _ZERO not in (x[1], y[1]) else []
    for high, low in ((x[0], y[1]), (y[0], x[1])):
        if low != _ZERO:
            crossed = emit("mulhsu", high, low)
            outer = _sum(emit, outer, (emit("sar", crossed, _WORD - 1), crossed))
            inner.append(emit("mul", high, low))
    last, carries = _total(emit, inner)
    for carry in carries:
        outer = _sum(emit, outer, (_ZERO, carry))
    if down >= _WORD:
        return _moved(emit, outer, _WORD - down)
    low_half = _moved(emit, (outer[1], last), -down)
    return low_half if down <= 0 else (_moved(emit, outer, _WORD - down)[0], low_half[1])


def _total(emit: Emitter, words: Sequence[Operand]) -> tuple[Operand, list[Operand]]:
    """The sum of unsigned words modulo 2^32, and what is carried each time."""
    total: Operand = words[0] if words else _ZERO
    carries: list[Operand] = []
    for word in words[1:]:
        total = emit("add", total, word)
        carries.append(emit("btoi", emit("ltu", total, word)))
    return total, carries


# --- operations ------------------------------------------------------------------------------------------------------


def _of_two(combine: Callable[[Emitter, Long, Long], Long]) -> Expansion:
    return lambda site: combine(site.emit, *(_at(site, arg, site.wanted) for arg in site.inst.args))


def _negative(site: Site) -> Long:
    return _difference(site.emit, (_ZERO, _ZERO), _at(site, site.inst.args[0], site.wanted))


def _absolute(site: Site) -> Long:
    high, low = _at(site, site.inst.args[0], site.wanted)
    sign = site.emit("sar", high, _WORD - 1)
    return _difference(site.emit, (site.emit("xor", high, sign), site.emit("xor", low, sign)), (sign, sign))


def _times(site: Site, x: Operand, y: Operand) -> Long:
    """x * y where the result is."""
    factors, point = [], 0
    for operand in (x, y):
        number = constant(operand)
        finest = site.fraction(operand) if number is None else _point_of(Fraction(number))
        factors.append(_at(site, operand, finest))
        point += finest
    return _product(site.emit, factors[0], factors[1], point - site.wanted)


def _multiply(site: Site) -> Long:
    return _times(site, *site.inst.args)


def _fused(site: Site) -> Long:
    a, b, c = site.inst.args
    return _sum(site.emit, _times(site, a, b), _at(site, c, site.wanted))


def _dot(site: Site) -> Long:
    half = len(site.inst.args) // 2
    products = [_times(site, x, y) for x, y in zip(site.inst.args[:half], site.inst.args[half:], strict=True)]
    return reduce(lambda x, y: _sum(site.emit, x, y), products)


def _fraction(site: Site) -> Long:
    """The 64 bits below the point, moved to where the result has them."""
    (operand,) = site.inst.args
    high, low = _moved(site.emit, _own(site, operand), _WORD - site.fraction(operand))
    site.result_point = min(site.wanted, _WORD - 1)
    down = _WORD - site.result_point
    return site.emit("shr", high, down), _joined(site.emit, site.emit("shl", high, _WORD - down), "shr", low, down)


def _select(site: Site) -> Long:
    condition, x, y = site.inst.args
    chosen = zip(_at(site, x, site.wanted), _at(site, y, site.wanted), strict=True)
    high, low = (site.emit("select", site.word(condition), a, b) for a, b in chosen)
    return high, low


EXPANSIONS: dict[str, Expansion] = {
    "fadd": _of_two(_sum),
    "fsub": _of_two(_difference),
    "fneg": _negative,
    "fabs": _absolute,
    "fmul": _multiply,
    "ffma": _fused,
    "fdot": _dot,
    "ffract": _fraction,
    "select": _select,
}
