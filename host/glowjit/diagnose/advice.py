"""What to write instead: recognised causes and their advice, a table.

A row fits a value by its operation, by whether it overflows or is too coarse, by the text of its line, and by what it
is computed from; the first that fits is taken. Advice is one sentence that names the rewrite.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from glowjit.diagnose.places import place, title
from glowjit.diagnose.twins import Twins
from glowjit.ir.core import MemObject, Value
from glowjit.q32.trace import Step

_ARITHMETIC = frozenset(("fadd", "fsub", "fneg", "fmul", "ffma", "fdiv"))
_ROUNDINGS = frozenset(("ffloor", "fceil", "ftrunc", "fround", "ffract", "fmod", "ftos", "ftou"))
_COMPARISONS = frozenset(("flt", "fge", "feq", "fne", "fstep", "fsign"))
_SIZES = frozenset(("fabs", "fmin", "fmax", "fdot", "flength", "fsqrt", "edge", "select"))
_LATE = 60.0
_LARGE_SQUARE = 100.0
_COARSE = 14  # fraction bits
_DEPTH = 8  # operands of operands that are looked at


@dataclass(frozen=True, slots=True)
class Subject:
    """A value to give advice on. `low` and `high` are what it reaches, `seconds` is when."""

    step: Step
    overflows: bool
    low: float
    high: float
    twins: Twins
    seconds: float = 0.0

    @property
    def place(self) -> tuple[int, int]:
        """Line and column in the user's text."""
        return place(self.step, self.twins.lines)

    @property
    def title(self) -> str:
        """What to call it."""
        return title(self.step.op)

    @property
    def text(self) -> str:
        """Its line."""
        line, lines = self.place[0], self.twins.lines
        return lines[line - 1] if 0 < line <= len(lines) else ""

    def origins(self) -> Iterator[Step]:
        """The step, and what it is computed from."""
        level = [self.step]
        for _ in range(_DEPTH):
            yield from level
            args = (arg for step in level for arg in step.args if isinstance(arg, Value))
            level = list(
                dict.fromkeys(self.twins.trace.step_of[arg] for arg in args if arg in self.twins.trace.step_of)
            )

    def from_time(self) -> bool:
        """Whether the time goes into it."""
        targets = (step.target for step in self.origins() if step.op == "load")
        return any(isinstance(item, MemObject) and item.name in self.twins.clocks for item in targets)

    def divides_by_unset(self) -> bool:
        """Whether it is infinite because nobody has set the uniform that it is divided by."""
        divisor = self.step.args[1]
        load = self.twins.trace.step_of.get(divisor) if isinstance(divisor, Value) else None
        if load is None or not isinstance(load.target, MemObject) or math.isfinite(self.high - self.low):
            return False
        uniform = self.twins.uniforms.get(load.target.name)
        return uniform is not None and not uniform.role

    def beside_late_time(self) -> bool:
        """Whether minutes or hours are on its line."""
        return self.seconds >= _LATE and any(re.search(rf"\b{name}\b", self.text) for name in self.twins.clocks)

    def made_whole(self) -> bool:
        """Whether it is rounded to a whole number after a few sums and products."""
        return any(op in _ROUNDINGS for op, _ in self.uses(_ARITHMETIC))

    def decides(self) -> bool:
        """Whether something is compared with what it is used for."""
        return any(op in _COMPARISONS for op, _ in self.uses(_ARITHMETIC | _SIZES))

    def feeds_itself(self) -> bool:
        """Whether a loop takes it from turn to turn."""
        return any(value in self.step.results for _, values in self.uses(None) for value in values)

    def large_elsewhere(self) -> bool:
        """Whether it has few bits after the point because it may be large."""
        return any(self.twins.trace.points[value] < _COARSE for value in self.step.results)

    def uses(self, through: Collection[str] | None) -> Iterator[tuple[str, tuple[Value, ...]]]:
        """What takes the value, also after operations that are `through`, None for any."""
        pending, seen = list(self.step.results), set(self.step.results)
        while pending:
            for op, results in self.twins.trace.uses.get(pending.pop(), ()):
                yield op, results
                if through is None or op in through:
                    pending += [value for value in results if value not in seen]
                    seen.update(results)

    def from_square(self) -> bool:
        """Whether it is a square, or a sum of squares."""
        half = len(self.step.args) // 2
        return half > 0 and self.step.args[:half] == self.step.args[half:]

    def is_small_square(self) -> bool:
        """Whether it is a square of what is mostly less than one, and so loses more than it has."""
        return self.from_square() and max(-self.low, self.high) < _LARGE_SQUARE


@dataclass(frozen=True, slots=True)
class Row:
    """`ops` is empty for any operation; `overflows` None for either; `text` a pattern on the line."""

    advice: str
    ops: tuple[str, ...] = ()
    overflows: bool | None = None
    text: str = ""
    also: Callable[[Subject], bool] = lambda subject: True

    def fits(self, subject: Subject) -> bool:
        return (
            (not self.ops or subject.step.op in self.ops)
            and self.overflows in (None, subject.overflows)
            and re.search(self.text, subject.text) is not None
            and self.also(subject)
        )


_INTEGER_HASH = "uint n = uint(p.x) * 1597334677u ^ uint(p.y) * 3812015801u; float(n * n >> 8) / 16777216.0"
_PRODUCTS = ("fmul", "ffma", "fdot", "flength")
_QUOTIENTS = ("fdiv", "frsqrt", "ftan")

ROWS: tuple[Row, ...] = (
    Row(
        f"a sine is no hash here: hash integers, cheap and the same everywhere: {_INTEGER_HASH}",
        text=r"(?:fract|mod)\s*\(.*(?:sin|cos)\s*\(.*\*\s*\d{3,}",
    ),
    Row(
        f"hash integers instead of polynomials modulo 289: {_INTEGER_HASH}",
        text=r"(?i)permute|mod289|\*\s*34\.",
    ),
    Row(
        f"the fraction of a large product is noise: hash integers instead: {_INTEGER_HASH}",
        text=r"fract\s*\(.*\*\s*(?:\d{3,}|0?\.\d{4,})",
    ),
    Row(
        "it is divided by a uniform, which is 0 until it is set: --uniform NAME=1",
        ops=("fdiv",),
        overflows=True,
        also=Subject.divides_by_unset,
    ),
    Row(
        "take fract() or mod() of the time before it is multiplied, so that it does not grow for ever",
        overflows=True,
        also=Subject.from_time,
    ),
    Row(
        "divide pixel coordinates by iResolution first: squares of numbers below 180 fit, squares of pixels do not",
        ops=_PRODUCTS,
        overflows=True,
        text=r"(?i)fragcoord|resolution|pixel",
    ),
    Row(
        "scale the vector down before it is squared, and compare with the square of the scaled radius",
        ops=_PRODUCTS,
        overflows=True,
        also=Subject.from_square,
    ),
    Row("keep the base below 1, or the exponent small: clamp() the base first", ops=("fpow",), overflows=True),
    Row(
        "keep the exponent below 10: min() it first, what is larger is white anyway",
        ops=("fexp", "fexp2", "fsinh", "fcosh"),
        overflows=True,
    ),
    Row(
        "the divisor comes near zero: keep it away with max(divisor, 0.001), or leave the loop before",
        ops=_QUOTIENTS,
        overflows=True,
    ),
    Row(
        "scale the number down before it is converted, float(n >> 8) / 16777216.0 for a fraction",
        ops=("stof", "utof"),
        overflows=True,
    ),
    Row("use smaller numbers: divide earlier, or clamp() what goes in", overflows=True),
    Row(
        "a rounding error decides which whole number this becomes: add a little before floor(), as floor(x + 0.001)",
        overflows=False,
        also=Subject.made_whole,
    ),
    Row(
        "the time makes this error larger and larger: take mod() of the time by a period of the picture",
        overflows=False,
        also=Subject.beside_late_time,
    ),
    Row(
        "the square of a small number has few bits: take length() in place of dot(v, v), or scale the vector up first",
        ops=_PRODUCTS,
        overflows=False,
        also=Subject.is_small_square,
    ),
    Row(
        "it is large elsewhere, and so its word is coarse here: clamp() it, or what it is made of",
        overflows=False,
        also=Subject.large_elsewhere,
    ),
    Row(
        "a loop makes this error larger from turn to turn: take fewer turns, or keep what it carries near 1",
        also=Subject.feeds_itself,
    ),
    Row(
        "a comparison turns on its last bits: smoothstep() in place of a hard edge shows no rounding",
        also=Subject.decides,
    ),
    Row(
        "divide by larger numbers, or multiply before you divide: quotients of small numbers lose their last bits",
        ops=_QUOTIENTS,
    ),
    Row(
        "products of large and small numbers lose the small one's bits: keep both near 1",
        ops=("fmul", "ffma", "fdot", "fpow"),
    ),
    Row("a later step makes this error large: divide, take powers and subtract what is alike as late as you can"),
)


def advise(subject: Subject) -> str:
    """The rewrite that would avoid it."""
    return next(row.advice for row in ROWS if row.fits(subject))
