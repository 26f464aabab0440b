"""Dead code elimination.

`run(module)`: drops every instruction, block parameter (also those that only feed each other around a loop), stored
word, memory object and function that nothing observable needs. Observable are what the roots return, fuel, raw stores,
stores to objects that somebody reads, and calls of functions that are not pure. Control flow stays as it is.
Functions that no root calls go too; roots are the entry and the wrappers of `exports`, or every function if there is
neither. `run_function` does one function. Cost: linear.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from glowjit.image import CALL_PREFIX
from glowjit.ir.core import Edge, Function, Inst, MemKind, Module, Operand, Value
from glowjit.passes import purity
from glowjit.passes.rewrite import definitions, private, reachable_functions


def run(module: Module) -> None:
    """Drop dead functions, then what is dead in the others, then objects that nothing mentions."""
    drop_functions(module)
    pure = purity.run(module)
    loads: Counter[int] = Counter()
    for function in module.functions.values():
        loads.update(_loads(function))
    shared = [id(item) for item in module.objects.values() if private(item)]
    for function in module.functions.values():
        before = _loads(function)
        stored = (*shared, *map(id, function.locals))
        run_function(function, pure, {item for item in stored if not loads[item]})
        loads.subtract(before)
        loads.update(_loads(function))
    drop_objects(module)


def _loads(function: Function) -> Counter[int]:
    """How many loads each object has, by its id."""
    return Counter(id(inst.target) for inst in function.insts() if inst.op == "load")


def roots(module: Module) -> list[str]:
    """The functions that somebody outside the module may call."""
    wrappers = [name for name in module.functions if name.startswith(CALL_PREFIX)]
    entry = [module.entry] if module.entry else []
    return entry + wrappers or list(module.functions)


def drop_functions(module: Module) -> None:
    """Drop the functions that no root reaches."""
    reached = reachable_functions(module, roots(module))
    module.functions = {name: function for name, function in module.functions.items() if name in reached}


def drop_objects(module: Module) -> None:
    """Drop the objects that no instruction and no uniform mentions."""
    used = {id(inst.target) for function in module.functions.values() for inst in function.insts()}
    used.update(id(info.object) for info in module.uniforms.values())
    for name, item in list(module.objects.items()):
        kept = item.kind in (MemKind.UNIFORM, MemKind.ARGS) or item.name.startswith(CALL_PREFIX)
        if not kept and id(item) not in used:
            del module.objects[name]
    for function in module.functions.values():
        function.locals = [item for item in function.locals if id(item) in used]


def run_function(function: Function, pure: Collection[str] = (), unread: Collection[int] = ()) -> None:
    """Drop what is dead in one function, stores to objects whose ids are in `unread` included."""
    live = _Liveness(function, pure, unread)
    live.mark()
    live.sweep()


class _Liveness:
    def __init__(self, function: Function, pure: Collection[str], unread: Collection[int]) -> None:
        self.function = function
        self.pure = pure
        self.unread = unread
        self.defs = definitions(function)
        self.incoming: dict[Value, list[Operand]] = {}
        self.live: set[Value] = set()
        self.pending: list[Value] = []

    def has_effect(self, inst: Inst) -> bool:
        if inst.op == "call":
            return inst.target not in self.pure
        if inst.op == "store":
            return id(inst.target) not in self.unread
        return inst.info.effect

    def need(self, operands: list[Operand]) -> None:
        live = self.live
        for operand in operands:
            if operand.__class__ is Value and operand not in live:
                live.add(operand)  # type: ignore[arg-type]
                self.pending.append(operand)  # type: ignore[arg-type]

    def mark(self) -> None:
        """Find every value that something observable needs."""
        incoming = self.incoming
        for block in self.function.blocks:
            for edge in block.terminator.edges:
                for param, arg in zip(edge.block.params, edge.args, strict=True):
                    incoming.setdefault(param, []).append(arg)
        for block in self.function.blocks:
            self.need(block.terminator.args)
            for inst in block.insts:
                if self.has_effect(inst):
                    self.need(inst.args)
        while self.pending:
            value = self.pending.pop()
            inst = self.defs.get(value)  # type: ignore[assignment]
            self.need(inst.args if inst is not None else incoming.get(value, []))

    def sweep(self) -> None:
        live = self.live
        for block in self.function.blocks:
            block.insts = [
                inst for inst in block.insts if any(value in live for value in inst.results) or self.has_effect(inst)
            ]
            for edge in block.terminator.edges:
                self.sweep_edge(edge)
        for block in self.function.blocks:
            block.params = [param for param in block.params if param in live]

    def sweep_edge(self, edge: Edge) -> None:
        params = edge.block.params
        if params and not self.live.issuperset(params):
            edge.args = [arg for param, arg in zip(params, edge.args, strict=True) if param in self.live]
