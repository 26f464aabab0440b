"""The texture functions on a sampler whose texture is known (see `glowjit.textures`), and its size.

Coordinates become texel indices, which are wrapped as integers, so no access leaves the texture. Linear filtering is
that of OpenGL: the texels around u * width - 0.5, weighted; it does not reach over the edge of a cube's face, and mixes
the slices of a volume, not the layers of an array. texelFetch beyond the edge gives the edge's texel. An isampler or
usampler gives the bytes, 0 to 255, of the nearest texel. A shadow sampler compares with red: each texel is 1 where the
reference is not larger, and those are mixed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from glowjit.ir.core import Const, MemObject, Operand, Type
from glowjit.spirv.arithmetic import floored_modulo
from glowjit.spirv.builder import Builder, Words, integer, real
from glowjit.spirv.memory import clamp
from glowjit.textures import FORMATS, Texture

_FIRST_LAYER = integer(0)


@dataclass(frozen=True, slots=True)
class Sampler:
    """A texture and the object that holds its words; `whole` if its texels are read as ints."""

    texture: Texture
    object: MemObject
    whole: bool = False

    @property
    def sides(self) -> tuple[int, ...]:
        texture = self.texture
        flat = texture.shape in ("2d", "cube")
        return (texture.width, texture.height) if flat else (texture.width, texture.height, texture.layers)

    def size(self) -> Words:
        return tuple(map(integer, self.sides))

    def fetch(self, build: Builder, place: Words, offset: Words) -> Words:
        """The texel at integer coordinates; offsets do not reach into other layers of an array."""
        if offset:
            place = (*build.each("add", place[: len(offset)], offset), *place[len(offset) :])
        places = [clamp(at, side - 1, True, build) for at, side in zip(place, self.sides, strict=True)]
        return self._texel(build, *places)

    def sample(self, build: Builder, place: Words, offset: Words, reference: Operand | None = None) -> Words:
        """The filtered colour at a place, `offset` texels from there; or how much of it is beyond a reference."""
        if self.texture.shape == "cube":
            layer, u, v = _cube_face(build, place[:3])  # a reference comes with them
            return self._plane(build, (u, v), (), layer, reference)
        if self.texture.shape == "array":
            layer = _floor(build, build.op("fadd", place[2], real(0.5)))
            return self._plane(build, place, offset, clamp(layer, self.texture.layers - 1, True, build), reference)
        if self.texture.shape == "volume":
            at = self._scaled(build, place, offset, 2)
            if self._nearest:
                return self._plane(build, place, offset, self._wrapped(build, 2, _floor(build, at)), reference)
            near, far, deep = self._between(build, 2, at)
            front, back = (self._plane(build, place, offset, layer, reference) for layer in (near, far))
            return _mix(build, front, back, deep)
        return self._plane(build, place, offset, _FIRST_LAYER, reference)

    def gather(self, build: Builder, place: Words, offset: Words, seen: Callable[[Words], Operand]) -> Words:
        """What is `seen` of the four texels that linear filtering would mix, counter-clockwise from the upper left."""
        x, y = (self._scaled(build, place, offset, axis) for axis in range(2))
        (left, right, _), (low, high, _) = (self._between(build, axis, at) for axis, at in enumerate((x, y)))
        corners = (left, high), (right, high), (right, low), (left, low)
        return tuple(seen(self._texel(build, *corner)) for corner in corners)

    @property
    def _nearest(self) -> bool:
        return self.whole or self.texture.filter == "nearest"

    def _plane(
        self, build: Builder, place: Words, offset: Words, layer: Operand, reference: Operand | None = None
    ) -> Words:
        """The colour at u, v in one layer."""

        def texel(x: Operand, y: Operand) -> Words:
            colour = self._texel(build, x, y, layer)
            return colour if reference is None else (build.op("fstep", reference, colour[0]),)

        x, y = (self._scaled(build, place, offset, axis) for axis in range(2))
        if self._nearest:
            return texel(*(self._wrapped(build, axis, _floor(build, at)) for axis, at in enumerate((x, y))))
        (left, right, across), (low, high, up) = (self._between(build, axis, at) for axis, at in enumerate((x, y)))
        lower = _mix(build, texel(left, low), texel(right, low), across)
        upper = _mix(build, texel(left, high), texel(right, high), across)
        return _mix(build, lower, upper, up)

    def _scaled(self, build: Builder, place: Words, offset: Words, axis: int) -> Operand:
        """A coordinate in texels."""
        sides = (self.texture.width, self.texture.height, self.texture.layers)
        at = build.op("fmul", place[axis], real(sides[axis]))
        return build.op("fadd", at, build.op("stof", offset[axis])) if offset else at

    def _between(self, build: Builder, axis: int, at: Operand) -> tuple[Operand, Operand, Operand]:
        """The texels on both sides of a coordinate, and how far it is from the first to the second."""
        shifted = build.op("fsub", at, real(0.5))
        first = _floor(build, shifted)
        second = build.op("add", first, integer(1))
        return self._wrapped(build, axis, first), self._wrapped(build, axis, second), build.op("ffract", shifted)

    def _wrapped(self, build: Builder, axis: int, index: Operand) -> Operand:
        size = (self.texture.width, self.texture.height, self.texture.layers)[axis]
        wrap = "clamp" if self.texture.shape == "cube" else self.texture.wrap
        return _WRAPS[wrap](build, index, size)

    def _texel(self, build: Builder, x: Operand, y: Operand, layer: Operand = _FIRST_LAYER) -> Words:
        """The colour of the texel at indices within the texture."""
        format = FORMATS[self.texture.format]
        if layer is not _FIRST_LAYER:
            y = build.op("add", build.op("mul", layer, integer(self.texture.height)), y)
        index: Operand = build.op("add", build.op("mul", y, integer(self.texture.width)), x)
        within: Operand = integer(0)
        if format.per_word > 1:
            shift = format.per_word.bit_length() - 1
            within = build.op("mul", build.op("and", index, integer(format.per_word - 1)), integer(format.bits))
            index = build.op("shr", index, integer(shift))
        word: Operand = build.load(self.object, index, Type.INT)
        word = build.op("shr", word, within) if format.per_word > 1 else word
        number = integer if self.whole else real
        return tuple(
            number(int(channel == 3)) if field is None else _channel(build, word, *field, self.whole)
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


def _channel(build: Builder, word: Operand, bits: int, shift: int, whole: bool) -> Operand:
    mask = (1 << bits) - 1
    field = build.op("and", build.op("shr", word, integer(shift)) if shift else word, integer(mask))
    return field if whole else build.op("fdiv", build.op("utof", field), real(mask))


def _cube_face(build: Builder, direction: Words) -> Words:
    """The face that a direction points at, and where: table 3.19 of OpenGL ES 3.0. Rows count from the top."""
    x, y, z = direction
    sizes = build.each("fabs", direction)
    along_x = build.op("band", *(build.op("fge", sizes[0], sizes[axis]) for axis in (1, 2)))
    along_y = build.op("fge", sizes[1], sizes[2])

    def chosen(of_x: Operand, of_y: Operand, of_z: Operand) -> Operand:
        return build.select(along_x, of_x, build.select(along_y, of_y, of_z))

    behind = build.op("flt", chosen(x, y, z), real(0))
    minus_x, minus_y, minus_z = build.each("fneg", direction)
    across = chosen(build.select(behind, z, minus_z), x, build.select(behind, minus_x, x))
    down = chosen(minus_y, build.select(behind, minus_z, z), minus_y)
    face = build.op("add", chosen(integer(0), integer(2), integer(4)), build.op("btoi", behind))
    size = chosen(*sizes)
    u, v = (
        build.op("fadd", build.op("fmul", build.op("fdiv", part, size), real(0.5)), real(0.5))
        for part in (across, down)
    )
    return face, u, v


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


class Read(NamedTuple):
    """A texture function: what it reads at a place, `offset` texels from there. `reference` is what a shadow sampler
    compares with, or the component that is gathered."""

    build: Builder
    place: Words
    offset: Words = ()
    reference: Words = ()


def _sample(read: Read, sampler: Sampler) -> Words:
    return sampler.sample(read.build, read.place, read.offset, *read.reference)


def _project(read: Read, sampler: Sampler) -> Words:
    """The last coordinate divides the others, and the reference."""
    count = 3 if sampler.texture.shape == "volume" else 2
    divided = read.place[:count] + read.reference
    place = read.build.each("fdiv", divided, read.place[-1:] * len(divided))
    return sampler.sample(read.build, place[:count], read.offset, *place[count:])


def _fetch(read: Read, sampler: Sampler) -> Words:
    return sampler.fetch(read.build, read.place, read.offset)


def _gather(read: Read, sampler: Sampler) -> Words:
    """One component of four texels; component numbers are constant."""
    (component,) = read.reference
    assert isinstance(component, Const)
    return sampler.gather(read.build, read.place, read.offset, lambda colour: colour[int(component.value)])


def _gather_beyond(read: Read, sampler: Sampler) -> Words:
    (reference,) = read.reference
    return sampler.gather(
        read.build, read.place, read.offset, lambda colour: read.build.op("fstep", reference, colour[0])
    )


READS: dict[str, Callable[[Read, Sampler], Words]] = {
    "ImageSampleImplicitLod": _sample,
    "ImageSampleExplicitLod": _sample,
    "ImageSampleProjImplicitLod": _project,
    "ImageSampleProjExplicitLod": _project,
    "ImageFetch": _fetch,
    "ImageSampleDrefImplicitLod": _sample,
    "ImageSampleDrefExplicitLod": _sample,
    "ImageSampleProjDrefImplicitLod": _project,
    "ImageSampleProjDrefExplicitLod": _project,
    "ImageGather": _gather,
    "ImageDrefGather": _gather_beyond,
}
"""Instruction -> what it reads at a place."""

REFERENCES = frozenset(op for op in READS if "Dref" in op or "Gather" in op)
"""Those that have a reference, or a component, between the place and the mask of what follows."""

QUERIES: dict[str, Callable[[Sampler], Words]] = {
    "ImageQuerySizeLod": Sampler.size,
    "ImageQuerySize": Sampler.size,
    "ImageQueryLevels": lambda sampler: (integer(1),),
    "ImageQueryLod": lambda sampler: (real(0), real(0)),
}

_BIAS, _LOD, _GRADIENT, _CONST_OFFSET, _OFFSET = 1, 2, 4, 8, 16


def offset_id(operands: Sequence[int]) -> int:
    """The id of the offset in texels among a mask and what it announces: bias, lod and gradients come first; or 0."""
    if not operands or not operands[0] & (_CONST_OFFSET | _OFFSET):
        return 0
    mask, *ids = operands
    return ids[bool(mask & _BIAS) + bool(mask & _LOD) + 2 * bool(mask & _GRADIENT)]
