"""Intervals of real numbers and of 32-bit integers, and what every operation makes of them: `RULES`.

A rule takes the `Range`s of an operation's operands and gives that of its results, all of one. It holds in real
arithmetic, for whatever operands lie in their ranges: infinite ends are no bounds, and operands for which the operation
is undefined (a root of less than 0, 0/0) do not count. Ends are computed in float64, which rounds the ends as it rounds
the values between them; where a rule's formula is another than the operation's, it is a little wider (`_loose`). Ints
that leave 32 bits are the caller's concern. Interval arithmetic as in Moore, "Interval Analysis", 1966.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from glowjit.ir.ops import dot_terms

INFINITY = math.inf
_INT_LOW, _INT_HIGH = -(2.0**31), 2.0**31 - 1
_LOOSE = 2.0**-40  # relative: more than a few roundings of float64, less than any word


@dataclass(frozen=True, slots=True)
class Range:
    """low <= value <= high; `whole`: an integer."""

    low: float
    high: float
    whole: bool = False

    @property
    def magnitude(self) -> float:
        return max(-self.low, self.high)

    @property
    def bounded(self) -> bool:
        return math.isfinite(self.low) and math.isfinite(self.high)

    def below(self, bound: float) -> bool:
        """Whether the absolute value is less than `bound`."""
        return -bound < self.low and self.high < bound

    @property
    def unit(self) -> bool:
        """Whether 0 <= value < 1."""
        return self.low >= 0 and self.high < 1


REAL = Range(-INFINITY, INFINITY)
INT = Range(_INT_LOW, _INT_HIGH, True)
BOOL = Range(0, 1, True)
UNSIGNED = Range(0, 2.0**32 - 1, True)
NOT_NEGATIVE = Range(0, INFINITY)
UNIT = Range(0, 1)
_SIGNED_UNIT = Range(-1, 1)

Rule = Callable[..., Range]


def hull(*ranges: Range) -> Range:
    """The least range that has all of these in it."""
    return Range(min(r.low for r in ranges), max(r.high for r in ranges), all(r.whole for r in ranges))


def meet(x: Range, y: Range) -> Range | None:
    """What is in both, None if nothing is."""
    low, high = max(x.low, y.low), min(x.high, y.high)
    return Range(low, high, x.whole or y.whole) if low <= high else None


def _sum(a: float, b: float, otherwise: float) -> float:
    """a + b; of opposite infinities, the end that is no bound."""
    total = a + b
    return otherwise if math.isnan(total) else total


def _times(a: float, b: float) -> float:
    """a * b; 0 times what has no bound is 0."""
    return 0.0 if a == 0 or b == 0 else a * b


def _loose(low: float, high: float, whole: bool = False) -> Range:
    """A range of which float64 may miss the ends; an end that is 0 is no matter of rounding."""
    outward = [end if math.isinf(end) else end + sign * abs(end) * _LOOSE for end, sign in ((low, -1), (high, 1))]
    return Range(outward[0], outward[1], whole)


# --- sums, products, quotients ---------------------------------------------------------------------------------------


def add(x: Range, y: Range) -> Range:
    return Range(_sum(x.low, y.low, -INFINITY), _sum(x.high, y.high, INFINITY), x.whole and y.whole)


def subtract(x: Range, y: Range) -> Range:
    return Range(_sum(x.low, -y.high, -INFINITY), _sum(x.high, -y.low, INFINITY), x.whole and y.whole)


def negate(x: Range) -> Range:
    return Range(-x.high, -x.low, x.whole)


def multiply(x: Range, y: Range) -> Range:
    corners = [_times(a, b) for a in (x.low, x.high) for b in (y.low, y.high)]
    return Range(min(corners), max(corners), x.whole and y.whole)


def square(x: Range) -> Range:
    """x * x, of one x."""
    least = 0.0 if x.low <= 0 <= x.high else min(x.low * x.low, x.high * x.high)
    return Range(least, max(x.low * x.low, x.high * x.high), x.whole)


def divide(x: Range, y: Range) -> Range:
    """By 0 a quotient is infinite, so a divisor that may be 0 says no more than a sign."""
    if y.low > 0 or y.high < 0:
        corners = [0.0 if math.isinf(b) else a / b for a in (x.low, x.high) for b in (y.low, y.high)]
        return Range(min(corners), max(corners))
    if x.low >= 0 and y.low >= 0:
        return Range(0.0 if math.isinf(y.high) else x.low / y.high if y.high else INFINITY, INFINITY)
    return REAL


def dot(*operands: Range) -> Range:
    total = Range(0, 0, True)
    for a, b in dot_terms(operands):
        total = add(total, multiply(a, b))
    return total


def dot_square(*operands: Range) -> Range:
    """The dot product of a vector with itself, given twice."""
    total = Range(0, 0, True)
    for x in operands[: len(operands) // 2]:
        total = add(total, square(x))
    return total


def length(*operands: Range) -> Range:
    total = dot_square(*operands, *operands)
    return _loose(math.sqrt(total.low), math.sqrt(total.high))


def mix(a: Range, b: Range, t: Range) -> Range:
    """Between a and b for a share of 0 to 1."""
    if t.low >= 0 and t.high <= 1:
        both = hull(a, b)
        slack = both.magnitude * _LOOSE
        return Range(both.low - slack, both.high + slack)
    return add(a, multiply(subtract(b, a), t))


def modulo(x: Range, y: Range) -> Range:
    """x - y floor(x/y)."""
    if y.low > 0 and x.low >= 0 and x.high < y.low:
        return x
    whole = x.whole and y.whole
    inside = 1 if whole else 0
    return Range(min(y.low + inside, 0), max(y.high - inside, 0), whole)


# --- order and rounding ----------------------------------------------------------------------------------------------


def absolute(x: Range) -> Range:
    if x.low >= 0:
        return x
    return Range(0 if x.high > 0 else -x.high, x.magnitude, x.whole)


def least(x: Range, y: Range) -> Range:
    return Range(min(x.low, y.low), min(x.high, y.high), x.whole and y.whole)


def greatest(x: Range, y: Range) -> Range:
    return Range(max(x.low, y.low), max(x.high, y.high), x.whole and y.whole)


def clamp(x: Range, low: Range, high: Range) -> Range:
    return least(greatest(x, low), high)


def _sign(x: Range) -> Range:
    return Range(math.copysign(1, x.low) if x.low else 0, math.copysign(1, x.high) if x.high else 0, True)


def _step(edge: Range, x: Range) -> Range:
    return Range(1 if x.low >= edge.high else 0, 0 if x.high < edge.low else 1, True)


def _whole(rounding: Callable[[float], int]) -> Rule:
    def rounded(end: float) -> float:
        return rounding(end) if math.isfinite(end) else end

    return lambda x: Range(rounded(x.low), rounded(x.high), True)


def _nearest(x: Range) -> Range:
    return hull(_whole(math.floor)(Range(x.low, x.low)), _whole(math.ceil)(Range(x.high, x.high)))


def _fraction(x: Range) -> Range:
    return Range(0, 0, True) if x.whole else UNIT


# --- functions of one variable ---------------------------------------------------------------------------------------


def increasing(function: Callable[[float], float], domain: Range = REAL) -> Rule:
    """Of a function that never falls, for operands in its domain."""

    def rule(x: Range) -> Range:
        low, high = (_value(function, min(max(end, domain.low), domain.high)) for end in (x.low, x.high))
        return _loose(low, high)

    return rule


def _value(function: Callable[[float], float], at: float) -> float:
    """Its value or limit: overflow and poles are infinite."""
    try:
        return function(at)
    except (OverflowError, ValueError):
        return INFINITY if at > 0 else -INFINITY


def _falling(rule: Rule) -> Rule:
    """Of the function that is the negative of another."""
    return lambda x: negate(rule(x))


def _bounded(rule: Rule, bounds: Range) -> Rule:
    return lambda *operands: meet(rule(*operands), bounds) or bounds


def always(found: Range) -> Rule:
    return lambda *operands: found


def power(x: Range, y: Range) -> Range:
    """Corners are extreme, as it is monotone in either operand. A negative base has whole powers alone."""
    if x.low < 0:
        size = power(absolute(x), y)
        return square(x) if y.low == y.high == 2 else Range(-size.high, size.high)
    corners = [_power_at(a, b) for a in (x.low, x.high) for b in (y.low, y.high)]
    found = _loose(min(corners), max(corners))
    return found if not math.isnan(found.low + found.high) else NOT_NEGATIVE


def _power_at(x: float, y: float) -> float:
    try:
        return math.pow(x, y)
    except (OverflowError, ValueError, ZeroDivisionError):
        return INFINITY


def _hyperbolic_cosine(x: Range) -> Range:
    return increasing(math.cosh)(absolute(x))


def _inverse_root(x: Range) -> Range:
    roots = increasing(math.sqrt, NOT_NEGATIVE)(x)
    return divide(Range(1, 1), Range(max(roots.low, 0.0), max(roots.high, 0.0)))


# --- integers --------------------------------------------------------------------------------------------------------


def bit_and(x: Range, y: Range) -> Range:
    ends = [r.high for r in (x, y) if r.low >= 0]
    return Range(0, min(ends), True) if ends else INT


def _bit_join(x: Range, y: Range) -> Range:
    """or and xor: of what is not negative, no bit above the highest of either."""
    if x.low < 0 or y.low < 0:
        return INT
    return Range(0, 2.0 ** int(max(x.high, y.high)).bit_length() - 1, True)


def _amount(amount: Range) -> int | None:
    return int(amount.low) if amount.low == amount.high and 0 <= amount.low < 32 else None


def shift_left(x: Range, amount: Range) -> Range:
    by = _amount(amount)
    return INT if by is None else Range(x.low * 2.0**by, x.high * 2.0**by, True)


def shift_right(x: Range, amount: Range) -> Range:
    by = _amount(amount)
    if by is None:
        return Range(0, x.high, True) if x.low >= 0 else INT
    if by == 0 or x.low >= 0:
        return Range(math.floor(x.low / 2**by), math.floor(x.high / 2**by), True)
    return Range(0, 2.0 ** (32 - by) - 1, True)


def _shift_arithmetic(x: Range, amount: Range) -> Range:
    by = _amount(amount)
    if by is None:
        return Range(min(x.low, 0), max(x.high, 0), True)
    return Range(math.floor(x.low / 2**by), math.floor(x.high / 2**by), True)


def _quotient(x: Range, y: Range) -> Range:
    """Truncated; by a divisor that may be 0, nothing is known (it gives -1)."""
    if y.low <= 0:
        return INT
    corners = [math.trunc(a / b) for a in (x.low, x.high) for b in (y.low, y.high)]
    return Range(min(corners), max(corners), True)


def _quotient_unsigned(x: Range, y: Range) -> Range:
    return _quotient(x, y) if x.low >= 0 and y.low > 0 else INT


def _remainder(x: Range, y: Range) -> Range:
    if y.low <= 0:
        return INT
    below = y.high - 1
    return Range(max(min(x.low, 0), -below), min(max(x.high, 0), below), True)


def _remainder_unsigned(x: Range, y: Range) -> Range:
    if y.low <= 0:
        return INT
    return Range(0, min(y.high - 1, x.high) if x.low >= 0 else y.high - 1, True)


def _least_unsigned(x: Range, y: Range) -> Range:
    return least(x, y) if x.low >= 0 and y.low >= 0 else bit_and(x, y)


def _greatest_unsigned(x: Range, y: Range) -> Range:
    return greatest(x, y) if x.low >= 0 and y.low >= 0 else INT


def _from_unsigned(x: Range) -> Range:
    return x if x.low >= 0 else UNSIGNED


_HALF_TURN = math.nextafter(math.pi, 4)

# A call, a load, a store and what is not here say nothing of their results.
RULES: dict[str, Rule] = {
    "fadd": add,
    "fsub": subtract,
    "fneg": negate,
    "fmul": multiply,
    "fdiv": divide,
    "ffma": lambda a, b, c: add(multiply(a, b), c),
    "fdot": dot,
    "flength": length,
    "fnormalize": always(Range(-1 - _LOOSE, 1 + _LOOSE)),
    "fabs": absolute,
    "fmin": least,
    "fmax": greatest,
    "fclamp": clamp,
    "fmix": mix,
    "fmod": modulo,
    "ffloor": _whole(math.floor),
    "fceil": _whole(math.ceil),
    "ftrunc": _whole(math.trunc),
    "fround": _nearest,
    "froundeven": _nearest,
    "ffract": _fraction,
    "fsign": _sign,
    "fstep": _step,
    "fsmoothstep": always(UNIT),
    "fradians": lambda x: _loose(math.radians(x.low), math.radians(x.high)),
    "fdegrees": lambda x: _loose(math.degrees(x.low), math.degrees(x.high)),
    "fsin": always(_SIGNED_UNIT),
    "fcos": always(_SIGNED_UNIT),
    "fasin": increasing(math.asin, _SIGNED_UNIT),
    "facos": _falling(increasing(lambda x: -math.acos(x), _SIGNED_UNIT)),
    "fatan": increasing(math.atan),
    "fatan2": always(Range(-_HALF_TURN, _HALF_TURN)),
    "fsinh": increasing(math.sinh),
    "fcosh": _hyperbolic_cosine,
    "ftanh": _bounded(increasing(math.tanh), _SIGNED_UNIT),
    "fasinh": increasing(math.asinh),
    "facosh": increasing(math.acosh, Range(1, INFINITY)),
    "fatanh": increasing(math.atanh, _SIGNED_UNIT),
    "fpow": power,
    "fexp": increasing(math.exp),
    "fexp2": increasing(lambda x: math.pow(2.0, x)),
    "flog": increasing(math.log, NOT_NEGATIVE),
    "flog2": increasing(math.log2, NOT_NEGATIVE),
    "fsqrt": increasing(math.sqrt, NOT_NEGATIVE),
    "frsqrt": _inverse_root,
    "select": lambda condition, a, b: hull(a, b),
    "stof": lambda x: x,
    "utof": _from_unsigned,
    "ftos": _whole(math.trunc),
    "ftou": _whole(math.trunc),
    "btoi": always(BOOL),
    "add": add,
    "sub": subtract,
    "mul": multiply,
    "div": _quotient,
    "divu": _quotient_unsigned,
    "rem": _remainder,
    "remu": _remainder_unsigned,
    "and": bit_and,
    "or": _bit_join,
    "xor": _bit_join,
    "shl": shift_left,
    "shr": shift_right,
    "sar": _shift_arithmetic,
    "min": least,
    "max": greatest,
    "minu": _least_unsigned,
    "maxu": _greatest_unsigned,
    "bitcount": always(Range(0, 32, True)),
    "findlsb": always(Range(-1, 31, True)),
    "findmsb": always(Range(-1, 31, True)),
    "findmsbu": always(Range(-1, 31, True)),
}
