"""A shader that reads its own last picture, or that of a buffer, as a texture: what is compiled, frame after frame.

The buffer is a shader of the format rgba8888, whose bytes, the lowest row first, are the words of a texture. With
--buffer-a it is a file of its own; with --feedback alone it is SHADER, and what is shown is a copy of it. The same two
images go to a board, where `glowboard` does what `Film` does here. Each frame, the buffer is drawn first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from glowjit import program
from glowjit.cli.options import read_shader
from glowjit.device.session import Lights
from glowjit.errors import GlowjitError
from glowjit.image import LEDS
from glowjit.leds import Leds
from glowjit.program import Picture, Program, Run
from glowjit.textures import Texture
from glowjit.uniforms import Moment, frame_scalars

BUFFER_FORMAT = "rgba8888"
BUFFER_CHANNEL = "iChannel0"  # as on Shadertoy
_COPY = """uniform sampler2D {name};
vec4 render(vec2 p) {{ return texelFetch({name}, ivec2(p), 0); }}
"""


@dataclass(frozen=True, slots=True)
class Channel:
    """What --feedback and --buffer-a say: the sampler that holds the frame before, and the file of the buffer."""

    name: str = ""
    buffer: str = ""

    @classmethod
    def take(cls, options: dict[str, Any]) -> Channel:
        """From what `channel_options` put into `options`; it is taken out of there."""
        name, buffer = options.pop("feedback") or "", options.pop("buffer_a") or ""
        return cls(name or (BUFFER_CHANNEL if buffer else ""), buffer)


class Film:
    """`shader` is what is shown, `buffer` what is drawn before it into its texture `channel`, or None."""

    def __init__(
        self, path: Path, size: tuple[int, int], channel: Channel, settings: Mapping[str, Any], pixel_format: str
    ) -> None:
        self.size = size
        self.channel = channel.name
        self.buffer: Program | None = None
        self.buffer_channel = BUFFER_CHANNEL if channel.buffer else channel.name
        self.takes_uniforms = not self.channel or bool(channel.buffer)  # or else the buffer does
        blank = Texture.from_pixels(np.zeros((size[1], size[0], 4), np.uint8), wrap="clamp")
        shown = {**settings, "textures": {**settings["textures"], **({self.channel: blank} if channel.name else {})}}
        if channel.buffer:
            own = {**settings, "textures": {}}
            if BUFFER_CHANNEL in read_shader(channel.buffer, settings["include"], settings["common"]):
                own["textures"] = {BUFFER_CHANNEL: blank}
            self.buffer = program.compile(Path(channel.buffer), pixel_format=BUFFER_FORMAT, **own)
        elif channel.name:
            self.buffer = program.compile(path, pixel_format=BUFFER_FORMAT, **shown)
            self._check_read(self.buffer, path)
        if self.takes_uniforms or pixel_format == LEDS:
            source = path if self.takes_uniforms else _COPY.format(name=self.channel)
            self.shader = program.compile(source, pixel_format=pixel_format, **shown)
            self._check_read(self.shader, path)
        else:
            assert self.buffer is not None
            self.shader = self.buffer
        self.last = list(blank.words)

    def _check_read(self, reader: Program, path: Path) -> None:
        if self.channel and self.channel not in reader.uniforms:
            raise GlowjitError(
                f"{path} does not read {self.channel}", hint="name the sampler that it reads: --feedback NAME"
            )

    def frame(self, uniforms: Mapping[str, Any], **moment: Any) -> Picture:
        """The pixels of the next frame."""
        picture = self._draw_buffer(uniforms, moment)
        if picture is None or self.shader is not self.buffer:
            picture = self.shader.render(*self.size, uniforms=self._given(self.shader, uniforms), **moment)
        return picture

    def light(self, leds: Leds, uniforms: Mapping[str, Any], **moment: Any) -> bytes:
        """What goes to LEDs in the next frame."""
        self._draw_buffer(uniforms, moment)
        return self.shader.light(leds, uniforms=self._given(self.shader, uniforms), **moment)

    def _draw_buffer(self, uniforms: Mapping[str, Any], moment: Mapping[str, Any]) -> Picture | None:
        if self.buffer is None:
            return None
        picture = self.buffer.render(*self.size, uniforms=self._given(self.buffer, uniforms), **moment)
        rows = np.frombuffer(self.buffer.pixels, "<i4").reshape(self.size[::-1])
        self.last = rows[::-1].ravel().tolist()
        return picture

    def _given(self, shader: Program, uniforms: Mapping[str, Any]) -> dict[str, Any]:
        """A program's uniforms: those of the command line if they are its, and the texture if it reads it."""
        reads, mine = self.channel, dict(uniforms)
        if shader is self.buffer:
            reads, mine = self.buffer_channel, {} if self.takes_uniforms else mine
        elif not self.takes_uniforms:
            mine = {}
        return {**mine, reads: self.last} if reads in shader.uniforms else mine

    def lights(self, uniforms: Mapping[str, Any]) -> Lights:
        """What is sent to a board, of a film for LEDs. UniformError for a value that does not fit."""
        taker = self.shader if self.takes_uniforms or not self.buffer else self.buffer
        frame_scalars(taker.uniforms.values(), Moment(*self.size), uniforms)
        if self.buffer is None:
            return Lights(self.shader.image, uniforms)
        mine, others = (uniforms, {}) if self.takes_uniforms else ({}, uniforms)
        channels = self.channel, self.buffer_channel
        return Lights(self.shader.image, mine, self.buffer.image, others, channels, self.size)

    @property
    def runs(self) -> list[Run]:
        """The last frame's, of buffer and shader."""
        programs = [self.shader] if self.shader is self.buffer or not self.buffer else [self.buffer, self.shader]
        return [item.last_run for item in programs if item.last_run]
