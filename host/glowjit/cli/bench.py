"""`glowjit bench`: what the examples cost, with LLVM beside them, and what the builtins cost.

Everything but the seconds is exact and repeatable: instructions are counted by the emulator.
"""

from __future__ import annotations

import io
import json
import math
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import click
from PIL import Image as Pillow
from rich.console import Console
from rich.table import Table

from glowjit import imagediff, pipeline, program
from glowjit.board import load_board
from glowjit.cli import builtins, lights, llvm, memory, pressure, scaling
from glowjit.cli.options import Size, json_option, write_whole
from glowjit.errors import GlowjitError
from glowjit.q32.measure import as_json as as_json_text

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
        """Plain data for JSON, without the picture."""
        names = [item.name for item in fields(self) if item.name != "picture"]
        return {**{name: getattr(self, name) for name in names}, **{name: getattr(self, name) for name in _RATIOS}}


@click.command()
@click.argument("shaders", nargs=-1, type=click.Path(dir_okay=False))
@click.option("--size", type=Size(), default="64x64", show_default=True, help="Picture size in pixels.")
@click.option("--board", default="esp32c3", show_default=True, help="A board's name, or the path of its TOML file.")
@click.option("--regalloc", default="single_pass", show_default=True, help="The register allocator.")
@click.option("--gallery", type=click.Path(dir_okay=False), help="Write the board's pictures as one PNG.")
@click.option("--builtins", "only_builtins", is_flag=True, help="Measure the builtins and write their table instead.")
@click.option(
    "--pressure", "under_pressure", is_flag=True, help="Measure the register allocators and keep the figures."
)
@click.option("--memory", "of_memory", is_flag=True, help="Measure what the backend takes of a MicroPython's heap.")
@click.option("--leds", "of_leds", is_flag=True, help="Predict frames per second on LED matrices, and the heap taken.")
@click.option(
    "--scaling", "of_scaling", is_flag=True, help="Measure allocation for growing functions; keep the figures."
)
@json_option
def command(
    shaders: tuple[str, ...],
    size: tuple[int, int],
    board: str,
    regalloc: str,
    gallery: str | None,
    only_builtins: bool,
    under_pressure: bool,
    of_memory: bool,
    of_leds: bool,
    of_scaling: bool,
    as_json: bool,
) -> None:
    """Measure SHADERS (default: those in shaders/)."""
    if only_builtins:
        figures = builtins.measure_builtins(board)
        folder = builtins.write(figures)
        click.echo(as_json_text(figures) if as_json else f"{len(figures)} rows in {folder / 'BUILTINS.md'}")
        return
    if under_pressure:
        found = pressure.run(size, board)
        folder = pressure.write(found)
        if as_json:
            click.echo(folder.read_text())
        else:
            pressure.show(found)
        return
    if of_scaling:
        points = list(scaling.run())
        folder = scaling.write(points)
        if as_json:
            click.echo(folder.read_text())
        else:
            scaling.show(points)
        return
    paths = [Path(name) for name in shaders] or sorted(Path("shaders").glob("*.frag"))
    if not paths:
        raise GlowjitError("there is no shader to measure", hint="name some, or run this where shaders/ is")
    if of_memory:
        taken = memory.measure(paths, board)
        if as_json:
            click.echo(json.dumps([asdict(row) for row in taken], indent=2))
        else:
            memory.show(taken)
        return
    if of_leds:
        lit, heap = lights.measure(paths, board), lights.runtime_heap(board)
        if as_json:
            runtime = {**asdict(heap), "board": heap.board}
            click.echo(json.dumps({"runtime_heap": runtime, "leds": [row.as_dict() for row in lit]}, indent=2))
        else:
            lights.show(lit, heap)
        return
    rows = [measure(path, size, board, regalloc) for path in paths]
    if gallery:
        sheet = Pillow.fromarray(imagediff.contact_sheet([row.picture for row in rows]))
        buffer = io.BytesIO()
        sheet.save(buffer, "PNG", optimize=True)
        write_whole(gallery, buffer.getvalue())
    if as_json:
        click.echo(json.dumps([row.as_dict() for row in rows], indent=2))
    else:
        _show(rows)


def measure(path: Path, size: tuple[int, int], board: str, regalloc: str) -> Row:
    """Compile and run one shader, its reference, and its C twin if there is one."""
    result = program.compare(path, *size, TIME, board=board, regalloc=regalloc)
    stats = result.stats
    same_ir = llvm.of_ir(path, size, TIME, board)
    text, name = program.read_source(path)
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


def _show(rows: list[Row]) -> None:
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
