"""Single-pass allocation of one instruction: registers for its operands, edits around it.

Most instructions read early and write late, in any registers (`plain`). The others are taken in this order: results
leave their homes and get the registers they are written to; values that live across give way to fixed results, fixed
uses and clobbers; fixed and tied uses are placed; then the rest.

The edits are, before the instruction, one parallel move into fixed and tied uses; after it, stores of its results, the
parallel move of results to their homes, and what brings evicted values back.
"""

from glowcore.moves import SLOT
from glowcore.ra_state import NO_SLOT, NONE
from glowcore.vcode import (
    ANY,
    CONSTRAINT,
    DEF,
    DEF_REG,
    FIRST_VREG,
    FIXED,
    LATE,
    NOWHERE,
    REUSE,
    STORE,
    USE_REG,
)

MAX_ANY_SLOT = 200  # an ANY operand can name slots below this one


class Scan:
    """The allocation of single instructions. The masks are sets of colours and concern the current instruction."""

    def __init__(self, state):
        self.state = state
        self.early = 0  # fixed uses and early defs
        self.late = 0  # results, and the homes they are moved to
        self.wanted = 0  # what fixed uses ask for
        self.clobber = 0
        self.below = 0  # free below the instruction
        self.stores = []  # slot, register: results that have a slot
        self.moves = []  # (register, register): fixed results to their homes, after
        self.copies = []  # (colour, vreg): values into fixed and tied uses, before
        self.tied = ()  # operands that are placed by `place_fixed`

    def step(self, inst):
        """Move the scan point above `inst`."""
        state, vcode = self.state, self.state.vcode
        first, last = vcode.operand_start[inst], vcode.operand_start[inst + 1]
        self.clobber = 0
        if inst in vcode.clobbers:
            state.calls_above -= 1
            self.clobber = state.call_mask(inst)
            self.constrained(inst, first, last)
        elif first == last:
            return
        else:
            flags = vcode.operand_flags
            for k in range(first, last):
                if flags[k] != USE_REG and flags[k] != DEF_REG:
                    self.constrained(inst, first, last)
                    break
            else:
                self.plain(inst, first, last)
        if self.stores or self.moves or self.copies or state.restores:
            self.flush(inst)

    # -- instructions whose operands may be in any register ----------------------------------------------------------

    def plain(self, inst, first, last):
        """The common case: late defs and early uses, no constraint."""
        state = self.state
        regs, flags, allocs = state.vcode.operand_reg, state.vcode.operand_flags, state.out.allocs
        home, phys = state.home, state.phys
        partner = NONE
        late = busy = 0
        homeless = ()
        for k in range(first, last):
            vreg = regs[k]
            if vreg < FIRST_VREG:
                allocs[k] = vreg
                continue
            colour = home[vreg]
            if colour == NONE:
                homeless += (k,)
                continue
            allocs[k] = phys[colour]
            if flags[k]:
                partner = colour
                late |= 1 << colour
                state.unassign(vreg)
                if state.slot[vreg] != NO_SLOT:
                    self.store(vreg, colour)
            else:
                busy |= 1 << colour
            state.touched[vreg] = state.link[k]
        for k in homeless:
            if flags[k]:
                late |= self.define_unread(inst, k, late | busy)
        for k in homeless:
            if not flags[k]:
                busy |= self.use(inst, k, partner, busy)

    def define_unread(self, inst, k, banned):
        """A result that nobody reads from a register: any register that is free, or nowhere."""
        state = self.state
        vreg = state.vcode.operand_reg[k]
        if state.constant[vreg]:
            state.out.allocs[k] = NOWHERE
            return 0
        colour = state.pick(vreg, inst, NONE, banned)
        state.out.allocs[k] = state.phys[colour]
        if state.slot[vreg] != NO_SLOT:
            self.store(vreg, colour)
        return 1 << colour

    def use(self, inst, k, partner, banned):
        """A use of a value in any register: its home, or a new one. Returns the register as a mask."""
        state = self.state
        vreg = state.vcode.operand_reg[k]
        colour = state.home[vreg]
        if colour == NONE:
            colour = state.pick(vreg, inst, partner, banned)
            state.assign(vreg, colour)
        state.out.allocs[k] = state.phys[colour]
        state.touched[vreg] = state.link[k]
        return 1 << colour

    # -- instructions with constraints -------------------------------------------------------------------------------

    def constrained(self, inst, first, last):
        """Calls, fixed and tied operands, early defs, late uses."""
        self.below = self.state.free
        self.early = 0
        self.late = self.fixed(first, last, DEF)
        self.wanted = self.fixed(first, last, 0)
        self.define(inst, first, last)
        tied = self.fixed_uses(first, last)
        self.make_way(inst, tied)
        self.place_fixed(tied)
        self.place_uses(inst, first, last)

    def fixed(self, first, last, role):
        """The colours of fixed defs, or with `role` 0 of fixed uses."""
        vcode = self.state.vcode
        mask = 0
        for k in range(first, last):
            if vcode.operand_flags[k] & (DEF | CONSTRAINT) == role | FIXED:
                mask |= 1 << self.colour(k)
        return mask

    def colour(self, k):
        """The colour that fixed operand `k` asks for."""
        return self.state.colour[self.state.vcode.operand_arg[k]]

    def define(self, inst, first, last):
        """Results: free their homes; write each to its fixed register, its home, or a temporary."""
        state, vcode = self.state, self.state.vcode
        flags, regs = vcode.operand_flags, vcode.operand_reg
        fixed = self.late
        rest = []
        for k in range(first, last):
            if not flags[k] & DEF:
                continue
            if regs[k] < FIRST_VREG:
                state.out.allocs[k] = regs[k]
                continue
            home = state.home[regs[k]]
            state.touched[regs[k]] = state.link[k]
            if home != NONE:
                state.unassign(regs[k])
                self.late |= 1 << home
            banned = fixed | self.clobber
            if flags[k] & CONSTRAINT == REUSE or not flags[k] & LATE:
                banned |= self.wanted
            if flags[k] & CONSTRAINT == FIXED:
                self.result(k, self.colour(k), home)
            elif home != NONE and not banned >> home & 1:
                self.result(k, home, home)
            else:
                rest.append((k, home, banned))
        for k, home, banned in rest:
            if state.constant[regs[k]] and home == NONE:
                state.out.allocs[k] = NOWHERE
                continue
            colour = state.pick(regs[k], inst, NONE, self.late | banned)
            self.late |= 1 << colour
            self.result(k, colour, home)

    def result(self, k, colour, home):
        """Operand `k` is written to `colour`, its value lives in `home` below."""
        state, vcode = self.state, self.state.vcode
        vreg = vcode.operand_reg[k]
        state.out.allocs[k] = state.phys[colour]
        if not vcode.operand_flags[k] & LATE:
            self.early |= 1 << colour
        if home not in (NONE, colour):
            self.moves.append((state.phys[home], state.phys[colour]))
        if state.slot[vreg] != NO_SLOT:
            self.store(vreg, colour)

    def store(self, vreg, colour):
        """Store a result in its slot, which is free above."""
        slot = self.state.slot[vreg]
        self.stores.append((slot, self.state.phys[colour]))
        self.state.released.append(slot)

    def fixed_uses(self, first, last):
        """(operand, colour) of the fixed uses and of those tied to a result."""
        state, vcode = self.state, self.state.vcode
        found = []
        for k in range(first, last):
            flags = vcode.operand_flags[k]
            if flags & (DEF | CONSTRAINT) == FIXED:
                found.append((k, self.colour(k)))
            elif flags & (DEF | CONSTRAINT) == DEF | REUSE:
                found.append((first + vcode.operand_arg[k], state.colour[state.out.allocs[k]]))
        self.tied = [k for k, _ in found]
        return found

    def make_way(self, inst, tied):
        """Move the values that live across the instruction out of the registers it writes, destroys or wants."""
        state, vcode = self.state, self.state.vcode
        banned = self.clobber | self.late | self.wanted
        leave = (self.clobber | self.late) & ~state.free
        for k, colour in tied:
            if state.occupant[colour] not in (0, vcode.operand_reg[k]):
                leave |= 1 << colour
        for colour in range(len(state.phys)):
            if leave >> colour & 1:
                state.displace(colour, inst, banned)

    def place_fixed(self, tied):
        """Fixed and tied uses: the home of a value that has none yet, else a copy of it."""
        state, vcode = self.state, self.state.vcode
        for k, colour in tied:
            vreg = vcode.operand_reg[k]
            state.out.allocs[k] = state.phys[colour]
            state.touched[vreg] = state.link[k]
            self.early |= 1 << colour
            if state.home[vreg] == NONE:
                state.assign(vreg, colour)
            elif state.home[vreg] != colour:
                self.copies.append((colour, vreg))

    def place_uses(self, inst, first, last):
        """The uses that may be in any register: late ones first, which may share none with the results."""
        state, vcode = self.state, self.state.vcode
        regs, flags = vcode.operand_reg, vcode.operand_flags
        banned = self.early
        partner = NONE
        rest = []
        for k in range(first, last):
            if regs[k] < FIRST_VREG:
                state.out.allocs[k] = regs[k]
            elif flags[k] & DEF:
                if partner == NONE and state.out.allocs[k] != NOWHERE:
                    partner = state.colour[state.out.allocs[k]]
            else:
                if state.home[regs[k]] != NONE:
                    banned |= 1 << state.home[regs[k]]
                if flags[k] & CONSTRAINT != FIXED and k not in self.tied:
                    rest.append(k)
        for late in (LATE, 0):
            for k in rest:
                if flags[k] & LATE == late:
                    if flags[k] & CONSTRAINT == ANY and self.in_slot(regs[k]):
                        state.out.allocs[k] = SLOT + state.slot[regs[k]]
                        state.touched[regs[k]] = state.link[k]
                    else:
                        banned |= self.use(inst, k, partner, banned | (self.late | self.clobber if late else 0))

    def in_slot(self, vreg):
        """Whether a value that may be in a slot had better be read there than take a register, and can be."""
        state = self.state
        if state.home[vreg] != NONE or state.constant[vreg]:
            return False
        if not state.free:
            state.ensure_slot(vreg)
        return state.slot[vreg] < MAX_ANY_SLOT

    # -- edits -------------------------------------------------------------------------------------------------------

    def flush(self, inst):
        """Add the edits around `inst`, last first."""
        state = self.state
        for at in range(len(state.restores) - 3, -1, -3):
            state.emit(inst, 1, state.restores[at], state.restores[at + 1], state.restores[at + 2])
        if self.moves:
            state.emit_moves(inst, 1, self.moves, self.below & ~self.late & ~state.aside)
        for slot, register in self.stores:
            state.emit(inst, 1, STORE, slot, register)
        if self.copies:
            pairs = [(state.phys[colour], state.phys[state.home[vreg]]) for colour, vreg in self.copies]
            state.emit_moves(inst, 0, pairs, state.free)
        self.stores, self.moves, self.copies = [], [], []
        state.restores = []
        state.aside = 0
        state.release_slots()
