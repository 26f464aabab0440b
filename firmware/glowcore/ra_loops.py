"""Loops in single-pass allocation: what stays in a register around the back edge.

A backward scan meets a loop at its last block, before the header has been seen, yet the latches must know where the
header wants its values. So the entry map is chosen there: parameters first, then the values from outside that the loop
uses, by number of uses weighted by depth, then, if the loop's own values leave room, those that only pass through on
their way to an exit. The rest is in memory at the back edge. The choice steers the scan by way of the latches and the
hints; where the header ends up different after all, `Edges.close_loop` adds a move or load to the latches. Nothing is
iterated.

A loop that calls keeps values from outside only in registers that all its calls preserve.

Cost: one pass over the operands of the loop for each level of nesting; 2 bytes a vreg, while it runs.
"""

from array import array

from glowcore.ra_edges import IN_SLOT
from glowcore.ra_state import INDEX, NONE
from glowcore.vcode import CONSTRAINT, DEF, FIRST_VREG, FIXED

MAX_WEIGHT = 8191  # with 16 bits of vreg below it still a small int


def choose_map(edges, header):
    """Choose the entry map of the loop at `header`; the scan point is at its end, the blocks below are done."""
    state, vcode = edges.state, edges.state.vcode
    last = vcode.loop_end[header]
    profile = Profile(state, header, last)
    params = vcode.param_start[header], vcode.param_start[header + 1]
    chosen = array("H", bytes(2 * len(state.phys)))
    free = state.all
    stable = state.all & ~profile.clobbered
    spare = len(state.registers(state.all)) - profile.pressure
    spare_stable = len(state.registers(stable)) - profile.pressure_at_calls
    for index in range(params[0], params[1]):
        vreg = vcode.params[index]
        colour = _colour(state, vreg, free & stable or free)
        if colour == NONE:
            edges.param_home[index] = IN_SLOT
        else:
            edges.param_home[index] = state.hint[vreg] = colour
            free &= ~(1 << colour)
    for vreg in profile.used():
        colour = _colour(state, vreg, free & stable)
        if colour == NONE:
            break
        if state.choose and state.choose.random() < 0.3:
            continue
        chosen[colour] = vreg
        state.hint[vreg] = colour
        free &= ~(1 << colour)
    taken = len(state.phys) - len(state.registers(free))
    room = min(spare, spare_stable if profile.clobbered else spare) - taken
    for vreg in _passing(edges, header, last, profile):
        colour = _colour(state, vreg, free & stable)
        if room <= 0 or colour == NONE:
            break
        room -= 1
        chosen[colour] = vreg
        state.hint[vreg] = colour
        free &= ~(1 << colour)
    edges.maps[header] = chosen


def _colour(state, vreg, free):
    if not free:
        return NONE
    if state.choose:
        return state.random_bit(free)
    if free >> state.hint[vreg] & 1:
        return state.hint[vreg]
    free = free & state.usable or free
    return INDEX[free & -free]


def _passing(edges, header, last, profile):
    """Values that come from above the loop and leave it in a register without being used in it."""
    state, vcode = edges.state, edges.state.vcode
    start = vcode.block_start[header]
    found = []
    for block in range(header, last):
        for index in range(vcode.succ_start[block], vcode.succ_start[block + 1]):
            succ = vcode.succs[index]
            entry = edges.maps[succ] if succ >= last or succ < header else None
            for vreg in entry or ():
                if vreg and state.def_inst[vreg] < start and not profile.weight[vreg] and vreg not in found:
                    found.append(vreg)
    return found


class Profile:
    """What one backward look at a loop tells: weights of the values from outside, pressure of its own, clobbers.

    `pressure` is the largest number of values defined in the loop, its parameters excepted, that are live at once,
    taking the blocks as one straight line; `pressure_at_calls` the same across calls.
    """

    def __init__(self, state, header, last):
        self.state = state
        self.weight = array("H", bytes(2 * state.vcode.num_vregs))  # of a value of the loop: 1 while live
        self.outside = []
        self.start = state.vcode.block_start[header]
        self.clobbered = 0
        self.pressure = 0
        self.pressure_at_calls = 0
        self.live = 0
        depth = state.vcode.loop_depth
        for block in range(last - 1, header - 1, -1):
            self.block(block, 1 << min(2 * (depth[block] - depth[header]), 8))

    def block(self, block, weight):
        vcode = self.state.vcode
        for index in range(vcode.arg_start[block], vcode.arg_start[block + 1]):
            self.use(vcode.args[index], weight)
        regs, flags, start = vcode.operand_reg, vcode.operand_flags, vcode.operand_start
        for inst in range(vcode.block_start[block + 1] - 1, vcode.block_start[block] - 1, -1):
            first, last = start[inst], start[inst + 1]
            fixed = 0
            for k in range(first, last):
                if flags[k] & DEF:
                    self.define(regs[k])
                    if flags[k] & CONSTRAINT == FIXED:
                        fixed |= 1 << self.state.colour[vcode.operand_arg[k]]
            if inst in vcode.clobbers:
                self.clobbered |= self.state.call_mask(inst) | fixed
                self.pressure_at_calls = max(self.pressure_at_calls, self.live)
            for k in range(first, last):
                if not flags[k] & DEF and regs[k] >= FIRST_VREG:
                    self.use(regs[k], weight)
            self.pressure = max(self.pressure, self.live)
        for index in range(vcode.param_start[block], vcode.param_start[block + 1]):
            self.define(vcode.params[index])

    def define(self, vreg):
        if self.weight[vreg]:
            self.weight[vreg] = 0
            self.live -= 1

    def use(self, vreg, weight):
        known = self.weight[vreg]
        if self.state.def_inst[vreg] >= self.start:
            if not known:
                self.weight[vreg] = 1
                self.live += 1
            return
        if not known:
            self.outside.append(vreg)
        self.weight[vreg] = min(known + weight * (1 if self.state.constant[vreg] else 2), MAX_WEIGHT)

    def used(self):
        """The values from outside that the loop uses, heaviest first, then earliest numbered."""
        keys = [self.weight[vreg] << 16 | 65535 - vreg for vreg in self.outside]
        keys.sort(reverse=True)
        return [65535 - (key & 65535) for key in keys]
