"""Instruction selection: a QIR function becomes VCode.

Input: a `qir.Function`, and for every function before it an object with `flags`, `num_results` and `clobbers`. Output:
VCode with the blocks of the function, `outgoing` (bytes of stack for arguments and results of calls that do not fit the
registers). One pass over the instructions in order, after one that counts uses; linear but for loops of constants.

    isel_uses      definitions, uses, and what can be folded
    isel_context   the state: registers of values, what may be left out, making instructions
    isel_arith     arithmetic and comparisons, by a table
    isel_control   branches, selects, minimum and maximum, ends of blocks
    isel_memory    loads, stores, calls, and the calling convention
    isel_hoist     constants of loops
"""

from glowcore import isel_arith, isel_control, isel_memory, qir
from glowcore.isel_context import Context
from glowcore.isel_hoist import hoist
from glowcore.isel_uses import analyse

_GROUPS = (
    (isel_arith.binary, tuple(isel_arith.RULES)),
    (isel_arith.comparison, (qir.EQ, qir.NE, qir.LT, qir.GE, qir.LTU, qir.GEU)),
    (isel_arith.bnot, (qir.BNOT,)),
    (isel_arith.same, (qir.BTOI,)),
    (isel_control.extreme, (qir.MIN, qir.MAX, qir.MINU, qir.MAXU)),
    (isel_control.select, (qir.SELECT,)),
    (isel_control.jump, (qir.JUMP,)),
    (isel_control.branch, (qir.BRANCH,)),
    (isel_memory.load, (qir.LOAD,)),
    (isel_memory.load_ro, (qir.LOAD_RO,)),
    (isel_memory.store, (qir.STORE,)),
    (isel_memory.store_raw, (qir.STORE8, qir.STORE16, qir.STORE32)),
    (isel_memory.load_raw, (qir.LOAD16,)),
    (isel_memory.burn, (qir.BURN,)),
    (isel_memory.call, (qir.CALL,)),
    (isel_memory.ret, (qir.RET,)),
)
HANDLERS = [None] * len(qir.OPS)
for _handler, _ops in _GROUPS:
    for _op in _ops:
        HANDLERS[_op] = _handler


def select(function, signatures):
    """The Context of a function, of which only `vcode` is for the next stage."""
    c = Context(function, signatures, HANDLERS)
    analyse(c)
    for block in range(function.num_blocks):
        _block(c, block)
    c.vcode.outgoing = c.outgoing
    c.vcode.finish()
    return c


def _block(c, block):
    at, end, value = c.begin_block(block)
    if block == 0:
        isel_memory.arguments(c)
    while at < end:
        op = c.code[at] & 255
        if op == qir.JUMP and c.starts_loop(c.code[at + 1]):
            hoist(c, c.code[at + 1])
        c.note_line(at)
        count = c.results(at)
        if not count or not c.deferred(value) or op == qir.CALL or op == qir.BURN:
            HANDLERS[op](c, at + 1, value)
        value += count
        at += 1 + (c.code[at] >> 8)
