"""Parallel moves: every assignment over a few registers, slots and constants, as QBE's pmov tool does it."""

import itertools

import pytest

from glowcore.moves import CONST, SLOT, SPARE, resolve
from glowcore.vcode import LOAD, MOVE, REMAT, STORE

REGISTERS = [10, 11, 12]
SLOTS = [SLOT + 0, SLOT + 1]
LIVE = 13  # a register that takes no part and must survive


def execute(edits: list[int], memory: dict[int, object]) -> dict[int, object]:
    """Run a flat list of edits one after the other."""
    memory = dict(memory)
    for kind, a, b in zip(edits[::3], edits[1::3], edits[2::3], strict=True):
        if kind == MOVE:
            memory[a] = memory[b]
        elif kind == LOAD:
            memory[a] = memory[SLOT + b]
        elif kind == STORE:
            memory[SLOT + a] = memory[b]
        else:
            assert kind == REMAT
            memory[a] = CONST + b
    return memory


def verify(pairs: list[tuple[int, int]], free: list[int]) -> list[int]:
    places = [*REGISTERS, *SLOTS, LIVE]
    before: dict[int, object] = {place: f"old {place}" for place in places}
    before.update(dict.fromkeys(free, "rubbish"))
    edits = resolve(list(pairs), list(free), LIVE)
    after = execute(edits, before)
    wanted = {**before, **{target: source if source >= CONST else before[source] for target, source in pairs}}
    assert {place: after[place] for place in places} == {place: wanted[place] for place in places}, (pairs, edits)
    return edits


@pytest.mark.parametrize("free", [[], [14], [14, 15]], ids=["no free register", "one", "two"])
def test_every_assignment_of_three_registers_and_two_slots(free: list[int]) -> None:
    places = REGISTERS + SLOTS
    sources = [*places, CONST + 7, None]
    for choice in itertools.product(sources, repeat=len(places)):
        verify([(target, source) for target, source in zip(places, choice, strict=True) if source is not None], free)


@pytest.mark.parametrize("free", [[], [15]])
def test_every_assignment_of_five_registers(free: list[int]) -> None:
    places = [10, 11, 12, 13, 14]
    for choice in itertools.product(places, repeat=len(places)):
        pairs = list(zip(places, choice, strict=True))
        after = execute(resolve(pairs, free, 10), {place: place for place in places})
        assert [after[place] for place in places] == list(choice)


@pytest.mark.parametrize(
    ("pairs", "free", "instructions"),
    [
        ([(10, 11), (11, 12)], [], 2),  # a chain needs no temporary
        ([(10, 11), (11, 10)], [14], 3),  # a swap through a free register
        ([(10, 11), (11, 10)], [], 3),  # and through a spare slot
        ([(10, 11), (11, 12), (12, 10)], [14], 4),
        ([(10, 10)], [], 0),
        ([(SLOT, SLOT + 1)], [14], 2),
        ([(SLOT, SLOT + 1)], [], 4),  # a register is put aside
        ([(SLOT, SLOT + 1), (10, CONST)], [], 3),  # the register that is filled last helps out
        ([(SLOT, CONST)], [14], 2),
    ],
)
def test_number_of_instructions(pairs: list[tuple[int, int]], free: list[int], instructions: int) -> None:
    assert len(verify(pairs, free)) == 3 * instructions


def test_spare_slots_are_used_only_without_a_free_register() -> None:
    swap = [(10, 11), (11, 10)]
    assert (STORE, SPARE) in zip(resolve(swap, [], 12)[::3], resolve(swap, [], 12)[1::3], strict=True)
    assert STORE not in resolve(swap, [12], 12)[::3]
