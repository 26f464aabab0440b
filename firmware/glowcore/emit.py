"""Emission: allocated VCode becomes RV32IMC code.

Input: VCode, the allocator's Output, the Frame, and where the functions before this one begin. Output: halfwords
appended to the code of the program, and the places where addresses of read-only data are to be filled in.

Two steps. Instructions are encoded block by block, in their shortest forms, leaving out the branches, jumps and calls,
whose size depends on their distance (`_Body`). These then grow from 2 bytes to 4 and, for a branch out of reach, to an
inverse branch over a jump, until all fit (`emit_branches`), and everything is put together. A block that only jumps
is never emitted: whoever goes there goes on to its successor.
"""

from array import array

from glowcore import encode, isa, pseudo
from glowcore.emit_align import before_head
from glowcore.emit_branches import Branches
from glowcore.memory import instance_bytes
from glowcore.vcode import DEF, LOAD, MOVE, NOWHERE, STORE, make_room


def load_constant(out, rd, value):
    """rd := value, by addi, lui or both."""
    if -2048 <= value <= 2047:
        encode.emit(out, isa.ADDI, rd, 0, 0, value)
        return
    low = (value & 0xFFF) - ((value & 0x800) << 1)
    encode.emit(out, isa.LUI, rd, 0, 0, (value >> 12) + (low < 0) & 0xFFFFF)
    if low:
        encode.emit(out, isa.ADDI, rd, rd, 0, low)


def move(out, rd, rs):
    """rd := rs, nothing if they are the same."""
    if rd != rs:
        if rs:
            encode.emit(out, isa.ADD, rd, 0, rs, 0)
        else:
            encode.emit(out, isa.ADDI, rd, 0, 0, 0)


class Emitter:
    """Emits one function."""

    def __init__(self, vcode, output, frame):
        self.vcode = vcode
        self.output = output
        self.frame = frame
        self.out = array("H")  # everything but branches, jumps and calls
        make_room(((self.out, 7 * (vcode.num_insts + len(output.edit_kind)) // 2),))
        self.branches = Branches(vcode.num_blocks)
        self.addresses = array("H")  # places in `out` where an address is to be filled in
        self.loads = array("i")  # pairs: the register that gets it, the offset in the read-only data
        self.lines = array("H")  # places in `out` where the source line changes
        self.source_lines = vcode.lines  # pairs of which the second is the line
        self.target = self._thread()

    def nbytes(self):
        """Bytes that it occupies."""
        return instance_bytes(self) + instance_bytes(self.branches) + instance_bytes(self.frame)

    def drop(self):
        """Give back the inputs, and what only `run` needs."""
        self.vcode = self.output = self.frame = self.target = None

    def run(self):
        """Encode the blocks in order."""
        blocks = [block for block in range(self.vcode.num_blocks) if self.target[block] == block]
        for index, block in enumerate(blocks):
            following = blocks[index + 1] if index + 1 < len(blocks) else -1
            growing = before_head(self, blocks[index - 1]) if self.vcode.loop_end[block] else -1
            start = len(self.out)
            self.branches.begin_block(block, start)
            if block == 0:
                self._prologue()
            self._block(block, following)
            if growing >= 0 and start < len(self.out) and self.out[start] & 3 == 3:
                self.branches.align(block, growing)

    def _thread(self):
        """Where one gets by going to a block: blocks that only jump, without a move, lead on."""
        vcode = self.vcode
        count = vcode.num_blocks
        target = array("H", range(count))
        back = []
        for block in range(count - 1, 0, -1):
            first = vcode.block_start[block]
            if vcode.ops[first] == pseudo.JUMP and not self._has_edits(first):
                following = vcode.succs[vcode.succ_start[block]]
                if following > block:
                    target[block] = target[following]
                else:
                    back.append(block)
        for block in back:
            target[block] = target[vcode.succs[vcode.succ_start[block]]]
        for block in range(count):
            target[block] = target[target[block]]
        return target

    def first_edit(self, inst):
        """Index of the first edit at or after an instruction."""
        places = self.output.edit_inst
        low = 0
        high = len(places)
        while low < high:
            middle = (low + high) // 2
            if places[middle] < inst:
                low = middle + 1
            else:
                high = middle
        return low

    def _has_edits(self, inst):
        edit = self.first_edit(inst)
        return edit < len(self.output.edit_inst) and self.output.edit_inst[edit] == inst

    def _block(self, block, following):
        vcode = self.vcode
        output = self.output
        first = vcode.block_start[block]
        edit = self.first_edit(first)
        count = len(output.edit_inst)
        for inst in range(first, vcode.block_start[block + 1]):
            while edit < count and output.edit_inst[edit] == inst and not output.edit_after[edit]:
                self.edit(edit)
                edit += 1
            while 2 * len(self.lines) < len(vcode.lines) and vcode.lines[2 * len(self.lines)] <= inst:
                self.lines.append(len(self.out))
            self._inst(inst, block, following)
            while edit < count and output.edit_inst[edit] == inst:
                self.edit(edit)
                edit += 1

    def edit(self, edit):
        kind = self.output.edit_kind[edit]
        a = self.output.edit_a[edit]
        b = self.output.edit_b[edit]
        if kind == MOVE:
            move(self.out, a, b)
        elif kind == LOAD:
            self._load_word(a, self.frame.slot_offset[b])
        elif kind == STORE:
            self._store_word(b, self.frame.slot_offset[a])
        else:
            load_constant(self.out, a, self.vcode.imms[b])

    def _regs(self, inst):
        """The registers of an instruction's operands."""
        start = self.vcode.operand_start
        return self.output.allocs[start[inst] : start[inst + 1]]

    def _inst(self, inst, block, following):
        op = self.vcode.ops[inst]
        regs = self._regs(inst)
        if op < pseudo.FIRST:
            if pseudo.is_branch(op):
                self._branch(op, regs[0], regs[1], block, following)
            elif self.vcode.operand_flags[self.vcode.operand_start[inst]] & DEF:
                encode.emit(self.out, op, regs[0], regs[1], regs[2] if len(regs) > 2 else 0, self.vcode.imms[inst])
            else:
                encode.emit(self.out, op, 0, regs[0], regs[1], self.vcode.imms[inst])
        elif op == pseudo.JUMP:
            target = self.target[self.vcode.succs[self.vcode.succ_start[block]]]
            if target != following:
                self.branches.add(len(self.out), isa.JAL, 0, 0, target)
        elif op != pseudo.ARGS:
            self._pseudo(op, inst, regs)

    def _pseudo(self, op, inst, regs):
        imm = self.vcode.imms[inst]
        if op == pseudo.LI:
            if regs[0] != NOWHERE:
                load_constant(self.out, regs[0], imm)
        elif op == pseudo.LA:
            self.addresses.append(len(self.out))
            self.loads.append(regs[0])
            self.loads.append(imm)
            encode.emit(self.out, isa.AUIPC, regs[0], 0, 0, 0)
            encode.emit(self.out, isa.ADDI, regs[0], regs[0], 0, 0, True)
        elif op == pseudo.SELECT:
            self._select(inst, regs, imm)
        elif op == pseudo.CLAMP:
            self._clamp(regs[0], regs[2])
        elif op == pseudo.CALL:
            self.branches.add(len(self.out), pseudo.CALL, 0, 0, self.vcode.aux[inst])
        elif op == pseudo.LW_ARG:
            self._load_word(regs[0], self.frame.size + imm)
        elif op == pseudo.SW_ARG:
            self._store_word(regs[0], self.frame.size + imm)
        else:
            self._epilogue()

    def _branch(self, op, a, b, block, following):
        at = self.vcode.succ_start[block]
        taken = self.target[self.vcode.succs[at]]
        otherwise = self.target[self.vcode.succs[at + 1]]
        if taken == following:
            op = pseudo.inverse(op)
            taken, otherwise = otherwise, taken
        self.branches.add(len(self.out), op, a, b, taken)
        if otherwise != following:
            self.branches.add(len(self.out), isa.JAL, 0, 0, otherwise)

    def _select(self, inst, regs, imm):
        """A branch over the instructions of the arms."""
        arms = self.vcode.arms
        count = self.vcode.aux[inst] >> 8
        body = array("H")
        at = 2
        for index in range(count):
            op = arms[imm + 2 * index]
            uses = op >> 8
            x = regs[at + 1] if uses else 0
            y = regs[at + 2] if uses > 1 else 0
            encode.emit(body, op & 255, regs[len(regs) - count + index], x, y, arms[imm + 2 * index + 1])
            at += 1 + uses
        branch = pseudo.inverse(self.vcode.aux[inst] & 255)
        a, b = (regs[1], regs[0]) if branch <= isa.BNE and regs[0] == 0 else (regs[0], regs[1])
        distance = 2 * len(body)
        distance += encode.size(branch, 0, a, b, 2 + distance)
        encode.emit(self.out, branch, 0, a, b, distance)
        self.out.extend(body)

    def _clamp(self, limit, reg):
        """Unless reg is in 0..limit already: its sign says which end it gets."""
        end = array("H")
        encode.emit(end, isa.SRAI, reg, reg, 0, 31)
        encode.emit(end, isa.XORI, reg, reg, 0, -1)
        encode.emit(end, isa.AND, reg, reg, limit, 0)
        encode.emit(self.out, isa.BGEU, 0, limit, reg, 4 + 2 * len(end))
        self.out.extend(end)

    # -- the frame

    def _load_word(self, rd, offset):
        if offset > 2047:
            load_constant(self.out, rd, offset)
            encode.emit(self.out, isa.ADD, rd, rd, isa.SP, 0)
            encode.emit(self.out, isa.LW, rd, rd, 0, 0)
        else:
            encode.emit(self.out, isa.LW, rd, isa.SP, 0, offset)

    def _store_word(self, rs, offset):
        if offset > 2047:  # borrow a register
            other = isa.T0 if rs != isa.T0 else isa.T1
            spare = self.vcode.outgoing
            encode.emit(self.out, isa.SW, 0, isa.SP, other, spare)
            load_constant(self.out, other, offset)
            encode.emit(self.out, isa.ADD, other, other, isa.SP, 0)
            encode.emit(self.out, isa.SW, 0, other, rs, 0)
            encode.emit(self.out, isa.LW, other, isa.SP, 0, spare)
        else:
            encode.emit(self.out, isa.SW, 0, isa.SP, rs, offset)

    def _adjust(self, amount):
        if -2048 <= amount <= 2047:
            encode.emit(self.out, isa.ADDI, isa.SP, isa.SP, 0, amount)
        else:
            load_constant(self.out, isa.T0, amount)
            encode.emit(self.out, isa.ADD, isa.SP, isa.SP, isa.T0, 0)

    def _prologue(self):
        if self.frame.size:
            self._adjust(-self.frame.size)
        for index, reg in enumerate(self.frame.saved):
            self._store_word(reg, self.frame.save_offset + 4 * index)

    def _epilogue(self):
        for index, reg in enumerate(self.frame.saved):
            self._load_word(reg, self.frame.save_offset + 4 * index)
        if self.frame.size:
            self._adjust(self.frame.size)
        encode.emit(self.out, isa.JALR, 0, isa.RA, 0, 0)
