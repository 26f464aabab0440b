"""How much the picture moves with each value, where it was looked at: reverse-mode differentiation over a run.

A `Tape` notes the steps of the pixel function, with operands, results and lanes, and the moves along edges. `moved`
goes back over it: each step adds the derivative of what came of its results to its operands, lane by lane (Griewank and
Walther, "Evaluating Derivatives", 2008, chapter 3). A value that is computed again has a derivative for each time; the
largest counts, over all lanes. Colours beyond 0 and 1 are cut off, and move nothing; of what goes through memory, calls
and decisions nothing is said, and of a run that is too long for a tape. Cost: about twice that of the run.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from glowjit.ir.core import Inst, Type, Value
from glowjit.ir.ops import dot_partners
from glowjit.ir.semantics import quiet

_WEIGHTS = 1.0, 0.8, 0.6, 0.0  # of the channels: so that opposite changes do not cancel
_LONGEST = 20_000  # steps of a tape

Array = Any  # np.ndarray or a numpy scalar


@dataclass(frozen=True, slots=True)
class _Step:
    inst: Inst
    args: Sequence[int]  # slots
    results: Sequence[int]
    operands: Sequence[Array]
    found: Sequence[Array]
    lanes: Array


@dataclass(slots=True)
class Tape:
    """What a run did, in order; `full` when that is too much to go back over."""

    lanes: int
    entries: list[_Step | tuple[Sequence[tuple[int, int]], Array]] = field(default_factory=list)
    full: bool = False

    def note(self, entry: _Step | tuple[Sequence[tuple[int, int]], Array]) -> None:
        self.full = self.full or len(self.entries) >= _LONGEST
        if not self.full:
            self.entries.append(entry)

    def step(
        self,
        inst: Inst,
        args: Sequence[int],
        results: Sequence[int],
        operands: Sequence[Array],
        found: Sequence[Array],
        lanes: Array,
    ) -> None:
        self.note(_Step(inst, args, results, operands, found, slice(None) if lanes is None else lanes))

    def moves(self, moves: Sequence[tuple[int, int]], lanes: Array) -> None:
        if moves:
            self.note((moves, slice(None) if lanes is None else lanes))


def moved(tape: Tape, results: Sequence[int], colours: Array) -> dict[Value, float]:
    """The largest derivative of the weighted colours by each float value; of what moves them."""
    if tape.full:
        return {}
    found: dict[Value, float] = {}
    slopes: dict[int, Array] = {}
    for slot, weight, colour in zip(results, _WEIGHTS, colours, strict=True):
        inside = (colour >= 0) & (colour <= 1)
        _add(slopes, tape.lanes, slot, slice(None), weight * inside)
    with quiet():
        for entry in reversed(tape.entries):
            if isinstance(entry, tuple):
                taken = [(source, _take(slopes, target, entry[1])) for source, target in entry[0]]
                for source, slope in taken:
                    _add(slopes, tape.lanes, source, entry[1], slope)
            else:
                _back(entry, slopes, tape.lanes, found)
    return found


def _take(slopes: dict[int, Array], slot: int, lanes: Array) -> Array | None:
    """The slope of what a slot was given, which had another content before."""
    if slot not in slopes:
        return None
    slope = slopes[slot][lanes].copy()
    slopes[slot][lanes] = 0.0
    return slope


def _add(slopes: dict[int, Array], count: int, slot: int, lanes: Array, slope: Array | None) -> None:
    if slope is None or slot < 0:
        return
    if slot not in slopes:
        slopes[slot] = np.zeros(count)
    slopes[slot][lanes] += slope


def _back(step: _Step, slopes: dict[int, Array], count: int, found: dict[Value, float]) -> None:
    taken = [_take(slopes, slot, step.lanes) for slot in step.results]
    for value, slope in zip(step.inst.results, taken, strict=False):
        if slope is not None and value.type is Type.FLOAT:
            found[value] = max(found.get(value, 0.0), _largest(slope))
    rule = DERIVATIVES.get(step.inst.op)
    if all(slope is None for slope in taken):
        return
    if step.args and not step.operands:  # a variable's word
        _add(slopes, count, step.args[0], step.lanes, taken[0])
    elif rule is not None:
        known = [slope if slope is not None else 0.0 for slope in taken]
        parts = rule(known, step.operands, step.found)
        for slot, part in zip(step.args, parts, strict=True):
            if part is not None:
                _add(slopes, count, slot, step.lanes, np.where(np.isfinite(part), part, 0.0))


def _largest(slope: Array) -> float:
    sizes = np.abs(slope)
    return float(sizes.max())


# --- for each operation: slopes of results, operands, results -> slopes of operands ----------------------------------

_Rule = Callable[[Sequence[Array], Sequence[Array], Sequence[Array]], Sequence[Array | None]]


def _unary(derivative: Callable[[Array, Array], Array]) -> _Rule:
    """Of a function of one variable: its derivative by operand and result."""
    return lambda slopes, args, found: [slopes[0] * derivative(args[0], found[0])]


def _several(derivatives: Callable[..., Sequence[Array | None]]) -> _Rule:
    def rule(slopes: Sequence[Array], args: Sequence[Array], found: Sequence[Array]) -> Sequence[Array | None]:
        return [None if part is None else slopes[0] * part for part in derivatives(found[0], *args)]

    return rule


def _clamp(found: Array, x: Array, low: Array, high: Array) -> Sequence[Array]:
    return (x >= low) & (x <= high), x < low, x > high


def _smoothstep(found: Array, start: Array, end: Array, x: Array) -> Sequence[Array | None]:
    t = np.clip((x - start) / (end - start), 0.0, 1.0)
    return None, None, 6 * t * (1 - t) / (end - start)


def _dot(found: Array, *operands: Array) -> Sequence[Array]:
    return dot_partners(operands)


def _normalize(slopes: Sequence[Array], args: Sequence[Array], found: Sequence[Array]) -> Sequence[Array]:
    size = np.sqrt(sum(x * x for x in args))
    unit = [x / size for x in args]  # of results that nothing reads there is no trace
    along = sum(slope * x for slope, x in zip(slopes, unit, strict=True))
    return [(slope - x * along) / size for slope, x in zip(slopes, unit, strict=True)]


def _arctangent(found: Array, y: Array, x: Array) -> Sequence[Array]:
    square = x * x + y * y
    return x / square, -y / square


DERIVATIVES: dict[str, _Rule] = {
    "fadd": _several(lambda r, x, y: (1.0, 1.0)),
    "fsub": _several(lambda r, x, y: (1.0, -1.0)),
    "fneg": _unary(lambda x, r: -1.0),
    "fmul": _several(lambda r, x, y: (y, x)),
    "fdiv": _several(lambda r, x, y: (1 / y, -r / y)),
    "ffma": _several(lambda r, x, y, z: (y, x, 1.0)),
    "fabs": _unary(lambda x, r: np.sign(x)),
    "ffract": _unary(lambda x, r: 1.0),
    "fmod": _several(lambda r, x, y: (1.0, -np.floor(x / y))),
    "fmin": _several(lambda r, x, y: (x <= y, y < x)),
    "fmax": _several(lambda r, x, y: (x >= y, y > x)),
    "fclamp": _several(_clamp),
    "fmix": _several(lambda r, a, b, t: (1 - t, t, b - a)),
    "fsmoothstep": _several(_smoothstep),
    "fradians": _unary(lambda x, r: math.pi / 180),
    "fdegrees": _unary(lambda x, r: 180 / math.pi),
    "fsin": _unary(lambda x, r: np.cos(x)),
    "fcos": _unary(lambda x, r: -np.sin(x)),
    "ftan": _unary(lambda x, r: 1 + r * r),
    "fasin": _unary(lambda x, r: 1 / np.sqrt(1 - x * x)),
    "facos": _unary(lambda x, r: -1 / np.sqrt(1 - x * x)),
    "fatan": _unary(lambda x, r: 1 / (1 + x * x)),
    "fatan2": _several(_arctangent),
    "fsinh": _unary(lambda x, r: np.cosh(x)),
    "fcosh": _unary(lambda x, r: np.sinh(x)),
    "ftanh": _unary(lambda x, r: 1 - r * r),
    "fasinh": _unary(lambda x, r: 1 / np.sqrt(x * x + 1)),
    "facosh": _unary(lambda x, r: 1 / np.sqrt(x * x - 1)),
    "fatanh": _unary(lambda x, r: 1 / (1 - x * x)),
    "fpow": _several(lambda r, x, y: (y * r / x, r * np.log(np.abs(x)))),
    "fexp": _unary(lambda x, r: r),
    "fexp2": _unary(lambda x, r: r * math.log(2)),
    "flog": _unary(lambda x, r: 1 / x),
    "flog2": _unary(lambda x, r: 1 / (x * math.log(2))),
    "fsqrt": _unary(lambda x, r: 0.5 / r),
    "frsqrt": _unary(lambda x, r: -0.5 * r * r * r),
    "fdot": _several(_dot),
    "flength": lambda slopes, args, found: [slopes[0] * x / found[0] for x in args],
    "fnormalize": _normalize,
    "select": _several(lambda r, c, a, b: (None, c, np.logical_not(c))),
}
