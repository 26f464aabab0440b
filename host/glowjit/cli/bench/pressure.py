"""`glowjit bench --pressure`: the register allocators on code that has too many values for the registers.

For every shader of tests/pressure and shaders/, and every allocator: what it inserted, in the code and as executed per
pixel (edits of a block times how often the emulator entered the block), what came out, and what it took. Everything
but the seconds is exact.
"""

from __future__ import annotations

import json
import math
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

import glowcore.disasm
from glowcore.vcode import LOAD, MOVE, NOWHERE, REMAT, STORE
from glowjit import glsl, pipeline, program
from glowjit.allocators import ALLOCATORS
from glowjit.board import load_board
from glowjit.emulator import Machine

FOLDER = Path("tests") / "pressure"
RESULTS = FOLDER / "results.json"
TIME = 1.0
KINDS = {"spills": STORE, "reloads": LOAD, "moves": MOVE, "remats": REMAT}


@dataclass(frozen=True, slots=True)
class Figures:
    """One shader by one allocator: `static` counts the edits in the code, `executed` those that a pixel runs.

    `dropped` are constants whose own instruction is gone since every use makes them again.
    """

    shader: str
    allocator: str
    static: dict[str, int]
    executed: dict[str, float]
    code_bytes: int
    instructions: float
    seconds: float
    allocator_bytes: int
    backend_bytes: int


def run(size: tuple[int, int], board: str) -> list[Figures]:
    """Measure everything; the pictures of all allocators must be the same."""
    paths = [*sorted(FOLDER.glob("*.frag")), *sorted(Path("shaders").glob("*.frag"))]
    return [figures for path in paths for figures in measure(path, size, board)]


def measure(path: Path, size: tuple[int, int], board: str) -> list[Figures]:
    """One shader by every allocator."""
    source, name = glsl.read_source(path)
    words = pipeline.Options(load_board(board), numbers="words")  # it is registers that are measured, not numbers
    front = pipeline.run(pipeline.Job(source, name, words), until="qir")
    rows, pictures = [], []
    for allocator in ALLOCATORS:
        seen: list[tuple[Any, ...]] = []
        options = replace(front.options, regalloc=allocator, placed=lambda *parts, to=seen: to.append(parts))
        job = pipeline.run(replace(front, options=options, stats=[], products={}), after="qir")
        compiled = program.Program(job)
        pictures.append(compiled.render(*size, TIME))
        rows.append(_figures(path.stem, allocator, job, compiled, seen, size))
    for picture in pictures[1:]:
        assert np.array_equal(picture, pictures[0]), f"{path.stem}: the allocators disagree about the picture"
    return rows


def _figures(
    shader: str,
    allocator: str,
    job: pipeline.Job,
    compiled: program.Program,
    seen: list[tuple[Any, ...]],
    size: tuple[int, int],
) -> Figures:
    machine = Machine(job.options.board, glowcore.disasm)
    assert job.image is not None
    machine.load(job.image)
    _, stats = machine.render(*size, compiled.uniform_words, program.default_fuel(*size))
    assert machine.profile is not None
    steps = machine.profile.executed()
    pixels = size[0] * size[1]
    static = dict.fromkeys([*KINDS, "dropped"], 0)
    executed = dict.fromkeys([*KINDS, "dropped"], 0.0)
    seconds = 0.0
    for function, vcode, env, output, starts in seen:
        entered = [int(steps[(function.offset + start) // 2]) for start in starts]
        for name, block in _inserted(vcode, output):
            static[name] += 1
            executed[name] += entered[block] / pixels
        seconds += _seconds(allocator, vcode, env)
    return Figures(
        shader=shader,
        allocator=allocator,
        static=static,
        executed={name: round(value, 2) for name, value in executed.items()},
        code_bytes=job.code.code_size,
        instructions=round(stats.instructions / pixels, 2),
        seconds=round(seconds, 4),
        allocator_bytes=max(output.peak_bytes for *_, output, _ in seen),
        backend_bytes=job.meter.peak,
    )


def _inserted(vcode: Any, output: Any) -> list[tuple[str, int]]:
    """The kind and the block of every edit, and of every constant that is not emitted."""
    names = {kind: name for name, kind in KINDS.items()}
    found = []
    block = 0
    for inst, kind in zip(output.edit_inst, output.edit_kind, strict=True):
        while vcode.block_start[block + 1] <= inst:
            block += 1
        found.append((names[kind], block))
    for block in range(vcode.num_blocks):
        for inst in range(vcode.block_start[block], vcode.block_start[block + 1]):
            if vcode.remat[inst] and output.allocs[vcode.operand_start[inst]] == NOWHERE:
                found.append(("dropped", block))
    return found


def _seconds(allocator: str, vcode: Any, env: Any) -> float:
    """The shortest of three allocations, or one that takes longer than a second."""
    runs: list[float] = []
    while len(runs) < 3 and sum(runs) < 1:
        start = time.perf_counter()
        ALLOCATORS[allocator](vcode, env)
        runs.append(time.perf_counter() - start)
    return min(runs)


def means(rows: list[Figures]) -> dict[str, float]:
    """Executed instructions of single_pass over those of backtracking, geometric means, by set of shaders."""
    pairs = {row.shader: row.instructions for row in rows if row.allocator == "backtracking"}
    pressure = {path.stem for path in FOLDER.glob("*.frag")}
    ratios: dict[str, list[float]] = {"pressure": [], "shaders": []}
    for row in rows:
        if row.allocator == "single_pass":
            name = "pressure" if row.shader in pressure else "shaders"
            ratios[name].append(row.instructions / pairs[row.shader])
    return {name: round(math.exp(sum(map(math.log, values)) / len(values)), 4) for name, values in ratios.items()}


def as_json(rows: list[Figures]) -> str:
    """The figures for machines, their means first."""
    return json.dumps({"means": means(rows), "rows": [asdict(row) for row in rows]}, indent=1)


def write(rows: list[Figures]) -> None:
    """Keep the figures in the repository."""
    RESULTS.write_text(as_json(rows) + "\n")


def show(rows: list[Figures]) -> None:
    """The table for people: in each cell the count in the code, then how many a pixel executes."""
    table = Table("shader", "allocator", box=None)
    for title in ("instr/px", *KINDS, "code", "ms", "allocator B", "backend B"):
        table.add_column(title, justify="right")
    for row in rows:
        cells = [f"{row.static[name]} {row.executed[name]:8.1f}" for name in KINDS]
        table.add_row(
            *(row.shader, row.allocator, f"{row.instructions:,.1f}", *cells, f"{row.code_bytes:,}"),
            *(f"{1000 * row.seconds:.0f}", f"{row.allocator_bytes:,}", f"{row.backend_bytes:,}"),
        )
    console = Console(width=150)
    console.print(table)
    for name, mean in means(rows).items():
        console.print(f"executed instructions, single_pass over backtracking, geometric mean over {name}: {mean:.3f}")
