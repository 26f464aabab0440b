"""The ranges of a function's values as a graph, and its solution: a sparse fixpoint with widening and narrowing.

A `Graph` has a node for every value and for every place where a branch, or the condition of a select, says more of a
value than its definition does (the pi nodes of Bodik, Gupta, Sarkar, "ABCD: Eliminating Array Bounds Checks on Demand",
2000). A block's parameter is the hull of what its edges bring; what a local array holds, the hull of all that is stored
there. `solve` takes a `Domain`, which says what an operation's rule comes to: real arithmetic, or words.

Ranges grow until nothing changes. Where they meet themselves, at loop headers and arrays, they grow at first by what
comes, then to the next constant of the function, then without bound; after that, two rounds take back what was too much
(Cousot and Cousot, "Abstract Interpretation", 1977). Cost: each node is evaluated as often as what it depends on
changes, for straight code once.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from heapq import heappop, heappush
from typing import Protocol

from glowjit.ir.cfg import Dominators, reverse_postorder
from glowjit.ir.core import Block, Const, Edge, Function, Inst, MemKind, MemObject, Operand, Type, Value
from glowjit.q32.ranges.conditions import Refinement, implied
from glowjit.q32.ranges.interval import INFINITY, Range, hull, meet
from glowjit.q32.ranges.shapes import Shape, recognise

_PATIENCE = 3  # how often a range may grow by what comes
_STEPS = 8  # and then to the next constant
_NARROWINGS = 2

Scope = dict[Operand, "Node"]


class Node:
    """One range: of the result of `inst` or, where there is none, of all that `args` bring. A `refinement` is its first
    operand as far as a condition lets it be. `looping`: it may depend on itself."""

    __slots__ = ("args", "inst", "looping", "place", "range", "refinement", "shape", "users", "value", "visits")

    def __init__(self, place: int, value: Operand | MemObject, inst: Inst | None, args: list[Node]) -> None:
        self.place = place
        self.value = value
        self.inst = inst
        self.args = args
        self.refinement: Refinement | None = None
        self.shape: Shape | None = None
        self.looping = False
        self.range: Range | None = None
        self.users: list[Node] = []
        self.visits = 0


class Domain(Protocol):
    """What operations, parameters and conditions come to."""

    def result(self, inst: Inst, value: Value, operands: Sequence[Range], shape: Shape | None) -> Range:
        """Of an operation: the range of one of its results. Behind its operands come those of the shape it ends."""

    def refined(self, found: Refinement, operands: Sequence[Range]) -> Range:
        """Of a value, where a condition holds."""

    def joined(self, value: Operand | MemObject, brought: Sequence[Range]) -> Range:
        """Of a parameter or an array, from what is brought to it; of what nothing is brought to, as it is given."""

    def widest(self, value: Operand | MemObject) -> Range:
        """What it can be at all."""


class Graph:
    """The nodes of a function in reverse post-order; `scopes` has for each block the nodes that stand for values there,
    where these are not `of` the value itself."""

    def __init__(self, function: Function) -> None:
        self.nodes: list[Node] = []
        self.of: dict[Operand | MemObject, Node] = {}
        self.scopes: dict[Block, Scope] = {}
        self._edges: dict[Edge, Scope] = {}
        self._defs = {value: inst for inst in function.insts() for value in inst.results}
        self._build(function)
        ends = [float(constant.value) for constant in self.of if isinstance(constant, Const)]
        near = {end + by for end in ends if abs(end) < INFINITY for by in (-1.0, 0.0, 1.0)}
        self.thresholds = [-INFINITY, *sorted(near), INFINITY]
        for node in self.nodes:
            for arg in node.args:
                arg.users.append(node)

    def range_of(self, operand: Operand, block: Block | None) -> Range | None:
        """What was found of an operand, where it is used in `block`; None where nothing gets to."""
        refined = self.scopes[block].get(operand) if block in self.scopes else None
        node = refined or self.of.get(operand)
        return node.range if node is not None else None

    def _node(self, value: Operand | MemObject, inst: Inst | None, args: list[Node]) -> Node:
        node = Node(len(self.nodes), value, inst, args)
        self.nodes.append(node)
        return node

    def _build(self, function: Function) -> None:
        order = reverse_postorder(function)
        index = {block: position for position, block in enumerate(order)}
        parents = Dominators(function).idom
        arrivals: dict[Block, list[tuple[Block, Edge]]] = {block: [] for block in order}
        for block in order:
            for edge in block.terminator.edges:
                arrivals[edge.block].append((block, edge))
        for param in function.params:
            self.of[param] = self._node(param, None, [])
        for block in order:
            parent = parents[block]
            self.scopes[block] = self.scopes[parent] if parent is not None else {}
            if len(arrivals[block]) == 1:
                self.scopes[block] = self._edges[arrivals[block][0][1]]
            for param in block.params:
                node = self.of[param] = self._node(param, None, [])
                node.looping = any(index[source] >= index[block] for source, _ in arrivals[block])
            for inst in block.insts:
                self._instruction(inst, self.scopes[block])
            for edge in block.terminator.edges:
                self._edges[edge] = self._behind(block, edge, alone=len(arrivals[edge.block]) == 1)
        for edge, scope in self._edges.items():
            for param, arg in zip(edge.block.params, edge.args, strict=True):
                self.of[param].args.append(self.node(arg, scope))

    def _instruction(self, inst: Inst, scope: Scope) -> None:
        local = inst.target if isinstance(inst.target, MemObject) and inst.target.kind is MemKind.LOCAL else None
        if inst.op == "store" and local is not None:
            self._local(local).args.append(self.node(inst.args[1], scope))
        args = [self.node(arg, scope) for arg in inst.args]
        if inst.op == "load" and local is not None:
            args = [self._local(local)]
        elif inst.op == "select":
            args[1:] = [self._chosen(inst, way, scope) for way in (True, False)]
        shape = recognise(inst, self._defs)
        if shape is not None:
            args += [self.node(operand, scope) for operand in shape.operands]
        for result in inst.results:
            self.of[result] = self._node(result, inst, args)
            self.of[result].shape = shape

    def _local(self, item: MemObject) -> Node:
        """An array, which holds zeros and all that is stored."""
        if item not in self.of:
            self.of[item] = self._node(item, None, [self.node(Const(Type.FLOAT, 0.0), {})])
            self.of[item].looping = True
        return self.of[item]

    def _chosen(self, inst: Inst, way: bool, scope: Scope) -> Node:
        """An operand of a select, as the condition has it that chooses it."""
        arg = inst.args[1 if way else 2]
        return self.node(arg, self._where(inst.args[0], way, scope, {arg}))

    def _behind(self, block: Block, edge: Edge, alone: bool) -> Scope:
        """What holds on an edge; where it is not the only one to its block, of what it brings."""
        end, scope = block.terminator, self.scopes[block]
        if end.op != "branch" or end.edges[0].block is end.edges[1].block:
            return scope
        return self._where(end.args[0], edge is end.edges[0], scope, None if alone else set(edge.args))

    def _where(self, condition: Operand, outcome: bool, scope: Scope, wanted: Collection[Operand] | None) -> Scope:
        """A scope in which a condition has this outcome; of the `wanted` values alone, if they are given."""
        for found in implied(condition, outcome, self._defs):
            if found.value.type is not Type.BOOL and (wanted is None or found.value in wanted):
                node = self._node(found.value, None, [self.node(arg, scope) for arg in (found.value, found.other)])
                node.refinement = found
                scope = {**scope, found.value: node}
        return scope

    def node(self, operand: Operand, scope: Scope) -> Node:
        """What stands for an operand where `scope` holds."""
        if isinstance(operand, Const) and operand not in self.of:
            self.of[operand] = self._node(operand, None, [])
        return scope.get(operand) or self.of[operand]


def solve(graph: Graph, domain: Domain) -> None:
    """Find the range of every node."""
    for node in graph.nodes:
        node.range, node.visits = None, 0
    _propagate(graph, domain, graph.nodes, grow=True)
    for _ in range(_NARROWINGS):
        _propagate(graph, domain, [node for node in graph.nodes if node.looping], grow=False)


def _propagate(graph: Graph, domain: Domain, start: Sequence[Node], grow: bool) -> None:
    """Evaluate nodes and what depends on them, in order, until nothing changes. When ranges do not `grow`, they shrink,
    and what depends on itself does so once: any number of steps back would be sound."""
    waiting = [node.place for node in start]
    queued = set(waiting)
    while waiting:
        place = heappop(waiting)
        queued.discard(place)
        node = graph.nodes[place]
        found = _evaluate(node, domain)
        if node.looping and found is not None and node.range is not None:
            found = _grown(graph, domain, node, found) if grow else meet(found, node.range)
        if found is None or found == node.range:
            continue
        node.range = found
        for user in node.users:
            if user.place not in queued and (grow or not user.looping):
                queued.add(user.place)
                heappush(waiting, user.place)


def _evaluate(node: Node, domain: Domain) -> Range | None:
    operands = [arg.range for arg in node.args]
    known = [operand for operand in operands if operand is not None]
    if node.inst is None and node.refinement is None:
        return domain.joined(node.value, known) if known or not operands else None
    if len(known) < len(operands):
        return None
    if node.refinement is not None:
        return domain.refined(node.refinement, known)
    assert node.inst is not None and isinstance(node.value, Value)
    return domain.result(node.inst, node.value, known, node.shape)


def _grown(graph: Graph, domain: Domain, node: Node, found: Range) -> Range:
    """The range of a node that met itself: as it is, then up to a constant, then without bound."""
    assert node.range is not None
    old, new = node.range, hull(node.range, found)
    if new == old:
        return old
    node.visits += 1
    if node.visits <= _PATIENCE:
        return new
    widest = domain.widest(node.value)
    if node.visits > _PATIENCE + _STEPS:
        low, high = widest.low, widest.high
    else:
        low = graph.thresholds[bisect_right(graph.thresholds, new.low) - 1]
        high = graph.thresholds[bisect_left(graph.thresholds, new.high)]
    return Range(
        max(low, widest.low) if new.low < old.low else new.low,
        min(high, widest.high) if new.high > old.high else new.high,
        new.whole,
    )
