"""Part of phase 1: what is live where blocks meet, as masks of vregs, while blocks are visited from last to first.

One visit to each block does, because loops have one entry: what is live at the head of a loop is live in all of it.
What is live behind a loop and comes from before it is known when the loop's last block is visited (`throughout`); what
else is live at its head is known when that is reached, and `live_ranges` adds it then.

A mask is kept until the last block that leads there was visited; `bytes` is what those kept take at most.

Source: F. Brandner et al., Computing liveness sets for SSA-form programs, 2011, section 4.
"""

from __future__ import annotations

from glowcore.vcode import DEF, FIRST_VREG, VCode


class Liveness:
    """The masks at the heads of the blocks that were visited and are still asked for."""

    def __init__(self, vcode: VCode) -> None:
        self.vcode = vcode
        self.heads: dict[int, int] = {}
        self.throughout: dict[int, int] = {}  # by header
        self.wanted = [
            sum(pred < block for pred in vcode.preds[vcode.pred_start[block] : vcode.pred_start[block + 1]])
            for block in range(vcode.num_blocks)
        ]
        self.headers: dict[int, list[int]] = {}  # by the last block of their loops, the outermost first
        for header, end in enumerate(vcode.loop_end):
            if end:
                self.headers.setdefault(end - 1, []).append(header)
        self.bytes = 0

    def visit(self, block: int) -> int:
        """The vregs that are live at the end of a block, as far as is known before its loops' heads are."""
        for header in self.headers.get(block, ()):
            self.throughout[header] = self._throughout(header, block + 1)
        live = 0
        for succ in self._succs(block):
            if succ <= block:
                live |= self.throughout[succ]
                continue
            live |= self.heads[succ]
            self.wanted[succ] -= 1
            if not self.wanted[succ]:
                del self.heads[succ]
        return live

    def leave(self, block: int, live: int) -> None:
        """Remember what is live at the head of a block, its parameters excepted."""
        self.throughout.pop(block, None)
        self.heads[block] = live
        masks = len(self.heads) + len(self.throughout)
        self.bytes = max(self.bytes, masks * ((self.vcode.num_vregs - FIRST_VREG + 7) // 8))

    def _succs(self, block: int) -> list[int]:
        return list(self.vcode.succs[self.vcode.succ_start[block] : self.vcode.succ_start[block + 1]])

    def _throughout(self, header: int, end: int) -> int:
        """What is live where the loop is left, the loop's own values excepted."""
        live = own = 0
        for block in range(header, end):
            own |= _defined(self.vcode, block)
            for succ in self._succs(block):
                if succ >= end:
                    live |= self.heads[succ]
                elif succ < header:
                    live |= self.throughout[succ]
        return live & ~own


def _defined(vcode: VCode, block: int) -> int:
    """The mask of what a block defines, its parameters too."""
    mask = 0
    for vreg in vcode.params[vcode.param_start[block] : vcode.param_start[block + 1]]:
        mask |= 1 << vreg
    first, last = (vcode.operand_start[vcode.block_start[at]] for at in (block, block + 1))
    for k in range(first, last):
        if vcode.operand_flags[k] & DEF and vcode.operand_reg[k] >= FIRST_VREG:
            mask |= 1 << vcode.operand_reg[k]
    return mask


def members(mask: int) -> list[int]:
    """The vregs of a mask, in order."""
    found = []
    while mask:
        low = mask & -mask
        found.append(low.bit_length() - 1)
        mask ^= low
    return found
