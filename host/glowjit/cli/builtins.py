"""The table of builtins, measured: `glowjit bench --builtins`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from glowjit import pipeline
from glowjit.board import load_board
from glowjit.ir import Module
from glowjit.library import Library
from glowjit.q32 import measure

FOLDER = Path("host") / "glowjit" / "q32"
SAMPLES = 100_000  # inputs a builtin, edges besides


def measure_builtins(board: str) -> list[measure.Figure]:
    """Error and cost of every builtin as shaders call it, with the board's machine as the counter. Takes some ten
    seconds."""
    options = pipeline.Options(load_board(board), numbers="plain")
    library = Library(measure.source(), "the builtins", options)

    def translate(source: str) -> Module:
        return pipeline.run(pipeline.Job(source, "the builtins", options, library=True), until="spirv").module

    def lower(module: Module) -> None:
        job = pipeline.Job("", "", options, library=True, module=module)
        pipeline.run(job, after="optimise", until="library")

    def count(function: str, words: Sequence[int]) -> int:
        (signature,) = library.functions[function]
        library.call_words(signature, words)
        assert library.last_run is not None
        return library.last_run.instructions

    return measure.measure(translate, lower, count, SAMPLES)


def write(figures: Sequence[measure.Figure]) -> None:
    """Write the table where the repository keeps it."""
    measure.write(figures, FOLDER)


as_json = measure.as_json


def show(figures: Sequence[measure.Figure]) -> None:
    """Where the table is: it is too wide for a terminal."""
    print(f"{len(figures)} rows in {FOLDER / 'BUILTINS.md'}")
