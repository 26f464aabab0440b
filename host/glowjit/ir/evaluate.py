"""The meaning of the IR: runs a function for many lanes (pixels) at once, in numpy.

Input: a verified module, a function, one argument per parameter (a scalar, or an array with one element per lane).
Output: one array per result. Float IR is computed in float64 and is the reference; integer IR is computed in int32 and
is the oracle: machine code gives the same bits.

How: lanes that are at the same block with the same history form a group, which has its own list of slots with compact
arrays. Whatever is the same in all lanes of a group stays a numpy scalar (uniforms, loop counters). A branch whose
condition differs splits the group; the lowest block in reverse post-order that has groups runs next, and groups that
wait at the same block are merged before it runs. As that order keeps loops in one piece, lanes leave a loop one by one
and go on together.

Memory: uniforms and constants are shared; globals and locals are per lane, and zero where nothing initialises them.
An index out of range, an address outside the memory and an executed `unreachable` are bugs of whoever made the module,
and raise EvaluationError.

Cost per executed instruction: about half a microsecond, and the time numpy needs for the active lanes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping, Sequence
from heapq import heappop, heappush
from typing import Any

import numpy as np

from glowjit.image import ARG_FUEL
from glowjit.ir.core import Const, Inst, MemKind, MemObject, Module, Type
from glowjit.ir.memory import EvaluationError, Ram, Rows, Shared, Storage, Table
from glowjit.ir.plan import Kind, Plan, PlannedBlock, Way, plan
from glowjit.ir.semantics import DTYPES, SEMANTICS, Vector, fold, quiet

__all__ = ["DEFAULT_FUEL", "SEMANTICS", "EvaluationError", "Evaluator", "call", "fold", "quiet"]

DEFAULT_FUEL = 1_000_000


def call(
    module: Module,
    name: str,
    args: Sequence[Any],
    lanes: int = 1,
    memory: MutableMapping[str, Any] | None = None,
    *,
    fuel: int = DEFAULT_FUEL,
    ram_base: int = 0,
) -> list[np.ndarray]:
    """Run `@name` once in each lane; the results as arrays of `lanes` elements: float64, int32 or bool.

    `memory` gives the words of module objects by name: `(words,)` for all lanes, or `(words, lanes)`. What it does not
    give is the object's data, a uniform's default, or zero. Afterwards it holds the GLOBAL and ARGS objects as they
    are then, `(words, lanes)`. `memory["ram"]` is a bytearray for `store8` and its kin; its first byte has address
    `ram_base`. `fuel` is per lane; a module with an ARGS object burns that object's word instead.
    """
    machine = Evaluator(module, lanes, memory or {}, fuel=fuel, ram_base=ram_base)
    results = machine.call(name, args)
    if memory is not None:
        for item in module.objects.values():
            if item.kind in (MemKind.GLOBAL, MemKind.ARGS):
                memory[item.name] = machine.read(item.name)
    return results


class _Group:
    """Lanes that go the same way: `lanes` are their numbers, ascending, None for all; `slots` belongs to them alone."""

    __slots__ = ("lanes", "slots")

    def __init__(self, lanes: np.ndarray | None, slots: list[Any]) -> None:
        self.lanes = lanes
        self.slots = slots


class Evaluator:
    """A module in a machine of `lanes` lanes. Globals, fuel and memory keep their state from one call to the next."""

    def __init__(
        self,
        module: Module,
        lanes: int,
        memory: Mapping[str, Any] | None = None,
        *,
        fuel: int = DEFAULT_FUEL,
        ram_base: int = 0,
    ) -> None:
        self.module = module
        self.lanes = lanes
        given = dict(memory or {})
        self.ram = Ram(given.pop("ram", bytearray()), ram_base)
        self._plans: dict[str, Plan] = {}
        self._usage = _usage(module)
        self.objects: dict[MemObject, Storage] = {}
        for item in module.objects.values():
            self.objects[item] = self._storage(item, _initial(module, item, given.pop(item.name, None)))
        if given:
            raise ValueError(f"the module has no object {', '.join(given)}")
        self._fuel: tuple[Storage, int] = (Rows([np.int32(fuel)], lanes), 0)
        for item in module.objects.values():
            if item.kind is MemKind.ARGS:
                self._fuel = (self.objects[item], ARG_FUEL)
        self._effects: dict[str, Callable[..., tuple[Vector, ...]]] = {
            "load": self._load,
            "store": self._store,
            "call": self._call,
            "burn": self._burn,
            "store8": self._poke,
            "store16": self._poke,
            "store32": self._poke,
            "load16": self._peek,
        }

    def call(self, name: str, args: Sequence[Any]) -> list[np.ndarray]:
        """Run `@name` in every lane; the results as arrays of `lanes` elements."""
        function = self.module.functions[name]
        if len(args) != len(function.params):
            raise ValueError(f"@{name} takes {len(function.params)} arguments, not {len(args)}")
        values = [self._argument(value.type, arg) for value, arg in zip(function.params, args, strict=True)]
        with quiet():
            results = self._run(self._plan(name), values, None)
        return [
            np.array(np.broadcast_to(result, self.lanes), dtype=DTYPES[type])
            for type, result in zip(function.results, results, strict=True)
        ]

    def read(self, name: str) -> np.ndarray:
        """The words of a module object as they are, `(words, lanes)`: float64 if a float is among them, or int32."""
        item = self.module.objects[name]
        return self.objects[item].contents(item.words, self.lanes)

    def exhausted(self) -> np.ndarray:
        """The numbers of the lanes that ran out of fuel."""
        storage, word = self._fuel
        left = storage.load(Type.INT, np.int32(word), None)
        return np.flatnonzero(np.broadcast_to(left < 0, self.lanes))

    def _argument(self, type: Type, arg: Any) -> Vector:
        value = np.asarray(arg)
        if type is Type.INT and value.dtype != np.int32:
            value = value.astype(np.int64).astype(np.int32)  # unsigned arguments wrap
        value = value.astype(DTYPES[type])
        if value.ndim and value.shape != (self.lanes,):
            raise ValueError(f"an argument has shape {value.shape}, and there are {self.lanes} lanes")
        return value[()] if value.ndim == 0 else value[0] if self.lanes == 1 else value

    def _storage(self, item: MemObject, words: list[Any] | np.ndarray) -> Storage:
        dynamic, has_floats = self._usage.get(item, (False, False))
        if item.kind in (MemKind.UNIFORM, MemKind.CONSTANT):
            return Shared(item.name, words)
        if not dynamic:
            return Rows([_word(word, self.lanes) for word in words], self.lanes)
        return Table(item.name, words, self.lanes, np.float64 if has_floats else np.int32)

    def _plan(self, name: str) -> Plan:
        if name not in self._plans:
            self._plans[name] = plan(self.module.functions[name])
        return self._plans[name]

    # --- control

    def _run(self, plan: Plan, args: Sequence[Vector], lanes: np.ndarray | None) -> list[Vector]:
        """One activation for `lanes`; the results are scalars or arrays in the order of `lanes`."""
        for item in plan.tables:
            self.objects[item] = self._storage(item, [0] * item.words)
        slots = plan.template.copy()
        for slot, value in zip(plan.params, args, strict=True):
            slots[slot] = value
        if plan.straight:
            group = _Group(lanes, slots)
            self._steps(plan.blocks[0], group)
            self._leave(plan, plan.blocks[0], group)
            return [slots[slot] for slot in plan.results]
        waiting: dict[int, list[_Group]] = {0: [_Group(lanes, slots)]}
        ready = [0]
        while ready[0] != plan.exit:
            index = heappop(ready)
            block = plan.blocks[index]
            group = self._merged(waiting.pop(index), block.live)
            self._steps(block, group)
            for way, following in self._leave(plan, block, group):
                if way.target not in waiting:
                    waiting[way.target] = []
                    heappush(ready, way.target)
                waiting[way.target].append(following)
        group = self._merged(waiting[plan.exit], plan.results)
        return [group.slots[slot] for slot in plan.results]

    def _steps(self, block: PlannedBlock, group: _Group) -> None:
        slots = group.slots
        for kind, run, args, results, dead, inst in block.steps:
            if kind == Kind.PURE:
                slots[results[0]] = run(*[slots[arg] for arg in args])
            elif kind == Kind.MOVE:
                slots[results[0]] = slots[args[0]]
            else:
                values = [slots[arg] for arg in args]
                found = run(*values) if kind == Kind.MANY else self._effects[inst.op](inst, values, group.lanes)
                for slot, value in zip(results, found, strict=True):
                    slots[slot] = value
            for slot in dead:
                slots[slot] = None

    def _leave(self, plan: Plan, block: PlannedBlock, group: _Group) -> list[tuple[Way, _Group]]:
        """Where the group goes from the end of the block: in one piece, or split in two."""
        slots = group.slots
        if not block.ways:
            raise EvaluationError(f"@{plan.function.name}: an `unreachable` was reached")
        way = block.ways[0]
        if block.condition is not None:
            condition = slots[block.condition]
            if not isinstance(condition, np.ndarray):
                way = block.ways[0 if condition else 1]
            elif not condition.all():
                if condition.any():
                    return [
                        (block.ways[0], _part(plan, block.ways[0], group, np.flatnonzero(condition))),
                        (block.ways[1], _part(plan, block.ways[1], group, np.flatnonzero(~condition))),
                    ]
                way = block.ways[1]
        values = [slots[source] for source, _ in way.moves]
        for (_, slot), value in zip(way.moves, values, strict=True):
            slots[slot] = value
        return [(way, group)]

    def _merged(self, groups: list[_Group], live: Sequence[int]) -> _Group:
        if len(groups) == 1:
            return groups[0]
        lanes = np.concatenate([group.lanes for group in groups if group.lanes is not None])
        order = np.argsort(lanes)
        rank = np.empty_like(order)
        rank[order] = np.arange(len(order))
        ends = np.cumsum([len(group.lanes) for group in groups if group.lanes is not None])
        places = np.split(rank, ends[:-1])
        merged = groups[0].slots
        for slot in live:
            merged[slot] = _joined([group.slots[slot] for group in groups], places, len(lanes))
        return _Group(None if len(lanes) == self.lanes else lanes[order], merged)

    # --- effects: (instruction, operands, lanes) -> results

    def _load(self, inst: Inst, values: list[Vector], lanes: np.ndarray | None) -> tuple[Vector]:
        return (self.objects[inst.target].load(inst.results[0].type, values[0], lanes),)  # type: ignore[index]

    def _store(self, inst: Inst, values: list[Vector], lanes: np.ndarray | None) -> tuple[()]:
        self.objects[inst.target].store(values[0], values[1], lanes)  # type: ignore[index]
        return ()

    def _call(self, inst: Inst, values: list[Vector], lanes: np.ndarray | None) -> tuple[Vector, ...]:
        return tuple(self._run(self._plan(str(inst.target)), values, lanes))

    def _burn(self, inst: Inst, values: list[Vector], lanes: np.ndarray | None) -> tuple[Vector]:
        storage, word = self._fuel
        left = storage.load(Type.INT, np.int32(word), lanes) - np.int32(1)
        storage.store(np.int32(word), left, lanes)
        remains = left >= 0
        return (np.True_ if isinstance(remains, np.ndarray) and remains.all() else remains,)

    def _peek(self, inst: Inst, values: list[Vector], lanes: np.ndarray | None) -> tuple[Vector]:
        return (self.ram.load(2, values[0]),)

    def _poke(self, inst: Inst, values: list[Vector], lanes: np.ndarray | None) -> tuple[()]:
        self.ram.store(int(inst.op[5:]) // 8, values[0], values[1])
        return ()


def _part(plan: Plan, way: Way, group: _Group, chosen: np.ndarray) -> _Group:
    """The lanes at positions `chosen` of the group, with what they carry over `way`."""
    slots = plan.template.copy()
    for source, slot in way.carried:
        value = group.slots[source]
        slots[slot] = value.take(chosen) if isinstance(value, np.ndarray) else value
    return _Group(chosen if group.lanes is None else group.lanes.take(chosen), slots)


def _joined(values: list[Vector], places: list[np.ndarray], count: int) -> Vector:
    """The values of several groups in one array; one scalar if all hold the same bits."""
    first = values[0]
    if not any(isinstance(value, np.ndarray) for value in values):
        bits = first.tobytes()
        if all(value is first or value.tobytes() == bits for value in values):
            return first
    joined = np.empty(count, dtype=first.dtype)
    for place, value in zip(places, values, strict=True):
        joined[place] = value
    return joined


def _usage(module: Module) -> dict[MemObject, tuple[bool, bool]]:
    """Each object in use -> (some index varies, some word is a float)."""
    found: dict[MemObject, tuple[bool, bool]] = {}
    for function in module.functions.values():
        for inst in function.insts():
            if inst.op in ("load", "store") and isinstance(inst.target, MemObject):
                dynamic, has_floats = found.get(inst.target, (False, False))
                operands = (*inst.args[1:], *inst.results)
                has_floats = has_floats or any(operand.type is Type.FLOAT for operand in operands)
                found[inst.target] = (dynamic or not isinstance(inst.args[0], Const), has_floats)
    return found


def _initial(module: Module, item: MemObject, given: Any) -> Any:
    """The words an object starts with: what the caller gives, its data, its uniform's default, or zeros."""
    if given is None:
        given = item.data or None
    for info in module.uniforms.values():
        if given is None and info.object is item:
            given = info.default
    if given is None:
        return [0] * item.words
    if len(given) != item.words:
        raise ValueError(f"@{item.name} has {item.words} words, and {len(given)} are given")
    return given


def _word(word: Any, lanes: int) -> Vector:
    """One initial word as the evaluator keeps it: a scalar, or an array when it differs between lanes."""
    value = np.asarray(word)
    if value.dtype.kind in "iu":
        value = value.astype(np.int64).astype(np.int32)
    elif value.dtype.kind == "f":
        value = value.astype(np.float64)
    if value.ndim == 0:
        return value[()]
    return value[0] if lanes == 1 else np.broadcast_to(value, lanes)
