"""Instruction selection, before it begins: where values are defined, how often they are used, who can fold them.

Uses are counted from the end, so that what only dead code uses is dead too, and so that a user that is folded itself
passes on what it does with its operand.
"""

from array import array

from glowcore import qir
from glowcore.isel_context import EFFECTS, NONE

_SINGLE = tuple(range(qir.ADD, qir.MIN)) + (qir.BAND, qir.BOR, qir.BXOR)  # one instruction makes them
_ADDRESS_PARTS = (qir.ADD, qir.SHL, qir.MUL)  # with a constant
_ADDRESSES = (qir.LOAD, qir.LOAD_RO, qir.STORE, qir.STORE8, qir.STORE16, qir.STORE32, qir.LOAD16)


def analyse(c):
    """Find definitions, then count uses from the end, so that what only dead code uses is dead too."""
    starts = array("H")
    blocks = c.function.blocks
    for block in range(c.function.num_blocks):
        at, end, value = c.block_range(block)
        value += blocks[block * qir.BLOCK_FIELDS + 2]
        while at < end:
            starts.append(at)
            for _ in range(c.results(at)):
                c.def_at[value] = at
                value += 1
            if c.code[at] & 255 == qir.JUMP and c.code[at + 1] > block:
                c.entries[c.code[at + 1]] = min(255, c.entries[c.code[at + 1]] + 1)
            at += 1 + (c.code[at] >> 8)
    index = len(starts) - 1
    value = c.num_values
    for block in range(c.function.num_blocks - 1, -1, -1):
        begin, _, first = c.block_range(block)
        while index >= 0 and starts[index] >= begin:
            at = starts[index]
            value -= c.results(at)
            if c.code[at] & 255 in EFFECTS or c.uses[value]:
                _count(c, at, value, first)
            index -= 1
        value = first


def _count(c, at, value, block_first):
    """Count what the instruction that defines `value` uses; its own uses are all counted."""
    user = c.code[at] & 255
    if user == qir.ADD and c.deferred(value):
        user = qir.LOAD  # it goes into addresses, and so does its operand
    first, end = c.operands(at)
    for place in range(first, end):
        operand = c.code[place]
        if operand < c.num_values and c.uses[operand] < 255:
            c.uses[operand] += 1
            arm = user == qir.SELECT and place > first
            if (place == first or arm) and _folds_into(c, user, at, operand, block_first, arm):
                c.folds[operand] += 1


def _folds_into(c, user, at, operand, block_first, arm):
    """Whether the instruction at `at` can do without a register for its first operand, or an `arm` of a select."""
    place = c.def_at[operand]
    if place == NONE:
        return False
    op = c.code[place] & 255
    if arm:
        return operand >= block_first and op in _SINGLE
    if user in _ADDRESSES:
        return op in _ADDRESS_PARTS and c.code[place + 2] >= c.num_values
    if user == qir.MIN or user == qir.MAX:
        return is_clamp(c, at, place)
    if user == qir.BRANCH or user == qir.SELECT or user == qir.BNOT:
        return operand >= block_first and (qir.EQ <= op <= qir.GEU or op == qir.BNOT)
    return False


def is_clamp(c, outer, inner):
    """Whether two instructions are minimum with a positive constant and maximum with 0, in either order."""
    code = c.code
    ops = (code[outer] & 255, code[inner] & 255)
    if ops == (qir.MIN, qir.MAX):
        low, high = code[inner + 2], code[outer + 2]
    elif ops == (qir.MAX, qir.MIN):
        low, high = code[outer + 2], code[inner + 2]
    else:
        return False
    return c.const(low) == 0 and (c.const(high) or 0) > 0
