"""What the outcome of a condition says of the values that it compares.

`implied` takes a condition apart: both sides of an `and` that is true, of an `or` that is false, what is negated. Each
comparison says something of either operand, a `Refinement`; `refine` makes a range of it. Linear in the comparisons.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from glowjit.ir.core import Inst, Operand, Type, Value
from glowjit.q32.ranges.interval import INFINITY, Range

# comparison -> what is true of (left, right) if it holds, and if it does not
_RELATIONS = {
    "lt": (("<", ">"), (">=", "<=")),
    "flt": (("<", ">"), (">=", "<=")),
    "ge": ((">=", "<="), ("<", ">")),
    "fge": ((">=", "<="), ("<", ">")),
    "eq": (("==", "=="), ("!=", "!=")),
    "feq": (("==", "=="), ("!=", "!=")),
    "ne": (("!=", "!="), ("==", "==")),
    "fne": (("!=", "!="), ("==", "==")),
    "ltu": (("<u", ""), ("", "<=u")),
    "geu": (("", "<=u"), ("<u", "")),
}


@dataclass(frozen=True, slots=True)
class Refinement:
    """`value` stands in `relation` to `other`."""

    value: Value
    relation: str
    other: Operand


def implied(condition: Operand, outcome: bool, defs: Mapping[Value, Inst]) -> list[Refinement]:
    """What holds where `condition` has this outcome, for ints and floats that are no constants."""
    found = []
    pending = [(condition, outcome)]
    while pending:
        operand, holds = pending.pop()
        inst = defs.get(operand) if isinstance(operand, Value) else None
        if inst is None:
            continue
        if inst.op == "bnot":
            pending.append((inst.args[0], not holds))
        elif inst.op == ("band" if holds else "bor"):
            pending += [(arg, holds) for arg in inst.args]
        elif inst.op in _RELATIONS:
            left, right = inst.args
            relations = _RELATIONS[inst.op][0 if holds else 1]
            for value, relation, other in ((left, relations[0], right), (right, relations[1], left)):
                if isinstance(value, Value) and relation:
                    found.append(Refinement(value, relation, other))
    return found


def refine(relation: str, x: Range, y: Range, type: Type, slack: float = 0.0) -> Range:
    """x where it stands in this relation to y, but for `slack`. What cannot be is left as it was."""
    low, high = _bounds(relation, x, y)
    if type is Type.INT:
        low += relation == ">"
        high -= relation in ("<", "<u")
    low, high = max(x.low, low - slack), min(x.high, high + slack)
    if x.whole:
        low, high = _inward(low, high)
    return Range(low, high, x.whole) if low <= high else x


def _bounds(relation: str, x: Range, y: Range) -> tuple[float, float]:
    if relation in ("<", "<="):
        return -INFINITY, y.high
    if relation in (">", ">="):
        return y.low, INFINITY
    if relation in ("<u", "<=u"):
        return (0.0, y.high) if y.low >= 0 else (-INFINITY, INFINITY)
    if relation == "==":
        return y.low, y.high
    if y.low == y.high and x.whole:  # not equal to one number
        return x.low + (x.low == y.low), x.high - (x.high == y.low)
    return -INFINITY, INFINITY


def _inward(low: float, high: float) -> tuple[float, float]:
    return (
        math.ceil(low) if math.isfinite(low) else low,
        math.floor(high) if math.isfinite(high) else high,
    )
