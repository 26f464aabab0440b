"""Memory becomes SSA values, word by word.

`run(module)`: scalar replacement and SSA construction (`ssa.promote`) for the locals of every function, and for the
globals that only one function touches if nobody in the module calls that function (then it runs once an invocation).
Words that an index computed at run time may reach stay in memory. Of what stays:

- an object that nothing stores to becomes constant data, and so does one that is stored constants, each word once, in
  blocks that dominate all loads (tables that a shader writes as an array constructor);
- stores at constant places to words that nothing loads go.

What is read before it is written is zero. Cost: that of `ssa.promote`.
"""

from __future__ import annotations

from collections.abc import Iterable

from glowjit.ir.cfg import Dominators
from glowjit.ir.core import Block, Const, Function, Inst, MemKind, MemObject, Module, Type, Value
from glowjit.passes import ssa
from glowjit.passes.ranges import index_range
from glowjit.passes.rewrite import ZERO, callees, definitions, private, remove_unreachable, unique_name

Access = tuple[Block, int, Inst]  # block, place in it, load or store


def run(module: Module) -> None:
    """Promote what can be promoted in every function."""
    _constant_globals(module)
    globals = _single_users(module)
    for function in module.functions.values():
        objects = [*function.locals, *globals.get(function.name, ())]
        if objects:
            remove_unreachable(function)
            _make_constants(module, function, objects)
            ssa.promote(function, objects)
            _drop_dead_stores(function, objects)
            _drop_unused(function)


def _accesses(function: Function, objects: Iterable[MemObject]) -> dict[MemObject, list[Access]]:
    """The loads and stores of each of `objects`, in block order."""
    found: dict[MemObject, list[Access]] = {item: [] for item in objects}
    for block in function.blocks:
        for place, inst in enumerate(block.insts):
            target = inst.target
            if target.__class__ is MemObject and target in found:
                found[target].append((block, place, inst))  # type: ignore[index]
    return found


def _single_users(module: Module) -> dict[str, list[MemObject]]:
    """The private globals that one function alone touches, for functions that nothing calls."""
    users: dict[MemObject, dict[str, None]] = {}
    called: set[str] = set()
    for function in module.functions.values():
        called.update(callees(function))
        for inst in function.insts():
            if isinstance(inst.target, MemObject) and inst.target.kind is MemKind.GLOBAL and private(inst.target):
                users.setdefault(inst.target, {})[function.name] = None
    found: dict[str, list[MemObject]] = {}
    for item, names in users.items():
        (name, *others) = names
        if not others and name not in called:
            found.setdefault(name, []).append(item)
    return found


def _constant_globals(module: Module) -> None:
    """Globals that nothing stores to are constants: their data, or zeros."""
    stored = {inst.target for function in module.functions.values() for inst in function.insts() if inst.op == "store"}
    for item in module.objects.values():
        if item.kind is MemKind.GLOBAL and private(item) and item not in stored:
            item.kind = MemKind.CONSTANT
            item.data = item.data or (0,) * item.words


def _make_constants(module: Module, function: Function, objects: list[MemObject]) -> None:
    """Turn tables that are written once and then indexed into constant data; they are removed from `objects`."""
    tree: Dominators | None = None
    for item, accesses in _accesses(function, objects).items():
        if not any(inst.op == "load" and not isinstance(inst.args[0], Const) for _, _, inst in accesses):
            continue
        data = _constant_data(item, accesses)
        if data is None:
            continue
        tree = tree or Dominators(function)
        if not _stores_come_first(accesses, tree):
            continue
        constant = _constant(module, f"{function.name}.{item.name}", data)
        stores = {inst for _, _, inst in accesses if inst.op == "store"}
        for block in dict.fromkeys(block for block, _, _ in accesses):
            block.insts = [inst for inst in block.insts if inst not in stores]
        for _, _, inst in accesses:
            inst.target = constant
        objects.remove(item)


def _constant_data(item: MemObject, accesses: list[Access]) -> tuple[float | int | bool, ...] | None:
    """The words that the object holds after its stores, if each is stored at most once, and constants only."""
    words: dict[int, Const] = {}
    type = Type.INT
    for _, _, inst in accesses:
        if inst.op == "load":
            type = inst.results[0].type
            continue
        index, value = inst.args
        if not isinstance(index, Const) or not isinstance(value, Const) or int(index.value) in words:
            return None
        words[int(index.value)] = value
    blank = item.data or (ZERO[type].value,) * item.words
    return tuple(words[index].value if index in words else blank[index] for index in range(item.words))


def _stores_come_first(accesses: list[Access], tree: Dominators) -> bool:
    """Whether every load happens after every store."""
    stores = [(block, place) for block, place, inst in accesses if inst.op == "store"]
    loads = [(block, place) for block, place, inst in accesses if inst.op == "load"]
    last: dict[Block, int] = {}
    for block, place in stores:
        last[block] = max(place, last.get(block, -1))
    return all(
        place < load_place if block is load_block else tree.dominates(block, load_block)
        for block, place in last.items()
        for load_block, load_place in loads
    )


def _constant(module: Module, name: str, data: tuple[float | int | bool, ...]) -> MemObject:
    """The module's constant object with this data; a new one if there is none."""
    key = [(value.__class__, value) for value in data]
    for item in module.objects.values():
        if item.kind is MemKind.CONSTANT and [(value.__class__, value) for value in item.data] == key:
            return item
    taken = {*module.objects, *(local.name for function in module.functions.values() for local in function.locals)}
    item = MemObject(unique_name(name, taken), MemKind.CONSTANT, len(data), data)
    module.objects[item.name] = item
    return item


def _drop_dead_stores(function: Function, objects: list[MemObject]) -> None:
    """Drop the stores at constant places to words that no load may reach."""
    defs: dict[Value, Inst] | None = None
    dead: set[Inst] = set()
    for item, accesses in _accesses(function, objects).items():
        read = [False] * item.words
        for _, _, inst in accesses:
            if inst.op == "load":
                defs = definitions(function) if defs is None else defs
                low, high = index_range(inst.args[0], defs, item.words)
                read[low : high + 1] = [True] * (high + 1 - low)
        for _, _, inst in accesses:
            index = inst.args[0]
            if inst.op == "store" and (not any(read) or (isinstance(index, Const) and not read[int(index.value)])):
                dead.add(inst)
    if dead:
        for block in function.blocks:
            block.insts = [inst for inst in block.insts if inst not in dead]


def _drop_unused(function: Function) -> None:
    used = {inst.target for inst in function.insts()}
    function.locals = [item for item in function.locals if item in used]
