"""Lengths and directions by a plain sum of squares, where the squares have enough bits; and the choice of a root.

The library's lengths shift a vector up until its largest component fills a word, so that vectors of any size are
exact. Here the components are squared as they are, which takes a third of the instructions. Each function returns None
where that is not exact enough for what the picture needs.
"""

from __future__ import annotations

import math

from glowjit.ir.core import Operand, Value
from glowjit.q32 import formats, variants
from glowjit.q32.lowering.site import Site

_ROUNDING = 1.0  # bits by which a sum of squares is to be better than what is needed
_LEAST = 2.0**-40


def root_function(site: Site) -> str | None:
    """The library's cheapest square root that is exact enough for the result; None if its last bits count."""
    if site.enough is None:
        return None
    return "q_root_14" if site.may_lose(variants.COARSE_ROOT) else "q_root"


def plain_length(site: Site, vector: list[Operand]) -> Operand | None:
    """The length. An error e of the sum of squares moves a root r by e / 2r, and a root of 0 by sqrt(e)."""
    function, need, point = root_function(site), site.enough, site.fitting_point(*vector)
    if function is None or need is None:
        return None
    near = math.log2(max(site.small(site.inst.results[0]), _LEAST))
    sum_bits = 2 * point - formats.WORD_BITS
    if max(sum_bits + near, sum_bits / 2) < need + _ROUNDING:
        return None
    total = _sum_of_squares(site, [site.word(x, point) for x in vector])
    site.result_point = point + formats.UNIT_FRACTION - formats.WORD_BITS
    return site.call(function, total)


def plain_directions(site: Site, vector: list[Operand]) -> list[Value] | None:
    """The components of the unit vector: each times the inverse root of the sum of squares.

    That sum is rounded up, so that the direction of a short vector is not longer than 1, but for the error of the root.
    """
    need, point = site.enough, site.fitting_point(*vector)
    if need is None:
        return None
    near = math.log2(max(_LEAST, *map(site.small, vector)))
    if min(2 * point - formats.WORD_BITS + 2 * near, point - 2 + near) < need + _ROUNDING:
        return None
    words = [site.word(x, point) for x in vector]
    function = "q_inverse_root_14" if need <= variants.COARSE_ROOT else "q_inverse_root"
    total = site.emit("add", _sum_of_squares(site, words), len(words))
    factor, up = site.emit.call_two(function, total)
    site.result_point = formats.UNIT_FRACTION
    return [site.emit("shl", site.emit("mulhsu", word, factor), up) for word in words]


def _sum_of_squares(site: Site, words: list[Operand]) -> Operand:
    total: Operand | None = None
    for word in words:
        total = site.emit.add(total, site.emit("mulh", word, word))
    assert total is not None
    return total
