"""`glowjit board`: what is on a board, what is put there, and a board without hardware."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from glowjit.board import load_board
from glowjit.cli import ports
from glowjit.cli.files import write_whole
from glowjit.cli.films import Channel, Film
from glowjit.cli.options import (
    board_option,
    channel_options,
    compile_options,
    json_option,
    parse_uniforms,
    shader_argument,
    uniform_option,
)
from glowjit.device import install, session
from glowjit.errors import GlowjitError
from glowjit.image import LEDS
from glowjit.leds import Leds


@click.group()
def command() -> None:
    """Install the run time on a board, deploy shaders to it, ask what is on it, or serve a virtual board."""


@command.command("install", short_help="Install the run time on the board.")
@ports.port_option
@board_option
def install_runtime(port: str | None, board: str) -> None:
    """Install the run time on the board, unless this version is there already."""
    description = load_board(board)
    files = ports.runtime(description)
    with ports.connected(port, board) as link:
        info = install.ask(link)
        install.check(info)
        if install.is_installed(info, files):
            click.echo(f"glowboard is there already: {install.digest(files)} on {info.machine}")
            return
        with click.progressbar(length=len(files), label="installing", file=sys.stderr) as names:
            install.install(link, files, lambda _: names.update(1))
        size = sum(len(data) for data in files.values())
        click.echo(f"installed {len(files)} files, {size:,} bytes, on {info.machine}, MicroPython {info.release}")


@command.command()
@ports.port_option
@board_option
@json_option
def info(port: str | None, board: str, as_json: bool) -> None:
    """Print what the board is and what is on it."""
    with ports.connected(port, board) as link:
        found = install.ask(link)
    if as_json:
        click.echo(json.dumps(found.as_dict(), indent=2))
        return
    files = ports.runtime(load_board(board))
    native = found.architecture or "none that glowjit makes"
    there = "none" if not found.digest else "current" if install.is_installed(found, files) else "another version"
    for name, value in (
        ("board", found.machine),
        ("MicroPython", found.release),
        ("native code", native),
        ("heap free", f"{found.free:,} bytes"),
        ("flash free", f"{found.flash:,} bytes"),
        ("glowboard", there),
        ("deployed", f"a shader, failed {found.failures} times in a row" if found.deployed else "nothing"),
    ):
        click.echo(f"{name:<12} {value}")


@command.command(short_help="Store a shader that starts on power-up.")
@shader_argument
@ports.port_option
@compile_options
@channel_options
@uniform_option
@click.option("--keep-main", is_flag=True, help="Do not write main.py; yours has to call glowboard.start().")
@ports.output_options
def deploy(
    shader: str, port: str | None, board: str, settings: tuple[str, ...], keep_main: bool, fps: int, **options: Any
) -> None:
    """Store SHADER on the board, which shows it whenever it is powered on. Installs the run time if need be."""
    description = load_board(board)
    output = ports.output_settings(description, options)
    uniforms = parse_uniforms(settings)
    leds = Leds.of(output)
    channel = Channel.take(options)
    film = Film(Path(shader), (leds.width, leds.height), channel, {"board": board, **options}, LEDS)
    lights = film.lights(uniforms)
    with ports.connected(port, board) as link:
        found = ports.ready(link, description, click.echo)
        plan = {"output": output, "fps": fps}
        session.deploy(link, found, lights, plan, keep_main=keep_main)
        click.echo(f"{shader} is deployed on {found.machine}; reset the board to start it")


@command.command(short_help="Write the files of the run time into a folder.")
@board_option
@click.argument("folder", type=click.Path(file_okay=False, exists=True))
def package(board: str, folder: str) -> None:
    """Write the files of the run time, compiled, into FOLDER, to copy them to a board by other means."""
    for name, data in ports.runtime(load_board(board)).items():
        target = Path(folder, name)
        try:
            target.parent.mkdir(exist_ok=True)
        except OSError as error:
            raise GlowjitError(f"cannot make {target.parent}: {error.strerror}", hint="check the folder") from None
        write_whole(str(target), data)
        click.echo(str(target))


@command.command(short_help="Serve a virtual board until Ctrl-C.")
@board_option
@click.option(
    "--folder", type=click.Path(file_okay=False), help="Keep its flash in this folder [default: a temporary one]."
)
def serve(board: str, folder: str | None) -> None:
    """Serve a virtual board until Ctrl-C: prints the port that mpremote and glowjit connect to."""
    with ports.virtual_board(board, folder) as virtual:
        click.echo(virtual.path)
        Console(stderr=True).print(f"mpremote connect {virtual.path} repl, or glowjit run SHADER --port {virtual.path}")
        virtual.serve_forever()
