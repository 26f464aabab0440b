"""Forms of which more is known than their operations say one by one: `recognise`.

    x * x, dot(v, v)             not negative
    x - c*floor(x/c)             a mod; with r in the place of 1/c, x*(1 - c*r) more or less
    a*(1 - t) + b*t              a mix
    v / length(v),
    v * inversesqrt(dot(v, v))   between -1 and 1
    polynomials in one value     evaluated piece by piece of its range

Each is found where it ends: the operands that its range depends on, and the rule for them. `exact` forms hold for words
too. Bounded depth, so linear in the instructions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from glowjit.ir.core import Const, Inst, Operand, Value
from glowjit.ir.ops import dot_terms
from glowjit.q32 import variants
from glowjit.q32.ranges.interval import (
    REAL,
    RULES,
    Range,
    Rule,
    add,
    always,
    dot_square,
    hull,
    mix,
    modulo,
    multiply,
    square,
)

_DEPTH = 4  # of a polynomial, in operations
_PIECES = 16
_SAME = 2.0**-50  # relative: what is rounding, and no other number

Defs = Mapping[Value, Inst]


@dataclass(frozen=True, slots=True)
class Shape:
    """`rule` takes the ranges of `operands` and gives that of the form."""

    operands: tuple[Operand, ...]
    rule: Rule
    exact: bool = False


def recognise(inst: Inst, defs: Defs) -> Shape | None:
    """The form that ends in `inst`, if it is one."""
    for find in _FORMS.get(inst.op, ()):
        found = find(inst, defs)
        if found is not None:
            return found
    return None


def _definition(operand: Operand, op: str, defs: Defs) -> Inst | None:
    inst = defs.get(operand) if isinstance(operand, Value) else None
    return inst if inst is not None and inst.op == op else None


def _number(operand: Operand) -> float | None:
    return float(operand.value) if isinstance(operand, Const) else None


def _square(inst: Inst, defs: Defs) -> Shape | None:
    x, y = inst.args
    return Shape((x,), square, exact=True) if x == y and isinstance(x, Value) else None


def _dot_square(inst: Inst, defs: Defs) -> Shape | None:
    same = all(x == y for x, y in dot_terms(inst.args))
    return Shape(tuple(inst.args), dot_square, exact=True) if same else None


def _over_length(inst: Inst, defs: Defs) -> Shape | None:
    x, y = inst.args
    length = _definition(y, "flength", defs)
    return _DIRECTION if length is not None and x in length.args else None


def _times_inverse_root(inst: Inst, defs: Defs) -> Shape | None:
    for x, y in (inst.args, inst.args[::-1]):
        root = _definition(y, "frsqrt", defs)
        squares = _definition(root.args[0], "fdot", defs) if root is not None else None
        if squares is not None and _dot_square(squares, defs) is not None and x in squares.args:
            return _DIRECTION
    return None


_DIRECTION = Shape((), always(Range(-1 - variants.DIRECTION, 1 + variants.DIRECTION)))


def _remainder(inst: Inst, defs: Defs) -> Shape | None:
    """x - c*floor(x*r), which is x*(1 - c*r) + c*fract(x*r)."""
    x, product = inst.args
    times = _definition(product, "fmul", defs)
    if times is None:
        return None
    for factor, rounded in (times.args, times.args[::-1]):
        floor = _definition(rounded, "ffloor", defs)
        share = defs.get(floor.args[0]) if floor is not None and isinstance(floor.args[0], Value) else None
        if share is None:
            continue
        if share.op == "fdiv" and share.args[0] == x and share.args[1] == factor:
            return Shape((x, factor), modulo)
        inverse = _number(share.args[1]) if share.op == "fmul" and share.args[0] == x else None
        step = _number(factor)
        if inverse is not None and step is not None and step > 0:
            return Shape((x,), _nearly_modulo(step, 1 - step * inverse))
    return None


def _nearly_modulo(step: float, off: float) -> Rule:
    def rule(x: Range) -> Range:
        rest = Range(0, step, x.whole and step.is_integer())
        return rest if abs(off) < _SAME else add(rest, multiply(x, Range(off, off)))

    return rule


def _blend(inst: Inst, defs: Defs) -> Shape | None:
    """a*(1 - t) + b*t."""
    products = [_definition(arg, "fmul", defs) for arg in inst.args]
    for rest, part in (products, products[::-1]):
        if rest is None or part is None:
            continue
        for a, other in (rest.args, rest.args[::-1]):
            difference = _definition(other, "fsub", defs)
            if difference is None or _number(difference.args[0]) != 1 or difference.args[1] not in part.args:
                continue
            t = difference.args[1]
            b = part.args[1] if part.args[0] == t else part.args[0]
            return Shape((a, b, t), mix)
    return None


# --- polynomials -----------------------------------------------------------------------------------------------------

_POLYNOMIAL = frozenset(("fadd", "fsub", "fmul", "fneg"))
_Term = Callable[[Range], Range]


def _polynomial(inst: Inst, defs: Defs) -> Shape | None:
    """A product that depends on one value alone, in several places."""
    counts: Counter[Value] = Counter()
    _reached(inst, defs, _DEPTH, counts)
    for value, count in counts.items():
        term = _term_of(inst, value, defs, _DEPTH) if count > 1 else None
        if term is not None:
            return Shape((value,), _piecewise(term))
    return None


def _reached(inst: Inst, defs: Defs, depth: int, counts: Counter[Value]) -> None:
    for arg in inst.args:
        if isinstance(arg, Value):
            counts[arg] += 1
            below = defs.get(arg)
            if below is not None and below.op in _POLYNOMIAL and depth > 1:
                _reached(below, defs, depth - 1, counts)


def _term_of(inst: Inst, leaf: Value, defs: Defs, depth: int) -> _Term | None:
    """`inst` as a function of the range of `leaf`, if it depends on nothing else."""
    parts: list[_Term] = []
    for arg in inst.args:
        below = defs.get(arg) if isinstance(arg, Value) else None
        part: _Term | None = None
        if arg is leaf:
            part = _itself
        elif isinstance(arg, Const):
            part = always(Range(float(arg.value), float(arg.value)))
        elif below is not None and below.op in _POLYNOMIAL and depth > 1:
            part = _term_of(below, leaf, defs, depth - 1)
        if part is None:
            return None
        parts.append(part)
    if inst.op == "fmul" and inst.args[0] == inst.args[1]:
        return lambda x: square(parts[0](x))
    rule = RULES[inst.op]
    return lambda x: rule(*(part(x) for part in parts))


def _itself(x: Range) -> Range:
    return x


def _piecewise(term: _Term) -> Rule:
    def rule(x: Range) -> Range:
        if not x.bounded:
            return term(x) if x.low < x.high else REAL
        ends = [x.low + (x.high - x.low) * piece / _PIECES for piece in range(_PIECES)] + [x.high]
        return hull(*(term(Range(low, high)) for low, high in pairwise(ends)))

    return rule


_Find = Callable[[Inst, Defs], Shape | None]

_FORMS: dict[str, Sequence[_Find]] = {
    "fmul": (_square, _times_inverse_root, _polynomial),
    "fdot": (_dot_square,),
    "fdiv": (_over_length,),
    "fsub": (_remainder,),
    "fadd": (_blend,),
}
