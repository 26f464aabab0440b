"""The texture functions on a sampler2D whose texture is known (see `glowjit.textures`), and its size.

Coordinates become texel indices, which are wrapped as integers, so no access leaves the texture. Linear filtering is
that of OpenGL: the four texels around u * width - 0.5, weighted. texelFetch beyond the edge gives the edge's texel.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from glowjit.ir.core import MemObject, Operand, Type
from glowjit.spirv.arithmetic import floored_modulo
from glowjit.spirv.builder import Builder, Words, integer, real
from glowjit.spirv.memory import clamp
from glowjit.textures import FORMATS, Texture


@dataclass(frozen=True, slots=True)
class Sampler:
    """A texture and the object that holds its words."""

    texture: Texture
    object: MemObject

    def size(self) -> Words:
        return integer(self.texture.width), integer(self.texture.height)

    def fetch(self, build: Builder, place: Words, offset: Words) -> Words:
        """The texel at integer coordinates."""
        x, y = build.each("add", place, offset) if offset else place
        texture = self.texture
        x, y = clamp(x, texture.width - 1, True, build), clamp(y, texture.height - 1, True, build)
        return self._texel(build, x, y)

    def sample(self, build: Builder, place: Words, offset: Words) -> Words:
        """The filtered colour at u, v, `offset` texels from there."""
        x: Operand = build.op("fmul", place[0], real(self.texture.width))
        y: Operand = build.op("fmul", place[1], real(self.texture.height))
        if offset:
            x, y = build.each("fadd", (x, y), build.each("stof", offset))
        if self.texture.filter == "nearest":
            return self._texel(
                build, *(self._wrapped(build, axis, _floor(build, at)) for axis, at in enumerate((x, y)))
            )
        (left, right, across), (low, high, up) = (self._between(build, axis, at) for axis, at in enumerate((x, y)))
        lower = _mix(build, self._texel(build, left, low), self._texel(build, right, low), across)
        upper = _mix(build, self._texel(build, left, high), self._texel(build, right, high), across)
        return _mix(build, lower, upper, up)

    def _between(self, build: Builder, axis: int, at: Operand) -> tuple[Operand, Operand, Operand]:
        """The texels on both sides of a coordinate, and how far it is from the first to the second."""
        shifted = build.op("fsub", at, real(0.5))
        first = _floor(build, shifted)
        second = build.op("add", first, integer(1))
        return self._wrapped(build, axis, first), self._wrapped(build, axis, second), build.op("ffract", shifted)

    def _wrapped(self, build: Builder, axis: int, index: Operand) -> Operand:
        size = (self.texture.width, self.texture.height)[axis]
        return _WRAPS[self.texture.wrap](build, index, size)

    def _texel(self, build: Builder, x: Operand, y: Operand) -> Words:
        """The colour of the texel at indices within the texture."""
        format = FORMATS[self.texture.format]
        index: Operand = build.op("add", build.op("mul", y, integer(self.texture.width)), x)
        within: Operand = integer(0)
        if format.per_word > 1:
            shift = format.per_word.bit_length() - 1
            within = build.op("mul", build.op("and", index, integer(format.per_word - 1)), integer(format.bits))
            index = build.op("shr", index, integer(shift))
        word: Operand = build.load(self.object, index, Type.INT)
        word = build.op("shr", word, within) if format.per_word > 1 else word
        return tuple(
            real(1.0 if channel == 3 else 0.0) if field is None else _channel(build, word, *field)
            for channel, field in enumerate(format.fields)
        )


class SamplerPath(NamedTuple):
    """A sampler, as its variable and the indices into it."""

    variable: int
    indices: Words = ()

    def then(self, indices: Words) -> SamplerPath:
        return SamplerPath(self.variable, self.indices + indices)


@dataclass(frozen=True, slots=True)
class Choice:
    """The one sampler that is meant, or those of an array among which `index` chooses at run time."""

    samplers: tuple[Sampler, ...]
    index: Operand | None = None

    def read(self, build: Builder, reader: Callable[[Sampler], Words]) -> Words:
        """What `reader` makes of the sampler; of several, all are read. An index too large means the last."""
        words = reader(self.samplers[-1])
        if self.index is not None:
            for number in reversed(range(len(self.samplers) - 1)):
                below = build.op("lt", self.index, integer(number + 1))
                pairs = zip(reader(self.samplers[number]), words, strict=True)
                words = tuple(build.select(below, here, further) for here, further in pairs)
        return words


def _channel(build: Builder, word: Operand, bits: int, shift: int) -> Operand:
    mask = (1 << bits) - 1
    field = build.op("and", build.op("shr", word, integer(shift)) if shift else word, integer(mask))
    return build.op("fdiv", build.op("utof", field), real(mask))


def _floor(build: Builder, at: Operand) -> Operand:
    return build.op("ftos", build.op("ffloor", at))


def _mix(build: Builder, a: Words, b: Words, part: Operand) -> Words:
    return tuple(build.op("fmix", x, y, part) for x, y in zip(a, b, strict=True))


def _clamped(build: Builder, index: Operand, size: int) -> Operand:
    return clamp(index, size - 1, True, build)


def _repeated(build: Builder, index: Operand, size: int) -> Operand:
    return floored_modulo(build, index, integer(size))


def _mirrored(build: Builder, index: Operand, size: int) -> Operand:
    """There and back again: 0 1 2 2 1 0 0 1 2."""
    there = floored_modulo(build, index, integer(2 * size))
    return build.op("min", there, build.op("sub", integer(2 * size - 1), there))


_WRAPS: dict[str, Callable[[Builder, Operand, int], Operand]] = {
    "clamp": _clamped,
    "repeat": _repeated,
    "mirror": _mirrored,
}


def _sample(build: Builder, sampler: Sampler, place: Words, offset: Words) -> Words:
    return sampler.sample(build, place[:2], offset)


def _project(build: Builder, sampler: Sampler, place: Words, offset: Words) -> Words:
    """The last coordinate divides the first two."""
    return sampler.sample(build, build.each("fdiv", place[:2], place[-1:] * 2), offset)


def _fetch(build: Builder, sampler: Sampler, place: Words, offset: Words) -> Words:
    return sampler.fetch(build, place, offset)


READS: dict[str, Callable[[Builder, Sampler, Words, Words], Words]] = {
    "ImageSampleImplicitLod": _sample,
    "ImageSampleExplicitLod": _sample,
    "ImageSampleProjImplicitLod": _project,
    "ImageSampleProjExplicitLod": _project,
    "ImageFetch": _fetch,
}
"""Instruction -> what it reads at a place, the words of its second operand."""

SIZES = frozenset(["ImageQuerySizeLod", "ImageQuerySize"])

_BIAS, _LOD, _GRADIENT, _CONST_OFFSET, _OFFSET = 1, 2, 4, 8, 16


def offset_id(operands: Sequence[int]) -> int:
    """The id of the offset in texels among a mask and what it announces: bias, lod and gradients come first; or 0."""
    if not operands or not operands[0] & (_CONST_OFFSET | _OFFSET):
        return 0
    mask, *ids = operands
    return ids[bool(mask & _BIAS) + bool(mask & _LOD) + 2 * bool(mask & _GRADIENT)]
