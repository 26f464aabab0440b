"""`glowjit bench` without a switch: what shaders cost, with plain Q16.16, LLVM and clang beside them.

Everything but the seconds is exact and repeatable: instructions are counted by the emulator.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from glowjit import glsl, imagediff, pipeline, program
from glowjit.board import load_board
from glowjit.cli.bench import llvm

_RATIOS = "ratio", "llvm_ratio", "plain_ratio", "compile_ratio"
TIME = 1.0  # the second at which every shader is rendered


@dataclass(frozen=True, slots=True)
class Row:
    """One shader: executed instructions per pixel, LLVM's, and what was compiled.

    `plain` is for the same shader with every number in Q16.16, `plain_seconds` what that took to compile, side by side.
    `llvm` is for the same integer IR (see `yardstick`), None without clang; `llvm_agrees` says whether the pictures are
    the same. `clang` is for the C twin, None without one.
    """

    shader: str
    instructions: float
    plain: float
    llvm: float | None
    llvm_agrees: bool | None
    clang: float | None
    code_bytes: int
    vregs: int
    spills: int
    loads: int
    stores: int
    moves: int
    seconds: float
    plain_seconds: float
    peak_bytes: int
    fps: float
    psnr: float
    verdict: str
    picture: imagediff.Picture = field(repr=False)

    @property
    def llvm_ratio(self) -> float | None:
        return self.instructions / self.llvm if self.llvm else None

    @property
    def plain_ratio(self) -> float:
        return self.instructions / self.plain

    @property
    def compile_ratio(self) -> float:
        return self.seconds / self.plain_seconds

    @property
    def ratio(self) -> float | None:
        return self.instructions / self.clang if self.clang else None

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON, without the picture; an infinite PSNR becomes None."""
        names = [item.name for item in fields(self) if item.name != "picture"]
        psnr = self.psnr if math.isfinite(self.psnr) else None
        return {**{name: getattr(self, name) for name in (*names, *_RATIOS)}, "psnr": psnr}


def measure(paths: list[Path], size: tuple[int, int], board: str, regalloc: str) -> list[Row]:
    """Compile and run shaders, and what they are compared with."""
    return [_row(path, size, board, regalloc) for path in paths]


def _row(path: Path, size: tuple[int, int], board: str, regalloc: str) -> Row:
    """One shader, its reference, and its C twin if there is one."""
    result = program.compare(path, *size, TIME, board=board, regalloc=regalloc)
    stats = result.stats
    same_ir = llvm.of_ir(path, size, TIME, board)
    text, name = glsl.read_source(path)
    plain = program.Program(
        pipeline.run(pipeline.Job(text, name, pipeline.Options(load_board(board), regalloc, numbers="plain")))
    )
    plain.render(*size, TIME)
    assert plain.last_run is not None
    return Row(
        shader=path.stem,
        instructions=result.run.per_pixel,
        plain=plain.last_run.per_pixel,
        llvm=same_ir[0] if same_ir else None,
        llvm_agrees=same_ir[1] if same_ir else None,
        clang=llvm.of_twin(path, size, TIME, board),
        code_bytes=stats.code_bytes,
        vregs=stats.vregs,
        spills=stats.spills,
        loads=sum(function.loads for function in stats.functions),
        stores=sum(function.stores for function in stats.functions),
        moves=stats.moves,
        seconds=stats.seconds,
        plain_seconds=plain.stats.seconds,
        peak_bytes=stats.backend_peak,
        fps=result.run.fps,
        psnr=result.metrics.psnr,
        verdict=str(result.verdict).partition(" (")[0].partition(":")[0],
        picture=result.picture,
    )


_COLUMNS: tuple[tuple[str, str, str], ...] = (
    ("instr/px", "instructions", ",.0f"),
    ("plain", "plain", ",.0f"),
    ("ratio", "plain_ratio", ".2f"),
    ("llvm", "llvm", ",.0f"),
    ("ratio", "llvm_ratio", ".2f"),
    ("clang", "clang", ",.0f"),
    ("ratio", "ratio", ".2f"),
    ("fps*", "fps", ",.0f"),
    ("code", "code_bytes", ","),
    ("vregs", "vregs", ","),
    ("slots", "spills", ","),
    ("loads", "loads", ","),
    ("stores", "stores", ","),
    ("moves", "moves", ","),
    ("seconds", "seconds", ".2f"),
    ("ratio", "compile_ratio", ".2f"),
    ("peak B", "peak_bytes", ","),
    ("PSNR", "psnr", ".1f"),
)


def as_json(rows: list[Row]) -> str:
    """The rows for machines, without the pictures."""
    return json.dumps([row.as_dict() for row in rows], indent=2)


def show(rows: list[Row]) -> None:
    """The table for people, and the means of its ratios."""
    table = Table("shader", box=None)
    for title, _, _ in _COLUMNS:
        table.add_column(title, justify="right")
    table.add_column("verdict")
    for row in rows:
        table.add_row(row.shader, *(_cell(getattr(row, name), form) for _, name, form in _COLUMNS), row.verdict)
    console = Console(width=170)
    console.print(table)
    for what, name in (
        ("plain Q16.16", "plain_ratio"),
        ("plain Q16.16, seconds of compiling", "compile_ratio"),
        ("LLVM -O2 for the same integer IR", "llvm_ratio"),
        ("clang -O2 for the C twins", "ratio"),
    ):
        ratios = [value for row in rows if (value := getattr(row, name))]
        if ratios:
            mean = math.exp(sum(map(math.log, ratios)) / len(ratios))
            console.print(f"geometric mean of the ratio to {what}, {len(ratios)} of them: {mean:.3f}")
    for row in rows:
        if row.llvm_agrees is False:
            console.print(f"LLVM's picture of {row.shader} is another one: one of the two is wrong", style="red")
    console.print("* modelled cycles, without the LEDs' wire time; slots, loads, stores and moves are static counts")


def _cell(value: Any, form: str) -> str:
    return "" if value is None else format(value, form)
