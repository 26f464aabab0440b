"""What the rounding of words adds to the ranges of real arithmetic, and what a word can hold: `rounded`.

An operation on words is its rule, wider by what is lost where operands are moved to a coarser binary point, by the ulps
of the operation itself, and for the math library by its published error; then on the grid of the result's words. Where
that leaves the words, an expansion wraps, and nothing is known; the library saturates.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from glowjit.ir.core import Const, Inst, Type, Value
from glowjit.q32 import variants
from glowjit.q32.formats import BORDER_FRACTION, Formats, limits, ulp
from glowjit.q32.ranges import interval
from glowjit.q32.ranges.interval import BOOL, INT, NOT_NEGATIVE, REAL, RULES, UNIT, Range, Rule, always, hull

_BORDER_ULP = ulp()
_LOWEST, _HIGHEST = limits()
ANY = Range(_LOWEST, _HIGHEST)
_LIBRARY_ULPS = 8
_LIBRARY_ERROR = 2.0**-10  # relative
_SIGNED_UNIT = Range(-1, 1)
_SATURATING = frozenset(("flength", "fsqrt", "frsqrt", "fcosh", "facosh", "fpow"))

# Ulps by which an expansion may miss, beside the floor; what has none is exact.
_ULPS = {"fmul": 2, "ffma": 3, "fmix": 1, "fradians": 2, "fdegrees": 2}
# Of the library, what keeps within its range to the last bit.
_KEPT = frozenset(("fsin", "fcos", "ftanh", "fsmoothstep", "fnormalize", "fmod"))


def rounded(inst: Inst, value: Value, operands: Sequence[Range], formats: Formats, shape: Rule | None = None) -> Range:
    """The range of the words of a result; `shape` is a rule that knows more than that of the operation."""
    fraction = formats.fraction_of(value)
    if inst.op == "fmix" and _wraps_inside(inst, operands, formats):
        return widest(value.type, fraction)
    rule = shape or _WORDS.get(inst.op) or RULES.get(inst.op)
    if rule is None:
        return widest(value.type, fraction)
    if inst.op != "fmul":  # factors are what they are
        operands = _at_one_point(inst, operands, fraction, formats)
    found = rule(*operands)
    if value.type is not Type.FLOAT:
        return confine(found, value.type)
    slack = _ulps(inst, operands) * ulp(fraction)
    slack += max(variants.error(inst.op, formats.basis.get(result)) for result in inst.results)
    low, high = found.low - slack, found.high + slack
    if inst.info.flags == "M" and inst.op not in _KEPT:
        low -= _LIBRARY_ULPS * _BORDER_ULP + abs(found.low) * _LIBRARY_ERROR
        high += _LIBRARY_ULPS * _BORDER_ULP + abs(found.high) * _LIBRARY_ERROR
        if _saturates(inst, fraction, formats):
            low, high = (min(max(end, limits(fraction)[0]), limits(fraction)[1]) for end in (low, high))
    if found.low >= 0:
        low = max(low, 0.0)  # nothing rounds to less
    return confine(Range(low, high, found.whole), value.type, fraction)


def _at_one_point(inst: Inst, operands: Sequence[Range], fraction: int, formats: Formats) -> list[Range]:
    """What operands are at the coarsest binary point they may be moved to: constants are rounded, words floored."""
    points = [formats.fraction_of(arg) for arg in inst.args if arg.type is Type.FLOAT and not isinstance(arg, Const)]
    points = points or [BORDER_FRACTION]
    library = [BORDER_FRACTION] if "M" in inst.info.flags else []
    coarsest = min([fraction, *points, *library])
    step, found = ulp(coarsest), []
    for arg, known in zip(inst.args, operands, strict=False):
        if arg.type is Type.FLOAT and not (known.whole and coarsest >= 0 and known.magnitude <= _HIGHEST):
            if isinstance(arg, Const):
                half = 0.0 if (known.low / step).is_integer() else step / 2
                word = min(max(known.low, _LOWEST), _HIGHEST)  # where the border's is asked for
                known = Range(min(known.low, word) - half, max(known.high, word) + half, known.whole)
            elif formats.fraction_of(arg) > coarsest and math.isfinite(known.low):
                known = Range(math.floor(known.low / step) * step, known.high, known.whole)
        found.append(known)
    return found


def _ulps(inst: Inst, operands: Sequence[Range]) -> int:
    """By how many ulps of the result an expansion may be off."""
    if inst.op == "fdot":
        return len(inst.args)
    exact = inst.op == "fmul" and all(_is_shift(arg) for arg in inst.args if isinstance(arg, Const))
    return 0 if exact or all(operand.whole for operand in operands) else _ULPS.get(inst.op, 0)


def _is_shift(constant: Const) -> bool:
    return abs(math.frexp(float(constant.value))[0]) == 0.5


def _wraps_inside(mix: Inst, operands: Sequence[Range], formats: Formats) -> bool:
    """Whether the difference of what is mixed may leave the words it is computed in."""
    if all(isinstance(arg, Const) for arg in mix.args[:2]):
        return False
    most = widest(Type.FLOAT, min(formats.fraction_of(arg) for arg in mix.args[:2]))
    found = interval.subtract(operands[1], operands[0])
    return found.low < most.low or found.high > most.high


def _saturates(inst: Inst, fraction: int, formats: Formats) -> bool:
    """Whether a result that is too large is the largest word. Powers that are products wrap, and so does what is moved
    up from a coarser binary point."""
    if inst.op in ("fexp", "fexp2"):
        return True
    if inst.op not in _SATURATING or fraction > BORDER_FRACTION:
        return False
    at_border = all(formats.fraction_of(arg) == BORDER_FRACTION for arg in inst.args)
    return at_border and not (inst.op == "fpow" and isinstance(inst.args[1], Const))


def widest(type: Type, fraction: int = BORDER_FRACTION) -> Range:
    """What a word of a type can be."""
    if type is Type.FLOAT:
        return Range(*limits(fraction))
    return INT if type is Type.INT else BOOL


def confine(found: Range, type: Type, fraction: int = BORDER_FRACTION) -> Range:
    """`found` on the grid of words; unknown where the operation may have wrapped."""
    most = widest(type, fraction)
    if found.low >= 0 and 0 < found.high - most.high <= ulp(fraction):
        return Range(found.low, most.high, found.whole)
    if found.low < most.low or found.high > most.high or math.isnan(found.low + found.high):
        return Range(most.low, most.high, found.whole)
    if type is not Type.FLOAT or (found.whole and fraction >= 0):
        return found
    step = ulp(fraction)
    return Range(math.floor(found.low / step) * step, math.ceil(found.high / step) * step, found.whole)


def _power(x: Range, y: Range) -> Range:
    """Of a negative base the library gives whole powers, and 0 for others."""
    return interval.power(x, y) if x.low >= 0 or y.low == y.high else REAL


def _modulo(x: Range, y: Range) -> Range:
    """x modulo 0 is x."""
    found = interval.modulo(x, y)
    return hull(found, x) if y.low <= 0 <= y.high else found


def _exponential(rule: Rule, most: float) -> Rule:
    """Of exponents that are out of all bounds, 0."""
    return lambda x: rule(x) if x.high < most else NOT_NEGATIVE


def _root(x: Range) -> Range:
    return Range(0, math.sqrt(max(x.high, 0.0)) + 1)


def _logarithm(per_bit: float, least: float) -> Rule:
    """Of 0 and less, the least word."""

    def rule(x: Range) -> Range:
        low = math.log2(x.low) * per_bit - 1 if x.low > 0 else _LOWEST
        return Range(low, max(math.log2(max(x.high, 1)) * per_bit + 1, least))

    return rule


# Where words are not what real arithmetic says: rounded comparisons, and operands outside a function's domain.
_WORDS: dict[str, Rule] = {
    "ffract": always(UNIT),
    "fstep": always(BOOL),
    "fnormalize": always(_SIGNED_UNIT),
    "ftanh": always(_SIGNED_UNIT),
    "fasin": always(Range(-1.6, 1.6)),
    "fatan": always(Range(-1.6, 1.6)),
    "facos": always(Range(0, 3.2)),
    "fatan2": always(Range(-3.2, 3.2)),
    "fsqrt": _root,
    "flog": _logarithm(math.log(2), 11),
    "flog2": _logarithm(1.0, 15),
    "fpow": _power,
    "fmod": _modulo,
    "fexp": _exponential(RULES["fexp"], 20000),
    "fexp2": _exponential(RULES["fexp2"], 30000),
    "facosh": always(NOT_NEGATIVE),
    "fatanh": always(ANY),
    "fsinh": always(ANY),
    "fasinh": always(ANY),
    "frsqrt": always(NOT_NEGATIVE),
    "fdiv": lambda x, y: _quotient(x, y),
}


def _quotient(x: Range, y: Range) -> Range:
    """A divisor of a few ulps has none to be exact with."""
    return RULES["fdiv"](x, y) if y.low >= 1 or y.high <= -1 else REAL
