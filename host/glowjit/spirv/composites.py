"""Taking values apart and putting them together: bookkeeping on tuples, no instruction unless an index is dynamic."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from glowjit.ir.core import Const, Operand
from glowjit.spirv.builder import ZERO, Words, integer
from glowjit.spirv.context import Context
from glowjit.spirv.reader import Instruction, SpirvError
from glowjit.spirv.types import TypeInfo

ContextHandler = Callable[[Context, Instruction], Words]


def _walk(type: TypeInfo, indices: Sequence[int]) -> tuple[int, TypeInfo]:
    """The first word and the type of the part that literal indices select."""
    at = 0
    for index in indices:
        if index >= type.count:
            raise SpirvError(f"a part of {type.glsl} that does not exist")
        if type.kind == "struct":
            at, type = at + type.offsets[index], type.members[index]
        else:
            assert type.element is not None
            at, type = at + index * type.element.words, type.element
    return at, type


def _extract(context: Context, inst: Instruction) -> Words:
    composite, *indices = inst.operands
    words = context.value(composite)
    if len(indices) == 1 and len(words) <= 4 and context.type_of(composite).kind == "vector":
        return words[indices[0] : indices[0] + 1]
    at, part = _walk(context.type_of(composite), indices)
    return words[at : at + part.words]


def _insert(context: Context, inst: Instruction) -> Words:
    part, composite, *indices = inst.operands
    words = context.value(composite)
    at, type = _walk(context.type_of(composite), indices)
    return words[:at] + context.value(part) + words[at + type.words :]


def _shuffle(context: Context, inst: Instruction) -> Words:
    first, second, *picks = inst.operands
    words = context.value(first) + context.value(second)
    undefined = ZERO[words[0].type]
    if any(pick >= len(words) and pick != 0xFFFF_FFFF for pick in picks):
        raise SpirvError("a shuffle of components that do not exist")
    return tuple(words[pick] if pick < len(words) else undefined for pick in picks)


def _extract_dynamic(context: Context, inst: Instruction) -> Words:
    """A chain of selects that ends at the first and last component, so the index is clamped."""
    vector, index_id = inst.operands
    words, index = context.value(vector), context.scalar(index_id)
    if isinstance(index, Const):
        chosen = min(max(int(index.value), 0), len(words) - 1)
        return words[chosen : chosen + 1]
    below = "lt" if context.is_signed(index_id) else "ltu"
    result: Operand = words[-1]
    for number in reversed(range(len(words) - 1)):
        result = context.build.select(context.build.op(below, index, integer(number + 1)), words[number], result)
    return (result,)


def _undefined(context: Context, inst: Instruction) -> Words:
    return tuple(ZERO[type] for type in context.shared.types[inst.type].scalars)


HANDLERS: dict[str, ContextHandler] = {
    "CompositeExtract": _extract,
    "CompositeInsert": _insert,
    "VectorShuffle": _shuffle,
    "VectorExtractDynamic": _extract_dynamic,
    "Undef": _undefined,
}
