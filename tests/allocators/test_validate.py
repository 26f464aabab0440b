"""The validator accepts what the generator makes, and names the place of each broken invariant."""

from collections.abc import Callable

import pytest

from glowcore.vcode import (
    ANY,
    DEF,
    DEF_FIXED,
    DEF_REG,
    DEF_REUSE,
    FIRST_VREG,
    LATE,
    REG,
    USE_FIXED,
    USE_REG,
    VCode,
    VCodeError,
)
from glowjit.allocators.generate import CALLS, LOOPS, PRESSURE, RV32, STRAIGHT, TINY, Shape, generate
from glowjit.allocators.validate import validate

V = FIRST_VREG


@pytest.mark.parametrize("shape", [Shape(), STRAIGHT, PRESSURE, LOOPS, CALLS])
def test_generated_programs_are_valid(shape: Shape) -> None:
    for seed in range(20):
        validate(generate(seed, shape), RV32)
        validate(generate(seed, shape, TINY), TINY)


def test_generation_is_deterministic() -> None:
    first, second = generate(7, LOOPS), generate(7, LOOPS)
    assert (first.operand_reg, first.succs, first.clobbers) == (second.operand_reg, second.succs, second.clobbers)
    assert first.operand_reg != generate(8, LOOPS).operand_reg


Operands = list[tuple[int, int] | tuple[int, int, int]]


def inst(vcode: VCode, *operands: tuple[int, int] | tuple[int, int, int], **more: int) -> int:
    for operand in operands:
        vcode.operand(*operand)
    return vcode.inst(1, **more)


def straight(*operand_lists: Operands, clobbers: int = 0) -> VCode:
    """One block: v32 and v33 are defined, then the given instructions, the first with `clobbers`, then a return."""
    vcode = VCode()
    for _ in range(8):
        vcode.new_vreg()
    inst(vcode, (V, DEF_FIXED, 10), (V + 1, DEF_FIXED, 11))
    for operands in operand_lists:
        number = inst(vcode, *operands)
        if clobbers and number == 1:
            vcode.clobbers[number] = clobbers
    inst(vcode)
    vcode.end_block([], [], [])
    return vcode.finish()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: straight([(V + 5, USE_REG)]), "instruction 1 (op 1), operand 0: v37 is never defined"),
        (lambda: straight([(V, DEF_REG)]), "instruction 1 (op 1), operand 0: v32 is defined a second time"),
        (lambda: straight([(V + 2, USE_REG), (V + 2, DEF_REG)]), "v34 is used before its definition"),
        (lambda: straight([(V, USE_FIXED, 2)]), "fixed to x2, which may not be allocated"),
        (lambda: straight([(V, USE_FIXED, 12), (V + 1, USE_FIXED, 12)]), "x12 is taken by another operand"),
        (lambda: straight([(V + 2, DEF_FIXED, 5), (V + 3, DEF_FIXED, 5)]), "x5 is taken by another operand"),
        (lambda: straight([(V + 2, DEF_FIXED, 10)], clobbers=1 << 10), "x10 is taken by another operand or clobbered"),
        (lambda: straight([(V + 2, DEF_REUSE, 4), (V, USE_REG)]), "only that of a plain use"),
        (lambda: straight([(V, USE_FIXED, 10), (V + 2, DEF_REUSE, 0)]), "only that of a plain use"),
        (lambda: straight([(V, USE_REG), (V + 2, DEF_REUSE, 0), (V + 3, DEF_REUSE, 0)]), "operand 0 is reused twice"),
        (lambda: straight([(11, USE_REG)]), "x11 is for the allocator to give"),
        (lambda: straight([(V + 2, DEF | LATE | ANY)]), "a def must be in a register"),
        (lambda: straight([(V + 40, USE_REG)]), "v72 does not exist"),
    ],
)
def test_operands(make: Callable[[], VCode], message: str) -> None:
    with pytest.raises(VCodeError, match="instruction 1") as caught:
        validate(make(), RV32)
    assert message in str(caught.value)


def test_one_value_may_be_fixed_to_two_registers_and_early_to_the_register_of_a_result() -> None:
    validate(straight([(V, USE_FIXED, 10), (V, USE_FIXED, 11), (V + 2, DEF_FIXED, 10)], clobbers=1 << 11), RV32)
    validate(straight([(V, USE_FIXED, 10), (V, USE_FIXED, 10)]), RV32)
    with pytest.raises(VCodeError, match="x10 is taken"):
        validate(straight([(V, USE_FIXED | LATE, 10), (V + 2, DEF_FIXED, 10)]), RV32)
    with pytest.raises(VCodeError, match="x10 is taken"):
        validate(straight([(V, USE_FIXED, 10), (V + 2, DEF | REG | 1 << 2, 10)]), RV32)


Block = tuple[list[int], list[int], list[int], int, int]  # params, succs, args, depth, loop end


def graph(*blocks: Block) -> VCode:
    """Blocks that hold only terminators; v32 is defined in the entry. Vregs up to v39 exist."""
    vcode = VCode()
    for _ in range(8):
        vcode.new_vreg()
    for index, (params, succs, args, depth, loop_end) in enumerate(blocks):
        if index == 0:
            inst(vcode, (V, DEF_FIXED, 10))
        inst(vcode)
        vcode.end_block(params, succs, args, depth, loop_end)
    return vcode.finish()


@pytest.mark.parametrize(
    ("blocks", "message"),
    [
        ([([], [1, 2], [], 0, 0), ([], [2], [], 0, 0), ([], [], [], 0, 0)], "the edge to block 2 is critical"),
        ([([], [1], [], 0, 0), ([V + 1], [], [], 0, 0)], "block 0: passes 0 arguments"),
        ([([], [1, 2], [], 0, 0), ([V + 1], [], [], 0, 0), ([], [], [], 0, 0)], "which has parameters"),
        ([([V + 1], [1], [], 0, 0), ([], [], [], 0, 0)], "the entry has predecessors or parameters"),
        ([([], [2], [], 0, 0), ([], [], [], 0, 0), ([], [1], [], 0, 0)], "not in reverse post-order"),
        ([([], [1], [], 0, 0), ([], [1], [], 0, 0)], "jumps back to block 1 from outside"),
        ([([], [1], [], 0, 0), ([], [1], [], 0, 2)], "loop depth 0, but 1 loops"),
        ([([], [1], [], 0, 0), ([], [], [], 1, 3)], "its loop ends at 3"),
        ([([], [1, 1], [], 0, 0), ([], [], [], 0, 0)], "branches twice"),
        (
            [([], [1, 2], [], 0, 0), ([V + 1], [3], [V + 1], 0, 0), ([], [3], [V], 0, 0), ([V + 2], [], [], 0, 0)],
            "which has parameters",
        ),
        (
            [([], [1, 2], [], 0, 0), ([], [4], [], 0, 0), ([], [3], [], 0, 0), ([], [4], [], 1, 6),
             ([], [5, 6], [], 1, 0), ([], [3], [], 1, 0), ([], [], [], 0, 0)],
            "enters the loop of block 3 past its header",
        ),
    ],
)  # fmt: skip
def test_flow(blocks: list[Block], message: str) -> None:
    with pytest.raises(VCodeError) as caught:
        validate(graph(*blocks), RV32)
    assert message in str(caught.value)


def test_a_definition_in_one_arm_does_not_reach_the_join() -> None:
    vcode = VCode()
    vcode.new_vreg(), vcode.new_vreg()
    inst(vcode, (V, DEF_FIXED, 10))
    inst(vcode)
    vcode.end_block([], [1, 2], [])
    inst(vcode, (V + 1, DEF_REG))
    inst(vcode)
    vcode.end_block([], [3], [])
    inst(vcode)
    vcode.end_block([], [3], [])
    inst(vcode, (V + 1, USE_REG))
    vcode.end_block([], [], [])
    with pytest.raises(VCodeError, match="defined in block 1, which does not dominate"):
        validate(vcode.finish(), RV32)


def test_a_jump_has_no_operands_and_a_branch_no_results() -> None:
    vcode = VCode()
    vcode.new_vreg(), vcode.new_vreg()
    inst(vcode, (V, DEF_FIXED, 10))
    inst(vcode, (V, USE_REG))
    vcode.end_block([], [1], [])
    inst(vcode)
    vcode.end_block([], [], [])
    with pytest.raises(VCodeError, match="a jump may have neither"):
        validate(vcode.finish(), RV32)
