"""Variables and pointers: a `Place` is a memory object plus a word index that may be dynamic.

Input: access chains, loads and stores of SPIR-V. Output: one IR load or store per word. Every dynamic index is clamped
to its own dimension, every constant one statically, so no access ever leaves its object; indices out of range thus
mean the first or last element. A dynamic index that chooses among a few words of a small variable becomes selects, so
that the variable can live in registers. A local or global that is only ever given one constant becomes a CONSTANT
object, shared by all that are given the same: glslang wraps each use of a constant array in such a variable.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from glowjit.errors import UnsupportedError
from glowjit.ir.core import Const, MemKind, MemObject, Operand
from glowjit.spirv.builder import Builder, Words, integer
from glowjit.spirv.reader import SpirvError
from glowjit.spirv.types import TypeInfo

MAX_OBJECT_WORDS = 1 << 16
MAX_MEMORY_WORDS = 1 << 16
MAX_COPIED_WORDS = 1 << 15
MAX_CHOSEN = 4
MAX_CHOSEN_OBJECT = 16


class Place(NamedTuple):
    """Where a pointer points: word `offset + dynamic` of `object`, a value of type `type`.

    `parts` is set instead of `object` for a uniform block, each member of which is an object of its own. `values` are
    all that `dynamic` can be; empty if they are many.
    """

    object: MemObject | None
    type: TypeInfo
    offset: int = 0
    dynamic: Operand | None = None
    parts: tuple[Place, ...] = ()
    values: tuple[int, ...] = ()

    def at(self, index: Operand, signed: bool, build: Builder) -> Place:
        """The element, component, column or member that `index` selects."""
        if self.type.kind == "struct":
            return self._member(index)
        element = self.type.element
        if element is None or self.type.count == 0:
            raise SpirvError("an access chain into a value without elements")
        last = self.type.count - 1
        if isinstance(index, Const):
            chosen = min(max(int(index.value), 0), last)
            return self._replace(type=element, offset=self.offset + chosen * element.words)
        if last == 0:
            return self._replace(type=element)
        clamped = clamp(index, last, signed, build)
        scaled = clamped if element.words == 1 else build.op("mul", clamped, integer(element.words))
        steps = range(0, self.type.count * element.words, element.words) if self.type.count <= MAX_CHOSEN else ()
        if self.dynamic is None:
            return self._replace(type=element, dynamic=scaled, values=tuple(steps))
        values = tuple(value + step for value in self.values for step in steps)
        return self._replace(
            type=element, dynamic=build.op("add", self.dynamic, scaled), values=values[: MAX_CHOSEN + 1]
        )

    def _member(self, index: Operand) -> Place:
        if not isinstance(index, Const) or not 0 <= int(index.value) < len(self.type.members):
            raise SpirvError("a struct member that does not exist")
        number = int(index.value)
        if self.parts:
            return self.parts[number]
        return self._replace(type=self.type.members[number], offset=self.offset + self.type.offsets[number])

    def word_index(self, word: int, build: Builder) -> Operand:
        """The index operand of the place's `word`."""
        if self.dynamic is None:
            return integer(self.offset + word)
        if self.offset + word == 0:
            return self.dynamic
        return build.op("add", self.dynamic, integer(self.offset + word))

    def target(self) -> MemObject:
        if self.object is None:
            raise UnsupportedError(
                f"'{self.type.name or 'block'}' cannot be read or written as a whole", hint=self.type.hint
            )
        return self.object


def clamp(index: Operand, last: int, signed: bool, build: Builder) -> Operand:
    """`index` brought into 0..last."""
    if not signed:
        return build.op("minu", index, integer(last))
    return build.op("min", build.op("max", index, integer(0)), integer(last))


def load(place: Place, build: Builder) -> Words:
    """Every word of the place; those of a constant at a known index are operands already."""
    target = place.target()
    if target.kind is MemKind.CONSTANT and place.dynamic is None:
        words = target.data[place.offset : place.offset + place.type.words]
        return tuple(Const(type, word) for type, word in zip(place.type.scalars, words, strict=True))
    if _is_small(place):
        return _load_chosen(place, target, build)
    return tuple(
        build.load(target, place.word_index(word, build), type) for word, type in enumerate(place.type.scalars)
    )


def store(place: Place, words: Sequence[Operand], build: Builder) -> None:
    """Write every word; a constant object has its words already."""
    target = place.target()
    if target.kind is MemKind.CONSTANT:
        return
    if target.kind is MemKind.UNIFORM:
        raise SpirvError("a store to a uniform")
    if _is_small(place):
        _store_chosen(place, target, words, build)
        return
    for number, word in enumerate(words):
        build.store(target, place.word_index(number, build), word)


def _is_small(place: Place) -> bool:
    """A component or column of a small variable, which lives in registers if selects choose among its words."""
    if place.object is None or place.object.kind not in (MemKind.LOCAL, MemKind.GLOBAL):
        return False
    return place.object.words <= MAX_CHOSEN_OBJECT and 0 < len(place.values) * place.type.words <= MAX_CHOSEN


def _load_chosen(place: Place, target: MemObject, build: Builder) -> Words:
    assert place.dynamic is not None
    words: Words = ()
    for value in reversed(place.values):
        start = place.offset + value
        found: Words = tuple(
            build.load(target, integer(start + number), type) for number, type in enumerate(place.type.scalars)
        )
        if words:
            here = build.op("eq", place.dynamic, integer(value))
            found = tuple(build.select(here, new, old) for new, old in zip(found, words, strict=True))
        words = found
    return words


def _store_chosen(place: Place, target: MemObject, words: Sequence[Operand], build: Builder) -> None:
    assert place.dynamic is not None
    for value in place.values:
        here = build.op("eq", place.dynamic, integer(value))
        for number, (word, type) in enumerate(zip(words, place.type.scalars, strict=True)):
            at = integer(place.offset + value + number)
            build.store(target, at, build.select(here, word, build.load(target, at, type)))
