"""Products of float operands: which form of `products` fits what is known of the factors.

Sums of products (dot, mix, fma) are here too. Every function takes the `Site` of its instruction and returns the
operand that takes the place of the result.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from glowjit.ir.core import Const, Operand, const_int
from glowjit.q32 import formats, products, vectors
from glowjit.q32.emit import constant
from glowjit.q32.ranges import Range
from glowjit.q32.site import Site


@dataclass(frozen=True, slots=True)
class Factor:
    """One side of a product: its word and range, and the float operand behind it if there is one."""

    word: Operand
    range: Range
    operand: Operand | None = None


def factor_of(site: Site, operand: Operand) -> Factor:
    return Factor(site.word(operand), site.facts.range(operand), operand)


def multiply(site: Site, x: Factor, y: Factor) -> Operand | int:
    """x * y in the cheapest form."""
    for this, other in ((x, y), (y, x)):
        number = constant(this.operand)
        if number is not None and math.isfinite(number):
            return by_constant(site, other, number)
    for this, other in ((x, y), (y, x)):
        whole = _integer_of(site, this)
        if whole is not None:
            return site.emit("mul", other.word, whole)
    for this, other in ((x, y), (y, x)):
        if this.range.unit:
            return site.emit("mulhsu", other.word, _as_fraction(site, this))
    shift = products.narrow_shift(x.range, y.range, site.point)
    if shift is None:
        return products.general(site.emit, x.word, y.word, site.point)
    return products.narrow(site.emit, x.word, y.word, shift, site.point)


def by_constant(site: Site, x: Factor, number: float) -> Operand | int:
    """x * number; of an integer, by the number's word if that is exact: then nothing has to be moved up."""
    whole = number * 2**site.point
    source = site.facts.definition(x.operand, "stof") or site.facts.definition(x.operand, "utof")
    if source is not None and whole.is_integer():
        return products.by_whole(site.emit, site.word(source.args[0]), int(whole))
    return products.by_constant(site.emit, x.word, number)


def _integer_of(site: Site, factor: Factor) -> Operand | None:
    """The integer that a whole float value stands for, if it is at hand or one shift away."""
    source = site.facts.definition(factor.operand, "stof") or site.facts.definition(factor.operand, "utof")
    if source is not None:
        return site.word(source.args[0])
    return whole_part(site, factor.word, factor.operand) if factor.range.whole else None


def whole_part(site: Site, word: Operand, operand: Operand | None) -> Operand:
    """The integer of a whole word: that of floor(x) is in x."""
    floor = site.facts.definition(operand, "ffloor")
    return site.emit("sar", word if floor is None else site.word(floor.args[0]), site.point)


def _as_fraction(site: Site, factor: Factor) -> Operand:
    """A value in [0, 1) as a 32-bit fraction. That of x - floor(x) is in x; that of a product of such is a product."""
    up = formats.WORD_BITS - site.point
    origin = site.facts.fraction_origin(factor.operand)
    if origin is not None:
        return site.emit("shl", site.word(origin), up)
    product = site.facts.definition(factor.operand, "fmul")
    if product is not None and all(site.facts.range(arg).unit for arg in product.args):
        return site.emit("mulhu", *(_as_fraction(site, factor_of(site, arg)) for arg in product.args))
    return site.emit("shl", factor.word, up)


def product(site: Site) -> Operand | int:
    x, y = site.inst.args
    for component, factor in ((x, y), (y, x)):
        unit = vectors.times_inverse_root(site, component, factor)
        if unit is not None:
            return unit
    return multiply(site, factor_of(site, x), factor_of(site, y))


def fused(site: Site) -> Operand:
    a, b, c = site.inst.args
    return site.emit("add", as_operand(multiply(site, factor_of(site, a), factor_of(site, b))), site.word(c))


def as_operand(found: Operand | int) -> Operand:
    return const_int(found) if isinstance(found, int) else found


def mix(site: Site) -> Operand:
    """a + (b - a) t; the difference of constants is a constant, so one of 32 bits after the point."""
    a, b, t = site.inst.args
    low, high = constant(a), constant(b)
    if low is not None and high is not None:
        way, op = (high - low, "add") if low <= high else (low - high, "sub")
        return site.emit(op, site.word(a), as_operand(products.by_constant(site.emit, site.word(t), way)))
    if low == 0:
        return as_operand(multiply(site, factor_of(site, b), factor_of(site, t)))
    difference = site.emit("sub", site.word(b), site.word(a))
    span = site.facts.span(site.range(1), site.range(0))
    product = multiply(site, Factor(difference, span), factor_of(site, t))
    return site.emit("add", site.word(a), as_operand(product))


def dot(site: Site) -> Operand:
    """Products that have a cheaper form are added one by one, the others at once."""
    half = len(site.inst.args) // 2
    factors = [factor_of(site, arg) for arg in site.inst.args]
    total: Operand | None = None
    general: list[tuple[Operand, Operand]] = []
    for x, y in zip(factors[:half], factors[half:], strict=True):
        if _is_general(site, x, y):
            general.append((x.word, y.word))
        else:
            total = site.emit.add(total, as_operand(multiply(site, x, y)))
    if len(general) == 1:
        total = site.emit.add(total, products.general(site.emit, *general[0], site.point))
    elif general:
        total = site.emit.add(total, products.dot(site.emit, general, site.point))
    assert total is not None
    return total


def _is_general(site: Site, x: Factor, y: Factor) -> bool:
    """Whether nothing is known that makes the product of x and y cheaper than the general form."""
    known = any(isinstance(this.operand, Const) or this.range.whole or this.range.unit for this in (x, y))
    return not known and products.narrow_shift(x.range, y.range, site.point) is None
