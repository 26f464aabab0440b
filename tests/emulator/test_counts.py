"""Counts are exact: every event of a run, against stepping through the same run instruction by instruction."""

import dataclasses

import pytest
import unicorn
from emulator_programs import CALL_IN, RET, function, load_words, store_words
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from glowcore import isa
from glowcore.isa import A0, A1, A2, A3, A4, A5, RA, SP, T0, T1, T2, ZERO
from glowjit.board import CycleCosts
from glowjit.emulator import cycles
from glowjit.emulator import machine as machine_module
from glowjit.emulator.text import KINDS
from glowjit.emulator.trace import X0

WORK = (A1, A2, A3, A4, A5, T0, T1, T2)
BRANCHES = ("beq", "bne", "blt", "bge", "bltu", "bgeu")


def stepped(machine, words):
    """The events of a call, found by looking at every instruction and its successor."""
    loaded = machine.loaded
    base = loaded.code + machine._memory.exec_offset
    steps = []

    def step(uc, address, _size, _data):
        slot = (address - base) // 2
        divisor = 0
        inst = loaded.text.at[slot]
        if loaded.text.kind(inst[0]) == "div":
            divisor = uc.reg_read(X0 + inst[3])
            if not isa.NAMES[inst[0]].endswith("u") and divisor >> 31:
                divisor = (1 << 32) - divisor
        steps.append((slot, inst, divisor))

    hook = machine._uc.hook_add(unicorn.UC_HOOK_CODE, step)
    machine._flush()
    machine.call("call.f", words)
    machine._uc.hook_del(hook)
    machine._flush()
    events = dict.fromkeys((*KINDS, "load_use", "taken_forward", "taken_backward", "unaligned_target"), 0)
    events["div_per_zero"] = 0
    previous = None
    for slot, inst, divisor in steps:
        op, _, rs1, rs2, _, size = inst
        kind = loaded.text.kind(op)
        events[kind] += 1
        if kind == "div":
            events["div_per_zero"] += 32 - divisor.bit_length()
        jumped = previous is None or slot != previous[0] + previous[1][5] // 2
        events["unaligned_target"] += jumped and size == 4 and slot % 2
        if previous is not None:
            before = previous[1]
            before_kind = loaded.text.kind(before[0])
            events["load_use"] += before_kind == "load" and before[1] != 0 and before[1] in (rs1, rs2)
            if before_kind == "branch" and jumped:
                events["taken_forward" if before[4] > 0 else "taken_backward"] += 1
        previous = slot, inst
    return events, len(steps)


@st.composite
def programs(draw):
    """Straight code, loads, divisions, forward branches, counted loops and calls, nested two deep."""
    names = iter(range(1000))
    register = st.sampled_from(WORK)

    def body(depth):
        lines = []
        for _ in range(draw(st.integers(1, 5))):
            choice = draw(st.integers(0, 8 if depth < 2 else 5))
            d, s, t = draw(register), draw(register), draw(register)
            if choice == 0:
                lines.append(("addi", d, s, 0, draw(st.integers(-40, 40))))
            elif choice == 1:
                name = draw(st.sampled_from(("add", "sub", "mul", "mulh", "mulhu", "xor", "slt")))
                lines.append((name, d, s, t))
            elif choice == 2:
                lines.append((draw(st.sampled_from(("div", "divu", "rem", "remu"))), d, s, t))
            elif choice == 3:
                lines.append(("lw", d, A0, 0, 4 * (CALL_IN + draw(st.integers(0, 20)))))
            elif choice == 4:
                lines.append(("sw", 0, A0, t, 4 * (CALL_IN + 20)))
            elif choice == 5:
                lines += [("lw", d, A0, 0, 4 * CALL_IN), ("add", s, d, t)]
            elif choice == 6:
                skip = f"skip{next(names)}"
                # the load before the label delays what follows it, but only if it was not skipped
                load = ("lw", d, A0, 0, 4 * CALL_IN)
                lines += [
                    (draw(st.sampled_from(BRANCHES)), 0, s, t, skip),
                    *body(depth + 1),
                    load,
                    skip,
                    ("add", s, d, t),
                ]
            elif choice == 7:
                head, count = f"loop{next(names)}", (isa.S0, isa.S1)[depth]
                rest = [("addi", count, count, 0, -1), ("bne", 0, count, ZERO, head)]
                lines += [("addi", count, ZERO, 0, draw(st.integers(1, 5))), head, *body(depth + 1), *rest]
            else:
                lines.append(("jal", RA, 0, 0, "leaf"))
        return lines

    save = [("addi", SP, SP, 0, -16), ("sw", 0, SP, RA, 12), ("sw", 0, SP, isa.S0, 8), ("sw", 0, SP, isa.S1, 4)]
    restore = [("lw", RA, SP, 0, 12), ("lw", isa.S0, SP, 0, 8), ("lw", isa.S1, SP, 0, 4), ("addi", SP, SP, 0, 16)]
    leaf = ["leaf", ("addi", A1, A1, 0, 1), ("lw", A2, A0, 0, 4 * CALL_IN), RET]
    lines = [*save, *load_words(*WORK), *body(0), *restore, *store_words(A1), RET, *leaf]
    return function(*lines, words_in=8, wide=draw(st.booleans()))


CONFIG = settings(
    deadline=None, derandomize=True, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@given(programs(), st.lists(st.integers(-(2**31), 2**31 - 1), min_size=8, max_size=8))
@CONFIG
def test_events_are_those_of_single_steps(machine, image, words):
    machine.load(image)
    out, stats = machine.call("call.f", words)
    expected, steps = stepped(machine, words)
    assert stats.events == expected
    assert stats.instructions == steps
    assert machine.call("call.f", words) == (out, stats)  # and again, with everything cached


@given(programs(), st.sampled_from((1, 2, 3, 5, 17)))
@CONFIG
def test_where_a_run_is_cut_does_not_matter(machine, monkeypatch, image, slice_length):
    words = [5, -3, 0, 7, 1 << 20, -1, 2, 9]
    machine.load(image)
    whole = machine.call("call.f", words)
    with monkeypatch.context() as patch:
        patch.setattr(machine_module, "SLICE", slice_length)
        assert machine.call("call.f", words) == whole


@pytest.mark.parametrize("wide", [False, True])
@pytest.mark.parametrize("slice_length", [1 << 23, 1000, 512, 100])
def test_long_blocks_are_cut_by_pages_and_by_the_translator(machine, monkeypatch, wide, slice_length):
    """7,000 instructions without a branch; loads followed by a use at every distance from the cuts."""
    monkeypatch.setattr(machine_module, "SLICE", slice_length)
    use = [("lw", A1, A0, 0, 4 * CALL_IN), ("add", A2, A2, A1), ("xor", A3, A2, A1)]
    machine.load(function(*use * 2333, ("addi", A1, ZERO, 0, 1), *store_words(A1), RET, wide=wide))
    out, stats = machine.call("call.f", [1])
    assert out == [1]
    assert stats.instructions == 7002
    assert stats.events["load_use"] == stats.events["load"] == 2333


def test_a_known_program_costs_what_the_tables_say(machine, board):
    lines = [
        ("lw", A1, A0, 0, 4 * CALL_IN),  # load
        ("mul", A2, A1, A1),  # mul, uses the load
        ("mulh", A3, A1, A1),  # mulh
        ("addi", T0, ZERO, 0, 10),  # alu
        ("divu", A4, A2, T0),  # div: 28 leading zeros in 10
        ("addi", T1, ZERO, 0, -1),  # alu
        ("rem", A4, A4, T1),  # div: 31 leading zeros in |-1|
        "loop",
        ("addi", T0, T0, 0, -1),  # alu, 10 times
        ("bne", 0, T0, ZERO, "loop"),  # branch, 9 times taken
        ("beq", 0, ZERO, ZERO, "end"),  # branch, taken forward
        ("addi", A1, ZERO, 0, 0),
        "end",
        ("jal", ZERO, 0, 0, "out"),  # jump
        "out",
        *store_words(A2),  # store
        RET,  # jump_register
    ]
    machine.load(function(*lines, wide=True))
    out, stats = machine.call("call.f", [7])
    assert out == [49]
    counts = {"alu": 12, "mul": 1, "mulh": 1, "div": 2, "load": 1, "store": 1, "branch": 11, "jump": 1}
    extras = {"load_use": 1, "taken_forward": 1, "taken_backward": 9, "unaligned_target": 0, "div_per_zero": 59}
    assert stats.events == {**counts, "jump_register": 1, **extras}
    assert stats.instructions == 31
    c3g = 12 + 1 + 1 + (2 * 3 + 59) + (1 + 1) + 1 + (1 + 10 * 3) + 2 + 2
    assert stats.cycles == {"c3g": c3g, "ri5": c3g + 4}


def test_the_first_instruction_comes_from_nowhere(machine):
    """Entered after a load that did not run, at a 4-byte instruction on an odd halfword: no wait, but unaligned."""
    lines = [("lw", A1, A0, 0, 4 * CALL_IN), ("addi", A1, A1, 0, 100), *store_words(A1), RET]
    image = function(*lines, words_in=0)
    (entry,) = image.entries
    machine.load(dataclasses.replace(image, entries=(dataclasses.replace(entry, offset=2),)))
    _, stats = machine.call("call.f", [])
    assert stats.instructions == 3
    assert (stats.events["load_use"], stats.events["unaligned_target"]) == (0, 1)


def test_every_cost_counts():
    """Each key of the cost tables moves the total by its number of events, taken branches replacing `branch`."""
    events = {name: index + 2 for index, name in enumerate(CycleCosts.__slots__)}
    events["branch"] = events["taken_forward"] + events["taken_backward"] + 5
    zero = dict.fromkeys(CycleCosts.__slots__, 0)
    for name in zero:
        weight = 5 if name == "branch" else events[name]
        assert cycles.cycles(events, CycleCosts(**{**zero, name: 10})) == 10 * weight
