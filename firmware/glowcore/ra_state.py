"""What single-pass allocation knows while it scans a function backwards: registers, homes, slots, pending edits.

The scan point lies between two instructions. Of the values live there, those in registers have a `home`; all others
are in memory, which needs no record: a value that ever leaves its register is stored once, right after its definition,
so its slot is valid everywhere below; a constant is made again instead.

Inside the allocator a register is a colour: its place in the order of preference of the `MachineEnv`, caller-saved
registers first. A set of registers is an int with one bit per colour, so the lowest bit is the best choice, and 27
colours fit a small int of a 32-bit MicroPython.

Memory: 9 bytes a vreg (home, hint, slot, definition, nearest touch, constant), 2 an operand (link to the touch before),
8 an edit, 2 a slot, 2 a colour.
"""

from array import array

from glowcore.memory import instance_bytes
from glowcore.moves import resolve
from glowcore.ra_prescan import prescan
from glowcore.vcode import (
    LIMIT,
    LOAD,
    MOVE,
    REMAT,
    Output,
    VCodeError,
)

NONE = 255  # no register
NO_SLOT = 65535
INDEX = {1 << colour: colour for colour in range(32)}


class State:
    def __init__(self, vcode, env, choose):
        registers = tuple(env.preferred) + tuple(env.non_preferred) + tuple(env.callee_saved)
        self.link = array("H", vcode.operand_reg)  # operand of a vreg -> the touch before it; a copy needs no zeros
        self.vcode = vcode
        self.choose = choose  # a random.Random that makes every free choice, for fuzzing; None: the best choice
        self.phys = bytes(registers)
        self.colour = bytearray(b"\xff" * 32)
        for colour, register in enumerate(registers):
            self.colour[register] = colour
        self.all = (1 << len(registers)) - 1
        self.free = self.all
        self.usable = (1 << (len(registers) - len(env.callee_saved))) - 1  # and the callee-saved ones touched so far
        self.occupant = array("H", bytes(2 * len(registers)))  # colour -> vreg, 0 if free
        self.home = bytearray(b"\xff" * vcode.num_vregs)  # vreg -> colour at the scan point
        self.hint = bytearray(b"\xff" * vcode.num_vregs)  # vreg -> the colour it had last, or would like
        self.slot = array("H", b"\xff\xff" * vcode.num_vregs)
        self.def_inst = array("H", bytes(2 * vcode.num_vregs))
        self.touched = array("H", bytes(2 * vcode.num_vregs))  # vreg -> the nearest touch above the scan point
        self.constant = bytearray(vcode.num_vregs)  # vreg -> whether one instruction makes it anew, see REMAT
        self.floor = array("H")  # slot -> first instruction of the loop in which it was freed last, see `ensure_slot`
        self.vacant = []  # slots that are not in use
        self.released = []  # slots freed by this instruction
        self.loop_start = 0  # first instruction of the innermost loop at the scan point
        self.reserved = 0  # the colours of the parameters of the innermost loop
        self.at_latch = None  # its entry map as it was chosen: colour -> vreg
        self.residents = ()  # the values in it
        self.sibling = None  # the entry map of the other arm of the branch we are in, see `Edges.look_aside`
        self.sibling_mask = 0
        self.sibling_start = 0  # first instruction of the arms
        self.calls = array("H", sorted(vcode.clobbers))
        self.calls_above = len(self.calls)
        self.masks = {}  # clobber mask of physical registers -> the same of colours
        self.changed = array("I", bytes(4 * len(self.calls)))  # by call: what it destroys or returns results in
        self.any_call = 0
        self.out = Output(len(vcode.operand_reg), vcode.num_insts // 8)  # edits last first
        self.passed = {}  # instruction -> edits before it that are decided after the scan has passed it
        self.restores = []  # kind, a, b: what brings evicted values back after this instruction
        self.aside = 0  # the colours that `displace` moved values to for this instruction
        prescan(self)

    def nbytes(self):
        """Bytes that it occupies at the end, when it is largest; the output aside."""
        return instance_bytes(self, ("sibling",))

    def drop(self):
        """Give back what only the scan needs, before the edits are put in order."""
        self.home = self.hint = self.constant = self.slot = self.def_inst = self.touched = self.link = None

    # -- registers ---------------------------------------------------------------------------------------------------

    def assign(self, vreg, colour):
        """`vreg` lives in `colour` from the scan point upwards."""
        self.home[vreg] = self.hint[vreg] = colour
        self.occupant[colour] = vreg
        self.free &= ~(1 << colour)
        self.usable |= 1 << colour

    def unassign(self, vreg):
        """`vreg` has no register above the scan point."""
        colour = self.home[vreg]
        self.home[vreg] = NONE
        self.occupant[colour] = 0
        self.free |= 1 << colour

    def clear(self):
        """Forget all homes: the scan point jumps to the end of another block."""
        for colour, vreg in enumerate(self.occupant):
            if vreg:
                self.home[vreg] = NONE
                self.occupant[colour] = 0
        self.free = self.all

    def clobbered_since(self, vreg):
        """The colours that calls between the definition of `vreg` and the scan point change."""
        mask = 0
        at = self.calls_above - 1
        first = self.def_inst[vreg]
        while at >= 0 and self.calls[at] > first and mask != self.any_call:
            mask |= self.changed[at]
            at -= 1
        return mask

    def call_mask(self, inst):
        """The colours that the call `inst` destroys."""
        return self.masks[self.vcode.clobbers[inst]]

    def pick(self, vreg, inst, partner, banned):
        """A colour for `vreg` above `inst`, not of `banned`; evicts somebody if none is free.

        Prefers one that survives the calls up to the definition and is not taken in the other arm of a branch; of
        these the hint, then `partner` (what the instruction's result has) unless a loop's parameter will want it,
        then the order of preference, a fresh callee-saved one last.
        """
        free = self.free & ~banned
        if not free:
            return self.evict(inst, banned)
        good = free & ~self.clobbered_since(vreg) or free
        if self.choose:
            return self.random_bit(free)
        hint = self.hint[vreg]
        if self.sibling and self.def_inst[vreg] < self.sibling_start and not (good & self.reserved) >> hint & 1:
            good = self.apart(vreg, good)
        if good >> hint & 1:
            return hint
        good = good & ~self.reserved or self.wanted_last(good)
        if good >> partner & 1:
            return partner
        good = good & self.usable or good
        return INDEX[good & -good]

    def wanted_last(self, free):
        """Of `free`, all of them reserved, the colour whose parameter will want it last, looking up."""
        if not self.reserved:
            return free
        best, last = 0, NO_SLOT
        for colour in range(len(self.phys)):
            if free >> colour & 1 and self.touched[self.at_latch[colour]] < last:
                best, last = colour, self.touched[self.at_latch[colour]]
        return 1 << best

    def apart(self, vreg, free):
        """Of `free` the colours in which the other arm of the branch around does not hold another value.

        `vreg` is from above the branch, so at its end it will need a register next to those values.
        """
        mask = self.sibling_mask
        hint = self.hint[vreg]
        if hint != NONE and self.sibling[hint] == vreg:
            mask &= ~(1 << hint)
        return free & ~mask or free

    def evict(self, inst, banned):
        """Free a colour at `inst`: its value returns to it after the instruction, from memory.

        The victim is the value touched longest ago, looking up: it frees the register for longest. A value whose
        store is paid for or lies outside the loop counts double. One that the loop has no use for further up, and that
        is not kept around it, costs nothing: it would be loaded at the latch instead.
        """
        victims = self.all & ~self.free & ~banned & ~self.aside
        if not victims:
            raise VCodeError("instruction %d needs more registers than there are" % inst)
        if self.choose:
            best = self.random_bit(victims)
        else:
            best, best_score = 0, -1
            for colour in range(len(self.phys)):
                if victims >> colour & 1:
                    score = self.score(self.occupant[colour], inst)
                    if score > best_score:
                        best, best_score = colour, score
        vreg = self.occupant[best]
        self.unassign(vreg)
        self.restore(vreg, best)
        return best

    def score(self, vreg, inst):
        """How good it is to evict `vreg` at `inst`."""
        touched = self.touched[vreg]
        if touched < self.loop_start and vreg not in self.residents:
            return LIMIT + inst - touched
        distance = inst - touched
        if self.slot[vreg] != NO_SLOT or self.constant[vreg] or self.def_inst[vreg] < self.loop_start:
            distance *= 2
        return distance

    def restore(self, vreg, colour):
        """Bring `vreg` back from memory into `colour` after the current instruction."""
        if self.constant[vreg]:
            self.restores += (REMAT, self.phys[colour], self.def_inst[vreg])
        else:
            self.restores += (LOAD, self.phys[colour], self.ensure_slot(vreg))

    def displace(self, colour, inst, banned):
        """Empty `colour` for `inst`, which needs or destroys it: move its value aside if that lasts, else reload it."""
        vreg = self.occupant[colour]
        self.unassign(vreg)
        good = self.free & ~banned & ~self.clobbered_since(vreg)
        if self.constant[vreg] or not good or (self.choose and self.choose.random() < 0.5):
            self.restore(vreg, colour)
            return
        good = good & self.usable or good
        aside = self.random_bit(good) if self.choose else INDEX[good & -good]
        self.assign(vreg, aside)
        self.aside |= 1 << aside
        self.restores += (MOVE, self.phys[colour], self.phys[aside])

    def random_bit(self, mask):
        return self.choose.choice([colour for colour in range(len(self.phys)) if mask >> colour & 1])

    def registers(self, mask):
        """The physical registers of a set of colours."""
        return [self.phys[colour] for colour in range(len(self.phys)) if mask >> colour & 1]

    # -- memory ------------------------------------------------------------------------------------------------------

    def ensure_slot(self, vreg):
        """The slot of `vreg`, whose definition is still above the scan point.

        A slot is free again above the definition of its value. Another value may take it over only if it is defined
        inside the innermost loop around both: one that comes from outside must survive the whole loop, and with it
        the store of the former owner. `floor` is where that loop starts.
        """
        slot = self.slot[vreg]
        if slot == NO_SLOT:
            first = self.def_inst[vreg]
            for at, slot in enumerate(self.vacant):
                if self.floor[slot] <= first:
                    self.vacant[at] = self.vacant[-1]
                    self.vacant.pop()
                    break
            else:
                slot = len(self.floor)
                self.floor.append(0)
            self.slot[vreg] = slot
        return slot

    def release_slots(self):
        """Give up the slots whose values were defined at the scan point."""
        for slot in self.released:
            self.floor[slot] = self.loop_start
            self.vacant.append(slot)
        self.released.clear()

    def enter_loop(self, start):
        """The scan point moves into a loop from below; returns what `leave_loop` needs."""
        outer = (self.loop_start, self.reserved, self.at_latch, self.residents)
        self.loop_start = start
        return outer

    def leave_loop(self, outer):
        """The scan point moves above a loop: the slots freed in it are now bound by the loop around."""
        for slot in self.vacant:
            if self.floor[slot] == self.loop_start:
                self.floor[slot] = outer[0]
        self.loop_start, self.reserved, self.at_latch, self.residents = outer

    # -- edits -------------------------------------------------------------------------------------------------------

    def emit(self, inst, after, kind, a, b):
        """Add an edit at the scan point; those of a sequence last one first."""
        self.out.edit(inst, after, kind, a, b)

    def emit_moves(self, inst, after, pairs, free):
        """Add a parallel move at the scan point; `free` are the colours that may serve as temporaries."""
        edits = resolve(pairs, self.registers(free), self.phys[0])
        for at in range(len(edits) - 3, -1, -3):
            self.out.edit(inst, after, edits[at], edits[at + 1], edits[at + 2])
