"""A record of what `lower` made of each float, so that `diagnose` can hold the words against real numbers.

`Trace(module, chosen)` is made of the float IR before `snap` and `lower`, and given to `lower`, which fills in `words`,
`lows` and `became`. It keeps every instruction with a float result as it was (a `Step`). Blocks and values are those of
the module, which `lower` keeps. What `snap` adds belongs to the step whose result it snaps. Linear in the instructions.
"""

from __future__ import annotations

from dataclasses import dataclass

from glowjit.ir.core import Block, Inst, MemObject, Module, Operand, Type, Value
from glowjit.q32.formats import Formats


@dataclass(frozen=True, slots=True)
class Step:
    """An instruction of the float IR with a float result; `number` counts them in the order of the program."""

    number: int
    op: str
    args: tuple[Operand, ...]
    results: tuple[Value, ...]
    target: MemObject | str | None
    loc: int


class Trace:
    """The steps of a module, and what became of their results."""

    def __init__(self, module: Module, chosen: Formats) -> None:
        self.count = 0  # of steps
        self.blocks: dict[Block, list[Step]] = {}
        self.step_of: dict[Value, Step] = {}  # the step that defines a value
        self.points: dict[Value, int] = {}  # fraction bits of every float, in the order of the program
        self.basis = chosen.basis
        self.paired = bool(chosen.pairs or chosen.longs)  # whether some values are pairs or longs
        self.words: dict[Value, Operand] = {}  # the word of a value that was replaced; others are their own
        self.lows: dict[Value, Operand] = {}  # the low word of a long
        self.became: dict[Value, list[Inst]] = {}  # the integer instructions made of a value's step
        self.demanded: set[Operand] = set()  # values with a reader that is no step of their own block
        self.uses: dict[Operand, list[tuple[str, tuple[Value, ...]]]] = {}  # readers: operation, or "edge"; results
        for function in module.functions.values():
            self._note(function.params, chosen)
            for block in function.blocks:
                self._note(block.params, chosen)
                self.blocks[block] = [self._step(inst) for inst in block.insts if _has_floats(inst)]
                for inst in block.insts:
                    self._note(inst.results, chosen)
                self._demand(block)
                self._use(block)

    def _note(self, values: list[Value], chosen: Formats) -> None:
        self.points.update((value, chosen.fraction_of(value)) for value in values if value.type is Type.FLOAT)

    def _step(self, inst: Inst) -> Step:
        step = Step(self.count, inst.op, tuple(inst.args), tuple(inst.results), inst.target, inst.loc)
        self.count += 1
        self.step_of.update(dict.fromkeys(inst.results, step))
        return step

    def _demand(self, block: Block) -> None:
        own = {value for step in self.blocks[block] for value in step.results}
        for inst in block.insts:
            self.demanded.update(arg for arg in inst.args if not _has_floats(inst) or arg not in own)
        end = block.terminator
        self.demanded.update((*end.args, *(arg for edge in end.edges for arg in edge.args)))

    def _use(self, block: Block) -> None:
        for inst in block.insts:
            for arg in inst.args:
                self.uses.setdefault(arg, []).append((inst.op, tuple(inst.results)))
        for edge in block.terminator.edges:
            for param, arg in zip(edge.block.params, edge.args, strict=True):
                self.uses.setdefault(arg, []).append(("edge", (param,)))

    def word(self, value: Operand) -> Operand:
        """The word that stands for an operand of the float IR."""
        return self.words.get(value, value) if isinstance(value, Value) else value


def _has_floats(inst: Inst) -> bool:
    return any(result.type is Type.FLOAT for result in inst.results)


def steps_of(module: Module) -> list[Inst]:
    """The instructions of a module of the float IR that a trace of it has as steps, in order."""
    return [inst for function in module.functions.values() for inst in function.insts() if _has_floats(inst)]
