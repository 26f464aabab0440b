"""The table of expansions where a word saturates instead of wrapping: sums and products (`Formats.stops`).

A ray that meets nothing goes farther with each step, until its distance is beyond every word. What wraps may then be
near again, and is met; what has stopped stays far away, as it does in floats. A sum takes six instructions more, a
product seven.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from glowjit.ir.core import Operand
from glowjit.ir.ops import dot_terms
from glowjit.q32 import formats
from glowjit.q32.lowering.emit import Emitter, constant
from glowjit.q32.lowering.site import Site

_SIGN_BIT = formats.WORD_BITS - 1
_MOST = (1 << _SIGN_BIT) - 1


def _sum(site: Site) -> Operand:
    site.work_at(site.wanted_point)
    return _added(site.emit, *site.words())


def _difference(site: Site) -> Operand:
    site.work_at(site.wanted_point)
    x, y = site.words()
    found = site.emit("sub", x, y)
    return _unless(site.emit, site.emit("and", site.emit("xor", x, y), site.emit("xor", found, x)), found, x)


def _added(emit: Emitter, x: Operand, y: Operand) -> Operand:
    found = emit("add", x, y)
    return _unless(emit, emit("and", emit("xor", found, x), emit("xor", found, y)), found, x)


def _unless(emit: Emitter, beyond: Operand, found: Operand, sign: Operand) -> Operand:
    """`found`, or where `beyond` is negative, the last word on the side of `sign`."""
    return emit("select", emit("lt", beyond, 0), emit("xor", emit("sar", sign, _SIGN_BIT), _MOST), found)


def _product(site: Site) -> Operand | None:
    site.work_at(site.wanted_point)
    return _scaled(site, *site.inst.args)


def _scaled(site: Site, x: Operand, y: Operand) -> Operand | None:
    """x * y where the result is; None where it is not in the middle of the product of their words."""
    emit = site.emit
    words, shift = [], -site.wanted_point
    for factor in (x, y):
        number = constant(factor)
        point = site.point_of(factor) if number is None else _finest(number)
        words.append(site.word(factor, point))
        shift += point
    if not 0 < shift < formats.WORD_BITS:
        return None
    high = emit("mulh", *words)
    found = emit("or", emit("shr", emit("mul", *words), shift), emit("shl", high, formats.WORD_BITS - shift))
    sign = emit("sar", high, _SIGN_BIT)
    beyond = emit("ne", emit("sar", high, shift - 1), sign)
    return emit("select", beyond, emit("xor", sign, _MOST), found)


def _finest(number: float) -> int:
    """The most fraction bits that the word of a constant may have."""
    return min(formats.fit(math.nextafter(abs(number), math.inf)), formats.UNIT_FRACTION)


def _dot(site: Site) -> Operand | None:
    site.work_at(site.wanted_point)
    total: Operand | None = None
    for x, y in dot_terms(site.inst.args):
        term = _scaled(site, x, y)
        if term is None:
            return None
        total = term if total is None else _added(site.emit, total, term)
    return total


EXPANSIONS: dict[str, Callable[[Site], Operand | None]] = {
    "fadd": _sum,
    "fsub": _difference,
    "fmul": _product,
    "fdot": _dot,
}
"""Where an expansion gives None, the one of `expand` is taken: for a product that is not within its 64 bits."""
