"""dFdx, dFdy and fwidth: forward differences of the whole program.

A shader that takes derivatives runs three times per pixel: one pixel further right, one further up, and in place. Each
run leaves what it takes the derivative of in a log of its own; the run in place subtracts its values from those that
its neighbours have left in the same place of their logs. The passes copy the program, know then which log is which,
and drop what a neighbour's log does not need.

Every derivative in the text has a place of its own, and so has every call of a function that takes some (see
`specialise`). So a derivative is right wherever the pixel and its neighbours come by, whatever ways they go before;
where a neighbour does not come by, the answer is 0. One that a pixel may come by again has `VISITS` places, which are
filled in order, and is 0 after these: in a loop the n-th visits of the three runs belong together. A neighbour has no
neighbours, its own derivatives are 0: derivatives of derivatives mean nothing, in GLSL as here. Nor has a function that
is called from outside any.
"""

from __future__ import annotations

from glowjit.ir.core import Block, Function, MemObject, Operand, Terminator, Type, Value
from glowjit.spirv.builder import ZERO, Builder, Words, integer, real

VISITS = 32
_IN_PLACE, _RIGHT, _UP = range(3)
_RUNS = 3

_AXES = {"DPdx": (_RIGHT,), "DPdy": (_UP,), "Fwidth": (_RIGHT, _UP)}
AXES = {name + how: axes for name, axes in _AXES.items() for how in ("", "Fine", "Coarse")}
"""The instructions, and the neighbours that each looks at."""


class Derivatives:
    """The three runs of one shader. `run` is which is under way.

    `counts` has for every derivative how often each run has come by, `log` what it has left; both grow with each
    derivative that is translated. Word w of a log is at w * 3 + run.
    """

    def __init__(self, run: MemObject, counts: MemObject, log: MemObject) -> None:
        self._run, self._counts, self._log = run, counts, log

    def take(self, build: Builder, words: Words, axes: tuple[int, ...], repeated: bool) -> Words:
        """Log the words; the sum of the magnitudes of their differences along the axes, of one axis the difference."""
        site, first = self._counts.words, self._log.words
        self._counts.words += _RUNS
        self._log.words += _RUNS * len(words) * (VISITS + 1 if repeated else 1)
        run = build.load(self._run, integer(0), Type.INT)
        counter = build.op("add", run, integer(site))
        visit: Operand = integer(0)
        at: Operand = integer(first)
        within: Operand = build.op("eq", run, integer(_IN_PLACE))
        if repeated:
            visit = build.load(self._counts, counter, Type.INT)
            within = build.op("band", within, build.op("lt", visit, integer(VISITS)))
            kept = build.op("minu", visit, integer(VISITS))  # the last place is for all that is too much
            at = build.op("add", build.op("mul", kept, integer(_RUNS * len(words))), at)
        build.store(self._counts, counter, build.op("add", visit, integer(1)))
        here = build.op("add", at, run)
        for number, word in enumerate(words):
            build.store(self._log, build.op("add", here, integer(_RUNS * number)), word)
        sides = []
        for axis in axes:
            visits = build.load(self._counts, integer(site + axis), Type.INT)
            known = build.op("band", within, build.op("lt", visit, visits))
            sides.append(self._differences(build, words, build.op("add", at, integer(axis)), known))
        if len(sides) == 1:
            return sides[0]
        return build.each("fadd", *(build.each("fabs", side) for side in sides))

    def _differences(self, build: Builder, words: Words, at: Operand, known: Operand) -> Words:
        out: list[Operand] = []
        for number, word in enumerate(words):
            there = build.load(self._log, build.op("add", at, integer(_RUNS * number)), Type.FLOAT)
            out.append(build.select(known, build.op("fsub", there, word), ZERO[Type.FLOAT]))
        return tuple(out)

    def surround(self, program: Function, name: str) -> Function:
        """The pixel function that does the three runs of `program`, another pixel function."""
        x, y = Value(Type.FLOAT, "x"), Value(Type.FLOAT, "y")
        function = Function(name, [x, y], list(program.results))
        build = Builder()
        build.block = Block("entry")
        for word in range(self._counts.words):
            build.store(self._counts, integer(word), integer(0))
        results: Words = ()
        for run, right, up in ((_RIGHT, 1.0, 0.0), (_UP, 0.0, 1.0), (_IN_PLACE, 0.0, 0.0)):
            build.store(self._run, integer(0), integer(run))
            there = (build.op("fadd", x, real(right)) if right else x, build.op("fadd", y, real(up)) if up else y)
            results = build.many("call", there, program.results, program.name)
        build.block.terminator = Terminator("ret", list(results))
        function.blocks = [build.block]
        return function
