"""Random modules for tests and fuzzers: verified, terminating, and full of what compilers get wrong.

Input: a seed and `Knobs`. Output: a module that `verify` accepts, the same for the same seed and knobs. Integer modules
(`floats=False`) hold only what is left after `q32`: on them machine code can be compared with `evaluate` bit for bit.
Float modules have a pixel function `main(x, y) -> (r, g, b, a)` as entry and can go the whole road.

Control flow is structured but not tidy: critical edges, breaks and continues from nested ifs, early returns, branches
whose edges meet in one block, loop parameters that are swapped, copied and constant, and values live from the entry to
the return (`pressure` of them). Loops have bounded trip counts, calls inside loops stay within a budget of executed
instructions (`work`), array indices are clamped.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random
from typing import Any

import numpy as np

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
from glowjit.ir.semantics import DTYPES

_LETTERS = {"f": Type.FLOAT, "i": Type.INT, "b": Type.BOOL}
_VARIADIC = ("fdot", "flength", "fnormalize")

# Values at which encodings, shifts and carries change.
_INTS = (
    *(0, 1, 2, 3, 4, 7, 8, 15, 16, 17, 31, 32, 33, 63, 64, 255, 256, 2047, 2048, 2049, 4095, 4096, 65535, 65536),
    *(0x7FFF_F7FF, 0x7FFF_F800, 0x7FFF_FFFF, 0xFFFF_F000, 0x1234_5678, 0x5555_5555, 0x00FF_00FF),
)
_FLOATS = (0.0, -0.0, 0.5, 1.0, -1.0, 2.0, 3.0, 0.1, -0.25, 1.5, 10.0, 255.0, 1e-3, math.pi, 181.0, 32767.0, -40000.0)

# What passes look for, of values a and b, a counter n, small constants j k l, a mask m, and earlier results by number.
_IDIOMS = (
    "add a k; mul 0 j; add a l; mul 2 j",  # multiples of neighbours
    "mul n j; add 0 a; mul n k; sub 2 l",  # what counts as the counter does
    "sub k n; mul 0 j; sub 1 n; shl n k",
    "and a m; add 0 k; lt 1 l; select 2 0 1",  # bits and bounds
    "rem a k; add 0 l; lt 0 j; select 2 1 0; rem 1 j",
    "shr a k; and 0 m; shl 1 j; sar 2 j; max 3 l; min 4 a",
    "lt a k; ge a j; band 0 1; bnot 2; select 3 a b",  # conditions of several
    "eq a k; lt b l; bor 0 1; select 2 k a; ne 3 k; band 2 4",
)
_SMALL = (1, 2, 3, 4, 5, 7, 8, 10, 12, 31, -1, -3, -8)


@dataclass(frozen=True, slots=True)
class Knobs:
    """What kind of modules to make; the upper bounds are reached, but not by every module."""

    functions: int = 3  # how many, `main` included
    size: int = 40  # instructions per function, roughly
    depth: int = 3  # nesting of ifs and loops
    params: int = 5  # parameters per function, at most
    results: int = 3  # results per function, at most
    pressure: int = 8  # values that live until the return
    trips: int = 5  # iterations per loop, at most
    work: int = 5_000  # instructions executed per call of `main`, roughly and at most
    floats: bool = False
    memory: bool = True  # uniforms, constants, globals and locals
    bools_in_memory: bool = True
    burns: bool = True
    idioms: float = 0.0  # share of the statements that passes look for
    ops: frozenset[str] | None = None  # pure operations to choose from; None means all that fit


def generate(seed: int, knobs: Knobs | None = None) -> Module:
    """The module that `seed` and `knobs` stand for; its last function is `main`."""
    rng = Random(seed)
    knobs = knobs or Knobs()
    module = Module()
    if knobs.memory:
        _make_objects(rng, knobs, module)
    work: dict[str, int] = {}
    for number in range(knobs.functions):
        last = number == knobs.functions - 1
        name = "main" if last else f"f{number}"
        builder = _Builder(rng, knobs, module, work, _frame(rng, knobs, name, last))
        module.functions[name] = builder.build()
        work[name] = builder.executed
    module.entry = "main" if knobs.floats else ""
    return module


def arguments(module: Module, name: str, seed: int, lanes: int = 1) -> list[np.ndarray]:
    """One array of `lanes` values per parameter of `@name`; interesting values among random ones."""
    rng = Random(seed)
    types = [value.type for value in module.functions[name].params]
    return [np.array([_constant(rng, type).value for _ in range(lanes)], dtype=DTYPES[type]) for type in types]


def contents(module: Module, seed: int) -> dict[str, list[Any]]:
    """Words for the uniforms of a generated module, as `evaluate.call` takes them in `memory`."""
    rng = Random(seed)
    types = {item.name: _element(item) for item in module.objects.values() if item.kind is MemKind.UNIFORM}
    return {
        name: [_constant(rng, type).value for _ in range(module.objects[name].words)] for name, type in types.items()
    }


def _element(item: MemObject) -> Type:
    """A generated object has one type, which the last letter of its name tells."""
    return _LETTERS[item.name[-1]]


def _types(knobs: Knobs) -> list[Type]:
    return [Type.INT] * 4 + [Type.BOOL] + ([Type.FLOAT] * 6 if knobs.floats else [])


def _make_objects(rng: Random, knobs: Knobs, module: Module) -> None:
    for kind in (MemKind.UNIFORM, MemKind.CONSTANT, MemKind.GLOBAL):
        for number in range(rng.randrange(1, 4)):
            item = _object(rng, knobs, kind, f"{kind.value[0]}{number}")
            module.objects[item.name] = item


def _object(rng: Random, knobs: Knobs, kind: MemKind, name: str) -> MemObject:
    type = rng.choice(_types(knobs))
    if type is Type.BOOL and not knobs.bools_in_memory:
        type = Type.INT
    words = rng.choice((1, 2, 3, 4, 7, 16))
    data = tuple(_constant(rng, type).value for _ in range(words)) if kind is MemKind.CONSTANT else ()
    return MemObject(f"{name}{str(type)[0]}", kind, words, data)


def _frame(rng: Random, knobs: Knobs, name: str, last: bool) -> Function:
    if last and knobs.floats:
        return Function(name, [Value(Type.FLOAT, "x"), Value(Type.FLOAT, "y")], [Type.FLOAT] * 4)
    types = _types(knobs)
    params = [Value(rng.choice(types), f"p{index}") for index in range(rng.randint(0, knobs.params))]
    results = [rng.choice(types) for _ in range(rng.randint(1 if last else 0, knobs.results))]
    return Function(name, params, results)


def _constant(rng: Random, type: Type) -> Const:
    if type is Type.BOOL:
        return const_bool(rng.random() < 0.5)
    if type is Type.FLOAT:
        return const_float(rng.choice(_FLOATS) if rng.random() < 0.5 else round(rng.uniform(-8.0, 8.0), 3))
    kind = rng.random()
    if kind < 0.5:
        return const_int(rng.choice(_INTS) * rng.choice((1, 1, -1)))
    if kind < 0.7:
        return const_int(rng.choice((1, -1)) << rng.randrange(32))
    return const_int(rng.getrandbits(32))


def _catalogue(knobs: Knobs) -> dict[Type, list[str]]:
    """Pure operations by the type of their first result."""
    found: dict[Type, list[str]] = {type: [] for type in Type}
    for name, info in OPS.items():
        fits = knobs.floats or not (info.is_float or "M" in info.flags)
        if info.pure and fits and (knobs.ops is None or name in knobs.ops):
            for type in Type if name == "select" else [_LETTERS[info.results[0]]]:
                found[type].append(name)
    return found


@dataclass(slots=True)
class _Loop:
    """What a break or a continue needs: the blocks, and the counter that a continue passes on, plus one."""

    header: Block
    exit: Block
    counter: Value


class _Builder:
    """Builds one function from the top down; `block` is where the next instruction goes."""

    def __init__(self, rng: Random, knobs: Knobs, module: Module, work: dict[str, int], function: Function) -> None:
        self.rng = rng
        self.knobs = knobs
        self.module = module
        self.work = work
        self.function = function
        self.catalogue = _catalogue(knobs)
        self.types = _types(knobs)
        self.block = Block("entry")
        self.pool: list[Value] = list(function.params)  # everything that dominates the cursor
        self.loops: list[_Loop] = []
        self.times = 1  # how often the cursor runs per call, at most
        self.executed = 0
        self.left = knobs.size

    def build(self) -> Function:
        if self.knobs.memory:
            for number in range(self.rng.randrange(3)):
                name = f"{self.function.name}.l{number}"
                self.function.locals.append(_object(self.rng, self.knobs, MemKind.LOCAL, name))
        self.function.blocks.append(self.block)
        kept = [self._inst(self._type()) for _ in range(self.knobs.pressure)]
        while self.left > 0:
            self._statement(self.knobs.depth)
        self._return(kept)
        return self.function

    # --- pieces

    def _type(self) -> Type:
        return self.rng.choice(self.types)

    def _emit(self, op: str, args: list[Operand], results: list[Type], target: MemObject | str | None = None) -> Inst:
        values = [Value(type) for type in results]
        inst = Inst(op, args, values, target, self.rng.choice((0, self.rng.randrange(1, 100))))
        self.block.insts.append(inst)
        self.pool += values
        self.left -= 1
        self.executed += self.times
        return inst

    def _operand(self, type: Type, constants: float = 0.2) -> Operand:
        """A value of the type; recent ones more often than old ones, and constants now and then."""
        fitting = [value for value in self.pool if value.type is type]
        if not fitting or self.rng.random() < constants:
            return _constant(self.rng, type)
        return fitting[-1 - int(len(fitting) * self.rng.random() ** 2)]

    def _operands(self, types: list[Type]) -> list[Operand]:
        return [self._operand(type) for type in types]

    def _inst(self, type: Type) -> Value:
        """One pure operation with a result of the type (a `select` if the knobs leave none)."""
        op = self.rng.choice(self.catalogue[type] or ["select"])
        if op == "select":
            args = self._operands([Type.BOOL, type, type])
            return self._emit(op, args, [type]).results[0]
        if op in _VARIADIC:
            count = self.rng.choice((2, 4))
            results = [Type.FLOAT] * (count if op == "fnormalize" else 1)
            return self._emit(op, self._operands([Type.FLOAT] * count), results).results[0]
        info = OPS[op]
        args = self._operands([_LETTERS[letter] for letter in info.args.split()])
        return self._emit(op, args, [_LETTERS[letter] for letter in info.results.split()]).results[0]

    def _goto(self, block: Block) -> None:
        """Go on in a new block."""
        self.function.blocks.append(block)
        self.block = block

    def _edge(self, block: Block) -> Edge:
        return Edge(block, self._operands([value.type for value in block.params]))

    def _fresh_block(self, params: int) -> Block:
        return Block("", [Value(self._type()) for _ in range(self.rng.randint(0, params))])

    # --- statements

    def _statement(self, depth: int) -> None:
        if depth > 0 and self.rng.random() < 0.3:
            self.rng.choice((self._if, self._if, self._if, self._loop, self._loop, self._loop, self._meet))(depth - 1)
            return
        if self.knobs.idioms and self.rng.random() < self.knobs.idioms:
            self._sought(depth)
            return
        choices = [self._plain] * 10
        if self.knobs.memory:
            choices += [self._load] * 2 + [self._store] * 2
        if self.work:
            choices += [self._call]
        self.rng.choice(choices)()

    def _statements(self, depth: int) -> None:
        for _ in range(self.rng.randrange(1, 6)):
            if self.left > 0:
                self._statement(depth)

    def _plain(self) -> None:
        self._inst(self._type())

    def _sought(self, depth: int) -> None:
        kind = self.rng.random()
        if depth > 0 and kind < 0.2:
            self._condition(depth - 1)
        elif depth > 0 and kind < 0.5 and self.knobs.memory:
            self._reload(depth - 1)
        else:
            self._idiom()

    def _idiom(self) -> None:
        small = {letter: const_int(self.rng.choice(_SMALL)) for letter in "jkl"}
        named: dict[str, Operand] = {**small, "m": const_int((1 << self.rng.randrange(1, 31)) - 1)}
        named |= {"a": self._operand(Type.INT, 0.0), "b": self._operand(Type.INT, 0.0)}
        named["n"] = self.loops[-1].counter if self.loops else named["a"]
        made: list[Operand] = []
        for step in self.rng.choice(_IDIOMS).split("; "):
            op, *names = step.split()
            args = [made[int(name)] if name.isdecimal() else named[name] for name in names]
            made.append(self._emit(op, args, [_LETTERS["i" if op == "select" else OPS[op].results[0]]]).result)

    def _condition(self, depth: int) -> None:
        """A branch on two comparisons together."""
        parts: list[Operand] = []
        for _ in range(2):
            op = self.rng.choice(("lt", "ge", "eq", "ltu"))
            parts.append(self._emit(op, self._operands([Type.INT] * 2), [Type.BOOL]).result)
        self._if(depth, self._emit(self.rng.choice(("band", "bor")), parts, [Type.BOOL]).result)

    def _reload(self, depth: int) -> None:
        """A word is read, and written before one of two ways on asks what it was."""
        objects = [item for item in self.module.objects.values() if item.kind is MemKind.GLOBAL]
        item = self.rng.choice([*objects, *self.function.locals])
        index = const_int(self.rng.randrange(item.words))
        self._emit("load", [index], [_element(item)], item)
        self._emit("store", [index, self._operand(_element(item))], [], item)
        self._if(depth)

    def _index(self, item: MemObject) -> Operand:
        if self.rng.random() < 0.5:
            return const_int(self.rng.randrange(item.words))
        return self._emit("minu", [self._operand(Type.INT), const_int(item.words - 1)], [Type.INT]).result

    def _load(self) -> None:
        item = self.rng.choice([*self.module.objects.values(), *self.function.locals])
        self._emit("load", [self._index(item)], [_element(item)], item)

    def _store(self) -> None:
        objects = [*self.module.objects.values(), *self.function.locals]
        item = self.rng.choice(objects)
        if item.kind in (MemKind.GLOBAL, MemKind.LOCAL):
            self._emit("store", [self._index(item), self._operand(_element(item))], [], item)

    def _call(self) -> None:
        name = self.rng.choice(list(self.work))
        callee = self.module.functions[name]
        cost = self.times * self.work[name]
        if self.executed + cost <= self.knobs.work:
            self.executed += cost
            args = self._operands([value.type for value in callee.params])
            self._emit("call", args, callee.results, name)

    def _if(self, depth: int, condition: Operand | None = None) -> None:
        """One arm or two; an arm may end in a break, a continue or a return instead of joining."""
        then, join = Block(), self._fresh_block(3)
        other = Block() if self.rng.random() < 0.5 else None
        condition = condition or self._operand(Type.BOOL, 0.05)
        false = Edge(other) if other else self._edge(join)
        edges = [Edge(then), false]
        self.block.terminator = Terminator("branch", [condition], edges if self.rng.random() < 0.5 else edges[::-1])
        mark = len(self.pool)
        for arm in (then, other):
            if arm:
                self._goto(arm)
                self._statements(depth)
                if arm is not then or not self._escape():
                    self.block.terminator = Terminator("jump", [], [self._edge(join)])
                del self.pool[mark:]
        self._goto(join)
        self.pool += join.params

    def _escape(self) -> bool:
        """End the block by leaving the loop or the function, now and then."""
        kind = self.rng.random()
        if kind < 0.1:
            self.block.terminator = Terminator("ret", self._operands(self.function.results))
            return True
        if kind < 0.5 and self.loops:
            loop = self.rng.choice(self.loops) if kind < 0.2 else self.loops[-1]
            if kind < 0.35:
                self.block.terminator = Terminator("jump", [], [self._edge(loop.exit)])
            else:
                self.block.terminator = Terminator("jump", [], [self._again(loop)])
            return True
        return False

    def _again(self, loop: _Loop) -> Edge:
        """A back edge: the counter goes up, the other parameters get anything, one another's values among it."""
        counter = self._emit("add", [loop.counter, const_int(1)], [Type.INT]).result
        edge = self._edge(loop.header)
        shuffled = self.rng.sample(loop.header.params[1:], len(loop.header.params) - 1)
        for index, value in enumerate(shuffled, 1):
            if value.type is loop.header.params[index].type and self.rng.random() < 0.6:
                edge.args[index] = value
        edge.args[0] = counter
        return edge

    def _loop(self, depth: int) -> None:
        """A loop with the test at its head or its end, and a fuel check on its way back now and then."""
        trips = self.rng.randint(1, self.knobs.trips)
        if self.times * trips * 20 > self.knobs.work:
            return
        bound: Operand = const_int(trips)
        if self.rng.random() < 0.3:
            bound = self._emit("minu", [self._operand(Type.INT), const_int(trips)], [Type.INT]).result
        counter = Value(Type.INT)
        header = Block("", [counter, *self._fresh_block(4).params])
        loop = _Loop(header, self._fresh_block(3), counter)
        entry = self._edge(header)
        entry.args[0] = const_int(0)
        self.block.terminator = Terminator("jump", [], [entry])
        mark, self.times = len(self.pool), self.times * trips
        self._goto(header)
        self.pool += header.params
        # A test at the head sees every continue; at the end it would be passed by, and the loop would not end.
        body = Block()
        go_on = self._emit("lt", [counter, bound], [Type.BOOL]).result
        self.block.terminator = Terminator("branch", [go_on], [Edge(body), self._edge(loop.exit)])
        self._goto(body)
        self.loops.append(loop)
        self._statements(depth)
        self._latch(loop)
        self.loops.pop()
        del self.pool[mark:]
        self.times //= trips
        self._goto(loop.exit)
        self.pool += loop.exit.params

    def _latch(self, loop: _Loop) -> None:
        edge = self._again(loop)
        kind = self.rng.random()
        if kind < 0.4 and self.knobs.burns:
            fuel = self._emit("burn", [], [Type.BOOL]).result
            self.block.terminator = Terminator("branch", [fuel], [edge, self._edge(loop.exit)])
        elif kind < 0.6:
            self.block.terminator = Terminator("branch", [self._operand(Type.BOOL)], [self._edge(loop.exit), edge])
        else:
            self.block.terminator = Terminator("jump", [], [edge])

    def _meet(self, depth: int) -> None:
        """A branch whose two edges lead to the same block with different arguments."""
        join = self._fresh_block(4)
        edges = [self._edge(join), self._edge(join)]
        self.block.terminator = Terminator("branch", [self._operand(Type.BOOL, 0.05)], edges)
        self._goto(join)
        self.pool += join.params

    def _return(self, kept: list[Value]) -> None:
        """Mix what was kept into the results, so that it lives until here."""
        results = self._operands(self.function.results)
        for index, value in enumerate(kept):
            if results:
                slot = index % len(results)
                results[slot] = self._mixed(results[slot], value)
        self.block.terminator = Terminator("ret", results)

    def _mixed(self, a: Operand, b: Value) -> Value:
        if a.type is b.type:
            op = {Type.INT: ("add", "xor", "sub"), Type.BOOL: ("bxor",), Type.FLOAT: ("fadd", "fsub", "fmax")}[a.type]
            return self._emit(self.rng.choice(op), [a, b], [a.type]).result
        condition: Operand = b
        if b.type is not Type.BOOL:
            compare = "lt" if b.type is Type.INT else "flt"
            condition = self._emit(compare, [b, _constant(self.rng, b.type)], [Type.BOOL]).result
        return self._emit("select", [condition, a, self._operand(a.type)], [a.type]).result
