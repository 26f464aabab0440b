"""Sines and cosines that are long words: what a hash enlarges has to be known to more than the 30 bits of a fine sine.

The phase has 64 bits of a turn. Terms of the angle that are words, as whole numbers are, go into it with 64 bits of
their factors, so that nothing is lost of them; the library's sine is right to 2^-37. Cost: some 80 instructions, 18 of
them multiplications, and 5 for each term.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from glowjit.ir.core import Operand, Type
from glowjit.q32 import formats
from glowjit.q32.lowering import double, phase
from glowjit.q32.lowering.double import Long
from glowjit.q32.lowering.emit import Emitter
from glowjit.q32.lowering.site import Site

_WORD = formats.WORD_BITS


def _wave(ahead: int) -> Callable[[Site], Long]:
    """The sine of the operand and so much of a turn."""

    def expand(site: Site) -> Long:
        terms, offset = phase.terms(site, site.inst.args[0])
        total = double.exactly(offset + Fraction(ahead, 2**_WORD), _WORD)
        for operand, per_unit in terms.items():
            total = double.total(site.emit, total, _scaled(site, operand, per_unit))
        high, low = site.emit.call("q_sin_long", list(total), [Type.INT] * 2)
        return double.moved(site.emit, (high, low), site.wanted - formats.UNIT_FRACTION)

    return expand


def _scaled(site: Site, operand: Operand, per_unit: Fraction) -> Long:
    """The product of a word, or a long, and a factor, modulo 1; of what was an integer, the integer itself."""
    unsigned = site.facts.definition(operand, "utof")
    source = site.facts.definition(operand, "stof") or unsigned
    if source is not None:
        return _product(site.emit, site.word(source.args[0]), per_unit, "mulhu" if unsigned else "mulhsu")
    per_word = per_unit / Fraction(2) ** site.fraction(operand)
    word, low = site.halves(operand)
    found = _product(site.emit, word, per_word, "mulhsu")
    if low == double.ZERO:
        return found
    return double.total(site.emit, found, _product(site.emit, low, per_word / 2**_WORD, "mulhu"))


def _product(emit: Emitter, word: Operand, factor: Fraction, high_word: str) -> Long:
    high, low = double.exactly(factor, _WORD)
    return emit("add", emit("mul", word, high), emit(high_word, word, low)), emit("mul", word, low)


EXPANSIONS = {"fsin": _wave(0), "fcos": _wave(phase.QUARTER)}
