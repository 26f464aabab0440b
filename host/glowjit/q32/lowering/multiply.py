"""Products of float operands: which form of `products` fits what is known of the factors.

Sums of products (dot, mix, fma) are here too. Every function takes the `Site` of its instruction and returns the
operand that takes the place of the result.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from glowjit.ir.core import Const, Operand, const_int
from glowjit.ir.ops import dot_terms
from glowjit.q32 import formats
from glowjit.q32.lowering import products, vectors
from glowjit.q32.lowering.emit import constant
from glowjit.q32.lowering.site import Site, aligned
from glowjit.q32.ranges import Range


@dataclass(frozen=True, slots=True)
class Factor:
    """One side of a product: its word, range and fraction bits, and the float operand behind it if there is one."""

    word: Operand
    range: Range
    fraction: int
    operand: Operand | None = None


def factor_of(site: Site, operand: Operand) -> Factor:
    return Factor(site.own(operand), site.facts.range(operand), site.point_of(operand), operand)


def multiply(site: Site, x: Factor, y: Factor) -> Operand | int:
    """x * y in the cheapest form; sets `site.result_point`."""
    site.result_point = site.wanted_point
    for this, other in ((x, y), (y, x)):
        number, beside = constant(this.operand), constant(other.operand)
        if number is not None and math.isfinite(number):
            if beside is not None and math.isfinite(beside):  # its word may saturate
                return formats.word(number * beside, site.wanted_point)
            return by_constant(site, other, number)
    shift = x.fraction + y.fraction - site.wanted_point
    for this, other in ((x, y), (y, x)):
        whole = _integer_of(site, this) if other.fraction <= site.wanted_point else None
        if whole is not None:
            site.result_point = other.fraction
            return site.emit("mul", other.word, whole)
    for this, other in ((x, y), (y, x)):
        if this.range.unit and other.fraction >= site.wanted_point:
            site.result_point = other.fraction
            return site.emit("mulhsu", other.word, _as_fraction(site, this))
    if 0 < shift < formats.WORD_BITS and _is_short(x, y):
        site.result_point += shift
        return site.emit("mul", x.word, y.word)
    shifts = _narrow_shifts(site, x, y)
    if shifts is None:
        return products.general(site.emit, x.word, y.word, shift)
    return products.narrow(site.emit, x.word, y.word, shifts)


def _is_short(x: Factor, y: Factor) -> bool:
    """Whether the product of the words is a word."""
    return products.room(x.range, x.fraction) + products.room(y.range, y.fraction) >= formats.WORD_BITS


def _narrow_shifts(site: Site, x: Factor, y: Factor) -> tuple[int, int] | None:
    x_room, y_room = products.room(x.range, x.fraction), products.room(y.range, y.fraction)
    return products.narrow_shifts(x_room, y_room, x.fraction + y.fraction - site.wanted_point)


def by_constant(site: Site, x: Factor, number: float) -> Operand | int:
    """x * number. If x was made from an int and the word of `number` is exact, one integer product of the two."""
    site.result_point = site.wanted_point
    whole = math.ldexp(number, site.wanted_point)
    source = site.facts.definition(x.operand, "stof") or site.facts.definition(x.operand, "utof")
    if source is not None and whole.is_integer() and x.fraction >= 0:
        return products.by_whole(site.emit, site.word(source.args[0]), int(whole))
    return products.by_constant(site.emit, x.word, math.ldexp(number, site.wanted_point - x.fraction))


def _integer_of(site: Site, factor: Factor) -> Operand | None:
    """The integer that a whole float stands for, if that takes no more than a shift; else None."""
    if factor.fraction < 0:
        return None
    source = site.facts.definition(factor.operand, "stof") or site.facts.definition(factor.operand, "utof")
    if source is not None:
        return site.word(source.args[0])
    if factor.range.whole and factor.operand is None:
        return aligned(site.emit, factor.word, -factor.fraction)
    return whole_part(site, factor.word, factor.operand) if factor.range.whole else None


def whole_part(site: Site, word: Operand, operand: Operand | None) -> Operand:
    """The integer of a whole word. That of floor(x) is taken from x, so that the floor may become dead."""
    assert operand is not None
    floor = site.facts.definition(operand, "ffloor")
    if floor is not None and site.point_of(floor.args[0]) > 0 and not site.facts.range(floor.args[0]).whole:
        operand, (word, _) = floor.args[0], site.halves(floor.args[0])
    return aligned(site.emit, word, -site.point_of(operand))


def _as_fraction(site: Site, factor: Factor) -> Operand:
    """A value in [0, 1) as a 32-bit fraction. That of x - floor(x) are the low bits of x."""
    origin = site.facts.fraction_origin(factor.operand)
    if origin is not None and origin not in site.pairs and site.point_of(origin) > 0:
        return aligned(site.emit, site.own(origin), formats.WORD_BITS - site.point_of(origin))
    product = site.facts.definition(factor.operand, "fmul")
    if product is not None and all(site.facts.range(arg).unit for arg in product.args):
        return site.emit("mulhu", *(_as_fraction(site, factor_of(site, arg)) for arg in product.args))
    return aligned(site.emit, factor.word, formats.WORD_BITS - factor.fraction)


def product(site: Site) -> Operand | int:
    x, y = site.inst.args
    for component, factor in ((x, y), (y, x)):
        unit = vectors.times_inverse_root(site, component, factor)
        if unit is not None:
            return unit
    return multiply(site, factor_of(site, x), factor_of(site, y))


def fused(site: Site) -> Operand:
    a, b, c = site.inst.args
    return site.emit("add", _at_result(site, a, b), _added(site, c))


def _at_result(site: Site, a: Operand, b: Operand) -> Operand:
    """a * b at the binary point of the result."""
    return _product_at_result(site, factor_of(site, a), factor_of(site, b))


def _product_at_result(site: Site, x: Factor, y: Factor) -> Operand:
    found = as_operand(multiply(site, x, y))
    found = aligned(site.emit, found, site.wanted_point - site.result_point)
    site.result_point = site.wanted_point
    return found


def _added(site: Site, operand: Operand) -> Operand:
    return site.word(operand, site.wanted_point, wraps=True)


def as_operand(found: Operand | int) -> Operand:
    return const_int(found) if isinstance(found, int) else found


def mix(site: Site) -> Operand:
    """a + (b - a) t. A difference of constants is a constant factor, which keeps 32 fraction bits."""
    a, b, t = site.inst.args
    low, high = constant(a), constant(b)
    if low is not None and high is not None:
        way, op = (high - low, "add") if low <= high else (low - high, "sub")
        return site.emit(op, _added(site, a), as_operand(by_constant(site, factor_of(site, t), way)))
    if low == 0:
        return as_operand(multiply(site, factor_of(site, b), factor_of(site, t)))
    point = site.fitting_point(a, b)
    difference = site.emit("sub", site.word(b, point), site.word(a, point))
    span = site.facts.span(site.range(1), site.range(0), point)
    product = _product_at_result(site, Factor(difference, span, point), factor_of(site, t))
    return site.emit("add", _added(site, a), product)


def spelled_mix(site: Site) -> Operand | None:
    """A sum that is written a + (b - a) t, as a (1 - t) + b t, because b - a may overflow; None for other sums.

    1 - t may overflow too: in ulps it is 2^16 + 1 + ~t.
    """
    for a, product in (site.inst.args, site.inst.args[::-1]):
        scaled = site.facts.definition(product, "fmul") if site.exact else None
        for way, t in (scaled.args, scaled.args[::-1]) if scaled is not None else ():
            difference = site.facts.definition(way, "fsub")
            if difference is not None and difference.args[1] == a:
                ones, rest = const_int(formats.word(1.0) + 1), site.emit("xor", site.word(t), -1)
                first, last = site.word(a), site.word(difference.args[0])
                return products.dot(
                    site.emit, [(first, ones), (first, rest), (last, site.word(t))], formats.BORDER_FRACTION
                )
    return None


def dot(site: Site) -> Operand:
    """Products that have a cheaper form are added one by one, all others with one `products.dot`."""
    factors = [factor_of(site, arg) for arg in site.inst.args]
    total: Operand | None = None
    general: list[tuple[Factor, Factor]] = []
    for x, y in dot_terms(factors):
        if _is_general(site, x, y):
            general.append((x, y))
        else:
            total = site.emit.add(total, _product_at_result(site, x, y))
    for shift, pairs in _by_shift(site, general).items():
        found = products.dot(site.emit, pairs, shift) if len(pairs) > 1 else None
        total = site.emit.add(total, found or products.general(site.emit, *pairs[0], shift))
    site.result_point = site.wanted_point
    assert total is not None
    return total


def _by_shift(site: Site, pairs: list[tuple[Factor, Factor]]) -> dict[int, list[tuple[Operand, Operand]]]:
    """Pairs of words, grouped by how many bits their product is to be shifted down."""
    found: dict[int, list[tuple[Operand, Operand]]] = {}
    for x, y in pairs:
        found.setdefault(x.fraction + y.fraction - site.wanted_point, []).append((x.word, y.word))
    return found


def _is_general(site: Site, x: Factor, y: Factor) -> bool:
    """Whether nothing is known that makes the product of x and y cheaper than the general form."""
    known = any(isinstance(this.operand, Const) or this.range.whole or this.range.unit for this in (x, y))
    shift = x.fraction + y.fraction - site.wanted_point
    cheaper = known or _is_short(x, y) or _narrow_shifts(site, x, y) is not None
    return not cheaper and products.DOT_ROOM < shift < formats.WORD_BITS
