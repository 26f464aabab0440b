"""What a board is: chip, memory map, limits, clock, modelled cycle costs. Data from `boards/*.toml`, checked here.

The descriptions lie beside the sources in a checkout and inside the package when installed. Each section of a file is
one of the classes below, key by key; a missing, unknown or mistyped key, or two that contradict each other, is a
BoardError that names the key and the file.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

from glowjit.errors import BoardError

PAGE = 4096
ISAS = ("rv32imc",)


@dataclass(frozen=True, slots=True)
class Memory:
    """The SRAM: writable at `data_start`, executable `exec_offset` above that (0: the same place)."""

    data_start: int
    data_bytes: int
    exec_offset: int


@dataclass(frozen=True, slots=True)
class HeapLimits:
    """The part of MicroPython's heap that programs get: `limit` bytes in blocks of `block_bytes`."""

    start: int
    limit: int
    block_bytes: int


@dataclass(frozen=True, slots=True)
class StackLimits:
    """The part of the task's stack that compiled code gets: `limit` bytes from `start`, used from the top down."""

    start: int
    limit: int


@dataclass(frozen=True, slots=True)
class Led:
    """Which LEDs hang where unless the user says otherwise: the pin, and the order of bytes on the wire."""

    pin: int
    colours: str


@dataclass(frozen=True, slots=True)
class CycleCosts:
    """Cycles per kind of instruction; the comments in `boards/esp32c3.toml` say what each key means."""

    alu: int
    mul: int
    mulh: int
    div: int
    div_per_zero: int
    load: int
    load_use: int
    store: int
    branch: int
    taken_forward: int
    taken_backward: int
    jump: int
    jump_register: int
    unaligned_target: int


@dataclass(frozen=True, slots=True)
class Board:
    """A board's description. `cycles` maps model names to costs; `cycle_model` names the one to report first."""

    name: str
    title: str
    chip: str
    isa: str
    clock_hz: int
    cycle_model: str
    hardware: str
    memory: Memory
    heap: HeapLimits
    stack: StackLimits
    led: Led
    cycles: Mapping[str, CycleCosts]


def boards_folder() -> Path:
    """Where the descriptions are: in the installed package, or at the top of a checkout."""
    installed = Path(__file__).parent / "boards"
    return installed if installed.is_dir() else Path(__file__).parents[2] / "boards"


def board_names() -> list[str]:
    """The boards that `load_board` knows by name."""
    return sorted(path.stem for path in boards_folder().glob("*.toml"))


def load_board(name_or_path: str | Path) -> Board:
    """A board by its name, or from a TOML file of one's own; BoardError if there is none or it makes no sense."""
    path = Path(name_or_path)
    if path.suffix != ".toml":
        path = boards_folder() / f"{name_or_path}.toml"
        if str(name_or_path) not in board_names():
            close = difflib.get_close_matches(str(name_or_path), board_names(), n=1)
            known = f"known boards: {', '.join(board_names())}; or give the path of a .toml file"
            raise BoardError(
                f"there is no board {str(name_or_path)!r}", hint=f"did you mean {close[0]}? {known}" if close else known
            )
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BoardError(
            f"cannot read the board description {path}: {error.strerror}",
            hint=f"check the path; by name there are {', '.join(board_names())}",
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _wrong(f"not a TOML file: {error}", str(path)) from error
    return _parse(data, str(path))


def _wrong(message: str, file: str, hint: str = "") -> BoardError:
    return BoardError(message, file=file, hint=hint or f"compare it with {boards_folder() / 'esp32c3.toml'}")


def _parse(data: dict[str, Any], file: str) -> Board:
    sections = {"memory": Memory, "heap": HeapLimits, "stack": StackLimits, "led": Led}
    values: dict[str, Any] = {}
    for name, section in sections.items():
        values[name] = _section(section, _table(data, name, file), f"{name}.", file)
    models = _table(data, "cycles", file)
    values["cycles"] = {
        name: _section(CycleCosts, _table(models, name, file, "cycles."), f"cycles.{name}.", file) for name in models
    }
    board = _section(Board, {**data, **values}, "", file)
    _check(board, file)
    return board


def _table(data: dict[str, Any], name: str, file: str, prefix: str = "") -> dict[str, Any]:
    table = data.get(name)
    if not isinstance(table, dict):
        what = "is missing" if table is None else "must be a table"
        raise _wrong(f"[{prefix}{name}] {what}", file)
    return table


Section = TypeVar("Section")


def _section(cls: type[Section], table: dict[str, Any], prefix: str, file: str) -> Section:
    """One class from one table: exactly its keys, each of its type, no number below zero."""
    known = {field.name: str(field.type) for field in fields(cls)}  # type: ignore[arg-type]
    for key in table:
        if key not in known:
            close = difflib.get_close_matches(key, known, n=1)
            raise _wrong(f"unknown key {prefix}{key}", file, f"did you mean {close[0]}?" if close else "")
    for key, kind in known.items():
        if key not in table:
            raise _wrong(f"{prefix}{key} is missing", file)
        value = table[key]
        if kind == "int" and (type(value) is not int or value < 0):
            raise _wrong(f"{prefix}{key} must be a whole number, not {value!r}", file)
        if kind == "str" and (not isinstance(value, str) or not value):
            raise _wrong(f"{prefix}{key} must be text, not {value!r}", file)
    return cls(**table)


def _check(board: Board, file: str) -> None:
    """BoardError if the numbers contradict each other."""
    memory, heap, stack = board.memory, board.heap, board.stack
    end = memory.data_start + memory.data_bytes
    heap_end, stack_end = heap.start + heap.limit, stack.start + stack.limit
    facts = [
        (board.isa in ISAS, f"isa {board.isa!r} is unknown; known: {', '.join(ISAS)}"),
        (board.clock_hz > 0, "clock_hz must not be 0"),
        (board.cycle_model in board.cycles, f"cycle_model {board.cycle_model!r} has no table [cycles.*]"),
        (
            heap.block_bytes >= 16 and heap.block_bytes & heap.block_bytes - 1 == 0,
            "heap.block_bytes must be 16, 32, ...",
        ),
        (sorted(board.led.colours) == ["b", "g", "r"], "led.colours must be an order of r, g and b"),
        (heap.limit > 0 and heap.limit % max(heap.block_bytes, 1) == 0, "heap.limit must be a number of whole blocks"),
        (stack.limit > 0 and stack.limit % PAGE == 0, f"stack.limit must be a multiple of {PAGE}"),
        (memory.data_start <= heap.start and heap_end <= end, "the heap lies outside the memory"),
        (memory.data_start <= stack.start and stack_end <= end, "the stack lies outside the memory"),
        # an unmapped page below the stack, so that an overflow is noticed
        (stack_end <= heap.start or -(-heap_end // PAGE) * PAGE + PAGE <= stack.start, "heap and stack overlap"),
        (memory.exec_offset == 0 or memory.exec_offset >= memory.data_bytes, "memory.exec_offset: the buses overlap"),
        (end + memory.exec_offset <= 1 << 32, "the memory does not fit 32-bit addresses"),
    ]
    for name in ("memory.data_start", "memory.data_bytes", "memory.exec_offset", "heap.start", "stack.start"):
        section, key = name.split(".")
        facts.append((getattr(getattr(board, section), key) % PAGE == 0, f"{name} must be a multiple of {PAGE}"))
    for holds, message in facts:
        if not holds:
            raise _wrong(message, file)
