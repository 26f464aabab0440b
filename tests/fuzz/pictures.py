"""A shader's picture by numpy evaluation of its integer IR, before the kernel is built around it and optimised."""

from __future__ import annotations

import math

import numpy as np

from glowjit import pipeline, q32
from glowjit.board import load_board
from glowjit.ir.core import FINE
from glowjit.ir.evaluate import Evaluator
from glowjit.program import Program
from glowjit.textures import Texture

ONE = 1 << q32.formats.BORDER_FRACTION


_TEXELS = np.random.default_rng(3).integers(0, 256, (4, 5, 4), np.uint8)
TEXTURES = {"t0": Texture.from_pixels(_TEXELS), "t1": Texture.from_pixels(_TEXELS[1:], "rgb565", "nearest", "mirror")}


def textures(source: str) -> dict[str, Texture]:
    """What the samplers of a random shader stand for."""
    return {name: texture for name, texture in TEXTURES.items() if name in source}


def options(source: str) -> pipeline.Options:
    return pipeline.Options(load_board("esp32c3"), check=True, textures=textures(source))


def oracle(source: str, program: Program, width: int, height: int) -> np.ndarray:
    """What `program`, compiled from `source`, must have made of its last frame: uint8 (height, width, 3)."""
    module = pipeline.run(pipeline.Job(source, "", options(source)), until="link").module
    memory, at = {}, 0
    for name, uniform in program.uniforms.items():
        if name in module.uniforms:
            memory[module.uniforms[name].object.name] = program.uniform_words[at : at + uniform.type.words]
        at += uniform.type.words
    x = np.tile(np.arange(width, dtype=np.int32) * ONE + ONE // 2, height)
    y = np.repeat((height - 1 - np.arange(height, dtype=np.int32)) * ONE + ONE // 2, width)
    channels = Evaluator(module, width * height, memory).call(module.entry, [x, y])[:3]
    points = [channel.fraction for channel in module.channels] or [q32.formats.BORDER_FRACTION] * 3
    found = [to_byte(word, point) for word, point in zip(channels, points, strict=False)]
    return np.stack([np.broadcast_to(channel, x.shape) for channel in found], axis=-1).reshape(height, width, 3)


def to_byte(word: np.ndarray, point: int) -> np.ndarray:
    """What the kernel promises of a channel with `point` fraction bits."""
    inside = np.clip(word, 0, 1 << point).astype(np.int64)
    if point >= FINE:
        return ((inside + math.ceil(2**point / 510)) * 255 >> point).astype(np.uint8)
    return ((inside * 255 + (1 << point - 1)) >> point).astype(np.uint8)
