"""`glowjit bench --leds`: frames per second that a board will show on LED matrices, and the heap that takes.

A frame is the kernel's modelled cycles and then the wire: machine.bitstream blocks until the last bit has left. What
Python does in between, setting uniforms and calling twice, comes on top and cannot be measured without a board.

The run time's heap is measured on the virtual board, whose words have 64 bits: there an object takes twice what it
takes on a board, and bytes the same. So `board` is the bytecode's bytes as they are, and half of the rest.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from glowjit import program
from glowjit.board import load_board
from glowjit.cli import ports
from glowjit.device import install, mpy
from glowjit.device.transport import open_link
from glowjit.image import LEDS
from glowjit.leds import Leds

SIDES = (16, 32)
WIRE_US = 30.0  # an LED: 24 bits of 1.25 us, as WS2812 have them
TIME = 1.0
_USED = "(__import__('gc').collect(), __import__('gc').mem_alloc())[1]"


@dataclass(frozen=True, slots=True)
class Row:
    """One shader on a matrix of `side` by `side`: instructions an LED, milliseconds of a frame, bytes of heap."""

    shader: str
    side: int
    instructions: float
    kernel_ms: float
    wire_ms: float
    heap: int

    @property
    def fps(self) -> float:
        return 1000 / (self.kernel_ms + self.wire_ms)

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {**{name: getattr(self, name) for name in self.__slots__}, "fps": self.fps}


@dataclass(frozen=True, slots=True)
class RuntimeHeap:
    """Bytes that `glowboard` takes once it is imported: measured, of bytecode in that, and estimated for a board."""

    measured: int
    bytecode: int

    @property
    def board(self) -> int:
        return self.bytecode + (self.measured - self.bytecode) // 2


@dataclass(frozen=True, slots=True)
class Figures:
    """Every shader on a matrix of each of `SIDES`, and the run time's heap."""

    rows: list[Row]
    heap: RuntimeHeap


def measure(paths: list[Path], board: str) -> Figures:
    """Measure shaders in the emulator, and the run time on the virtual board."""
    return Figures([row for path in paths for row in _on_matrices(path, board)], runtime_heap(board))


def _on_matrices(path: Path, board: str) -> Iterator[Row]:
    compiled = program.compile(path, board=board, pixel_format=LEDS)
    for side in SIDES:
        compiled.light(Leds.matrix(side, side), TIME)
        run = compiled.last_run
        assert run is not None
        kernel = 1000 * run.cycles / compiled.board.clock_hz
        wire = WIRE_US * side * side / 1000
        yield Row(path.stem, side, run.per_pixel, kernel, wire, run.stats.heap_peak)


def runtime_heap(board: str) -> RuntimeHeap:
    """Measured on the virtual board, with what the host calls imported too."""
    files = ports.runtime(load_board(board))
    with ports.virtual_board(board) as virtual, open_link(virtual.path) as link:
        install.install(link, files)
        before = link.evaluate(_USED)
        link.run("import glowboard.remote")
        measured = link.evaluate(_USED) - before
    imported = [data for name, data in files.items() if "arena" not in name]
    return RuntimeHeap(measured, sum(_code_bytes(mpy.parse(data).body) for data in imported))


def _code_bytes(raw: mpy.RawCode) -> int:
    """Bytes of a function's code that are in the heap; machine code is not."""
    own = len(raw.data) if raw.kind == mpy.BYTECODE else 0
    return own + sum(map(_code_bytes, raw.children))


def as_json(found: Figures) -> str:
    """The figures for machines."""
    heap = {**asdict(found.heap), "board": found.heap.board}
    return json.dumps({"runtime_heap": heap, "leds": [row.as_dict() for row in found.rows]}, indent=2)


def show(found: Figures) -> None:
    """The table for people."""
    rows, heap = found.rows, found.heap
    table = Table("shader", box=None)
    for side in SIDES:
        for title in (f"{side}x{side}: instr/LED", "kernel ms", "wire ms", "fps*", "heap B"):
            table.add_column(title, justify="right")
    for name in dict.fromkeys(row.shader for row in rows):
        cells = []
        for row in (row for row in rows if row.shader == name):
            cells += [f"{row.instructions:,.0f}", f"{row.kernel_ms:.1f}", f"{row.wire_ms:.1f}", f"{row.fps:.0f}"]
            cells.append(f"{row.heap:,}")
        table.add_row(name, *cells)
    console = Console(width=150)
    console.print(table)
    console.print("* modelled cycles and 30 us an LED on the wire, without Python's share of a frame")
    console.print(
        f"glowboard takes {heap.measured:,} bytes of heap where words have 64 bits, "
        f"{heap.bytecode:,} of them bytecode: about {heap.board:,} on a board"
    )
