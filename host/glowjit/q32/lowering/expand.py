"""The table of expansions for words: the integer instructions that each float operation becomes.

An expansion gets the `Site` of the instruction, chooses a form by what is known of the operands, emits it and returns
the operands that replace the results. What is too long to be expanded in place is a call of the math library;
`math_library.FUNCTIONS` lists the operations that always are.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from glowjit.ir.core import Const, Operand, Type, const_int
from glowjit.q32 import formats, math_library, variants
from glowjit.q32.lowering import angles, expand_pairs, multiply, products, quotients, vectors
from glowjit.q32.lowering.emit import Emitter, constant
from glowjit.q32.lowering.site import Site, aligned, word_of_pair

Expansion = Callable[[Site], Operand | int | list[Operand]]

_SIGN_BIT = formats.WORD_BITS - 1


# --- sums and signs --------------------------------------------------------------------------------------------------


def _summands(site: Site) -> list[Operand]:
    """Operands of a sum at the result's binary point, or at their own, if they share one that is coarser."""
    points = {site.point_of(arg) for arg in site.inst.args if not isinstance(arg, Const)}
    site.work_at(site.wanted_point)
    if (
        len(points) == 1
        and (own := points.pop()) < site.wanted_point
        and all(_exact(arg, own) for arg in site.inst.args)
    ):
        site.work_at(own)
    return [site.word(arg, wraps=True) for arg in site.inst.args]


def _exact(operand: Operand, point: int) -> bool:
    """Whether a constant has a word at this binary point; what is no constant has one already."""
    number = constant(operand)
    return number is None or math.ldexp(number, point).is_integer()


def _add(site: Site) -> Operand:
    return multiply.spelled_mix(site) or site.emit("add", *_summands(site))


def _subtract(site: Site) -> Operand:
    return site.emit("sub", *_summands(site))


def _negate(site: Site) -> Operand:
    return site.emit("sub", 0, *_summands(site))


# --- whole numbers ---------------------------------------------------------------------------------------------------


def _floor(site: Site) -> Operand:
    (x,) = site.inst.args
    site.work_at(site.point_of(x))
    if _is_whole(site):
        return site.own(x)
    quotient = site.facts.definition(x, "fdiv")
    divisor = constant(quotient.args[1]) if quotient is not None else None
    if quotient is not None and divisor is not None and divisor > 0:
        point = site.point_of(quotient.args[0])
        if math.ldexp(divisor, point).is_integer():
            return _whole_quotient(site, site.halves(quotient.args[0])[0], formats.word(divisor, point))
    site.result_point = 0
    return _floored(site, site.halves(x)[0])


def _is_whole(site: Site) -> bool:
    """Whether the operand has nothing to round."""
    return site.range(0).whole or site.point_of(site.inst.args[0]) <= 0


def _whole_quotient(site: Site, x: Operand, divisor: int) -> Operand:
    """floor(x / divisor), exact: a cell's number must not depend on the rounding of a reciprocal."""
    emit = site.emit
    site.result_point = 0
    if divisor & (divisor - 1) == 0:
        return aligned(emit, x, 1 - divisor.bit_length())
    quotient = emit("div", x, divisor)
    rest = emit("sub", x, emit("mul", quotient, divisor))
    return emit("add", quotient, emit("sar", rest, _SIGN_BIT))


def _floored(site: Site, x: Operand) -> Operand:
    """The floor of a word with `site.operand_point` fraction bits, as an integer."""
    site.result_point = 0
    return site.emit("sar", x, site.operand_point)


def _rounding(expand: Callable[[Site, Operand], Operand]) -> Expansion:
    """An expansion that returns a whole operand as it is, and else applies `expand` to its word."""

    def rounded(site: Site) -> Operand:
        site.work_at(site.point_of(site.inst.args[0]))
        return site.words()[0] if _is_whole(site) else expand(site, site.words()[0])

    return rounded


def _ceil(site: Site, x: Operand) -> Operand:
    """-floor(-x), which needs no constant."""
    return site.emit("sub", 0, _floored(site, site.emit("sub", 0, x)))


def _fract(site: Site) -> Operand | int:
    """The bits below the point: the others are shifted out at the top, and the rest down to the result's point."""
    (x,) = site.inst.args
    below = site.point_of(x)
    site.work_at(below)
    if below <= 0:
        return 0
    if site.range(0).unit:
        return site.own(x)
    site.result_point = min(site.wanted_point, formats.WORD_BITS - 1)
    top = aligned(site.emit, site.halves(x)[0], formats.WORD_BITS - below)
    return site.emit("shr", top, formats.WORD_BITS - site.result_point)


def _towards_zero(site: Site, x: Operand) -> Operand:
    """x, or x + 1 - ulp where it is negative: its floor is x truncated."""
    if site.range(0).low >= 0 or _is_whole(site):
        return x
    sign = site.emit("sar", x, _SIGN_BIT)
    return site.emit("add", x, site.emit("shr", sign, formats.WORD_BITS - site.operand_point))


def _truncate(site: Site, x: Operand) -> Operand:
    return _floored(site, _towards_zero(site, x))


def _round(site: Site, x: Operand) -> Operand:
    """floor(x + 1/2), or floor(x + 1/2 - ulp) where x is negative."""
    half = 1 << (site.operand_point - 1)
    if site.range(0).low < 0:
        x = site.emit("add", x, site.emit("sar", x, _SIGN_BIT))
    return _floored(site, site.emit("add", x, half))


def _round_even(site: Site, x: Operand) -> Operand:
    """floor(x + 1/2 - ulp), or floor(x + 1/2) where the whole part is odd."""
    odd = site.emit("and", site.emit("shr", x, site.operand_point), 1)
    return _floored(site, site.emit("add", site.emit("add", x, odd), (1 << (site.operand_point - 1)) - 1))


def _to_int(site: Site) -> Operand:
    """A float that was made from an int gives that int."""
    (operand,) = site.inst.args
    source = site.facts.definition(operand, "stof") or site.facts.definition(operand, "utof")
    known, widest = site.range(0), site.facts.widest(operand)
    if source is not None and (known.low, known.high) != (widest.low, widest.high):
        return site.word(source.args[0])
    site.operand_point = site.point_of(operand)
    if site.operand_point <= 0:
        return aligned(site.emit, site.own(operand), -site.operand_point)
    return multiply.whole_part(site, _towards_zero(site, site.halves(operand)[0]), operand)


def _from_int(site: Site) -> Operand:
    """An int is a word with 0 fraction bits. An unsigned one may need fewer, so that its top bit is not a sign."""
    site.result_point = 0
    word = site.word(site.inst.args[0])
    if site.inst.op == "utof" and site.wanted_point < 0:
        site.result_point = site.wanted_point
        return site.emit("shr", word, -site.wanted_point)
    return word


# --- order -----------------------------------------------------------------------------------------------------------


def _ordered(expand: Expansion) -> Expansion:
    """An expansion that applies `expand` to the operands at the coarsest of their binary points, where all fit.

    A constant that may be the result has to fit there too; one that is only compared with may saturate.
    """

    def at_least_point(site: Site) -> Operand | int | list[Operand]:
        chooses = site.inst.op in _CHOOSING
        site.work_at((site.fitting_point if chooses else site.least_point)(*site.inst.args))
        return expand(site)

    return at_least_point


_CHOOSING = frozenset(("fmin", "fmax", "fclamp"))


def _least(site: Site) -> Operand:
    x, y = site.words()
    if site.range(0).high <= site.range(1).low:
        return x
    if site.range(1).high <= site.range(0).low:
        return y
    return site.emit("min", x, y)


def _greatest(site: Site) -> Operand:
    x, y = site.words()
    if site.range(0).low >= site.range(1).high:
        return x
    if site.range(1).low >= site.range(0).high:
        return y
    return site.emit("max", x, y)


def _clamp(site: Site) -> Operand:
    """min(max(x, low), high), without a bound that the range of x keeps anyway."""
    x, low, high = site.words()
    if site.range(0).low < site.range(1).high:
        x = site.emit("max", x, low)
    if max(site.range(0).high, site.range(1).high) > site.range(2).low:
        x = site.emit("min", x, high)
    return x


def _step(site: Site) -> Operand:
    edge, x = site.words()
    site.result_point = 0
    return site.emit("btoi", site.emit("ge", x, edge))


def _compare(op: str) -> Expansion:
    return lambda site: site.emit(op, *site.words())


def _smoothstep(site: Site) -> Operand:
    """With constant edges, no division: x is clamped to them and scaled to a 31-bit fraction t; then t t (3 - 2t) takes
    two high words of products. Where the first edge is above the second, t counts down from it."""
    first, second = constant(site.inst.args[0]), constant(site.inst.args[1])
    site.result_point = formats.BORDER_FRACTION
    if first is None or second is None:
        return site.call(site.finest("q_smoothstep"), *site.words())
    start, end = formats.word(first, site.operand_point), formats.word(second, site.operand_point)
    x, emit = site.word(site.inst.args[2]), site.emit
    if site.exact:
        x = emit("min", emit("max", x, min(start, end)), max(start, end))
    if start == end:
        site.result_point = 0
        return emit("btoi", emit("lt", start, x))
    width, known = abs(end - start), site.range(2)
    way = emit("sub", x, start) if start < end else emit("sub", start, x)
    if known.low < first if start < end else known.high > first:
        way = emit("max", way, 0)
    if known.high > second if start < end else known.low < second:
        way = emit("min", way, width)
    if site.enough is None:
        return site.call("q_smooth", _share(emit, way, width))
    site.result_point = _SMOOTH_FRACTION
    return site.call("q_smooth_28", _share(emit, way, width))


_SMOOTH_FRACTION = 28


def _share(emit: Emitter, way: Operand, width: int) -> Operand:
    """way / width as a 31-bit fraction, for 0 <= way <= width. The factor has twenty bits: one instruction to load."""
    up = formats.WORD_BITS - width.bit_length()
    if width & (width - 1) == 0:
        return products.up(emit, way, up)
    factor = 2 ** (2 * formats.WORD_BITS - 1) // (width << up)
    return emit("mulhu", products.up(emit, way, up), factor & ~0xFFF)


# --- functions with cheaper special cases ----------------------------------------------------------------------------


def _power(site: Site) -> Operand | int:
    """A constant base makes it an exponential; exponents of 1/2 and -1/2 are roots, small whole ones are products."""
    base, exponent = constant(site.inst.args[0]), constant(site.inst.args[1])
    if base is not None and base > 0 and math.isfinite(base) and exponent is None:
        return exponential(site, site.inst.args[1], math.log2(base))
    if exponent == 2:
        x = multiply.factor_of(site, site.inst.args[0])
        return multiply.multiply(site, x, x)
    if exponent == 0.5:
        return vectors.square_root(site)
    if exponent == -0.5:
        return vectors.inverse_root(site)
    x = multiply.Factor(site.word(site.inst.args[0]), site.range(0), site.operand_point)
    if exponent in (0, 1):
        return x.word if exponent else formats.word(1.0, site.operand_point)
    if exponent == -1:
        return site.call(site.far("q_inverse"), x.word)
    if not site.exact and exponent is not None and exponent.is_integer() and 2 < exponent <= LARGEST_WHOLE_EXPONENT:
        return _whole_power(site, x, int(exponent))
    if site.exact or (site.once_a_frame and site.basis is not None):
        site.result_point = site.wanted_point
        return word_of_pair(site.emit, expand_pairs.power(site), site.wanted_point)
    if exponent is not None and 0 < exponent < _LARGEST_EXPONENT and site.may_lose(variants.COARSE_POWER):
        site.result_point = _fine_point(site)
        factor, top = round(exponent * 2**27), formats.UNIT_FRACTION - site.result_point
        return site.call("q_pow_13", x.word, const_int(factor), const_int(top))
    return site.call(site.finest("q_pow"), x.word, site.word(site.inst.args[1]))


LARGEST_WHOLE_EXPONENT = 128
_LARGEST_EXPONENT = 16  # of a power that may be coarse


def _whole_power(site: Site, x: multiply.Factor, exponent: int) -> Operand:
    """The binary method (Knuth, TAOCP 4.6.3) on 32-bit fractions, one instruction a product, for 0 <= x <= 1. If x may
    be outside, a library function gets this result and decides whether it counts."""
    emit = site.emit
    up = formats.WORD_BITS - site.operand_point
    base: Operand = emit("shl", x.word, up)
    if not x.range.unit:
        base = emit("sub", base, emit("shr", x.word, site.operand_point))  # 1 becomes 1 - 2^-32
    power = base
    for bit in bin(exponent)[3:]:
        power = emit("mulhu", power, power)
        if bit == "1":
            power = emit("mulhu", power, base)
    if x.range.low >= 0 and x.range.high <= 1:
        return emit("shr", emit("add", emit("shr", power, up - 1), 1), 1)
    return site.call(site.finest("q_pow_whole"), x.word, const_int(exponent << site.operand_point), power)


def _fine_point(site: Site) -> int:
    """The fraction bits that a power is computed with: those of its result, as far as the library has them."""
    return min(max(site.wanted_point, 0), formats.UNIT_FRACTION)


def exponential(site: Site, exponent: Operand, scale: float) -> Operand | int:
    """2^(exponent * scale). The product keeps 32 bits below its word, so that large results are exact; another binary
    point than the border's is reached by adding to the exponent."""
    site.result_point = _fine_point(site)
    octaves = products.exponent(site, exponent, scale)
    if site.may_lose(variants.COARSE_EXPONENTIAL):
        octaves = multiply.as_operand(products.by_constant(site.emit, octaves, scale))
        return site.call("q_exp2_13", octaves, const_int(formats.UNIT_FRACTION - site.result_point))
    high, low = products.octaves(site.emit, octaves, scale)
    if site.result_point != formats.BORDER_FRACTION:
        off = (site.result_point - formats.BORDER_FRACTION) << site.operand_point
        high = site.emit("add", multiply.as_operand(high), off)
    if site.exact:
        return site.call("q_exp2_fine", multiply.as_operand(high), multiply.as_operand(low))
    if low == 0:
        return site.call("q_exp2", multiply.as_operand(high))
    return site.call("q_exp2_long", multiply.as_operand(high), multiply.as_operand(low))


def _exp(site: Site) -> Operand | int:
    return exponential(site, site.inst.args[0], math.log2(math.e))


def _exp2(site: Site) -> Operand | int:
    return exponential(site, site.inst.args[0], 1.0)


def _library(site: Site) -> list[Operand]:
    """One library call, operands and results at the border's binary point."""
    function, results = math_library.FUNCTIONS[site.inst.op]
    return list(site.emit.call(function, site.words(), [Type.INT] * results))


def _scale(factor: float) -> Expansion:
    return lambda site: multiply.by_constant(site, multiply.factor_of(site, site.inst.args[0]), factor)


def _fine(function: str, point: int = formats.BORDER_FRACTION) -> Expansion:
    """One library call; if more bits than the border's are wanted, of `function`, whose operand has `point` of them."""

    def expand(site: Site) -> Operand | list[Operand]:
        return site.call(function, site.word(site.inst.args[0], point)) if angles.is_fine(site) else _library(site)

    return expand


def _logarithm(function: str, per_bit: float) -> Expansion:
    """The library takes x as if it had the border's fraction bits; the logarithm of that factor is added."""

    def expand(site: Site) -> Operand:
        (x,) = site.inst.args
        if angles.is_fine(site):
            return site.call(f"{function}_fine", site.own(x))
        found = site.call(function, site.own(x))
        off = formats.word((formats.BORDER_FRACTION - site.point_of(x)) * per_bit)
        return site.emit("add", found, off) if off else found

    return expand


EXPANSIONS: dict[str, Expansion] = {
    "fadd": _add,
    "fsub": _subtract,
    "fneg": _negate,
    "fabs": vectors.absolute,
    "fsign": vectors.sign,
    "fmul": multiply.product,
    "ffma": multiply.fused,
    "fmix": multiply.mix,
    "fdot": multiply.dot,
    "fdiv": quotients.divide,
    "fmod": quotients.modulo,
    "ffloor": _floor,
    "fceil": _rounding(_ceil),
    "ffract": _fract,
    "ftrunc": _rounding(_truncate),
    "fround": _rounding(_round),
    "froundeven": _rounding(_round_even),
    "ftos": _to_int,
    "ftou": _to_int,
    "stof": _from_int,
    "utof": _from_int,
    "fmin": _ordered(_least),
    "fmax": _ordered(_greatest),
    "fclamp": _ordered(_clamp),
    "fstep": _ordered(_step),
    "fsmoothstep": _ordered(_smoothstep),
    "feq": _ordered(_compare("eq")),
    "fne": _ordered(_compare("ne")),
    "flt": _ordered(_compare("lt")),
    "fge": _ordered(_compare("ge")),
    "fradians": _scale(math.pi / 180),
    "fdegrees": _scale(180 / math.pi),
    "fsin": angles.sine("q_sin"),
    "fcos": angles.sine("q_cos"),
    "ftan": angles.tangent,
    "flength": vectors.length,
    "fnormalize": vectors.normalize,
    "fpow": _power,
    "fexp": _exp,
    "fexp2": _exp2,
    "fsqrt": vectors.square_root,
    "frsqrt": vectors.inverse_root,
    "flog": _logarithm("q_log", math.log(2)),
    "flog2": _logarithm("q_log2", 1.0),
    **dict.fromkeys(math_library.FUNCTIONS, _library),
    "fatan": _fine("q_atan_fine"),
    "fasin": _fine("q_asin_fine", formats.UNIT_FRACTION),
    "facos": _fine("q_acos_fine", formats.UNIT_FRACTION),
    "fatan2": angles.arctangent,
}
