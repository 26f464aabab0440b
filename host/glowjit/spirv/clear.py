"""Globals that nobody initialises are zero at the start of every pixel and of every call from outside.

GLSL leaves their value open and WebGL makes it zero, which shaders rely on; without this a pixel would see what another
left behind. Small globals are cleared word by word, large arrays in a loop. A global that `main` stores to as a whole,
before anything could read it, is left alone: that is how glslang initialises globals.
"""

from __future__ import annotations

from glowjit.ir.core import Block, Edge, Function, MemObject, Terminator, Type, Value
from glowjit.spirv.builder import ZERO, Builder, integer
from glowjit.spirv.memory import Place, store
from glowjit.spirv.reader import FunctionText
from glowjit.spirv.types import TypeInfo

ONE_BY_ONE = 16
AT_ONCE = 8  # words in a turn of the loop, roughly


def stored_first(main: FunctionText) -> set[int]:
    """Variables that the first block of `main` stores to as a whole before it uses them or calls anything."""
    seen: set[int] = set()
    stored: set[int] = set()
    for inst in next(iter(main.blocks.values())).body:
        if inst.op == "FunctionCall":
            break
        if inst.op == "Store" and inst.operands[0] not in seen:
            stored.add(inst.operands[0])
        seen.update(inst.operands)
    return stored


class Prologue:
    """Instructions that run before those of `function`; `build` is where to put them, `finish` puts them in front."""

    def __init__(self, function: Function) -> None:
        self._function = function
        self._blocks = [Block("entry")]
        self.build = Builder()
        self.build.block = self._blocks[0]

    def clear(self, place: Place) -> None:
        target, type = place.target(), place.type
        while type.kind == "array" and type.element is not None:
            type = type.element
        if place.type.words <= ONE_BY_ONE or place.type.words == type.words:
            store(place, [ZERO[scalar] for scalar in place.type.scalars], self.build)
        else:
            self._clear_elements(target, type)

    def _clear_elements(self, target: MemObject, element: TypeInfo) -> None:
        """A loop that clears several small elements in a turn, and the rest after it."""
        at_once = max(1, AT_ONCE // element.words) * element.words
        whole = target.words - target.words % at_once
        index = Value(Type.INT)
        loop, after = Block(f"clear{len(self._blocks)}", [index]), Block(f"cleared{len(self._blocks)}")
        self.build.block.terminator = Terminator("jump", [], [Edge(loop, [integer(0)])])
        self.build.block = loop
        zeros = [ZERO[scalar] for scalar in element.scalars]
        for start in range(0, at_once, element.words):
            store(Place(target, element, start, index), zeros, self.build)
        following = self.build.op("add", index, integer(at_once))
        more = self.build.op("lt", following, integer(whole))
        loop.terminator = Terminator("branch", [more], [Edge(loop, [following]), Edge(after)])
        self._blocks += [loop, after]
        self.build.block = after
        for start in range(whole, target.words, element.words):
            store(Place(target, element, start), zeros, self.build)

    def finish(self) -> None:
        entry, last = self._function.blocks[0], self._blocks[-1]
        if last is self._blocks[0]:
            entry.insts[:0] = last.insts
            return
        entry.name = "body"
        last.terminator = Terminator("jump", [], [Edge(entry)])
        self._function.blocks[:0] = self._blocks
