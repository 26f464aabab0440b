"""`glowjit render`: a shader's picture, computed by machine code on the emulated board."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import click
import numpy as np
from PIL import Image as Pillow

from glowjit import program
from glowjit.cli.options import (
    checked_option,
    compile_options,
    frame_options,
    json_option,
    parse_uniforms,
    read_shader,
    shader_argument,
    write_whole,
)
from glowjit.errors import GlowjitError
from glowjit.textures import Texture

_ANIMATED = {".gif": "GIF", ".png": "PNG"}


@click.command()
@shader_argument
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="The picture to write [default: SHADER.png].")
@frame_options
@click.option("--frames", type=click.IntRange(min=1), default=1, show_default=True, help="Frames of an animation.")
@click.option("--fps", type=click.FloatRange(min=0.1, max=100), default=25.0, show_default=True, help="Its pace.")
@click.option("--scale", type=click.IntRange(1, 64), default=1, show_default=True, help="Enlarge each pixel.")
@click.option("--feedback", metavar="NAME", help="The sampler that holds the frame before: a byte a channel, alpha 1.")
@click.option("--buffer-a", metavar="FILE", help="A shader whose picture is iChannel0, its own and SHADER's.")
@click.option("--fuel", type=click.IntRange(min=1), help="Loop iterations that a frame may take.")
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
    feedback: str | None,
    buffer_a: str | None,
    fuel: int | None,
    as_json: bool,
    **compile_settings: Any,
) -> None:
    """Render SHADER on the emulated board and write a PNG, or with --frames an animated PNG or GIF."""
    target = output or Path(shader).with_suffix(".png").name
    kind = _ANIMATED.get(Path(target).suffix.lower())
    if kind is None or (kind == "GIF" and frames == 1):
        raise GlowjitError(
            f"cannot write {target}", hint="give a name that ends in .png, or .gif with --frames", stage="output"
        )
    uniforms = parse_uniforms(settings)
    film = _Film(Path(shader), size, feedback or ("iChannel0" if buffer_a else None), buffer_a, compile_settings)
    pictures = []
    with click.progressbar(range(frames), label="frames", hidden=frames == 1 or as_json) as numbers:
        for number in numbers:
            moment = seconds + number / fps
            pixels = film.frame(uniforms, time=moment, delta=1 / fps, frame=number, fuel=fuel)
            pictures.append(
                Pillow.fromarray(pixels).resize((size[0] * scale, size[1] * scale), Pillow.Resampling.NEAREST)
            )
    write_whole(target, _encode(pictures, kind, fps))
    run = film.image.last_run
    assert run is not None
    if as_json:
        click.echo(json.dumps({"output": target, "run": run.as_dict()}, indent=2))
    else:
        click.echo(f"{target}: {size[0]}x{size[1]}, {run.per_pixel:,.0f} instructions per pixel, {run.summary()}")


class _Film:
    """Frames one after the other: `channel` of the shader is its frame before, or the picture of a buffer."""

    def __init__(
        self, shader: Path, size: tuple[int, int], channel: str | None, buffer: str | None, settings: dict[str, Any]
    ) -> None:
        self.size = size
        self.channel = channel
        blank = Texture.from_pixels(np.zeros((size[1], size[0], 4), np.uint8), wrap="clamp")
        if channel:
            settings = {**settings, "textures": {**settings["textures"], channel: blank}}
        self.image = program.compile(shader, **settings)
        self.buffer = self.image
        if buffer:
            own = {**settings, "textures": {}}
            if "iChannel0" in read_shader(buffer, settings["include"], settings["common"]):
                own["textures"] = {"iChannel0": blank}
            self.buffer = program.compile(Path(buffer), **own)
        self.last: list[int] = list(blank.words)

    def frame(self, uniforms: dict[str, Any], **moment: Any) -> Any:
        """The pixels of the next frame; the uniforms are the shader's, not the buffer's."""
        if self.buffer is not self.image:
            self.last = self._keep(self._draw(self.buffer, "iChannel0", {}, moment))
        pixels = self._draw(self.image, self.channel, uniforms, moment)
        if self.buffer is self.image and self.channel:
            self.last = self._keep(pixels)
        return pixels

    def _draw(self, shader: program.Program, channel: str | None, uniforms: dict[str, Any], moment: Any) -> Any:
        if channel in shader.uniforms:
            uniforms = {**uniforms, channel: self.last}
        return shader.render(*self.size, uniforms=uniforms, **moment)

    @staticmethod
    def _keep(pixels: Any) -> list[int]:
        return list(Texture.from_pixels(pixels).words)


def _encode(pictures: list[Any], kind: str, fps: float) -> bytes:
    buffer = io.BytesIO()
    if len(pictures) == 1:
        pictures[0].save(buffer, kind)
    else:
        duration = round(1000 / fps)
        pictures[0].save(buffer, kind, save_all=True, append_images=pictures[1:], duration=duration, loop=0)
    return buffer.getvalue()
