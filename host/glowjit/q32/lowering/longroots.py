"""Roots and lengths that are long words: one step of Newton's method from the word nearest to the root.

The square of that word is off by little, so what it is off by is right modulo 2^64, whatever the sum of squares is; it
is divided by twice the root. Right to the square of the word's relative error. Cost: some 150 instructions.
"""

from __future__ import annotations

from functools import reduce

from glowjit.ir.core import Operand, Type
from glowjit.q32.lowering import double, ratios, vectors
from glowjit.q32.lowering.double import Long
from glowjit.q32.lowering.site import Site, word_of_pair

_OFF = 8  # bits more than its square that a root's words are off by, at most


def length(site: Site) -> Long:
    root = site.emit("max", vectors.exact_length(site, [site.word(x, site.wanted) for x in site.inst.args]), 1)
    point = _point(site)
    squares = []
    for operand in site.inst.args:
        x, own = double.at(site, operand, site.fraction(operand)), site.fraction(operand)
        squares.append(double.product(site.emit, x, x, 2 * own - point))
    return _improved(site, root, reduce(lambda x, y: double.total(site.emit, x, y), squares))


def square_root(site: Site) -> Long:
    (x,) = site.inst.args
    pair = ratios.as_pair(site, double.at(site, x, site.fraction(x)), site.fraction(x))
    m, e = site.emit.call("q_pair_sqrt", list(pair), [Type.INT, Type.INT])
    root = site.emit("max", word_of_pair(site.emit, (m, e), site.wanted), 1)
    return _improved(site, root, double.at(site, x, _point(site)))


def _point(site: Site) -> int:
    """Of squares, so that what they are off by fits a word."""
    return 2 * site.wanted - _OFF


def _improved(site: Site, root: Operand, square: Long) -> Long:
    """root + (square - root^2) / 2 root."""
    exact: Long = root, double.ZERO
    off = double.difference(site.emit, square, double.product(site.emit, exact, exact, 2 * site.wanted - _point(site)))
    return double.total(site.emit, exact, ratios.over(site, off, _point(site), exact, site.wanted - 1, site.wanted))


EXPANSIONS = {"flength": length, "fsqrt": square_root}
