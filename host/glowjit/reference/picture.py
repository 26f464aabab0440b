"""Renders a module's pixel function with `ir.evaluate`.

Input: a module whose entry is the pixel function `(x, y) -> (r, g, b, a)`, before any pass; a size; uniform words.
Output: float64 (h, w, 4), top row first, unclamped. Pixels are computed in tiles of whole rows, so memory does not grow
with the picture.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence

import numpy as np

from glowjit.errors import FuelError, UniformError
from glowjit.ir import Module
from glowjit.ir.evaluate import Evaluator

DEFAULT_FUEL = 200_000  # loop iterations of one pixel
_TILE = 16384  # pixels: a value of 128 KB stays near the processor

Words = Sequence[float | int | bool]


def render(
    module: Module,
    width: int,
    height: int,
    uniforms: Mapping[str, Words] | None = None,
    *,
    fuel: int = DEFAULT_FUEL,
) -> np.ndarray:
    """The picture as float64 (height, width, 4), top row first, not clamped.

    `uniforms` gives the words of uniforms by name, in the order of `glsltypes`; one that is not given has its default,
    or zeros. Raises UniformError for a name the shader does not have, or a wrong number of words; FuelError, with the
    pixel counted from the top left, when a pixel's loops do not end within `fuel` iterations.
    """
    memory = {module.uniforms[name].object.name: words for name, words in _checked(module, uniforms or {}).items()}
    picture = np.empty((height, width, 4))
    rows = max(1, _TILE // max(1, width))
    for top in range(0, height, rows):
        picture[top : top + rows] = _tile(module, width, height, top, min(rows, height - top), memory, fuel)
    return picture


def to_bytes(rgba: np.ndarray) -> np.ndarray:
    """What is stored of a picture: uint8 (h, w, 3); clamped to [0, 1], rounded half up to 255 steps, NaN is 0."""
    clamped: np.ndarray = np.clip(np.nan_to_num(rgba[..., :3], nan=0.0), 0.0, 1.0)
    return np.floor(clamped * 255.0 + 0.5).astype(np.uint8)


def _tile(
    module: Module, width: int, height: int, top: int, rows: int, memory: Mapping[str, Words], fuel: int
) -> np.ndarray:
    """`rows` rows from row `top` on, as (rows, width, 4). GLSL counts y from the bottom."""
    x = np.tile(np.arange(width) + 0.5, rows)
    y = np.repeat(height - 1 - np.arange(top, top + rows) + 0.5, width)
    machine = Evaluator(module, rows * width, memory, fuel=fuel)
    channels = machine.call(module.entry, [x, y])
    exhausted = machine.exhausted()
    if len(exhausted):
        row, column = divmod(int(exhausted[0]), width)
        raise _fuel_error((column, top + row), fuel)
    return np.stack(channels, axis=-1).reshape(rows, width, 4)


def _fuel_error(pixel: tuple[int, int], fuel: int) -> FuelError:
    error = FuelError(
        f"the loops of pixel {pixel} did not end within {fuel} iterations",
        pixel=pixel,
        hint="give the loop a bound that every pixel reaches",
    )
    error.stage = "reference"
    return error


def _checked(module: Module, uniforms: Mapping[str, Words]) -> Mapping[str, Words]:
    for name, words in uniforms.items():
        info = module.uniforms.get(name)
        if info is None:
            near = difflib.get_close_matches(name, module.uniforms, 1)
            known = ", ".join(module.uniforms) or "none"
            hint = f"did you mean {near[0]}?" if near else f"it has: {known}"
            raise UniformError(f"the shader has no uniform {name}", hint=hint)
        if len(words) != info.type.words:
            raise UniformError(f"uniform {name} is a {info.type}: {info.type.words} words, not {len(words)}")
    return uniforms
