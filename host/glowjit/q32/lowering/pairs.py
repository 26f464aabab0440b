"""Pairs: values for which a word has too few bits, in two words, m * 2^e with 30 bits of m.

A value in `Formats.wide` is a pair, and whoever computes one or takes one is expanded here, if its operation is in the
table; else its operands become words, which saturate, and its result becomes a pair again. So every operation takes
pairs, and borders between pair and word are calls of `q_pair` and `q_pair_word`. Numbers are normalised by the library
(`library/pairs.glsl`): a product costs 15 instructions, a sum or a quotient 40, and no magnitude is too large or too
small. A 64-bit number of one binary point would not do for poles: the square of a number from 1e-4 to 1e6 has 66 bits
before its first significant one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import reduce

from glowjit.ir.core import Const, Inst, Operand, Type, const_int
from glowjit.q32 import formats
from glowjit.q32.lowering import products
from glowjit.q32.lowering.angles import is_fine
from glowjit.q32.lowering.emit import Emitter, constant
from glowjit.q32.lowering.site import Pair, Site
from glowjit.q32.lowering.vectors import exact_length, unit_vector
from glowjit.words import FARTHEST, PAIR_BITS, encode_pair

Expansion = Callable[[Site], Pair | Operand | None]

_LOGARITHM = 10  # fraction bits of a factor that makes the library's logarithm one of 32
_SIGN_BIT = formats.WORD_BITS - 1
_UNSIGNED = 2  # bits of an unsigned word that are dropped to make one with a sign


def pair_of_word(emit: Emitter, word: Operand, point: int) -> Pair:
    """A word with `point` fraction bits as a pair."""
    return _call(emit, "q_pair", word, const_int(-point))


def _call(emit: Emitter, function: str, *args: Operand) -> Pair:
    m, e = emit.call(function, list(args), [Type.INT, Type.INT])
    return m, e


def pair_of_long(site: Site, x: tuple[Operand, Operand], point: int) -> Pair:
    """The first 30 bits of two words, the first with `point` fraction bits."""
    above = pair_of_word(site.emit, x[0], point)
    if x[1] == const_int(0):
        return above
    low = site.emit("shr", x[1], _UNSIGNED)
    return total(site, above, pair_of_word(site.emit, low, point + formats.WORD_BITS - _UNSIGNED))


def as_pair(site: Site, operand: Operand) -> Pair:
    """An operand as a pair, whatever it is."""
    if operand in site.pairs:
        return site.pairs[operand]
    number = constant(operand)
    if number is None:
        return pair_of_long(site, site.halves(operand), site.fraction(operand))
    m, e = encode_pair(number)
    return const_int(m), const_int(e)


def _pairs(site: Site) -> list[Pair]:
    return [as_pair(site, arg) for arg in site.inst.args]


# --- arithmetic ------------------------------------------------------------------------------------------------------


def total(site: Site, x: Pair, y: Pair) -> Pair:
    return _call(site.emit, site.nearest("q_pair_add"), *x, *y)


def opposite(site: Site, x: Pair) -> Pair:
    return site.emit("sub", 0, x[0]), x[1]


def difference(site: Site, x: Pair, y: Pair) -> Pair:
    return total(site, x, opposite(site, y))


def product(site: Site, x: Pair, y: Pair) -> Pair:
    """By a power of two, only the exponent moves."""
    for (m, e), (other, at) in ((x, y), (y, x)):
        if isinstance(m, Const) and isinstance(e, Const) and m.value == 1 << PAIR_BITS - 1:
            return other, site.emit("add", at, int(e.value) + PAIR_BITS - 1)
    return _call(site.emit, site.nearest("q_pair_mul"), *x, *y)


def quotient(site: Site, x: Pair, y: Pair) -> Pair:
    """Value numbering leaves one reciprocal of the quotients by one divisor."""
    return _call(site.emit, site.nearest("q_pair_div"), *x, *y, site.call("q_pair_reciprocal", y[0]))


def _fused(site: Site, a: Pair, b: Pair, c: Pair) -> Pair:
    return total(site, product(site, a, b), c)


def _mix(site: Site, a: Pair, b: Pair, t: Pair) -> Pair:
    return _fused(site, difference(site, b, a), t, a)


def _dot(site: Site, *operands: Pair) -> Pair:
    half = len(operands) // 2
    terms = [product(site, x, y) for x, y in zip(operands[:half], operands[half:], strict=True)]
    return reduce(lambda x, y: total(site, x, y), terms)


def _floor(site: Site, x: Pair) -> Pair:
    return _call(site.emit, "q_pair_floor", *x)


def _ceil(site: Site, x: Pair) -> Pair:
    return opposite(site, _floor(site, opposite(site, x)))


def truncated(site: Site, x: Pair) -> Pair:
    """The floor of the magnitude, with the sign of x."""
    return _by_magnitude(site, x, lambda magnitude: _floor(site, magnitude))


def _by_magnitude(site: Site, x: Pair, rounded: Callable[[Pair], Pair]) -> Pair:
    sign = site.emit("sar", x[0], _SIGN_BIT)
    m, e = rounded((with_sign(site.emit, x[0], sign), x[1]))
    return with_sign(site.emit, m, sign), e


def with_sign(emit: Emitter, m: Operand, sign: Operand) -> Operand:
    return emit("sub", emit("xor", m, sign), sign)


def _round(site: Site, x: Pair) -> Pair:
    """Halves away from zero, as words are rounded."""
    half = const_int(1 << PAIR_BITS - 1), const_int(-PAIR_BITS)
    return _by_magnitude(site, x, lambda magnitude: _floor(site, total(site, magnitude, half)))


def _modulo(site: Site, x: Pair, y: Pair) -> Pair:
    return difference(site, x, product(site, y, _floor(site, quotient(site, x, y))))


def _smoothstep(site: Site, start: Pair, end: Pair, x: Pair) -> Pair:
    zero, one, three = (as_pair(site, Const(Type.FLOAT, number)) for number in (0.0, 1.0, 3.0))
    share = quotient(site, difference(site, x, start), difference(site, end, start))
    t = clamp(site, share, zero, one)
    return product(site, product(site, t, t), difference(site, three, product(site, t, as_pair(site, _TWO))))


_TWO = Const(Type.FLOAT, 2.0)


def absolute(site: Site, x: Pair) -> Pair:
    return with_sign(site.emit, x[0], site.emit("sar", x[0], _SIGN_BIT)), x[1]


def of_pairs(expand: Callable[..., Pair]) -> Expansion:
    """`expand` for all operands as pairs."""
    return lambda site: expand(site, *_pairs(site))


def library(function: str) -> Expansion:
    """One call."""
    return lambda site: _call(site.emit, function, *(word for pair in _pairs(site) for word in pair))


# --- order -----------------------------------------------------------------------------------------------------------


def _order(site: Site, op: str, x: Operand, y: Operand) -> Operand:
    """Whether x is less than y, or what `op` says; words where one of them is a word, of its binary point."""
    narrow = [operand for operand in (x, y) if operand not in site.pairs]
    if not narrow:
        return site.emit(op, difference(site, site.pairs[x], site.pairs[y])[0], 0)
    number = constant(narrow[0])
    if number == 0:
        return site.emit(op, *(site.pairs[operand][0] if operand in site.pairs else const_int(0) for operand in (x, y)))
    point = site.fraction(narrow[0]) if number is None else formats.fit_seen(abs(number))
    return site.emit(op, site.word(x, point), site.word(y, point))


def _compare(op: str) -> Expansion:
    return lambda site: _order(site, op, *site.inst.args)


def _step(site: Site) -> Operand:
    edge, x = site.inst.args
    site.result_point = 0
    return site.emit("btoi", _order(site, "ge", x, edge))


def _sign(site: Site) -> Operand:
    m, _ = as_pair(site, site.inst.args[0])
    site.result_point = 0
    return site.emit("add", site.emit("btoi", site.emit("lt", 0, m)), site.emit("sar", m, _SIGN_BIT))


def _chosen(site: Site, condition: Operand, x: Pair, y: Pair) -> Pair:
    return site.emit("select", condition, x[0], y[0]), site.emit("select", condition, x[1], y[1])


def _lesser(site: Site, x: Pair, y: Pair) -> Pair:
    return _chosen(site, site.emit("lt", difference(site, x, y)[0], 0), x, y)


def _greater(site: Site, x: Pair, y: Pair) -> Pair:
    return _chosen(site, site.emit("lt", difference(site, x, y)[0], 0), y, x)


def clamp(site: Site, x: Pair, low: Pair, high: Pair) -> Pair:
    return _lesser(site, _greater(site, x, low), high)


def _if_wide(expand: Callable[..., Pair]) -> Expansion:
    """Nothing where the result is a word: of words that saturate it is as good."""
    return lambda site: expand(site, *_pairs(site)) if site.inst.results[0] in site.pairs else None


def _select(site: Site) -> Pair | None:
    condition, x, y = site.inst.args
    if site.inst.results[0] not in site.pairs:
        return None
    return _chosen(site, site.word(condition), as_pair(site, x), as_pair(site, y))


# --- vectors, powers, whole numbers ----------------------------------------------------------------------------------


def level(site: Site, vector: Sequence[Pair]) -> tuple[list[Operand], Operand]:
    """The components of a vector as words of one binary point, and the exponent that they share."""
    emit = site.emit
    exponents = [emit("select", emit("eq", m, 0), const_int(-FARTHEST), e) for m, e in vector]
    top: Operand = reduce(lambda x, y: emit("max", x, y), exponents)
    words: list[Operand] = []
    for (m, _), e in zip(vector, exponents, strict=True):
        words.append(emit("sar", m, emit("min", emit("sub", top, e), _SIGN_BIT)))
    return words, top


def _length(site: Site) -> Pair:
    vector = _pairs(site)
    if len(vector) == 1:
        return absolute(site, vector[0])
    words, top = level(site, vector)
    length = exact_length(site, words) if site.exact else site.call(f"q_length{len(vector)}", *words)
    return _call(site.emit, "q_pair", length, top)


def _normalize(site: Site) -> list[Pair | Operand] | None:
    if not site.pairs.keys().isdisjoint(site.inst.results):
        length = _length(site)
        return [quotient(site, x, length) for x in _pairs(site)]
    words, _ = level(site, _pairs(site))
    if len(words) == 1:
        return [_sign(site)]
    return list(unit_vector(site, words))


def _arctangent(site: Site) -> Operand:
    words, _ = level(site, _pairs(site))
    return site.call("q_atan2_fine" if is_fine(site) else "q_atan2", *words)


def _logarithm(per_octave: float) -> Expansion:
    def expand(site: Site) -> Operand:
        octaves = site.call("q_pair_log2_fine" if is_fine(site) else "q_pair_log2", *as_pair(site, site.inst.args[0]))
        found = products.by_constant(site.emit, octaves, per_octave)
        return const_int(found) if isinstance(found, int) else found

    return expand


def _exponential(site: Site, exponent: Operand, scale: float) -> Pair:
    octaves = products.octaves(site.emit, products.exponent(site, exponent, scale), scale)
    words = (const_int(word) if isinstance(word, int) else word for word in octaves)
    return _call(site.emit, site.finest("q_pair_exp2"), *words)


def power(site: Site) -> Pair:
    base, exponent = (constant(arg) for arg in site.inst.args)
    if base is not None and base > 0 and math.isfinite(base):
        return _exponential(site, site.inst.args[1], math.log2(base))
    x = as_pair(site, site.inst.args[0])
    if exponent == 2:
        return product(site, x, x)
    point = site.fraction(site.inst.args[1]) if exponent is None else formats.fit_seen(abs(exponent))
    point = min(max(point, _LOGARITHM + 1), PAIR_BITS)
    power = site.word(site.inst.args[1], point)
    return _call(site.emit, site.finest("q_pair_pow"), *x, power, const_int(point - _LOGARITHM))


def _scaled(factor: float) -> Expansion:
    return lambda site: product(site, as_pair(site, site.inst.args[0]), as_pair(site, Const(Type.FLOAT, factor)))


def _fraction(site: Site) -> Operand:
    """The bits below the point, right modulo 1."""
    site.result_point = min(site.wanted, _SIGN_BIT)
    bits = _fraction_of_multiple(site) if site.exact else None
    if bits is None:
        m, e = as_pair(site, site.inst.args[0])
        bits = site.call("q_pair_bits", m, site.emit("add", e, formats.WORD_BITS))
    return site.emit("shr", bits, formats.WORD_BITS - site.result_point)


def _fraction_of_multiple(site: Site) -> Operand | None:
    """The fraction of a constant times a word, of which a pair has too few bits; None for anything else."""
    product = site.facts.definition(site.inst.args[0], "fmul")
    for factor, operand in (product.args, product.args[::-1]) if product is not None else ():
        number = constant(factor)
        if number is not None and math.isfinite(number) and operand not in site.pairs:
            per_word = Fraction(number) * 2 ** (formats.WORD_BITS - site.fraction(operand))
            whole = math.floor(per_word)
            part = round((per_word - whole) * 2**formats.WORD_BITS)
            found = products.by_parts(site.emit, site.own(operand), whole, part)
            return const_int(found) if isinstance(found, int) else found
    return None


def _to_int(site: Site) -> Operand:
    return site.call("q_pair_word", *truncated(site, as_pair(site, site.inst.args[0])))


def _ldexp(site: Site) -> Pair:
    m, e = as_pair(site, site.inst.args[0])
    return m, site.emit("add", e, site.word(site.inst.args[1]))


EXPANSIONS: dict[str, Callable[[Site], Pair | Operand | list[Pair | Operand] | None]] = {
    "fadd": of_pairs(total),
    "fsub": of_pairs(difference),
    "fneg": of_pairs(opposite),
    "fabs": of_pairs(absolute),
    "fsign": _sign,
    "fmul": of_pairs(product),
    "ffma": of_pairs(_fused),
    "fmix": of_pairs(_mix),
    "fdot": of_pairs(_dot),
    "fdiv": of_pairs(quotient),
    "fmod": of_pairs(_modulo),
    "ffloor": of_pairs(_floor),
    "fceil": of_pairs(_ceil),
    "ftrunc": of_pairs(truncated),
    "fround": of_pairs(_round),
    "ffract": _fraction,
    "ftos": _to_int,
    "ftou": _to_int,
    "fmin": _if_wide(_lesser),
    "fmax": _if_wide(_greater),
    "fclamp": _if_wide(clamp),
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
    "fsqrt": library("q_pair_sqrt"),
    "frsqrt": library("q_pair_rsqrt"),
    "flog": _logarithm(math.log(2)),
    "flog2": _logarithm(1.0),
    "fexp": lambda site: _exponential(site, site.inst.args[0], math.log2(math.e)),
    "fexp2": lambda site: _exponential(site, site.inst.args[0], 1.0),
    "fpow": power,
    "utof": lambda site: _call(site.emit, "q_pair_unsigned", site.word(site.inst.args[0])),
    "fldexp": _ldexp,
}

_AS_WORDS = frozenset(("ffract", "fstep", "fsign", "fatan2", "flog", "flog2", "fnormalize"))


def comes_as_word(inst: Inst) -> bool:
    """Whether a result has no more than a word's bits, so that a pair of it is worse: it has thirty from the first one
    that is not 0, and a product of it that wraps has fewer below the point."""
    return inst.op not in ("call", "load") and (inst.op not in EXPANSIONS or inst.op in _AS_WORDS)
