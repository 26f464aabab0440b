"""What is known of a function's values: an interval, whether it is whole, whether it is one for all pixels.

Input: a function of the float IR. Output: `Facts`, which answers for any operand. An interval holds for the fixed-point
words too, rounding included, unless an operation wrapped: then the value is not what the shader meant, and only the
choice of instructions, never safety, depends on it. One pass in reverse post-order; what a loop carries is unknown.
Interval arithmetic as in Moore, "Interval Analysis", 1966. Linear in instructions and edges.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass

from glowjit.ir.cfg import predecessors, reverse_postorder
from glowjit.ir.core import Block, Const, Function, Inst, MemKind, MemObject, Module, Operand, Type, Value
from glowjit.q32 import variants
from glowjit.q32.formats import BORDER_FRACTION, Formats, limits, real, ulp, word_of

_ULP = ulp()
_LOWEST, _HIGHEST = limits()
_BORDER = Formats()


@dataclass(frozen=True, slots=True)
class Range:
    """low <= value <= high; `whole`: an integer."""

    low: float
    high: float
    whole: bool = False

    @property
    def magnitude(self) -> float:
        return max(-self.low, self.high)

    def below(self, bound: float) -> bool:
        """Whether the absolute value is less than `bound`."""
        return -bound < self.low and self.high < bound

    @property
    def unit(self) -> bool:
        """Whether 0 <= value < 1."""
        return self.low >= 0 and self.high < 1


ANY = Range(_LOWEST, _HIGHEST)
_ANY_INT = Range(-(2.0**31), 2.0**31 - 1, True)
_BOOL = Range(0, 1, True)
_NOT_NEGATIVE = Range(0, math.inf)  # and saturates
_SIGNED_UNIT = Range(-1, 1)
_UNIT = Range(0, 1)


@dataclass(slots=True)
class Facts:
    """What is known of the operands of one function; `defs` has the float IR's instruction behind each result."""

    ranges: dict[Value, Range]
    defs: dict[Value, Inst]
    frame_constant: set[Value]
    formats: Formats

    def range(self, operand: Operand) -> Range:
        if isinstance(operand, Const):
            return _of_constant(operand)
        return self.ranges.get(operand) or self.widest(operand)

    def widest(self, operand: Operand) -> Range:
        """What the format of an operand can hold."""
        return _default(operand.type, self.formats.fraction_of(operand))

    def span(self, x: Range, y: Range, fraction: int) -> Range:
        """The range of x - y as a word."""
        return _confine(_subtract(x, y), Type.FLOAT, fraction)

    def fraction_origin(self, operand: Operand | None) -> Operand | None:
        """x, if `operand` is fract(x) or x - floor(x)."""
        fract = self.definition(operand, "ffract")
        if fract is not None:
            return fract.args[0]
        difference = self.definition(operand, "fsub")
        floor = self.definition(difference.args[1], "ffloor") if difference is not None else None
        return floor.args[0] if difference is not None and floor is not None and _is_floor(difference, floor) else None

    def definition(self, operand: Operand | None, op: str) -> Inst | None:
        """The instruction behind `operand`, if it is an `op`."""
        inst = self.defs.get(operand) if isinstance(operand, Value) else None
        return inst if inst is not None and inst.op == op else None

    def same_for_all_pixels(self, operand: Operand) -> bool:
        """Whether the operand depends on uniforms and constants alone."""
        return isinstance(operand, Const) or operand in self.frame_constant


def analyse(function: Function, module: Module, formats: Formats = _BORDER) -> Facts:
    """Facts of `function`, whose values have these formats."""
    facts = Facts({}, {}, set(), formats)
    if function.name == module.entry:  # gl_FragCoord lies in the first quadrant
        facts.ranges.update(dict.fromkeys(function.params, Range(0, _HIGHEST)))
    bounds = _uniform_bounds(module)
    arrivals = predecessors(function)
    done: set[Block] = set()
    for block in reverse_postorder(function):
        if all(source in done for source in arrivals[block]):
            _join(facts, block, arrivals[block])
        for inst in block.insts:
            _transfer(facts, inst, bounds)
        done.add(block)
    return facts


def _join(facts: Facts, block: Block, sources: Collection[Block]) -> None:
    """Ranges of a block's parameters from what every edge brings."""
    edges = [edge for source in dict.fromkeys(sources) for edge in source.terminator.edges if edge.block is block]
    for index, param in enumerate(block.params):
        if param.type is not Type.BOOL:
            facts.ranges[param] = _hull(*(facts.range(edge.args[index]) for edge in edges))


def _is_floor(difference: Inst, floor: Inst) -> bool:
    """Whether `difference` subtracts from a value the floor of that value."""
    return floor.op == "ffloor" and difference.args[0] == floor.args[0]


def _transfer(facts: Facts, inst: Inst, bounds: dict[str, Range]) -> None:
    facts.defs.update(dict.fromkeys(inst.results, inst))
    if inst.op == "load":
        assert isinstance(inst.target, MemObject)
        if inst.target.name in bounds and inst.results[0].type is not Type.BOOL:
            facts.ranges[inst.results[0]] = bounds[inst.target.name]
        constant = inst.target.kind in (MemKind.UNIFORM, MemKind.CONSTANT)
    else:
        constant = inst.info.pure and inst.op != "call"
        rule = _RULES.get(inst.op)
        if rule is not None:
            found = rule(*(facts.range(arg) for arg in inst.args))
            off = variants.error(inst.op, facts.formats.basis.get(inst.results[0]))
            if off:
                found = Range(found.low - off, found.high + off)
            if facts.fraction_origin(inst.results[0]) is not None:
                found = Range(0, 1 - ulp(facts.formats.fraction_of(inst.results[0])))
            for result in inst.results:
                if result.type is not Type.BOOL:
                    facts.ranges[result] = _confine(found, result.type, facts.formats.fraction_of(result))
    if constant and all(map(facts.same_for_all_pixels, inst.args)):
        facts.frame_constant.update(inst.results)


def _uniform_bounds(module: Module) -> dict[str, Range]:
    """The ranges that uniforms are declared with."""
    bounds = {}
    for uniform in module.uniforms.values():
        kinds = {scalar.kind for scalar in uniform.type.scalars()}
        if len(kinds) == 1 and not (uniform.minimum is None and uniform.maximum is None):
            widest = ANY if kinds == {"float"} else _ANY_INT
            low = widest.low if uniform.minimum is None else _round_down(max(uniform.minimum, widest.low))
            high = widest.high if uniform.maximum is None else _round_up(min(uniform.maximum, widest.high))
            bounds[uniform.object.name] = Range(low, high, widest.whole)
    return bounds


def _default(type: Type, fraction: int = BORDER_FRACTION) -> Range:
    if type is Type.FLOAT and fraction != BORDER_FRACTION:
        return Range(*limits(fraction))
    return {Type.FLOAT: ANY, Type.INT: _ANY_INT, Type.BOOL: _BOOL}[type]


def _of_constant(constant: Const) -> Range:
    if constant.type is Type.FLOAT:
        number = float(constant.value)
        if not math.isfinite(number):
            number = real(word_of(constant))
        return Range(number, number, number.is_integer())
    return Range(int(constant.value), int(constant.value), True)


def _confine(found: Range, type: Type, fraction: int = BORDER_FRACTION) -> Range:
    """`found` on the grid of words; unknown where the operation may have wrapped. On a coarser grid than that of the
    border, which the rules know, an operation that rounds down may be off by a word more."""
    widest = _default(type, fraction)
    if found.low >= 0 and (math.isinf(found.high) or 0 < found.high - widest.high <= ulp(fraction)):
        return Range(found.low, widest.high, found.whole)
    if found.low < widest.low or found.high > widest.high or math.isnan(found.low + found.high):
        return Range(widest.low, widest.high, found.whole)
    if type is not Type.FLOAT or found.whole:
        return found
    step = ulp(fraction)
    low, high = math.floor(found.low / step) * step, math.ceil(found.high / step) * step
    if fraction < BORDER_FRACTION:
        low, high = low if low >= 0 else max(low - step, widest.low), min(high + step, widest.high)
    return Range(low, high)


def _round_down(number: float) -> float:
    return math.floor(number / _ULP) * _ULP


def _round_up(number: float) -> float:
    return math.ceil(number / _ULP) * _ULP


def _hull(*ranges: Range) -> Range:
    return Range(min(r.low for r in ranges), max(r.high for r in ranges), all(r.whole for r in ranges))


# --- one function for each operation: the ranges of its operands -> that of its results ------------------------------


def _add(x: Range, y: Range) -> Range:
    return Range(x.low + y.low, x.high + y.high, x.whole and y.whole)


def _subtract(x: Range, y: Range) -> Range:
    return Range(x.low - y.high, x.high - y.low, x.whole and y.whole)


def _negate(x: Range) -> Range:
    return Range(-x.high, -x.low, x.whole)


def _multiply(x: Range, y: Range) -> Range:
    """The product is floored, and a constant factor is a little more than it says: see `products`."""
    corners = (x.low * y.low, x.low * y.high, x.high * y.low, x.high * y.high)
    exact = x.whole and y.whole
    slack = 0.0 if exact or not (x.low == x.high or y.low == y.high) else 2 * _ULP
    low = min(corners)
    return Range(low if low >= 0 else low - slack, max(corners) + slack, exact)


def _absolute(x: Range) -> Range:
    if x.low >= 0:
        return x
    return Range(0 if x.high > 0 else -x.high, x.magnitude, x.whole)


def _least(x: Range, y: Range) -> Range:
    return Range(min(x.low, y.low), min(x.high, y.high), x.whole and y.whole)


def _greatest(x: Range, y: Range) -> Range:
    return Range(max(x.low, y.low), max(x.high, y.high), x.whole and y.whole)


def _clamp(x: Range, low: Range, high: Range) -> Range:
    return _least(_greatest(x, low), high)


def _mix(a: Range, b: Range, t: Range) -> Range:
    if t.low >= 0 and t.high <= 1:
        hull = _hull(a, b)
        return Range(hull.low - _ULP, hull.high + _ULP)
    return _add(a, _multiply(_subtract(b, a), t))


def _modulo(x: Range, y: Range) -> Range:
    return Range(min(y.low, 0), max(y.high, 0), x.whole and y.whole)


def _to_whole(rounding: Callable[[float], int]) -> Callable[[Range], Range]:
    return lambda x: Range(rounding(x.low), rounding(x.high), True)


def _and(x: Range, y: Range) -> Range:
    limits = [r.high for r in (x, y) if r.low >= 0]
    return Range(0, min(limits), True) if limits else _ANY_INT


def _shift_right(x: Range, amount: Range) -> Range:
    if amount.low != amount.high or not 0 < amount.low < 32:
        return _ANY_INT
    divisor = 2.0**amount.low
    if x.low < 0:
        return Range(0, 2.0**32 / divisor - 1, True)
    return Range(math.floor(x.low / divisor), math.floor(x.high / divisor), True)


def _remainder(x: Range, y: Range) -> Range:
    return Range(0, y.high - 1, True) if y.low > 0 else _ANY_INT


def _dot(*operands: Range) -> Range:
    half = len(operands) // 2
    total = Range(0, 0)
    for a, b in zip(operands[:half], operands[half:], strict=True):
        total = _add(total, _multiply(a, b))
    return Range(total.low - half * _ULP, total.high + half * _ULP)


def _always(found: Range) -> Callable[..., Range]:
    return lambda *operands: found


_RULES: dict[str, Callable[..., Range]] = {
    "fadd": _add,
    "fsub": _subtract,
    "fneg": _negate,
    "fmul": _multiply,
    "ffma": lambda a, b, c: _add(_multiply(a, b), c),
    "fdot": _dot,
    "fabs": _absolute,
    "fmin": _least,
    "fmax": _greatest,
    "fclamp": _clamp,
    "fmix": _mix,
    "fmod": _modulo,
    "ffloor": _to_whole(math.floor),
    "fceil": _to_whole(math.ceil),
    "ftrunc": _to_whole(math.trunc),
    "fround": lambda x: Range(math.floor(x.low), math.ceil(x.high), True),
    "froundeven": lambda x: Range(math.floor(x.low), math.ceil(x.high), True),
    "ffract": _always(_UNIT),
    "fsign": _always(Range(-1, 1, True)),
    "fstep": _always(Range(0, 1, True)),
    "fsmoothstep": _always(_UNIT),
    "fsin": _always(_SIGNED_UNIT),
    "fcos": _always(_SIGNED_UNIT),
    "ftanh": _always(_SIGNED_UNIT),
    "fnormalize": _always(_SIGNED_UNIT),
    "fasin": _always(Range(-1.6, 1.6)),
    "fatan": _always(Range(-1.6, 1.6)),
    "facos": _always(Range(0, 3.2)),
    "fatan2": _always(Range(-3.2, 3.2)),
    "fcosh": _always(_NOT_NEGATIVE),
    "facosh": _always(_NOT_NEGATIVE),
    "fpow": _always(_NOT_NEGATIVE),
    "fexp": _always(_NOT_NEGATIVE),
    "fexp2": _always(_NOT_NEGATIVE),
    "fsqrt": lambda x: Range(0, math.sqrt(max(x.high, 0)) + 1),
    "frsqrt": _always(_NOT_NEGATIVE),
    "flength": _always(_NOT_NEGATIVE),
    "flog": lambda x: Range(_LOWEST, max(math.log(max(x.high, 1)) + 1, 11)),
    "flog2": lambda x: Range(_LOWEST, max(math.log2(max(x.high, 1)) + 1, 15)),
    "select": lambda condition, a, b: _hull(a, b),
    "stof": lambda x: Range(x.low, x.high, True),
    "utof": lambda x: Range(x.low, x.high, True) if x.low >= 0 else Range(0, 2.0**32 - 1, True),
    "ftos": _to_whole(math.trunc),
    "ftou": _to_whole(math.trunc),
    "btoi": _always(_BOOL),
    "add": _add,
    "sub": _subtract,
    "and": _and,
    "shr": _shift_right,
    "remu": _remainder,
    "min": _least,
    "max": _greatest,
}
