"""The table of expansions where a value is a pair: what each float operation becomes, as arithmetic of `pairs`.

An operation with a pair among its operands or results (the values in `Formats.pairs`) is looked up here first. If it is
not in the table, or its function gives None, it is expanded as for words: an operand that is a pair becomes a word,
which saturates, and the result becomes a pair again.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from functools import reduce

from glowjit.ir.core import Inst, Operand, const_int
from glowjit.ir.ops import dot_terms
from glowjit.q32 import formats
from glowjit.q32.lowering import pairs, products
from glowjit.q32.lowering.angles import is_fine
from glowjit.q32.lowering.emit import constant
from glowjit.q32.lowering.site import Pair, Site
from glowjit.q32.lowering.vectors import exact_length, unit_vector
from glowjit.words import PAIR_BITS

Expansion = Callable[[Site], Pair | Operand | None]

_LOGARITHM = 10  # fraction bits of a factor that makes the library's logarithm one of 32
_SIGN_BIT = formats.WORD_BITS - 1


def of_pairs(expand: Callable[..., Pair]) -> Expansion:
    """The expansion that gives `expand` all operands as pairs."""
    return lambda site: expand(site, *pairs.operands(site))


def library(function: str) -> Expansion:
    """The expansion into one call, which takes and returns pairs."""
    return lambda site: site.emit.call_two(function, *(word for pair in pairs.operands(site) for word in pair))


# --- sums and products -----------------------------------------------------------------------------------------------


def _fused(site: Site, a: Pair, b: Pair, c: Pair) -> Pair:
    return pairs.add(site, pairs.multiply(site, a, b), c)


def _mix(site: Site, a: Pair, b: Pair, t: Pair) -> Pair:
    return _fused(site, pairs.subtract(site, b, a), t, a)


def _dot(site: Site, *operands: Pair) -> Pair:
    terms = [pairs.multiply(site, x, y) for x, y in dot_terms(operands)]
    return reduce(lambda x, y: pairs.add(site, x, y), terms)


def _modulo(site: Site, x: Pair, y: Pair) -> Pair:
    return pairs.subtract(site, x, pairs.multiply(site, y, pairs.floor(site, pairs.divide(site, x, y))))


def _smoothstep(site: Site, start: Pair, end: Pair, x: Pair) -> Pair:
    zero, one, two, three = map(pairs.of_number, (0.0, 1.0, 2.0, 3.0))
    share = pairs.divide(site, pairs.subtract(site, x, start), pairs.subtract(site, end, start))
    t = pairs.clamp(site, share, zero, one)
    return pairs.multiply(site, pairs.multiply(site, t, t), pairs.subtract(site, three, pairs.multiply(site, t, two)))


# --- order -----------------------------------------------------------------------------------------------------------


def _order(site: Site, op: str, x: Operand, y: Operand) -> Operand:
    """Whether x is less than y, or what `op` says; words where one of them is a word, of its binary point."""
    narrow = [operand for operand in (x, y) if operand not in site.pairs]
    if not narrow:
        return site.emit(op, pairs.subtract(site, site.pairs[x], site.pairs[y])[0], 0)
    number = constant(narrow[0])
    if number == 0:
        return site.emit(op, *(site.pairs[operand][0] if operand in site.pairs else const_int(0) for operand in (x, y)))
    point = site.point_of(narrow[0]) if number is None else formats.fit_seen(abs(number))
    return site.emit(op, site.word(x, point), site.word(y, point))


def _compare(op: str) -> Expansion:
    return lambda site: _order(site, op, *site.inst.args)


def _step(site: Site) -> Operand:
    edge, x = site.inst.args
    site.result_point = 0
    return site.emit("btoi", _order(site, "ge", x, edge))


def _sign(site: Site) -> Operand:
    m, _ = pairs.of_operand(site, site.inst.args[0])
    site.result_point = 0
    return site.emit("add", site.emit("btoi", site.emit("lt", 0, m)), site.emit("sar", m, _SIGN_BIT))


def _if_wide(expand: Callable[..., Pair]) -> Expansion:
    """Nothing where the result is a word: of words that saturate it is as good."""
    return lambda site: expand(site, *pairs.operands(site)) if site.inst.results[0] in site.pairs else None


def _select(site: Site) -> Pair | None:
    condition, x, y = site.inst.args
    if site.inst.results[0] not in site.pairs:
        return None
    return pairs.select(site, site.word(condition), pairs.of_operand(site, x), pairs.of_operand(site, y))


# --- vectors, powers, whole numbers ----------------------------------------------------------------------------------


def _length(site: Site) -> Pair:
    vector = pairs.operands(site)
    if len(vector) == 1:
        return pairs.absolute(site, vector[0])
    words, top = pairs.align(site, vector)
    length = exact_length(site, words) if site.exact else site.call(f"q_length{len(vector)}", *words)
    return site.emit.call_two("q_pair", length, top)


def _normalize(site: Site) -> list[Pair | Operand] | None:
    if not site.pairs.keys().isdisjoint(site.inst.results):
        length = _length(site)
        return [pairs.divide(site, x, length) for x in pairs.operands(site)]
    words, _ = pairs.align(site, pairs.operands(site))
    if len(words) == 1:
        return [_sign(site)]
    return list(unit_vector(site, words))


def _arctangent(site: Site) -> Operand:
    words, _ = pairs.align(site, pairs.operands(site))
    return site.call("q_atan2_fine" if is_fine(site) else "q_atan2", *words)


def _logarithm(per_octave: float) -> Expansion:
    def expand(site: Site) -> Operand:
        function = "q_pair_log2_fine" if is_fine(site) else "q_pair_log2"
        octaves = site.call(function, *pairs.of_operand(site, site.inst.args[0]))
        found = products.by_constant(site.emit, octaves, per_octave)
        return const_int(found) if isinstance(found, int) else found

    return expand


def _exponential(site: Site, exponent: Operand, scale: float) -> Pair:
    octaves = products.octaves(site.emit, products.exponent(site, exponent, scale), scale)
    words = (const_int(word) if isinstance(word, int) else word for word in octaves)
    return site.emit.call_two(site.finest("q_pair_exp2"), *words)


def power(site: Site) -> Pair:
    base, exponent = (constant(arg) for arg in site.inst.args)
    if base is not None and base > 0 and math.isfinite(base):
        return _exponential(site, site.inst.args[1], math.log2(base))
    x = pairs.of_operand(site, site.inst.args[0])
    if exponent == 2:
        return pairs.multiply(site, x, x)
    point = site.point_of(site.inst.args[1]) if exponent is None else formats.fit_seen(abs(exponent))
    point = min(max(point, _LOGARITHM + 1), PAIR_BITS)
    power = site.word(site.inst.args[1], point)
    return site.emit.call_two(site.finest("q_pair_pow"), *x, power, const_int(point - _LOGARITHM))


def _scaled(factor: float) -> Expansion:
    return lambda site: pairs.multiply(site, pairs.of_operand(site, site.inst.args[0]), pairs.of_number(factor))


def _fraction(site: Site) -> Operand:
    """The bits below the point, right modulo 1."""
    site.result_point = min(site.wanted_point, _SIGN_BIT)
    bits = _fraction_of_multiple(site) if site.exact else None
    if bits is None:
        m, e = pairs.of_operand(site, site.inst.args[0])
        bits = site.call("q_pair_bits", m, site.emit("add", e, formats.WORD_BITS))
    return site.emit("shr", bits, formats.WORD_BITS - site.result_point)


def _fraction_of_multiple(site: Site) -> Operand | None:
    """The fraction of a constant times a word, of which a pair has too few bits; None for anything else."""
    product = site.facts.definition(site.inst.args[0], "fmul")
    for factor, operand in (product.args, product.args[::-1]) if product is not None else ():
        number = constant(factor)
        if number is not None and math.isfinite(number) and operand not in site.pairs:
            per_word = Fraction(number) * 2 ** (formats.WORD_BITS - site.point_of(operand))
            whole = math.floor(per_word)
            part = round((per_word - whole) * 2**formats.WORD_BITS)
            found = products.by_parts(site.emit, site.own(operand), whole, part)
            return const_int(found) if isinstance(found, int) else found
    return None


def _to_int(site: Site) -> Operand:
    return site.call("q_pair_word", *pairs.truncate(site, pairs.of_operand(site, site.inst.args[0])))


def _ldexp(site: Site) -> Pair:
    m, e = pairs.of_operand(site, site.inst.args[0])
    return m, site.emit("add", e, site.word(site.inst.args[1]))


EXPANSIONS: dict[str, Callable[[Site], Pair | Operand | list[Pair | Operand] | None]] = {
    "fadd": of_pairs(pairs.add),
    "fsub": of_pairs(pairs.subtract),
    "fneg": of_pairs(pairs.negate),
    "fabs": of_pairs(pairs.absolute),
    "fsign": _sign,
    "fmul": of_pairs(pairs.multiply),
    "ffma": of_pairs(_fused),
    "fmix": of_pairs(_mix),
    "fdot": of_pairs(_dot),
    "fdiv": of_pairs(pairs.divide),
    "fmod": of_pairs(_modulo),
    "ffloor": of_pairs(pairs.floor),
    "fceil": of_pairs(pairs.ceil),
    "ftrunc": of_pairs(pairs.truncate),
    "fround": of_pairs(pairs.round_half_away),
    "ffract": _fraction,
    "ftos": _to_int,
    "ftou": _to_int,
    "fmin": _if_wide(pairs.minimum),
    "fmax": _if_wide(pairs.maximum),
    "fclamp": _if_wide(pairs.clamp),
    "fsmoothstep": of_pairs(_smoothstep),
    "fstep": _step,
    "feq": _compare("eq"),
    "fne": _compare("ne"),
    "flt": _compare("lt"),
    "fge": _compare("ge"),
    "select": _select,
    "fradians": _scaled(math.pi / 180),
    "fdegrees": _scaled(180 / math.pi),
    "flength": _length,
    "fnormalize": _normalize,
    "fatan2": _arctangent,
    "fsqrt": of_pairs(pairs.root),
    "frsqrt": library("q_pair_rsqrt"),
    "flog": _logarithm(math.log(2)),
    "flog2": _logarithm(1.0),
    "fexp": lambda site: _exponential(site, site.inst.args[0], math.log2(math.e)),
    "fexp2": lambda site: _exponential(site, site.inst.args[0], 1.0),
    "fpow": power,
    "utof": lambda site: site.emit.call_two("q_pair_unsigned", site.word(site.inst.args[0])),
    "fldexp": _ldexp,
}

_AS_WORDS = frozenset(("ffract", "fstep", "fsign", "fatan2", "flog", "flog2", "fnormalize"))


def comes_as_word(inst: Inst) -> bool:
    """Whether a result has no more than a word's bits, so that a pair of it is worse: it has thirty from the first one
    that is not 0, and a product of it that wraps has fewer below the point."""
    return inst.op not in ("call", "load") and (inst.op not in EXPANSIONS or inst.op in _AS_WORDS)
