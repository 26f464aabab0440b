"""Instruction selection: constants that a loop needs in registers are made before the outermost loop.

A register, or at worst a reload from the stack, is cheaper than making a constant over and over.
"""

from glowcore import qir
from glowcore.isel_arith import COMMUTATIVE, RULES, immediate_form
from glowcore.isel_context import one_instruction
from glowcore.isel_control import near_zero
from glowcore.isel_memory import load_address, page_of

_STORES = (qir.STORE, qir.STORE8, qir.STORE16, qir.STORE32)


def hoist(c, header):
    """Make the constants of the outermost loop of block `header`; the block before it is about to end."""
    end = c.function.blocks[header * qir.BLOCK_FIELDS + 4]
    wanted = []
    for block in range(header, end):
        at, stop, _ = c.block_range(block)
        while at < stop:
            for key in _needs(c, at):
                if key not in wanted:
                    wanted.append(key)
            at += 1 + (c.code[at] >> 8)
    c.hoisted = {}
    for key in wanted:
        c.hoisted[key] = c.load_constant(key) if isinstance(key, int) else load_address(c, key[1])
    c.hoisted_end = end


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
