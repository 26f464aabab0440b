"""`glowjit run`: a shader on the LEDs, and the next one as soon as its file is saved."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
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
from glowjit.cli.options import Finite, channel_options, compile_options, parse_uniforms, shader_argument
from glowjit.device import session
from glowjit.device.package import missing
from glowjit.device.transport import Link
from glowjit.errors import GlowjitError
from glowjit.image import LEDS
from glowjit.leds import Leds

SAMPLE = 1024  # LEDs that are counted in the emulator, at most
STEP_MS = 20  # of silence after a change, so that an editor has finished writing


@click.command()
@shader_argument
@ports.port_option
@click.option(
    "--watch",
    is_flag=True,
    help="Compile again whenever a file that it is made of is saved; errors leave the old one running.",
)
@click.option("--uniform", "settings", multiple=True, metavar="NAME=VALUE", help="Set a uniform; repeat for more.")
@click.option("--seconds", type=Finite(min=0), default=0.0, help="Stop after so long [default: Ctrl-C].")
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
    """Compile SHADER, bring it to the board and show it. Installs the run time if it is not there."""
    console = Console(stderr=True)
    description = load_board(board)
    output = ports.output_settings(description, options)
    leds = Leds.of(output)
    uniforms = parse_uniforms(settings)
    channel = Channel.take(options)
    textures = options.pop("textures")

    def build() -> Show:
        chosen = {"board": board, "textures": textures.again(), **options}
        film = Film(Path(shader), (leds.width, leds.height), channel, chosen, LEDS)
        return Show(film, film.lights(uniforms), uniforms)

    def files() -> list[str]:
        pieces = [shader, *filter(None, [channel.buffer])]
        parts = [glsl.files_of(piece, options["include"], options["common"]) for piece in pieces]
        return [*chain(*parts), *textures.files]

    first = build()
    with ports.connected(port, board) as link:
        ports.ready(link, description, console.print)
        session.set_output(link, output, fps)
        watcher = Watcher(files, build, console) if watch else None
        try:
            show(link, first, leds, watcher, seconds, console)
        except KeyboardInterrupt:
            console.print("stopped")
        finally:
            if watcher:
                watcher.stop()


@dataclass(frozen=True, slots=True)
class Show:
    """What is shown: a film, as it is sent, with its uniforms."""

    film: Film
    lights: session.Lights
    uniforms: dict[str, Any]

    def cost(self, leds: Leds) -> str:
        """Instructions per LED and bytes of code, of `SAMPLE` LEDs in the emulator."""
        sample = replace(leds, places=leds.places[:SAMPLE])
        self.film.light(sample, self.uniforms)
        per_led = sum(run.instructions / run.pixels for run in self.film.runs)
        images = [image for image in (self.lights.buffer, self.lights.image) if image]
        return f"{per_led:,.0f} instructions per pixel, {sum(len(image.code) for image in images):,} bytes"


def show(
    link: Link,
    current: Show,
    leds: Leds,
    watcher: Watcher | None,
    seconds: float,
    console: Console,
) -> None:
    """Bring a program to the board and show it, and then those that the watcher makes; figures as they come."""
    end = time.monotonic() + seconds if seconds else float("inf")

    def idle() -> bool:
        return time.monotonic() >= end or (watcher is not None and not watcher.made.empty())

    while True:
        session.swap(link, current.lights)
        cost = current.cost(leds)
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


class Watcher:
    """Builds anew whenever one of `files()` is saved, while what was built last still runs; errors are printed."""

    def __init__(self, files: Callable[[], list[str]], build: Callable[[], Show], console: Console) -> None:
        try:
            import watchfiles
        except ImportError:
            raise missing("watchfiles") from None
        self.made: queue.Queue[Show] = queue.Queue()
        self._watch = watchfiles.watch
        self._files = files
        self._build = build
        self._console = console
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watcher", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        """Watch the folders of the files, and others once a shader includes something from elsewhere."""
        while not self._stop.is_set():
            wanted = {Path(name).absolute() for name in self._files()}
            for _ in self._changes(wanted):
                self._make()
                if {Path(name).absolute() for name in self._files()} != wanted:
                    break

    def _changes(self, wanted: set[Path]) -> Iterator[Any]:
        return self._watch(
            *sorted({path.parent for path in wanted if path.parent.is_dir()}),
            watch_filter=lambda _, name: Path(name) in wanted,
            step=STEP_MS,
            debounce=10 * STEP_MS,
            rust_timeout=200,
            stop_event=self._stop,
            raise_interrupt=False,
            recursive=False,
        )

    def _make(self) -> None:
        try:
            self.made.put(self._build())
        except GlowjitError as error:
            self._console.print(error.render(), style="red", highlight=False, markup=False)
