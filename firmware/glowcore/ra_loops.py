"""Loops in single-pass allocation: what stays in a register around the back edge.

A backward scan meets a loop at its last block, before the header has been seen, yet the latches must know where the
header wants its values. So the entry map is chosen there: parameters, then values from outside that the loop uses, by
number of uses weighted by depth, as many as an estimate of the pressure in the loop leaves room for, then those that
only pass through on their way to an exit. The rest is in memory at the back edge. The choice steers the scan by way of
the latches and the hints; where the header ends up different after all, `close_loop` adds a move or load to the
latches. Nothing is iterated.

A loop that calls keeps values from outside only in registers that all its calls preserve.

Cost: one pass over the operands of the loop for each level of nesting; 2 bytes a vreg, while it runs.
"""

from array import array

from glowcore.ra_edges import IN_SLOT
from glowcore.ra_state import INDEX, NONE
from glowcore.vcode import CONSTRAINT, DEF, FIRST_VREG, FIXED

MARGIN = 2  # residents beyond the estimate: it is of the peak, and it takes the values of both arms of a branch
MAX_WEIGHT = 8191


def choose_map(edges, header):
    """Choose the entry map of the loop at `header`; the scan point is at its end, the blocks below are done."""
    state, vcode = edges.state, edges.state.vcode
    profile = Profile(edges, header)
    first, last = vcode.param_start[header], vcode.param_start[header + 1]
    stable = state.all & ~profile.clobbered
    size = len(state.registers(stable))
    room = len(state.phys) - profile.pressure
    if profile.clobbered:
        room = min(room, size - profile.pressure_at_calls)
    residents = profile.used()[: max(0, min(room + MARGIN, size - (last - first)))]
    residents += profile.passing(edges)[: max(0, room - len(residents))]
    profile.clear()
    if state.choose:
        state.choose.shuffle(residents)
        del residents[state.choose.randrange(len(residents) + 1) :]
    params = vcode.params[first:last]
    chosen = _place(state, list(params) + residents, stable)
    edges.keep(header, chosen)
    state.at_latch = chosen
    state.residents = set(residents)
    homes = {chosen[colour]: colour for colour in range(len(chosen))}
    state.reserved = 0
    for index in range(first, last):
        home = homes.get(vcode.params[index], NONE)
        edges.param_home[index] = IN_SLOT if home == NONE else home
        if home != NONE:
            state.reserved |= 1 << home


def _place(state, values, stable):
    """A map of the values: first those that can stay where they are below the loop, then the others."""
    chosen = array("H", bytes(2 * len(state.phys)))
    free = state.all
    rest = []
    for vreg in values:
        colour = state.hint[vreg]
        if (free & stable) >> colour & 1 and not state.choose:
            chosen[colour] = vreg
            free &= ~(1 << colour)
        else:
            rest.append(vreg)
    for vreg in rest:
        good = free & stable or free
        if good:
            good = good & state.usable or good
            colour = state.random_bit(good) if state.choose else INDEX[good & -good]
            chosen[colour] = vreg
            state.hint[vreg] = colour
            free &= ~(1 << colour)
    return chosen


def close_loop(edges, header):
    """On every back edge to `header`, move from the map that was chosen to the one that came out."""
    state, vcode = edges.state, edges.state.vcode
    start = vcode.block_start[header]
    taken = state.all & ~state.free
    at_latch = {}
    for colour, vreg in enumerate(edges.maps[header]):
        if vreg and state.def_inst[vreg] < start:
            taken |= 1 << colour
            at_latch[vreg] = colour
    for index in range(vcode.pred_start[header], vcode.pred_start[header + 1]):
        latch = vcode.preds[index]
        if latch < header:
            continue
        first, last = vcode.arg_start[latch], vcode.arg_start[latch + 1]
        pairs = edges.param_moves(first, last, vcode.param_start[header], edges.arg_home)
        for colour, vreg in enumerate(state.occupant):
            if vreg and state.def_inst[vreg] < start:
                pairs.append((state.phys[colour], edges.place(vreg, at_latch.get(vreg, NONE))))
        used = taken
        for k in range(first, last):
            if edges.arg_home[k] < IN_SLOT:
                used |= 1 << edges.arg_home[k]
        before = dict(edges.latch_heads.pop(latch, ()))
        pairs = [(target, before.get(source, source)) for target, source in pairs]
        edges.emit_late(vcode.block_start[latch + 1] - 1, pairs, used)


class Profile:
    """What one backward look at a loop tells: weights of the values from outside, pressure of its own, clobbers.

    `pressure` is the largest number of values defined in the loop, its parameters excepted, that are live at once,
    taking the blocks as one straight line; `pressure_at_calls` the same across calls.
    """

    def __init__(self, edges, header):
        state = edges.state
        last = state.vcode.loop_end[header]
        self.state = state
        self.blocks = range(header, last)
        self.weight = edges.weight  # of a value of the loop: 1 while live
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

    def clear(self):
        """Leave no weights behind; those of the loop's own values are gone, since they are defined in it."""
        for vreg in self.outside:
            self.weight[vreg] = 0

    def used(self):
        """The values from outside that the loop uses: the heaviest first, then those used last.

        One that is not chosen is loaded once per iteration, at the latch, and kept up to its last use: the earlier
        that is, the longer its register is free.
        """
        weight, touched = self.weight, self.state.touched
        return sorted(self.outside, key=lambda vreg: (-weight[vreg], -touched[vreg], vreg))

    def passing(self, edges):
        """Values that come from above the loop and leave it in a register without being used in it."""
        vcode = self.state.vcode
        found = []
        for block in self.blocks:
            for index in range(vcode.succ_start[block], vcode.succ_start[block + 1]):
                succ = vcode.succs[index]
                entry = None if succ in self.blocks else edges.maps[succ]
                for vreg in entry or ():
                    if vreg and self.state.def_inst[vreg] < self.start and not self.weight[vreg]:
                        self.weight[vreg] = 1
                        found.append(vreg)
        self.outside += found
        return found
