"""RV32IMC as one table: every instruction that glowjit emits, and every form in which it can be written.

A row is a name, the operands it takes, and its bits from left to right in the notation of the ISA manual (The RISC-V
Instruction Set Manual, volume I, chapters "RV32I", "M" and "C"):

    0101    bits as they are                        d s t   the registers rd, rs1, rs2
    [12|10:5]  bits of the immediate                o f g   opcode (7), funct3 (3), funct7 (7) of this row

Operands are four letters, for rd, rs1, rs2 and the immediate:

    r any   n not x0   m neither x0 nor x2   c x8 to x15, written in 3 bits   0 1 2 that very register   = same as rd
    s signed   z signed, not 0   u unsigned   v unsigned, not 0   0 must be 0   - not there (passed as 0)

Compressed instructions are rows of the base instruction they stand for, listed before its 32-bit form: the first row
whose operands match is the encoding. Reading a row's bits backwards decodes it. That every row accounts for all of
its 16 or 32 bits is checked when this module is loaded.

`ROWS[op]` is a list of (rd class, rs1 class, rs2 class, flags, lowest imm, highest imm, imm bits that must be 0, low
half, high half, fields of the low half, fields of the high half, bytes). A class is a bit of `CLASS[register]`; fields
are bytes, four for each: operand (0 rd, 1 rs1, 2 rs2, 3 imm), its lowest bit, mask, position. Everything is made of
halfwords, since an integer of 2^30 or more is an object on the heap of a 32-bit MicroPython.
"""

ZERO, RA, SP, GP, TP, T0, T1, T2, S0, S1, A0, A1, A2, A3, A4, A5, A6, A7 = range(18)
S2, S3, S4, S5, S6, S7, S8, S9, S10, S11, T3, T4, T5, T6 = range(18, 32)
REGISTERS = (
    "zero ra sp gp tp t0 t1 t2 s0 s1 a0 a1 a2 a3 a4 a5 a6 a7 s2 s3 s4 s5 s6 s7 s8 s9 s10 s11 t3 t4 t5 t6"
).split()  # fmt: skip
ARGUMENTS = (A0, A1, A2, A3, A4, A5, A6, A7)
CALLEE_SAVED = (S0, S1, S2, S3, S4, S5, S6, S7, S8, S9, S10, S11)

# flags of a row
RS1_IS_RD = 1
RS2_IS_RD = 2
NOT_ZERO = 4  # the immediate

POPULAR = 4  # the class of the letter c
_CLASSES = {"r": 1, "n": 2, "c": POPULAR, "0": 8, "1": 16, "2": 32, "m": 64, "-": 8, "=": 1}
CLASS = bytearray(3 for _ in range(32))
for _reg in range(32):
    CLASS[_reg] |= POPULAR * (_reg >> 3 == 1) | 64
CLASS[ZERO] = 1 | 8
CLASS[RA] |= 16
CLASS[SP] = 1 | 2 | 32

FORMATS = {
    "R": ("rrr-", "g t s f d o"),
    "I": ("rr-s", "[11:0] s f d o"),
    "H": ("rr-u", "g [4:0] s f d o"),  # shift by a constant
    "L": ("rr-s", "[11:0] s f d o"),  # load; jalr, which is written like one
    "S": ("-rrs", "[11:5] t s f [4:0] o"),
    "B": ("-rrs", "[12|10:5] t s f [4:1|11] o"),
    "U": ("r--s", "[19:0] d o"),  # the immediate is the field: 20 bits, either sign
    "J": ("r--s", "[20|10:1|11|19:12] d o"),
    "E": ("----", "g 00000 00000 f 00000 o"),
    "K": ("----", "g 00001 00000 f 00000 o"),
}

NAMES = []
FORMAT = []  # the format's letter, by opcode
ROWS = []
_shapes = {}


def _bits(token, operands):
    """One token of a layout as a list of (operand, bit of it, or None and the bit itself), most significant first."""
    if token in "dst":
        index = "dst".find(token)
        return [(index, bit) for bit in range(2 if operands[index] == "c" else 4, -1, -1)]
    if token[0] == "[":
        out = []
        for part in token[1:-1].split("|"):
            ends = part.split(":")
            out += [(3, bit) for bit in range(int(ends[0]), int(ends[-1]) - 1, -1)]
        return out
    return [(None, int(bit)) for bit in token]


def _fields(bits):
    """The fields of one halfword, given its bits from the least significant on."""
    out = []
    for position in range(16):
        operand, bit = bits[position]
        if operand is None:
            continue
        if out and out[-4] == operand and position and bits[position - 1] == (operand, bit - 1):
            out[-2] = 2 * out[-2] + 1
        else:
            out += [operand, bit, 1, position]
    return out


def _pack(fields):
    """Fields as bytes; a mask is stored as its number of bits."""
    for index in range(2, len(fields), 4):
        fields[index] = len(bin(fields[index])) - 2
    packed = bytes(fields)
    return _shapes.setdefault(packed, packed)


def _row(name, operands, layout):
    """Compile one row of the table; see the module's text for what comes out."""
    bits = []
    for token in layout.split():
        bits += _bits(token, operands)
    bits.reverse()
    size = len(bits) // 8
    used = [bit for operand, bit in bits if operand == 3]
    assert len(bits) in (16, 32), "%s: %d bits" % (name, len(bits))
    assert len(used) == len(set(used)), name + ": an immediate's bit occurs twice"
    for index, letter in enumerate(operands[:3]):
        written = any(operand == index for operand, _ in bits)
        assert written == (letter in "rnmc"), "%s: %s is not what the operands say" % (name, "dst"[index])
    kind = operands[3]
    low = high = odd = 0
    if kind in "szuv":
        low_bit, top = min(used), max(used)
        assert len(used) == top - low_bit + 1, name + ": an immediate's bit is missing"
        odd = (1 << low_bit) - 1
        high = (1 << (top + (kind in "uv"))) - 1
        low = -1 - high if kind in "sz" else 0
    flags = RS1_IS_RD * (operands[1] == "=") | RS2_IS_RD * (operands[2] == "=") | NOT_ZERO * (kind in "zv")
    halves = [sum(bit << i for i, (operand, bit) in enumerate(bits[at : at + 16]) if operand is None) for at in (0, 16)]
    lo_fields = _pack(_fields(bits[:16]))
    hi_fields = _pack(_fields(bits[16:])) if size == 4 else b""
    classes = [_CLASSES[letter] for letter in operands[:3]]
    return tuple(classes + [flags, low, high, odd] + halves + [lo_fields, hi_fields, size])


def _op(name, format, opcode, funct3=0, funct7=0):
    """Add an instruction to the table; returns its opcode number."""
    operands, layout = FORMATS[format]
    for letter, value, width in (("g", funct7, 7), ("f", funct3, 3), ("o", opcode, 7)):
        layout = layout.replace(letter, "".join(str(value >> bit & 1) for bit in range(width - 1, -1, -1)))
    NAMES.append(name)
    FORMAT.append(format)
    ROWS.append([_row(name, operands, layout)])
    return len(NAMES) - 1


# fmt: off
LUI    = _op("lui",    "U", 0x37)
AUIPC  = _op("auipc",  "U", 0x17)
JAL    = _op("jal",    "J", 0x6F)
JALR   = _op("jalr",   "L", 0x67)
BEQ    = _op("beq",    "B", 0x63, 0)
BNE    = _op("bne",    "B", 0x63, 1)
BLT    = _op("blt",    "B", 0x63, 4)
BGE    = _op("bge",    "B", 0x63, 5)
BLTU   = _op("bltu",   "B", 0x63, 6)
BGEU   = _op("bgeu",   "B", 0x63, 7)
LB     = _op("lb",     "L", 0x03, 0)
LH     = _op("lh",     "L", 0x03, 1)
LW     = _op("lw",     "L", 0x03, 2)
LBU    = _op("lbu",    "L", 0x03, 4)
LHU    = _op("lhu",    "L", 0x03, 5)
SB     = _op("sb",     "S", 0x23, 0)
SH     = _op("sh",     "S", 0x23, 1)
SW     = _op("sw",     "S", 0x23, 2)
ADDI   = _op("addi",   "I", 0x13, 0)
SLTI   = _op("slti",   "I", 0x13, 2)
SLTIU  = _op("sltiu",  "I", 0x13, 3)
XORI   = _op("xori",   "I", 0x13, 4)
ORI    = _op("ori",    "I", 0x13, 6)
ANDI   = _op("andi",   "I", 0x13, 7)
SLLI   = _op("slli",   "H", 0x13, 1)
SRLI   = _op("srli",   "H", 0x13, 5)
SRAI   = _op("srai",   "H", 0x13, 5, 0x20)
ADD    = _op("add",    "R", 0x33, 0)
SUB    = _op("sub",    "R", 0x33, 0, 0x20)
SLL    = _op("sll",    "R", 0x33, 1)
SLT    = _op("slt",    "R", 0x33, 2)
SLTU   = _op("sltu",   "R", 0x33, 3)
XOR    = _op("xor",    "R", 0x33, 4)
SRL    = _op("srl",    "R", 0x33, 5)
SRA    = _op("sra",    "R", 0x33, 5, 0x20)
OR     = _op("or",     "R", 0x33, 6)
AND    = _op("and",    "R", 0x33, 7)
MUL    = _op("mul",    "R", 0x33, 0, 1)
MULH   = _op("mulh",   "R", 0x33, 1, 1)
MULHSU = _op("mulhsu", "R", 0x33, 2, 1)
MULHU  = _op("mulhu",  "R", 0x33, 3, 1)
DIV    = _op("div",    "R", 0x33, 4, 1)
DIVU   = _op("divu",   "R", 0x33, 5, 1)
REM    = _op("rem",    "R", 0x33, 6, 1)
REMU   = _op("remu",   "R", 0x33, 7, 1)
NUM_OPS = len(NAMES)  # those that may be emitted; what follows is known only so that it can be refused by name
ECALL  = _op("ecall",  "E", 0x73)
EBREAK = _op("ebreak", "K", 0x73)
TRAPS  = (ECALL, EBREAK)

COMPRESSED = (
    ("c.nop",      ADDI,   "00-0", "000 0 00000 00000 01"),
    ("c.addi",     ADDI,   "n=-z", "000 [5] d [4:0] 01"),
    ("c.li",       ADDI,   "n0-s", "010 [5] d [4:0] 01"),
    ("c.addi16sp", ADDI,   "2=-z", "011 [9] 00010 [4|6|8:7|5] 01"),
    ("c.addi4spn", ADDI,   "c2-v", "000 [5:4|9:6|2|3] d 00"),
    ("c.mv",       ADD,    "n0n-", "1000 d t 10"),
    ("c.mv",       ADD,    "nn0-", "1000 d s 10"),
    ("c.mv",       ADDI,   "nn-0", "1000 d s 10"),
    ("c.add",      ADD,    "n=n-", "1001 d t 10"),
    ("c.add",      ADD,    "nn=-", "1001 d s 10"),
    ("c.lui",      LUI,    "m--z", "011 [5] d [4:0] 01"),
    ("c.slli",     SLLI,   "n=-v", "000 0 d [4:0] 10"),
    ("c.srli",     SRLI,   "c=-v", "100 0 00 d [4:0] 01"),
    ("c.srai",     SRAI,   "c=-v", "100 0 01 d [4:0] 01"),
    ("c.andi",     ANDI,   "c=-s", "100 [5] 10 d [4:0] 01"),
    ("c.sub",      SUB,    "c=c-", "100 0 11 d 00 t 01"),
    ("c.xor",      XOR,    "c=c-", "100 0 11 d 01 t 01"),
    ("c.xor",      XOR,    "cc=-", "100 0 11 d 01 s 01"),
    ("c.or",       OR,     "c=c-", "100 0 11 d 10 t 01"),
    ("c.or",       OR,     "cc=-", "100 0 11 d 10 s 01"),
    ("c.and",      AND,    "c=c-", "100 0 11 d 11 t 01"),
    ("c.and",      AND,    "cc=-", "100 0 11 d 11 s 01"),
    ("c.lw",       LW,     "cc-u", "010 [5:3] s [2|6] d 00"),
    ("c.lwsp",     LW,     "n2-u", "010 [5] d [4:2|7:6] 10"),
    ("c.sw",       SW,     "-ccu", "110 [5:3] s [2|6] t 00"),
    ("c.swsp",     SW,     "-2ru", "110 [5:2|7:6] t 10"),
    ("c.beqz",     BEQ,    "-c0s", "110 [8|4:3] s [7:6|2:1|5] 01"),
    ("c.beqz",     BEQ,    "-0cs", "110 [8|4:3] t [7:6|2:1|5] 01"),
    ("c.bnez",     BNE,    "-c0s", "111 [8|4:3] s [7:6|2:1|5] 01"),
    ("c.bnez",     BNE,    "-0cs", "111 [8|4:3] t [7:6|2:1|5] 01"),
    ("c.j",        JAL,    "0--s", "101 [11|4|9:8|10|6|7|3:1|5] 01"),
    ("c.jal",      JAL,    "1--s", "001 [11|4|9:8|10|6|7|3:1|5] 01"),
    ("c.jr",       JALR,   "0n-0", "1000 s 00000 10"),
    ("c.jalr",     JALR,   "1n-0", "1001 s 00000 10"),
    ("c.ebreak",   EBREAK, "----", "1001 00000 00000 10"),
)
# fmt: on

for _name, _base, _operands, _layout in COMPRESSED:
    ROWS[_base].insert(-1, _row(_name, _operands, _layout))
_shapes.clear()
