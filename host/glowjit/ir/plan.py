"""A function prepared for `evaluate`: values become slots of a list, blocks become lists of steps.

Input: a verified function. Output: a `Plan` with the reachable blocks in reverse post-order and one more block at the
end, the exit, to which every `ret` jumps. A slot holds one SSA value; constants have slots too, counted from the end of
the list (so they are negative, and no bit set contains them) and filled in `template`.
Words of locals that are only accessed by constant indices, and by one type each, become slots that are assigned more
than once; so code straight from the translator, where every variable is a local, costs no memory accesses.

Liveness of slots (backward data flow over Python ints as bit sets) says what a step may forget and what a group of
lanes must carry over an edge. Cost: linear in instructions, times loop nesting for the data flow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, NamedTuple

from glowjit.ir.cfg import reverse_postorder
from glowjit.ir.core import Block, Const, Edge, Function, Inst, MemObject, Operand, Type, Value
from glowjit.ir.semantics import DTYPES, SEMANTICS


class Kind(IntEnum):
    """How a step is run; in the order of how often."""

    PURE = 0  # slot = run(*slots)
    MOVE = 1  # slot = slot
    EFFECT = 2  # slots = the evaluator's method for `inst`
    MANY = 3  # slots = run(*slots)


class Step(NamedTuple):
    kind: Kind
    run: Callable[..., Any]
    args: tuple[int, ...]
    results: tuple[int, ...]
    dead: tuple[int, ...]  # slots that nothing reads any more
    inst: Inst


class Way(NamedTuple):
    """An edge: (source slot, destination slot) for the parameters, and for every slot the target still needs."""

    target: int
    moves: tuple[tuple[int, int], ...]
    carried: tuple[tuple[int, int], ...]


@dataclass(slots=True)
class PlannedBlock:
    steps: list[Step] = field(default_factory=list)
    condition: int | None = None
    ways: tuple[Way, ...] = ()
    live: tuple[int, ...] = ()  # the slots that hold something needed when the block begins


@dataclass(slots=True)
class Plan:
    """`template` is the list of slots with the constants in it; `results` are slots of the exit block."""

    function: Function
    template: list[Any]
    params: tuple[int, ...]
    results: tuple[int, ...]
    blocks: list[PlannedBlock]
    tables: tuple[MemObject, ...]  # locals that stay in memory

    @property
    def exit(self) -> int:
        return len(self.blocks) - 1

    @property
    def straight(self) -> bool:
        """Whether every activation runs one block and returns."""
        return [way.target for way in self.blocks[0].ways] == [self.exit]


def plan(function: Function) -> Plan:
    """Prepare `function`, which must be verified."""
    return _Planner(function).plan()


class _Planner:
    def __init__(self, function: Function) -> None:
        self.function = function
        self.variables: list[
            Any
        ] = []  # what each variable slot holds at the start: None, or the zero of a local's word
        self.values: dict[Value, int] = {}
        self.constants: dict[tuple[Type, str], Any] = {}
        self.constant_slots: dict[tuple[Type, str], int] = {}
        self.order = reverse_postorder(function)
        self.index = {block: position for position, block in enumerate(self.order)}
        self.tables: dict[MemObject, None] = {}
        self.words = self._promoted()

    def _slot(self, content: Any = None) -> int:
        self.variables.append(content)
        return len(self.variables) - 1

    def _operand(self, operand: Operand) -> int:
        if isinstance(operand, Const):
            key = operand.type, repr(operand.value)
            if key not in self.constants:
                self.constants[key] = DTYPES[operand.type](operand.value)
            return self.constant_slots.setdefault(key, -len(self.constants))
        return self._value(operand)

    def _value(self, value: Value) -> int:
        if value not in self.values:
            self.values[value] = self._slot()
        return self.values[value]

    def _promoted(self) -> dict[tuple[MemObject, int], int]:
        """The words of locals that become slots. Such a slot starts as zero, like every local."""
        types: dict[tuple[MemObject, int], Type] = {}
        for block in self.order:
            for inst in block.insts:
                if inst.op not in ("load", "store") or not isinstance(inst.target, MemObject):
                    continue
                index = inst.args[0]
                type = (inst.results or inst.args[1:])[0].type
                word = (inst.target, int(index.value)) if isinstance(index, Const) else None
                if word is None or types.setdefault(word, type) is not type:
                    self.tables[inst.target] = None
        local = set(self.function.locals).difference(self.tables)
        return {key: self._slot(DTYPES[type](0)) for key, type in types.items() if key[0] in local}

    def plan(self) -> Plan:
        params = tuple(map(self._value, self.function.params))
        results = tuple(self._slot() for _ in self.function.results)
        drafts = [self._draft(block, results) for block in self.order]
        live = _liveness(drafts)
        blocks = [_finish(draft, live, index) for index, draft in enumerate(drafts)]
        blocks.append(PlannedBlock(live=results))
        tables = tuple(item for item in self.function.locals if item in self.tables)
        template = self.variables + list(self.constants.values())[::-1]
        return Plan(self.function, template, params, results, blocks, tables)

    def _draft(self, block: Block, results: tuple[int, ...]) -> _Draft:
        draft = _Draft([self._value(value) for value in block.params], [self._step(inst) for inst in block.insts])
        terminator = block.terminator
        if terminator.op == "branch":
            draft.condition = self._operand(terminator.args[0])
        if terminator.op == "ret":
            sources = map(self._operand, terminator.args)
            draft.ways = [(len(self.order), tuple(zip(sources, results, strict=True)))]
        else:
            draft.ways = [self._way(edge) for edge in terminator.edges]
        return draft

    def _way(self, edge: Edge) -> tuple[int, tuple[tuple[int, int], ...]]:
        sources = map(self._operand, edge.args)
        targets = map(self._value, edge.block.params)
        return self.index[edge.block], tuple(zip(sources, targets, strict=True))

    def _step(self, inst: Inst) -> Step:
        target, index = inst.target, inst.args[0] if inst.args else None
        if isinstance(target, MemObject) and isinstance(index, Const) and (target, index.value) in self.words:
            word = self.words[target, int(index.value)]
            if inst.op == "load":
                return Step(Kind.MOVE, _nothing, (word,), (self._value(inst.result),), (), inst)
            return Step(Kind.MOVE, _nothing, (self._operand(inst.args[1]),), (word,), (), inst)
        args = tuple(map(self._operand, inst.args))
        results = tuple(map(self._value, inst.results))
        if inst.op not in SEMANTICS:
            return Step(Kind.EFFECT, _nothing, args, results, (), inst)
        kind = Kind.MANY if inst.op in ("ffrexp", "fnormalize") else Kind.PURE
        return Step(kind, SEMANTICS[inst.op], args, results, (), inst)


def _nothing() -> None:
    """The `run` of a step that has none."""


@dataclass(slots=True)
class _Draft:
    """A block before liveness is known; a way is (target, parameter moves)."""

    params: list[int]
    steps: list[Step]
    condition: int | None = None
    ways: list[tuple[int, tuple[tuple[int, int], ...]]] = field(default_factory=list)

    def leaving(self) -> int:
        """What the terminator reads, as a bit set."""
        read = _bits(source for _, moves in self.ways for source, _ in moves)
        return read if self.condition is None else read | _bits((self.condition,))


def _bits(slots: Iterable[int]) -> int:
    found = 0
    for slot in slots:
        if slot >= 0:
            found |= 1 << slot
    return found


def _members(bits: int) -> tuple[int, ...]:
    found = []
    while bits:
        low = bits & -bits
        found.append(low.bit_length() - 1)
        bits ^= low
    return tuple(found)


def _liveness(drafts: list[_Draft]) -> list[int]:
    """For each block, and the exit, the slots whose content is needed on entry, without its parameters."""
    live = [0] * (len(drafts) + 1)
    effects = [_effect(draft) for draft in drafts]
    changed = True
    while changed:
        changed = False
        for index in range(len(drafts) - 1, -1, -1):
            read, written = effects[index]
            after = 0
            for target, _ in drafts[index].ways:
                after |= live[target]
            before = (read | after & ~written) & ~_bits(drafts[index].params)
            if before != live[index]:
                live[index] = before
                changed = True
    return live


def _effect(draft: _Draft) -> tuple[int, int]:
    """(slots read before they are written, slots written) of a whole block."""
    read, written = draft.leaving(), 0
    for step in reversed(draft.steps):
        results = _bits(step.results)
        read = read & ~results | _bits(step.args)
        written |= results
    return read, written


def _finish(draft: _Draft, live: list[int], index: int) -> PlannedBlock:
    ways = []
    after = draft.leaving()
    for target, moves in draft.ways:
        after |= live[target]
        ways.append(Way(target, moves, moves + tuple((slot, slot) for slot in _members(live[target]))))
    steps = []
    needed = after
    for step in reversed(draft.steps):
        args = _bits(step.args)
        dead = (args | _bits(step.results)) & ~needed
        steps.append(step._replace(dead=_members(dead)))
        needed = needed & ~_bits(step.results) | args
    return PlannedBlock(steps[::-1], draft.condition, tuple(ways), (*draft.params, *_members(live[index])))
