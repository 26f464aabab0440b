"""IR to QIR: integer IR becomes the flat binary that the backend reads (format: `glowcore.qir`).

Input: a verified module without float types, float operations or operations of the math library. Output: bytes that
depend on the module alone. `layout` places every memory object; `encode` writes the functions that the entries reach,
callees first, blocks in reverse post-order, critical edges split, parameters of blocks with one predecessor replaced
by what is passed. The module is not changed. Linear in its size.
"""

from __future__ import annotations

import struct
from array import array
from binascii import crc32
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from glowcore import qir as binary
from glowjit.errors import GlowjitError
from glowjit.image import ARG_WORDS, is_entry
from glowjit.ir import Block, Const, Edge, Function, Inst, MemKind, MemObject, Module, Operand, Terminator, Value, cfg

MAX_INDEX = 0xFFFF
OPCODES = {name: number for number, name in enumerate(binary.OPS)}


class SizeError(GlowjitError):
    """A function or a memory layout that 16-bit indices cannot hold."""

    stage = "qir"


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the memory objects lie.

    `offsets` gives each object's first word, in the ctx block or, for MemKind.CONSTANT, in the read-only data.
    `ctx_words` is the size of the ctx block; `uniform_words` of them, from word ARG_WORDS on, are uniforms.
    """

    offsets: dict[MemObject, int]
    ctx_words: int
    uniform_words: int
    rodata: bytes

    def offset(self, name: str) -> int:
        """The first word of the object called `name`, as it is known to the host: not that of a function's local."""
        return next(offset for item, offset in self.offsets.items() if item.name == name)


def layout(module: Module) -> Layout:
    """Place arguments, uniforms, globals and locals in the ctx block, constants in the read-only data.

    Locals of functions that are never active together overlap: a function's begin where the longest chain of its
    callers ends. Raises SizeError when the block outgrows 16-bit offsets.
    """
    offsets: dict[MemObject, int] = {}
    end = ARG_WORDS
    ends = {}
    for kind in (MemKind.UNIFORM, MemKind.GLOBAL):
        for item in _of_kind(module, kind):
            offsets[item] = end
            end += item.words
        ends[kind] = end
    offsets.update(dict.fromkeys(_of_kind(module, MemKind.ARGS), 0))
    end = _place_locals(module, end, offsets)
    rodata = array("I")
    for item in _of_kind(module, MemKind.CONSTANT):
        offsets[item] = len(rodata)
        rodata.extend(int(word) & 0xFFFF_FFFF for word in item.data)
    for what, words in (("variables", end), ("constant tables", len(rodata))):
        if words > MAX_INDEX:
            raise SizeError(
                f"the shader's {what} take {words} words, the limit is {MAX_INDEX}", hint="use smaller arrays"
            )
    return Layout(offsets, end, ends[MemKind.UNIFORM] - ARG_WORDS, struct.pack(f"<{len(rodata)}I", *rodata))


def _of_kind(module: Module, kind: MemKind) -> Iterator[MemObject]:
    return (item for item in module.objects.values() if item.kind is kind)


def _place_locals(module: Module, base: int, offsets: dict[MemObject, int]) -> int:
    """Add the offsets of all locals, the first at `base` or after; returns one past the last word."""
    bases = dict.fromkeys(module.functions, base)
    highest = base
    for function in reversed(module.functions.values()):
        end = bases[function.name]
        for item in function.locals:
            offsets[item] = end
            end += item.words
        highest = max(highest, end)
        for inst in function.insts():
            if inst.op == "call":
                bases[str(inst.target)] = max(bases[str(inst.target)], end)
    return highest


def encode(module: Module, layout: Layout, roots: Collection[str] = ()) -> bytes:
    """The blob of all that the module's entries and `roots` reach.

    Raises SizeError when a function outgrows the format.
    """
    functions = _reachable(module, roots)
    numbers = {function.name: number for number, function in enumerate(functions)}
    needs_ctx: set[str] = set()
    body = bytearray(struct.pack(binary.CONTENTS, len(functions), layout.ctx_words, len(layout.rodata)))
    body += layout.rodata
    for function in functions:
        if is_entry(function.name) or _touches_ctx(function, needs_ctx):
            needs_ctx.add(function.name)
        body += _Encoder(function, layout, numbers).encode(function.name in needs_ctx)
    header = struct.pack(binary.HEADER, binary.MAGIC, binary.VERSION, binary.CHECKED + len(body), crc32(body))
    return bytes(header + body)


def _reachable(module: Module, roots: Collection[str]) -> list[Function]:
    """Entries, roots and what they call, callees first."""
    wanted = {name for name in module.functions if is_entry(name) or name in roots}
    for function in reversed(module.functions.values()):
        if function.name in wanted:
            wanted.update(str(inst.target) for inst in function.insts() if inst.op == "call")
    return [function for function in module.functions.values() if function.name in wanted]


def _touches_ctx(function: Function, needs_ctx: set[str]) -> bool:
    """Whether a function reads or writes the ctx block itself, or calls one that does."""
    for inst in function.insts():
        if inst.op == "burn" or (inst.op == "call" and inst.target in needs_ctx):
            return True
        if isinstance(inst.target, MemObject) and inst.target.kind is not MemKind.CONSTANT:
            return True
    return False


@dataclass(eq=False, slots=True)
class _Piece:
    """A block to be written: one of the function's, or the middle of an edge that had to be split."""

    params: list[Value]
    insts: list[Inst]
    terminator: Terminator
    loops: list[cfg.Loop]  # that contain it, innermost first
    header_of: cfg.Loop | None = None
    targets: list[_Piece] = field(default_factory=list)


class _Encoder:
    """Writes one function."""

    def __init__(self, function: Function, layout: Layout, callees: dict[str, int]) -> None:
        self.function = function
        self.layout = layout
        self.callees = callees
        self.alias: dict[Value, Operand] = {}
        self.pieces = self._arrange()
        self.index = {piece: number for number, piece in enumerate(self.pieces)}
        self.number: dict[Value, int] = {}
        self.first_value = self._number_values()
        self.consts: dict[int, int] = {}
        self.code = array("H")
        self.lines = array("H")

    def _arrange(self) -> list[_Piece]:
        """The blocks in reverse post-order, with a block put into every critical edge."""
        order = cfg.reverse_postorder(self.function)
        inside = cfg.innermost(cfg.loops(self.function))
        incoming: dict[Block, int] = dict.fromkeys(order, 0)
        for block in order:
            for edge in block.terminator.edges:
                incoming[edge.block] += 1
        pieces = {}
        for block in order:
            loops = _enclosing(inside.get(block))
            header_of = loops[0] if loops and loops[0].header is block else None
            params = block.params if incoming[block] != 1 else []
            pieces[block] = _Piece(params, block.insts, block.terminator, loops, header_of)
        last = {loop: block for block in order for loop in pieces[block].loops}
        added: dict[Block, list[_Piece]] = {}
        for block in order:
            for edge in block.terminator.edges:
                target = pieces[edge.block]
                if incoming[edge.block] == 1:
                    self.alias.update(zip(edge.block.params, edge.args, strict=True))
                elif len(block.terminator.edges) > 1:
                    target, place = _split(pieces[block], edge, target, block, last)
                    added.setdefault(place, []).append(target)
                pieces[block].targets.append(target)
        arranged: list[_Piece] = []
        for block in order:
            arranged.append(pieces[block])
            arranged.extend(sorted(added.get(block, ()), key=lambda piece: -len(piece.loops)))
        return arranged

    def _number_values(self) -> list[int]:
        """Number all values in the order of their definition; returns the first number of every block."""
        for value in self.function.params:
            self.number[value] = len(self.number)
        first = []
        for piece in self.pieces:
            first.append(len(self.number))
            for value in piece.params:
                self.number[value] = len(self.number)
            for inst in piece.insts:
                for value in inst.results:
                    self.number[value] = len(self.number)
        return first

    def encode(self, needs_ctx: bool) -> bytes:
        """The function's record."""
        function = self.function
        blocks = array("H")
        for number, piece in enumerate(self.pieces):
            self._limit(len(self.code), "code")
            depth = min(len(piece.loops), 255)
            blocks.extend((len(self.code), self.first_value[number], len(piece.params), depth, self._loop_end(piece)))
            for inst in piece.insts:
                self._line(inst.loc)
                self._inst(inst)
            self._line(piece.terminator.loc)
            self._terminator(piece)
        flags = binary.NEEDS_CTX * needs_ctx | binary.ENTRY * is_entry(function.name)
        name = function.name.encode()
        counts = (flags, len(function.params), len(function.results), len(self.number), len(self.pieces))
        sizes = (len(self.code), len(self.consts), len(self.lines), len(name))
        self._limit(len(self.number) + len(self.consts), "values")
        self._limit(max(*counts, *sizes), "code")
        record = struct.pack(binary.RECORD, *counts, *sizes) + _halfwords(blocks) + _halfwords(self.code)
        return record + struct.pack(f"<{len(self.consts)}i", *self.consts) + _halfwords(self.lines) + name

    def _loop_end(self, piece: _Piece) -> int:
        if piece.header_of is None:
            return 0
        return 1 + max(number for number, other in enumerate(self.pieces) if piece.header_of in other.loops)

    def _line(self, line: int) -> None:
        if 0 < line <= MAX_INDEX and (not self.lines or self.lines[-1] != line):
            self.lines.extend((len(self.code) & MAX_INDEX, line))

    def _inst(self, inst: Inst) -> None:
        operands = [self._operand(arg) for arg in inst.args]
        op = inst.op
        if isinstance(inst.target, MemObject):
            operands.insert(0, self.layout.offsets[inst.target])
            if inst.target.kind is MemKind.CONSTANT:
                op = "load.ro"
        elif inst.target is not None:
            operands.insert(0, self.callees[inst.target])
        self._word(op, operands)

    def _terminator(self, piece: _Piece) -> None:
        op = piece.terminator.op
        operands = [self._operand(arg) for arg in piece.terminator.args]
        operands += [self.index[target] for target in piece.targets]
        if op == "jump" and piece.targets[0].params:
            operands += [self._operand(arg) for arg in piece.terminator.edges[0].args]
        self._word("ret" if op == "unreachable" else op, operands)

    def _operand(self, operand: Operand) -> int:
        while isinstance(operand, Value) and operand in self.alias:
            operand = self.alias[operand]
        if isinstance(operand, Const):
            number = len(self.number) + self.consts.setdefault(int(operand.value), len(self.consts))
        else:
            number = self.number[operand]
        return self._limit(number, "values")

    def _word(self, op: str, operands: Iterable[int]) -> None:
        items = list(operands)
        if len(items) > binary.MAX_OPERANDS:
            raise self._too_large(f"passes {len(items)} words at once", binary.MAX_OPERANDS)
        self.code.append(OPCODES[op] | len(items) << 8)
        self.code.extend(items)

    def _limit(self, number: int, what: str) -> int:
        if number > MAX_INDEX:
            raise self._too_large(f"has {number} or more units of {what}", MAX_INDEX)
        return number

    def _too_large(self, what: str, limit: int) -> SizeError:
        message = f"function '{self.function.name}' is too large: it {what}, the limit is {limit}"
        return SizeError(message, hint="split it, or use loops and arrays instead of repeated code")


def _enclosing(loop: cfg.Loop | None) -> list[cfg.Loop]:
    """The loops around a block, innermost first."""
    loops = []
    while loop is not None:
        loops.append(loop)
        loop = loop.parent
    return loops


def _split(
    source: _Piece, edge: Edge, target: _Piece, block: Block, last: dict[cfg.Loop, Block]
) -> tuple[_Piece, Block]:
    """A block for the middle of `edge`, and the block that it follows.

    It lies in the loops that both ends share: beside its source, or behind the loops that the edge leaves.
    """
    shared = [loop for loop in source.loops if loop in target.loops]
    left = source.loops[: len(source.loops) - len(shared)]
    middle = _Piece([], [], Terminator("jump", [], [edge]), shared, targets=[target])
    return middle, last[left[-1]] if left else block


def _halfwords(values: array[int]) -> bytes:
    return struct.pack(f"<{len(values)}H", *values)
