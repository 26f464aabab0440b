"""Where an expansion stands: the instruction, what is known of its operands, and where its integer code goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from glowjit.ir.core import Inst, Operand, Type
from glowjit.q32 import formats
from glowjit.q32.emit import Emitter
from glowjit.q32.ranges import Facts, Range


@dataclass(slots=True)
class Site:
    """One float instruction, what is known of its operands, and the words they have become."""

    inst: Inst
    emit: Emitter
    facts: Facts
    word: Callable[[Operand], Operand]

    @property
    def point(self) -> int:
        """Fraction bits of the operands and of the result: one number while formats has one for all."""
        return formats.fraction_of(self.inst.args[0])

    def words(self) -> list[Operand]:
        return [self.word(arg) for arg in self.inst.args]

    def range(self, index: int) -> Range:
        return self.facts.range(self.inst.args[index])

    def call(self, function: str, *args: Operand) -> Operand:
        return self.emit.call(function, list(args), [Type.INT])[0]
