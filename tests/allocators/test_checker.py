"""The checker finds every way in which an allocation is made wrong on purpose, and says where."""

from collections.abc import Callable, Iterator
from random import Random

import pytest

from glowcore.single_pass import allocate
from glowcore.vcode import (
    CONSTRAINT,
    DEF,
    DEF_FIXED,
    DEF_REG,
    DEF_REUSE,
    FIRST_VREG,
    FIXED,
    LATE,
    LOAD,
    MOVE,
    NOWHERE,
    REG,
    REMAT,
    STORE,
    USE_FIXED,
    USE_REG,
    Output,
    VCode,
)
from glowjit.allocators.checker import CheckError, check
from glowjit.allocators.generate import CALLS, LOOPS, PRESSURE, RV32, TINY, generate
from glowjit.allocators.replay import ReplayError, replay

V = FIRST_VREG


def copy(output: Output, drop: int | None = None) -> Output:
    """A copy of an output, without edit number `drop`."""
    twin = Output(0)
    twin.allocs = bytearray(output.allocs)
    twin.num_slots = output.num_slots
    for index in range(len(output.edit_inst)):
        if index != drop:
            twin.edit(*edit(output, index))
    return twin


def edit(output: Output, index: int) -> tuple[int, int, int, int, int]:
    return (
        output.edit_inst[index],
        output.edit_after[index],
        output.edit_kind[index],
        output.edit_a[index],
        output.edit_b[index],
    )


def corpus() -> Iterator[tuple[VCode, Output]]:
    for seed in range(6):
        for shape in (PRESSURE, LOOPS, CALLS):
            vcode = generate(seed, shape, TINY)
            yield vcode, allocate(vcode, TINY)


# -- systematic damage: whatever the replay notices, the checker must refuse -----------------------------------------


def damaged(rng: Random, vcode: VCode, output: Output) -> Output:
    """One random change to an output."""
    kind = rng.randrange(5)
    if kind == 0 or not len(output.edit_inst):  # another register for an operand
        twin = copy(output)
        twin.allocs[rng.randrange(len(twin.allocs))] = rng.choice([5, 6, 8, 9, 10, 11, 12])
    elif kind == 1:  # an edit is missing
        twin = copy(output, rng.randrange(len(output.edit_inst)))
    elif kind == 2:  # two neighbouring edits at one place trade places
        twin = copy(output)
        index = rng.randrange(max(1, len(twin.edit_inst) - 1))
        if index + 1 < len(twin.edit_inst) and edit(twin, index)[:2] == edit(twin, index + 1)[:2]:
            for name in ("edit_kind", "edit_a", "edit_b"):
                field = getattr(twin, name)
                field[index], field[index + 1] = field[index + 1], field[index]
    elif kind == 3:  # a wrong slot or source
        twin = copy(output)
        index = rng.randrange(len(twin.edit_inst))
        if twin.edit_kind[index] == LOAD:
            twin.edit_b[index] = rng.randrange(max(1, twin.num_slots))
        elif twin.edit_kind[index] != REMAT:
            twin.edit_b[index] = rng.choice([5, 6, 8, 9, 10, 11, 12])
    else:  # a wrong target
        twin = copy(output)
        index = rng.randrange(len(twin.edit_inst))
        limit = max(1, twin.num_slots)
        twin.edit_a[index] = (
            rng.randrange(limit) if twin.edit_kind[index] == STORE else rng.choice([5, 6, 8, 9, 10, 11, 12])
        )
    return twin


def test_whatever_the_replay_notices_the_checker_refuses() -> None:
    rng = Random(1)
    noticed = 0
    for vcode, output in corpus():
        check(vcode, TINY, output)
        for _ in range(25):
            twin = damaged(rng, vcode, output)
            try:
                for seed in range(3):
                    replay(vcode, twin, seed, 300)
            except ReplayError:
                noticed += 1
                with pytest.raises(CheckError):
                    check(vcode, TINY, twin)
    assert noticed > 120


# -- each kind of damage, and what is said about it ------------------------------------------------------------------


def block(vcode: VCode, *insts: list[tuple[int, ...]], succs: tuple[int, ...] = (), args: tuple[int, ...] = ()) -> None:
    """A block of instructions, each a list of operands."""
    for operands in insts:
        for operand in operands:
            vcode.operand(*operand)
        vcode.inst(1)
    vcode.end_block([], succs, args)


def function(*insts: list[tuple[int, ...]], clobbers: dict[int, int] | None = None, remat: int = -1) -> VCode:
    vcode = VCode()
    vcode.num_vregs = V + 16
    block(vcode, *insts)
    vcode.clobbers = clobbers or {}
    if remat >= 0:
        vcode.remat[remat] = 1
    return vcode.finish()


def output(allocs: list[int], *edits: tuple[int, int, int, int, int], slots: int = 2) -> Output:
    out = Output(0)
    out.allocs = bytearray(allocs)
    out.num_slots = slots
    for each in edits:
        out.edit(*each)
    return out


PAIR = [(V, DEF_FIXED, 10), (V + 1, DEF_FIXED, 11)]
ADD = [(V + 2, DEF_REG), (V, USE_REG), (V + 1, USE_REG)]
RET = [(V + 2, USE_FIXED, 10)]
CASES = {
    "right": (function(PAIR, ADD, RET), output([10, 11, 10, 10, 11, 10]), None),
    "swapped operands": (
        function(PAIR, ADD, RET), output([10, 11, 10, 11, 10, 10]),
        "block 0, instruction 1 (op 1), operand 1: expects v32 in x11, which holds v33; v32 is in x10",
    ),
    "not in its fixed register": (function(PAIR, ADD, RET), output([10, 11, 12, 10, 11, 12]), "is fixed to x10"),
    "register of nobody": (function(PAIR, ADD, RET), output([10, 11, 2, 10, 11, 10]), "got x2"),
    "slot for a register": (function(PAIR, ADD, RET), output([10, 11, 32, 10, 11, 10]), "needs a register"),
    "missing move": (
        function(PAIR, ADD, RET), output([10, 11, 12, 10, 11, 10]),
        "instruction 2 (op 1), operand 0: expects v34 in x10, which holds v32; v34 is in x12",
    ),
    "with the move": (
        function(PAIR, ADD, RET), output([10, 11, 12, 10, 11, 10], (1, 1, MOVE, 10, 12)), None,
    ),
    "move at the wrong time": (
        function(PAIR, ADD, RET), output([10, 11, 12, 10, 11, 10], (1, 0, MOVE, 10, 12)), "expects v32 in x10",
    ),
    "edits out of order": (
        function(PAIR, ADD, RET), output([10, 11, 10, 10, 11, 10], (1, 1, MOVE, 5, 5), (1, 0, MOVE, 5, 5)),
        "edit 1 is out of order",
    ),
    "edit of a reserved register": (
        function(PAIR, ADD, RET), output([10, 11, 10, 10, 11, 10], (1, 0, MOVE, 3, 10)), "names x3",
    ),
    "edit after the end": (
        function(PAIR, ADD, RET), output([10, 11, 10, 10, 11, 10], (2, 1, MOVE, 5, 6)), "after the end of its block",
    ),
    "slot that does not exist": (
        function(PAIR, ADD, RET), output([10, 11, 10, 10, 11, 10], (1, 0, STORE, 2, 10)), "names slot 2 of 2",
    ),
    "clobbered value": (
        function(PAIR, [], ADD, RET, clobbers={1: 1 << 11}), output([10, 11, 10, 10, 11, 10]),
        "expects v33 in x11, which holds nothing known; v33 is nowhere",
    ),
    "saved across the call": (
        function(PAIR, [], ADD, RET, clobbers={1: 1 << 11}),
        output([10, 11, 10, 10, 11, 10], (0, 1, STORE, 1, 11), (1, 1, LOAD, 11, 1)), None,
    ),
    "reloaded from another slot": (
        function(PAIR, [], ADD, RET, clobbers={1: 1 << 11}),
        output([10, 11, 10, 10, 11, 10], (0, 1, STORE, 1, 11), (1, 1, LOAD, 11, 0)), "v33 is in slot 1",
    ),
    "result is clobbered": (
        function(PAIR, ADD, RET, clobbers={1: 1 << 12}), output([10, 11, 12, 10, 11, 10]), "clobbered by the instruc",
    ),
    "two results in one register": (
        function([(V, DEF_REG), (V + 1, DEF_REG)], ADD, RET), output([5, 5, 10, 5, 5, 10]), "written by two operands",
    ),
    "early result over an operand": (
        function(PAIR, [(V + 2, DEF | REG), (V, USE_REG)], RET), output([10, 11, 10, 10, 10]),
        "overwritten before it is read",
    ),
    "late operand under a result": (
        function(PAIR, [(V + 2, DEF_REG), (V, LATE | REG)], RET), output([10, 11, 10, 10, 10]),
        "overwritten before it is read",
    ),
    "late operand under a clobber": (
        function(PAIR, [(V, LATE | REG)], ADD, RET, clobbers={1: 1 << 10}), output([10, 11, 10, 10, 10, 11, 10]),
        "clobbered before it is read",
    ),
    "tie ignored": (
        function(PAIR, [(V, USE_REG), (V + 2, DEF_REUSE, 0)], RET), output([10, 11, 10, 12, 10]),
        "not the register of operand 0",
    ),
    "tied operand still needed": (
        function(PAIR, [(V, USE_REG), (V + 2, DEF_REUSE, 0)], [(V, USE_REG)], RET),
        output([10, 11, 10, 10, 10, 10]), "expects v32 in x10, which holds v34",
    ),
    "constant made again": (
        function([(V, DEF_REG)], [(V, USE_REG)], remat=0), output([NOWHERE, 5], (1, 0, REMAT, 5, 0)), None,
    ),
    "constant not made again": (
        function([(V, DEF_REG)], [(V, USE_REG)], remat=0), output([NOWHERE, 5]), "v32 is nowhere",
    ),
    "made again, but no constant": (
        function([(V, DEF_REG)], [(V, USE_REG)]), output([5, 5], (1, 0, REMAT, 5, 0)), "which is no constant",
    ),
    "nowhere, but no constant": (function([(V, DEF_REG)]), output([NOWHERE]), "has no allocation"),
    "too few allocations": (function(PAIR, ADD, RET), output([10, 11]), "2 allocations for 6 operands"),
}  # fmt: skip


@pytest.mark.parametrize(("vcode", "out", "message"), CASES.values(), ids=CASES)
def test_straight_line(vcode: VCode, out: Output, message: str | None) -> None:
    if message is None:
        check(vcode, RV32, out)
        return
    with pytest.raises(CheckError) as caught:
        check(vcode, RV32, out)
    assert message in str(caught.value)


def diamond() -> VCode:
    """v32, v33 defined; two empty arms; v32 is used at the join, which has no parameters."""
    vcode = VCode()
    vcode.num_vregs = V + 4
    block(vcode, PAIR, [(V, USE_REG), (V + 1, USE_REG)], succs=(1, 2))
    block(vcode, [], succs=(3,))
    block(vcode, [], succs=(3,))
    block(vcode, [(V, USE_FIXED, 10)])
    return vcode.finish()


def test_a_value_must_be_in_the_same_place_on_both_ways() -> None:
    move = (2, 0, MOVE, 12, 10), (2, 0, LOAD, 10, 0)
    spilled = (0, 1, STORE, 0, 10)
    good = output([10, 11, 10, 11, 10], spilled, *move)
    check(diamond(), RV32, good)
    with pytest.raises(CheckError, match=r"block 3, instruction 4 .*expects v32 in x10, which holds nothing known"):
        check(diamond(), RV32, output([10, 11, 10, 11, 10], spilled, move[0], (2, 0, MOVE, 10, 11)))


def loop(swapped: bool) -> VCode:
    """Two values are carried around, exchanged each time if `swapped`."""
    vcode = VCode()
    vcode.num_vregs = V + 4
    block(vcode, PAIR, [], succs=(1,), args=(V, V + 1))
    block(vcode, [(V + 2, USE_REG), (V + 3, USE_REG)], succs=(2, 3))
    block(vcode, [], succs=(1,), args=(V + 3, V + 2) if swapped else (V + 2, V + 3))
    block(vcode, [(V + 2, USE_FIXED, 10)])
    vcode.params.extend(type(vcode.params)("H", [V + 2, V + 3]))
    for index in (2, 3, 4):
        vcode.param_start[index] = 2
    vcode.loop_depth[1] = vcode.loop_depth[2] = 1
    vcode.loop_end[1] = 3
    return vcode.finish()


def test_parameters_are_the_arguments_by_another_name() -> None:
    straight = output([10, 11, 10, 11, 10])
    check(loop(False), RV32, straight)
    with pytest.raises(CheckError, match="block 1"):
        check(loop(True), RV32, straight)
    swap = (3, 0, MOVE, 5, 10), (3, 0, MOVE, 10, 11), (3, 0, MOVE, 11, 5)
    check(loop(True), RV32, output([10, 11, 10, 11, 10], *swap))
    with pytest.raises(CheckError, match="block 1"):
        check(loop(True), RV32, output([10, 11, 10, 11, 10], *swap[:2]))


def mutate_first(kind: int, change: Callable[[Output, int], None]) -> tuple[VCode, Output]:
    for vcode, out in corpus():
        for index, found in enumerate(out.edit_kind):
            if found == kind:
                twin = copy(out)
                change(twin, index)
                try:
                    check(vcode, TINY, twin)
                except CheckError:
                    return vcode, twin
    raise AssertionError("no edit of that kind matters")


@pytest.mark.parametrize("kind", [MOVE, LOAD, STORE, REMAT])
def test_every_kind_of_edit_is_needed_somewhere(kind: int) -> None:
    """Otherwise the corpus would not exercise the checker."""

    def neutralise(out: Output, index: int) -> None:
        out.edit_kind[index], out.edit_a[index], out.edit_b[index] = MOVE, 12, 12

    vcode, twin = mutate_first(kind, neutralise)
    with pytest.raises(CheckError, match=r"block \d+, instruction \d+ .*operand \d+: expects v\d+ in"):
        check(vcode, TINY, twin)


def test_fixed_constraints_of_the_corpus_are_checked() -> None:
    """Moving any fixed operand elsewhere is refused."""
    for vcode, out in corpus():
        for k in range(len(out.allocs)):
            if vcode.operand_flags[k] & CONSTRAINT == FIXED:
                twin = copy(out)
                twin.allocs[k] = 5 if out.allocs[k] != 5 else 6
                with pytest.raises(CheckError):
                    check(vcode, TINY, twin)
