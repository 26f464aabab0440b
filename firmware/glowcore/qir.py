"""QIR: integer IR as one flat binary, the border between host and firmware. The format, and its reader.

Everything is little-endian. A blob is

    0   3  magic b"QIR"
    3   1  version of the format
    4   4  bytes in the blob
    8   4  CRC-32 of everything after this word
    12  2  functions
    14  2  words of the ctx block (arguments, uniforms, globals, locals)
    16  4  bytes of read-only data
    20     the read-only data, whole words; then the functions, callees before their callers

and a function is

    0   18  u16 each: flags, parameters, results, values, blocks, halfwords of code, constants, halfwords of lines,
            bytes of name
    18      blocks, BLOCK_FIELDS u16 each; code, u16 each; constants, i32 each; lines, u16 each; name, UTF-8

Values are numbered in the order of their definition: the parameters, then block by block its parameters and what its
instructions define. An operand is a u16: the number of a value or, from the number of values on, a constant. A block is
(place of its first instruction in the code, first value, parameters, loop depth, loop end); loop end is one past the
loop's last block for a loop's header, else 0. Blocks are in reverse post-order with loops in one piece, block 0 is the
entry, and no edge is critical: only `jump` passes arguments, and a block with several predecessors has only `jump`s
before it.

An instruction is a halfword `op | operands << 8`, then its operands. Before the operands of the IR come, for the loads
and `store`, the object's first word (in the ctx block or the read-only data), and for `call` the callee's number. A
terminator's operands are: `jump` block, arguments; `branch` condition, block if true, block if false; `ret` results.
Lines are pairs (place in the code, source line), from there on until the next pair.
"""

import struct
from array import array
from binascii import crc32

MAGIC = b"QIR"
VERSION = 2
HEADER = "<3sBII"
CONTENTS = "<HHI"
CHECKED = 12  # the CRC covers what follows this many bytes
RECORD = "<HHHHHHHHH"
BLOCK_FIELDS = 5
MAX_OPERANDS = 255

NEEDS_CTX = 1  # takes the address of the ctx block as a hidden argument
ENTRY = 2  # called from outside, by the standard ABI, ctx in a0

# Names are those of the IR, but that `load` becomes `load.ro` for constant objects and `ret` stands for `unreachable`.
OPS = (
    "add sub mul mulh mulhu mulhsu div divu rem remu and or xor shl shr sar min max minu maxu "
    "eq ne lt ge ltu geu band bor bxor bnot btoi select load load.ro store call burn store8 store16 store32 load16 "
    "jump branch ret"
).split()
(
    ADD, SUB, MUL, MULH, MULHU, MULHSU, DIV, DIVU, REM, REMU, AND, OR, XOR, SHL, SHR, SAR, MIN, MAX, MINU, MAXU,
    EQ, NE, LT, GE, LTU, GEU, BAND, BOR, BXOR, BNOT, BTOI, SELECT, LOAD, LOAD_RO, STORE, CALL, BURN, STORE8, STORE16,
    STORE32, LOAD16, JUMP, BRANCH, RET,
) = range(len(OPS))  # fmt: skip

FUEL_OFFSET = 28  # bytes from the start of the ctx block to the word that `burn` decrements


class QirError(Exception):
    """A blob that is not one, is damaged, or is of another version; the text says which."""


class Function:
    """One function of a blob, in the arrays that the module's text describes."""

    def __init__(self, blob, at):
        fields = struct.unpack_from(RECORD, blob, at)
        self.flags, self.num_params, self.num_results, self.num_values, self.num_blocks = fields[:5]
        at += struct.calcsize(RECORD)
        self.blocks, at = _halfwords(blob, at, BLOCK_FIELDS * self.num_blocks)
        self.code, at = _halfwords(blob, at, fields[5])
        end = at + 4 * fields[6]
        self.consts = array("i", blob[at:end])
        self.lines, at = _halfwords(blob, end, fields[7])
        self.end = at + fields[8]
        self.name = str(bytes(blob[at : self.end]), "utf-8")

    def drop(self):
        """Give the arrays back; counts and name stay."""
        self.blocks = self.code = self.consts = self.lines = None


def _halfwords(blob, at, count):
    """`count` halfwords from `at`, and the offset after them."""
    end = at + 2 * count
    return array("H", blob[at:end]), end


class Reader:
    """A blob (bytes or bytearray), verified as a whole; `functions` then reads one function at a time.

    Raises QirError for anything but an intact blob of this version.
    """

    def __init__(self, blob):
        if len(blob) < CHECKED or bytes(blob[:3]) != MAGIC:
            raise QirError("not a QIR blob: it does not begin with the magic bytes 'QIR'")
        _, version, length, crc = struct.unpack_from(HEADER, blob)
        if version != VERSION:
            raise QirError("QIR version %d, this backend reads version %d" % (version, VERSION))
        if length != len(blob):
            raise QirError("truncated QIR blob: its header says %d bytes, there are %d" % (length, len(blob)))
        if crc != crc32(memoryview(blob)[CHECKED:]):
            raise QirError("damaged QIR blob: its checksum does not match its contents")
        self.blob = blob
        self.num_functions, self.ctx_words, self.rodata_bytes = struct.unpack_from(CONTENTS, blob, CHECKED)
        self.rodata_start = CHECKED + struct.calcsize(CONTENTS)

    def rodata(self):
        """The read-only data."""
        return self.blob[self.rodata_start : self.rodata_start + self.rodata_bytes]

    def functions(self):
        """Yield the functions in order, reading each when it is asked for."""
        at = self.rodata_start + self.rodata_bytes
        for _ in range(self.num_functions):
            function = Function(self.blob, at)
            at = function.end
            yield function
