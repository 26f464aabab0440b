"""Textures: a picture's texels as the words that a shader reads, and how it is sampled.

A leaf that program and compiler share. A texture is bound when a shader is compiled: its size, format, filter and wrap
are part of the code, its texels are the value of a uniform, an array of words in the ctx block. So they live in the
board's memory under its limits, and can be set for each frame like any uniform (`Texture.words`). Row 0 of the words
is the bottom row, as in OpenGL; texel x, y has the index y * width + x.

    r8      four texels a word, the first in the lowest byte; read as (r, 0, 0, 1)
    rgb565  two texels a word, red in the highest bits; read as (r, g, b, 1)
    rgb8    a texel a word, red in the lowest byte; read as (r, g, b, 1)
    rgba8   a texel a word, red in the lowest byte, alpha in the highest

A picture may hold several layers, which are kept one after the other, layer l from l * width * height on:

    2d      one picture, for a sampler2D
    array   squares in a strip, side by side or from top to bottom: the layers of a sampler2DArray
    volume  the same: the slices of a sampler3D
    cube    six squares in a strip, +x -x +y -y +z -z, or a cross of four by three, or of three by four, with the top
            above and the bottom below the front, +z, as seen from within. The top row of a face comes first

There is one level of detail, so bias and lod change nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from glowjit.errors import GlowjitError

FILTERS = ("linear", "nearest")
WRAPS = ("repeat", "clamp", "mirror")
SAMPLERS = {"2d": "sampler2D", "array": "sampler2DArray", "volume": "sampler3D", "cube": "samplerCube"}
"""The shapes of textures, and what reads them."""


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


def of_sampler(type_name: str) -> str:
    """The shape of the textures that a sampler type of GLSL reads; "" for a type that is none of glowjit's."""
    plain = type_name.lstrip("iu")
    plain = plain if plain == "sampler3DShadow" else plain.removesuffix("Shadow")
    return next((shape for shape, name in SAMPLERS.items() if name == plain), "")


_WAYS_OUT = {  # a part of the name of a type -> what to do instead
    "1D": "read a sampler2D of one row",
    "CubeArray": "read several samplerCubes",
    "MS": "a picture has one sample a pixel: read a sampler2D",
    "Rect": "read a sampler2D with texelFetch",
    "Buffer": "read a sampler2D with texelFetch, or a uniform array",
    "sampler": "bind a picture to a uniform sampler2D: --texture name=picture.png, or textures={name: ...}",
    "image": "a shader writes no pixels but its own: read a sampler2D, and feed a picture back with --feedback",
}


def way_out(type_name: str) -> str:
    """What to do instead of using a sampler or image type of GLSL that glowjit does not have; "" for other types."""
    return next((hint for part, hint in _WAYS_OUT.items() if part in type_name), "")


class TextureError(GlowjitError):
    """A picture or setting that makes no texture."""

    stage = "texture"


def unfit(name: str, type_name: str, texture: Texture, line: int = 0) -> TextureError:
    """The error for a texture of another shape than its sampler reads."""
    hint = f"say which it is: --texture {name}=picture.png,{of_sampler(type_name)}"
    what = f"'{name}' is a {type_name}, and its picture is bound as {texture.shape}"
    return TextureError(what, line=line, hint=hint)


@dataclass(frozen=True, slots=True)
class Texture:
    """`words` are signed int32, as uniforms have them; `width` and `height` are those of a layer."""

    width: int
    height: int
    words: tuple[int, ...]
    format: str = "rgba8"
    filter: str = "linear"
    wrap: str = "repeat"
    shape: str = "2d"
    layers: int = 1

    @property
    def bytes(self) -> int:
        """What it takes of a board's memory."""
        return 4 * len(self.words)

    @classmethod
    def from_pixels(
        cls,
        pixels: npt.ArrayLike,
        format: str = "rgba8",
        filter: str = "linear",
        wrap: str = "repeat",
        shape: str = "2d",
    ) -> Texture:
        """From uint8 (height, width) or (height, width, 1 to 4), top row first; TextureError for a bad setting."""
        settings = (format, FORMATS, "format"), (filter, FILTERS, "filter"), (wrap, WRAPS, "wrap")
        for value, known, what in (*settings, (shape, SAMPLERS, "shape")):
            if value not in known:
                raise TextureError(f"there is no texture {what} {value!r}", hint=f"there are: {', '.join(known)}")
        texels = np.asarray(pixels, np.uint8)
        texels = texels[..., None] if texels.ndim == 2 else texels
        if texels.ndim != 3 or not 1 <= texels.shape[2] <= 4 or not texels.size:
            raise TextureError(f"pixels of shape {texels.shape} make no texture", hint="(height, width, 1 to 4)")
        layers = _LAYERS[shape](texels)
        height, width, _ = layers[0].shape
        return cls(
            width, height, _pack(np.concatenate(layers), FORMATS[format]), format, filter, wrap, shape, len(layers)
        )


Pixels = npt.NDArray[np.uint8]


def _flat(texels: Pixels) -> list[Pixels]:
    return [texels[::-1]]


def _strip(texels: Pixels) -> list[Pixels]:
    """The squares of a strip, the bottom row of each first."""
    height, width, _ = texels.shape
    if max(height, width) % min(height, width):
        raise TextureError(
            f"a picture of {width}x{height} is no strip of squares",
            hint="put the layers side by side, as 8 of 16x16 in 128x16",
        )
    return [square[::-1] for square in _squares(texels)]


def _squares(texels: Pixels) -> list[Pixels]:
    height, width, _ = texels.shape
    return np.split(texels, max(width // height, height // width), axis=0 if height > width else 1)


_ACROSS = (2, 1), (0, 1), (1, 0), (1, 2), (1, 1), (3, 1)  # column and row of each face in a cross
_DOWN = (*_ACROSS[:5], (1, 3))  # the last face is upside down


def _faces(texels: Pixels) -> list[Pixels]:
    height, width, _ = texels.shape
    if max(height, width) == 6 * min(height, width):
        return _squares(texels)
    for columns, rows, places in ((4, 3, _ACROSS), (3, 4, _DOWN)):
        side = width // columns
        if width == columns * side and height == rows * side:
            faces = [texels[y * side : (y + 1) * side, x * side : (x + 1) * side] for x, y in places]
            return [*faces[:5], faces[5][::-1, ::-1] if rows == 4 else faces[5]]
    raise TextureError(
        f"a picture of {width}x{height} is no cube map", hint="six squares in a strip, +x -x +y -y +z -z, or a cross"
    )


_LAYERS = {"2d": _flat, "array": _strip, "volume": _strip, "cube": _faces}


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
