"""How good an allocation is, in static counts: inserted instructions, slots, and the memory that it took.

Weighted counts take each edit `LOOP_WEIGHT` times for each loop around it, since nobody knows how often a loop runs.
"""

from __future__ import annotations

from dataclasses import dataclass

from glowcore.vcode import DEF, LOAD, MOVE, NOWHERE, REMAT, STORE, Output, VCode

LOOP_WEIGHT = 8


@dataclass(frozen=True, slots=True)
class Report:
    """Counts of what the allocator inserted; `weighted` has loads, stores, moves and remats by loop depth.

    `dropped` are constants that no longer need their own instruction. `input_bytes` is what the arrays of the VCode
    take, `output_bytes` those of the output.
    """

    insts: int
    moves: int
    loads: int
    stores: int
    remats: int
    dropped: int
    slots: int
    weighted: int
    input_bytes: int
    output_bytes: int

    @property
    def inserted(self) -> int:
        """Instructions added, net of those dropped."""
        return self.moves + self.loads + self.stores + self.remats - self.dropped

    def __str__(self) -> str:
        return (
            f"{self.insts} instructions, {self.loads} loads, {self.stores} stores, {self.moves} moves, "
            f"{self.remats} constants made again, {self.dropped} dropped, {self.slots} slots"
        )


def measure(vcode: VCode, output: Output) -> Report:
    """Count the edits of an allocation."""
    counts = [0] * 4
    weighted = 0
    block = 0
    for inst, kind in zip(output.edit_inst, output.edit_kind, strict=True):
        while vcode.block_start[block + 1] <= inst:
            block += 1
        counts[kind] += 1
        weighted += LOOP_WEIGHT ** vcode.loop_depth[block]
    dropped = sum(
        alloc == NOWHERE and bool(flags & DEF) for alloc, flags in zip(output.allocs, vcode.operand_flags, strict=True)
    )
    return Report(
        insts=vcode.num_insts,
        moves=counts[MOVE],
        loads=counts[LOAD],
        stores=counts[STORE],
        remats=counts[REMAT],
        dropped=dropped,
        slots=output.num_slots,
        weighted=weighted,
        input_bytes=input_bytes(vcode),
        output_bytes=output_bytes(output),
    )


def input_bytes(vcode: VCode) -> int:
    """Bytes of the arrays of a VCode."""
    names = (
        "ops imms aux operand_start operand_reg operand_flags operand_arg remat block_start succ_start succs "
        "pred_start preds param_start params arg_start args loop_depth loop_end"
    )
    return sum(memoryview(getattr(vcode, name)).nbytes for name in names.split())


def output_bytes(output: Output) -> int:
    """Bytes of the arrays of an allocator's output."""
    names = "allocs edit_inst edit_after edit_kind edit_a edit_b"
    return sum(memoryview(getattr(output, name)).nbytes for name in names.split())
