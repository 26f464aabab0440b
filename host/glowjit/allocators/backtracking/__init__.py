"""Backtracking register allocation, the yardstick for `glowcore.single_pass`: slower, larger, better informed.

    allocate(vcode, env) -> Output

The files are the phases, in this order:

    structures    program points, ranges, bundles, registers: what the phases share
    liveness      which values are live at the head of each block, exactly
    live_ranges   where each value is live and used, which registers are reserved where
    bundles       values connected by moves are merged where they are never live together
    process       each bundle gets a register: a free one (`preference`), or by evicting lighter bundles, or
    carve         by making others give way between two of their uses, or
    split         in parts, split where a move costs least and competing on their own
    recolour      places are reconsidered now that all are known
    spill         what is still without a register gets a slot
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

Time O(n log n) per register but for evictions, memory O(ranges + uses), plus live-in sets of a bit per value and block.
Known weakness: a loop with many more invariants than registers, each used several times, in turn. The parts of those
that are split have more uses for their length than whole ones, and break up the next; the single pass, which looks at
one point at a time, keeps some of them whole. So what the single pass makes competes with the rest, to be a yardstick
that is never longer than what it measures; `allocate_alone` goes without.

Source: regalloc2's Ion (bytecodealliance/regalloc2, doc/ION.md), after IonMonkey's backtracking allocator; splitting at
the borders of loops after LLVM's greedy allocator; the rest of the differences are that fixed and reused operands are
copies with hints instead of requirements, that stores go to the definition where that is cheaper, and that what no
rule decides well is decided by trying (`Strategy`).
"""

from __future__ import annotations

from glowcore import single_pass
from glowcore.vcode import NOWHERE, MachineEnv, Output, VCode
from glowjit.allocators.backtracking import bundles, live_ranges, liveness, moves, process, recolour, redundant, spill
from glowjit.allocators.backtracking.structures import Points, State, Strategy

STRATEGIES = [Strategy(carve, scan) for carve in (True, False) for scan in (True, False)]


def allocate(vcode: VCode, env: MachineEnv) -> Output:
    """Allocate registers for `vcode` on `env`; `Output.peak_bytes` is what the structures took at most.

    Of what the strategies and the single pass make, the cheapest is taken, by estimated frequency. Raises VCodeError if
    the operands of one instruction exceed the register file.
    """
    alone = allocate_alone(vcode, env)
    other = single_pass.allocate(vcode, env)
    other.peak_bytes = max(other.peak_bytes, alone.peak_bytes)
    return _cheapest(vcode, [alone, other])


def allocate_alone(vcode: VCode, env: MachineEnv) -> Output:
    """The same, without the help of the single pass."""
    return _cheapest(vcode, [_allocate(State(vcode, env, strategy)) for strategy in STRATEGIES])


def _cheapest(vcode: VCode, outputs: list[Output]) -> Output:
    frequency = Points(vcode).frequency
    return min(outputs, key=lambda output: _cost(vcode, output, frequency))


def _allocate(state: State) -> Output:
    liveness.run(state)
    live_ranges.run(state)
    bundles.run(state)
    process.run(state)
    recolour.run(state)
    spill.run(state)
    output = moves.run(state)
    state.count_bytes(0)
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
