"""Instruction selection for arithmetic: one table, and what constants make cheaper.

A handler takes the context, the place of the operands in the code, and the value to define.
"""

from glowcore import isa, qir
from glowcore.isel_context import NONE, fits12, one_instruction

# op -> register form, immediate form or None
RULES = {
    qir.ADD: (isa.ADD, isa.ADDI),
    qir.SUB: (isa.SUB, None),
    qir.MUL: (isa.MUL, None),
    qir.MULH: (isa.MULH, None),
    qir.MULHU: (isa.MULHU, None),
    qir.MULHSU: (isa.MULHSU, None),
    qir.DIV: (isa.DIV, None),
    qir.DIVU: (isa.DIVU, None),
    qir.REM: (isa.REM, None),
    qir.REMU: (isa.REMU, None),
    qir.AND: (isa.AND, isa.ANDI),
    qir.OR: (isa.OR, isa.ORI),
    qir.XOR: (isa.XOR, isa.XORI),
    qir.SHL: (isa.SLL, isa.SLLI),
    qir.SHR: (isa.SRL, isa.SRLI),
    qir.SAR: (isa.SRA, isa.SRAI),
    qir.BAND: (isa.AND, isa.ANDI),
    qir.BOR: (isa.OR, isa.ORI),
    qir.BXOR: (isa.XOR, isa.XORI),
}
SHIFTS = (qir.SHL, qir.SHR, qir.SAR)
COMMUTATIVE = (qir.ADD, qir.MUL, qir.MULH, qir.MULHU, qir.AND, qir.OR, qir.XOR, qir.BAND, qir.BOR, qir.BXOR)


def power_of_two(value):
    """The exponent of a power of two, taken as unsigned, or -1."""
    value &= 0xFFFFFFFF
    if value == 0 or value & (value - 1):
        return -1
    exponent = 0
    while value > 1:
        value >>= 1
        exponent += 1
    return exponent


def wrap(value):
    """A value as a signed 32-bit integer."""
    return ((value + 0x80000000) & 0xFFFFFFFF) - 0x80000000


def immediate_form(op, k):
    """(opcode, immediate) that does `op` with the constant k on the right in one instruction, or None."""
    if op in SHIFTS:
        return RULES[op][1], k & 31
    form = RULES[op][1]
    if form is not None:
        return (form, k) if fits12(k) else None
    if op == qir.SUB:
        return (isa.ADDI, -k) if fits12(-k) else None
    exponent = power_of_two(k)
    if exponent < 0:
        return None
    if op == qir.MUL:
        return isa.SLLI, exponent
    if op == qir.DIVU:
        return isa.SRLI, exponent
    if op == qir.REMU and exponent <= 11:
        return isa.ANDI, k - 1
    return None


def sides(c, at):
    """The operands of the operation whose operands are at `at`, a constant on the right if it may be."""
    a = c.code[at]
    b = c.code[at + 1]
    if c.const(a) is not None and c.code[at - 1] & 255 in COMMUTATIVE:
        return b, a
    return a, b


def binary(c, at, value):
    """An operation with two operands and one result."""
    op = c.code[at - 1] & 255
    a, b = sides(c, at)
    k = c.const(b)
    if k is not None:
        c.vreg[value] = with_constant(c, op, a, k)
    else:
        c.vreg[value] = c.rrr(RULES[op][0], c.reg(a), c.reg(b))


def single(c, operand):
    """(opcode, registers, immediate) of the one instruction that makes an operand not made so far, or None."""
    k = c.const(operand)
    if k is not None:
        return (isa.ADDI, (0,), k) if fits12(k) else (isa.LUI, (), k >> 12) if one_instruction(k) else None
    at = c.left_out(operand)
    if at == NONE or c.code[at] & 255 not in RULES:
        return None
    op = c.code[at] & 255
    a, b = sides(c, at + 1)
    k = c.const(b)
    form = immediate_form(op, k) if k is not None else None
    return (form[0], (c.reg(a),), form[1]) if form else (RULES[op][0], (c.reg(a), c.reg(b)), 0)


def with_constant(c, op, a, k):
    """`op a, k`; returns the register."""
    form = immediate_form(op, k)
    if form:
        return c.rri(form[0], c.reg(a), form[1])
    if op == qir.SUB and k != -0x80000000:
        op, k = qir.ADD, -k
    if k not in c.hoisted:
        if op == qir.ADD and fits12(k // 2) and fits12(k - k // 2):
            return c.rri(isa.ADDI, c.rri(isa.ADDI, c.reg(a), k // 2), k - k // 2)
        if op == qir.AND and power_of_two(k + 1) > 0:
            shift = 32 - power_of_two(k + 1)
            return c.rri(isa.SRLI, c.rri(isa.SLLI, c.reg(a), shift), shift)
    return c.rrr(RULES[op][0], c.reg(a), c.constant(k))


def bnot(c, at, value):
    """Not: of a comparison, the opposite comparison."""
    operand = c.code[at]
    place = c.left_out(operand)
    op = c.code[place] & 255 if place != NONE else qir.BNOT
    if qir.EQ <= op <= qir.GEU:
        c.vreg[value] = compare(c, op, c.code[place + 1], c.code[place + 2], 1)
    else:
        c.vreg[value] = c.rri(isa.XORI, c.reg(operand), 1)


def same(c, at, value):
    """A bool as an int: it is one already."""
    c.vreg[value] = c.vreg_of(c.code[at])


def comparison(c, at, value):
    """A comparison whose result is needed as 0 or 1."""
    c.vreg[value] = compare(c, c.code[at - 1] & 255, c.code[at], c.code[at + 1], 0)


def compare(c, op, a, b, invert):
    """0 or 1 in a register; `invert` is 1 for the opposite."""
    if op <= qir.NE:
        return _equal(c, a, b, invert ^ (op == qir.NE))
    invert ^= op == qir.GE or op == qir.GEU
    register_form, immediate_form = (isa.SLT, isa.SLTI) if op <= qir.GE else (isa.SLTU, isa.SLTIU)
    ka = c.const(a)
    kb = c.const(b)
    if kb is not None and kb and fits12(kb):
        reg = c.rri(immediate_form, c.reg(a), kb)
    elif ka is not None and ka and fits12(ka + 1) and (invert or op <= qir.GE) and (op <= qir.GE or ka != -1):
        reg = c.rri(immediate_form, c.reg(b), ka + 1)  # k < b is not (b < k + 1)
        invert ^= 1
    else:
        reg = c.rrr(register_form, c.reg(a), c.reg(b))
    return c.rri(isa.XORI, reg, 1) if invert else reg


def _equal(c, a, b, invert):
    """a == b, or a != b."""
    if c.const(a) is not None:
        a, b = b, a
    k = c.const(b)
    if k == 0:
        reg = c.reg(a)
    elif k is not None and fits12(-k):
        reg = c.rri(isa.ADDI, c.reg(a), -k)
    else:
        reg = c.rrr(isa.XOR, c.reg(a), c.reg(b))
    return c.rrr(isa.SLTU, 0, reg) if invert else c.rri(isa.SLTIU, reg, 1)
