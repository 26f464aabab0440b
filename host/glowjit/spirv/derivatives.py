"""dFdx, dFdy and fwidth: forward differences of the whole program.

A shader that takes derivatives runs three times per pixel: one pixel further right, one further up, and in place. Each
run appends what it takes the derivative of to a log of its own; the run in place subtracts its values from those of
its neighbours at the same position of their logs. So derivatives are right wherever all three runs take the same way,
which is where GLSL defines them; where a neighbour's run took less, the answer is 0. A neighbour has no neighbours,
its own derivatives are 0: derivatives of derivatives mean nothing. The passes copy the program, know then which log is
which, and drop what a neighbour's log does not need.

A pixel has `LOG_WORDS` words of derivatives, components counted; further ones are 0. So is every derivative in a
function that is called from outside, which has no neighbours.
"""

from __future__ import annotations

from glowjit.ir.core import Block, Function, MemObject, Operand, Terminator, Type, Value
from glowjit.spirv.builder import ZERO, Builder, Words, integer, real

LOG_WORDS = 64
_IN_PLACE, _RIGHT, _UP = range(3)
_LAST_SLOT = LOG_WORDS - 4

_AXES = {"DPdx": (_RIGHT,), "DPdy": (_UP,), "Fwidth": (_RIGHT, _UP)}
AXES = {name + how: axes for name, axes in _AXES.items() for how in ("", "Fine", "Coarse")}
"""The instructions, and the neighbours that each looks at."""


class Derivatives:
    """The three runs of one shader. `run` is which is under way, `counts` and `log` have a part for each."""

    def __init__(self, run: MemObject, counts: MemObject, log: MemObject) -> None:
        self._run, self._counts, self._log = run, counts, log

    def take(self, build: Builder, words: Words, axes: tuple[int, ...]) -> Words:
        """Log the words; the sum of the magnitudes of their differences along the axes, of one axis the difference."""
        run = build.load(self._run, integer(0), Type.INT)
        position = build.load(self._counts, run, Type.INT)
        build.store(self._counts, run, build.op("add", position, integer(len(words))))
        slot = build.op("minu", position, integer(_LAST_SLOT))
        start = build.op("add", build.op("mul", run, integer(LOG_WORDS)), slot)
        for number, word in enumerate(words):
            build.store(self._log, build.op("add", start, integer(number)), word)
        within = build.op("band", build.op("eq", run, integer(_IN_PLACE)), build.op("eq", position, slot))
        sides = [self._differences(build, words, axis, position, slot, within) for axis in axes]
        if len(sides) == 1:
            return sides[0]
        return build.each("fadd", *(build.each("fabs", side) for side in sides))

    def _differences(
        self, build: Builder, words: Words, axis: int, position: Operand, slot: Operand, within: Operand
    ) -> Words:
        logged = build.op("lt", position, build.load(self._counts, integer(axis), Type.INT))
        known = build.op("band", within, logged)
        out: list[Operand] = []
        for number, word in enumerate(words):
            at = build.op("add", slot, integer(axis * LOG_WORDS + number))
            there = build.load(self._log, at, Type.FLOAT)
            out.append(build.select(known, build.op("fsub", there, word), ZERO[Type.FLOAT]))
        return tuple(out)

    def surround(self, program: Function, name: str) -> Function:
        """The pixel function that does the three runs of `program`, another pixel function."""
        x, y = Value(Type.FLOAT, "x"), Value(Type.FLOAT, "y")
        function = Function(name, [x, y], list(program.results))
        build = Builder()
        build.block = Block("entry")
        results: Words = ()
        for run, right, up in ((_RIGHT, 1.0, 0.0), (_UP, 0.0, 1.0), (_IN_PLACE, 0.0, 0.0)):
            build.store(self._run, integer(0), integer(run))
            build.store(self._counts, integer(run), integer(0))
            there = (build.op("fadd", x, real(right)) if right else x, build.op("fadd", y, real(up)) if up else y)
            results = build.many("call", there, program.results, program.name)
        build.block.terminator = Terminator("ret", list(results))
        function.blocks = [build.block]
        return function
