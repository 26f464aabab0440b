"""`glowjit bench --scaling`: what register allocation costs for functions of 100 to 20,000 instructions.

Two kinds of random programs: one straight block with 24 values live and a call in a hundred instructions, and nested
loops and branches. For every size and allocator:

    seconds     of processor time on this machine, the shortest of three if it is short; without CPython's collector of
                cycles, as `timeit` measures, since that looks at all objects there are again and again
    bytecodes   of CPython, executed; exact and repeatable. Backtracking is counted up to `COUNTED` instructions, since
                counting takes sixty times as long
    bytes       at the peak of the allocator, with the words of a board

The slope is that of the straight line nearest to the points from `ASYMPTOTIC` instructions on, both axes logarithmic:
1 is linear.
"""

from __future__ import annotations

import gc
import json
import math
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from rich.console import Console
from rich.table import Table

from glowcore.vcode import VCode
from glowjit.allocators import ALLOCATORS
from glowjit.allocators.generate import RV32, Shape, generate, trace

FOLDER = Path("tests") / "pressure"
RESULTS = FOLDER / "scaling.json"
PLOT = FOLDER / "scaling.svg"
SIZES = (100, 200, 500, 1000, 2000, 5000, 10_000, 20_000)
COUNTED = {"single_pass": SIZES[-1], "backtracking": 100}
ASYMPTOTIC = 300
MEASURES = ("seconds", "bytecodes", "bytes")
KINDS: dict[str, Callable[[int], VCode]] = {
    "straight": lambda size: trace(1, size, 24, calls=0.01),
    "structured": lambda size: generate(7, Shape(statements=size * 2 // 7, depth=2)),
}


@dataclass(frozen=True, slots=True)
class Point:
    """One allocation; `bytecodes` is None where they were not counted."""

    kind: str
    allocator: str
    instructions: int
    seconds: float
    bytecodes: int | None
    bytes: int


def run(sizes: Iterable[int] = SIZES) -> Iterator[Point]:
    """Measure, the small ones first."""
    for size in sizes:
        for kind, make in KINDS.items():
            vcode = make(size)
            for allocator in ALLOCATORS:
                yield _point(kind, allocator, vcode, size <= COUNTED[allocator])


def _point(kind: str, allocator: str, vcode: VCode, counted: bool) -> Point:
    allocate = ALLOCATORS[allocator]
    seconds, output = _timed(lambda: allocate(vcode, RV32))
    for _ in range(2 if seconds < 1 else 0):
        seconds = min(seconds, _timed(lambda: allocate(vcode, RV32))[0])
    steps = bytecodes(lambda: allocate(vcode, RV32)) if counted else None
    return Point(kind, allocator, vcode.num_insts, round(seconds, 4), steps, output.peak_bytes)


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """The seconds that a piece of work takes, and its result."""
    gc.collect()
    gc.disable()
    start = time.process_time()
    result = work()
    seconds = time.process_time() - start
    gc.enable()
    return seconds, result


def bytecodes(work: Callable[[], object]) -> int:
    """How many bytecodes CPython executes for a piece of work."""
    count = 0

    def follow(frame: FrameType, event: str, arg: Any) -> Any:
        nonlocal count
        if event == "opcode":
            count += 1
        elif event == "call":
            frame.f_trace_opcodes, frame.f_trace_lines = True, False
        return follow

    before = sys.gettrace()
    sys.settrace(follow)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


def slope(points: Iterable[tuple[float, float]]) -> float | None:
    """The exponent of the power law nearest to (size, cost); None for less than three points."""
    logs = [(math.log(size), math.log(cost)) for size, cost in points]
    if len(logs) < 3:
        return None
    mean_x, mean_y = (sum(axis) / len(logs) for axis in zip(*logs, strict=True))
    spread: float = sum((x - mean_x) ** 2 for x, _ in logs)
    return float(sum((x - mean_x) * (y - mean_y) for x, y in logs) / spread)


def curve(points: list[Point], kind: str, allocator: str, measure: str) -> list[tuple[float, float]]:
    """(instructions, cost) of one allocator and kind of program."""
    chosen = [point for point in points if (point.kind, point.allocator) == (kind, allocator)]
    pairs = [(point.instructions, getattr(point, measure)) for point in chosen]
    return [(size, cost) for size, cost in pairs if cost]


def slopes(points: list[Point]) -> dict[str, dict[str, float]]:
    """Per allocator and kind, the slope of every measure that has enough points."""
    found: dict[str, dict[str, float]] = {}
    for kind in KINDS:
        for allocator in ALLOCATORS:
            row = found.setdefault(f"{allocator}, {kind}", {})
            for measure in MEASURES:
                pairs = curve(points, kind, allocator, measure)
                value = slope([pair for pair in pairs if pair[0] >= ASYMPTOTIC])
                if value is not None:
                    row[measure] = round(value, 3)
    return found


def as_json(points: list[Point]) -> str:
    """The figures for machines, their slopes first."""
    return json.dumps({"slopes": slopes(points), "points": [asdict(point) for point in points]}, indent=1)


def write(points: list[Point]) -> None:
    """Keep the figures and the plot in the repository."""
    RESULTS.write_text(as_json(points) + "\n")
    PLOT.write_text(plot(points))


def show(points: list[Point]) -> None:
    """The table for people."""
    table = Table("program", "allocator", box=None)
    for title in ("instructions", "seconds", "bytecodes", "an instruction", "bytes", "an instruction"):
        table.add_column(title, justify="right")
    for point in points:
        steps = ("", "")
        if point.bytecodes:
            steps = f"{point.bytecodes:,}", f"{point.bytecodes / point.instructions:,.0f}"
        table.add_row(
            *(point.kind, point.allocator, f"{point.instructions:,}", f"{point.seconds:.3f}", *steps),
            *(f"{point.bytes:,}", f"{point.bytes / point.instructions:,.1f}"),
        )
    Console(width=120).print(table)
    for name, row in slopes(points).items():
        print(f"slope of {name}:", ", ".join(f"{measure} {value:.2f}" for measure, value in row.items()))


# -- the plot --------------------------------------------------------------------------------------------------------

WIDTH, HEIGHT, MARGIN = 300, 260, 48
COLOURS = {"single_pass": "#0b6e4f", "backtracking": "#b3541e"}
DASHES = {"straight": "", "structured": ' stroke-dasharray="5 4"'}
UNITS = {"seconds": "seconds", "bytecodes": "bytecodes executed", "bytes": "bytes at the peak"}


def plot(points: list[Point]) -> str:
    """An SVG with one panel a measure, both axes logarithmic."""
    panels = "".join(_panel(points, measure, index) for index, measure in enumerate(MEASURES))
    legend = "".join(
        f'<line x1="{x}" x2="{x + 28}" y1="{HEIGHT + 62}" y2="{HEIGHT + 62}" stroke="{COLOURS[allocator]}" '
        f'stroke-width="2"{DASHES[kind]}/><text x="{x + 34}" y="{HEIGHT + 66}">{allocator}, {kind}</text>'
        for x, (allocator, kind) in zip(
            range(MARGIN, 1000, 240), [(allocator, kind) for allocator in COLOURS for kind in KINDS], strict=False
        )
    )
    width = len(MEASURES) * (WIDTH + MARGIN) + MARGIN
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {HEIGHT + 80}" font-family="sans-serif" '
        f'font-size="11" fill="#333"><rect width="100%" height="100%" fill="white"/>{panels}{legend}</svg>\n'
    )


def _panel(points: list[Point], measure: str, index: int) -> str:
    left, top = MARGIN + index * (WIDTH + MARGIN), 28
    curves = {(kind, name): curve(points, kind, name, measure) for kind in KINDS for name in ALLOCATORS}
    costs = [cost for pairs in curves.values() for _, cost in pairs]
    low, high = math.floor(math.log10(min(costs))), math.ceil(math.log10(max(costs)))

    def place(size: float, cost: float) -> str:
        x = left + WIDTH * (math.log10(size) - 2) / (math.log10(30_000) - 2)
        y = top + HEIGHT * (high - math.log10(cost)) / (high - low)
        return f"{x:.1f},{y:.1f}"

    parts = [f'<text x="{left}" y="{top - 10}" font-size="13">{UNITS[measure]}</text>']
    for power in range(low, high + 1):
        y = place(100, 10.0**power).split(",")[1]
        parts.append(f'<line x1="{left}" x2="{left + WIDTH}" y1="{y}" y2="{y}" stroke="#ddd"/>')
        parts.append(f'<text x="{left - 6}" y="{y}" text-anchor="end">1e{power}</text>')
    for size in (100, 1000, 10_000):
        x = place(size, 10.0**low).split(",")[0]
        parts.append(f'<line x1="{x}" x2="{x}" y1="{top}" y2="{top + HEIGHT}" stroke="#ddd"/>')
        parts.append(f'<text x="{x}" y="{top + HEIGHT + 16}" text-anchor="middle">{size:,}</text>')
    for (kind, name), pairs in curves.items():
        line = " ".join(place(size, cost) for size, cost in pairs)
        style = f'fill="none" stroke="{COLOURS[name]}" stroke-width="2"{DASHES[kind]}'
        parts.append(f'<polyline points="{line}" {style}/>')
    return "".join(parts)
