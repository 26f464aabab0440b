"""The registers that may be allocated, and the stack frame.

    sp + size       the caller's area: its words of arguments and results for us that no register holds
    ...             saved registers: those of s0 to s11 and ra that the function writes
    ...             spill slots, the most used first, since short instructions reach 252 bytes
    sp              our own area for callees

sp is a multiple of 16 at all times. A function that needs none of this has no frame. Sizes beyond the reach of an
immediate are handled (slowly): the word above our own area is then kept free to save a register.
"""

from array import array

from glowcore.isa import A0, A5, A6, A7, CALLEE_SAVED, RA, S0, S1, T0, T1, T2, T3, T4, T5, T6
from glowcore.pseudo import ARGS
from glowcore.vcode import DEF, LOAD, NOWHERE, STORE, MachineEnv

# x8 to x15 come first: only they have the short forms of loads, stores, branches and most arithmetic. ra is a register
# like any other once it is saved.
POPULAR = tuple(range(A5, A0 - 1, -1))
TEMPORARY = (A6, A7, T0, T1, T2, T3, T4, T5, T6)
ENV = MachineEnv(POPULAR, TEMPORARY, CALLEE_SAVED + (RA,))
# Of an entry that runs long: what it saves once does not matter.
ENTRY_ENV = MachineEnv(POPULAR + (S1, S0), TEMPORARY + CALLEE_SAVED[2:] + (RA,), ())

SAVED = CALLEE_SAVED + (RA,)
SAVED_MASK = sum(1 << reg for reg in SAVED)
REACH = 2047  # of an immediate
MAX_ARGUMENTS = 4 * 255  # bytes of the caller's area, see `qir.MAX_OPERANDS`


class Frame:
    """The frame of one allocated function.

    `size` is in bytes; `written` the mask of registers the function changes before it restores any, `saved` those it
    saves, `clobbers` what is left of them for its callers to know; `slot_offset[slot]` and `save_offset` are from sp.
    """

    def __init__(self, vcode, output):
        self.written = _written(vcode, output)
        self.saved = [reg for reg in SAVED if self.written >> reg & 1]
        self.clobbers = self.written & ~SAVED_MASK | 1 << RA
        words = output.num_slots + len(self.saved)
        self.scratch = vcode.outgoing + 4 * words + MAX_ARGUMENTS > REACH
        start = vcode.outgoing + 4 * self.scratch
        self.slot_offset = array("H", bytes(2 * output.num_slots))
        for place, slot in enumerate(_by_use(vcode, output)):
            self.slot_offset[slot] = start + 4 * place
        self.save_offset = start + 4 * output.num_slots
        self.size = start + 4 * words + 15 & -16
        if self.size > REACH:
            self.clobbers |= 1 << T0


def _written(vcode, output):
    """Mask of the registers that instructions, edits and callees write."""
    mask = 0
    for clobbers in vcode.clobbers.values():
        mask |= clobbers
    first = vcode.operand_start[1] if vcode.ops[0] == ARGS else 0  # arguments arrive, nobody writes them
    for index in range(first, len(output.allocs)):
        if vcode.operand_flags[index] & DEF and output.allocs[index] != NOWHERE:
            mask |= 1 << output.allocs[index]
    for index, kind in enumerate(output.edit_kind):
        if kind != STORE:
            mask |= 1 << output.edit_a[index]
    return mask


def _by_use(vcode, output):
    """The slots, most used first; a use counts eight times as much in a loop."""
    weight = [0] * output.num_slots
    block = 0
    for index, kind in enumerate(output.edit_kind):
        inst = output.edit_inst[index]
        while vcode.block_start[block + 1] <= inst:
            block += 1
        depth = min(vcode.loop_depth[block], 6)
        if kind == LOAD:
            weight[output.edit_b[index]] += 8**depth
        elif kind == STORE:
            weight[output.edit_a[index]] += 8**depth
    return sorted(range(output.num_slots), key=lambda slot: (-weight[slot], slot))
