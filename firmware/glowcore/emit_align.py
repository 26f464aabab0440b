"""Emission: heads of loops on multiples of four bytes.

A core that fetches words takes longer where control arrives at a 32-bit instruction that lies across two of them; a
loop arrives at its head in every turn. The cure costs two bytes and no time: what comes right before the head takes its
long form, a branch or jump as well as an instruction. For the latter both forms are kept with the branches, as PAD,
until the distances are settled. Whether the head's first instruction is a long one is known when the head is emitted.

What comes before a head is mostly a move, load, store or constant on the edge into the loop; else nothing is done.
"""

from array import array

from glowcore import encode, isa
from glowcore.vcode import LOAD, MOVE, STORE


def before_head(emitter, previous):
    """Call when all code before the head is emitted, `previous` being the block before it. Returns the branch or PAD
    that can grow, -1 if there is none."""
    out, branches = emitter.out, emitter.branches
    count = len(branches.op)
    if count and branches.place[count - 1] == len(out):
        return count - 1
    if len(out) == branches.block_place[previous]:
        return -1
    long = _long_form(emitter, emitter.vcode.block_start[previous + 1] - 1)
    if not long:
        return -1
    half = out[len(out) - 1]
    out[len(out) - 1 :] = out[:0]
    branches.pad(len(out), half, long)
    return count


def _long_form(emitter, jump):
    """The last edit before the jump at the end of a block in 32 bits; () if it is not one instruction of 16."""
    output, out = emitter.output, emitter.out
    edit = emitter.first_edit(jump + 1) - 1
    if edit < 0 or output.edit_inst[edit] != jump or output.edit_after[edit]:
        return ()
    start = len(out)
    emitter.edit(edit)
    single = len(out) == start + 1 and out[start] == out[start - 1]
    out[start:] = out[:0]
    if not single:
        return ()
    kind, a, b = output.edit_kind[edit], output.edit_a[edit], output.edit_b[edit]
    long = array("H")
    if kind == MOVE:
        encode.emit(long, isa.ADDI, a, b, 0, 0, True)
    elif kind == LOAD:
        encode.emit(long, isa.LW, a, isa.SP, 0, emitter.frame.slot_offset[b], True)
    elif kind == STORE:
        encode.emit(long, isa.SW, 0, isa.SP, b, emitter.frame.slot_offset[a], True)
    else:
        value = emitter.vcode.imms[b]
        op, imm = (isa.ADDI, value) if -2048 <= value <= 2047 else (isa.LUI, value >> 12 & 0xFFFFF)
        encode.emit(long, op, a, 0, 0, imm, True)
    return long
