"""The checker finds every way in which an allocation is made wrong on purpose, and says where."""

from bisect import bisect_right
from collections.abc import Callable, Iterator
from functools import cache
from random import Random

import pytest

from glowcore import single_pass
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
from glowjit.allocators import backtracking
from glowjit.allocators.checker import CheckError, check
from glowjit.allocators.generate import CALLS, LOOPS, PRESSURE, RV32, TINY, Shape, generate
from glowjit.allocators.replay import ReplayError, replay

V = FIRST_VREG
EDIT = ("edit_inst", "edit_after", "edit_kind", "edit_a", "edit_b")


def copy(output: Output) -> Output:
    twin = Output(0)
    twin.allocs = bytearray(output.allocs)
    twin.num_slots = output.num_slots
    for index in range(len(output.edit_inst)):
        twin.edit(*edit(output, index))
    return twin


def edit(output: Output, index: int) -> tuple[int, ...]:
    return tuple(getattr(output, name)[index] for name in EDIT)


def put(output: Output, index: int, values: tuple[int, ...]) -> None:
    for name, value in zip(EDIT, values, strict=True):
        getattr(output, name)[index] = value


def remove(output: Output, index: int) -> tuple[int, ...]:
    """Take an edit out."""
    return tuple(getattr(output, name).pop(index) for name in EDIT)


def insert(output: Output, values: tuple[int, ...]) -> None:
    """Put an edit where it belongs, behind those at its place."""
    places = list(zip(output.edit_inst, output.edit_after, strict=True))
    index = bisect_right(places, values[:2])  # type: ignore[type-var]
    for name, value in zip(EDIT, values, strict=True):
        getattr(output, name).insert(index, value)


@cache
def allocated() -> list[tuple[VCode, Output]]:
    """Programs with edits of all kinds, by both allocators in turn."""
    found = []
    for seed in range(3):
        for shape in (PRESSURE, LOOPS, CALLS, Shape()):
            vcode = generate(seed, shape, TINY)
            found.append((vcode, (backtracking if seed % 2 else single_pass).allocate(vcode, TINY)))
    return [(vcode, output) for vcode, output in found if len(output.edit_inst)]


def corpus() -> Iterator[tuple[VCode, Output]]:
    """What is to be damaged: the outputs are copied, the programs are not."""
    yield from allocated()


# -- systematic damage: whatever the replay notices, the checker must refuse -----------------------------------------


def other_register(rng: Random, vcode: VCode, twin: Output) -> None:
    """Another register for an operand."""
    twin.allocs[rng.randrange(len(twin.allocs))] = rng.choice(REGISTERS)


def missing_edit(rng: Random, vcode: VCode, twin: Output) -> None:
    remove(twin, rng.randrange(len(twin.edit_inst)))


def missing_on_one_way(rng: Random, vcode: VCode, twin: Output) -> None:
    """An edit before a jump to a join, which the other ways there still have."""
    jumps = {
        vcode.block_start[block + 1] - 1
        for block in range(vcode.num_blocks)
        if vcode.succ_start[block + 1] - vcode.succ_start[block] == 1
    }
    edits = [index for index, inst in enumerate(twin.edit_inst) if inst in jumps]
    if edits:
        remove(twin, rng.choice(edits))


def trade_places(rng: Random, vcode: VCode, twin: Output) -> None:
    """Two edits at one place, parts of a parallel move for instance, come in the other order."""
    index = rng.randrange(len(twin.edit_inst))
    same = [at for at in range(len(twin.edit_inst)) if at != index and edit(twin, at)[:2] == edit(twin, index)[:2]]
    if same:
        at = rng.choice(same)
        first, second = edit(twin, index), edit(twin, at)
        put(twin, index, second)
        put(twin, at, first)


def other_side(rng: Random, vcode: VCode, twin: Output) -> None:
    """An edit after its instruction instead of before it, or the other way round."""
    index = rng.randrange(len(twin.edit_inst))
    inst, after, *rest = remove(twin, index)
    insert(twin, (inst, 1 - after, *rest))


def other_instruction(rng: Random, vcode: VCode, twin: Output) -> None:
    """An edit some instructions too early or late."""
    inst, *rest = remove(twin, rng.randrange(len(twin.edit_inst)))
    insert(twin, (min(max(inst + rng.choice([-2, -1, 1, 2]), 0), vcode.num_insts - 1), *rest))


def other_source(rng: Random, vcode: VCode, twin: Output) -> None:
    """A wrong register, slot or constant."""
    index = rng.randrange(len(twin.edit_inst))
    constants = [inst for inst in range(vcode.num_insts) if vcode.remat[inst]]
    twin.edit_b[index] = rng.choice(
        {LOAD: range(max(1, twin.num_slots)), REMAT: constants}.get(twin.edit_kind[index], REGISTERS)
    )


def other_target(rng: Random, vcode: VCode, twin: Output) -> None:
    index = rng.randrange(len(twin.edit_inst))
    store = twin.edit_kind[index] == STORE
    twin.edit_a[index] = rng.randrange(max(1, twin.num_slots)) if store else rng.choice(REGISTERS)


def shared_slot(rng: Random, vcode: VCode, twin: Output) -> None:
    """All values of one slot are kept in another one, which has its own."""
    if twin.num_slots > 1:
        gone, kept = rng.sample(range(twin.num_slots), 2)
        for index, kind in enumerate(twin.edit_kind):
            side = {STORE: twin.edit_a, LOAD: twin.edit_b}.get(kind)
            if side is not None and side[index] == gone:
                side[index] = kept


def unsaved(rng: Random, vcode: VCode, twin: Output) -> None:
    """A call destroys a register more than the allocator was told."""
    calls = sorted(vcode.clobbers)
    if calls:
        inst = rng.choice(calls)
        operands = twin.allocs[vcode.operand_start[inst] : vcode.operand_start[inst + 1]]
        vcode.clobbers[inst] |= 1 << rng.choice([reg for reg in REGISTERS if reg not in operands])


DAMAGES = [
    other_register, missing_edit, missing_on_one_way, trade_places, other_side, other_instruction, other_source,
    other_target, shared_slot, unsaved,
]  # fmt: skip
REGISTERS = [5, 6, 8, 9, 10, 11, 12]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_whatever_the_replay_notices_the_checker_refuses(damage: Callable[[Random, VCode, Output], None]) -> None:
    """And says of which instruction; on some path before it, what is read there was damaged."""
    rng = Random(1)
    noticed = 0
    for vcode, output in corpus():
        for _ in range(6):
            twin, clobbers = copy(output), dict(vcode.clobbers)
            damage(rng, vcode, twin)
            try:
                for seed in range(3):
                    replay(vcode, twin, seed, 300)
            except ReplayError:
                noticed += 1
                with pytest.raises(CheckError, match=r"block \d+, instruction \d+ \(op \d+\)"):
                    check(vcode, TINY, twin)
            vcode.clobbers = clobbers
    assert noticed > 5


def test_what_is_not_damaged_is_right() -> None:
    for vcode, output in corpus():
        check(vcode, TINY, output)


# -- each kind of damage, and what is said about it ------------------------------------------------------------------


def block(vcode: VCode, *insts: list[tuple[int, ...]], succs: tuple[int, ...] = (), args: tuple[int, ...] = ()) -> None:
    """A block of instructions, each a list of operands."""
    for operands in insts:
        for operand in operands:
            vcode.operand(*operand)
        vcode.inst(1)
    vcode.end_block([], succs, args)


def function(
    *insts: list[tuple[int, ...]], clobbers: dict[int, int] | None = None, remat: int | tuple[int, ...] = ()
) -> VCode:
    vcode = VCode()
    vcode.num_vregs = V + 16
    block(vcode, *insts)
    vcode.clobbers = clobbers or {}
    for inst in (remat,) if isinstance(remat, int) else remat:
        vcode.remat[inst] = 1
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
    "another constant made again": (
        function([(V, DEF_REG)], [(V + 1, DEF_REG)], [(V, USE_REG)], remat=(0, 1)),
        output([NOWHERE, NOWHERE, 5], (2, 0, REMAT, 5, 1)),
        "instruction 2 (op 1), operand 0: expects v32 in x5, which holds v33; v32 is nowhere",
    ),
    "made again too late": (
        function([(V, DEF_REG)], [(V, USE_REG)], [], remat=0), output([NOWHERE, 5], (1, 1, REMAT, 5, 0)),
        "instruction 1 (op 1), operand 0: expects v32 in x5, which holds nothing known; v32 is nowhere",
    ),
    "two values in one slot": (
        function(PAIR, [], ADD, RET, clobbers={1: 1 << 10 | 1 << 11}),
        output([10, 11, 10, 10, 11, 10], (0, 1, STORE, 0, 10), (0, 1, STORE, 0, 11), (1, 1, LOAD, 10, 0),
               (1, 1, LOAD, 11, 0)),
        "instruction 2 (op 1), operand 1: expects v32 in x10, which holds v33; v32 is nowhere",
    ),
    "loaded before the call": (
        function(PAIR, [], ADD, RET, clobbers={1: 1 << 11}),
        output([10, 11, 10, 10, 11, 10], (0, 1, STORE, 1, 11), (1, 0, LOAD, 11, 1)),
        "instruction 2 (op 1), operand 2: expects v33 in x11, which holds nothing known; v33 is in slot 1",
    ),
    "stored after the call": (
        function(PAIR, [], ADD, RET, clobbers={1: 1 << 11}),
        output([10, 11, 10, 10, 11, 10], (1, 1, STORE, 1, 11), (1, 1, LOAD, 11, 1)),
        "instruction 2 (op 1), operand 2: expects v33 in x11, which holds nothing known; v33 is nowhere",
    ),
    "fixed operand copied too early": (
        function(PAIR, ADD, [(V, USE_FIXED, 11)], RET), output([10, 11, 12, 10, 11, 11, 10], (1, 0, MOVE, 11, 10)),
        "instruction 1 (op 1), operand 2: expects v33 in x11, which holds v32; v33 is nowhere",
    ),
    "callee-saved register that the call does not save": (
        function([(V, DEF_FIXED, 8)], [], [(V, USE_FIXED, 8)], clobbers={1: 1 << 8}), output([8, 8]),
        "instruction 2 (op 1), operand 0: expects v32 in x8, which holds nothing known; v32 is nowhere",
    ),
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
    for wrong in (
        swap[:2],  # the cycle is not closed
        (swap[1], swap[0], swap[2]),  # the second before the first
        ((0, 1, MOVE, 12, 10), *swap[:2], (3, 0, MOVE, 11, 12)),  # from another turn
    ):
        with pytest.raises(
            CheckError, match=r"block 1, instruction 2 \(op 1\), operand [01]: expects v3[45] in x1[01]"
        ):
            check(loop(True), RV32, output([10, 11, 10, 11, 10], *wrong))


def test_a_parameter_must_arrive_on_every_way() -> None:
    """At the header of a loop, from above and from the latch."""
    moves = [(inst, 0, MOVE, reg, old) for inst in (1, 3) for reg, old in ((12, 10), (13, 11))]
    placed = [10, 11, 12, 13, 12]
    latch = [(3, 0, MOVE, 10, 12), (3, 0, MOVE, 11, 13)]
    allocs = [*placed[:4], 10]
    last = (4, 0, MOVE, 10, 12)
    check(loop(False), RV32, output(allocs, *moves[:2], last))
    check(loop(False), RV32, output(allocs, *moves[:2], *latch, *moves[2:], last))
    for missing, vreg, reg in ((0, 34, 12), (1, 35, 13)):
        kept = [move for index, move in enumerate(moves[:2]) if index != missing]
        with pytest.raises(
            CheckError, match=rf"block 1, instruction 2 .*expects v{vreg} in x{reg}, which holds nothing known"
        ):
            check(loop(False), RV32, output(allocs, *kept, last))
    with pytest.raises(CheckError, match=r"block 1, instruction 2 .*operand 0: expects v34 in x12"):
        check(loop(False), RV32, output(allocs, *moves[:2], (3, 0, MOVE, 12, 13), last))


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
