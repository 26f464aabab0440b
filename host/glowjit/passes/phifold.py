"""Folding through block parameters: operations on parameters that are mostly constant move to the predecessors.

    a: jump end(3)                        a: jump end(255)
    b: jump end(%x)                  ->   b: %q = mul %x, 85; jump end(%q)
    end(%p): %q = mul %p, 85              end(%q):

Input: a function in SSA form. Output: the same function where pure operations on parameters of their block that are
constants on all edges but one (`MOST_COPIES`) have gone to the edges: those on constants are folded, the others stand
before the jump, or in a block on the edge of a branch. So the colour of the sky is clamped, scaled and rounded by the
compiler, and a branch on what an earlier branch has decided becomes one on a constant, which `simplify_cfg` threads.

Headers of loops are left alone, and so is what saves less than handing on the results costs: one move each, if there
are more of them than parameters that are then of no use. (LLVM: InstCombine, "foldOpIntoPhi".) Code grows by no
operation. Cost: linear, times the edges that meet in a block.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from glowjit.ir.cfg import reverse_postorder
from glowjit.ir.core import Block, Const, Edge, Function, Inst, Operand, Terminator, Value
from glowjit.passes.cost import COMPARES, CYCLES
from glowjit.passes.fold import fold
from glowjit.passes.rewrite import insert_after, loop_headers, remove_unreachable, split_edge

MOST_COPIES = 1
MIN_CYCLES = 3  # for a constant that may take a register instead


@dataclass(slots=True)
class _Way:
    """An edge into a block, and what the values of the block are if it is taken, where that is a constant."""

    source: Block
    edge: Edge
    constants: dict[Value, Const] = field(default_factory=dict)

    def operand(self, operand: Operand) -> Operand:
        return self.constants.get(operand, operand) if isinstance(operand, Value) else operand


def run(function: Function) -> None:
    """Fold what pays, block by block, so that constants travel as far as they can."""
    if len(function.blocks) < 2:
        return
    remove_unreachable(function)
    order = reverse_postorder(function)
    headers = loop_headers(order)
    users = {operand: set(users) for operand, users in function.users().items()}
    ways: dict[Block, list[_Way]] = {block: [] for block in order}
    for block in order:
        for edge in block.terminator.edges:
            ways[edge.block].append(_Way(block, edge))
    made: list[tuple[Block, Block]] = []
    for block in order:
        if block.params and len(ways[block]) > 1 and block not in headers:
            folding = _Folding(block, ways[block], users)
            if folding.pays():
                made.extend(folding.carry_out())
    insert_after(function, made)


class _Folding:
    """One block: the operations that can go, and what has to be handed on instead."""

    def __init__(self, block: Block, ways: list[_Way], users: dict[Operand, set[Inst | Terminator]]) -> None:
        self.block = block
        self.ways = ways
        self.users = users
        for way in ways:
            for param, arg in zip(block.params, way.edge.args, strict=True):
                if isinstance(arg, Const):
                    way.constants[param] = arg
        self.chosen = self.choose()
        self.results = [inst.results[0] for inst in self.chosen if self.used_elsewhere(inst)]

    def choose(self) -> list[Inst]:
        own: set[Operand] = set(self.block.params)
        chosen = []
        for inst in self.block.insts:
            known = all(isinstance(arg, Const) or arg in own for arg in inst.args)
            if known and inst.info.pure and len(inst.results) == 1 and self.folds(inst):
                own.add(inst.results[0])
                chosen.append(inst)
        if len(chosen) < len(self.block.insts):  # a comparison is part of the branch, where there is one
            terminator = {self.block.terminator}
            chosen = [
                inst for inst in chosen if inst.op not in COMPARES or self.users.get(inst.results[0]) != terminator
            ]
        return chosen

    def folds(self, inst: Inst) -> bool:
        """Whether `inst` is a constant on all ways but one; if so, those are noted."""
        found = []
        for way in self.ways:
            args = [way.operand(arg) for arg in inst.args]
            folded = fold(inst.op, args) if all(isinstance(arg, Const) for arg in args) else None
            if folded is not None and isinstance(folded[0], Const):
                found.append((way, folded[0]))
        if len(found) < len(self.ways) - MOST_COPIES or not found:
            return False
        for way, constant in found:
            way.constants[inst.results[0]] = constant
        return True

    def used_elsewhere(self, inst: Inst) -> bool:
        return not self.users.get(inst.results[0], set()) <= set(self.chosen)

    def pays(self) -> bool:
        """Whether what is saved on the ways of constants is more than what is handed on."""
        chosen = set(self.chosen)
        if not chosen:
            return False
        spared = sum(CYCLES[inst.op] for inst in chosen)
        useless = sum(self.users.get(param, set()) <= chosen for param in self.block.params)
        jumps = sum(self.splits(way) for way in self.ways)
        return spared >= MIN_CYCLES + 2 * (len(self.results) - useless + jumps)

    def splits(self, way: _Way) -> bool:
        """Whether what is not folded on a way needs a block of its own."""
        folded = all(inst.results[0] in way.constants for inst in self.chosen)
        return not folded and way.source.terminator.op != "jump"

    def carry_out(self) -> list[tuple[Block, Block]]:
        """Change the block and its edges; the blocks made for edges of branches, each with its source."""
        made = []
        for way in self.ways:
            copies: dict[Value, Operand] = dict(zip(self.block.params, way.edge.args, strict=True))
            insts: list[Inst] = []
            for inst in self.chosen:
                result = inst.results[0]
                if result in way.constants:
                    copies[result] = way.constants[result]
                else:
                    copies[result] = Value(result.type, result.name)
                    args = [copies[arg] if isinstance(arg, Value) else arg for arg in inst.args]
                    insts.append(Inst(inst.op, args, [copies[result]], None, inst.loc))  # type: ignore[list-item]
            way.edge.args = [*way.edge.args, *(copies[result] for result in self.results)]
            if self.splits(way):
                between = split_edge(way.edge, self.block.terminator.loc)
                made.append((way.source, between))
                between.insts = insts
            else:
                way.source.insts.extend(insts)
        gone = set(self.chosen)
        self.block.insts = [inst for inst in self.block.insts if inst not in gone]
        self.block.params = [*self.block.params, *self.results]
        return made
