"""`glowjit run`: a shader on the board's LEDs, and with --watch its next version as soon as a file is saved."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from glowjit import glsl
from glowjit.board import load_board
from glowjit.cli import ports
from glowjit.cli.films import Channel, Film
from glowjit.cli.options import (
    Finite,
    channel_options,
    compile_options,
    parse_uniforms,
    shader_argument,
    uniform_option,
)
from glowjit.cli.watch import Watcher
from glowjit.device import session
from glowjit.device.transport import Link
from glowjit.image import LEDS
from glowjit.leds import Leds

MOST_COUNTED = 1024  # LEDs whose instructions are counted in the emulator


@click.command()
@shader_argument
@ports.port_option
@click.option(
    "--watch", is_flag=True, help="Compile again whenever a file of SHADER is saved; after an error, the old one stays."
)
@uniform_option
@click.option(
    "--seconds",
    type=Finite(min=0),
    default=0.0,
    metavar="SECONDS",
    help="Stop after this time [default: run until Ctrl-C].",
)
@ports.output_options
@compile_options
@channel_options
def command(
    shader: str,
    port: str | None,
    watch: bool,
    settings: tuple[str, ...],
    seconds: float,
    board: str,
    fps: int,
    **options: Any,
) -> None:
    """Compile SHADER, send it to the board and show it on LEDs. Installs the run time on the board if need be."""
    console = Console(stderr=True)
    description = load_board(board)
    output = ports.output_settings(description, options)
    leds, channel = Leds.of(output), Channel.take(options)
    source = Source(Path(shader), leds, channel, parse_uniforms(settings), {"board": board, **options})
    first = source.build()
    with ports.connected(port, board) as link:
        ports.ready(link, description, console.print)
        session.set_output(link, output, fps)
        watcher = Watcher(source.files, source.build, console) if watch else None
        try:
            show(link, first, watcher, seconds, console)
        except KeyboardInterrupt:
            console.print("stopped")
        finally:
            if watcher:
                watcher.stop()


@dataclass(frozen=True, slots=True)
class Source:
    """A shader for LEDs as the command line describes it; `settings` are those of `program.compile`."""

    path: Path
    leds: Leds
    channel: Channel
    uniforms: dict[str, Any]
    settings: dict[str, Any]

    def files(self) -> list[str]:
        """Every file that a change of would change what is shown."""
        shaders = [str(self.path), *filter(None, [self.channel.buffer])]
        parts = [glsl.files_of(shader, self.settings["include"], self.settings["common"]) for shader in shaders]
        return [*chain(*parts), *self.settings["textures"].files]

    def build(self) -> Show:
        """Read all files and compile; GlowjitError for what is wrong with them."""
        settings = {**self.settings, "textures": self.settings["textures"].again()}
        film = Film(self.path, (self.leds.width, self.leds.height), self.channel, settings, LEDS)
        return Show(film, film.lights(self.uniforms), self.leds, self.uniforms)


@dataclass(frozen=True, slots=True)
class Show:
    """A compiled shader: as a film for the emulator, as images for the board, with its LEDs and uniforms."""

    film: Film
    lights: session.Lights
    leds: Leds
    uniforms: dict[str, Any]

    def cost(self) -> str:
        """Instructions per LED, from a frame of at most `MOST_COUNTED` LEDs in the emulator, and bytes of code."""
        self.film.light(replace(self.leds, places=self.leds.places[:MOST_COUNTED]), self.uniforms)
        per_led = sum(run.instructions / run.pixels for run in self.film.runs)
        images = [image for image in (self.lights.buffer, self.lights.image) if image]
        return f"{per_led:,.0f} instructions per pixel, {sum(len(image.code) for image in images):,} bytes"


def show(link: Link, current: Show, watcher: Watcher[Show] | None, seconds: float, console: Console) -> None:
    """Show `current` on the board, and then whatever the watcher builds; prints frames per second meanwhile.

    Ends after `seconds`, or without a watcher when the board stops; 0 for no limit.
    """
    end = time.monotonic() + seconds if seconds else float("inf")

    def idle() -> bool:
        return time.monotonic() >= end or (watcher is not None and not watcher.made.empty())

    while True:
        session.swap(link, current.lights)
        cost = current.cost()
        with console.status("the first frames") as status:
            for figures in session.play(link, idle):
                rate = figures["frames"] * 1000 / max(1, figures["ms"])
                line = f"{rate:,.1f} frames/s, {cost}, {figures['free']:,} bytes of heap free"
                status.update(line)
                if not console.is_terminal:
                    console.print(line, soft_wrap=True)
        if watcher is None or time.monotonic() >= end:
            return
        current = watcher.made.get()
