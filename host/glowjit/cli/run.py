"""`glowjit run`: a shader on the LEDs, and the next one as soon as its file is saved."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from glowjit import program
from glowjit.board import load_board
from glowjit.cli import ports
from glowjit.cli.options import compile_options, parse_uniforms, shader_argument
from glowjit.device import session
from glowjit.device.package import missing
from glowjit.errors import GlowjitError
from glowjit.image import LEDS
from glowjit.leds import Leds
from glowjit.uniforms import Moment, frame_scalars

SAMPLE = 1024  # LEDs that are counted in the emulator, at most
STEP_MS = 20  # of silence after a change, so that an editor has finished writing


@click.command()
@shader_argument
@ports.port_option
@click.option(
    "--watch", is_flag=True, help="Compile again whenever the file is saved; errors leave the old one running."
)
@click.option("--uniform", "settings", multiple=True, metavar="NAME=VALUE", help="Set a uniform; repeat for more.")
@click.option("--seconds", type=click.FloatRange(min=0), default=0.0, help="Stop after so long [default: Ctrl-C].")
@ports.output_options
@compile_options
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

    def build() -> program.Program:
        compiled = program.compile(Path(shader), board=board, pixel_format=LEDS, **options)
        moment = Moment(leds.width, leds.height)
        frame_scalars(compiled.uniforms.values(), moment, uniforms)  # a wrong value is found before it is sent
        return compiled

    first = build()
    with ports.connected(port, board) as link:
        pack = ports.packing(ports.ready(link, description, console.print))
        session.set_output(link, output, fps)
        watcher = Watcher(Path(shader), build, console) if watch else None
        try:
            show(link, first, leds, uniforms, pack, watcher, seconds, console)
        except KeyboardInterrupt:
            console.print("stopped")
        finally:
            if watcher:
                watcher.stop()


def show(
    link: Any,
    current: program.Program,
    leds: Leds,
    uniforms: dict[str, Any],
    pack: session.Pack,
    watcher: Watcher | None,
    seconds: float,
    console: Console,
) -> None:
    """Bring a program to the board and show it, and then those that the watcher makes; figures as they come."""
    end = time.monotonic() + seconds if seconds else float("inf")
    sample = replace(leds, places=leds.places[:SAMPLE])

    def idle() -> bool:
        return time.monotonic() >= end or (watcher is not None and not watcher.programs.empty())

    while True:
        session.swap(link, current.image, uniforms, pack)
        current.light(sample, uniforms=uniforms)
        assert current.last_run is not None
        cost = f"{current.last_run.per_pixel:,.0f} instructions per pixel, {len(current.image.code):,} bytes"
        with console.status("the first frames") as status:
            for figures in session.play(link, idle):
                rate = figures["frames"] * 1000 / max(1, figures["ms"])
                line = f"{rate:,.1f} frames/s, {cost}, {figures['free']:,} bytes of heap free"
                status.update(line)
                if not console.is_terminal:
                    console.print(line, soft_wrap=True)
        if watcher is None or time.monotonic() >= end:
            return
        current = watcher.programs.get()


class Watcher:
    """Builds a program whenever a file is saved, while the old one still runs; errors are printed."""

    def __init__(self, path: Path, build: Callable[[], program.Program], console: Console) -> None:
        try:
            import watchfiles
        except ImportError:
            raise missing("watchfiles") from None
        self.path = path.absolute()
        self.programs: queue.Queue[program.Program] = queue.Queue()
        self._watch = watchfiles.watch
        self._build = build
        self._console = console
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watcher", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        changes = self._watch(
            self.path.parent,
            watch_filter=lambda _, name: Path(name) == self.path,
            step=STEP_MS,
            debounce=10 * STEP_MS,
            rust_timeout=200,
            stop_event=self._stop,
            raise_interrupt=False,
            recursive=False,
        )
        for _ in changes:
            try:
                self.programs.put(self._build())
            except GlowjitError as error:
                self._console.print(error.render(), style="red", highlight=False, markup=False)
