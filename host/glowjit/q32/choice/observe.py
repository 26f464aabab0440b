"""What floats are seen to be: the float IR run over a sample of pixels, before their binary points are chosen.

Input: a module of the float IR with a pixel function, and the frames to look at. Output: for each float value the
interval of the finite numbers it took. A value that is not reached is not in it. All frames run at once, as lanes of
one evaluation; a loop's turns are looked at ever more rarely (1 to 8, 12, 16, 24, ...), and a lane that runs long
is made to leave its loop. So the cost is that of one small picture, and the same module gives the same answer.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from glowjit.errors import UnsupportedError
from glowjit.ir.core import Const, MemKind, MemObject, Module, Operand, Type, Value
from glowjit.ir.evaluate import Evaluator
from glowjit.ir.memory import Rows, Storage, Table
from glowjit.ir.plan import Kind, Plan, PlannedBlock, Way
from glowjit.q32.choice import derivatives

_GRID = 6, 5  # pixels of a frame, its corners among them
FUEL = 4000  # turns of unbounded loops, and of those that count a float
_STEPS = 50_000  # blocks of code until a shader is given up: ten times what a heavy one takes
_MANY = 16  # pixels, of which the smallest may be odd


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture to look at: its size, and the words of every uniform by name. A `late` one, hours after the start,
    only tells how far values drift. `seconds` is when that is."""

    width: int
    height: int
    uniforms: Mapping[str, Sequence[float | int | bool]]
    late: bool = False
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Seen:
    """low <= value <= high, wherever it was looked at; `mean` is that of the magnitudes, the largest of all looks.
    `drift` is the largest magnitude in late frames, `slope` the largest derivative of a colour by it, None where there
    is none: see `derivatives`."""

    low: float
    high: float
    mean: float
    drift: float = 0.0
    small: float = math.inf
    slope: float | None = None

    @property
    def magnitude(self) -> float:
        return max(-self.low, self.high)

    def hull(self, other: Seen) -> Seen:
        mean, small = max(self.mean, other.mean), min(self.small, other.small)
        return Seen(min(self.low, other.low), max(self.high, other.high), mean, small=small)

    def within(self, limit: float) -> Seen:
        """As if nothing had been farther from 0 than that."""
        low, high = max(self.low, -limit), min(self.high, limit)
        return replace(self, low=low, high=high, mean=min(self.mean, limit), drift=min(self.drift, limit))


Observed = Mapping[Value, Seen]


def observe(module: Module, frames: Sequence[Frame]) -> Observed:
    """Run the pixel function of `module` over a grid of each frame."""
    seen = _run(module, [frame for frame in frames if not frame.late])
    late = [frame for frame in frames if frame.late]
    if late:
        for value, then in _run(module, late).items():
            if value in seen:
                seen[value] = replace(seen[value], drift=then.magnitude)
    return seen


def _run(module: Module, frames: Sequence[Frame]) -> dict[Value, Seen]:
    machine = _Observer(module, frames, _GRID)
    machine.tape.full = frames[0].late  # of drift, slopes are not asked
    colours = machine.draw()
    seen = machine.seen
    _join(module, seen)
    for value, slope in derivatives.moved(machine.tape, machine.result_slots, colours).items():
        if value in seen:
            seen[value] = replace(seen[value], slope=slope)
    return seen


def of(observed: Observed, operand: Operand) -> Seen | None:
    """What an operand was seen to be; a constant is what it is."""
    if isinstance(operand, Const):
        number = float(operand.value)
        return Seen(number, number, abs(number), small=abs(number)) if math.isfinite(number) else None
    return observed.get(operand)


def pixels(frame: Frame, grid: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Centres of so many columns and rows of pixels, those at the edges among them."""
    columns, rows = (
        np.array(sorted(set(np.linspace(0, size - 1, count).astype(int).tolist()))) + 0.5
        for size, count in zip((frame.width, frame.height), grid, strict=True)
    )
    return np.tile(columns, len(rows)), np.repeat(rows, len(columns))


class Lanes(Evaluator):
    """A module in a machine whose lanes are pixels of all `frames`: a uniform has a word for each."""

    def __init__(self, module: Module, frames: Sequence[Frame], grid: tuple[int, int]) -> None:
        axes = [pixels(frame, grid) for frame in frames]
        self._pixel = [np.concatenate(axis) for axis in zip(*axes, strict=True)]
        memory = {}
        for name, info in module.uniforms.items():
            given = [frame.uniforms[name] for frame in frames]
            counts = [len(x) for x, _ in axes]
            memory[info.object.name] = np.repeat(np.array(given, dtype=np.float64), counts, axis=0).T
        super().__init__(module, len(self._pixel[0]), memory, fuel=FUEL)
        self.steps = 0  # blocks that were run

    def draw(self) -> np.ndarray:
        """The channels of all pixels, `(4, lanes)`."""
        return np.stack(self.call(self.module.entry, self._pixel))

    def _leave(self, plan: Plan, block: PlannedBlock, group: Any) -> list[tuple[Way, Any]]:
        self.steps += 1
        return super()._leave(plan, block, group)

    def _storage(self, item: MemObject, words: list[Any] | np.ndarray) -> Storage:
        if item.kind is not MemKind.UNIFORM:
            return super()._storage(item, words)
        if self._usage.get(item, (False, False))[0]:
            return Table(item.name, words, self.lanes, np.float64)
        return Rows([np.float64(word) if np.ndim(word) == 0 else word for word in words], self.lanes)


class _Looks:
    """All looks at a value: what becomes a `Seen`."""

    __slots__ = ("high", "low", "mean", "small")

    def __init__(self) -> None:
        self.low, self.high, self.mean, self.small = math.inf, -math.inf, 0.0, math.inf

    def look(self, found: np.ndarray) -> None:
        """At one of these at least, all of them finite."""
        sizes = np.abs(found)
        self.low, self.high = min(self.low, found.min()), max(self.high, found.max())
        self.mean = max(self.mean, sizes.sum() / sizes.size)
        if sizes.size >= _MANY:
            rank = sizes.size // _MANY
            sizes.partition(rank)
            self.small = min(self.small, sizes[rank])

    def seen(self) -> Seen:
        return Seen(float(self.low), float(self.high), float(self.mean), small=float(self.small))


class _Observer(Lanes):
    """Notes what it computes."""

    def __init__(self, module: Module, frames: Sequence[Frame], grid: tuple[int, int]) -> None:
        super().__init__(module, frames, grid)
        self.tape = derivatives.Tape(self.lanes)
        self._looks: dict[Value, _Looks] = {}
        self._keeping: dict[int, PlannedBlock] = {}  # blocks whose results all stay in their slots
        self._depth = 0  # of calls; the tape is of the pixel function alone
        self._turns: dict[int, int] = {}

    @property
    def seen(self) -> dict[Value, Seen]:
        return {value: looks.seen() for value, looks in self._looks.items()}

    @property
    def result_slots(self) -> Sequence[int]:
        return self._plan(self.module.entry).results

    def _run(self, plan: Plan, args: Sequence[Any], lanes: np.ndarray | None) -> list[Any]:
        self._depth += 1
        found = super()._run(plan, args, lanes)
        self._depth -= 1
        return found

    def _leave(self, plan: Plan, block: PlannedBlock, group: Any) -> list[tuple[Way, Any]]:
        if self.steps >= _STEPS:
            raise UnsupportedError(
                f"the shader's loops take more than {_STEPS:,} steps for a pixel",
                line=next((step.inst.loc for step in block.steps if step.inst.loc), 0),
                hint="a board would take minutes for a frame: nest fewer loops, or let them turn less often",
            )
        found = super()._leave(plan, block, group)
        if self._depth == 1:
            for way, following in found:
                self.tape.moves(way.moves, following.lanes)
        return found

    def _steps(self, block: PlannedBlock, group: Any) -> None:
        turn = self._turns[id(block)] = self._turns.get(id(block), 0) + 1
        looked_at, taped = _is_looked_at(turn), self._depth == 1 and not self.tape.full
        if not (looked_at or taped):
            super()._steps(block, group)
            return
        if id(block) not in self._keeping:
            self._keeping[id(block)] = PlannedBlock([step._replace(dead=()) for step in block.steps])
        super()._steps(self._keeping[id(block)], group)
        slots = group.slots
        for step in block.steps:
            if taped:
                operands = [slots[slot] for slot in step.args] if step.kind is not Kind.MOVE else []
                found = [slots[slot] for slot in step.results]
                self.tape.step(step.inst, step.args, step.results, operands, found, group.lanes)
            for value, slot in zip(step.inst.results, step.results, strict=False):  # a store has slots, no results
                if looked_at and value.type is Type.FLOAT:
                    self._look(value, slots[slot])

    def _look(self, value: Value, found: Any) -> None:
        found = np.atleast_1d(found)
        if not found.dot(found) < math.inf:
            found = found[np.isfinite(found)]
            if not found.size:
                return
        looks = self._looks.get(value)
        if looks is None:
            looks = self._looks[value] = _Looks()
        looks.look(found)


def _is_looked_at(turn: int) -> bool:
    """The first few, powers of two, and half as much again."""
    return turn < 8 or turn & (turn - 1) == 0 or (turn % 3 == 0 and turn // 3 & (turn // 3 - 1) == 0)


def _join(module: Module, seen: dict[Value, Seen]) -> None:
    """A parameter is whatever edges or calls bring, which may be another parameter."""
    edges = [
        (param, arg)
        for function in module.functions.values()
        for block in function.blocks
        for edge in block.terminator.edges
        for param, arg in zip(edge.block.params, edge.args, strict=True)
        if param.type is Type.FLOAT
    ]
    for function in module.functions.values():
        for inst in function.insts():
            if inst.op == "call" and inst.target in module.functions:
                params = module.functions[str(inst.target)].params
                edges += [(p, arg) for p, arg in zip(params, inst.args, strict=True) if p.type is Type.FLOAT]
    changed = True
    while changed:
        changed = False
        for param, arg in edges:
            brought, known = of(seen, arg), seen.get(param)
            joined = brought if known is None or brought is None else known.hull(brought)
            if joined is not None and joined != known:
                seen[param] = joined
                changed = True
