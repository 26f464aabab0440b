"""Textures: a picture's texels as the words that a shader reads, and how it is sampled.

A leaf that program and compiler share. A texture is bound when a shader is compiled: its size, format, filter and wrap
are part of the code, its texels are the value of a uniform, an array of words in the ctx block. So they live in the
board's memory under its limits, and can be set for each frame like any uniform (`Texture.words`). Row 0 of the words
is the bottom row, as in OpenGL; texel x, y has the index y * width + x.

    r8      four texels a word, the first in the lowest byte; read as (r, 0, 0, 1)
    rgb565  two texels a word, red in the highest bits; read as (r, g, b, 1)
    rgb8    a texel a word, red in the lowest byte; read as (r, g, b, 1)
    rgba8   a texel a word, red in the lowest byte, alpha in the highest

There is one level of detail, so bias and lod change nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from glowjit.errors import GlowjitError

FILTERS = ("linear", "nearest")
WRAPS = ("repeat", "clamp", "mirror")


@dataclass(frozen=True, slots=True)
class TextureFormat:
    """`fields`: bits and shift of r, g, b, a within a texel; None where a texel has none. `bits` are a texel's."""

    bits: int
    fields: tuple[tuple[int, int] | None, ...]

    @property
    def per_word(self) -> int:
        return 32 // self.bits


FORMATS = {
    "rgba8": TextureFormat(32, ((8, 0), (8, 8), (8, 16), (8, 24))),
    "rgb8": TextureFormat(32, ((8, 0), (8, 8), (8, 16), None)),
    "rgb565": TextureFormat(16, ((5, 11), (6, 5), (5, 0), None)),
    "r8": TextureFormat(8, ((8, 0), None, None, None)),
}


_WAYS_OUT = {  # a part of the name of a type -> what to do instead
    "Shadow": "there are no depth textures: read a sampler2D and compare with step()",
    "Cube": "there are no cube maps: compute the colour from the direction, or lay the faces out in one sampler2D",
    "3D": "there are no volumes: lay the slices side by side in one sampler2D, or use a noise function",
    "Array": "there are no array textures: lay the layers side by side in one sampler2D",
    "isampler": "read a sampler2D: its values are 0.0 to 1.0, times 255.0 they are the bytes",
    "usampler": "read a sampler2D: its values are 0.0 to 1.0, times 255.0 they are the bytes",
    "sampler": "bind a picture to a uniform sampler2D: --texture name=picture.png, or textures={name: ...}",
    "image": "a shader writes no pixels but its own: read a sampler2D, and feed a picture back with --feedback",
}


def way_out(type_name: str) -> str:
    """What to do instead of using a sampler or image type of GLSL that glowjit does not have; "" for other types."""
    return next((hint for part, hint in _WAYS_OUT.items() if part in type_name), "")


class TextureError(GlowjitError):
    """A picture or setting that makes no texture."""

    stage = "texture"


@dataclass(frozen=True, slots=True)
class Texture:
    """`words` are signed int32, as uniforms have them."""

    width: int
    height: int
    words: tuple[int, ...]
    format: str = "rgba8"
    filter: str = "linear"
    wrap: str = "repeat"

    @property
    def bytes(self) -> int:
        """What it takes of a board's memory."""
        return 4 * len(self.words)

    @classmethod
    def from_pixels(
        cls, pixels: npt.ArrayLike, format: str = "rgba8", filter: str = "linear", wrap: str = "repeat"
    ) -> Texture:
        """From uint8 (height, width) or (height, width, 1 to 4), top row first; TextureError for a bad setting."""
        for value, known, what in ((format, FORMATS, "format"), (filter, FILTERS, "filter"), (wrap, WRAPS, "wrap")):
            if value not in known:
                raise TextureError(f"there is no texture {what} {value!r}", hint=f"there are: {', '.join(known)}")
        texels = np.asarray(pixels, np.uint8)
        texels = texels[..., None] if texels.ndim == 2 else texels
        if texels.ndim != 3 or not 1 <= texels.shape[2] <= 4 or not texels.size:
            raise TextureError(f"pixels of shape {texels.shape} make no texture", hint="(height, width, 1 to 4)")
        height, width, _ = texels.shape
        return cls(width, height, _pack(texels[::-1], FORMATS[format]), format, filter, wrap)


def _pack(texels: npt.NDArray[np.uint8], format: TextureFormat) -> tuple[int, ...]:
    packed = np.zeros(texels.shape[0] * texels.shape[1], np.uint32)
    for channel, field in enumerate(format.fields):
        if field is not None:
            bits, shift = field
            there = channel < texels.shape[2]
            values = texels[..., channel].reshape(-1) if there else np.full_like(packed, 255 if channel == 3 else 0)
            top = (1 << bits) - 1
            packed |= ((values.astype(np.uint32) * top + 127) // 255) << np.uint32(shift)
    packed = np.pad(packed, (0, -len(packed) % format.per_word)).reshape(-1, format.per_word)
    words = np.zeros(len(packed), np.uint32)
    for number in range(format.per_word):
        words |= packed[:, number] << np.uint32(number * format.bits)
    return tuple(words.view(np.int32).tolist())
