"""The instruction table against itself: what is encoded decodes to the same instruction, and nothing else decodes."""

from array import array

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from isa_samples import IMMS, samples

from glowcore import disasm, encode, frame, isa

CONFIG = settings(deadline=None, derandomize=True, max_examples=300)
NO_OPERANDS = (0, 0, 0, 0)


def assemble(*inst, wide=False):
    out = array("H")
    encode.emit(out, *inst, wide)
    return out


def decode(halves):
    return disasm.decode(halves[0], halves[1] if len(halves) > 1 else 0)


def meaning(op, rd, rs1, rs2, imm):
    """An instruction with the operands that may be swapped in order, so that both spellings compare equal."""
    if op in (isa.ADD, isa.AND, isa.OR, isa.XOR, isa.BEQ, isa.BNE):
        rs1, rs2 = sorted((rs1, rs2))
    if op == isa.ADDI and imm == 0 and rd and rs1:
        return isa.ADD, rd, 0, rs1, 0  # c.mv is an add
    return op, rd, rs1, rs2, imm


# how many operands each compressed instruction admits, counted by hand from the manual: registers times immediates
FORMS = {
    "addi4spn": 8 * 255, "lw": 64 * 32, "sw": 64 * 32, "nop": 1, "addi": 31 * 63, "jal": 2048, "li": 31 * 64,
    "addi16sp": 63, "lui": 30 * 63, "srli": 8 * 31, "srai": 8 * 31, "andi": 8 * 64, "sub xor or and": 4 * 64,
    "j": 2048, "beqz": 8 * 256, "bnez": 8 * 256, "slli": 31 * 31, "lwsp": 31 * 64, "jr": 31, "mv": 31 * 31,
    "jalr": 31, "add": 31 * 31, "swsp": 32 * 64,
}  # fmt: skip


@pytest.mark.parametrize("wide", [False, True])
def test_every_instruction_survives_encoding(wide):
    for inst in samples(step=3):
        halves = assemble(*inst, wide=wide)
        found = decode(halves)
        assert found is not None, inst
        assert found[5] == 2 * len(halves)
        if wide:
            assert found == (*inst, 4)
        else:
            assert meaning(*found[:5]) == meaning(*inst)
            assert encode.size(*inst) == found[5]


def test_every_halfword_that_decodes_is_encoded_again():
    """All 49,152 compressed encodings: each is refused, or comes back as the same instruction in at most two bytes."""
    forms = 0
    for lo in range(0x10000):
        found = disasm.decode(lo, 0xFFFF) if lo & 3 != 3 else None
        if found is None or found[0] in isa.TRAPS:
            continue
        forms += 1
        again = assemble(*found[:5])
        assert len(again) == 1
        assert decode(again)[:5] == found[:5] or meaning(*decode(again)[:5]) == meaning(*found[:5])
    assert forms == sum(FORMS.values())


@pytest.mark.parametrize(
    "lo, what",
    [
        (0x0000, "the defined illegal instruction"),
        (0x0001 | 0x80, "c.addi x1, 0 is a hint"),
        (0x0004, "c.addi4spn with 0 is reserved"),
        (0x4001, "c.li x0 is a hint"),
        (0x6101, "c.addi16sp with 0 is reserved"),
        (0x6081, "c.lui with 0 is reserved"),
        (0x4002, "c.lwsp x0 is reserved"),
        (0x8002, "c.jr x0 is reserved"),
        (0x1502, "c.slli with bit 5 of the shift is for RV64"),
        (0x2000, "c.fld"),
        (0x6000, "c.flw"),
        (0x9C41, "c.mul of Zcb"),
    ],
)
def test_other_compressed_encodings_are_unknown(lo, what):
    assert disasm.decode(lo, 0) is None, what


@pytest.mark.parametrize(
    "word, what",
    [
        (0x30529073, "csrw mtvec"),
        (0xC0002573, "rdcycle"),
        (0x30200073, "mret"),
        (0x10500073, "wfi"),
        (0x0000100F, "fence.i"),
        (0x0FF0000F, "fence"),
        (0x1005252F, "lr.w"),
        (0x00C5252F, "amoadd.w"),
        (0x00C5F553, "fadd.s"),
        (0x00052507, "flw"),
        (0x20C52533, "sh1add"),
        (0x40A5F533, "andn"),
        (0x00003503, "ld"),
        (0x00A53023, "sd"),
        (0x02051513, "slli with bit 5 of the shift"),
        (0x00A5A563, "a branch with funct3 2"),
        (0x00151067, "jalr with funct3 1"),
    ],
)
def test_other_extensions_are_unknown(word, what):
    assert disasm.decode(word & 0xFFFF, word >> 16) is None, what


@pytest.mark.parametrize("word, op", [(0x73, isa.ECALL), (0x100073, isa.EBREAK), (0x9002, isa.EBREAK)])
def test_traps_are_known_and_refused(word, op):
    assert disasm.decode(word & 0xFFFF, word >> 16)[0] == op
    with pytest.raises(encode.EncodeError):
        assemble(op, *NO_OPERANDS)


@pytest.mark.parametrize(
    "inst",
    [
        (isa.ADDI, 1, 1, 0, 2048),
        (isa.ADDI, 1, 1, 0, -2049),
        (isa.SLLI, 1, 1, 0, 32),
        (isa.SRAI, 1, 1, 0, -1),
        (isa.BEQ, 0, 1, 2, 4096),
        (isa.BEQ, 0, 1, 2, 3),
        (isa.JAL, 1, 0, 0, 1 << 20),
        (isa.LUI, 1, 0, 0, 1 << 20),
        (isa.LUI, 1, 0, 0, -(1 << 19) - 1),
        (isa.SW, 1, 2, 3, 0),
        (isa.ADD, 1, 2, 3, 4),
    ],
)
def test_operands_that_do_not_fit_are_refused(inst):
    with pytest.raises(encode.EncodeError, match=isa.NAMES[inst[0]]):
        assemble(*inst)
    with pytest.raises(encode.EncodeError):
        encode.size(*inst)


@given(st.integers(0, isa.NUM_OPS - 1), st.tuples(*[st.integers(0, 31)] * 3), st.data())
@CONFIG
def test_random_operands_survive(op, registers, data):
    letter = isa.FORMAT[op]
    wanted = {"S": "-st", "B": "-st", "R": "dst", "U": "d--", "J": "d--"}.get(letter, "ds-")
    rd, rs1, rs2 = (reg if name != "-" else 0 for reg, name in zip(registers, wanted, strict=True))
    imm = data.draw(st.integers(min(IMMS[letter]), max(IMMS[letter])))
    if letter in "BJ":
        imm &= ~1
    inst = (op, rd, rs1, rs2, imm)
    assert decode(assemble(*inst, wide=True)) == (*inst, 4)
    assert meaning(*decode(assemble(*inst))[:5]) == meaning(*inst)


def test_lui_takes_its_field_with_either_sign():
    assert assemble(isa.LUI, 10, 0, 0, -1) == assemble(isa.LUI, 10, 0, 0, 0xFFFFF) == array("H", [0x757D])


def test_a_row_must_account_for_every_bit():
    with pytest.raises(AssertionError, match="15 bits"):
        isa._row("bad", "n=-z", "000 [5] d [4:0] 1")
    with pytest.raises(AssertionError, match="bit is missing"):
        isa._row("bad", "n=-z", "0000 [5] d [3:0] 01")
    with pytest.raises(AssertionError, match="twice"):
        isa._row("bad", "n=-z", "000 [4] d [4:0] 01")
    with pytest.raises(AssertionError, match="not what the operands say"):
        isa._row("bad", "nr-z", "000 [5] d [4:0] 01")


@pytest.mark.parametrize("env", [frame.ENV, frame.ENTRY_ENV])
def test_every_register_is_allocated_but_the_four_that_are_reserved(env):
    allocated = (*env.preferred, *env.non_preferred, *env.callee_saved)
    assert sorted((*allocated, isa.ZERO, isa.SP, isa.GP, isa.TP)) == list(range(32))


def test_registers_have_the_names_of_the_calling_convention():
    assert isa.REGISTERS[isa.S11] == "s11" and isa.REGISTERS[isa.T6] == "t6" and isa.REGISTERS[isa.A7] == "a7"


def test_listing_names_branch_targets():
    out = array("H")
    encode.emit(out, isa.ADDI, isa.A0, isa.A0, 0, -1)
    encode.emit(out, isa.BNE, 0, isa.A0, isa.ZERO, -2)
    encode.emit(out, isa.JAL, isa.RA, 0, 0, 6, wide=True)
    encode.emit(out, isa.JALR, isa.ZERO, isa.RA, 0, 0)
    expected = [
        "loop:",
        "     0:  157d      addi a0, a0, -1",
        "     2:  fd7d      bnez a0, loop",
        "     4:  006000ef  jal 0xa",
        "     8:  8082      ret",
        "     a:  ffff      .half 0xffff",
    ]
    assert disasm.listing(out.tobytes() + b"\xff\xff", {0: "loop"}).split("\n") == expected
