"""SPIR-V binary -> `SpirvModule`: instructions by section, checked against the grammar, not yet understood.

Input: the bytes of one module, either byte order. Output: names, decorations, definitions of types, constants and
global variables by id, and one `FunctionText` per function whose body is decoded only when it is asked for, so a
large library costs one walk over its instruction headers. Anything truncated or malformed is a `SpirvError`.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple

from glowjit.errors import GlowjitError
from glowjit.ir.core import Place
from glowjit.spirv.grammar import DECORATIONS, INSTRUCTIONS, MAGIC

_HEADER_WORDS = 5
_LINE, _NO_LINE = 8, 317
_FUNCTION, _FUNCTION_PARAMETER, _FUNCTION_END = 54, 55, 56

# Name, whether it has a result type, whether it has a result (one with a type always has), fewest words.
_SHAPES = {opcode: (item.name, item.typed, item.result, item.minimum) for opcode, item in INSTRUCTIONS.items()}


class SpirvError(GlowjitError):
    """A module that is not well-formed SPIR-V: truncated, damaged, or not SPIR-V at all."""

    stage = "spirv"

    def __init__(self, message: str, *, line: int = 0) -> None:
        super().__init__(
            f"damaged SPIR-V module: {message}",
            line=line,
            hint="compile the shader again; if it stays, glslang and glowjit disagree and that is a bug",
        )


class Instruction(NamedTuple):
    """One instruction; `type` and `result` are ids or 0, `operands` the words after them, `line` the user's or 0."""

    op: str
    type: int
    result: int
    operands: list[int]
    line: int


class Cursor:
    """Walks the instructions of `words[position:end]`."""

    def __init__(self, words: list[int], position: int, end: int) -> None:
        self._words = words
        self._end = end
        self.position = position
        self.line = 0

    def at_end(self) -> bool:
        return self.position >= self._end

    def opcode(self) -> int:
        return self._words[self.position] & 0xFFFF

    def skip_until(self, opcodes: frozenset[int]) -> None:
        """Step over instructions up to the first with one of `opcodes`, or to the end."""
        words, end, position = self._words, self._end, self.position
        while position < end and (words[position] & 0xFFFF) not in opcodes:
            position += (words[position] >> 16) or end
        self.position = position

    def read(self) -> Instruction:
        """The instruction here; OpLine and OpNoLine change `line` as they pass."""
        words, start = self._words, self.position
        opcode, count = words[start] & 0xFFFF, words[start] >> 16
        end = self.position = start + count
        if count == 0 or end > self._end:
            raise SpirvError(f"the instruction at word {start} ends outside the module", line=self.line)
        shape = _SHAPES.get(opcode)
        if shape is None:
            return Instruction(f"Op{opcode}", 0, 0, words[start + 1 : end], self.line)
        name, typed, result, minimum = shape
        if count < minimum:
            raise SpirvError(f"Op{name} at word {start} has only {count} words", line=self.line)
        if typed:
            return Instruction(name, words[start + 1], words[start + 2], words[start + 3 : end], self.line)
        if result:
            return Instruction(name, 0, words[start + 1], words[start + 2 : end], self.line)
        operands = words[start + 1 : end]
        if opcode == _LINE:
            self.line = Place(operands[1], operands[2])
        elif opcode == _NO_LINE:
            self.line = 0
        return Instruction(name, 0, 0, operands, self.line)

    def __iter__(self) -> Iterator[Instruction]:
        while self.position < self._end:
            yield self.read()


_NOT_ENDED = Instruction("Unreachable", 0, 0, [], 0)


@dataclass(slots=True)
class BasicBlock:
    """`merge` and `continue_target` are the labels of its OpLoopMerge, 0 if it heads no loop."""

    label: int
    body: list[Instruction] = field(default_factory=list)
    terminator: Instruction = _NOT_ENDED
    merge: int = 0
    continue_target: int = 0

    def successors(self) -> list[int]:
        """Labels in the order in which the terminator names them."""
        op, operands = self.terminator.op, self.terminator.operands
        if op == "Branch":
            return operands[:1]
        if op == "BranchConditional":
            return operands[1:3]
        if op == "Switch":
            return [operands[1], *operands[3::2]]
        return []


TERMINATORS = frozenset(
    ["Branch", "BranchConditional", "Switch", "Return", "ReturnValue", "Kill", "TerminateInvocation", "Unreachable"]
)
_SILENT = frozenset(["Line", "NoLine", "SelectionMerge", "Nop"])


Bound = tuple[int, tuple[int, ...]]
"""What a parameter that is a sampler stands for: the id of a global variable, and the indices into it."""


@dataclass
class FunctionText:
    """One function: its ids, its parameters as (type, id), and where its body lies in the module's words.

    `is_part` marks the part of `main` that initialises globals. `is_copy` marks a copy for certain calls (see
    `specialise`): `samplers` are the parameters that it has no more, `repeated` tells whether a pixel may run it again.
    """

    id: int
    result_type: int
    type: int
    line: int
    parameters: list[tuple[int, int]]
    _words: list[int]
    _start: int
    _end: int
    is_part: bool = False
    is_copy: bool = False
    samplers: dict[int, Bound] = field(default_factory=dict)
    repeated: bool = False

    def with_blocks(self, blocks: dict[int, BasicBlock], **changes: Any) -> FunctionText:
        """The same function with another body."""
        changed = replace(self, **changes)
        changed.blocks = blocks
        return changed

    @cached_property
    def blocks(self) -> dict[int, BasicBlock]:
        """The basic blocks by label, in the module's order."""
        blocks: dict[int, BasicBlock] = {}
        block: BasicBlock | None = None
        cursor = Cursor(self._words, self._start, self._end)
        cursor.line = self.line
        for inst in cursor:
            if block is None:
                if inst.op == "Label":
                    block = blocks[inst.result] = BasicBlock(inst.result)
                elif inst.op not in _SILENT:
                    raise SpirvError(f"Op{inst.op} outside a block", line=inst.line)
            elif inst.op in TERMINATORS:
                block.terminator = inst
                block = None
            elif inst.op == "LoopMerge":
                block.merge, block.continue_target = inst.operands[:2]
            elif inst.op == "Label":
                raise SpirvError(f"block {block.label} has no end", line=inst.line)
            elif inst.op not in _SILENT:
                block.body.append(inst)
        if block is not None or not blocks:
            raise SpirvError(f"function {self.id} ends within a block", line=self.line)
        return blocks

    def instructions(self) -> Iterator[Instruction]:
        for block in self.blocks.values():
            yield from block.body

    @property
    def discards(self) -> bool:
        """Whether it ends the pixel itself."""
        return any(block.terminator.op in ("Kill", "TerminateInvocation") for block in self.blocks.values())

    @cached_property
    def callees(self) -> list[int]:
        """Ids of the functions it calls, each once, in the order of the calls."""
        return list(dict.fromkeys(inst.operands[0] for inst in self.instructions() if inst.op == "FunctionCall"))


@dataclass
class SpirvModule:
    names: dict[int, str] = field(default_factory=dict)
    member_names: dict[tuple[int, int], str] = field(default_factory=dict)
    decorations: dict[int, dict[str, int]] = field(default_factory=dict)
    member_decorations: dict[tuple[int, int], dict[str, int]] = field(default_factory=dict)
    capabilities: list[int] = field(default_factory=list)
    extended_sets: dict[int, str] = field(default_factory=dict)
    entry_points: list[tuple[str, int]] = field(default_factory=list)
    definitions: dict[int, Instruction] = field(default_factory=dict)
    functions: dict[int, FunctionText] = field(default_factory=dict)
    source: str = ""

    def decoration(self, id: int, name: str) -> int | None:
        """The first literal of a decoration (0 if it has none); None if `id` is not so decorated."""
        return self.decorations.get(id, {}).get(name)


def read_module(binary: bytes) -> SpirvModule:
    """Read a whole module; raises `SpirvError`."""
    words = words_of(binary)
    module = SpirvModule()
    cursor = Cursor(words, _HEADER_WORDS, len(words))
    while not cursor.at_end():
        if cursor.opcode() == _FUNCTION:
            function = _read_function(words, cursor)
            module.functions[function.id] = function
            continue
        inst = cursor.read()
        handler = _SECTIONS.get(inst.op)
        if handler is not None:
            handler(module, inst)
        elif inst.result:
            module.definitions[inst.result] = inst
    return module


def words_of(binary: bytes) -> list[int]:
    """The module's words in this machine's order; checks size and magic number."""
    if len(binary) % 4 or len(binary) < 4 * _HEADER_WORDS:
        raise SpirvError(f"{len(binary)} bytes are not a module")
    words = array("I", binary)
    if sys.byteorder == "big":
        words.byteswap()
    if words[0] != MAGIC:
        words.byteswap()
    if words[0] != MAGIC:
        raise SpirvError("the magic number is missing")
    return words.tolist()


def _read_function(words: list[int], cursor: Cursor) -> FunctionText:
    """Read the head and step over the body, leaving the cursor behind OpFunctionEnd."""
    head = cursor.read()
    parameters: list[tuple[int, int]] = []
    stops = frozenset({_FUNCTION, _FUNCTION_PARAMETER, _FUNCTION_END})
    start = cursor.position
    cursor.skip_until(stops)
    while not cursor.at_end() and cursor.opcode() == _FUNCTION_PARAMETER:
        parameter = cursor.read()
        parameters.append((parameter.type, parameter.result))
        start = cursor.position
        cursor.skip_until(stops)
    end = cursor.position
    if cursor.at_end() or cursor.opcode() != _FUNCTION_END:
        raise SpirvError(f"function {head.result} has no end", line=head.line)
    cursor.read()
    return FunctionText(head.result, head.type, head.operands[1], head.line, parameters, words, start, end)


def string_at(operands: list[int], start: int = 0) -> tuple[str, int]:
    """The nul-terminated string that begins at `operands[start]`, and the index behind it."""
    data = array("I", operands[start:])
    if sys.byteorder == "big":
        data.byteswap()
    text, _, _ = data.tobytes().partition(b"\0")
    return text.decode("utf-8", "replace"), start + len(text) // 4 + 1


def _name(module: SpirvModule, inst: Instruction) -> None:
    module.names[inst.operands[0]] = string_at(inst.operands, 1)[0]


def _member_name(module: SpirvModule, inst: Instruction) -> None:
    module.member_names[inst.operands[0], inst.operands[1]] = string_at(inst.operands, 2)[0]


def _source(module: SpirvModule, inst: Instruction) -> None:
    if len(inst.operands) > 3:
        module.source += string_at(inst.operands, 3)[0]


def _source_continued(module: SpirvModule, inst: Instruction) -> None:
    module.source += string_at(inst.operands)[0]


def _capability(module: SpirvModule, inst: Instruction) -> None:
    module.capabilities.append(inst.operands[0])


def _import(module: SpirvModule, inst: Instruction) -> None:
    module.extended_sets[inst.result] = string_at(inst.operands)[0]


def _entry_point(module: SpirvModule, inst: Instruction) -> None:
    module.entry_points.append((string_at(inst.operands, 2)[0], inst.operands[1]))


def _decorate(module: SpirvModule, inst: Instruction) -> None:
    target, number, *literals = inst.operands
    if number in DECORATIONS:
        module.decorations.setdefault(target, {})[DECORATIONS[number]] = literals[0] if literals else 0


def _member_decorate(module: SpirvModule, inst: Instruction) -> None:
    target, member, number, *literals = inst.operands
    if number in DECORATIONS:
        table = module.member_decorations.setdefault((target, member), {})
        table[DECORATIONS[number]] = literals[0] if literals else 0


_SECTIONS: dict[str, Callable[[SpirvModule, Instruction], None]] = {
    "Name": _name,
    "MemberName": _member_name,
    "Source": _source,
    "SourceContinued": _source_continued,
    "Capability": _capability,
    "ExtInstImport": _import,
    "EntryPoint": _entry_point,
    "Decorate": _decorate,
    "MemberDecorate": _member_decorate,
}
