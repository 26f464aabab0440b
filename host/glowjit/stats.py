"""What a compilation took and what came out, as plain figures.

Input: a job that has gone down the whole road. Static counts, bytes, seconds; what is executed, the emulator counts.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from glowjit import pipeline
from glowjit.q32.report import ValueRecord


@dataclass(frozen=True, slots=True)
class FunctionFigures:
    """What the backend made of one function: counts are static."""

    name: str
    insts: int
    vregs: int
    slots: int
    moves: int
    loads: int
    stores: int
    remats: int
    bytes: int

    def figures(self) -> list[int]:
        """Everything but the name, in order."""
        return [value for value in asdict(self).values() if isinstance(value, int)]


@dataclass(frozen=True, slots=True)
class Stats:
    """What a compilation took and what came out."""

    stages: tuple[pipeline.StageStats, ...]
    functions: tuple[FunctionFigures, ...]
    code_bytes: int
    data_bytes: int
    stack_bytes: int
    backend_peak: int
    backend_peaks: dict[str, int]
    values: tuple[ValueRecord, ...] = ()  # of a shader, not of a library

    @property
    def seconds(self) -> float:
        return sum(stage.seconds for stage in self.stages)

    @property
    def vregs(self) -> int:
        return sum(function.vregs for function in self.functions)

    @property
    def spills(self) -> int:
        """Spill slots of all functions."""
        return sum(function.slots for function in self.functions)

    @property
    def moves(self) -> int:
        return sum(function.moves for function in self.functions)

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        totals = {"seconds": self.seconds, "vregs": self.vregs, "spills": self.spills}
        return {**asdict(self), **totals, "values": [value.as_dict() for value in self.values]}


def stats_of(job: pipeline.Job) -> Stats:
    """The figures of a job that has gone down the whole road."""
    names = list(FunctionFigures.__dataclass_fields__)
    functions = [FunctionFigures(*(getattr(function, name) for name in names)) for function in job.code.functions]
    return Stats(
        stages=tuple(job.stats),
        functions=tuple(functions),
        code_bytes=job.code.code_size,
        data_bytes=len(job.code.code) - job.code.code_size,
        stack_bytes=job.code.stack,
        backend_peak=job.meter.peak,
        backend_peaks=job.meter.peaks,
        values=job.values,
    )
