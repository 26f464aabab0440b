"""Tools that the passes share: definitions and uses, substitution, copies, building instructions.

Nothing here decides anything about a program. Everything is linear in the function it walks.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from glowjit.image import CALL_PREFIX
from glowjit.ir.cfg import postorder
from glowjit.ir.core import (
    Block,
    Const,
    Edge,
    Function,
    Inst,
    MemKind,
    MemObject,
    Module,
    Operand,
    Terminator,
    Type,
    Value,
    const_bool,
    const_float,
    const_int,
)
from glowjit.ir.ops import OPS

ZERO = {Type.FLOAT: const_float(0.0), Type.INT: const_int(0), Type.BOOL: const_bool(False)}
_LETTERS = {"f": Type.FLOAT, "i": Type.INT, "b": Type.BOOL}
RESULT_TYPES = {name: tuple(_LETTERS.get(letter) for letter in info.results.split()) for name, info in OPS.items()}


def definitions(function: Function) -> dict[Value, Inst]:
    """The instruction that defines each value; parameters are absent."""
    return {value: inst for block in function.blocks for inst in block.insts for value in inst.results}


def operand_lists(block: Block) -> Iterator[list[Operand]]:
    """Every list of operands in `block`, in order; each may be changed in place."""
    for inst in block.insts:
        yield inst.args
    terminator = block.terminator
    yield terminator.args
    for edge in terminator.edges:
        yield edge.args


def split_edge(edge: Edge, loc: int) -> Block:
    """Split an edge: a new block, which jumps with the edge's arguments; the jump has source line `loc`."""
    between = Block()
    between.terminator = Terminator("jump", [], [Edge(edge.block, edge.args)], loc)
    edge.block, edge.args = between, []
    return between


def insert_after(function: Function, made: Iterable[tuple[Block, Block]]) -> None:
    """Put each new block behind the block that it comes from: (that, the new one)."""
    for source, block in made:
        function.blocks.insert(function.blocks.index(source) + 1, block)


def use_counts(function: Function) -> dict[Value, int]:
    """How often each value is an operand; values that never are one are absent."""
    counts: dict[Value, int] = {}
    for block in function.blocks:
        for args in operand_lists(block):
            for arg in args:
                if arg.__class__ is Value:
                    counts[arg] = counts.get(arg, 0) + 1  # type: ignore[index, arg-type]
    return counts


def resolve(replacement: Mapping[Value, Operand], operand: Operand) -> Operand:
    """The end of the chain of replacements that starts at `operand`."""
    while operand.__class__ is Value and operand in replacement:
        operand = replacement[operand]  # type: ignore[index]
    return operand


def substitute(blocks: Iterable[Block], replacement: Mapping[Value, Operand]) -> None:
    """Put the replacement, followed to its end, in place of every replaced operand of `blocks`."""
    if not replacement:
        return
    for block in blocks:
        for inst in block.insts:
            if substitute_args(inst.args, replacement) and inst.target is not None:
                keep_in_range(inst)
        terminator = block.terminator
        substitute_args(terminator.args, replacement)
        for edge in terminator.edges:
            substitute_args(edge.args, replacement)


def substitute_args(args: list[Operand], replacement: Mapping[Value, Operand]) -> bool:
    """The same for one list of operands; whether anything changed."""
    changed = False
    for index, arg in enumerate(args):
        if arg.__class__ is Value and arg in replacement:
            args[index] = resolve(replacement, arg)
            changed = True
    return changed


def keep_in_range(inst: Inst) -> None:
    """Let a constant index lie in its object.

    It does wherever the access is ever made. But in code that no run reaches (behind `k == 99`, where k was clamped to
    0..3) a value may be replaced by a constant that is no index; then any will do.
    """
    if isinstance(inst.target, MemObject) and isinstance(inst.args[0], Const):
        index = int(inst.args[0].value)
        if not 0 <= index < inst.target.words:
            inst.args[0] = const_int(0)


def private(object: MemObject) -> bool:
    """Whether only the module itself can see what is stored in `object`."""
    return object.kind in (MemKind.LOCAL, MemKind.GLOBAL) and not object.name.startswith(CALL_PREFIX)


def datum(type: Type, value: float | int | bool) -> Const:
    """A word of an object's data, loaded as `type`: a zero need not be spelled in the type of the words."""
    if type is Type.FLOAT:
        return const_float(value)
    return const_bool(bool(value)) if type is Type.BOOL else const_int(int(value))


def read_only(object: MemObject) -> bool:
    """Whether `object` holds the same words throughout an invocation."""
    return object.kind in (MemKind.UNIFORM, MemKind.CONSTANT)


def callees(function: Function) -> dict[str, None]:
    """The names of the functions that `function` calls, in order of the first call."""
    return {str(inst.target): None for inst in function.insts() if inst.op == "call"}


def reachable_functions(module: Module, roots: Iterable[str]) -> set[str]:
    """`roots` and every function they call, directly or not."""
    seen: set[str] = set()
    pending = list(roots)
    while pending:
        name = pending.pop()
        if name not in seen:
            seen.add(name)
            pending.extend(callees(module.functions[name]))
    return seen


class Copier:
    """Copies blocks, with fresh values for what they define.

    `values`, `blocks` and `objects` map originals to what the copy has in their place; what is in none of them stays
    itself. They grow by what is copied.
    """

    def __init__(
        self, values: dict[Value, Operand] | None = None, objects: dict[MemObject, MemObject] | None = None
    ) -> None:
        self.values: dict[Value, Operand] = values if values is not None else {}
        self.objects = objects if objects is not None else {}
        self.blocks: dict[Block, Block] = {}

    def copy(self, blocks: Sequence[Block]) -> list[Block]:
        """The copies of `blocks`, in order; edges between them lead to copies."""
        for block in blocks:
            self.blocks[block] = Block(block.name, [self.fresh(param) for param in block.params])
            for inst in block.insts:
                for value in inst.results:
                    self.fresh(value)
        for block in blocks:
            copy = self.blocks[block]
            copy.insts = [self.inst(inst) for inst in block.insts]
            copy.terminator = self.terminator(block.terminator)
        return [self.blocks[block] for block in blocks]

    def fresh(self, value: Value) -> Value:
        copy = self.values[value] = Value(value.type, value.name)
        return copy

    def operands(self, args: list[Operand]) -> list[Operand]:
        values = self.values
        return [values.get(arg, arg) if arg.__class__ is Value else arg for arg in args]  # type: ignore[call-overload]

    def inst(self, inst: Inst) -> Inst:
        """A copy of `inst`, whose results have been given copies already."""
        target = inst.target
        if target.__class__ is MemObject:
            target = self.objects.get(target, target)  # type: ignore[arg-type]
        results = [self.values[value] for value in inst.results]
        copy = Inst(inst.op, self.operands(inst.args), results, target, inst.loc)  # type: ignore[arg-type]
        if target is not None:
            keep_in_range(copy)
        return copy

    def terminator(self, terminator: Terminator) -> Terminator:
        edges = [Edge(self.blocks.get(edge.block, edge.block), self.operands(edge.args)) for edge in terminator.edges]
        return Terminator(terminator.op, self.operands(terminator.args), edges, terminator.loc)


def constant(value: Operand | float | int | bool) -> Operand:
    """A Python number as an operand; an operand as it is."""
    if isinstance(value, (Value, Const)):
        return value
    if isinstance(value, bool):
        return const_bool(value)
    return const_float(value) if isinstance(value, float) else const_int(value)


class Builder:
    """Appends instructions to the end of `block`, which may be changed to go on in another."""

    def __init__(self, block: Block, loc: int = 0) -> None:
        self.block = block
        self.loc = loc

    def op(self, name: str, *args: Operand | float | int | bool) -> Value:
        """An operation on scalars with one result."""
        operands = [constant(arg) for arg in args]
        type = RESULT_TYPES[name][0] or operands[1].type
        return self._append(name, operands, [Value(type)], None)[0]

    def load(self, object: MemObject, index: Operand | int, type: Type = Type.INT) -> Value:
        return self._append("load", [constant(index)], [Value(type)], object)[0]

    def store(self, object: MemObject, index: Operand | int, value: Operand | int) -> None:
        self._append("store", [constant(index), constant(value)], [], object)

    def raw_store(self, name: str, address: Operand, value: Operand) -> None:
        """`name` is store8, store16 or store32."""
        self._append(name, [address, value], [], None)

    def call(self, callee: Function, args: Sequence[Operand]) -> list[Value]:
        return self._append("call", list(args), [Value(type) for type in callee.results], callee.name)

    def jump(self, block: Block, *args: Operand | int) -> None:
        self.block.terminator = Terminator("jump", [], [Edge(block, [constant(arg) for arg in args])], self.loc)

    def branch(self, condition: Operand, if_true: Edge, if_false: Edge) -> None:
        self.block.terminator = Terminator("branch", [condition], [if_true, if_false], self.loc)

    def ret(self, *args: Operand | int) -> None:
        self.block.terminator = Terminator("ret", [constant(arg) for arg in args], [], self.loc)

    def _append(
        self, name: str, args: list[Operand], results: list[Value], target: MemObject | str | None
    ) -> list[Value]:
        self.block.insts.append(Inst(name, args, results, target, self.loc))
        return results


def loop_headers(order: Sequence[Block]) -> set[Block]:
    """The targets of back edges, `order` being a reverse post-order."""
    index = {block: place for place, block in enumerate(order)}
    return {edge.block for block in order for edge in block.terminator.edges if index[edge.block] <= index[block]}


def remove_unreachable(function: Function) -> bool:
    """Drop the blocks that the entry does not reach; whether there were any."""
    reached = set(map(id, postorder(function)))
    if len(reached) == len(function.blocks):
        return False
    function.blocks = [block for block in function.blocks if id(block) in reached]
    return True


def copy_module(module: Module) -> tuple[Module, Copier]:
    """A copy that shares nothing with the original, and what became of every value and object."""
    copier = Copier()
    for item in module.objects.values():
        copier.objects[item] = MemObject(item.name, item.kind, item.words, item.data)
    functions = {name: _copied(function, copier) for name, function in module.functions.items()}
    objects = {name: copier.objects[item] for name, item in module.objects.items()}
    uniforms = {name: replace(info, object=copier.objects[info.object]) for name, info in module.uniforms.items()}
    return Module(functions, objects, uniforms, module.entry, module.channels), copier


def copy_function(function: Function, objects: dict[MemObject, MemObject]) -> Function:
    """A copy that shares nothing with the original; `objects` maps those of its module."""
    return _copied(function, Copier(objects=dict(objects)))


def _copied(function: Function, copier: Copier) -> Function:
    """A copy of one function; the copier has what it shares with others."""
    copy = Function(function.name, [copier.fresh(param) for param in function.params], list(function.results))
    copy.signature = function.signature
    for item in function.locals:
        copier.objects[item] = MemObject(item.name, item.kind, item.words, item.data)
        copy.locals.append(copier.objects[item])
    copy.blocks = copier.copy(function.blocks)
    return copy


def unique_name(name: str, taken: Container[str]) -> str:
    """`name`, or the first of `name.1`, `name.2` ... that is not taken."""
    if name not in taken:
        return name
    number = 1
    while f"{name}.{number}" in taken:
        number += 1
    return f"{name}.{number}"


def rename_function(module: Module, old: str, new: str) -> None:
    """Give a function another name, in its place among the functions and in every call."""
    module.functions[old].name = new
    module.functions = {function.name: function for function in module.functions.values()}
    for function in module.functions.values():
        for inst in function.insts():
            if inst.op == "call" and inst.target == old:
                inst.target = new
    if module.entry == old:
        module.entry = new
