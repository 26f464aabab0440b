"""Waves that are long words: what a hash enlarges has to be known to more than the 30 bits of a fine sine.

The phase has 64 bits of a turn. Terms of the angle that are words, as whole numbers are, go into it with 64 bits of
their factors, so that nothing is lost of them; the library's sine is right to 2^-37. Cost: some 80 instructions, 18 of
them multiplications, and 5 for each term. For the hash of a hash there is one that is right to 2^-52, for half as much
again. A tangent is the quotient of two.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from glowjit.q32 import formats
from glowjit.q32.lowering import long_quotients, longs, phase
from glowjit.q32.lowering.longs import Long
from glowjit.q32.lowering.site import Site

_WORD = formats.WORD_BITS
_SHORTER = 36.0  # bits that are right of a shorter sine,
_NEAR_POLES = 20.0  # and of a tangent where the cosine is small


def _wave(ahead: int) -> Callable[[Site], Long]:
    return lambda site: longs.shift(site.emit, _sine(site, ahead), site.wanted_point - formats.UNIT_FRACTION)


def _sine(site: Site, ahead: int, shorter: float = _SHORTER) -> Long:
    """The sine of the operand and so much of a turn, Q30; the shorter one where so many bits are enough."""
    fine = site.basis is None or site.basis.need > shorter
    terms, offset = phase.terms(site, site.inst.args[0])
    total = longs.of_number(offset + Fraction(ahead, 2**_WORD), _WORD)
    for operand, per_unit in terms.items():
        total = longs.add(site.emit, total, longs.turns(site, operand, per_unit, fine))
    return site.emit.call_two("q_sin_longest" if fine else "q_sin_long", *total)


def _tangent(site: Site) -> Long:
    sine, cosine = _sine(site, 0, _NEAR_POLES), _sine(site, phase.QUARTER, _NEAR_POLES)
    return long_quotients.divide(site, sine, formats.UNIT_FRACTION, cosine, formats.UNIT_FRACTION, site.wanted_point)


EXPANSIONS = {"fsin": _wave(0), "fcos": _wave(phase.QUARTER), "ftan": _tangent}
