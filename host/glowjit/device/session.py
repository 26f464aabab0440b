"""Shaders on a board: sent, shown, replaced between two frames, read back, deployed.

What is sent goes through raw paste as base64, in pieces that fit the smallest heap. The board verifies length and
checksum before it executes anything; until then the shader that runs stays.
"""

from __future__ import annotations

import base64
import contextlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from glowjit.device import package
from glowjit.device.install import MARK, BoardInfo
from glowjit.device.transport import DeviceError, Link
from glowjit.image import Image
from glowjit.uniforms import Uniform
from glowjit.words import encode_scalars

HEAD = 16  # bytes of an image's header
PIECE = 768
REPORT_MS = 500
FOLDER = "/glow"
REMOTE = "glowboard.remote"


@dataclass(frozen=True, slots=True)
class Lights:
    """What is shown: an image for LEDs, its uniforms, and if it reads another's picture, that one and its uniforms.

    `channels` are the samplers that show the buffer's picture, of `size`: the image's, and the buffer's own.
    """

    image: Image
    uniforms: Mapping[str, Any] = field(default_factory=dict)
    buffer: Image | None = None
    buffer_uniforms: Mapping[str, Any] = field(default_factory=dict)
    channels: tuple[str, str] = ("", "")
    size: tuple[int, int] = (0, 0)

    def notes(self, image: Image) -> dict[str, Any]:
        """What the description of one of the images says besides."""
        name = self.channels[image is self.buffer]
        known = any(slot.uniform.name == name for slot in image.uniforms)
        return {"channel": [name, *self.size]} if self.buffer and known else {}


def send(link: Link, image: Image, notes: Mapping[str, Any] | None = None, buffered: bool = False) -> None:
    """Bring an image into the board's memory.

    `notes` are for the board's run time; `buffered` says that the image's buffer is there already.
    """
    data = image.to_bytes(notes)
    link.run(f"import {REMOTE} as g\ng.begin({data[:HEAD]!r}, {buffered})")
    for at in range(HEAD, len(data), PIECE):
        link.run(f"g.put({base64.b64encode(data[at : at + PIECE])!r})")


def set_output(link: Link, settings: Mapping[str, Any], fps: float = 0) -> None:
    """Make the output; `settings` are what `glowboard.make` takes."""
    link.run(f"import {REMOTE} as g\ng.output({dict(settings)!r}, {fps!r})")


def swap(link: Link, lights: Lights) -> None:
    """Send a shader and let it take the place of the one that runs."""
    if lights.buffer:
        send(link, lights.buffer, lights.notes(lights.buffer))
        link.run(f"g.hold({lights.buffer_uniforms!r})")
    send(link, lights.image, lights.notes(lights.image), bool(lights.buffer))
    link.run(f"g.swap({lights.uniforms!r})")


def play(link: Link, idle: Callable[[], bool], seconds: float = 0) -> Iterator[dict[str, int]]:
    """Show frames until `idle` is true or the seconds are over; figures as they come."""
    for line in link.watch(f"import {REMOTE} as g\ng.play({REPORT_MS}, {seconds!r})", idle):
        with contextlib.suppress(ValueError):  # a line that Ctrl-C cut short
            yield json.loads(line)


def picture(link: Link, image: Image, width: int, height: int, words: list[int]) -> npt.NDArray[np.uint8]:
    """A picture drawn on the board with these uniform words: uint8 (height, width, 3), top row first."""
    send(link, image)
    block = {}
    at = 0
    for slot in image.uniforms:
        count = slot.uniform.type.words
        given = np.array(words[at : at + count], "<i4").tobytes()
        if slot.uniform.role or given != _default(image, slot.uniform):  # textures come with the image
            block[4 * slot.offset] = given
        at += count
    lines = link.run(f"g.picture({width}, {height}, {block!r})").split()
    return image.format.to_rgb(b"".join(base64.b64decode(line) for line in lines), width, height)


def _default(image: Image, uniform: Uniform) -> bytes:
    """The words that a uniform has when nobody sets it."""
    words = encode_scalars(uniform.default or [0] * uniform.type.words, image.fraction_bits)
    return (np.array(words, np.int64) & 0xFFFF_FFFF).astype("<u4").tobytes()


def deploy(
    link: Link,
    info: BoardInfo,
    lights: Lights,
    settings: Mapping[str, Any],
    *,
    keep_main: bool = False,
) -> None:
    """Make the board start with a shader. Until the new one is whole and accepted, the last one stays.

    `settings` are {"output": what `glowboard.make` takes, "fps"}. All goes into one file, which one rename puts in the
    place of the last one.
    """
    if info.main and info.main != MARK and not keep_main:
        raise DeviceError(
            "the board has a main.py that glowjit did not write",
            hint="end it with `import glowboard; glowboard.start()`, and deploy with --keep-main",
        )
    plan = {**settings, "uniforms": dict(lights.uniforms), "buffer_uniforms": dict(lights.buffer_uniforms)}
    data = lights.image.to_bytes({**lights.notes(lights.image), "settings": plan})
    if lights.buffer:
        data += lights.buffer.to_bytes(lights.notes(lights.buffer))
    link.run(f"import os\ntry:\n os.mkdir({FOLDER!r})\nexcept OSError as e:\n if e.errno != 17: raise")
    link.write_file(f"{FOLDER}/shader.glow.new", data)
    if not info.main and not keep_main:
        link.write_file("/main.py", (package.runtime_folder() / package.MAIN).read_bytes())
    link.run("import glowboard\nglowboard.adopt()")
