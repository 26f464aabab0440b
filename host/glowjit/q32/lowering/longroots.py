"""Roots, lengths and directions that are long words: one step of Newton's method from the word nearest to the root.

The square of that word is off by little, so what it is off by is right modulo 2^64, whatever the sum of squares is; it
is divided by twice the root. Right to the square of the word's relative error. Cost: some 150 instructions.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce

from glowjit.ir.core import Operand, Type
from glowjit.q32.lowering import double, pairs, ratios, vectors
from glowjit.q32.lowering.double import Long
from glowjit.q32.lowering.site import Site, word_of_pair

_OFF = 8  # bits more than its square that a root's words are off by, at most


def length(site: Site) -> Long:
    return _length(site, site.wanted)


def _length(site: Site, point: int) -> Long:
    """That of the vector, with so many fraction bits in its word."""
    words = [site.word(x, point) for x in site.inst.args]
    squares = []
    for operand in site.inst.args:
        x, own = double.at(site, operand, site.fraction(operand)), site.fraction(operand)
        squares.append(double.product(site.emit, x, x, 2 * own - _point(point)))
    square = reduce(lambda x, y: double.total(site.emit, x, y), squares)
    return _improved(site, site.emit("max", vectors.exact_length(site, words), 1), square, point)


def directions(site: Site) -> list[Long]:
    """The length of four components is at most twice the largest."""
    vector = site.inst.args
    point = site.fitting_fraction(*vector) - 1
    length = _length(site, point)
    parts = [(double.at(site, x, site.fraction(x)), site.fraction(x)) for x in vector]
    wanted = map(site.fraction, site.inst.results)
    return [ratios.over(site, *part, length, point, result) for part, result in zip(parts, wanted, strict=True)]


def square_root(site: Site) -> Long:
    (x,) = site.inst.args
    pair = pairs.pair_of_long(site, double.at(site, x, site.fraction(x)), site.fraction(x))
    m, e = site.emit.call("q_pair_sqrt", list(pair), [Type.INT, Type.INT])
    root = site.emit("max", word_of_pair(site.emit, (m, e), site.wanted), 1)
    return _improved(site, root, double.at(site, x, _point(site.wanted)), site.wanted)


def _point(point: int) -> int:
    """Of the square of a root, so that what it is off by fits a word."""
    return 2 * point - _OFF


def _improved(site: Site, root: Operand, square: Long, point: int) -> Long:
    """root + (square - root^2) / 2 root."""
    exact: Long = root, double.ZERO
    off = double.difference(site.emit, square, double.product(site.emit, exact, exact, _OFF))
    return double.total(site.emit, exact, ratios.over(site, off, _point(point), exact, point - 1, point))


EXPANSIONS: dict[str, Callable[[Site], Long | list[Long]]] = {
    "flength": length,
    "fsqrt": square_root,
    "fnormalize": directions,
}
