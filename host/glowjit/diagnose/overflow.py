"""The first value of a frame that its word cannot hold: what a checked build looks for.

Input: `Twins` and a frame. Output: an `Overflow`, or the error that tells the user (`Checker`). A step overflows where
its exact result, of the words of its operands, lies outside of the format of its word, and the word is not at the end
of the format on that side: what saturates is as large as it can be, and that is what a pole or a clamp wants. What
wraps on purpose, because only its fraction is used, and what a `select` leaves behind do not count. First is the pixel
that is drawn first; in it, the step that is executed first.

Cost: the integer IR over the frame in numpy, a few times what the reference takes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from glowjit.diagnose.advice import Subject, advise
from glowjit.diagnose.twins import Outcome, Scalars, Twins, Vector, Watch, Watched, as_words, pixel_centres, twins
from glowjit.errors import Diagnostic, OverflowFault, relocate
from glowjit.ir.core import Operand, Value
from glowjit.pipeline import Options
from glowjit.q32 import formats
from glowjit.q32.trace import Step

_TILE = 4096  # pixels at once: every value of a block is held for all of them
_NEARLY = 1 / 8  # of the largest number: so near to its end a word has saturated; x / 0 leaves as much room above it


@dataclass(frozen=True, slots=True)
class Overflow:
    """`value` is what the step's result ought to be in a pixel; its word holds `low` to `high`, and says `found`."""

    step: Step
    pixel: tuple[int, int]
    value: float
    found: float
    low: float
    high: float


def first_overflow(twins: Twins, width: int, height: int, scalars: Scalars) -> Overflow | None:
    """The frame's first overflow; None if there is none."""
    x, y = pixel_centres(width, height)
    for start in range(0, len(x), _TILE):
        tile = slice(start, start + _TILE)
        search = _Search(twins)
        machine = Watched(twins, len(x[tile]), scalars, search.notice)
        machine.call(twins.words.entry, as_words([x[tile], y[tile]]))
        if search.found is not None:
            row, column = divmod(start + search.lane, width)
            low, high = formats.limits(twins.trace.points[search.found.value])
            exact, found = (_at(values, search.place) for values in (search.found.exact, search.found.found))
            return Overflow(search.found.step, (column, row), exact, found, low, high)
    return None


class Checker:
    """Looks at the frames of one shader."""

    def __init__(self, source: str, file: str, options: Options) -> None:
        self.twins = twins(source, file, options)

    def check(self, width: int, height: int, scalars: Scalars) -> None:
        """Raises OverflowFault if a value of the frame does not fit its word."""
        found = first_overflow(self.twins, width, height, scalars)
        if found is None:
            return
        subject = Subject(found.step, True, found.value, found.value, self.twins)
        value, low, high = map(number, (found.value, found.low, found.high))
        message = f"at pixel {found.pixel}, {subject.title} is {value}, and its word holds {low} to {high}"
        place = Diagnostic(message, "error", self.twins.file, *subject.place, advise(subject))
        raise OverflowFault(
            message,
            value=found.value,
            pixel=found.pixel,
            diagnostic=relocate(place, self.twins.source),
            source=self.twins.source,
        )


def number(value: float) -> str:
    """For messages."""
    size = abs(value)
    return f"{value:,.0f}" if 1000 <= size < 1e10 else f"{value:.6g}" if size < 1000 else f"{value:.3g}"


class _Search:
    """Keeps the first overflow of the lowest lane; `place` is where in the outcome's arrays that lane is."""

    def __init__(self, twins: Twins) -> None:
        self.trace = twins.trace
        self.found: Outcome | None = None
        self.lane = 0
        self.place = 0

    def notice(
        self, watch: Watch, outcomes: Sequence[Outcome], reals: dict[Value, Vector], lanes: np.ndarray | None
    ) -> None:
        suspects = [(outcome, over) for outcome in outcomes if np.any(over := self.overflows(outcome))]
        if not suspects:
            return
        wanted = self.wanted(watch, reals)
        for outcome, over in suspects:
            places = np.flatnonzero(over & wanted[outcome.value])
            if len(places):
                lane = int(places[0] if lanes is None else lanes[places[0]])
                if self.found is None or lane < self.lane:
                    self.found, self.lane, self.place = outcome, lane, int(places[0])

    def overflows(self, outcome: Outcome) -> Vector:
        """In which lanes the exact result is outside of the word, and the word not at its end."""
        basis = self.trace.basis.get(outcome.value)
        if basis is not None and basis.wraps:
            return np.False_
        point = self.trace.points[outcome.value]
        low, high = formats.limits(point)
        above = (outcome.exact > high + formats.ulp(point)) & (outcome.found < high * (1 - _NEARLY))
        return above | ((outcome.exact < low) & (outcome.found > low * (1 - _NEARLY)))

    def wanted(self, watch: Watch, reals: dict[Value, Vector]) -> dict[Operand, Vector]:
        """In which lanes each value is used: a `select` uses one of its two."""
        found: dict[Operand, Vector] = dict.fromkeys(self.trace.demanded, np.True_)
        for step in reversed(watch.steps):
            here = np.False_
            for value in step.results:
                here = here | found.setdefault(value, np.False_)
            condition = step.args[0]
            chosen = reals.get(condition) if step.op == "select" and isinstance(condition, Value) else None
            for index, arg in enumerate(step.args):
                used = here if chosen is None or index == 0 else here & (chosen if index == 1 else ~chosen)
                found[arg] = found.get(arg, np.False_) | used
        return found


def _at(values: Vector, place: int) -> float:
    return float(values[place]) if isinstance(values, np.ndarray) else float(values)
