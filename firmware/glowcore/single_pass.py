"""Register allocation in one backward pass over a function, without liveness analysis, intervals or iteration.

    allocate(vcode, env) -> Output

Scanning backwards, a value becomes live at its last use and gets a register there, its home, which it keeps up to its
definition unless it has to leave:

  1. A value is stored at most once, right after its definition (a block parameter: at most once per entry of its
     block), and only if it ever leaves its register. SSA makes the slot valid everywhere below.
  2. An evicted value is reloaded once, below the instruction that evicts it; at its next use above it gets a home
     again. A constant of one instruction is made again instead and has no slot; if nobody is left who reads the
     original, its definition gets the allocation NOWHERE and is not emitted.
  3. A value live across calls prefers a register that all of them preserve; fixed operands, results, parameters and
     loops steer the choice by hints. A fresh callee-saved register is taken only if no touched one is free.
  4. At block borders the maps of `ra_edges` hold, around loops those of `ra_loops`.
  5. It fails only if the fixed and register operands of one instruction exceed the register file.

    ra_prescan the forward pass that finds definitions and previous touches
    ra_state   registers, homes, slots; whom to pick, whom to evict
    ra_inst    one instruction
    ra_edges   block borders
    ra_loops   what stays in registers around a loop
    ra_edits   the edits in order

Time: O(operands * depth of loops + evictions * registers). Memory: 9 bytes a vreg, 2 an operand and 8 an edit
(`ra_state`), 2 a colour for each pending block (`ra_edges`), 2 a vreg while a loop is opened (`ra_loops`).

A victim is the value whose previous touch is furthest up. To take the earliest definition instead would save 2 bytes a
vreg and operand, and insert 1.6 times as many instructions in the example shaders, by number of executions.

Design: the backward scan and home-again rule of LLVM's RegAllocFast, eviction and rematerialisation after LuaJIT's
lj_asm.c, entry maps after V8's Maglev, the interface of regalloc2.
"""

from glowcore.memory import instance_bytes
from glowcore.ra_edges import Edges
from glowcore.ra_edits import finish
from glowcore.ra_inst import Scan
from glowcore.ra_loops import choose_map, close_loop
from glowcore.ra_state import State


def allocate(vcode, env, choose=None):
    """Allocate registers for `vcode` on `env`; see the module's text. `choose` is a `random.Random` for fuzzing."""
    state = State(vcode, env, choose)
    edges = Edges(state)
    ends = {}
    for block in range(vcode.num_blocks):
        if vcode.loop_end[block]:
            ends.setdefault(vcode.loop_end[block], []).append(block)
    around = []  # for each loop around the scan point, what is known of the next outer one
    scan = Scan(state)
    for block in range(vcode.num_blocks - 1, -1, -1):
        for header in ends.get(block + 1, ()):
            around.append(state.enter_loop(vcode.block_start[header]))
            choose_map(edges, header)
        edges.enter(block)
        for inst in range(vcode.block_start[block + 1] - 1, vcode.block_start[block] - 1, -1):
            scan.step(inst)
        edges.settle_params(block)
        if vcode.loop_end[block]:
            close_loop(edges, block)
        edges.leave(block)
        if vcode.loop_end[block]:
            state.leave_loop(around.pop())
    return finish(state, state.nbytes() + edges.nbytes() + instance_bytes(scan))
