"""Bytes to instructions and text, by reading the rows of `isa` backwards.

`decode` knows exactly what the table has. Anything else is None: other extensions, CSRs, reserved encodings, hints. So
a section that decodes throughout, `isa.TRAPS` apart, holds nothing that an ESP32-C3 could not run. The text is that of
the GNU assembler, aliases included, which takes it back as it is.
"""

from glowcore.isa import (
    ADD,
    ADDI,
    AUIPC,
    BEQ,
    BGE,
    BLT,
    BNE,
    CLASS,
    FORMAT,
    JAL,
    JALR,
    LUI,
    NAMES,
    POPULAR,
    REGISTERS,
    ROWS,
    SLT,
    SLTIU,
    SLTU,
    SUB,
    XORI,
)

# how the operands of a format are written: registers d, s, t, the immediate i, a branch target b
_SHAPES = {
    "R": "d, s, t",
    "I": "d, s, i",
    "H": "d, s, i",
    "L": "d, i(s)",
    "S": "t, i(s)",
    "B": "s, t, b",
    "U": "d, i",
    "J": "d, b",
    "E": "",
    "K": "",
}

# aliases, first match wins: instruction, condition on rd, rs1, rs2 (letters of `isa`: r any, n not x0, 0 x0, 1 ra),
# immediate ("i" any), text
_ALIASES = (
    (ADDI, "000", 0, "nop"),
    (ADDI, "r00", "i", "li d, i"),
    (ADDI, "rr0", 0, "mv d, s"),
    (ADD, "n0n", 0, "mv d, t"),
    (XORI, "rr0", -1, "not d, s"),
    (SUB, "r0r", 0, "neg d, t"),
    (SLTIU, "rr0", 1, "seqz d, s"),
    (SLTU, "r0r", 0, "snez d, t"),
    (SLT, "rr0", 0, "sltz d, s"),
    (SLT, "r0r", 0, "sgtz d, t"),
    (BEQ, "0r0", "i", "beqz s, b"),
    (BNE, "0r0", "i", "bnez s, b"),
    (BGE, "00r", "i", "blez t, b"),
    (BGE, "0r0", "i", "bgez s, b"),
    (BLT, "0r0", "i", "bltz s, b"),
    (BLT, "00r", "i", "bgtz t, b"),
    (JAL, "000", "i", "j b"),
    (JAL, "100", "i", "jal b"),
    (JALR, "010", 0, "ret"),
    (JALR, "0r0", 0, "jr s"),
    (JALR, "1r0", 0, "jalr s"),
)


def _mask(fields):
    """The bits of a halfword that are not operands."""
    mask = 0xFFFF
    for at in range(0, len(fields), 4):
        mask &= ~(((1 << fields[at + 2]) - 1) << fields[at + 3])
    return mask


def _buckets():
    """(mask of lo, mask of hi, opcode, row) of every row, under the bits that tell most rows apart."""
    buckets = {}
    for op in range(len(ROWS)):
        for row in ROWS[op]:
            key = row[7] & (0x707F if row[11] == 4 and FORMAT[op] not in "UJ" else 0x7F if row[11] == 4 else 0xE003)
            buckets.setdefault(key, []).append((_mask(row[9]), _mask(row[10]), op, row))
    return buckets


_BUCKETS = _buckets()


def _gather(operands, half, fields):
    for at in range(0, len(fields), 4):
        bits = half >> fields[at + 3] & (1 << fields[at + 2]) - 1
        operands[fields[at]] |= bits << fields[at + 1]


def _operands(lo, hi, row):
    """[rd, rs1, rs2, imm] of a halfword pair that has the row's fixed bits, or None if the row excludes them."""
    operands = [0, 0, 0, 0]
    _gather(operands, lo, row[9])
    _gather(operands, hi, row[10])
    if operands[3] > row[5]:
        operands[3] -= 2 * (row[5] + 1)
    flags = row[3]
    for index in range(3):
        if row[index] == POPULAR:
            operands[index] += 8
        elif row[index] >= 8 and row[index] != 64:  # the very register: x0, ra or sp
            operands[index] = (8, 16, 32).index(row[index])
    if flags & 3:
        operands[flags & 3] = operands[0]
    for index in range(3):
        if not CLASS[operands[index]] & row[index]:
            return None
    if flags & 4 and not operands[3]:
        return None
    return operands


def decode(lo, hi):
    """(op, rd, rs1, rs2, imm, bytes) of the instruction whose halfwords are `lo` and, if it is long, `hi`; or None.

    The immediate of lui and auipc comes back as the 20-bit field, unsigned.
    """
    if lo & 3 != 3:
        keys = (lo & 0xE003,)
        hi = 0
    else:
        keys = (lo & 0x707F, lo & 0x7F)
    for key in keys:
        for mask_lo, mask_hi, op, row in _BUCKETS.get(key, ()):
            if lo & mask_lo == row[7] and hi & mask_hi == row[8]:
                operands = _operands(lo, hi, row)
                if operands:
                    rd, rs1, rs2, imm = operands
                    return (op, rd, rs1, rs2, imm & 0xFFFFF if op <= AUIPC else imm, row[11])
    return None


def _fits(letter, register):
    return letter == "r" or (register > 0 if letter == "n" else register == int(letter))


def _template(op, rd, rs1, rs2, imm):
    """The text to fill in, the alias's if there is one."""
    for alias, condition, value, text_ in _ALIASES:
        if alias == op and (value == "i" or value == imm):
            if _fits(condition[0], rd) and _fits(condition[1], rs1) and _fits(condition[2], rs2):
                return text_
    return NAMES[op] + " " + _SHAPES[FORMAT[op]]


def text(op, rd, rs1, rs2, imm, target=None):
    """Assembly text; a branch target is written as `target`, or as a distance from the instruction (`.+8`)."""
    parts = _template(op, rd, rs1, rs2, imm).split(" ", 1)
    if len(parts) == 1 or not parts[1]:
        return parts[0]
    out = ""
    for letter in parts[1]:
        if letter == "d":
            out += REGISTERS[rd]
        elif letter == "s":
            out += REGISTERS[rs1]
        elif letter == "t":
            out += REGISTERS[rs2]
        elif letter == "i":
            out += hex(imm) if op == LUI or op == AUIPC else str(imm)
        elif letter == "b":
            out += target or (".+%d" % imm if imm >= 0 else ".%d" % imm)
        else:
            out += letter
    return parts[0] + " " + out


def _target(labels, place):
    """A label, or the offset of a place that has none."""
    return labels.get(place, "0x%x" % place)


def listing(code, labels=None, remarks=None):
    """Assembly text of the bytes `code`, one instruction a line: offset, bits, text.

    `labels` maps offsets to names; a name stands on its own line and at the branches that go there. `remarks` maps
    offsets to lines to put before the instruction. What does not decode is listed as a `.half` and skipped two bytes
    at a time.
    """
    labels = labels or {}
    remarks = remarks or {}
    lines = []
    at = 0
    while at + 1 < len(code):
        lo = code[at] | code[at + 1] << 8
        hi = code[at + 2] | code[at + 3] << 8 if at + 3 < len(code) else 0
        found = decode(lo, hi)
        if at in labels:
            lines.append(labels[at] + ":")
        if at in remarks:
            lines.append(remarks[at])
        if found is None or at + found[5] > len(code):
            lines.append("%6x:  %04x      .half 0x%04x" % (at, lo, lo))
            at += 2
            continue
        op, rd, rs1, rs2, imm, size = found
        target = _target(labels, at + imm) if FORMAT[op] in "BJ" else None
        bits = "%04x%04x" % (hi, lo) if size == 4 else "%04x    " % lo
        lines.append("%6x:  %s  %s" % (at, bits, text(op, rd, rs1, rs2, imm, target)))
        at += size
    return "\n".join(lines)
