"""Angles in turns: the argument of sin, cos and tan as a 32-bit fraction of a turn, which wraps as the angle does.

A word of Q16.16 radians times 2^16 / 2 pi is a phase; the product modulo 2^32 is right for every word, where a
reduction modulo a rounded 2 pi drifts. Factors and constants inside the argument go into that product: sin(k x + c)
multiplies once, in full precision and without overflow, and what is added by a term that is the same for all pixels
is converted once per frame. The way Pixelblaze's wave() and TI's IQmath *PU functions take their argument.
"""

from __future__ import annotations

import math
from fractions import Fraction

from glowjit.ir.core import Inst, Operand, Value, const_int
from glowjit.ir.ops import dot_terms
from glowjit.q32 import formats
from glowjit.q32.lowering import longs, pairs, products
from glowjit.q32.lowering.emit import constant
from glowjit.q32.lowering.site import Site
from glowjit.q32.ranges import Facts

# 1 / 2 pi to 120 bits, so that a factor's fraction is right to its last bit.
_TURNS_PER_RADIAN = Fraction(0x28BE60DB9391054A7F09D5F47D4D37, 2**120)
_TURN = 2**formats.WORD_BITS
QUARTER = _TURN // 4
_MOST_PARTS = 64  # that an angle is taken apart into
_FARTHER = 64.0  # times as large as it was seen may be what is in an angle: loops have turns that nobody looked at
_SPARE = 2.0  # bits by which each term is better than the sum has to be

# The bits of a factor's fraction that count: the 20 of one load-upper-immediate, off by 2^-22 turns at the worst word.
_FRACTION_GRID = 2**12

_ROUND_NUMBER = 2**10
_CHANCE = _ROUND_NUMBER // 8  # farther away, every number may be meant to be round
_LITERAL_ERROR = Fraction(1, 2**23)  # SPIR-V has literals as singles

_FACTORS = {"fneg": -1.0, "fradians": math.pi / 180, "fdegrees": 180 / math.pi}


def turns(site: Site, angle: Operand, fine: bool = False, behind: int = 0, need: float = math.inf) -> Operand:
    """The phase of `angle`, a float operand in radians, less `behind`, as a 32-bit fraction of a turn.

    It is right to its last bits if `fine`, else to `need` fraction bits of the angle. A fine angle, and one that is
    beyond the border's format, is taken apart into all the terms that it is a sum of: in a phase, no sum overflows or
    is rounded. Terms that are the same for all pixels are summed first.
    """
    deep = fine or site.point_of(angle) < formats.BORDER_FRACTION
    found, offset = _collect(site.facts, angle, Fraction(1), deep)
    shift = (round(offset * _TURNS_PER_RADIAN * _TURN) - behind) % _TURN
    tolerance = 2.0 ** -(need + _SPARE) / math.tau * _TURN
    total: Operand | None = const_int(shift) if shift else None
    for operand in sorted(found, key=lambda term: not site.facts.same_for_all_pixels(term)):
        allowed = 0.0 if site.facts.same_for_all_pixels(operand) else tolerance
        phase = _scaled(site, operand, found[operand], 1 if fine else _FRACTION_GRID, allowed)
        if phase != 0:
            total = site.emit.add(total, const_int(phase) if isinstance(phase, int) else phase)
    return const_int(0) if total is None else total


def terms(site: Site, angle: Operand) -> tuple[dict[Operand, Fraction], Fraction]:
    """The terms of an angle in turns: operands with their factors, and a constant."""
    return _collect(site.facts, angle, _TURNS_PER_RADIAN, deep=True)


def _scaled(site: Site, operand: Operand, factor: Fraction, grid: int, allowed: float) -> Operand | int:
    """The phase of `factor * operand`.

    A factor that is a round number but for the rounding of a literal is taken as round: 6.2831853 x costs a shift. An
    operand that was made from an int is used as the int. An error of `allowed`, in units of the phase, may save
    instructions.
    """
    if operand in site.pairs and _is_cut(site, operand):
        return site.call("q_pair_turns", *pairs.multiply(site, site.pairs[operand], pairs.of_number(float(factor))))
    if operand in site.lows:
        return longs.turns(site, operand, factor * _TURNS_PER_RADIAN)[0]
    unsigned = site.facts.definition(operand, "utof")
    source = site.facts.definition(operand, "stof") or unsigned
    word = site.own(operand if source is None else source.args[0])
    high = "mulhu" if unsigned else "mulhsu"
    fraction_bits = site.point_of(operand) if source is None else 0
    per_word = factor * _TURNS_PER_RADIAN * 2 ** (formats.WORD_BITS - fraction_bits)
    whole = round(per_word / _ROUND_NUMBER) * _ROUND_NUMBER
    if grid > 1 and abs(per_word - whole) < abs(per_word) * _LITERAL_ERROR < _CHANCE:
        return products.by_whole(site.emit, word, whole)
    largest = min(site.size(operand) * 2.0**fraction_bits, _TURN)
    if abs(per_word - round(per_word)) * largest <= allowed:
        return products.by_whole(site.emit, word, round(per_word))
    whole = math.floor(per_word)
    up = abs(whole).bit_length()
    if up and 2**up <= allowed:
        return _coarse(site, word, per_word, up, high)
    fraction = round((per_word - whole) * 2**formats.WORD_BITS / grid) * grid
    return products.by_parts(site.emit, word, whole, fraction, high)


def _is_cut(site: Site, operand: Operand) -> bool:
    """Whether the word of a pair may lack bits, above or below, that its angle needs."""
    basis = site.facts.formats.basis.get(operand) if isinstance(operand, Value) else None
    point = site.point_of(operand)
    if basis is not None and basis.whole:
        return point < 0
    farther = basis is not None and basis.kind != "proven" and _FARTHER * basis.large > formats.limits(point)[1]
    return farther or point < formats.BORDER_FRACTION


def _coarse(site: Site, word: Operand, per_word: Fraction, up: int, high: str) -> Operand:
    """The product without its lowest `up` bits, |per_word| < 2^up, and not so near to it that it is a whole number."""
    fraction = round(abs(per_word) * 2 ** (formats.WORD_BITS - up))
    product = products.up(site.emit, site.emit(high, word, fraction), up)
    return site.emit("sub", 0, product) if per_word < 0 else product


def _collect(facts: Facts, angle: Operand, factor: Fraction, deep: bool) -> tuple[dict[Operand, Fraction], Fraction]:
    """The terms that `factor * angle` is the sum of: operands with their factors, and a constant.

    Values are visited in topological order, so that one that occurs twice is taken apart once, with its whole factor;
    at most `_MOST_PARTS` are.
    """
    parts: dict[Operand, list[tuple[Operand, Fraction]]] = {}
    order: list[Operand] = []

    def visit(operand: Operand) -> None:
        parts[operand] = _parts(facts, operand, deep) if len(parts) < _MOST_PARTS else []
        for part, _ in reversed(parts[operand]):
            if part not in parts:
                visit(part)
        order.append(operand)

    visit(angle)
    factors = dict.fromkeys(order, Fraction(0))
    factors[angle] = factor
    terms: dict[Operand, Fraction] = {}
    offset = Fraction(0)
    for operand in reversed(order):
        number = constant(operand)
        if number is not None:
            offset += factors[operand] * Fraction(number) if math.isfinite(number) else 0
        elif not parts[operand]:
            terms[operand] = factors[operand]
        for part, scale in parts[operand]:
            factors[part] += factors[operand] * scale
    return terms, offset


def _parts(facts: Facts, operand: Operand, deep: bool) -> list[tuple[Operand, Fraction]]:
    """The terms that a value is directly the sum of, with their factors; nothing if it is a term itself."""
    inst = facts.defs.get(operand) if isinstance(operand, Value) else None
    if inst is None:
        return []
    if inst.op in _FACTORS:
        return [(inst.args[0], Fraction(_FACTORS[inst.op]))]
    if inst.op == "fmul":
        for scale, other in (inst.args, inst.args[::-1]):
            number = constant(scale)
            if number is not None and math.isfinite(number):
                return [(other, Fraction(number))]
    divisor = constant(inst.args[1]) if inst.op == "fdiv" else None
    if divisor is not None and divisor != 0 and math.isfinite(divisor):
        return [(inst.args[0], 1 / Fraction(divisor))]
    if inst.op == "fdot" and deep and (scales := _scales(inst)):
        return [(x, Fraction(scale)) for x, scale in scales]
    if inst.op not in ("fadd", "fsub") or facts.range(operand).whole:
        return []  # exact as it is: the sum of two parts that are rounded, where it is 0, need not be 0
    if deep or any(map(facts.same_for_all_pixels, inst.args)):
        first, second = inst.args
        return [(first, Fraction(1)), (second, Fraction(1 if inst.op == "fadd" else -1))]
    return []


def _scales(dot: Inst) -> list[tuple[Operand, float]]:
    """The components and constant factors of a dot product; nothing if it has other factors."""
    first, second = zip(*dot_terms(dot.args), strict=True)
    for vector, factors in ((first, second), (second, first)):
        numbers = [number for number in map(constant, factors) if number is not None and math.isfinite(number)]
        if len(numbers) == len(vector):
            return list(zip(vector, numbers, strict=True))
    return []
