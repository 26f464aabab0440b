"""Instruction selection for what depends on a condition: branches, selects, minimum and maximum, and for block ends.

A select keeps one value and branches over the one instruction that makes the other, with the comparison in the branch:
what only that arm needs runs only if it is chosen. Selects of one block with the same condition share their branch.
"""

from glowcore import isa, pseudo, qir
from glowcore.isel_arith import RULES, single
from glowcore.isel_context import NONE, one_instruction
from glowcore.isel_uses import is_clamp
from glowcore.vcode import DEF_REUSE, USE_REG

_BRANCHES = {
    qir.EQ: isa.BEQ, qir.NE: isa.BNE, qir.LT: isa.BLT, qir.GE: isa.BGE, qir.LTU: isa.BLTU, qir.GEU: isa.BGEU,
}  # fmt: skip

# Comparisons with a constant next to zero are comparisons with zero. (op, side of the constant, its value) ->
# (branch, whether x0 comes first)
_NEAR_ZERO = {
    (qir.LT, 1, 1): (isa.BGE, True),  # a < 1: 0 >= a
    (qir.GE, 1, 1): (isa.BLT, True),
    (qir.LTU, 1, 1): (isa.BEQ, False),
    (qir.GEU, 1, 1): (isa.BNE, False),
    (qir.LT, 0, -1): (isa.BGE, False),  # -1 < b: b >= 0
    (qir.GE, 0, -1): (isa.BLT, False),
    (qir.LTU, 0, 0): (isa.BNE, False),
    (qir.GEU, 0, 0): (isa.BEQ, False),
}

# minimum and maximum: branch that holds when the second operand is the result, operands swapped
_EXTREMES = {
    qir.MIN: (isa.BLT, True),
    qir.MAX: (isa.BLT, False),
    qir.MINU: (isa.BLTU, True),
    qir.MAXU: (isa.BLTU, False),
}


def condition(c, operand):
    """(branch opcode, register, register) that holds when a bool is true."""
    if operand < c.num_values:
        left = c.fuel.get(operand)
        if left is not None:
            return isa.BGE, left, 0
        at = c.left_out(operand)
        if at != NONE:
            op = c.code[at] & 255
            if op == qir.BNOT:
                branch, a, b = condition(c, c.code[at + 1])
                return pseudo.inverse(branch), a, b
            if op in _BRANCHES:
                return _compare(c, op, c.code[at + 1], c.code[at + 2])
    return isa.BNE, c.reg(operand), 0


def near_zero(op, side, k):
    """Whether a comparison with the constant k on one side (1: right) is one with zero."""
    return k == 0 or (op, side, k) in _NEAR_ZERO


def _compare(c, op, a, b):
    for side, constant, other in ((1, c.const(b), a), (0, c.const(a), b)):
        found = _NEAR_ZERO.get((op, side, constant))
        if found:
            reg = c.reg(other)
            return (found[0], 0, reg) if found[1] else (found[0], reg, 0)
    return _BRANCHES[op], c.reg(a), c.reg(b)


def extreme(c, at, value):
    """min, max, minu, maxu."""
    inner = c.left_out(c.code[at])
    if inner != NONE and is_clamp(c, at - 1, inner):
        _clamp(c, at, inner, value)
        return
    branch, swapped = _EXTREMES[c.code[at - 1] & 255]
    a = c.code[at]
    b = c.code[at + 1]
    if c.const(a) is not None or (c.const(b) is None and c.uses[a] > c.uses[b]):
        a, b = b, a  # the first is overwritten
    old = c.vreg_of(a)
    new = c.reg(b)
    first, second = (new, old) if swapped else (old, new)
    _emit_select(c, branch, first, second, [(isa.ADDI, (new,), 0, old, value)])


def _clamp(c, at, inner, value):
    """min(max(x, 0), k): one branch if x is in range already."""
    high = c.code[at + 1] if c.const(c.code[at + 1]) else c.code[inner + 2]
    limit = c.reg(high)
    old = c.vreg_of(c.code[inner + 1])
    vcode = c.vcode
    vcode.operand(limit, USE_REG)
    vcode.operand(old, USE_REG)
    c.vreg[value] = vcode.new_vreg()
    vcode.operand(c.vreg[value], DEF_REUSE, 1)
    vcode.inst(pseudo.CLAMP)


def select(c, at, value):
    """A select, together with the later ones of its block that can be done at once."""
    if c.vreg[value] != NONE:
        return
    choices = _same_condition(c, at, value)
    branch, a, b = condition(c, c.code[at])
    if sum([_cost(c, taken) - _cost(c, kept) for taken, kept, _ in choices]) < 0:
        branch = pseudo.inverse(branch)
        choices = [(kept, taken, result) for taken, kept, result in choices]
    arms = []
    for taken, kept, result in choices:
        op, regs, imm = single(c, taken) or (isa.ADDI, (c.reg(taken),), 0)
        k = c.const(kept)
        old = c.reg(kept) if k is None else c.load_constant(k)  # constants are not shared if overwritten
        arms.append((op, regs, imm, old, result))
    for index, arm in enumerate(arms):
        if any([arm[3] in later[1] for later in arms[index + 1 :]]):  # read after it is overwritten: take a copy
            arms[index] = arm[:3] + (c.rri(isa.ADDI, arm[3], 0), arm[4])
    _emit_select(c, branch, a, b, arms)


def _same_condition(c, at, value):
    """(if true, if false, result) of this select and the later ones of its block that it can be done with.

    Most conditions have one use: then there is none to look for.
    """
    code = c.code
    choices = [(code[at + 1], code[at + 2], value)]
    following = value + 1
    place = at + 3
    others = c.uses[code[at]] - 1 if code[at] < c.num_values else 0
    while others > 0 and place < c.block_end:
        if code[place] & 255 == qir.SELECT and code[place + 1] == code[at] and c.uses[following]:
            others -= 1
            taken = code[place + 2]
            kept = code[place + 3]
            if c.vreg[following] == NONE and _ready(c, taken, value) and _ready(c, kept, value):
                choices.append((taken, kept, following))
        following += c.results(place)
        place += 1 + (code[place] >> 8)
    return choices


def _ready(c, operand, value):
    """Whether an operand can be had where `value` is defined: it is defined before, or made of what is."""
    if operand < value or operand >= c.num_values:
        return True
    at = c.left_out(operand)
    if at == NONE or c.code[at] & 255 not in RULES:
        return False
    return all([c.code[place] < value or c.code[place] >= c.num_values for place in (at + 1, at + 2)])


def _cost(c, operand):
    """What it takes, at most, to have an operand in a register that may be overwritten; for comparison only.

    One instruction: a move, or what the other way round would run only if the condition holds (a bit dearer).
    """
    k = c.const(operand)
    if k is not None:
        return 5 if one_instruction(k) or k in c.hoisted else 1  # in a register it must be either way
    if c.left_out(operand) != NONE:
        return 5
    return 0 if c.uses[operand] == 1 else 4


def _emit_select(c, branch, a, b, arms):
    """The pseudo instruction, for arms (opcode, registers, immediate, register of the old value, value)."""
    vcode = c.vcode
    place = len(vcode.arms)
    vcode.operand(a, USE_REG)
    vcode.operand(b, USE_REG)
    tied = []
    index = 2
    for op, regs, imm, old, _ in arms:
        vcode.arms.append(op | len(regs) << 8)
        vcode.arms.append(imm)
        tied.append(index)
        index += 1 + len(regs)
        vcode.operand(old, USE_REG)
        for reg in regs:
            vcode.operand(reg, USE_REG)
    for index, arm in enumerate(arms):
        c.vreg[arm[4]] = vcode.new_vreg()
        vcode.operand(c.vreg[arm[4]], DEF_REUSE, tied[index])
    vcode.inst(pseudo.SELECT, place, branch | len(arms) << 8)


def jump(c, at, value):
    """To the only successor, with arguments."""
    count = c.code[at - 1] >> 8
    args = [c.vreg_of(c.code[place]) for place in range(at + 1, at + count)]
    c.vcode.inst(pseudo.JUMP)
    c.end_block((c.code[at],), args)


def branch(c, at, value):
    """To one of two successors."""
    op, a, b = condition(c, c.code[at])
    c.vcode.operand(a, USE_REG)
    c.vcode.operand(b, USE_REG)
    c.vcode.inst(op)
    c.end_block((c.code[at + 1], c.code[at + 2]), ())
