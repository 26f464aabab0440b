"""Quotients and remainders of long words: products with the reciprocal, right to 50 bits.

One more step of Newton's method makes a word's reciprocal a long one. It takes 40 instructions, and is hoisted where
the divisor is the same for all pixels. x / 0 is the largest word of x's sign.
"""

from __future__ import annotations

from glowjit.ir.core import Operand, const_int
from glowjit.q32 import formats
from glowjit.q32.lowering import longs, pairs
from glowjit.q32.lowering.emit import Emitter
from glowjit.q32.lowering.longs import Long
from glowjit.q32.lowering.site import Site

_WORD = formats.WORD_BITS
_BITS = 30  # of a divisor as a fraction in [1/2, 1),
_INVERSE = 29  # and of its reciprocal, which is 2 at most
_RIGHT = 50  # bits of a quotient
_LAST = 2  # bits of a product that are doubtful whatever it is


def divide(site: Site, x: Long, point: int, y: Long, y_point: int, wanted: int) -> Long:
    """x / y with `wanted` fraction bits in its word, as x and y have `point` and `y_point`."""
    emit = site.emit
    m, e = pairs.of_long(site, y, y_point)
    product = longs.multiply(emit, x, _reciprocal(site, y, y_point, m, e), _INVERSE + 2)
    product = longs.add(emit, product, (longs.ZERO, _doubt(emit, product[0])))
    high, low = _shifted(site, product, emit("sub", wanted - (point - 2) - _BITS, e))
    farthest = emit("xor", emit("sar", x[0], _WORD - 1), (1 << _WORD - 1) - 1)
    return emit("select", emit("eq", m, 0), farthest, high), low


def modulo(site: Site, x: Long, y: Long, point: int) -> Long:
    """x - y floor(x / y), all with `point` fraction bits: the rest of a quotient that may be off by one, put right."""
    emit = site.emit
    whole, _ = divide(site, x, point, y, point, 0)
    rest = longs.subtract(emit, x, longs.multiply(emit, (whole, longs.ZERO), y, 0))
    less = longs.subtract(emit, rest, y)
    rest = _chosen(emit, _opposite(site, less, y), rest, less)
    return _chosen(emit, _opposite(site, rest, y), longs.add(emit, rest, y), rest)


def _opposite(site: Site, rest: Long, y: Long) -> Operand:
    """Whether a rest has the sign that the divisor has not; nothing has that of any."""
    differ = site.emit("lt", site.emit("xor", rest[0], y[0]), 0)
    if site.range(1).low >= 0:
        return differ
    return site.emit("band", differ, site.emit("ne", site.emit("or", *rest), 0))


def _chosen(emit: Emitter, condition: Operand, x: Long, y: Long) -> Long:
    return emit("select", condition, x[0], y[0]), emit("select", condition, x[1], y[1])


def _doubt(emit: Emitter, high: Operand) -> Operand:
    """More than what a product with a reciprocal lacks, in its last bits: where y divides x, floor(x / y) is exact."""
    magnitude = emit("xor", high, emit("sar", high, _WORD - 1))
    return emit("add", emit("shr", magnitude, _RIGHT - _WORD - 1), 1 << _LAST)


def _reciprocal(site: Site, y: Long, point: int, m: Operand, e: Operand) -> Long:
    """2^30 * 2^e / y, of which m * 2^e are the first 30 bits."""
    emit = site.emit
    unit = _shifted(site, y, emit("sub", -point, e))
    inverse, sign = site.call("q_pair_reciprocal", m), emit("sar", m, _WORD - 1)
    guess = longs.subtract(emit, (emit("xor", emit("shr", inverse, 2), sign), longs.ZERO), (sign, longs.ZERO))
    off = longs.subtract(emit, (const_int(1 << _BITS), longs.ZERO), longs.multiply(emit, unit, guess, _INVERSE))
    return longs.add(emit, guess, longs.multiply(emit, guess, off, _BITS))


def _shifted(site: Site, x: Long, by: Operand) -> Long:
    return site.emit.call_two("q_long_shift", *x, by)
