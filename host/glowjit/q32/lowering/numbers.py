"""What `pairs` leaves to words, in pairs: with these, no float of a function leaves the range that it has.

For functions that are called from outside with numbers beyond the border's format, or that give such. Everything is
right to 2^-26 of its result; angles, and what is made of logarithms near 1, to 2^-29.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from glowjit.ir.core import Const, Operand, Type, const_int
from glowjit.q32 import formats
from glowjit.q32.lowering import pairs
from glowjit.q32.lowering.pairs import as_pair, library, of_pairs, pair_of_word, quotient, total
from glowjit.q32.lowering.site import Pair, Site

_MOST_OCTAVES = 16000.0  # that a word has room for
_SIGN_BIT = formats.WORD_BITS - 1

Expansion = Callable[[Site], Pair | Operand | list[Pair | Operand] | None]


def _number(site: Site, number: float) -> Pair:
    return as_pair(site, Const(Type.FLOAT, number))


def _call(site: Site, function: str, *args: Pair) -> Pair:
    m, e = site.emit.call(function, [word for pair in args for word in pair], [Type.INT, Type.INT])
    return m, e


def _waves(site: Site, *functions: str) -> list[Operand]:
    """Functions of the angle, which the library takes in turns."""
    phase = site.call("q_pair_turns", *as_pair(site, site.inst.args[0]))
    site.result_point = formats.UNIT_FRACTION
    return [site.call(function, phase) for function in functions]


def _tangent(site: Site) -> Pair:
    waves = _waves(site, "q_sin_fine", "q_cos_fine")
    return quotient(site, *(pair_of_word(site.emit, wave, site.result_point) for wave in waves))


def _arctangent(site: Site) -> Operand:
    words, _ = pairs.level(site, [as_pair(site, site.inst.args[0]), _number(site, 1.0)])
    site.result_point = formats.FINE["fatan"]
    return site.call("q_atan2_fine", *words)


def _exponential(site: Site, octaves: Pair) -> Pair:
    """2^octaves."""
    ends = (_number(site, end) for end in (-_MOST_OCTAVES, _MOST_OCTAVES))
    m, e = pairs.clamp(site, octaves, *ends)
    high, low = (site.call("q_pair_bits", m, site.emit("add", e, point)) for point in (16, 48))
    found, exponent = site.emit.call("q_pair_exp2_fine", [high, low], [Type.INT, Type.INT])
    return found, exponent


def _exp(site: Site, x: Pair) -> Pair:
    return _exponential(site, pairs.product(site, x, _number(site, math.log2(math.e))))


def _log(site: Site, x: Pair) -> Pair:
    return pairs.product(site, _call(site, "q_pair_log2_wide", x), _number(site, math.log(2)))


def _half(site: Site, x: Pair) -> Pair:
    return x[0], site.emit("add", x[1], -1)


def _hyperbolic(combine: Callable[..., Pair]) -> Callable[..., Pair]:
    """Half of e^x and e^-x combined."""

    def expand(site: Site, x: Pair) -> Pair:
        return _half(site, combine(site, _exp(site, x), _exp(site, pairs.opposite(site, x))))

    return expand


def _tanh(site: Site, x: Pair) -> Pair:
    square, one = _exp(site, total(site, x, x)), _number(site, 1.0)
    return quotient(site, pairs.difference(site, square, one), total(site, square, one))


def _asinh(site: Site, x: Pair) -> Pair:
    size = pairs.absolute(site, x)
    root = _call(site, "q_pair_sqrt", total(site, pairs.product(site, x, x), _number(site, 1.0)))
    m, e = _log(site, total(site, size, root))
    return pairs.with_sign(site.emit, m, site.emit("sar", x[0], _SIGN_BIT)), e


def _acosh(site: Site, x: Pair) -> Pair:
    one = _number(site, 1.0)
    square = pairs.product(site, pairs.difference(site, x, one), total(site, x, one))
    return _log(site, total(site, x, _call(site, "q_pair_sqrt", square)))


def _atanh(site: Site, x: Pair) -> Pair:
    one = _number(site, 1.0)
    return _half(site, _log(site, quotient(site, total(site, one, x), pairs.difference(site, one, x))))


def _frexp(site: Site) -> list[Pair | Operand]:
    m, e = as_pair(site, site.inst.args[0])
    bits = formats.UNIT_FRACTION
    return [(m, _or_zero(site, m, const_int(-bits))), _or_zero(site, m, site.emit("add", e, bits))]


def _or_zero(site: Site, m: Operand, e: Operand) -> Operand:
    return site.emit("select", site.emit("eq", m, 0), 0, e)


def _to_unsigned(site: Site) -> Operand:
    return site.call("q_pair_bits", *pairs.truncated(site, as_pair(site, site.inst.args[0])))


def _from_bits(site: Site) -> Pair:
    m, e = site.emit.call("q_pair_from_bits", [site.word(site.inst.args[0])], [Type.INT, Type.INT])
    return m, e


EXPANSIONS: dict[str, Expansion] = {
    **pairs.EXPANSIONS,
    "fsin": lambda site: _waves(site, "q_sin_fine")[0],
    "fcos": lambda site: _waves(site, "q_cos_fine")[0],
    "ftan": _tangent,
    "fatan": _arctangent,
    "fexp": of_pairs(_exp),
    "fexp2": of_pairs(_exponential),
    "flog": of_pairs(_log),
    "flog2": library("q_pair_log2_wide"),
    "fpow": library("q_pair_pow_wide"),
    "fsinh": of_pairs(_hyperbolic(pairs.difference)),
    "fcosh": of_pairs(_hyperbolic(total)),
    "ftanh": of_pairs(_tanh),
    "fasinh": of_pairs(_asinh),
    "facosh": of_pairs(_acosh),
    "fatanh": of_pairs(_atanh),
    "froundeven": library("q_pair_roundeven"),
    "ffrexp": _frexp,
    "fbits": lambda site: site.call("q_pair_to_bits", *as_pair(site, site.inst.args[0])),
    "bitsf": _from_bits,
    "ftou": _to_unsigned,
}
