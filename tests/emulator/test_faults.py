"""What the board would not survive is refused or stopped, and named: instruction, address, pixel."""

import struct

import pytest
from emulator_programs import CALL_IN, RET, assemble, function, load_words, store_words

from glowcore import disasm, isa
from glowcore.isa import A0, A1, A2, A3, A4, A5, RA, SP, T0, T1, ZERO
from glowjit.emulator import Machine
from glowjit.errors import FuelError, GlowjitError, HeapError, ImageError, MachineFault
from glowjit.image import ARG_FUEL, ARG_STOP_X, ARG_STOP_Y, Entry, Image

HEAP, STACK = 0x3FCA_1000, 0x3FCC_4000
CODE = HEAP + 16  # one block for the bytearray object
ALIAS = 0x70_0000


def address(register, value):
    """Instructions that load an address."""
    low = ((value & 0xFFF) ^ 0x800) - 0x800
    return [("lui", register, 0, 0, ((value - low) >> 12) & 0xFFFFF), ("addi", register, register, 0, low)]


def fault(machine, *lines, words=(), **fields):
    machine.load(function(*lines, words_in=len(words), **fields))
    with pytest.raises(MachineFault) as caught:
        machine.call("call.f", list(words))
    return caught.value


# -- Refused before anything runs -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words, message",
    [
        ([0x30529073], "no instruction 9073 3052"),  # csrw mtvec
        ([0xC0002573], "no instruction 2573 c000"),  # rdcycle: traps on the C3, runs in Unicorn
        ([0x00C5252F], "no instruction 252f 00c5"),  # amoadd.w: the same
        ([0x0000100F], "no instruction 100f 0000"),  # fence.i
        ([0x00C5F553], "no instruction f553 00c5"),  # fadd.s
        ([0x00000000], "no instruction 0000"),
        ([0x00000073], "must not leave for the firmware at pc 0x00000000 (ecall)"),
        ([0x00100073], "must not leave for the firmware at pc 0x00000000 (ebreak)"),
        ([0x90020001], "must not leave for the firmware at pc 0x00000002 (ebreak)"),
        ([0x80820513], "no instruction"),  # cut: the first half of a 4-byte instruction at the end
    ],
)
def test_instructions_that_the_board_lacks(machine, words, message):
    code = struct.pack(f"<{len(words)}I", *words)
    code = code[:2] if "cut" in message or words == [0x80820513] else code + b"\x82\x80"
    with pytest.raises(MachineFault) as caught:
        machine.load(Image("rv32imc", code, len(code), (Entry("render", 0),)))
    assert message in caught.value.message
    assert machine.loaded is None and machine.heap.used == 0


def test_data_behind_the_code_may_be_anything(machine):
    machine.load(function(*load_words(A1), *store_words(A1), RET, data=b"\x73\x00\x10\x00\xff"))
    assert machine.call("call.f", [-7])[0] == [-7]


@pytest.mark.parametrize("distance", [-4, 2, 100])
def test_branches_out_of_the_code_or_into_an_instruction(machine, distance):
    code = assemble(("beq", 0, A1, A2, distance), RET, wide=True)
    with pytest.raises(MachineFault, match=r"leads outside the code, or into an instruction .*beq a1, a2"):
        machine.load(Image("rv32imc", code, len(code), (Entry("render", 0),)))


def test_another_instruction_set(machine):
    with pytest.raises(ImageError, match="image is for armv6m, the board esp32c3 has rv32imc"):
        machine.load(Image("armv6m", b"\x82\x80", 2, (Entry("render", 0),)))


def test_code_that_needs_too_much_stack(machine):
    with pytest.raises(HeapError) as caught:
        machine.load(function(RET, words_in=0, words_out=0, stack_bytes=8193))
    assert (caught.value.requested, caught.value.limit, caught.value.stage) == (8193, 8192, "stack")


# -- Stopped while running --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["lw", "sw"])
@pytest.mark.parametrize("where", [0, HEAP - 4, STACK + 8192, 0x3FCE_0000, 0x6000_0000])
def test_accesses_outside_the_memory(machine, name, where):
    operands = (A2, A1, 0, 0) if name == "lw" else (0, A1, A2, 0)
    error = fault(machine, *address(A1, where), (name, *operands), RET, wide=True)
    verb = "read" if name == "lw" else "write"
    assert error.message.startswith(f"{verb} ")  # by the memory map, or by the watch
    assert f"0x{where:08x}" in error.message
    assert (error.pc, error.instruction) == (CODE + ALIAS + 8, f"{name} a2, 0(a1)")


def test_data_cannot_be_executed(machine):
    """The data bus does not fetch: the same bytes run only through the instruction bus."""
    error = fault(machine, *address(A1, CODE), ("jalr", ZERO, A1), wide=True)
    assert "jump to 0x3fca1010, where nothing can be executed" in error.message


def test_jumps_to_nowhere(machine):
    error = fault(machine, ("addi", A1, ZERO, 0, 64), ("jalr", ZERO, A1))
    assert "jump to 0x00000040, where nothing can be executed" in error.message


@pytest.mark.parametrize("target, why", [(2, "into an instruction"), (16, "into the data")])
def test_jumps_that_stay_in_memory_are_noticed_too(machine, target, why):
    lines = [("auipc", A1, 0, 0, 0), ("jalr", ZERO, A1, 0, target), ("addi", A2, ZERO, 0, 1), RET]
    error = fault(machine, *lines, wide=True, data=assemble(RET) * 4)
    assert "control left the code's instructions" in error.message, why
    assert error.pc == CODE + ALIAS + target


def test_stack_overflow(machine):
    lines = ["f", ("addi", SP, SP, 0, -512), ("sw", 0, SP, RA, 0), ("jal", RA, 0, 0, "f"), RET]
    error = fault(machine, *lines)
    assert "stack overflow: the code needs 512 bytes more than the 8192 that it may have" in error.message
    assert error.instruction == "sw ra, 0(sp)"


@pytest.mark.parametrize("register", [SP, isa.GP, isa.TP, isa.S0, isa.S1, isa.S2, isa.S11])
def test_registers_that_belong_to_the_caller(machine, register):
    error = fault(machine, ("addi", register, register, 0, 16), RET)
    assert f"the code changed x{register}, which it has to restore" in error.message


def test_registers_that_may_change(machine):
    lines = [("addi", register, ZERO, 0, 1) for register in (isa.T0, isa.T6, isa.A7, isa.A1)]
    machine.load(function(*lines, RET, words_in=0, words_out=0))
    machine.call("call.f", [])


@pytest.mark.parametrize(
    "place, what",
    [(HEAP, "the code's own object"), (CODE, "the code"), (HEAP + 0x8000, "free heap"), (HEAP + 0x1B7FC, "its end")],
)
def test_stores_into_memory_that_is_not_the_programs(machine, place, what):
    """Nothing traps there on a board; the difference is found afterwards, the instruction by doing it again."""
    error = fault(machine, *address(A1, place), ("addi", A2, ZERO, 0, 77), ("sw", 0, A1, A2, 0), RET, wide=True)
    assert f"write to 0x{place:08x}, which is not the program's memory" in error.message, what
    assert error.instruction == "sw a2, 0(a1)"


def test_misaligned_accesses_when_watched(machine, strict_machine):
    image = function(("lw", A1, A0, 0, 4 * CALL_IN + 2), *store_words(A1), RET)
    machine.load(image)
    machine.call("call.f", [0])  # Unicorn does not mind
    strict_machine.load(image)
    with pytest.raises(MachineFault, match=r"read of 4 bytes at 0x\w+, which is not aligned .*lw a1, 50\(a0\)"):
        strict_machine.call("call.f", [0])


def test_reads_of_other_memory_when_watched(strict_machine):
    error = fault(strict_machine, *address(A1, HEAP + 0x8000), ("lbu", A1, A1), RET)
    assert "read from 0x3fca9000, which is not the program's memory" in error.message


def test_code_that_does_not_come_back(board):
    machine = Machine(board, disasm, instruction_limit=12_345)
    error = fault(machine, "loop", ("jal", ZERO, 0, 0, "loop"))
    assert "has not returned after 12345 instructions" in error.message


def test_a_machine_survives_its_faults(machine):
    good = function(*load_words(A1), ("addi", A1, A1, 0, 1), *store_words(A1), RET)
    machine.load(good)
    before = machine.call("call.f", [1])
    fault(machine, ("lw", A1, ZERO), RET)
    machine.load(good)
    assert machine.call("call.f", [1]) == before


# -- Frames -----------------------------------------------------------------------------------------------------------


def kernel(*per_pixel, fuel_check=()):
    """A frame of rgb888 pixels, row by row; `per_pixel` sees x in t0, y in t1, and the pixel's address in a1."""
    code = assemble(
        ("lw", A1, A0, 0, 0),
        ("lw", A4, A0, 0, 16),
        ("lw", A5, A0, 0, 20),
        ("addi", T1, ZERO, 0, 0),
        "row",
        ("addi", T0, ZERO, 0, 0),
        "pixel",
        *fuel_check,
        *per_pixel,
        ("sb", 0, A1, T0, 0),
        ("sb", 0, A1, T1, 1),
        ("sb", 0, A1, ZERO, 2),
        ("addi", A1, A1, 0, 3),
        ("addi", T0, T0, 0, 1),
        ("blt", 0, T0, A4, "pixel"),
        ("addi", T1, T1, 0, 1),
        ("blt", 0, T1, A5, "row"),
        ("addi", A0, ZERO, 0, 0),
        RET,
        "out",
        ("sw", 0, A0, T0, 4 * ARG_STOP_X),
        ("sw", 0, A0, T1, 4 * ARG_STOP_Y),
        ("addi", A0, ZERO, 0, 1),
        RET,
    )
    return Image("rv32imc", code, len(code), (Entry("render", 0),))


FUEL_CHECK = [
    ("lw", A2, A0, 0, 4 * ARG_FUEL),
    ("addi", A2, A2, 0, -1),
    ("sw", 0, A0, A2, 4 * ARG_FUEL),
    ("blt", 0, A2, ZERO, "out"),
]


def test_a_frame(machine):
    machine.load(kernel())
    pixels, stats = machine.render(3, 2)
    assert pixels == bytes([0, 0, 0, 1, 0, 0, 2, 0, 0, 0, 1, 0, 1, 1, 0, 2, 1, 0])
    assert (stats.status, stats.stack_peak) == (0, 0)
    assert stats.events["store"] == 18
    rectangle, _ = machine.render(30, 20, rect=(28, 19, 2, 1))
    assert rectangle == bytes([0, 0, 0, 1, 0, 0])


def test_fuel(machine):
    machine.load(kernel(fuel_check=FUEL_CHECK))
    machine.render(4, 4, fuel=16)
    with pytest.raises(FuelError, match=r"ran out of fuel at pixel \(2, 3\)") as caught:
        machine.render(4, 4, fuel=14)
    assert caught.value.pixel == (2, 3)
    assert machine.heap.used == machine.heap.peak - 16 - 48  # the frame was given back


def test_fuel_of_a_function(machine):
    machine.load(function(*FUEL_CHECK, "out", RET, words_in=0, words_out=0))
    machine.call("call.f", [], fuel=1)
    with pytest.raises(FuelError, match=r"f\(\) ran out of fuel"):
        machine.call("call.f", [], fuel=0)


def test_a_fault_names_the_pixel(machine):
    """Pixel (2, 1) reads from address 0."""
    trap = [
        ("addi", A2, ZERO, 0, 2),
        ("bne", 0, T0, A2, "fine"),
        ("beq", 0, T1, ZERO, "fine"),
        ("lw", A3, ZERO),
        "fine",
    ]
    machine.load(kernel(*trap))
    with pytest.raises(MachineFault) as caught:
        machine.render(4, 4)
    assert caught.value.pixel == (2, 1)
    assert caught.value.instruction == "lw a3, 0(zero)"
    with pytest.raises(MachineFault) as caught:
        machine.render(9, 9, rect=(5, 6, 3, 3))
    assert caught.value.pixel == (7, 7)


@pytest.mark.parametrize(
    "width, height, rect, message",
    [
        (0, 0, None, "a picture of 0x0 has no pixels"),
        (5, -1, None, "a picture of 5x-1 has no pixels"),
        (40_000, 1, None, "a picture of 40000x1 is too large"),
        (8, 8, (0, 0, 0, 8), "the rectangle of 0x8 at (0, 0) is not within the picture of 8x8"),
        (8, 8, (4, 4, 5, 1), "the rectangle of 5x1 at (4, 4) is not within the picture of 8x8"),
        (8, 8, (-1, 0, 2, 2), "the rectangle of 2x2 at (-1, 0) is not within the picture of 8x8"),
    ],
)
def test_pictures_that_cannot_be(machine, width, height, rect, message):
    machine.load(kernel())
    with pytest.raises(GlowjitError) as caught:
        machine.render(width, height, rect=rect)
    assert caught.value.message == message


def test_a_picture_that_does_not_fit(machine, board):
    image = kernel()
    machine.load(image)
    used = 16 + -(-len(image.code) // 16) * 16 + 16 + 48
    with pytest.raises(HeapError) as caught:
        machine.render(200, 200)
    error = caught.value
    assert error.message == (
        f"out of memory: the frame of 200x200 pixels asked for 120000 bytes, {112_640 - used} of 112640 were left"
    )
    machine.render(200, 187)  # 112,200 bytes
    with pytest.raises(HeapError):
        machine.render(250, 150)  # 112,500 bytes: within the limit, but not beside code and variables


def test_calls_that_are_the_callers_mistake(machine):
    with pytest.raises(ValueError, match="no image is loaded"):
        machine.render(1, 1)
    machine.load(function(RET, words_in=2))
    with pytest.raises(ValueError, match="takes 2 words, 1 were given"):
        machine.call("call.f", [1])
    with pytest.raises(KeyError):
        machine.call("call.g", [])
    for uniforms in ({0: 1}, {64: 1}, [0] * 53):
        with pytest.raises(ValueError, match="not the caller's to write"):
            machine.call("call.f", [1, 2], uniforms)
    machine.load(kernel())
    with pytest.raises(ValueError, match="render is not a function to be called"):
        machine.call("render", [])
