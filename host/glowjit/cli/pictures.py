"""Pictures in files, by way of Pillow."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image as Pillow

from glowjit.cli.files import write_whole
from glowjit.textures import TextureError

Pixels = npt.NDArray[np.uint8]


def read_pixels(path: str, size: tuple[int, int] | None) -> Pixels:
    """A picture as red, green, blue and alpha, (h, w, 4), in another size if one is given."""
    try:
        picture = Pillow.open(path).convert("RGBA")
    except (OSError, SyntaxError, ValueError, Pillow.DecompressionBombError) as error:  # Pillow's ways to refuse
        reason = f": {error.strerror}" if isinstance(error, OSError) and error.strerror else ""
        raise TextureError(f"cannot read the picture {path}{reason}", hint="give a PNG or JPEG file") from None
    return np.asarray(picture.resize(size) if size else picture)


def write_png(path: str, picture: Pixels) -> None:
    """Write a picture (h, w, 3) as a PNG, all or not at all."""
    buffer = io.BytesIO()
    Pillow.fromarray(picture).save(buffer, "PNG", optimize=True)
    write_whole(path, buffer.getvalue())


def encode(frames: Sequence[Pixels], kind: str, fps: float, scale: int) -> bytes:
    """A file of pictures (h, w, 3), an animation if there are several, each pixel `scale` times as large; `kind` is
    "PNG" or "GIF"."""
    height, width = frames[0].shape[:2]
    size = width * scale, height * scale
    first, *others = (Pillow.fromarray(frame).resize(size, Pillow.Resampling.NEAREST) for frame in frames)
    buffer = io.BytesIO()
    if others:
        first.save(buffer, kind, save_all=True, append_images=others, duration=round(1000 / fps), loop=0)
    else:
        first.save(buffer, kind)
    return buffer.getvalue()
