"""Phase 7: where a value is in two places on two sides of a gap or an edge, it is moved.

All moves of one gap are parallel, and so are those of one edge: `glowcore.moves` orders them and breaks cycles with
whatever register is free there, or a spare slot. No register is reserved for it. A gap has, in this order:

  1. at a block's head, the edge from its only predecessor, if that branches
  2. the moves in the gap before each instruction: parts of split bundles, fixed and reused operands, fixed results of
     the instruction before, stores of what was defined there
  3. before a jump, the edge that it takes

A value that is ever spilled is stored in one of two ways, whichever runs less often: right after its definition, so
that it may later be dropped from its register for nothing; or wherever it leaves a register for its slot.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from glowcore.moves import CONST, SLOT, SPARE, resolve
from glowcore.vcode import CONSTRAINT, DEF, FIRST_VREG, FIXED, LOAD, NOWHERE, STORE, Output
from glowjit.allocators.backtracking.flow import Edge
from glowjit.allocators.backtracking.live_ranges import tied
from glowjit.allocators.backtracking.structures import State

HEAD, GAP, EDGE = range(3)

Points = tuple[int, int]  # just before a parallel move, just after it
Where = tuple[tuple[int, int], Points]  # the instruction it is before, HEAD, GAP or EDGE; points


@dataclass(slots=True)
class Group:
    """One parallel move."""

    points: Points
    pairs: list[tuple[int, int]] = field(default_factory=list)  # destination, source


def run(state: State) -> Output:
    return _Mover(state).run()


class _Mover:
    def __init__(self, state: State) -> None:
        self.state = state
        self.vcode = state.vcode
        self.groups: dict[tuple[int, int], Group] = {}
        self.leaving: dict[int, list[tuple[Where, int, float]]] = {}  # vreg -> where from a register to its slot, cost
        self.origin: dict[int, int] = {}  # constant -> its instruction
        self.output = Output(len(state.vcode.operand_reg))

    def run(self) -> Output:
        vcode = self.vcode
        for inst in range(vcode.num_insts):
            if vcode.remat[inst]:
                self.origin[vcode.operand_reg[vcode.operand_start[inst]]] = inst
        self._inside_blocks()
        for block in range(vcode.num_blocks):
            for inst in range(vcode.block_start[block], vcode.block_start[block + 1]):
                self._operands(inst, self.state.flow.of(inst, block))
        self._edges()
        self._stores()
        return self._emit()

    # -- places ------------------------------------------------------------------------------------------------------

    def _location(self, vreg: int, place: int) -> int:
        """A place as `glowcore.moves` has it."""
        if place >= 0:
            return place
        if self.state.constant[vreg]:
            return int(CONST) + self.origin[vreg]
        return self._slot(vreg)

    def _slot(self, vreg: int) -> int:
        slot = self.state.ranges[vreg][0].bundle.spillset.slot
        assert slot >= 0, f"v{vreg} has no slot"
        return int(SLOT) + slot

    def _add(self, where: Where, target: int, source: int) -> None:
        key, points = where
        if target != source:
            group = self.groups.setdefault(key, Group(points))
            if (target, source) not in group.pairs:
                group.pairs.append((target, source))

    def _gap(self, gap: int) -> Where:
        return (self.state.flow.inst(gap), GAP), (gap - 1, gap)

    # -- what has to move --------------------------------------------------------------------------------------------

    def _inside_blocks(self) -> None:
        """Between the parts of split bundles, and from fixed registers to where their values live."""
        state = self.state
        for vreg in range(FIRST_VREG, self.vcode.num_vregs):
            ranges = state.ranges[vreg]
            for first, second in pairwise(ranges):
                at = second.start
                if first.end != at or first.bundle is second.bundle or state.flow.is_head(at):
                    continue
                self._transfer(vreg, self._gap(at), state.flow.cost(at), first.bundle.place, second.bundle.place)
            if vreg in state.fixed_def and ranges:
                at, reg = state.fixed_def[vreg]
                place = state.place(vreg, at)
                if place >= 0:
                    self._add(self._gap(at), place, reg)

    def _transfer(self, vreg: int, where: Where, cost: float, source: int, target: int) -> None:
        """Move a value from one place to another; a move to its slot waits for the decision of `_stores`."""
        if target >= 0:
            assert not where[1][1] & 1, "moves inside an instruction are impossible"
            self._add(where, target, self._location(vreg, source))
        elif source >= 0 and not self.state.constant[vreg]:
            self.leaving.setdefault(vreg, []).append((where, source, cost))

    def _operands(self, inst: int, n: int) -> None:
        """The allocations of an instruction's operands, and the copies into fixed and reused ones."""
        vcode, state, allocs = self.vcode, self.state, self.output.allocs
        results = tied(vcode, inst)
        operands = range(vcode.operand_start[inst], vcode.operand_start[inst + 1])
        for k in sorted(operands, key=lambda k: not vcode.operand_flags[k] & DEF):  # results first
            vreg, flags = vcode.operand_reg[k], vcode.operand_flags[k]
            if vreg < FIRST_VREG:
                allocs[k] = vreg
            elif flags & CONSTRAINT == FIXED:
                allocs[k] = vcode.operand_arg[k]
                if not flags & DEF:
                    self._add(self._gap(n), allocs[k], self._location(vreg, state.before(vreg, n)))
            elif flags & DEF:
                allocs[k] = self._result(vreg, n)
            elif k in results:
                allocs[k] = allocs[results[k]]
                self._add(self._gap(n), allocs[k], self._location(vreg, state.before(vreg, n)))
            else:
                allocs[k] = self._location(vreg, state.place(vreg, n))

    def _result(self, vreg: int, n: int) -> int:
        if not self.state.constant[vreg]:
            return self.state.place(vreg, n + 1)
        if not self.state.ranges[vreg]:
            return int(NOWHERE)
        place = self.state.place(vreg, n + 1)
        return place if place >= 0 else int(NOWHERE)

    def _edges(self) -> None:
        state = self.state
        for vreg in range(FIRST_VREG, self.vcode.num_vregs):
            for edge, before, after in state.transitions(vreg):
                if before.bundle.place != after.bundle.place:
                    self._transfer(vreg, self._along(edge), edge.frequency, before.bundle.place, after.bundle.place)
        for edge in state.flow.edges:
            first, last = self.vcode.arg_start[edge.block], self.vcode.arg_start[edge.block + 1]
            param_start = self.vcode.param_start[edge.succ]
            params = self.vcode.params[param_start : param_start + last - first]
            for vreg, param in zip(self.vcode.args[first:last], params, strict=True):
                if state.ranges[param]:
                    self._argument(vreg, param, self._along(edge))

    def _along(self, edge: Edge) -> Where:
        """Before the jump, or, where there is a choice, at the head of the successor."""
        jumps = len(self.state.flow.succs(edge.block)) == 1
        key = (self.vcode.block_start[edge.block + 1] - 1, EDGE) if jumps else (self.vcode.block_start[edge.succ], HEAD)
        return key, (edge.end - 1, edge.start)

    def _argument(self, vreg: int, param: int, where: Where) -> None:
        state = self.state
        (end, start) = where[1]
        source, target = state.place(vreg, end), state.place(param, start)
        if target >= 0:
            self._add(where, target, self._location(vreg, source))
        elif not state.constant[param]:
            self._add(where, self._slot(param), self._location(vreg, source))

    # -- stores ------------------------------------------------------------------------------------------------------

    def _stores(self) -> None:
        """Decide for every spilled value when it is stored."""
        state = self.state
        params = set(self.vcode.params)
        for vreg in sorted({item.vreg for bundle in state.spilled for item in bundle.ranges}):
            if state.constant[vreg]:
                continue
            leaving = self.leaving.get(vreg, [])
            defined = state.definition[vreg]
            once = state.flow.frequency[state.flow.block(defined)]
            in_register = state.place(vreg, defined) >= 0
            if vreg not in state.store_early and sum(cost for *_, cost in leaving) <= once:
                for where, source, _ in leaving:
                    self._add(where, self._slot(vreg), source)
                if vreg in state.fixed_def and not in_register:
                    self._store_result(vreg)
            elif vreg in state.fixed_def or (in_register and vreg not in params):
                self._store_result(vreg)
            elif in_register:
                self._add(self._gap(defined + 2), self._slot(vreg), state.place(vreg, defined))

    def _store_result(self, vreg: int) -> None:
        state = self.state
        if vreg in state.fixed_def:
            gap, source = state.fixed_def[vreg]
        else:
            source = state.place(vreg, state.definition[vreg])
            gap = state.definition[vreg] + 2 & ~1
        self._add(self._gap(gap), self._slot(vreg), source)

    # -- edits -------------------------------------------------------------------------------------------------------

    def _emit(self) -> Output:
        state, output = self.state, self.output
        output.num_slots = 1 + max((bundle.spillset.slot for bundle in state.spilled), default=-1)
        for inst, kind in sorted(self.groups):
            group = self.groups[inst, kind]
            edits = resolve(group.pairs, state.registers.free_at(group.points), state.registers.order[0])
            for at in range(0, len(edits), 3):
                output.edit(inst, 0, *edits[at : at + 3])
        _number_spares(output, output.num_slots)
        return output


def _number_spares(output: Output, slots: int) -> None:
    """The spare slots of parallel moves come behind the others."""
    for index, kind in enumerate(output.edit_kind):
        side = output.edit_a if kind == STORE else output.edit_b
        if kind in (LOAD, STORE) and side[index] >= SPARE:
            side[index] += slots - SPARE
            output.num_slots = max(output.num_slots, side[index] + 1)
