"""The table of expansions where every float is a pair: `expand_pairs`, and pairs for what that leaves to words.

For functions that are called from outside with numbers beyond the border's format, or that return such: no float of
theirs leaves the range of pairs. Results are right to 2^-26 of their magnitude; angles, and what is made of logarithms
near 1, to 2^-29.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from glowjit.ir.core import Operand, const_int
from glowjit.q32 import formats
from glowjit.q32.lowering import expand_pairs, pairs
from glowjit.q32.lowering.expand_pairs import library, of_pairs
from glowjit.q32.lowering.site import Pair, Site

_MOST_OCTAVES = 16000.0  # that a word has room for
_SIGN_BIT = formats.WORD_BITS - 1

Expansion = Callable[[Site], Pair | Operand | list[Pair | Operand] | None]


_ONE = pairs.of_number(1.0)


def _waves(site: Site, *functions: str) -> list[Operand]:
    """Functions of the angle, which the library takes in turns."""
    phase = site.call("q_pair_turns", *pairs.of_operand(site, site.inst.args[0]))
    site.result_point = formats.UNIT_FRACTION
    return [site.call(function, phase) for function in functions]


def _tangent(site: Site) -> Pair:
    waves = _waves(site, "q_sin_fine", "q_cos_fine")
    return pairs.divide(site, *(pairs.of_word(site.emit, wave, site.result_point) for wave in waves))


def _arctangent(site: Site) -> Operand:
    words, _ = pairs.align(site, [pairs.of_operand(site, site.inst.args[0]), _ONE])
    site.result_point = formats.FINE["fatan"]
    return site.call("q_atan2_fine", *words)


def _exponential(site: Site, octaves: Pair) -> Pair:
    """2^octaves."""
    ends = (pairs.of_number(end) for end in (-_MOST_OCTAVES, _MOST_OCTAVES))
    m, e = pairs.clamp(site, octaves, *ends)
    high, low = (site.call("q_pair_bits", m, site.emit("add", e, point)) for point in (16, 48))
    return site.emit.call_two("q_pair_exp2_fine", high, low)


def _exp(site: Site, x: Pair) -> Pair:
    return _exponential(site, pairs.multiply(site, x, pairs.of_number(math.log2(math.e))))


def _log(site: Site, x: Pair) -> Pair:
    return pairs.multiply(site, site.emit.call_two("q_pair_log2_wide", *x), pairs.of_number(math.log(2)))


def _half(site: Site, x: Pair) -> Pair:
    return x[0], site.emit("add", x[1], -1)


def _hyperbolic(combine: Callable[..., Pair]) -> Callable[..., Pair]:
    """Half of e^x and e^-x combined."""

    def expand(site: Site, x: Pair) -> Pair:
        return _half(site, combine(site, _exp(site, x), _exp(site, pairs.negate(site, x))))

    return expand


def _tanh(site: Site, x: Pair) -> Pair:
    square = _exp(site, pairs.add(site, x, x))
    return pairs.divide(site, pairs.subtract(site, square, _ONE), pairs.add(site, square, _ONE))


def _asinh(site: Site, x: Pair) -> Pair:
    size = pairs.absolute(site, x)
    root = pairs.root(site, pairs.add(site, pairs.multiply(site, x, x), _ONE))
    m, e = _log(site, pairs.add(site, size, root))
    return pairs.with_sign(site.emit, m, site.emit("sar", x[0], _SIGN_BIT)), e


def _acosh(site: Site, x: Pair) -> Pair:
    square = pairs.multiply(site, pairs.subtract(site, x, _ONE), pairs.add(site, x, _ONE))
    return _log(site, pairs.add(site, x, pairs.root(site, square)))


def _atanh(site: Site, x: Pair) -> Pair:
    return _half(site, _log(site, pairs.divide(site, pairs.add(site, _ONE, x), pairs.subtract(site, _ONE, x))))


def _inverse_root(site: Site, x: Pair) -> Pair:
    return pairs.divide(site, _ONE, pairs.root(site, x))


def _frexp(site: Site) -> list[Pair | Operand]:
    m, e = pairs.of_operand(site, site.inst.args[0])
    bits = formats.UNIT_FRACTION
    exponent = site.emit("select", site.emit("eq", m, 0), 0, site.emit("add", e, bits))
    return [(m, const_int(-bits)), exponent]


def _to_unsigned(site: Site) -> Operand:
    return site.call("q_pair_bits", *pairs.truncate(site, pairs.of_operand(site, site.inst.args[0])))


def _from_bits(site: Site) -> Pair:
    return site.emit.call_two("q_pair_from_bits", site.word(site.inst.args[0]))


EXPANSIONS: dict[str, Expansion] = {
    **expand_pairs.EXPANSIONS,
    "fsin": lambda site: _waves(site, "q_sin_fine")[0],
    "fcos": lambda site: _waves(site, "q_cos_fine")[0],
    "ftan": _tangent,
    "fatan": _arctangent,
    "fexp": of_pairs(_exp),
    "fexp2": of_pairs(_exponential),
    "flog": of_pairs(_log),
    "flog2": library("q_pair_log2_wide"),
    "fpow": library("q_pair_pow_wide"),
    "fsinh": of_pairs(_hyperbolic(pairs.subtract)),
    "fcosh": of_pairs(_hyperbolic(pairs.add)),
    "ftanh": of_pairs(_tanh),
    "fasinh": of_pairs(_asinh),
    "facosh": of_pairs(_acosh),
    "fatanh": of_pairs(_atanh),
    "frsqrt": of_pairs(_inverse_root),
    "froundeven": library("q_pair_roundeven"),
    "ffrexp": _frexp,
    "fbits": lambda site: site.call("q_pair_to_bits", *pairs.of_operand(site, site.inst.args[0])),
    "bitsf": _from_bits,
    "ftou": _to_unsigned,
}
