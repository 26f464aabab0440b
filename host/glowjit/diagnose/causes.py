"""Which values make a pixel wrong: an experiment, one value at a time.

Input: `Twins`, a frame and a pixel. First the words are run with every value watched: each has an error of its own, by
how far its word is from the exact result of its own operands. Then the float IR is run with as many lanes as there are
such values, all of them the same pixel; in each lane one value is given its own error, time for time. What that does to
the pixel is the value's share in what is wrong, whatever happens on the way from the one to the other: a hash, a
branch, a loop. Errors of other values that it only hands on do not count as its own.

Cost: one pixel of the words, and the float IR over a few hundred lanes: some 50 ms, a second with long loops.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from glowjit.diagnose.twins import FUEL, Outcome, Scalars, Twins, Vector, Watch, Watched, as_words
from glowjit.ir.core import Inst, MemKind, MemObject, Value
from glowjit.ir.evaluate import Evaluator
from glowjit.ir.plan import PlannedBlock
from glowjit.q32 import formats
from glowjit.q32.trace import Step, steps_of

STEPS = 255.0


@dataclass(slots=True)
class Error:
    """The error of the result `index` of a step in one pixel.

    `times` has, for each time that the step was executed, what the result ought to be and what its word says. `exact`
    and `found` are those of the largest error.
    """

    step: Step
    index: int
    point: int
    times: list[tuple[float, float]] = field(default_factory=list)
    exact: float = 0.0
    found: float = 0.0

    def note(self, exact: float, found: float) -> None:
        if not self.times or abs(found - exact) > abs(self.found - self.exact):
            self.exact, self.found = exact, found
        self.times.append((exact, found))

    def disturb(self, time: int, value: float) -> float:
        """`value` with the error of the n-th time; what ought to be infinite is what was found."""
        if is_input(self.step):
            self.note(value, formats.real(formats.word(value)))
            return self.found
        exact, found = self.times[time] if time < len(self.times) else (0.0, 0.0)
        if not math.isfinite(exact):
            return value if math.isfinite(value) else found
        return value + (found - exact)

    @property
    def overflows(self) -> bool:
        """Whether the exact value is not one that the word can hold."""
        low, high = formats.limits(self.point)
        return not low <= self.exact <= high + formats.ulp(self.point)


@dataclass(frozen=True, slots=True)
class Cause:
    """A value whose own error alone moves the pixel by `shift` steps of 255."""

    error: Error
    shift: float


def causes(twins: Twins, scalars: Scalars, pixel: tuple[float, float]) -> list[Cause]:
    """Everything that moves the pixel whose centre is at `pixel`, what moves it most first."""
    errors = own_errors(twins, scalars, pixel)
    wrong = [error for error in errors if is_input(error.step) or any(exact != found for exact, found in error.times)]
    shifts = _experiment(twins, wrong, scalars, pixel)
    found = [Cause(error, shift) for error, shift in zip(wrong, shifts, strict=True) if shift > 0]
    return sorted(found, key=lambda cause: (-cause.shift, cause.error.step.number))


def own_errors(twins: Twins, scalars: Scalars, pixel: tuple[float, float]) -> list[Error]:
    """The errors of one pixel's values, in the order of execution."""
    found: dict[Value, Error] = {}
    trace = twins.trace

    def notice(_watch: Watch, outcomes: Sequence[Outcome], reals: dict[Value, Vector], _lanes: Any) -> None:
        for outcome in outcomes:
            index = outcome.step.results.index(outcome.value)
            error = found.setdefault(outcome.value, Error(outcome.step, index, trace.points[outcome.value]))
            error.note(float(outcome.exact), float(outcome.found))
        for value in reals:
            step = trace.step_of.get(value)
            if step is not None and is_input(step):
                found.setdefault(value, Error(step, 0, trace.points[value]))

    coordinates = as_words([np.array([axis]) for axis in pixel])
    Watched(twins, 1, scalars, notice).call(twins.words.entry, coordinates)
    return list(found.values())


def is_input(step: Step) -> bool:
    """Whether it reads what was rounded before the shader began."""
    return step.op == "load" and isinstance(step.target, MemObject) and step.target.kind is MemKind.UNIFORM


def _experiment(twins: Twins, errors: list[Error], scalars: Scalars, pixel: tuple[float, float]) -> list[float]:
    """How far each error alone moves the pixel, in steps of 255."""
    machine = _Disturbed(twins, errors, scalars)
    channels = machine.call(twins.exact.entry, list(pixel))
    colours = np.clip(np.nan_to_num(np.stack(channels[:3])), 0.0, 1.0) * STEPS
    return [float(shift) for shift in np.abs(colours[:, 1:] - colours[:, :1]).max(axis=0)]


class _Disturbed(Evaluator):
    """The float IR in a machine where lane n + 1 has error n in the result of its step, and lane 0 has none."""

    def __init__(self, twins: Twins, errors: list[Error], scalars: Scalars) -> None:
        super().__init__(twins.exact, len(errors) + 1, twins.memory(twins.exact, scalars), fuel=FUEL)
        insts = steps_of(twins.exact)
        self.errors: dict[Inst, list[tuple[int, Error]]] = {}
        for lane, error in enumerate(errors, 1):
            self.errors.setdefault(insts[error.step.number], []).append((lane, error))
        self.times: Counter[int] = Counter()

    def _steps(self, block: PlannedBlock, group: Any) -> None:
        for step in block.steps:
            super()._steps(PlannedBlock([step]), group)
            for lane, error in self.errors.get(step.inst, ()):
                self._disturb(lane, error, group, step.results[error.index])

    def _disturb(self, lane: int, error: Error, group: Any, slot: int) -> None:
        """Give one lane of the group its error, if it is there and the value is of use."""
        value = group.slots[slot]
        place = lane if group.lanes is None else int(np.searchsorted(group.lanes, lane))
        count = self.lanes if group.lanes is None else len(group.lanes)
        if value is None or place >= count or (group.lanes is not None and group.lanes[place] != lane):
            return
        value = np.array(np.broadcast_to(value, count))
        value[place] = error.disturb(self.times[lane], float(value[place]))
        self.times[lane] += 1
        group.slots[slot] = value
