"""Roots, lengths and directions that are long words: one step of Newton's method from the word nearest to the root.

The square of that word is off by little, so what it is off by is right modulo 2^64, whatever the sum of squares is; it
is divided by twice the root. Right to the square of the word's relative error. Cost: some 150 instructions.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce

from glowjit.ir.core import Operand
from glowjit.q32.lowering import long_quotients, longs, pairs, vectors
from glowjit.q32.lowering.longs import Long
from glowjit.q32.lowering.site import Site, word_of_pair

_OFF = 8  # bits more than its square that a root's words are off by, at most


def length(site: Site) -> Long:
    return _length(site, site.wanted_point)


def _length(site: Site, point: int) -> Long:
    """That of the vector, with so many fraction bits in its word."""
    words = [site.word(x, point) for x in site.inst.args]
    squares = []
    for operand in site.inst.args:
        x, own = longs.of_operand(site, operand, site.point_of(operand)), site.point_of(operand)
        squares.append(longs.multiply(site.emit, x, x, 2 * own - _point(point)))
    square = reduce(lambda x, y: longs.add(site.emit, x, y), squares)
    return _improved(site, site.emit("max", vectors.exact_length(site, words), 1), square, point)


def directions(site: Site) -> list[Long]:
    """The length of four components is at most twice the largest."""
    vector = site.inst.args
    point = site.fitting_point(*vector) - 1
    length = _length(site, point)
    found = []
    for x, result in zip(vector, site.inst.results, strict=True):
        own = site.point_of(x)
        component = longs.of_operand(site, x, own)
        found.append(long_quotients.divide(site, component, own, length, point, site.point_of(result)))
    return found


def square_root(site: Site) -> Long:
    (x,) = site.inst.args
    pair = pairs.of_long(site, longs.of_operand(site, x, site.point_of(x)), site.point_of(x))
    root = word_of_pair(site.emit, site.emit.call_two("q_pair_sqrt", *pair), site.wanted_point)
    root = site.emit("max", root, 1)
    return _improved(site, root, longs.of_operand(site, x, _point(site.wanted_point)), site.wanted_point)


def _point(point: int) -> int:
    """Of the square of a root, so that what it is off by fits a word."""
    return 2 * point - _OFF


def _improved(site: Site, root: Operand, square: Long, point: int) -> Long:
    """root + (square - root^2) / 2 root."""
    exact: Long = root, longs.ZERO
    off = longs.subtract(site.emit, square, longs.multiply(site.emit, exact, exact, _OFF))
    return longs.add(site.emit, exact, long_quotients.divide(site, off, _point(point), exact, point - 1, point))


EXPANSIONS: dict[str, Callable[[Site], Long | list[Long]]] = {
    "flength": length,
    "fsqrt": square_root,
    "fnormalize": directions,
}
