"""Instruction selection for memory and calls.

Addresses are a base (the ctx block or the read-only data), a byte offset folded into the instruction, and an index
that is scaled and added once a block. A base serves 4 KB around it; what lies further away has a base of its own.

The calling convention of internal functions: the address of the ctx block in s0, if the callee needs it; the first
eight words of arguments in a0 to a7, the others on the stack at sp, in order; results likewise, in the same places.
s0 to s11 are preserved by the callee. What else a callee destroys its callers know exactly: it was compiled before.
Entries take the ctx block in a0 and return a status in a0, which is 0 if the function has no result.
"""

from glowcore import isa, pseudo, qir
from glowcore.isel_arith import with_constant, wrap
from glowcore.isel_context import CTX_REG, NONE, fits12
from glowcore.vcode import DEF_REG, USE_REG

MAX_REGISTERS = len(isa.ARGUMENTS)


def page_of(offset):
    """The multiple of 4096 from which an offset is within reach of an immediate."""
    return offset + 2048 & -4096


def _ctx_base(c, page):
    """A register with the address of the ctx block, plus a page."""
    if page == 0:
        return c.ctx
    key = ("ctx", page)
    if key not in c.local:
        c.local[key] = c.rrr(isa.ADD, c.constant(page), c.ctx)
    return c.local[key]


def _rodata_base(c, page):
    """A register with the address of the read-only data, plus a page."""
    key = ("la", page)
    reg = c.hoisted.get(key) or c.local.get(key)
    if reg is None:
        reg = c.local[key] = load_address(c, page)
    return reg


def load_address(c, page):
    """A fresh register with the address of the read-only data, plus a page."""
    reg = c.vcode.new_vreg()
    c.vcode.operand(reg, DEF_REG)
    c.vcode.inst(pseudo.LA, page)
    return reg


def _element(c, base, word, index):
    """(register, byte offset) of word `word` + index of the memory that begins at the register `base(c, page)`."""
    k = c.const(index)
    if k is not None:
        offset = 4 * (word + k)
        page = page_of(offset)
        return base(c, page), offset - page
    index, k = peel(c, index)
    offset = 4 * (word + k)
    page = page_of(offset)
    key = (base, page, index)
    if key not in c.local:
        c.local[key] = c.rrr(isa.ADD, _scaled(c, index), base(c, page))
    return c.local[key], offset - page


def peel(c, operand):
    """(operand, constant) whose sum an operand is, if that spares an instruction; else (operand, 0)."""
    at = c.left_out(operand)
    if at != NONE and c.code[at] & 255 == qir.ADD:
        k = c.const(c.code[at + 2])
        if k is not None and fits12(k):
            return c.code[at + 1], k
    return operand, 0


def _scaled(c, index):
    """A register with 4 * index; a multiplication in the index takes the 4 in."""
    key = ("x4", index)
    if key not in c.local:
        at = c.left_out(index)
        op = c.code[at] & 255 if at != NONE else qir.ADD
        if op == qir.SHL and c.const(c.code[at + 2]) & 31 < 30:
            c.local[key] = c.rri(isa.SLLI, c.reg(c.code[at + 1]), (c.const(c.code[at + 2]) & 31) + 2)
        elif op == qir.MUL:
            c.local[key] = with_constant(c, qir.MUL, c.code[at + 1], wrap(4 * c.const(c.code[at + 2])))
        else:
            c.local[key] = c.rri(isa.SLLI, c.reg(index), 2)
    return c.local[key]


def load(c, at, value):
    """A word of the ctx block."""
    base, offset = _element(c, _ctx_base, c.code[at], c.code[at + 1])
    c.vreg[value] = c.rri(isa.LW, base, offset)


def load_ro(c, at, value):
    """A word of the read-only data."""
    base, offset = _element(c, _rodata_base, c.code[at], c.code[at + 1])
    c.vreg[value] = c.rri(isa.LW, base, offset)


def store(c, at, value):
    """A word of the ctx block."""
    stored = c.reg(c.code[at + 2])
    base, offset = _element(c, _ctx_base, c.code[at], c.code[at + 1])
    c.store(isa.SW, base, stored, offset)


_RAW = {qir.STORE8: isa.SB, qir.STORE16: isa.SH, qir.STORE32: isa.SW}


def store_raw(c, at, value):
    """store8, store16, store32."""
    address, offset = peel(c, c.code[at])
    c.store(_RAW[c.code[at - 1] & 255], c.reg(address), c.reg(c.code[at + 1]), offset)


def load_raw(c, at, value):
    """load16."""
    address, offset = peel(c, c.code[at])
    c.vreg[value] = c.rri(isa.LHU, c.reg(address), offset)


def burn(c, at, value):
    """Take a unit of fuel; the result is read off the sign of what is left."""
    if c.vreg[value] == NONE and value in c.fuel:
        c.vreg[value] = c.rri(isa.XORI, c.rri(isa.SRLI, c.fuel[value], 31), 1)
        return
    left = c.rri(isa.ADDI, c.rri(isa.LW, c.ctx, qir.FUEL_OFFSET), -1)
    c.store(isa.SW, c.ctx, left, qir.FUEL_OFFSET)
    c.fuel[value] = left


def call(c, at, value):
    """Arguments into their places, the call, results from theirs."""
    callee = c.signatures[c.code[at]]
    args = [c.code[place] for place in range(at + 1, at + (c.code[at - 1] >> 8))]
    for index in range(MAX_REGISTERS, len(args)):
        c.store(isa.SW, isa.SP, c.reg(args[index]), 4 * (index - MAX_REGISTERS))
    regs = [c.vreg_of(operand) for operand in args[:MAX_REGISTERS]]
    for index, reg in enumerate(regs):
        c.fixed_use(reg, isa.ARGUMENTS[index])
    if callee.flags & qir.NEEDS_CTX:
        c.fixed_use(c.ctx, CTX_REG)
    clobbers = callee.clobbers
    for index in range(min(callee.num_results, MAX_REGISTERS)):
        c.vreg[value + index] = c.fixed_def(isa.ARGUMENTS[index])
        clobbers &= ~(1 << isa.ARGUMENTS[index])
    c.vcode.clobbers[c.vcode.inst(pseudo.CALL, 0, c.code[at])] = clobbers
    for index in range(MAX_REGISTERS, callee.num_results):
        c.vreg[value + index] = c.rri(isa.LW, isa.SP, 4 * (index - MAX_REGISTERS))
    words = max(len(args), callee.num_results) - MAX_REGISTERS
    c.outgoing = max(c.outgoing, 4 * words)


def arguments(c):
    """The head of the entry block: the parameters, and the ctx block's address."""
    function = c.function
    for index in range(min(function.num_params, MAX_REGISTERS)):
        c.vreg[index] = c.fixed_def(isa.ARGUMENTS[index])
    if function.flags & qir.NEEDS_CTX:
        c.ctx = c.fixed_def(isa.A0 if function.flags & qir.ENTRY else CTX_REG)
    c.vcode.inst(pseudo.ARGS)
    for index in range(MAX_REGISTERS, function.num_params):
        c.vreg[index] = c.vcode.new_vreg()
        c.vcode.operand(c.vreg[index], DEF_REG)
        c.vcode.inst(pseudo.LW_ARG, 4 * (index - MAX_REGISTERS))


def ret(c, at, value):
    """Results into their places."""
    regs = [c.vreg_of(c.code[place]) for place in range(at, at + (c.code[at - 1] >> 8))]
    if c.function.flags & qir.ENTRY and not regs:
        regs = [c.load_constant(0)]
    for index in range(MAX_REGISTERS, len(regs)):
        c.vcode.operand(regs[index], USE_REG)
        c.vcode.inst(pseudo.SW_ARG, 4 * (index - MAX_REGISTERS))
    for index, reg in enumerate(regs[:MAX_REGISTERS]):
        c.fixed_use(reg, isa.ARGUMENTS[index])
    c.vcode.inst(pseudo.RETS)
    c.end_block((), ())
