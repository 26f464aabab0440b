"""What the floats of a module have become: a record for whoever holds the words against real numbers.

`Trace(module, chosen)` is made before `snap` and `lower`, of the float IR, and given to the latter, which fills in
`words`: what a value was snapped to counts to the instruction behind it. It keeps every instruction with a float
result as it was, block by block; blocks and values are those that `lower` leaves. Linear in the instructions.
"""

from __future__ import annotations

from dataclasses import dataclass

from glowjit.ir.core import Block, Inst, MemObject, Module, Operand, Type, Value
from glowjit.q32.formats import Formats


@dataclass(frozen=True, slots=True)
class Step:
    """An instruction of the float IR; `number` counts those with a float result in the order of the program."""

    number: int
    op: str
    args: tuple[Operand, ...]
    results: tuple[Value, ...]
    target: MemObject | str | None
    loc: int


class Trace:
    """`blocks` has the steps of each block, `step_of` the one behind a value; `points` the fraction bits of every float
    value, in the order of the program; `basis` why they are so many. `words` has the operands that took the place of
    values, of those that were replaced, `lows` those with the 32 bits below a long one, `became` the instructions made
    of the one behind a value; `paired` says whether there are values that are no words. `uses` has what reads a value
    and what it makes of it, "edge" for a block's parameter; `demanded` the values that something else than a step of
    their own block reads."""

    def __init__(self, module: Module, chosen: Formats) -> None:
        self.count = 0
        self.blocks: dict[Block, list[Step]] = {}
        self.step_of: dict[Value, Step] = {}
        self.points: dict[Value, int] = {}
        self.basis = chosen.basis
        self.paired = bool(chosen.wide or chosen.longs)
        self.words: dict[Value, Operand] = {}
        self.lows: dict[Value, Operand] = {}
        self.became: dict[Value, list[Inst]] = {}
        self.demanded: set[Operand] = set()
        self.uses: dict[Operand, list[tuple[str, tuple[Value, ...]]]] = {}
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
        """The operand of the integer IR that stands for one of the float IR."""
        return self.words.get(value, value) if isinstance(value, Value) else value


def _has_floats(inst: Inst) -> bool:
    return any(result.type is Type.FLOAT for result in inst.results)


def steps_of(module: Module) -> list[Inst]:
    """The instructions of a module of the float IR that are steps, by number."""
    return [inst for function in module.functions.values() for inst in function.insts() if _has_floats(inst)]
