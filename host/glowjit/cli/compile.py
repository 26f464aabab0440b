"""`glowjit compile`: any product of the road, and what each stage took."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from typing import Any

import click

from glowcore import encode, isa
from glowjit import pipeline
from glowjit.board import load_board
from glowjit.cli.files import write_whole
from glowjit.cli.options import compile_options, json_option, read_shader, shader_argument
from glowjit.device import module
from glowjit.errors import GlowjitError
from glowjit.image import LEDS, PIXEL_FORMATS
from glowjit.q32.report import shares
from glowjit.stats import Stats, stats_of


@click.command()
@shader_argument
@click.option(
    "--emit", type=click.Choice(list(pipeline.PRODUCTS)), help="Write this intermediate product instead of the image."
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False),
    help="Write to this file. Without it, --emit writes to standard output, and an image is not written.",
)
@click.option("--functions", is_flag=True, help="SHADER is a library of functions; it needs no main.")
@click.option(
    "--pixel-format",
    type=click.Choice([*PIXEL_FORMATS, LEDS]),
    default="rgb888",
    show_default=True,
    help="How the kernel stores a pixel.",
)
@click.option("--stats", is_flag=True, help="Print time and memory of every stage, and figures of the code.")
@compile_options
@json_option
def command(
    shader: str,
    emit: str | None,
    output: str | None,
    functions: bool,
    stats: bool,
    as_json: bool,
    board: str,
    include: tuple[str, ...],
    common: str,
    **settings: Any,
) -> None:
    """Compile SHADER and print the size of its code; with -o, write the image that a board loads.

    An OUTPUT that ends in .mpy is a module for MicroPython: `import shader; shader.render(buf, width, height, time)`.
    """
    native = bool(output and output.endswith(".mpy"))
    if native and (emit or functions):
        raise GlowjitError("a .mpy file holds a shader, and nothing else", hint="leave --emit and --functions away")
    keep = frozenset([emit]) if emit else frozenset()
    options = pipeline.Options(load_board(board), keep=keep, **settings)
    job = pipeline.run(pipeline.Job(read_shader(shader, include, common), shader, options, library=functions))
    assert job.image is not None
    if stats:
        _count_memory(job)
    summary = stats_of(job)
    if emit:
        _write(job.products[emit], output)
    elif output:
        _write(module.shader_file(job.image, isa, encode.emit) if native else job.image.to_bytes(), output)
    if as_json:
        click.echo(json.dumps(summary.as_dict(), indent=2), err=bool(emit and not output))
    elif stats:
        _show(summary)
    elif not emit:
        click.echo(
            f"{shader}: {summary.code_bytes:,} bytes of code, {summary.vregs:,} vregs, {summary.spills} spill slots, "
            f"{summary.seconds:.2f} s"
        )


def _count_memory(job: pipeline.Job) -> None:
    """Compile once more and take the peaks of that: counting makes every stage several times slower."""
    again = pipeline.Job(job.source, job.file, replace(job.options, measure=True), library=job.library)
    counted = pipeline.run(again).stats
    job.stats = [replace(stage, peak_bytes=other.peak_bytes) for stage, other in zip(job.stats, counted, strict=True)]


def _write(product: str | bytes, output: str | None) -> None:
    data = product.encode() if isinstance(product, str) else product
    if output:
        write_whole(output, data)
    else:
        sys.stdout.buffer.write(data)
        sys.stdout.flush()


def _show(summary: Stats) -> None:
    from rich.console import Console  # a tenth of a short compilation; nobody else here prints tables
    from rich.table import Table

    console = Console(stderr=True)
    stages = Table("stage", title=None, box=None)
    stages.add_column("ms", justify="right")
    stages.add_column("peak KB", justify="right")
    for stage in summary.stages:
        peak = "" if stage.peak_bytes is None else f"{stage.peak_bytes / 1024:,.0f}"
        stages.add_row(stage.name, f"{stage.seconds * 1000:,.1f}", peak)
    console.print(stages)
    peaks = ", ".join(f"{name} {count:,}" for name, count in summary.backend_peaks.items())
    click.echo(
        f"counted in the backend, in bytes with a board's words: {peaks}; at most {summary.backend_peak:,}\n", err=True
    )
    functions = Table("function", box=None)
    for name in ("insts", "vregs", "slots", "moves", "loads", "stores", "remats", "bytes"):
        functions.add_column(name, justify="right")
    for function in summary.functions:
        functions.add_row(function.name, *(f"{value:,}" for value in function.figures()))
    console.print(functions)
    if summary.values:
        counts = [f"{count:,} {basis}" for basis, count in shares(summary.values).items() if count]
        console.print(f"ranges of {len(summary.values):,} float values: {', '.join(counts)}")
