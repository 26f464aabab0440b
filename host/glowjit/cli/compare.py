"""`glowjit compare`: the board's picture beside the float64 reference, with figures and a verdict."""

from __future__ import annotations

import io
import json
from typing import Any

import click
from PIL import Image as Pillow

from glowjit import program
from glowjit.cli.options import (
    compile_options,
    frame_options,
    json_option,
    parse_uniforms,
    read_shader,
    shader_argument,
    write_whole,
)
from glowjit.imagediff import CLASSES, side_by_side

EXIT_DIFFERENT = 1


@click.command()
@shader_argument
@frame_options
@click.option(
    "--class",
    "shader_class",
    type=click.Choice(["auto", *CLASSES]),
    default="auto",
    show_default=True,
    help="What the shader is judged as; auto takes the strictest of smooth and edges that holds.",
)
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="Write reference, board and difference as a PNG.")
@compile_options
@json_option
def command(
    shader: str,
    size: tuple[int, int],
    seconds: float,
    settings: tuple[str, ...],
    shader_class: str,
    output: str | None,
    as_json: bool,
    **compile_settings: Any,
) -> int:
    """Compare SHADER on the emulated board with the float64 reference. Exit code 1 if the pictures differ."""
    result = program.compare(
        read_shader(shader),
        *size,
        file=shader,
        time=seconds,
        uniforms=parse_uniforms(settings),
        shader_class=shader_class,
        **compile_settings,
    )
    if output:
        buffer = io.BytesIO()
        Pillow.fromarray(side_by_side(result.expected, result.picture)).save(buffer, "PNG")
        write_whole(output, buffer.getvalue())
    if as_json:
        click.echo(json.dumps(result.as_dict(), indent=2))
    else:
        click.echo(result.text())
    return 0 if result.verdict.passed else EXIT_DIFFERENT
