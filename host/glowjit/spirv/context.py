"""What a handler of one instruction may see: the values and places of its function, the module's tables, the builder.

`Context` is the read side of the translation of one function; `function.FunctionTranslator` drives it.
"""

from __future__ import annotations

from functools import cached_property

from glowjit.ir.core import Operand
from glowjit.spirv.builder import Builder, Words
from glowjit.spirv.constants import ConstantTable
from glowjit.spirv.memory import Place
from glowjit.spirv.reader import FunctionText, SpirvError
from glowjit.spirv.types import TypeInfo, TypeTable


class Globals:
    """What one translation shares between functions; `module.Translation` fills it in."""

    types: TypeTable
    constants: ConstantTable

    def place(self, id: int) -> Place:
        """The global variable `id`, brought into the IR module on its first use."""
        raise NotImplementedError


class Context:
    def __init__(self, shared: Globals, text: FunctionText) -> None:
        self.shared = shared
        self.text = text
        self.build = Builder()
        self.values: dict[int, Words] = {}
        self.places: dict[int, Place] = {}

    def value(self, id: int) -> Words:
        """The words of a value of this function or a constant of the module."""
        words = self.values.get(id)
        return words if words is not None else self.shared.constants[id]

    def scalar(self, id: int) -> Operand:
        words = self.value(id)
        if len(words) != 1:
            raise SpirvError(f"id {id} is not a scalar")
        return words[0]

    def place(self, id: int) -> Place:
        """Where pointer `id` points: a local, a parameter, a global, or into one of them."""
        place = self.places.get(id)
        return place if place is not None else self.shared.place(id)

    def type_of(self, id: int) -> TypeInfo:
        """The type of a value."""
        return self.shared.types[self._type_ids.get(id) or self.shared.constants.type_id(id)]

    @cached_property
    def _type_ids(self) -> dict[int, int]:
        types = {inst.result: inst.type for inst in self.text.instructions()}
        types.update((id, type) for type, id in self.text.parameters)
        return types

    def is_signed(self, id: int) -> bool:
        return str(self.type_of(id).glsl) != "uint"
