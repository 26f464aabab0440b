"""Instruction selection, its state: which register holds a value, what is folded, where constants are made.

Values are lowered once, where they are defined, but for those that every user can fold (a comparison into the branch
or select behind it, an addition into an address): these are left out, and made on the spot if a user needs them in a
register after all. So folding is a guess that costs nothing when it is wrong. Constants are made at their first use in
a block; those that a loop needs in registers are made before the outermost loop.
"""

from array import array

from glowcore import isa, pseudo, qir
from glowcore.memory import instance_bytes
from glowcore.vcode import DEF_FIXED, DEF_REG, USE_FIXED, USE_REG, VCode

NONE = 0xFFFF  # no register yet; no definition in the code (a parameter)

CTX_REG = isa.S0  # the hidden argument of internal functions; preserved by callees, so calls need no move for it

EFFECTS = (
    qir.STORE, qir.CALL, qir.BURN, qir.STORE8, qir.STORE16, qir.STORE32, qir.JUMP, qir.BRANCH, qir.RET,
)  # fmt: skip
_NO_RESULT = tuple(op for op in EFFECTS if op not in (qir.CALL, qir.BURN))
_SKIP = {qir.LOAD: 1, qir.LOAD_RO: 1, qir.STORE: 1, qir.CALL: 1, qir.JUMP: 1}  # operands that are not values


def fits12(value):
    """Whether a value fits the immediate of addi, lw..."""
    return -2048 <= value <= 2047


def one_instruction(value):
    """Whether a constant takes one instruction: addi or lui."""
    return fits12(value) or value & 0xFFF == 0


class Context:
    """The function being lowered, and its VCode so far."""

    def __init__(self, function, signatures, handlers):
        self.function = function
        self.handlers = handlers
        self.code = function.code
        self.signatures = signatures
        self.num_values = function.num_values
        self.vcode = VCode(len(self.code))
        self.vreg = array("H", b"\xff\xff" * self.num_values)
        self.def_at = array("H", b"\xff\xff" * self.num_values)
        self.uses = bytearray(self.num_values)  # number of uses, 255 means many
        self.folds = bytearray(self.num_values)  # of these, uses that can do without a register
        self.fuel = {}  # result of burn -> register with what is left
        self.local = {}  # what has been made in this block: value, ("ctx", page), ... -> register
        self.constants = {}  # constants made in this block -> register
        self.hoisted = {}  # made before the loop we are in
        self.coming = {}  # made for a loop further on; blocks before it need not come by where they are made
        self.loop_start = self.loop_end = 0
        self.entries = bytearray(function.num_blocks)  # ways into a block, back edges aside; 255 means many
        self.block = 0
        self.block_end = 0  # place after the block's last instruction
        self.params = ()
        self.ctx = 0
        self.outgoing = 0  # bytes of the area for arguments and results that do not fit the registers
        self.vcode.arms = array("i")
        self.vcode.lines = array("H")  # pairs: instruction, source line from there on
        self.next_line = 0  # place in the function's lines

    def nbytes(self):
        """Bytes that it occupies, the function and its VCode aside."""
        return instance_bytes(self, ("code", "handlers", "signatures"))

    # -- what is known before lowering

    def results(self, at):
        """How many values the instruction at `at` defines."""
        op = self.code[at] & 255
        if op == qir.CALL:
            return self.signatures[self.code[at + 1]].num_results
        return 0 if op in _NO_RESULT else 1

    def block_range(self, block):
        """(place of the first instruction, place after the last, first value) of a block."""
        blocks = self.function.blocks
        row = block * qir.BLOCK_FIELDS
        following = row + qir.BLOCK_FIELDS
        end = blocks[following] if following < len(blocks) else len(self.code)
        return blocks[row], end, blocks[row + 1]

    def operands(self, at):
        """(first, one past the last) place of the operands that are values or constants."""
        op = self.code[at] & 255
        if op == qir.BRANCH:
            return at + 1, at + 2
        return at + 1 + _SKIP.get(op, 0), at + 1 + (self.code[at] >> 8)

    def deferred(self, value):
        """Whether no user needs the value in a register."""
        return self.uses[value] == self.folds[value] and self.uses[value] < 255

    # -- blocks

    def begin_block(self, block):
        """Forget what belonged to the block before, define the parameters; returns the block's range."""
        at, self.block_end, value = self.block_range(block)
        self.block = block
        self.local = {}
        self.constants = {}
        if block == self.loop_start:
            self.hoisted, self.coming = self.coming, {}
        elif block >= self.loop_end:
            self.hoisted = {}
        self.params = array("H")
        for _ in range(self.function.blocks[block * qir.BLOCK_FIELDS + 2]):
            self.vreg[value] = self.vcode.new_vreg()
            self.params.append(self.vreg[value])
            value += 1
        return at, self.block_end, value

    def end_block(self, successors, args):
        """Close the block over the instructions made for it."""
        row = self.block * qir.BLOCK_FIELDS
        blocks = self.function.blocks
        self.vcode.end_block(self.params, successors, args, blocks[row + 3], blocks[row + 4])

    def starts_loop(self, header):
        """Whether a block is the header of an outermost loop with one way in, and not the current one's."""
        row = header * qir.BLOCK_FIELDS
        blocks = self.function.blocks
        return header > self.block and blocks[row + 4] and blocks[row + 3] == 1 and self.entries[header] == 1

    def note_line(self, at):
        """Note the source line of the instruction at `at`."""
        lines = self.function.lines
        while self.next_line < len(lines) and lines[self.next_line] <= at:
            self.vcode.lines.append(self.vcode.num_insts)
            self.vcode.lines.append(lines[self.next_line + 1])
            self.next_line += 2

    # -- operands

    def const(self, operand):
        """The constant that an operand is, or None."""
        return self.function.consts[operand - self.num_values] if operand >= self.num_values else None

    def left_out(self, operand):
        """The place of the instruction that defines an operand, if it has been left out so far; else NONE."""
        if operand >= self.num_values or self.vreg[operand] != NONE or operand in self.local:
            return NONE
        return self.def_at[operand]

    def reg(self, operand):
        """A register that holds an operand; x0 for the constant 0."""
        if operand >= self.num_values:
            return self.constant(self.function.consts[operand - self.num_values])
        reg = self.vreg[operand]
        if reg == NONE:
            reg = self.local.get(operand)
            if reg is None:
                reg = self.local[operand] = self.lower_again(operand)
        return reg

    def vreg_of(self, operand):
        """Like `reg`, but never x0: block arguments, call arguments and results must be virtual registers."""
        reg = self.reg(operand)
        return self.load_constant(0) if reg == 0 else reg

    def lower_again(self, value):
        """Make a value that was left out, for this block."""
        at = self.def_at[value]
        self.handlers[self.code[at] & 255](self, at + 1, value)
        reg = self.vreg[value]
        self.vreg[value] = NONE
        return reg

    def constant(self, value):
        """A register that holds a constant: x0, one made before the loop, or one made in this block."""
        if value == 0:
            return 0
        reg = self.hoisted.get(value)
        if reg is None:
            reg = self.constants.get(value)
            if reg is None:
                reg = self.constants[value] = self.load_constant(value)
        return reg

    # -- making instructions

    def load_constant(self, value):
        """A fresh register with a constant."""
        reg = self.vcode.new_vreg()
        self.vcode.operand(reg, DEF_REG)
        self.vcode.inst(pseudo.LI, value, 0, 1 if one_instruction(value) else 0)
        return reg

    def rrr(self, op, a, b):
        """`op d, a, b`; returns d."""
        vcode = self.vcode
        reg = vcode.new_vreg()
        vcode.operand(reg, DEF_REG)
        vcode.operand(a, USE_REG)
        vcode.operand(b, USE_REG)
        vcode.inst(op)
        return reg

    def rri(self, op, a, imm):
        """`op d, a, imm`, a load too; returns d."""
        vcode = self.vcode
        reg = vcode.new_vreg()
        vcode.operand(reg, DEF_REG)
        vcode.operand(a, USE_REG)
        vcode.inst(op, imm)
        return reg

    def store(self, op, base, value, imm):
        """`op value, imm(base)`."""
        vcode = self.vcode
        vcode.operand(base, USE_REG)
        vcode.operand(value, USE_REG)
        vcode.inst(op, imm)

    def fixed_def(self, register):
        """An operand of the next instruction that defines a fresh register in a physical one; returns it."""
        reg = self.vcode.new_vreg()
        self.vcode.operand(reg, DEF_FIXED, register)
        return reg

    def fixed_use(self, reg, register):
        """An operand of the next instruction that must be in a physical register."""
        self.vcode.operand(reg, USE_FIXED, register)
