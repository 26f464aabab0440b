"""Operands that may be in a spill slot: read there, beyond the slots that an operand can name too."""

from random import Random

import pytest

from glowcore import single_pass
from glowcore.vcode import ANY, DEF_REG, USE_FIXED, VCode
from glowjit.allocators import ALLOCATORS
from glowjit.allocators.checker import check
from glowjit.allocators.generate import ARGS, COMPUTE, RETS, TINY
from glowjit.allocators.replay import SLOT, replay
from glowjit.allocators.validate import validate


def many_values(count: int) -> VCode:
    """`count` values, all live at once, then read one by one from anywhere."""
    vcode = VCode()
    vcode.inst(ARGS)
    values = [vcode.new_vreg() for _ in range(count)]
    for value in values:
        vcode.operand(value, DEF_REG)
        vcode.inst(COMPUTE)
    for value in values:
        vcode.operand(value, ANY)
        vcode.operand(value, ANY)
        vcode.inst(COMPUTE)
    vcode.operand(values[0], USE_FIXED, 10)
    vcode.inst(RETS)
    vcode.end_block((), (), ())
    return vcode.finish()


@pytest.mark.parametrize("allocator", ALLOCATORS)
@pytest.mark.parametrize("count", [8, 190, 230])
def test_any_operands(allocator: str, count: int) -> None:
    vcode = many_values(count)
    validate(vcode, TINY)
    output = ALLOCATORS[allocator](vcode, TINY)
    check(vcode, TINY, output)
    replay(vcode, output, 1)
    assert output.num_slots >= count - 7
    assert any(alloc >= SLOT for alloc in output.allocs) or count > 200


@pytest.mark.parametrize("seed", range(10))
def test_any_operands_when_choices_are_random(seed: int) -> None:
    vcode = many_values(300)
    output = single_pass.allocate(vcode, TINY, Random(seed))
    check(vcode, TINY, output)
    replay(vcode, output, seed)
