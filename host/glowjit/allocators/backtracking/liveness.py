"""Phase 1: exact liveness. Fills `State.live_in`: per block the mask of the vregs that are live at its head.

Blocks are visited in reverse layout order, which is post-order; again only if a loop's header brought something new to
its latch. Two bits per vreg and block, as ints.
"""

from __future__ import annotations

from glowcore.vcode import DEF, FIRST_VREG, VCode
from glowjit.allocators.backtracking.structures import State


def run(state: State) -> None:
    vcode = state.vcode
    reads, writes = zip(*(_block(vcode, block) for block in range(vcode.num_blocks)), strict=True)
    live_in = [0] * vcode.num_blocks
    changed = True
    while changed:
        changed = False
        for block in range(vcode.num_blocks - 1, -1, -1):
            live = reads[block] | live_out(vcode, live_in, block) & ~writes[block]
            if live != live_in[block]:
                live_in[block] = live
                changed = True
    state.live_in = live_in


def live_out(vcode: VCode, live_in: list[int], block: int) -> int:
    """The vregs live at the end of a block, its successor's parameters excepted."""
    live = 0
    for succ in vcode.succs[vcode.succ_start[block] : vcode.succ_start[block + 1]]:
        live |= live_in[succ]
    return live


def _block(vcode: VCode, block: int) -> tuple[int, int]:
    """Masks of what a block reads from above, and of what it defines; parameters are defined."""
    reads = writes = 0
    for vreg in vcode.params[vcode.param_start[block] : vcode.param_start[block + 1]]:
        writes |= 1 << vreg
    for inst in range(vcode.block_start[block], vcode.block_start[block + 1]):
        operands = range(vcode.operand_start[inst], vcode.operand_start[inst + 1])
        for wanted in (0, DEF):
            for k in operands:
                vreg = vcode.operand_reg[k]
                if vreg >= FIRST_VREG and vcode.operand_flags[k] & DEF == wanted:
                    if wanted:
                        writes |= 1 << vreg
                    elif not writes >> vreg & 1:
                        reads |= 1 << vreg
    for vreg in vcode.args[vcode.arg_start[block] : vcode.arg_start[block + 1]]:
        if not writes >> vreg & 1:
            reads |= 1 << vreg
    return reads, writes
