"""VCode: machine instructions over virtual registers, the input of every register allocator.

ISA-neutral. One `Reg` type for both kinds of register: indices below `FIRST_VREG` are physical registers (x0 to x31,
pinned), virtual ones follow in the order of their definition. An instruction is an opcode, an immediate, a small
auxiliary number and a run of operands; a block is a run of instructions ending in exactly one terminator.

Invariants (checked by `allocators.validate` on the host):
  1. SSA: every vreg is defined once, by an operand or as a block parameter, and its definition dominates its uses.
  2. Block 0 is the entry, has no parameters and no predecessors; its first instruction is the `Args` pseudo
     instruction, which defines the entry parameters in fixed registers.
  3. Only a block with a single successor passes arguments (its terminator has no operands of its own), and a block
     with several predecessors has only such predecessors: critical edges are split.
  4. Blocks are numbered in reverse post-order, so a definition has a lower number than its uses except across a back
     edge; the blocks of a loop are contiguous.

State is in flat arrays with 16-bit indices, because this runs on the board: per instruction 1 (op) + 4 (imm) + 2 (aux)
+ 2 (operand start) bytes, per operand 2 + 1 + 1.
"""

from array import array

FIRST_VREG = 32
LIMIT = 65535

# operand flags
DEF = 1  # otherwise a use
LATE = 2  # position: read or written after the early ones; a use is early and a def late unless said otherwise
REG = 0 << 2  # constraint: any register
FIXED = 1 << 2  # the register in `operand_arg`
REUSE = 2 << 2  # a def: the same register as the operand with index `operand_arg` of this instruction
ANY = 3 << 2  # a register or a spill slot
CONSTRAINT = 3 << 2

USE_REG = REG
DEF_REG = DEF | LATE | REG
USE_FIXED = FIXED
DEF_FIXED = DEF | LATE | FIXED
DEF_REUSE = DEF | LATE | REUSE

# edit kinds
MOVE = 0  # register `a` := register `b`
LOAD = 1  # register `a` := slot `b`
STORE = 2  # slot `b` := register `a`
REMAT = 3  # register `a` := the constant that instruction `b` defines

NOWHERE = 255  # the allocation of a result that need not be made, see Output


def make_room(arrays):
    """Let arrays have bytes to grow into, given pairs of an empty array and a count. CPython need not be told."""
    zeros = memoryview(bytes(max([count for _, count in arrays])))
    for values, count in arrays:
        values.extend(zeros[:count])
        values[0:] = values[:0]


class VCodeError(Exception):
    """The function is too large for 16-bit indices, or breaks an invariant; the text names which."""


class MachineEnv:
    """The registers an allocator may use, as tuples in order of preference.

    `preferred` and `non_preferred` are caller-saved; `callee_saved` cost a save and a restore on first use.
    """

    def __init__(self, preferred, non_preferred, callee_saved):
        self.preferred = preferred
        self.non_preferred = non_preferred
        self.callee_saved = callee_saved


class VCode:
    """One function. Built with `inst`, `use`/`define` and `end_block`; read by index."""

    def __init__(self, halfwords=0):
        """`halfwords` of QIR say how much room is made for instructions and operands."""
        self.ops = bytearray()
        self.imms = array("i")
        self.aux = array("H")
        self.operand_start = array("H")  # instruction i has operands [start[i], start[i+1])
        self.operand_reg = array("H")
        self.operand_flags = bytearray()
        self.operand_arg = bytearray()  # fixed register, or index of the reused operand
        self.clobbers = {}  # instruction -> mask of physical registers it destroys, its defs excluded
        self.remat = bytearray()  # per instruction: 1 if it only puts a constant in a register (see REMAT)
        self.block_start = array("H", [0])  # block b has instructions [start[b], start[b+1])
        self.succ_start = array("H", [0])
        self.succs = array("H")
        self.pred_start = array("H")  # filled by `finish`
        self.preds = array("H")
        self.param_start = array("H", [0])
        self.params = array("H")  # vregs
        self.arg_start = array("H", [0])  # per block: the arguments for its single successor
        self.args = array("H")  # vregs
        self.loop_depth = bytearray()  # per block
        self.loop_end = array("H")  # per block: for a loop header, one past the loop's last block; else 0
        self.num_vregs = FIRST_VREG
        self._reserve(halfwords)

    def _reserve(self, halfwords):
        """Make room for the code of so many halfwords of QIR, usually a little more than it takes.

        An array that grows item by item is moved about on MicroPython's heap and leaves holes behind.
        """
        self.room_insts = halfwords * 3 // 8 + 16 if halfwords else 0
        self.room_operands = halfwords * 13 // 16 + 16 if halfwords else 0
        insts, operands = self.room_insts, self.room_operands
        make_room(((self.imms, 4 * insts), (self.operand_reg, 2 * operands), (self.aux, 2 * insts)))
        make_room(((self.operand_start, 2 * insts), (self.ops, insts), (self.remat, insts)))
        make_room(((self.operand_flags, operands), (self.operand_arg, operands)))
        self.operand_start.append(0)

    def spare_bytes(self):
        """Bytes of room that was made and is not taken."""
        spare = 10 * max(0, self.room_insts - len(self.ops))
        return spare + 4 * max(0, self.room_operands - len(self.operand_reg))

    def new_vreg(self):
        """A fresh virtual register."""
        vreg = self.num_vregs
        if vreg >= LIMIT:
            raise VCodeError("more than %d virtual registers in one function" % LIMIT)
        self.num_vregs = vreg + 1
        return vreg

    def operand(self, reg, flags, arg=0):
        """Add an operand to the instruction that the next `inst` call closes."""
        self.operand_reg.append(reg)
        self.operand_flags.append(flags)
        self.operand_arg.append(arg)

    def inst(self, op, imm=0, aux=0, remat=0):
        """Close an instruction over the operands added since the last one; returns its index."""
        index = len(self.ops)
        if index >= LIMIT or len(self.operand_reg) > LIMIT:
            raise VCodeError("more than %d instructions or operands in one function" % LIMIT)
        self.ops.append(op)
        self.imms.append(imm)
        self.aux.append(aux)
        self.remat.append(remat)
        self.operand_start.append(len(self.operand_reg))
        return index

    def end_block(self, params, successors, args, loop_depth=0, loop_end=0):
        """Close a block over the instructions since the last one. `args` go to the single successor."""
        self.params.extend(array("H", params))
        self.param_start.append(len(self.params))
        self.succs.extend(array("H", successors))
        self.succ_start.append(len(self.succs))
        self.args.extend(array("H", args))
        self.arg_start.append(len(self.args))
        self.loop_depth.append(loop_depth)
        self.loop_end.append(loop_end)
        self.block_start.append(len(self.ops))

    @property
    def num_insts(self):
        return len(self.ops)

    @property
    def num_blocks(self):
        return len(self.block_start) - 1

    def finish(self):
        """Fill the predecessor lists. Call once, after the last block."""
        count = self.num_blocks
        starts = array("H", bytes(2 * (count + 1)))
        for block in self.succs:
            starts[block + 1] += 1
        for block in range(count):
            starts[block + 1] += starts[block]
        fill = array("H", starts)
        preds = array("H", bytes(2 * len(self.succs)))
        for block in range(count):
            for index in range(self.succ_start[block], self.succ_start[block + 1]):
                target = self.succs[index]
                preds[fill[target]] = block
                fill[target] += 1
        self.pred_start = starts
        self.preds = preds
        return self


class Output:
    """What an allocator returns.

    `allocs` has one entry per operand: a register below 32, or 32 + slot for an ANY operand in a spill slot, or, for
    the result of a rematerialisable instruction, NOWHERE: every use makes the constant again, so the instruction is
    not emitted. The edits are sorted: edit k happens before (`edit_after[k] == 0`) or after instruction `edit_inst[k]`,
    in order; its kind and operands a, b are as listed at MOVE, LOAD, STORE, REMAT. Before a block's first instruction,
    edits are those of its head; edits for the edge out of a jump come before the jump. `peak_bytes` is the most that
    the allocator's own structures took, the output excepted.
    """

    def __init__(self, num_operands, num_edits=0):
        self.allocs = bytearray(num_operands)
        self.edit_inst = array("H")
        self.edit_after = bytearray()
        self.edit_kind = bytearray()
        self.edit_a = array("H")
        self.edit_b = array("H")
        halves = ((self.edit_inst, 2 * num_edits), (self.edit_a, 2 * num_edits), (self.edit_b, 2 * num_edits))
        make_room(halves + ((self.edit_after, num_edits), (self.edit_kind, num_edits)))
        self.num_slots = 0
        self.peak_bytes = 0

    def edit(self, inst, after, kind, a, b):
        """Append one edit; the caller keeps the order."""
        self.edit_inst.append(inst)
        self.edit_after.append(after)
        self.edit_kind.append(kind)
        self.edit_a.append(a)
        self.edit_b.append(b)
