"""`glowjit bench`: what shaders cost, and by a switch whatever else is measured: see `MEASUREMENTS`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from glowjit import imagediff
from glowjit.cli.bench import builtins, examples, leds, memory, pressure, scaling
from glowjit.cli.files import picture_kind
from glowjit.cli.options import Size, board_option, json_option, regalloc_option, stack
from glowjit.cli.pictures import write_png
from glowjit.errors import GlowjitError


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for: the files of the shaders, the size of their pictures, how they are compiled."""

    paths: list[Path]
    size: tuple[int, int]
    board: str
    regalloc: str


@dataclass(frozen=True, slots=True)
class Measurement:
    """One measurement; what `measure` finds is shown to people, or to machines as JSON.

    With `write`, it is kept in `folder` of the repository, for tests and documents; such a measurement chooses what
    it looks at itself.
    """

    help: str
    measure: Callable[[Wanted], Any]
    show: Callable[[Any], None]
    as_json: Callable[[Any], str]
    write: Callable[[Any], object] | None = None
    folder: Path = Path()


EXAMPLES = Measurement(
    help="",
    measure=lambda wanted: examples.measure(wanted.paths, wanted.size, wanted.board, wanted.regalloc),
    show=examples.show,
    as_json=examples.as_json,
)

MEASUREMENTS = {
    "builtins": Measurement(
        help="Error and cost of the builtin functions; rewrites their table.",
        measure=lambda wanted: builtins.measure(wanted.board),
        show=builtins.show,
        as_json=builtins.as_json,
        write=builtins.write,
        folder=builtins.FOLDER,
    ),
    "pressure": Measurement(
        help="The register allocators under pressure; rewrites their figures.",
        measure=lambda wanted: pressure.run(wanted.size, wanted.board),
        show=pressure.show,
        as_json=pressure.as_json,
        write=pressure.write,
        folder=pressure.FOLDER,
    ),
    "memory": Measurement(
        help="The heap that the backend needs in MicroPython.",
        measure=lambda wanted: memory.measure(wanted.paths, wanted.board),
        show=memory.show,
        as_json=memory.as_json,
    ),
    "leds": Measurement(
        help="Predicted frames per second and heap on LED matrices.",
        measure=lambda wanted: leds.measure(wanted.paths, wanted.board),
        show=leds.show,
        as_json=leds.as_json,
    ),
    "scaling": Measurement(
        help="Allocation time of growing functions; rewrites its figures.",
        measure=lambda _: list(scaling.run()),
        show=scaling.show,
        as_json=scaling.as_json,
        write=scaling.write,
        folder=scaling.FOLDER,
    ),
}


@click.command()
@click.argument("shaders", nargs=-1, type=click.Path(dir_okay=False))
@click.option("--size", type=Size(), default="64x64", show_default=True, help="Picture size in pixels.")
@board_option
@regalloc_option
@click.option("--gallery", type=click.Path(dir_okay=False), help="Write the pictures of all shaders as one PNG.")
@stack(*(click.option(f"--{name}", is_flag=True, help=item.help) for name, item in MEASUREMENTS.items()))
@json_option
def command(
    shaders: tuple[str, ...],
    size: tuple[int, int],
    board: str,
    regalloc: str,
    gallery: str | None,
    as_json: bool,
    **switches: bool,
) -> None:
    """Measure SHADERS, by default those in shaders/: instructions per pixel, code size, accuracy, compile time.

    The columns beside them are for plain Q16.16, and for LLVM if it is installed. A switch measures something else.
    """
    chosen = [name for name, on in switches.items() if on]
    measurement = _measurement(chosen, shaders, gallery)
    paths = [Path(name) for name in shaders] or sorted(Path("shaders").glob("*.frag"))
    if not (paths or measurement.write):
        raise GlowjitError("there is no shader to measure", hint="name some, or run this where shaders/ is")
    found = measurement.measure(Wanted(paths, size, board, regalloc))
    if measurement.write:
        measurement.write(found)
    if gallery:
        write_png(gallery, imagediff.contact_sheet([row.picture for row in found]))
    if as_json:
        click.echo(measurement.as_json(found))
    else:
        measurement.show(found)


def _measurement(chosen: list[str], shaders: tuple[str, ...], gallery: str | None) -> Measurement:
    """What the switches ask for; GlowjitError for what does not go together, before minutes are spent on it."""
    if len(chosen) > 1:
        switches = " and ".join(f"--{name}" for name in chosen)
        raise GlowjitError(f"{switches} are different measurements", hint="ask for one of them at a time")
    if gallery:
        picture_kind(gallery)
        if chosen:
            raise GlowjitError(f"--{chosen[0]} draws no pictures", hint="leave --gallery away")
    measurement = MEASUREMENTS[chosen[0]] if chosen else EXAMPLES
    if measurement.write:
        if shaders:
            raise GlowjitError(f"--{chosen[0]} chooses what it measures", hint=f"leave {' '.join(shaders)} away")
        if not measurement.folder.is_dir():
            hint = "run this at the top of a checkout of glowjit"
            raise GlowjitError(f"there is no {measurement.folder} here to keep the figures in", hint=hint)
    return measurement
