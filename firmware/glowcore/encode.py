"""Instructions to bytes: the first row of `isa.ROWS` that fits is the encoding, so the short forms come by themselves.

Operands that an instruction does not have are passed as 0. The immediate of a branch or jump is the distance in bytes
from the instruction itself; that of lui and auipc is the 20-bit field, signed or not. Code is an array of halfwords.
"""

from glowcore.isa import AUIPC, CLASS, NAMES, NUM_OPS, REGISTERS, ROWS


class EncodeError(Exception):
    """Operands that no form of the instruction can hold: a bug in whoever chose it."""


def _find(op, rd, rs1, rs2, imm, wide):
    """The first row that fits; with `wide` only the 32-bit one is asked."""
    if op < NUM_OPS:
        for row in ROWS[op][-1:] if wide else ROWS[op]:
            if (
                CLASS[rd] & row[0]
                and CLASS[rs1] & row[1]
                and CLASS[rs2] & row[2]
                and row[4] <= imm <= row[5]
                and not imm & row[6]
            ):
                flags = row[3]
                if not flags:
                    return row
                if not (flags & 1 and rs1 != rd or flags & 2 and rs2 != rd or flags & 4 and not imm):
                    return row
    raise EncodeError(
        "no form of %s takes rd=%s rs1=%s rs2=%s imm=%d"
        % (NAMES[op], REGISTERS[rd], REGISTERS[rs1], REGISTERS[rs2], imm)
    )


def _half(half, fields, operands):
    """`half` with the operands' bits put in."""
    for at in range(0, len(fields), 4):
        value = operands[fields[at]] >> fields[at + 1]
        half |= (value & ((1 << fields[at + 2]) - 1)) << fields[at + 3]
    return half


def emit(out, op, rd, rs1, rs2, imm, wide=False):
    """Append one instruction to the array('H') `out`, in its shortest form or, if `wide`, in 32 bits."""
    if op <= AUIPC and 0x7FFFF < imm <= 0xFFFFF:
        imm -= 0x100000
    row = _find(op, rd, rs1, rs2, imm, wide)
    operands = (rd, rs1, rs2, imm)
    out.append(_half(row[7], row[9], operands))
    if row[11] == 4:
        out.append(_half(row[8], row[10], operands))


def size(op, rd, rs1, rs2, imm):
    """The bytes that `emit` would append: 2 or 4."""
    if op <= AUIPC and 0x7FFFF < imm <= 0xFFFFF:
        imm -= 0x100000
    return _find(op, rd, rs1, rs2, imm, False)[11]
