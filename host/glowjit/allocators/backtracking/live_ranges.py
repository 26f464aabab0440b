"""Phase 1: live ranges, uses, reservations and hints, by one backward walk over all blocks (`liveness`).

Constraints become the following; n is the instruction's early point.

    use, any register     live through n; needs a register there (a late use: through n+1)
    def, any register     live from n+1 (an early def: from n); needs a register there
    use, fixed register   the register is reserved at n; the value is copied there in the gap and need not outlive it
    def, fixed register   the register is reserved at n+1; the value is copied from there in the next gap
    def that reuses       live from n; the reused value is copied there in the gap, as for a fixed use
    use, anywhere         live through n, in a register or slot
    clobber               the register is reserved at n+1

So a fixed constraint never conflicts with another one; a copy whose two ends come to agree is no instruction, and hints
see to it. The requirement of a bundle thus has two values only: a register, or anything.
"""

from __future__ import annotations

from glowcore.ra_inst import MAX_ANY_SLOT
from glowcore.vcode import ANY, CONSTRAINT, DEF, FIRST_VREG, FIXED, LATE, REUSE, USE_REG, VCode
from glowjit.allocators.backtracking.liveness import Liveness, members
from glowjit.allocators.backtracking.structures import Affinity, Hint, Range, Spillset, State, Use


def run(state: State) -> None:
    _Builder(state).run()


def tied(vcode: VCode, inst: int) -> dict[int, int]:
    """Operand -> the result that takes its register: reused uses, and other early uses of the same value."""
    first, last = vcode.operand_start[inst], vcode.operand_start[inst + 1]
    found = {}
    for k in range(first, last):
        if vcode.operand_flags[k] & (DEF | CONSTRAINT) == DEF | REUSE:
            found[first + vcode.operand_arg[k]] = k
    values = {vcode.operand_reg[use]: result for use, result in found.items()}
    for k in range(first, last):
        if vcode.operand_flags[k] == USE_REG and vcode.operand_reg[k] in values and k not in found:
            found[k] = values[vcode.operand_reg[k]]
    return found


def _named(vcode: VCode) -> set[int]:
    """Values that an operand may read in their slots; none if there are more than an operand can name slots."""
    operands = range(len(vcode.operand_reg))
    anywhere = (k for k in operands if vcode.operand_flags[k] & (DEF | CONSTRAINT) == ANY)
    constants = {vcode.operand_reg[vcode.operand_start[inst]] for inst in range(vcode.num_insts) if vcode.remat[inst]}
    found = {vcode.operand_reg[k] for k in anywhere} - constants
    return found if len(found) <= MAX_ANY_SLOT else set()


class _Builder:
    def __init__(self, state: State) -> None:
        self.state = state
        self.vcode = state.vcode
        self.uses: dict[int, list[Use]] = {}
        self.spans: dict[int, list[tuple[int, int]]] = {}  # by vreg, last first
        self.end: dict[int, int] = {}  # of the range that is open upwards, by vreg
        self.live = 0  # the mask of its keys
        self.weight = 1.0

    def run(self) -> None:
        state, vcode = self.state, self.vcode
        state.named = _named(vcode)
        for inst in range(vcode.num_insts):
            if vcode.remat[inst]:
                state.constant[vcode.operand_reg[vcode.operand_start[inst]]] = 1
        liveness = Liveness(vcode)
        for block in range(vcode.num_blocks - 1, -1, -1):
            self._from_below(block, liveness.visit(block))
            self._block(block)
            if vcode.loop_end[block]:
                self._around(state.flow.block_start[vcode.loop_end[block]], self.live & ~liveness.throughout[block])
            liveness.leave(block, self.live)
        for vreg in members(self.live):
            self._close(vreg, 0)
        for vreg in range(FIRST_VREG, vcode.num_vregs):
            if not self.spans.get(vreg):
                continue  # nobody reads it, or only from the fixed register that it was returned in
            bundle = state.new_bundle(Spillset())
            for start, end in reversed(self.spans[vreg]):
                bundle.ranges.append(Range(start, end, vreg, bundle))
            bundle.uses = sorted(use for use in self.uses.get(vreg, ()) if use.start >= bundle.start)
            if state.constant[vreg]:
                bundle.uses = self._cheapened(vreg, bundle.uses)
            state.ranges[vreg] = list(bundle.ranges)
        state.finish()
        state.count_bytes(liveness.bytes)

    def _cheapened(self, vreg: int, uses: list[Use]) -> list[Use]:
        """To make a constant at every use saves its definition: what a register for it is worth is the difference."""
        flow = self.state.flow
        total = sum(use.weight for use in uses)
        spared = flow.frequency[flow.block(self.state.definition[vreg])]
        return [use._replace(weight=use.weight * max(0.0, 1 - spared / total)) for use in uses]

    def _from_below(self, block: int, live: int) -> None:
        """Go on with what is live at the end of a block, from what is live at the head of the next one."""
        end = self.state.flow.block_start[block + 1]
        for vreg in members(self.live & ~live):
            self._close(vreg, end)
        for vreg in members(live & ~self.live):
            self._open(vreg, end)

    def _block(self, block: int) -> None:
        state, vcode, flow = self.state, self.vcode, self.state.flow
        start, end = flow.block_start[block], flow.block_start[block + 1]
        self.weight = flow.frequency[block]
        self._arguments(block, end)
        for inst in range(vcode.block_start[block + 1] - 1, vcode.block_start[block] - 1, -1):
            self._inst(inst, flow.of(inst, block))
        for vreg in vcode.params[vcode.param_start[block] : vcode.param_start[block + 1]]:
            state.definition[vreg] = start
            if vreg in self.end:
                self._close(vreg, start)

    def _around(self, end: int, live: int) -> None:
        """What is live at the head of a loop is so in all of it, to before point `end`."""
        for vreg in members(live):
            spans = self.spans.get(vreg, [])
            self.end[vreg] = max(self.end[vreg], end)
            while spans and spans[-1][0] < self.end[vreg]:
                self.end[vreg] = max(self.end[vreg], spans.pop()[1])

    def _arguments(self, block: int, end: int) -> None:
        vcode, flow = self.vcode, self.state.flow
        first, last = vcode.arg_start[block], vcode.arg_start[block + 1]
        if first == last:
            return
        succ = vcode.succs[vcode.succ_start[block]]
        weight = min(self.weight, flow.frequency[succ])
        for index in range(first, last):
            vreg, param = vcode.args[index], vcode.params[vcode.param_start[succ] + index - first]
            self._open(vreg, end)
            self._soft(vreg, end, weight)
            self._affinity(end - 1, vreg, flow.block_start[succ], param, weight)

    def _inst(self, inst: int, n: int) -> None:
        vcode = self.vcode
        for reg in self.state.registers.order:
            if vcode.clobbers.get(inst, 0) >> reg & 1:
                self.state.registers.reserve(reg, n + 1, n + 2, 0)
        first, last = vcode.operand_start[inst], vcode.operand_start[inst + 1]
        results = tied(vcode, inst)
        for k in range(first, last):
            if vcode.operand_reg[k] >= FIRST_VREG and vcode.operand_flags[k] & DEF:
                self._def(k, n)
        for k in range(first, last):
            if vcode.operand_reg[k] >= FIRST_VREG and not vcode.operand_flags[k] & DEF:
                self._use(k, n, vcode.operand_reg[results[k]] if k in results else 0)

    def _def(self, k: int, n: int) -> None:
        vcode, state = self.vcode, self.state
        vreg, flags = vcode.operand_reg[k], vcode.operand_flags[k]
        kind = flags & CONSTRAINT
        if kind == FIXED:
            reg = vcode.operand_arg[k]
            state.registers.reserve(reg, n + 1 if flags & LATE else n, n + 2, vreg)
            state.definition[vreg] = n + 2
            if vreg in self.end:
                state.fixed_def[vreg] = n + 2, reg
                state.hints.setdefault(vreg, []).append(Hint(n + 2, reg, self.weight))
                self._close(vreg, n + 2)
            return
        start = n if kind == REUSE or not flags & LATE else n + 1
        state.definition[vreg] = start
        if state.constant[vreg]:
            if vreg in self.end:
                self._close(vreg, start)
            return
        self._open(vreg, n + 2)
        self._close(vreg, start)
        self.uses.setdefault(vreg, []).append(Use(start, n + 2, vreg, self.weight, True))

    def _use(self, k: int, n: int, reused_by: int) -> None:
        vcode, state = self.vcode, self.state
        vreg, flags = vcode.operand_reg[k], vcode.operand_flags[k]
        kind = flags & CONSTRAINT
        if reused_by:
            self._open(vreg, n)
            self._soft(vreg, n, self.weight)
            self._affinity(n - 1, vreg, n, reused_by, self.weight)
        elif kind == FIXED:
            reg = vcode.operand_arg[k]
            state.registers.reserve(reg, n, n + 2 if flags & LATE else n + 1, vreg)
            state.hints.setdefault(vreg, []).append(Hint(n - 1, reg, self.weight))
            self._open(vreg, n)
            self._soft(vreg, n, self.weight)
        else:
            end = n + 2 if flags & LATE else n + 1
            required = kind != ANY or vreg not in state.named
            self._open(vreg, end)
            self.uses.setdefault(vreg, []).append(Use(n, end, vreg, self.weight, required))

    def _soft(self, vreg: int, gap: int, weight: float) -> None:
        """A move in a gap reads the value. That of a constant may as well make it."""
        if not self.state.constant[vreg]:
            self.uses.setdefault(vreg, []).append(Use(gap - 1, gap, vreg, weight / 2, False))

    def _affinity(self, point: int, vreg: int, other_point: int, other: int, weight: float) -> None:
        table = self.state.affinities
        table.setdefault(vreg, []).append(Affinity(point, vreg, other_point, other, weight))
        table.setdefault(other, []).append(Affinity(other_point, other, point, vreg, weight))

    def _open(self, vreg: int, end: int) -> None:
        if vreg not in self.end:
            self.end[vreg] = end
            self.live |= 1 << vreg
        elif end > self.end[vreg]:
            self.end[vreg] = end

    def _close(self, vreg: int, start: int) -> None:
        """The range that is open upwards begins here; it continues one that begins where it ends."""
        end = self.end.pop(vreg)
        self.live ^= 1 << vreg
        spans = self.spans.setdefault(vreg, [])
        if start == end:
            return
        if spans and spans[-1][0] == end:
            spans[-1] = start, spans[-1][1]
        else:
            spans.append((start, end))
