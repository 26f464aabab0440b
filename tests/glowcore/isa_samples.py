"""Operands for every instruction of the table: all the limits, and some from the middle. Run by both Pythons."""

from glowcore import isa

REGS = (0, 1, 2, 8, 9, 15, 16, 31)
IMMS = {
    "R": (0,),
    "I": (-2048, -513, -512, -33, -32, -16, -1, 0, 1, 4, 31, 32, 496, 508, 512, 1020, 1024, 2047),
    "H": (0, 1, 15, 31),
    "U": (0, 1, 31, 32, 0x7FFFF, 0x80000, 0xFFFDF, 0xFFFE0, 0xFFFFF),
    "B": (-4096, -258, -256, -2, 0, 2, 8, 254, 256, 4094),
    "J": (-1048576, -2050, -2048, -2, 0, 2, 64, 2046, 2048, 1048574),
}
IMMS["S"] = IMMS["L"] = IMMS["I"] + (3, 124, 128, 252, 256)


def samples(step=1):
    """Every `step`-th of (op, rd, rs1, rs2, imm) over the product of the lists above."""
    count = 0
    for op in range(isa.NUM_OPS):
        letter = isa.FORMAT[op]
        rds = (0,) if letter in "SB" else REGS
        rs1s = (0,) if letter in "UJ" else REGS
        rs2s = REGS if letter in "RSB" else (0,)
        for rd in rds:
            for rs1 in rs1s:
                for rs2 in rs2s:
                    for imm in IMMS[letter]:
                        count += 1
                        if count % step == 0:
                            yield op, rd, rs1, rs2, imm
