"""Emission: branches, jumps and calls, which take as many bytes as their distance needs.

All begin with 2 bytes and only ever grow, so the sizes settle; with the short forms for whatever is near, the result is
the smallest that this order of the blocks allows.
"""

from array import array

from glowcore import encode, isa, pseudo

LIMIT = 0xFFFF
PAD = 255  # the opcode of an instruction that is short or long as alignment wants it, see `emit_align`


class EmitError(Exception):
    """The function, or the program, is too large for a jump or for 16-bit indices."""


class Branches:
    """The branches of one function, in order, and where its blocks begin."""

    def __init__(self, num_blocks):
        self.place = array("H")  # halfwords of other code before it
        self.op = bytearray()  # a conditional branch, JAL for a jump, CALL, PAD
        self.rs1 = bytearray()
        self.rs2 = bytearray()
        self.target = array("H")  # block, or function; of a PAD its place in `forms`
        self.size = bytearray()
        self.block_place = array("H", bytes(2 * num_blocks))
        self.block_first = array("H", bytes(2 * num_blocks))  # its first branch
        self.forms = array("H")  # of each PAD, one halfword and the two of the long form
        self.heads = array("H")  # pairs: a block to be aligned, the branch before it that may grow

    def begin_block(self, block, place):
        """The block begins here."""
        self.block_place[block] = place
        self.block_first[block] = len(self.op)

    def add(self, place, op, rs1, rs2, target):
        """Add a branch behind `place` halfwords of other code."""
        if place > LIMIT:
            raise EmitError("the code of one function exceeds %d halfwords" % LIMIT)
        if op == isa.BEQ or op == isa.BNE:
            if rs1 == 0:  # the short form wants x0 on the right
                rs1, rs2 = rs2, rs1
        self.place.append(place)
        self.op.append(op)
        self.rs1.append(rs1)
        self.rs2.append(rs2)
        self.target.append(target)
        self.size.append(2)

    def pad(self, place, short, long):
        """Add an instruction in its two forms, to be used as `align` finds best."""
        self.add(place, PAD, 0, 0, len(self.forms))
        self.forms.append(short)
        self.forms.extend(long)

    def align(self, block, branch):
        """The block wants to begin at a multiple of four; the branch before it may grow for that."""
        self.heads.append(block)
        self.heads.append(branch)

    def settle(self, start, functions):
        """Choose the sizes; `start` is the function's own offset, `functions` those of the functions before it."""
        grown = True
        while grown:
            grown = False
            before = self._bytes_before()
            for index in range(len(self.op)):
                needed = self._needed(index, self._distance(index, before, start, functions))
                if needed > self.size[index]:
                    self.size[index] = needed
                    grown = True
            if not grown:
                grown = self._grow_for_heads()

    def _grow_for_heads(self):
        """Let one short branch before a misaligned head grow; functions begin at multiples of four."""
        before = self._bytes_before()
        for at in range(0, len(self.heads), 2):
            block, branch = self.heads[at], self.heads[at + 1]
            offset = 2 * self.block_place[block] + before[self.block_first[block]]
            if offset & 2 and self.size[branch] == 2:
                self.size[branch] = 4
                return True
        return False

    def _bytes_before(self):
        """How many bytes of branches precede each branch, and all of them."""
        before = array("i", [0])
        for size in self.size:
            before.append(before[-1] + size)
        return before

    def _distance(self, index, before, start, functions):
        if self.op[index] == PAD:
            return 0
        here = 2 * self.place[index] + before[index]
        target = self.target[index]
        if self.op[index] == pseudo.CALL:
            return functions[target] - start - here
        return 2 * self.block_place[target] + before[self.block_first[target]] - here

    def _needed(self, index, distance):
        op = self.op[index]
        if op == PAD:
            return 2
        if op == isa.JAL or op == pseudo.CALL:
            if -2048 <= distance <= 2046:
                return 2
            if -0x100000 <= distance < 0x100000:
                return 4
            raise EmitError("a jump of %d bytes: the program exceeds the reach of 1 MB" % distance)
        if -4096 <= distance <= 4094:
            return encode.size(op, 0, self.rs1[index], self.rs2[index], distance)
        return 4 + encode.size(pseudo.inverse(op), 0, self.rs1[index], self.rs2[index], 8)

    def starts(self):
        """The offset of each block from the function's start, in bytes; sizes settled."""
        before = self._bytes_before()
        count = len(self.block_place)
        return array("i", [2 * self.block_place[block] + before[self.block_first[block]] for block in range(count)])

    def join(self, body, out, functions):
        """Append the function to `out`: the code in `body` with the branches in their places, sizes settled."""
        start = 2 * len(out)
        before = self._bytes_before()
        done = 0
        for index in range(len(self.op)):
            out.extend(body[done : self.place[index]])
            done = self.place[index]
            self._emit(index, self._distance(index, before, start, functions), out)
        out.extend(body[done:])

    def _emit(self, index, distance, out):
        op = self.op[index]
        size = self.size[index]
        if op == PAD:
            form = self.target[index]
            out.extend(self.forms[form + 1 : form + 3] if size == 4 else self.forms[form : form + 1])
        elif op == isa.JAL or op == pseudo.CALL:
            encode.emit(out, isa.JAL, isa.RA if op == pseudo.CALL else 0, 0, 0, distance, size == 4)
        elif size <= 4:
            encode.emit(out, op, 0, self.rs1[index], self.rs2[index], distance, size == 4)
        else:
            encode.emit(out, pseudo.inverse(op), 0, self.rs1[index], self.rs2[index], size, size == 8)
            encode.emit(out, isa.JAL, 0, 0, 0, distance - size + 4, True)

    def offsets(self, places):
        """The offsets in bytes, from the function's start, of places in the other code, given in ascending order."""
        found = array("i")
        index = 0
        total = 0
        for place in places:
            while index < len(self.op) and self.place[index] <= place:
                total += self.size[index]
                index += 1
            found.append(2 * place + total)
        return found
