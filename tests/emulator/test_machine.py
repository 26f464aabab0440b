"""The board's memory and its bookkeeping: two buses on one SRAM, code that is replaced, heap and stack figures."""

import pytest
from emulator_programs import CALL_IN, CALL_OUT, RET, function, load_words, store_words

from glowcore import disasm
from glowcore.isa import A0, A1, A2, A3, RA, SP, ZERO
from glowjit.board import board_names, load_board
from glowjit.emulator import Machine
from glowjit.image import ARG_WORDS


def constant(value):
    return function(("addi", A1, ZERO, 0, value), *store_words(A1), RET, words_in=0)


@pytest.mark.parametrize("name", board_names())
def test_every_board_runs_code(name):
    machine = Machine(load_board(name), disasm, strict=True)
    machine.load(function(*load_words(A1, A2), ("mulh", A3, A1, A2), *store_words(A3), RET, words_in=2))
    assert machine.call("call.f", [1 << 30, -8])[0] == [-2]


def test_code_is_replaced_between_calls(machine):
    """Unicorn would go on running what it has translated: the second image has the same addresses as the first."""
    addresses = set()
    for value in (1, 2, 3, 1):
        addresses.add(machine.load(constant(value)).code)
        assert machine.call("call.f", [])[0] == [value]
    assert len(addresses) == 1


def test_thousands_of_reloads_leave_nothing_behind(machine):
    images = [constant(value) for value in range(8)]
    for turn in range(1000):
        machine.load(images[turn % 8])
    assert machine.call("call.f", [])[0] == [7]
    used = machine.heap.used
    machine.unload()
    assert machine.heap.used == 0 and used > 0


def test_code_reads_its_data_on_both_buses(strict_machine):
    """auipc gives an address on the instruction bus; 0x700000 below it are the same bytes."""
    lines = [
        ("auipc", A1, 0, 0, 0),
        ("lw", A2, A1, 0, 32),
        ("sw", 0, A0, A2, 4 * CALL_OUT),
        ("lui", A3, 0, 0, 0x700),
        ("sub", A1, A1, A3),
        ("lbu", A2, A1, 0, 35),
        ("sw", 0, A0, A2, 4 * CALL_OUT + 4),
        RET,
    ]
    data = (0x89ABCDEF - (1 << 32)).to_bytes(4, "little", signed=True)
    strict_machine.load(function(*lines, words_in=0, words_out=2, wide=True, data=data))
    assert strict_machine.loaded.image.text_bytes == 32
    assert strict_machine.call("call.f", [])[0] == [0x89ABCDEF - (1 << 32), 0x89]


def test_the_heap_is_counted_in_micropythons_blocks(machine):
    image = constant(5)
    assert (len(image.code), image.ctx_words) == (6, 64)
    machine.load(image)
    _, stats = machine.call("call.f", [])
    assert stats.heap_peak == machine.heap.used == (16 + 16) + (16 + 256)


@pytest.mark.parametrize("depth", [0, 16, 1008, 8192])
def test_the_stack_is_measured(machine, depth):
    """Up to the very last of its 8,192 bytes."""
    lines = [("addi", A2, ZERO, 0, 1), ("slli", A3, A2, 0, 13), ("addi", A2, SP, 0, 0), ("sub", A2, A2, A3)]
    if depth < 2048:
        lines = [("addi", A2, SP, 0, -depth)]
    store = [("sw", 0, A2, RA, 0)] if depth else []
    machine.load(function(*lines, *store, RET, words_in=0, words_out=0))
    _, stats = machine.call("call.f", [])
    assert stats.stack_peak == depth


def test_uniforms_come_by_offset_or_in_order(machine):
    out = [("lw", A1, A0, 0, 4 * (ARG_WORDS + index)) for index in (16, 17)]
    lines = [out[0], ("sw", 0, A0, A1, 4 * CALL_OUT), out[1], ("sw", 0, A0, A1, 4 * CALL_OUT + 4), RET]
    machine.load(function(*lines, words_in=0, words_out=2))
    assert machine.call("call.f", [], {ARG_WORDS + 16: -5, ARG_WORDS + 17: 0xFFFF_FFFF})[0] == [-5, -1]
    assert machine.call("call.f", [], [*range(18)])[0] == [16, 17]
    assert machine.call("call.f", [], {ARG_WORDS + 17: 9})[0] == [16, 9]  # what is not given stays


def test_machines_do_not_share_anything(board):
    machines = [Machine(board, disasm) for _ in range(2)]
    for value, machine in enumerate(machines):
        machine.load(constant(value))
    assert [machine.call("call.f", [])[0] for machine in machines] == [[0], [1]]


def test_watching_changes_neither_results_nor_counts(machine, strict_machine):
    lines = [*load_words(A1), "loop", ("addi", A1, A1, 0, -1), ("sw", 0, SP, A1, -4), ("bne", 0, A1, ZERO, "loop"), RET]
    image = function(*lines, words_out=0)
    machine.load(image)
    strict_machine.load(image)
    assert machine.call("call.f", [500]) == strict_machine.call("call.f", [500])
    assert machine.call("call.f", [500])[1].instructions == 1502
    assert CALL_IN == ARG_WORDS
