"""Shaders on a board: sent, shown, replaced between two frames, read back, deployed.

What is sent goes through raw paste as base64, in pieces that fit the smallest heap. The board verifies length and
checksum before it executes anything; until then the shader that runs stays.
"""

from __future__ import annotations

import base64
import contextlib
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from glowjit.device import package
from glowjit.device.install import MARK, BoardInfo
from glowjit.device.transport import DeviceError, Link
from glowjit.image import Image

HEAD = 16  # bytes of an image's header
PIECE = 768
REPORT_MS = 500
FOLDER = "/glow"
REMOTE = "glowboard.remote"

Pack = Callable[[Image], bytes]


def send(link: Link, image: Image, pack: Pack = Image.to_bytes) -> None:
    """Bring an image into the board's memory; `pack` makes the bytes that this board takes."""
    data = pack(image)
    link.run(f"import {REMOTE} as g\ng.begin({data[:HEAD]!r})")
    for at in range(HEAD, len(data), PIECE):
        link.run(f"g.put({base64.b64encode(data[at : at + PIECE])!r})")


def set_output(link: Link, settings: Mapping[str, Any], fps: float = 0) -> None:
    """Make the output; `settings` are what `glowboard.make` takes."""
    link.run(f"import {REMOTE} as g\ng.output({dict(settings)!r}, {fps!r})")


def swap(link: Link, image: Image, uniforms: Mapping[str, Any], pack: Pack = Image.to_bytes) -> None:
    """Send a shader and let it take the place of the one that runs."""
    send(link, image, pack)
    link.run(f"g.swap({dict(uniforms)!r})")


def play(link: Link, idle: Callable[[], bool], seconds: float = 0) -> Iterator[dict[str, int]]:
    """Show frames until `idle` is true or the seconds are over; figures as they come."""
    for line in link.watch(f"import {REMOTE} as g\ng.play({REPORT_MS}, {seconds!r})", idle):
        with contextlib.suppress(ValueError):  # a line that Ctrl-C cut short
            yield json.loads(line)


def picture(
    link: Link, image: Image, width: int, height: int, words: list[int], pack: Pack = Image.to_bytes
) -> npt.NDArray[np.uint8]:
    """A picture drawn on the board with these uniform words: uint8 (height, width, 3), top row first."""
    send(link, image, pack)
    block = {4 * slot.offset: b"" for slot in image.uniforms}
    at = 0
    for slot in image.uniforms:
        count = slot.uniform.type.words
        block[4 * slot.offset] = np.array(words[at : at + count], "<i4").tobytes()
        at += count
    lines = link.run(f"g.picture({width}, {height}, {block!r})").split()
    return image.format.to_rgb(b"".join(base64.b64decode(line) for line in lines), width, height)


def deploy(
    link: Link,
    info: BoardInfo,
    image: Image,
    settings: Mapping[str, Any],
    *,
    keep_main: bool = False,
    pack: Pack = Image.to_bytes,
) -> None:
    """Make the board start with a shader. Until the new one is whole and accepted, the last one stays."""
    if info.main and info.main != MARK and not keep_main:
        raise DeviceError(
            "the board has a main.py that glowjit did not write",
            hint="end it with `import glowboard; glowboard.start()`, and deploy with --keep-main",
        )
    link.run(f"import os\ntry:\n os.mkdir({FOLDER!r})\nexcept OSError as e:\n if e.errno != 17: raise")
    for name, data in (("shader.glow", pack(image)), ("settings.json", json.dumps(settings).encode())):
        link.write_file(f"{FOLDER}/{name}.new", data)
    link.run("import glowboard\nglowboard.adopt()")
    if not info.main and not keep_main:
        link.write_file("/main.py", (package.runtime_folder() / package.MAIN).read_bytes())
