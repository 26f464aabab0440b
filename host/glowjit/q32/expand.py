"""What each float operation becomes when it is expanded in place: a table of functions.

A function gets the `Site` of the instruction, looks at its operands and at what is known of them, emits integer
instructions and returns the operands that take the place of the results. What is too long for that calls the math
library; `library.FUNCTIONS` has the rest of the operations, for which there is nothing to choose.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from glowjit.ir.core import Operand, Type, const_int
from glowjit.q32 import formats, library, multiply, phase, products, vectors
from glowjit.q32.emit import Emitter, constant
from glowjit.q32.ranges import Range
from glowjit.q32.site import Site

Expansion = Callable[[Site], Operand | int | list[Operand]]

_SIGN_BIT = formats.WORD_BITS - 1


# --- sums and signs --------------------------------------------------------------------------------------------------


def _add(site: Site) -> Operand:
    return site.emit("add", *site.words())


def _subtract(site: Site) -> Operand:
    return site.emit("sub", *site.words())


def _negate(site: Site) -> Operand:
    return site.emit("sub", 0, site.words()[0])


# --- quotients -------------------------------------------------------------------------------------------------------


def _divide(site: Site) -> Operand | int:
    """By a constant or by what is the same for all pixels: a multiplication by the reciprocal. By nothing that could
    be 0, in the second case, so that x / 0 keeps its meaning."""
    x, y = site.inst.args
    divisor, dividend = constant(y), constant(x)
    unit = vectors.over_length(site, x, y)
    if unit is not None:
        return unit
    if divisor is not None and divisor != 0 and math.isfinite(1 / divisor):
        return multiply.by_constant(site, multiply.factor_of(site, x), 1 / divisor)
    if site.range(1).low >= 1 and site.facts.same_for_all_pixels(y):
        return site.emit("mulhsu", site.word(x), site.call("q_reciprocal", site.word(y)))
    if dividend == 1:
        return site.call("q_inverse", site.word(y))
    return site.call("q_div", site.word(x), site.word(y))


def _modulo(site: Site) -> Operand:
    """Exact, because both operands have the same binary point: one remainder, and none for a power of two."""
    x, y = site.inst.args
    divisor = constant(y)
    if divisor is None:
        return site.call("q_mod", site.word(x), site.word(y))
    modulus = formats.word(divisor, site.point)
    if modulus > 0 and modulus & (modulus - 1) == 0:
        up = formats.WORD_BITS + 1 - modulus.bit_length()
        return site.emit("shr", site.emit("shl", site.word(x), up), up)
    if modulus <= 0:
        return site.call("q_mod", site.word(x), site.word(y))
    rest = site.emit("rem", site.word(x), modulus)
    if site.range(0).low >= 0:
        return rest
    return site.emit("add", rest, site.emit("and", site.emit("sar", rest, _SIGN_BIT), modulus))


# --- whole numbers ---------------------------------------------------------------------------------------------------


def _floor(site: Site) -> Operand:
    (x,) = site.words()
    if site.range(0).whole:
        return x
    quotient = site.facts.definition(site.inst.args[0], "fdiv")
    divisor = constant(quotient.args[1]) if quotient is not None else None
    if quotient is not None and divisor is not None and divisor > 0 and (divisor * 2**site.point).is_integer():
        return _whole_quotient(site, site.word(quotient.args[0]), formats.word(divisor, site.point))
    return _floor_word(site, x)


def _whole_quotient(site: Site, x: Operand, divisor: int) -> Operand:
    """floor(x / divisor), exact: a cell's number must not depend on the rounding of a reciprocal."""
    emit = site.emit
    if divisor & (divisor - 1) == 0:
        return emit("shl", emit("sar", x, divisor.bit_length() - 1), site.point)
    quotient = emit("div", x, divisor)
    rest = emit("sub", x, emit("mul", quotient, divisor))
    return emit("shl", emit("add", quotient, emit("sar", rest, _SIGN_BIT)), site.point)


def _floor_word(site: Site, x: Operand) -> Operand:
    return site.emit("shl", site.emit("sar", x, site.point), site.point)


def _ceil(site: Site) -> Operand:
    """-floor(-x): no constant to load."""
    (x,) = site.words()
    if site.range(0).whole:
        return x
    return site.emit("sub", 0, _floor_word(site, site.emit("sub", 0, x)))


def _fract(site: Site) -> Operand:
    (x,) = site.words()
    up = formats.WORD_BITS - site.point
    return x if site.range(0).unit else site.emit("shr", site.emit("shl", x, up), up)


def _towards_zero(site: Site, x: Operand) -> Operand:
    """x, or x + 1 - ulp where it is negative: its floor is x truncated."""
    if site.range(0).low >= 0 or site.range(0).whole:
        return x
    sign = site.emit("sar", x, _SIGN_BIT)
    return site.emit("add", x, site.emit("shr", sign, formats.WORD_BITS - site.point))


def _truncate(site: Site) -> Operand:
    (x,) = site.words()
    return x if site.range(0).whole else _floor_word(site, _towards_zero(site, x))


def _round(site: Site) -> Operand:
    """floor(x + 1/2), or floor(x + 1/2 - ulp) where x is negative."""
    (x,) = site.words()
    if site.range(0).whole:
        return x
    half = 1 << (site.point - 1)
    if site.range(0).low < 0:
        x = site.emit("add", x, site.emit("sar", x, _SIGN_BIT))
    return _floor_word(site, site.emit("add", x, half))


def _round_even(site: Site) -> Operand:
    """floor(x + 1/2 - ulp), or floor(x + 1/2) where the whole part is odd."""
    (x,) = site.words()
    if site.range(0).whole:
        return x
    odd = site.emit("and", site.emit("shr", x, site.point), 1)
    return _floor_word(site, site.emit("add", site.emit("add", x, odd), (1 << (site.point - 1)) - 1))


def _to_int(site: Site) -> Operand:
    """The integer of a whole value is there already, if it came from one."""
    operand = site.inst.args[0]
    source = site.facts.definition(operand, "stof") or site.facts.definition(operand, "utof")
    if source is not None and site.facts.range(operand) != Range(*formats.limits(), True):
        return site.word(source.args[0])
    return multiply.whole_part(site, _towards_zero(site, site.word(operand)), operand)


def _from_int(site: Site) -> Operand:
    return site.emit("shl", site.word(site.inst.args[0]), formats.fraction_of(site.inst.results[0]))


# --- order -----------------------------------------------------------------------------------------------------------


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
    """min(max(x, low), high), without the half that the range of x makes idle."""
    x, low, high = site.words()
    if site.range(0).low < site.range(1).high:
        x = site.emit("max", x, low)
    if max(site.range(0).high, site.range(1).high) > site.range(2).low:
        x = site.emit("min", x, high)
    return x


def _step(site: Site) -> Operand:
    edge, x = site.words()
    return site.emit("shl", site.emit("btoi", site.emit("ge", x, edge)), site.point)


def _compare(op: str) -> Expansion:
    return lambda site: site.emit(op, *site.words())


def _smoothstep(site: Site) -> Operand:
    """Constant edges need no division: x is confined to them first, so that no product overflows, then scaled to a
    31-bit fraction t; t t (3 - 2t) takes two high words. Falling edges count from the upper one down."""
    first, second = constant(site.inst.args[0]), constant(site.inst.args[1])
    if first is None or second is None:
        return site.call("q_smoothstep", *site.words())
    start, end = formats.word(first, site.point), formats.word(second, site.point)
    x, emit = site.word(site.inst.args[2]), site.emit
    if start == end:
        return emit("shl", emit("btoi", emit("lt", start, x)), site.point)
    width = abs(end - start)
    way = emit("sub", x, start) if start < end else emit("sub", start, x)
    way = emit("min", emit("max", way, 0), width)
    return site.call("q_smooth", _share(emit, way, width))


def _share(emit: Emitter, way: Operand, width: int) -> Operand:
    """way / width as a 31-bit fraction, for 0 <= way <= width. The factor has twenty bits: one instruction to load."""
    up = formats.WORD_BITS - width.bit_length()
    if width & (width - 1) == 0:
        return products.up(emit, way, up)
    factor = 2 ** (2 * formats.WORD_BITS - 1) // (width << up)
    return emit("mulhu", products.up(emit, way, up), factor & ~0xFFF)


# --- functions with cheaper special cases ----------------------------------------------------------------------------


def _sine(function: str) -> Expansion:
    """The argument goes to the library in turns: what scales it is part of that conversion."""

    def expand(site: Site) -> Operand:
        return site.call(function, phase.turns(site, site.inst.args[0]))

    return expand


def _power(site: Site) -> Operand | int:
    """A constant base is an exponential, a square root and its like are what they are, small whole exponents are
    products."""
    base, exponent = constant(site.inst.args[0]), constant(site.inst.args[1])
    if base is not None and base > 0 and math.isfinite(base) and exponent is None:
        return exponential(site, site.inst.args[1], math.log2(base))
    x = multiply.factor_of(site, site.inst.args[0])
    if exponent in (0, 1):
        return x.word if exponent else formats.word(1.0, site.point)
    if exponent == 2:
        return multiply.multiply(site, x, x)
    if exponent in _ROOTS:
        return site.call(_ROOTS[exponent], x.word)
    if exponent is not None and exponent.is_integer() and 2 < exponent <= LARGEST_WHOLE_EXPONENT:
        return _whole_power(site, x, int(exponent))
    return site.call("q_pow", x.word, site.word(site.inst.args[1]))


LARGEST_WHOLE_EXPONENT = 128

_ROOTS: dict[float | None, str] = {0.5: "q_sqrt", -0.5: "q_rsqrt", -1.0: "q_inverse"}


def _whole_power(site: Site, x: multiply.Factor, exponent: int) -> Operand:
    """Squares and products of 32-bit fractions, one instruction each (Knuth, TAOCP 4.6.3, binary method). That is for
    0 <= x <= 1; where x may be outside, the library decides which result counts."""
    emit = site.emit
    up = formats.WORD_BITS - site.point
    base: Operand = emit("shl", x.word, up)
    if not x.range.unit:
        base = emit("sub", base, emit("shr", x.word, site.point))  # 1 becomes 1 - 2^-32
    power = base
    for bit in bin(exponent)[3:]:
        power = emit("mulhu", power, power)
        if bit == "1":
            power = emit("mulhu", power, base)
    if x.range.low >= 0 and x.range.high <= 1:
        return emit("shr", emit("add", emit("shr", power, up - 1), 1), 1)
    return site.call("q_pow_whole", x.word, const_int(exponent << site.point), power)


def exponential(site: Site, exponent: Operand, scale: float) -> Operand | int:
    """2^(exponent * scale): the product keeps 32 bits below the word, so that large results lose nothing."""
    whole = math.floor(scale)
    fraction = round((scale - whole) * 2**formats.WORD_BITS)
    if fraction == 2**formats.WORD_BITS:
        whole, fraction = whole + 1, 0
    x = site.word(exponent)
    high = products.by_whole(site.emit, x, whole)
    if fraction == 0:
        return site.call("q_exp2", multiply.as_operand(high))
    carry = site.emit("mulhsu", x, fraction)
    high = carry if high == 0 else site.emit("add", multiply.as_operand(high), carry)
    return site.call("q_exp2_long", high, site.emit("mul", x, fraction))


def _exp(site: Site) -> Operand | int:
    return exponential(site, site.inst.args[0], math.log2(math.e))


def _library(site: Site) -> list[Operand]:
    """One call, operands and results as they are."""
    function, results = library.FUNCTIONS[site.inst.op]
    return list(site.emit.call(function, site.words(), [Type.INT] * results))


def _scale(factor: float) -> Expansion:
    return lambda site: products.by_constant(site.emit, site.word(site.inst.args[0]), factor)


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
    "fdiv": _divide,
    "fmod": _modulo,
    "ffloor": _floor,
    "fceil": _ceil,
    "ffract": _fract,
    "ftrunc": _truncate,
    "fround": _round,
    "froundeven": _round_even,
    "ftos": _to_int,
    "ftou": _to_int,
    "stof": _from_int,
    "utof": _from_int,
    "fmin": _least,
    "fmax": _greatest,
    "fclamp": _clamp,
    "fstep": _step,
    "fsmoothstep": _smoothstep,
    "feq": _compare("eq"),
    "fne": _compare("ne"),
    "flt": _compare("lt"),
    "fge": _compare("ge"),
    "fradians": _scale(math.pi / 180),
    "fdegrees": _scale(180 / math.pi),
    "fsin": _sine("q_sin"),
    "fcos": _sine("q_cos"),
    "ftan": _sine("q_tan"),
    "flength": vectors.length,
    "fnormalize": vectors.normalize,
    "fpow": _power,
    "fexp": _exp,
    "fsqrt": vectors.square_root,
    **dict.fromkeys(library.FUNCTIONS, _library),
}
