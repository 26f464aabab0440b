"""Narrowing by known bits and ranges of ints: values become constants, and bounds that always hold go.

Input: a function of integers in SSA form. Output: the same function where a value that can be one number only is that
constant, a bound that is always kept is gone (`min`, `max`, `and`, `or` that change nothing), and a shift of what is
never negative is logical. Branches get constant conditions; what that makes of them is left to `simplify_cfg`, and what
is no longer used to `dce`.

One walk in reverse post-order (`knowledge` has the rules). A block behind one side of a branch knows what the branch's
condition says, and so does an argument on the edge; what is known of a block's parameter is what is common to the
edges that can be taken. A parameter of a loop's header is known if it counts (`trips`), else it may be anything: so
one walk suffices. Cost: linear, times the refinements of one value.
"""

from __future__ import annotations

from collections.abc import Callable

from glowjit.ir.cfg import Loop
from glowjit.ir.core import (
    Block,
    Const,
    Edge,
    Function,
    Inst,
    MemKind,
    MemObject,
    Operand,
    Type,
    Value,
    const_bool,
    const_int,
)
from glowjit.passes.knowledge import BOOL, FULL, MASK, TRANSFER, Known, constant, join, refine
from glowjit.passes.rewrite import remove_unreachable, resolve, substitute
from glowjit.passes.trips import TripCounter

_COMPARES = ("eq", "ne", "lt", "ge", "ltu", "geu")
_MAX_DEPTH = 4  # of an `and` of conditions

Facts = dict[Value, Known]


def run(function: Function) -> None:
    """Narrow the ints of `function`."""
    remove_unreachable(function)
    _Narrowing(function).run()


class _Narrowing:
    def __init__(self, function: Function) -> None:
        self.function = function
        self.counter = TripCounter(function)
        self.tree = self.counter.tree
        self.headers = {loop.header: loop for loop in self.counter.loops}
        self.known: Facts = {}
        self.refined: dict[Value, list[tuple[Block, Known]]] = {}  # in the blocks that one block dominates
        self.replacement: dict[Value, Operand] = {}
        self.tables: dict[int, Known] = {}
        self.arrived: dict[Block, list[tuple[Block, Edge, Facts]]] = {}  # the edges that can be taken so far

    def run(self) -> None:
        order = self.tree.order
        self.arrived[order[0]] = []
        for block in order:
            if block in self.arrived:
                self.enter(block)
                for inst in block.insts:
                    self.visit(inst, block)
                self.leave(block)
        if self.replacement:
            for block in order:
                block.insts = [inst for inst in block.insts if not self.gone(inst)]
            substitute(self.function.blocks, self.replacement)

    def gone(self, inst: Inst) -> bool:
        return inst.info.pure and len(inst.results) == 1 and inst.results[0] in self.replacement

    def get(self, operand: Operand, block: Block) -> Known:
        """What is known of an operand in `block`."""
        if isinstance(operand, Const):
            return constant(int(operand.value))
        for where, known in reversed(self.refined.get(operand, ())):
            if self.tree.dominates(where, block):
                return known
        return self.known.get(operand, BOOL if operand.type is Type.BOOL else FULL)

    def enter(self, block: Block) -> None:
        """What the edges that lead to `block` say of its parameters, or the only one of everything."""
        loop = self.headers.get(block)
        edges = self.arrived[block]
        for place, param in enumerate(block.params):
            if param.type is Type.FLOAT:
                continue
            if loop is not None:
                self.know(param, self.counted(param, loop))
            else:
                self.know(param, join(self.on_edge(edge.args[place], pred, facts) for pred, edge, facts in edges))
        if len(edges) == 1 == len(self.counter.incoming[block]):
            for value, fact in edges[0][2].items():
                self.refined.setdefault(value, []).append((block, fact))

    def on_edge(self, operand: Operand, block: Block, facts: Facts) -> Known:
        """What is known of an operand where `facts` hold at the end of `block`."""
        known = facts.get(operand) if isinstance(operand, Value) else None
        return known or self.get(operand, block)

    def counted(self, param: Value, loop: Loop) -> Known:
        """What is known of a parameter of a header: all the values it counts through."""
        if param.type is not Type.INT:
            return BOOL
        trips = self.counter.count(loop)
        values = self.counter.sequence(param, loop, trips) if trips else None
        if values is None or trips is None or len(values) < trips:
            return FULL
        return join(constant(int(value)) for value in values)

    def know(self, value: Value, known: Known) -> None:
        self.known[value] = known
        if known[0] == known[1]:
            self.replacement[value] = const_bool(bool(known[0])) if value.type is Type.BOOL else const_int(known[0])

    def visit(self, inst: Inst, block: Block) -> None:
        """Learn what `inst` gives, and make it simpler."""
        transfer = TRANSFER.get(inst.op)
        if transfer is None:
            if inst.op == "load":
                self.known[inst.results[0]] = self.table(inst)
            return
        result = inst.results[0]
        if result.type is Type.FLOAT:
            return
        args = [self.get(arg, block) for arg in inst.args]
        self.know(result, transfer(*args))
        if result not in self.replacement:
            kept = _kept(inst, args)
            if kept is not None:
                self.replacement[result] = resolve(self.replacement, inst.args[kept])
            elif inst.op == "sar" and args[0][0] >= 0:
                inst.op = "shr"

    def table(self, inst: Inst) -> Known:
        """What the words of constant data have in common."""
        item = inst.target
        if not isinstance(item, MemObject) or item.kind is not MemKind.CONSTANT or inst.results[0].type is not Type.INT:
            return FULL if inst.results[0].type is not Type.BOOL else BOOL
        if id(item) not in self.tables:
            self.tables[id(item)] = join(constant(int(word)) for word in item.data)
        return self.tables[id(item)]

    def leave(self, block: Block) -> None:
        """Hand on along the edges that can be taken what is known on them."""
        terminator = block.terminator
        if terminator.op != "branch":
            for edge in terminator.edges:
                self.arrived.setdefault(edge.block, []).append((block, edge, {}))
            return
        condition = terminator.args[0]
        known = self.get(condition, block)
        for holds, edge in zip((True, False), terminator.edges, strict=True):
            if known[0] <= holds <= known[1]:
                facts: Facts = {}
                self.learn(condition, holds, block, facts)
                self.arrived.setdefault(edge.block, []).append((block, edge, facts))

    def learn(self, condition: Operand, holds: bool, block: Block, facts: Facts, depth: int = _MAX_DEPTH) -> None:
        """Add to `facts` what follows from a condition."""
        if not isinstance(condition, Value):
            return
        facts[condition] = constant(int(holds))
        inst = self.counter.defs.get(condition)
        if inst is None or depth == 0:
            return
        if inst.op == "bnot":
            self.learn(inst.args[0], not holds, block, facts, depth - 1)
        elif inst.op == ("band" if holds else "bor"):
            for arg in inst.args:
                self.learn(arg, holds, block, facts, depth - 1)
        elif inst.op in _COMPARES:
            a, b = inst.args
            before = (self.on_edge(a, block, facts), self.on_edge(b, block, facts))
            for arg, known in zip((a, b), refine(inst.op, holds, *before), strict=True):
                if isinstance(arg, Value) and known != FULL:
                    facts[arg] = known


def _kept(inst: Inst, args: list[Known]) -> int | None:
    """The place of the operand that the result always equals, if there is one."""
    if len(args) != 2 or inst.op not in _ABSORBED:
        return None
    absorbed = _ABSORBED[inst.op]
    return 0 if absorbed(args[0], args[1]) else 1 if absorbed(args[1], args[0]) else None


# Whether the operation gives its first operand.
_ABSORBED: dict[str, Callable[[Known, Known], bool]] = {
    "min": lambda a, b: a[1] <= b[0],
    "max": lambda a, b: a[0] >= b[1],
    "minu": lambda a, b: a[0] >= 0 and a[1] <= b[0],
    "maxu": lambda a, b: b[0] >= 0 and a[0] >= b[1],
    "and": lambda a, b: ~a[2] & ~b[3] & MASK == 0,
    "or": lambda a, b: ~b[2] & ~a[3] & MASK == 0,
}
