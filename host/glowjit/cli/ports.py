"""What commands that speak to a board share: finding it, its output, the files of the runtime."""

from __future__ import annotations

import contextlib
import json
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click

from glowcore import encode, isa
from glowjit.board import Board, load_board
from glowjit.cli.options import Finite, Size, stack
from glowjit.device import install, package
from glowjit.device.transport import Link, find_port, open_link
from glowjit.device.virtual_board import VirtualBoard
from glowjit.emulator.processor import Processor
from glowjit.errors import GlowjitError
from glowjit.leds import MOST

VIRTUAL = "virtual"

port_option = click.option(
    "--port", metavar="PORT", help="The board's serial port, or `virtual` [default: the only board connected]."
)


output_options = stack(
    click.option(
        "--leds", type=Size(), default="16x16", show_default=True, help="The LED matrix: columns x rows, as wired."
    ),
    click.option("--pin", type=click.IntRange(0, 48), metavar="N", help="The data pin [default: the board's]."),
    click.option(
        "--serpentine/--progressive",
        default=True,
        show_default=True,
        help="Every other row is wired backwards, or none is.",
    ),
    click.option(
        "--rotation",
        type=click.Choice(["0", "90", "180", "270"]),
        default="0",
        show_default=True,
        help="Degrees clockwise.",
    ),
    click.option(
        "--colours", metavar="ORDER", help="The order of bytes on the wire, such as grb [default: the board's]."
    ),
    click.option(
        "--brightness",
        type=Finite(0, 1),
        default=0.3,
        show_default=True,
        metavar="X",
        help="Brightness, 1 being full.",
    ),
    click.option("--gamma", type=Finite(0.5, 4), default=2.2, show_default=True, metavar="X", help="Gamma correction."),
    click.option(
        "--map",
        "places",
        type=click.Path(dir_okay=False),
        help="Instead of --leds: a JSON list with [x, y] of each LED, 0 to 1, y upwards.",
    ),
    click.option(
        "--fps",
        type=click.IntRange(0, 1000),
        default=0,
        metavar="N",
        help="The most frames per second [default: no limit].",
    ),
)
"""Which LEDs hang where; `output_settings` makes of these options what the board's run time takes."""


def output_settings(board: Board, options: dict[str, Any]) -> dict[str, Any]:
    """The arguments of `glowboard.make`, from what `output_options` put into `options`; it is taken out of there."""
    take = options.pop
    pin, places, leds = take("pin"), take("places"), take("leds")
    colours = (take("colours") or board.led.colours).lower()
    turned = {"serpentine": take("serpentine"), "rotation": int(take("rotation"))}
    if sorted(colours) != ["b", "g", "r"]:
        raise GlowjitError(f"{colours!r} is not an order of r, g and b", hint="write --colours grb", stage="device")
    common = {"pin": board.led.pin if pin is None else pin, "colours": colours}
    common |= {name: take(name) for name in ("brightness", "gamma")}
    if leds[0] * leds[1] > MOST:
        raise _too_many(f"{leds[0]}x{leds[1]} are {leds[0] * leds[1]:,} LEDs")
    if places:
        return {"kind": "map", "places": _read_map(places), **common}
    return {"kind": "matrix", "width": leds[0], "height": leds[1], **turned, **common}


def _read_map(path: str) -> list[tuple[float, float]]:
    try:
        places = [(float(x), float(y)) for x, y in json.loads(Path(path).read_text(encoding="utf-8"))]
    except OSError as error:
        raise GlowjitError(f"cannot read {path}: {error.strerror}", hint=_MAP, stage="device") from None
    except (ValueError, TypeError):
        raise GlowjitError(f"{path} is not a map", hint=_MAP, stage="device") from None
    if not 0 < len(places) <= MOST:
        raise _too_many(f"{path} has {len(places):,} LEDs")
    for number, place in enumerate(places):
        if not all(0 <= axis <= 1 for axis in place):
            raise GlowjitError(f"{path} has LED {number} at {list(place)}", hint=_MAP, stage="device")
    return places


_MAP = "a map is JSON, with x and y of each LED from 0 to 1, y upwards: [[0, 0], [0.5, 1], ...]"


def _too_many(what: str) -> GlowjitError:
    hint = "an LED takes 30 us of a frame and 10 bytes: a board lights a thousand or two"
    return GlowjitError(f"{what}; 1 to {MOST:,} can be lit", hint=hint, stage="device")


def runtime(board: Board) -> dict[str, bytes]:
    """The files that a board needs."""
    native = package.native_file(isa, encode.emit, board.isa, board.memory.exec_offset)
    return {**package.runtime_files(), f"{package.NATIVE}.mpy": native}


@contextlib.contextmanager
def virtual_board(name: str, folder: str | None = None) -> Iterator[VirtualBoard]:
    """A virtual board, with its flash in a folder or gone afterwards."""
    description = load_board(name)
    with contextlib.ExitStack() as stack:
        place = folder or stack.enter_context(tempfile.TemporaryDirectory(prefix="glowjit-"))
        yield stack.enter_context(VirtualBoard(description, Processor(description), Path(place).absolute()))


@contextlib.contextmanager
def connected(port: str | None, name: str) -> Iterator[Link]:
    """A link to the board at `port`; `virtual` makes one."""
    with contextlib.ExitStack() as stack:
        if port == VIRTUAL:
            port = stack.enter_context(virtual_board(name)).path
        yield stack.enter_context(open_link(port or find_port()))


def ready(link: Link, board: Board, say: Callable[[str], None]) -> install.BoardInfo:
    """Check the board, and put the runtime onto it unless it is there."""
    info = install.ask(link)
    install.check(info)
    files = runtime(board)
    if not install.is_installed(info, files):
        say(f"installing glowboard on {info.machine}")
        install.install(link, files)
        info = install.ask(link)
    return info
