"""Backtracking register allocation, the yardstick for `glowcore.single_pass`: slower, larger, better informed.

    allocate(vcode, env) -> Output

The files are the phases, in this order:

    structures    ranges, bundles, registers: what the phases share
    flow          program points, how often each runs, the loops and edges around it
    live_ranges   where each value is live (`liveness`) and used, which registers are reserved where
    bundles       values connected by moves are merged where they are never live together
    pressure      where more is live than there are registers: what waits in memory, chosen for all at once (`pieces`,
                  `lanes`), and cut out of the bundles (`divide`)
    process       each bundle gets a register: a free one (`preference`), or by evicting lighter bundles, or in parts
                  (`split`)
    recolour      places are reconsidered now that all are known
    spill         what is without a register gets a slot
    moves         parallel moves between the parts and along the edges, stores, constants made again
    redundant     edits that change nothing are left out

Invariants:
  1. The ranges of a value cover exactly the points where it is live; each belongs to one bundle, a bundle's ranges do
     not overlap, nor do those of bundles in the same register.
  2. A register that an instruction fixes or destroys is reserved at that point: only the value that the instruction
     wants there may be in it.
  3. What has a place needs no other: an edit is made only where a value's place changes, and for fixed and reused
     operands.
  4. Weights are use density by estimated frequency; only a heavier bundle evicts, and parts are smaller than the whole:
     the queue runs dry. It fails only if the operands of one instruction exceed the register file.
  5. A slot belongs to a value for all its life, so a store is good for every later load (SSA).

What no rule decides well is decided by trying: bundles are placed from top to bottom, and by size, and the cheaper
result is taken, by estimated frequency.

Time O(n log n) per register but for evictions, and for each day of negotiation (`pressure`); memory O(n): nothing is
kept of a value in a block that it only passes through. `glowjit bench --scaling` measures both.

Source: regalloc2's Ion (bytecodealliance/regalloc2, doc/ION.md), after IonMonkey's backtracking allocator. It differs
in that what is spilled is chosen before places are, as in S. Hack, D. Grund and G. Goos, Register allocation for
programs in SSA-form, 2006, by flow instead of a rule; in that fixed and reused operands are copies with hints instead
of requirements; and in that stores go to the definition where that is cheaper.
"""

from __future__ import annotations

from random import Random

from glowcore.vcode import NOWHERE, MachineEnv, Output, VCode
from glowjit.allocators.backtracking import (
    bundles,
    divide,
    live_ranges,
    moves,
    pressure,
    process,
    recolour,
    redundant,
    spill,
)
from glowjit.allocators.backtracking.pieces import Piece
from glowjit.allocators.backtracking.structures import State


def allocate(vcode: VCode, env: MachineEnv, choose: Random | None = None) -> Output:
    """Allocate registers for `vcode` on `env`; `Output.peak_bytes` is what the structures took at most.

    `choose`, if given, makes the free choices: which pieces are spilled, the order of the queue, registers, where to
    split. That is for testing: no choice matters to correctness. Raises VCodeError if the operands of one instruction
    exceed the register file.
    """
    first = _prepared(vcode, env, True, choose)
    pieces = pressure.choose(first)
    outputs = [_placed(state, pieces) for state in (first, _prepared(vcode, env, False, choose))]
    frequency = first.flow.frequency
    best = min(outputs, key=lambda output: _cost(vcode, output, frequency))
    best.peak_bytes = max(output.peak_bytes for output in outputs)
    return best


def _prepared(vcode: VCode, env: MachineEnv, scan: bool, choose: Random | None) -> State:
    """All that is done before it matters in which order bundles are placed."""
    state = State(vcode, env, scan, choose)
    live_ranges.run(state)
    bundles.run(state)
    return state


def _placed(state: State, pieces: list[Piece]) -> Output:
    """What comes of it where these pieces are in memory."""
    divide.run(state, pieces)
    process.run(state)
    recolour.run(state)
    spill.run(state)
    output = moves.run(state)
    state.count_bytes()
    output = redundant.run(state.vcode, output)
    output.peak_bytes = state.bytes
    return output


def _cost(vcode: VCode, output: Output, frequency: list[float]) -> float:
    """How many instructions the allocation adds, by estimated frequency."""
    total = 0.0
    block = 0
    for inst in output.edit_inst:
        while vcode.block_start[block + 1] <= inst:
            block += 1
        total += frequency[block]
    for block in range(vcode.num_blocks):
        for inst in range(vcode.block_start[block], vcode.block_start[block + 1]):
            if vcode.remat[inst] and output.allocs[vcode.operand_start[inst]] == NOWHERE:
                total -= frequency[block]
    return total
