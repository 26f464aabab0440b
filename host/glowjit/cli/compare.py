"""`glowjit compare`: the board's picture beside the float64 reference, with figures and a verdict.

With --port a board draws the picture too and sends it back; it has to be the emulator's, byte for byte.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
import numpy as np

from glowjit import program
from glowjit.board import load_board
from glowjit.cli import ports
from glowjit.cli.files import picture_kind
from glowjit.cli.options import (
    EXIT_WRONG,
    checked_option,
    compile_options,
    frame_options,
    json_option,
    parse_uniforms,
    shader_argument,
)
from glowjit.cli.pictures import write_png
from glowjit.device import session
from glowjit.imagediff import CLASSES, side_by_side


@click.command()
@shader_argument
@frame_options
@click.option(
    "--class",
    "shader_class",
    type=click.Choice(["auto", *CLASSES]),
    default="auto",
    show_default=True,
    help="The limits to judge by; auto is smooth or, if a few pixels along edges differ, edges.",
)
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="Write a PNG of reference, board and difference.")
@ports.port_option
@checked_option
@compile_options
@json_option
def command(
    shader: str,
    port: str | None,
    size: tuple[int, int],
    seconds: float,
    settings: tuple[str, ...],
    shader_class: str,
    output: str | None,
    as_json: bool,
    **compile_settings: Any,
) -> int:
    """Compare SHADER's picture on the emulated board with a float64 reference. Exit code 1 if they differ.

    With --port, a board draws the picture too; every byte has to be the emulated board's.
    """
    if output:
        picture_kind(output)
    result = program.compare(
        Path(shader),
        *size,
        time=seconds,
        uniforms=parse_uniforms(settings),
        shader_class=shader_class,
        **compile_settings,
    )
    if output:
        write_png(output, side_by_side(result.expected, result.picture))
    figures, text, same = result.as_dict(), str(result), True
    if port:
        wrong = _read_back(port, shader, size, seconds, settings, compile_settings)
        same = wrong == 0
        figures["board"] = {"different_pixels": wrong}
        text += f"\nboard and emulator: {'identical, byte for byte' if same else f'{wrong:,} pixels differ'}"
    click.echo(json.dumps(figures, indent=2) if as_json else text)
    return 0 if result.verdict.passed and same else EXIT_WRONG


def _read_back(
    port: str,
    shader: str,
    size: tuple[int, int],
    seconds: float,
    settings: tuple[str, ...],
    compile_settings: dict[str, Any],
) -> int:
    """How many pixels of the picture that the board draws are not the emulator's."""
    compiled = program.compile(Path(shader), **compile_settings)
    expected = compiled.render(*size, seconds, parse_uniforms(settings))
    name = compile_settings["board"]
    with ports.connected(port, name) as link:
        ports.ready(link, load_board(name), lambda text: click.echo(text, err=True))
        picture = session.picture(link, compiled.image, *size, compiled.uniform_words)
    return int((np.asarray(picture) != expected).any(axis=2).sum())
