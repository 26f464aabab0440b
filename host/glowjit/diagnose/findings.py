"""Findings: values that make a picture wrong, each with its place, what it reaches and what would mend it.

`check` looks at a shader as boards will show it: small and large, early and late, uniforms at the ends of their ranges
(the frames that its binary points were chosen from). Where the words' picture is not that of real numbers, the causes
of a few wrong pixels are found by experiment (see `causes`). A shader whose pictures are right has no findings, however
large its values; but where that takes pairs of words, notes say of which values, as if there were no pairs. `explain`
does the same for the wrong pixels of one frame.

A finding's `rule` is "overflow" for a value that left its word, "precision" for one whose word is too coarse; its
`severity` is "warning", or "note" where only pictures after hours are wrong, or none because of pairs.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from glowjit import pipeline, q32
from glowjit.diagnose.advice import Subject, advise
from glowjit.diagnose.causes import Cause, Error, causes
from glowjit.diagnose.overflow import number
from glowjit.diagnose.twins import FUEL, Scalars, Twins, Watched, as_words, twins
from glowjit.errors import Diagnostic, FuelError, relocate
from glowjit.ir.evaluate import Evaluator
from glowjit.q32 import formats
from glowjit.uniforms import Moment
from glowjit.words import PyValue

SHARE = 0.01  # of a picture's pixels may be off by more than
STEPS = 4  # of 255
NO_CAUSE = "no value alone is to blame: small rounding errors add up"
_GRID = 40, 30  # pixels of a frame that are looked at, at most
_EXPLAINED = 4  # wrong pixels of a frame that are explained
_SPREAD = (math.sqrt(5) - 1) / 2  # of a list, so that no pattern in it is met
_MOST = 8  # findings


@dataclass(frozen=True, slots=True)
class Finding:
    """One value of the shader that makes a picture wrong, with the evidence: a pixel of a frame."""

    rule: str
    severity: str
    message: str
    hint: str
    file: str
    line: int
    column: int
    operation: str  # as the user calls it
    low: float | None  # what the value reaches; None for no bound
    high: float | None
    basis: str  # how that is known: "proven", "observed" or "unknown"
    need: float  # fraction bits that the picture asks for
    fraction: int  # fraction bits that the word has
    word_low: float  # what the word can hold
    word_high: float
    width: int  # of the frame
    height: int
    seconds: float
    pixel: tuple[int, int]
    exact: float | None  # what the value ought to be there
    found: float  # what its word says
    shift: float  # how far that alone moves the pixel, of 255
    instructions: int  # that compute the value, at most, those of the math library included

    def rank(self) -> tuple[bool, bool, float]:
        """What matters more sorts first."""
        return self.severity != "warning", self.rule != "overflow", -self.shift

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return asdict(self)

    def diagnostic(self, source: str) -> Diagnostic:
        """For people, at its place in the file that it is from."""
        found = Diagnostic(self.message, self.severity, self.file, self.line, self.column, self.hint)
        return relocate(found, source)


@dataclass(frozen=True, slots=True)
class View:
    """One frame to look at, as it is called in messages."""

    width: int
    height: int
    seconds: float
    scalars: Scalars
    late: bool = False

    def __str__(self) -> str:
        when = f"after {self.seconds / 3600:.1f} hours" if self.late else f"at {self.seconds:g} s"
        return f"{self.width}x{self.height} {when}"


@dataclass(frozen=True, slots=True)
class Report:
    """What `check` found: `views` has each frame with the share of its pixels that are wrong."""

    source: str
    file: str
    findings: tuple[Finding, ...]
    views: tuple[tuple[View, float], ...]

    @property
    def wrong(self) -> list[tuple[View, float]]:
        """The frames that are not right."""
        return [(view, share) for view, share in self.views if share > SHARE]

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        frames = [
            {"width": view.width, "height": view.height, "seconds": view.seconds, "late": view.late, "wrong": share}
            for view, share in self.views
        ]
        return {"findings": [finding.as_dict() for finding in self.findings], "frames": frames}


class Explainer:
    """Makes findings of wrong pixels, at most one for each place in the text.

    With `pairs`, the twins of the shader as it is compiled, `twins` are the same without pairs and longs; then findings
    are notes that say why the values are pairs.
    """

    def __init__(self, twins: Twins, pairs: Twins | None = None) -> None:
        self.twins = twins
        self.pairs = pairs
        self.found: dict[tuple[int, int], Finding] = {}

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings that move the picture most, warnings before notes, in the order of the text."""
        worst = sorted(self.found.values(), key=Finding.rank)[:_MOST]
        return tuple(sorted(worst, key=lambda item: (item.severity != "warning", item.line, item.column)))

    def view(self, moment: Moment, uniforms: Mapping[str, PyValue]) -> View:
        """One frame to look at. UniformError for uniforms that the shader does not have."""
        return View(moment.width, moment.height, moment.time, self.twins.scalars(moment, uniforms))

    def compare(self, expected: np.ndarray, picture: np.ndarray, view: View) -> tuple[Finding, ...]:
        """Explain where the bytes of a frame are not what is expected."""
        off = np.abs(picture.astype(np.int16) - expected).max(axis=2)
        rows, columns = np.nonzero(off > min(STEPS, off.max() - 1))
        self.explain(view, list(zip(columns.tolist(), rows.tolist(), strict=True)))
        return self.findings

    def look(self, views: Sequence[View]) -> tuple[tuple[View, float], ...]:
        """Explain what is wrong in frames; each with the share of its pixels that are wrong."""
        looked = []
        for view in views:
            wrong, share = _wrong_pixels(self.twins, view)
            looked.append((view, share))
            if share > SHARE:
                self.explain(view, wrong)
        return tuple(looked)

    def explain(self, view: View, pixels: Sequence[tuple[int, int]]) -> None:
        """Find out what makes these pixels wrong, or a few of them."""
        places = [int(len(pixels) * (_SPREAD * turn % 1)) for turn in range(1, _EXPLAINED + 1)]
        for pixel in dict.fromkeys(pixels[place] for place in places):
            centre = pixel[0] + 0.5, view.height - 1 - pixel[1] + 0.5
            found = causes(self.twins, view.scalars, centre)
            least = max(1.0, min(STEPS, found[0].shift)) if found else 0.0
            for cause in found:
                if cause.shift >= least:
                    self._add(cause, view, pixel)

    def _add(self, cause: Cause, view: View, pixel: tuple[int, int]) -> None:
        finding = self._finding(cause, view, pixel)
        key = finding.line, finding.column
        known = self.found.get(key)
        if known is None or finding.rank() < known.rank():
            self.found[key] = finding

    def _finding(self, cause: Cause, view: View, pixel: tuple[int, int]) -> Finding:
        error, step = cause.error, cause.error.step
        basis = self.twins.trace.basis[step.results[error.index]]
        low, high = min(basis.low, error.exact), max(basis.high, error.exact)
        subject = Subject(step, error.overflows, low, high, self.twins, view.seconds)
        line, column = subject.place
        ends = formats.limits(error.point)
        costs = self.twins.costs[step.number], (self.pairs or self.twins).costs[step.number]
        whose = "its word" if self.pairs is None else "a word"
        effect = f"that alone moves pixel {pixel} of {view} by {cause.shift:.0f} of 255"
        if self.pairs is not None:
            effect = f"so it is a pair of words, for up to {costs[1]} instructions instead of {costs[0]}"
        return Finding(
            rule="overflow" if error.overflows else "precision",
            severity="note" if view.late or self.pairs is not None else "warning",
            message=f"{_what(error, subject, basis.kind, whose)}; {effect}",
            hint=advise(subject),
            file=self.twins.file,
            line=line,
            column=column,
            operation=subject.title,
            low=_finite(low),
            high=_finite(high),
            basis=basis.kind,
            need=basis.need,
            fraction=error.point,
            word_low=ends[0],
            word_high=ends[1],
            width=view.width,
            height=view.height,
            seconds=view.seconds,
            pixel=pixel,
            exact=_finite(error.exact),
            found=error.found,
            shift=cause.shift,
            instructions=costs[1],
        )


def _what(error: Error, subject: Subject, basis: str, whose: str) -> str:
    """The first half of a message: the value, its range, and what its word makes of it."""
    ends = tuple(map(number, formats.limits(error.point)))
    reach = f" (its range, {number(subject.low)} to {number(subject.high)}, is {basis})" if basis != "unknown" else ""
    value = f"{subject.title} is {number(error.exact)}{reach}"
    if error.overflows:
        return f"{value}, and {whose} holds {ends[0]} to {ends[1]}"
    off = f"{abs(error.found - error.exact):.2g}"
    return f"{value}; {whose} counts in steps of 2^{-error.point} and is off by {off}"


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def check(
    source: str, file: str, options: pipeline.Options, frame: tuple[Moment, Mapping[str, PyValue]] | None = None
) -> Report:
    """Look at one frame of a shader, by default at those of `q32.sample_frames`."""
    subject = twins(source, file, options)
    explainer = Explainer(subject)
    views = [explainer.view(*frame)] if frame else sample_views(subject, options)
    looked = explainer.look(views)
    if subject.trace.paired and not explainer.findings:
        explainer = Explainer(twins(source, file, replace(options, numbers="words")), subject)
        explainer.look(views)
    return Report(source, file, explainer.findings, looked)


def sample_views(twins: Twins, options: pipeline.Options) -> list[View]:
    """The frames that binary points were chosen from."""
    frames = q32.sample_frames(twins.uniforms.values(), options.textures)
    return [View(frame.width, frame.height, frame.seconds, frame.uniforms, frame.late) for frame in frames]


def _wrong_pixels(twins: Twins, view: View) -> tuple[list[tuple[int, int]], float]:
    """Pixels of a grid over the frame that are off, and their share. FuelError for a pixel that does not end."""
    steps = [max(1, size // most) for size, most in zip((view.width, view.height), _GRID, strict=True)]
    row, column = np.mgrid[steps[1] // 2 : view.height : steps[1], steps[0] // 2 : view.width : steps[0]]
    x, y = column.ravel() + 0.5, view.height - 1 - row.ravel() + 0.5
    machine = Evaluator(twins.exact, len(x), twins.memory(twins.exact, view.scalars), fuel=FUEL)
    expected = _bytes(np.stack(machine.call(twins.exact.entry, [x, y])[:3]))
    if len(exhausted := machine.exhausted()):
        pixel = int(column.ravel()[exhausted[0]]), int(row.ravel()[exhausted[0]])
        message = f"the loops of pixel {pixel} of {view} do not end within {FUEL:,} iterations"
        raise FuelError(message, pixel=pixel, hint="give the loop a bound that every pixel reaches")
    words = Watched(twins, len(x), view.scalars).call(twins.words.entry, as_words([x, y]))
    points = [[channel.fraction] for channel in twins.words.channels[:3]] or [[formats.BORDER_FRACTION]]
    found = np.ldexp(np.stack(words[:3]).astype(np.float64), -np.array(points))
    off = np.abs(_bytes(found) - expected).max(axis=0)
    wrong = np.flatnonzero(off > STEPS)
    return [(int(column.ravel()[at]), int(row.ravel()[at])) for at in wrong], len(wrong) / len(x)


def _bytes(channels: np.ndarray) -> np.ndarray:
    clamped: np.ndarray = np.clip(np.nan_to_num(channels), 0.0, 1.0)
    return np.floor(clamped * 255 + 0.5)
