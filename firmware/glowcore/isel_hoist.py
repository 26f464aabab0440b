"""Instruction selection: constants that a loop needs in registers are made before the outermost loop.

A register, or at worst a reload from the stack, is cheaper than two instructions over and over. A constant of one
instruction is worth a register that is to spare: those of inner loops always, of the others as many as `_room` says.
"""

from glowcore import qir
from glowcore.isel_arith import COMMUTATIVE, RULES, immediate_form
from glowcore.isel_context import one_instruction
from glowcore.isel_control import near_zero
from glowcore.isel_memory import load_address, page_of

ROOM = 32  # values that a loop may keep over its whole length; measured, a little more than there are registers
INNER = 3  # the loops of a frame are two deep: what is deeper is a loop of the shader

_STORES = (qir.STORE, qir.STORE8, qir.STORE16, qir.STORE32)


def hoist(c, header):
    """Make the constants of the outermost loop of block `header`; the block before it is about to end."""
    first, end = header, c.function.blocks[header * qir.BLOCK_FIELDS + 4]
    wanted = []
    weight = {}
    for block in range(first, end):
        depth = c.function.blocks[block * qir.BLOCK_FIELDS + 3]
        at, stop, _ = c.block_range(block)
        while at < stop:
            for key in _needs(c, at):
                if key not in weight:
                    wanted.append(key)
                    weight[key] = 0
                weight[key] += 1 << 3 * min(depth, INNER)
            at += 1 + (c.code[at] >> 8)
    cheap = [key for key in wanted if isinstance(key, int) and one_instruction(key)]
    cheap.sort(key=lambda key: (-weight[key], key))
    room = max(0, _room(c, first, end) - (len(wanted) - len(cheap)))
    left = [key for key in cheap[room:] if weight[key] < 1 << 3 * INNER]
    c.coming = {}
    for key in wanted:
        if key not in left:
            c.coming[key] = c.load_constant(key) if isinstance(key, int) else load_address(c, key[1])
    c.loop_start, c.loop_end = first, end


def _room(c, first, end):
    """How many values the loop of the blocks `first` to `end` can keep besides its parameters and what it finds."""
    blocks = c.function.blocks
    outside = bytearray(blocks[first * qir.BLOCK_FIELDS + 1])
    room = ROOM
    for block in range(first, end):
        row = block * qir.BLOCK_FIELDS
        if blocks[row + 4]:
            room -= blocks[row + 2]
        at, stop, _ = c.block_range(block)
        while at < stop:
            begin, after = c.operands(at)
            for place in range(begin, after):
                if c.code[place] < len(outside):
                    outside[c.code[place]] = 1
            at += 1 + (c.code[at] >> 8)
    return room - sum(outside)


def _needs(c, at):
    """The constants that one instruction needs in registers."""
    op = c.code[at] & 255
    keys = []
    if op == qir.LOAD_RO:
        keys.append(("la", page_of(4 * c.code[at + 1])))
    first, end = c.operands(at)
    for place in range(first, end):
        k = c.const(c.code[place])
        if k and _needs_register(op, place - first, k):
            keys.append(k)
    return keys


def _needs_register(op, index, k):
    """Whether the constant k, operand `index` of an `op`, is not folded."""
    if op in RULES:
        return not ((index or op in COMMUTATIVE) and immediate_form(op, k))
    if qir.EQ <= op <= qir.GEU:
        return not near_zero(op, index, k)
    if qir.MIN <= op <= qir.MAXU:
        return True
    if op in _STORES:
        return index == 1
    if op == qir.SELECT or op == qir.CALL or op == qir.JUMP:
        return not one_instruction(k)
    return False
