"""A shader compiled twice: to its float IR, and to its integer IR with every value watched.

`twins` runs the pipeline two times: until the float IR is optimised, and until floats have become words. Machine code
computes bit for bit what the integer IR does, so what is found here is true of the board. Every block of the integer IR
ends with a call of a function that does not exist, a `Watch`; `Watched`, which evaluates the module, takes the block's
values from that call. Such a module can be evaluated, not compiled.

A watch computes the exact result of each step (see `q32.trace`) from the words of its operands, so that its error is
that of the step alone. An operand that has no word, because `lower` found a shorter way, is computed from its own
operands.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from glowjit import passes, pipeline
from glowjit.ir import Module
from glowjit.ir.core import Const, Function, Inst, Operand, Value
from glowjit.ir.evaluate import SEMANTICS, Evaluator
from glowjit.ir.semantics import DTYPES
from glowjit.q32 import Trace, formats
from glowjit.q32.trace import Step, steps_of
from glowjit.uniforms import Moment, Uniform, frame_scalars
from glowjit.words import PyValue, encode_scalars

FUEL = 20_000  # loop iterations of a pixel, ten times what a frame has for one

Scalars = Mapping[str, Sequence[float | int | bool]]
Vector = Any  # a numpy array or scalar


@dataclass(frozen=True, slots=True)
class Outcome:
    """One result of a step in every lane."""

    step: Step
    value: Value  # of the float IR
    exact: Vector  # what it ought to be, given the words of its operands
    found: Vector  # what its word says


@dataclass(frozen=True, slots=True)
class Watch:
    """What the call at the end of a block is about."""

    steps: tuple[Step, ...]  # of the block, and steps of others whose results they need and that have no words
    places: dict[Value, int]  # which operand of the call is the word of a value
    lows: dict[Value, int]  # which one is the low word of a long


@dataclass(frozen=True, slots=True)
class Twins:
    """A shader as float IR (`exact`) and as watched integer IR (`words`)."""

    source: str
    file: str
    exact: Module
    words: Module
    trace: Trace
    costs: list[int]  # by number of a step: about how many instructions it became, those of the library included
    watches: dict[str, Watch]  # by the name that is called
    uniforms: dict[str, Uniform]

    @property
    def lines(self) -> list[str]:
        """The lines of the source."""
        return self.source.replace("\r\n", "\n").split("\n")

    @property
    def clocks(self) -> list[str]:
        """The names of the uniforms that hold the time."""
        return [name for name, uniform in self.uniforms.items() if uniform.role == "time"]

    def scalars(self, moment: Moment, given: Mapping[str, PyValue]) -> Scalars:
        """What is in the uniforms of a frame."""
        return frame_scalars(self.uniforms.values(), moment, given)

    def memory(self, module: Module, scalars: Scalars) -> dict[str, Any]:
        """The uniforms' objects, as the evaluator of one of the modules takes them."""
        point = formats.BORDER_FRACTION
        words = scalars if module is self.exact else {name: encode_scalars(scalars[name], point) for name in scalars}
        return {module.uniforms[name].object.name: words[name] for name in words if name in module.uniforms}


def twins(source: str, file: str, options: pipeline.Options) -> Twins:
    """Compile a shader to both. Errors are those of compiling it."""
    options = replace(options, keep=frozenset())
    exact = pipeline.run(pipeline.Job(source, file, options), until="optimise").module
    job = pipeline.run(pipeline.Job(source, file, options, traced=True), until="q32")
    assert job.trace is not None and job.needed is not None
    assert len(steps_of(exact)) == job.trace.count, "the same shader has two float programs"
    uniforms = {info.name: pipeline.describe(info) for info in job.module.uniforms.values()}
    pipeline.link_math_library(job.module, job.needed)
    passes.dce.run(job.module)
    costs = _costs(job.module, job.trace)
    watches: dict[str, Watch] = {}
    for function in job.module.functions.values():
        _Placing(function, job.trace, watches).run()
    return Twins(source, file, exact, job.module, job.trace, costs, watches, uniforms)


def _costs(module: Module, trace: Trace) -> list[int]:
    """How many instructions each step became."""
    sizes: dict[str, int] = {}

    def size(insts: Iterable[Inst]) -> int:
        return sum(1 + sizes.get(str(inst.target), 0) * (inst.op == "call") for inst in insts)

    for name, function in module.functions.items():
        sizes[name] = size(function.insts())
    costs = [0] * trace.count
    for value, step in trace.step_of.items():
        costs[step.number] = size(trace.became.get(value, ()))
    return costs


@dataclass
class _Placing:
    """Puts watches into one function."""

    function: Function
    trace: Trace
    watches: dict[str, Watch]
    alive: set[Value] = field(default_factory=set)

    def run(self) -> None:
        self.alive.update(self.function.params)
        for block in self.function.blocks:
            self.alive.update(block.params)
            for inst in block.insts:
                self.alive.update(inst.results)
        for block in self.function.blocks:
            steps = [step for step in self.trace.blocks.get(block, ()) if any(map(self.lives, step.results))]
            if steps:
                name = f"watch.{len(self.watches)}"
                watch = self.watches[name] = self._watch(steps)
                words = [*map(self.trace.word, watch.places), *(self.trace.lows[value] for value in watch.lows)]
                block.insts.append(Inst("call", words, [], name))

    def lives(self, value: Operand) -> bool:
        """Whether a value of the float IR has a word."""
        return self._is_there(self.trace.word(value))

    def _is_there(self, word: Operand) -> bool:
        return isinstance(word, Const) or word in self.alive

    def _watch(self, steps: list[Step]) -> Watch:
        ordered: dict[Step, None] = {}
        places: dict[Value, int] = {}
        for step in steps:
            self._need(step, ordered, places)
        long = [value for value in places if value in self.trace.lows and self._is_there(self.trace.lows[value])]
        return Watch(tuple(ordered), places, {value: len(places) + index for index, value in enumerate(long)})

    def _need(self, step: Step, ordered: dict[Step, None], places: dict[Value, int]) -> None:
        if step in ordered:
            return
        for value in (*step.args, *step.results):
            if isinstance(value, Value) and self.lives(value):
                places.setdefault(value, len(places))
            elif value in self.trace.step_of and value not in step.results:
                self._need(self.trace.step_of[value], ordered, places)
        ordered[step] = None


class Watched(Evaluator):
    """Evaluates the watched integer IR. Whenever a block ends, it calls `notice(watch, outcomes, reals, lanes)`.

    `reals` maps the operands and results of the watch's steps to the numbers that their words stand for.
    """

    def __init__(self, twins: Twins, lanes: int, scalars: Scalars, notice: Callable[..., None] | None = None) -> None:
        super().__init__(twins.words, lanes, twins.memory(twins.words, scalars), fuel=FUEL)
        self.twins = twins
        self.notice = notice

    def _call(self, inst: Inst, values: list[Vector], lanes: np.ndarray | None) -> tuple[Vector, ...]:
        watch = self.twins.watches.get(str(inst.target))
        if watch is None:
            return super()._call(inst, values, lanes)
        if self.notice is None:
            return ()
        reals = {value: self._real(value, values[place]) for value, place in watch.places.items()}
        for value, place in watch.lows.items():
            unsigned = np.asarray(values[place]).astype(np.uint32)[()]
            reals[value] = reals[value] + self._real(value, unsigned) * 2.0**-formats.WORD_BITS
        self.notice(watch, list(_outcomes(watch, reals, self.twins.trace.points)), reals, lanes)
        return ()

    def _real(self, value: Value, word: Vector) -> Vector:
        point = self.twins.trace.points.get(value)
        return word if point is None else np.ldexp(np.asarray(word, np.float64)[()], -point)


def _outcomes(watch: Watch, reals: dict[Value, Vector], floats: Container[Value]) -> Iterator[Outcome]:
    """Compute the steps one by one; `reals` gets the results that have no word."""
    for step in watch.steps:
        args = [_number(arg) if isinstance(arg, Const) else reals.get(arg) for arg in step.args]
        if step.op not in SEMANTICS or any(arg is None for arg in args):
            continue
        exact = SEMANTICS[step.op](*args)
        for value, number in zip(step.results, exact if isinstance(exact, tuple) else (exact,), strict=True):
            if value not in reals:
                reals[value] = number
            elif value in floats:
                yield Outcome(step, value, number, reals[value])


def _number(constant: Const) -> Vector:
    return DTYPES[constant.type](constant.value)


def pixel_centres(width: int, height: int) -> tuple[np.ndarray, np.ndarray]:
    """x and y of every pixel, row by row from the top; GLSL counts y from the bottom."""
    row, column = np.mgrid[:height, :width]
    return column.ravel() + 0.5, height - 1 - row.ravel() + 0.5


def as_words(coordinates: Sequence[np.ndarray]) -> list[np.ndarray]:
    return [np.ldexp(axis, formats.BORDER_FRACTION).astype(np.int32) for axis in coordinates]
