"""`glowjit render`: a shader's picture, computed by machine code on the emulated board."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from glowjit.cli.files import picture_kind, write_whole
from glowjit.cli.films import Channel, Film
from glowjit.cli.options import (
    Finite,
    channel_options,
    checked_option,
    compile_options,
    frame_options,
    json_option,
    parse_uniforms,
    shader_argument,
)
from glowjit.cli.pictures import encode

MOST_FRAMES = 10_000  # they are held in memory until the last is there


@click.command()
@shader_argument
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="The picture to write [default: SHADER.png].")
@frame_options
@click.option(
    "--frames",
    type=click.IntRange(1, MOST_FRAMES),
    default=1,
    show_default=True,
    metavar="N",
    help="Render an animation of N frames.",
)
@click.option(
    "--fps", type=Finite(0.1, 100), default=25.0, show_default=True, metavar="X", help="Its frames per second."
)
@click.option(
    "--scale", type=click.IntRange(1, 64), default=1, show_default=True, metavar="N", help="Draw each pixel NxN."
)
@channel_options
@click.option("--fuel", type=click.IntRange(min=1), metavar="N", help="Stop a frame after N iterations of its loops.")
@checked_option
@compile_options
@json_option
def command(
    shader: str,
    output: str | None,
    size: tuple[int, int],
    seconds: float,
    settings: tuple[str, ...],
    frames: int,
    fps: float,
    scale: int,
    fuel: int | None,
    as_json: bool,
    **compile_settings: Any,
) -> None:
    """Render SHADER on the emulated board into a PNG; with --frames, into an animated PNG or GIF."""
    target = output or Path(shader).with_suffix(".png").name
    kind = picture_kind(target, animated=frames > 1)
    uniforms = parse_uniforms(settings)
    film = Film(Path(shader), size, Channel.take(compile_settings), compile_settings, "rgb888")
    pictures = []
    with click.progressbar(range(frames), label="frames", hidden=frames == 1 or as_json, file=sys.stderr) as numbers:
        for number in numbers:
            moment = seconds + number / fps
            pictures.append(film.frame(uniforms, time=moment, delta=1 / fps, frame=number, fuel=fuel))
    write_whole(target, encode(pictures, kind, fps, scale))
    run = film.runs[-1]
    if as_json:
        click.echo(json.dumps({"output": target, "run": run.as_dict()}, indent=2))
    else:
        click.echo(f"{target}: {size[0]}x{size[1]}, {run.per_pixel:,.0f} instructions per pixel, {run.summary()}")
