"""`SpirvModule` bytes -> assembly text, one instruction a line, for people: `glowjit compile --emit spirv`.

Ids carry the names of OpName where there are some. The text is for reading; nothing parses it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from glowjit.spirv.grammar import CAPABILITIES, DECORATIONS, EXTENDED, INSTRUCTIONS, STORAGE_CLASSES
from glowjit.spirv.reader import Cursor, Instruction, read_module, string_at, words_of

_HIDDEN = frozenset(
    ["Line", "NoLine", "Name", "MemberName", "Source", "SourceContinued", "ModuleProcessed", "SourceExtension"]
)
_KINDS = {layout.name: layout for layout in INSTRUCTIONS.values()}


def disassemble(binary: bytes) -> str:
    """The whole module as text; raises `SpirvError` like `read_module`."""
    names = read_module(binary).names
    words = words_of(binary)
    lines: list[str] = []
    source_line = 0
    floats: set[int] = set()
    for inst in Cursor(words, 5, len(words)):
        if inst.op == "TypeFloat":
            floats.add(inst.result)
        if inst.op in _HIDDEN:
            continue
        text = _render(inst, names, floats)
        if inst.line != source_line and inst.line:
            text = f"{text:<60} ; line {inst.line}"
        source_line = inst.line
        lines.append(text)
    return "\n".join(lines) + "\n"


def _id(id: int, names: dict[int, str]) -> str:
    name = names.get(id, "")
    return f"%{id}:{name}" if name else f"%{id}"


def _render(inst: Instruction, names: dict[int, str], floats: set[int]) -> str:
    left = f"{_id(inst.result, names)} =" if inst.result else ""
    parts = [f"{left:>22} {inst.op}"]
    if inst.type:
        parts.append(_id(inst.type, names))
    parts.extend(_operands(inst, names, floats))
    return " ".join(parts)


def _operands(inst: Instruction, names: dict[int, str], floats: set[int]) -> Iterator[str]:
    special = _SPECIAL.get(inst.op)
    if inst.op == "Constant" and inst.type in floats:
        yield repr(struct.unpack("<f", struct.pack("<I", inst.operands[0]))[0])
        return
    layout = _KINDS.get(inst.op)
    kinds = (layout.kinds + layout.rest * len(inst.operands)) if layout else "n" * len(inst.operands)
    index = 0
    while index < len(inst.operands):
        word = inst.operands[index]
        if kinds[index] == "s":
            text, index = string_at(inst.operands, index)
            yield repr(text)
            continue
        if special and special[0] == index:
            yield special[1].get(word, str(word))
        elif kinds[index] == "i":
            yield _id(word, names)
        else:
            yield str(word)
        index += 1


_SPECIAL = {
    "ExtInst": (1, EXTENDED),
    "Variable": (0, STORAGE_CLASSES),
    "TypePointer": (0, STORAGE_CLASSES),
    "Capability": (0, CAPABILITIES),
    "Decorate": (1, DECORATIONS),
    "MemberDecorate": (2, DECORATIONS),
}
