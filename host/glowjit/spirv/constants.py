"""Constants of a SPIR-V module -> tuples of IR constants, one per word, built when first used.

Literals are single-precision; they are kept as the doubles they denote. Infinities become the largest single of their
sign and NaN becomes 0: the IR's floats are real numbers.
"""

from __future__ import annotations

import math
import struct

from glowjit.ir.core import Const, Type
from glowjit.spirv.builder import FALSE, TRUE, ZERO, integer, real
from glowjit.spirv.reader import Instruction, SpirvError, SpirvModule
from glowjit.spirv.types import TypeTable

_LARGEST_SINGLE = 3.4028234663852886e38


class ConstantTable:
    def __init__(self, module: SpirvModule, types: TypeTable) -> None:
        self._definitions = module.definitions
        self._types = types
        self._constants: dict[int, tuple[Const, ...]] = {}

    def __getitem__(self, id: int) -> tuple[Const, ...]:
        words = self._constants.get(id)
        if words is None:
            inst = self._definitions.get(id)
            if inst is None or inst.op not in _MAKERS:
                raise SpirvError(f"id {id} is used but not defined")
            words = self._constants[id] = _MAKERS[inst.op](self, inst)
        return words

    def is_constant(self, id: int) -> bool:
        """Whether `id` is a constant of the module."""
        inst = self._definitions.get(id)
        return inst is not None and inst.op in _MAKERS

    def type_id(self, id: int) -> int:
        """The type of a constant."""
        if not self.is_constant(id):
            raise SpirvError(f"id {id} is used but not defined")
        return self._definitions[id].type

    def scalar(self, inst: Instruction) -> tuple[Const, ...]:
        word = inst.operands[0]
        if self._types[inst.type].scalars[0] is Type.FLOAT:
            return (real(single(word)),)
        return (integer(word if word < 0x8000_0000 else word - 0x1_0000_0000),)

    def composite(self, inst: Instruction) -> tuple[Const, ...]:
        words = tuple(word for part in inst.operands for word in self[part])
        if len(words) != self._types[inst.type].words:
            raise SpirvError(f"constant {inst.result} does not fill its type")
        return words

    def null(self, inst: Instruction) -> tuple[Const, ...]:
        return tuple(ZERO[type] for type in self._types[inst.type].scalars)


def single(word: int) -> float:
    """The real number an IEEE single stands for here."""
    value: float = struct.unpack("<f", struct.pack("<I", word))[0]
    if math.isnan(value):
        return 0.0
    return max(-_LARGEST_SINGLE, min(_LARGEST_SINGLE, value))


_MAKERS = {
    "ConstantTrue": lambda table, inst: (TRUE,),
    "ConstantFalse": lambda table, inst: (FALSE,),
    "SpecConstantTrue": lambda table, inst: (TRUE,),
    "SpecConstantFalse": lambda table, inst: (FALSE,),
    "Constant": ConstantTable.scalar,
    "SpecConstant": ConstantTable.scalar,
    "ConstantComposite": ConstantTable.composite,
    "SpecConstantComposite": ConstantTable.composite,
    "ConstantNull": ConstantTable.null,
    "Undef": ConstantTable.null,
}
