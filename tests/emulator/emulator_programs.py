"""A tiny assembler, so that the tests' programs can be read."""

from array import array

from glowcore import encode, isa
from glowjit.glsltypes import INT, Parameter, Signature
from glowjit.image import ARG_WORDS, Entry, Image

CALL_IN, CALL_OUT = ARG_WORDS, ARG_WORDS + 8


def assemble(*lines, wide=False):
    """Code from lines like `("addi", A0, A1, 0, -1)`, operands as `encode.emit` takes them.

    A string alone is a label; as the last operand of a branch it is its target (such a branch is always 4 bytes).
    """
    places, out = {}, array("H")
    for _ in range(2):
        out = array("H")
        for line in lines:
            if isinstance(line, str):
                places[line] = 2 * len(out)
                continue
            name, *operands = line
            op = isa.NAMES.index(name)
            operands += [0] * (4 - len(operands))
            if isinstance(operands[3], str):
                target = places.get(operands[3], 2 * len(out))
                encode.emit(out, op, *operands[:3], target - 2 * len(out), True)
            else:
                encode.emit(out, op, *operands, wide)
    return out.tobytes()


RET = ("jalr", 0, isa.RA)


def function(*lines, words_in=1, words_out=1, data=b"", ctx_words=64, wide=False, **fields):
    """An image with one entry `call.f` that is reached with a0 = ctx block."""
    code = assemble(*lines, wide=wide)
    signature = Signature(
        "f",
        None,
        (
            *(Parameter(f"in{index}", INT) for index in range(words_in)),
            *(Parameter(f"out{index}", INT, "out") for index in range(words_out)),
        ),
    )
    return Image(
        isa="rv32imc",
        code=code + data,
        text_bytes=len(code),
        entries=(Entry("call.f", 0, signature),),
        ctx_words=ctx_words,
        call_in=CALL_IN,
        call_out=CALL_OUT,
        **fields,
    )


def load_words(*registers):
    """Instructions that load the argument words from the ctx block."""
    return [("lw", reg, isa.A0, 0, 4 * (CALL_IN + index)) for index, reg in enumerate(registers)]


def store_words(*registers):
    """Instructions that store the result words, through a0 = ctx block."""
    return [("sw", 0, isa.A0, reg, 4 * (CALL_OUT + index)) for index, reg in enumerate(registers)]
