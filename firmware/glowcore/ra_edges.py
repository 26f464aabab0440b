"""Block borders in single-pass allocation: where values are at the end of a block, and the moves on its edges.

The scan is backwards, so a block's successors are done before it, except along a back edge. Of a finished block the
entry map is kept, colour -> vreg, until its last predecessor is done; values that it does not list are in memory. The
end of a predecessor adopts the map, so an edge costs a move only where an argument is not already in its parameter's
register, or where the maps of two successors disagree. What differs is a parallel move: before the jump of a block
with one successor, else at the head of the successor, which then has one predecessor.

Along a back edge the map is not known yet; `ra_loops` has chosen one instead.

Memory: 2 bytes a colour for each block with a pending predecessor, 1 byte a parameter and a block argument.
"""

from array import array

from glowcore.memory import array_bytes, instance_bytes, list_bytes
from glowcore.moves import CONST, SLOT, resolve
from glowcore.ra_state import INDEX, NO_SLOT, NONE
from glowcore.vcode import FIRST_VREG, STORE, VCodeError

FAR = 200  # instructions: more than a value is kept in a register for, at a branch where it is in one on one side only
IN_SLOT = 254  # a parameter or argument that is in its slot (an argument may also be a constant)


class Edges:
    """The entry maps of the blocks below the scan point, and the places of their parameters and arguments."""

    def __init__(self, state):
        vcode = state.vcode
        self.state = state
        self.maps = [None] * vcode.num_blocks
        self.siblings = []  # (block, entry map of a successor of its) with other successors still above the scan point
        self.param_home = bytearray(b"\xff" * len(vcode.params))  # colour, IN_SLOT, or NONE: nobody reads it
        self.latch_heads = {}  # block that only jumps back -> the moves at its head, to be done with those of its jump
        self.arg_home = bytearray(b"\xff" * len(vcode.args))  # the same, along back edges
        self.weight = array("H", bytes(2 * vcode.num_vregs if max(vcode.loop_depth) else 0))  # see `ra_loops`
        self.pending = 0  # maps that are kept
        self.most = 0  # at any one time

    def nbytes(self):
        """Bytes that it occupies at most."""
        held = instance_bytes(self, ("maps", "siblings")) + list_bytes(len(self.maps))
        return held + self.most * array_bytes(len(self.state.phys), 2)

    def keep(self, block, entry):
        """Keep the entry map of a block until its last predecessor is done; replaces one chosen for a loop."""
        self.pending += self.maps[block] is None
        self.most = max(self.most, self.pending)
        self.maps[block] = entry

    def forget(self, block):
        """Give back the entry map of a block."""
        self.pending -= self.maps[block] is not None
        self.maps[block] = None

    # -- the end of a block ------------------------------------------------------------------------------------------

    def enter(self, block):
        """Set the homes at the end of `block`, and add the moves on its outgoing edges."""
        state, vcode = self.state, self.state.vcode
        state.clear()
        while self.siblings and self.siblings[-1][0] >= block:
            self.siblings.pop()
        self.look_aside()
        first, last = vcode.succ_start[block], vcode.succ_start[block + 1]
        if last - first == 1:
            self.enter_jump(block, vcode.succs[first])
        elif last > first:
            self.enter_branch(block, [vcode.succs[index] for index in range(first, last)])

    def enter_jump(self, block, succ):
        """The end of a block with one successor: adopt its map, with the arguments in place of the parameters."""
        state, vcode = self.state, self.state.vcode
        entry = self.maps[succ]
        if entry is None:
            raise VCodeError("block %d jumps back to block %d, which is not the head of a loop" % (block, succ))
        start = vcode.block_start[succ]
        for colour in range(len(entry)):
            vreg = entry[colour]
            if vreg and state.def_inst[vreg] < start:
                state.assign(vreg, colour)
        first, last = vcode.arg_start[block], vcode.arg_start[block + 1]
        param = vcode.param_start[succ]
        back = succ <= block
        self.place_args(first, last, param, start if back else NO_SLOT)
        if back:
            for index in range(first, last):
                home = state.home[vcode.args[index]]
                self.arg_home[index] = IN_SLOT if home == NONE else home
        elif last > first:
            pairs = self.param_moves(first, last, param, None)
            state.emit_moves(vcode.block_start[block + 1] - 1, 0, pairs, state.free)

    def place_args(self, first, last, param, loop_start):
        """Give each argument without a register that of its parameter, or another free one, or a slot.

        An argument that is itself a parameter of the loop headed at `loop_start` rather keeps its own register.
        """
        state, vcode = self.state, self.state.vcode
        own = list(vcode.params[param : param + last - first]) if loop_start != NO_SLOT else ()
        for index in range(first, last):
            vreg = vcode.args[index]
            if vreg in own and state.home[vreg] == NONE and state.def_inst[vreg] == loop_start:
                if state.free >> state.hint[vreg] & 1:
                    state.assign(vreg, state.hint[vreg])
        homeless = []
        for index in range(first, last):
            vreg = vcode.args[index]
            target = self.param_home[param + index - first]
            if target != NONE and state.home[vreg] == NONE and not state.constant[vreg]:
                if target != IN_SLOT and state.free >> target & 1:
                    state.assign(vreg, target)
                else:
                    homeless.append(vreg)
        for vreg in homeless:
            if state.home[vreg] == NONE:
                if state.free:
                    state.assign(vreg, INDEX[state.free & -state.free])
                else:
                    state.ensure_slot(vreg)

    def enter_branch(self, block, succs):
        """The end of a block with several successors, each of which has no other predecessor and no parameters.

        The map of the most deeply nested successor is adopted, then of the others what fits; a value that does not is
        moved or loaded at the head of its successor. The terminator's own operands must find room too.
        """
        state, vcode = self.state, self.state.vcode
        depth = vcode.loop_depth
        order = sorted(succs, key=lambda succ: (-depth[succ], -self.claims(succ, succs), succ))
        if state.choose:
            state.choose.shuffle(order)
        for succ in order:
            entry = self.maps[succ]
            leaves = depth[succ] < depth[block]
            later = []
            for colour in range(len(entry)):
                vreg = entry[colour]
                if not vreg or state.home[vreg] != NONE or self.may_stay_out(vreg, block, leaves):
                    continue
                if state.free >> colour & 1:
                    state.assign(vreg, colour)
                elif not state.constant[vreg]:
                    later.append(vreg)
            for vreg in later:
                if state.free:
                    state.assign(vreg, state.pick(vreg, vcode.block_start[block + 1] - 1, NONE, 0))
        self.make_room(block)
        for succ in succs:
            self.reconcile(succ)
            self.forget(succ)

    def may_stay_out(self, vreg, block, leaves):
        """Whether a value that only one successor has in a register is rather loaded there.

        So if it was not in a register in the loop that this successor leaves; or if nothing above it in the loop will
        use it, and it is in memory at the back edge: a register would only be filled earlier. Or if it has been evicted
        in another successor, or below, and nothing above will use it for long: it would only be evicted again.
        """
        state = self.state
        if leaves and state.def_inst[vreg] < state.loop_start:
            return True
        touched = state.touched[vreg]
        if touched < state.loop_start and vreg not in state.residents:
            return True
        return state.slot[vreg] != NO_SLOT and (
            touched < state.loop_start or state.vcode.block_start[block + 1] - touched > FAR
        )

    def claims(self, succ, succs):
        """How many values only `succ` wants in a register that another successor uses otherwise."""
        count = 0
        for other in succs:
            taken = self.maps[other]
            for colour, vreg in enumerate(self.maps[succ]):
                if vreg and taken[colour] and taken[colour] != vreg:
                    count += not any([held == vreg for held in taken])
        return count

    def make_room(self, block):
        """Leave as many registers free as the terminator has operands without a home."""
        state, vcode = self.state, self.state.vcode
        inst = vcode.block_start[block + 1] - 1
        regs = []
        banned = 0
        for k in range(vcode.operand_start[inst], vcode.operand_start[inst + 1]):
            vreg = vcode.operand_reg[k]
            if vreg >= FIRST_VREG:
                if state.home[vreg] != NONE:
                    banned |= 1 << state.home[vreg]
                elif vreg not in regs:
                    regs.append(vreg)
        while len(state.registers(state.free)) < len(regs):
            state.evict(inst, banned)
        state.restores.clear()

    def reconcile(self, succ):
        """At the head of `succ`, bring what its map wants from where it is at the end of its only predecessor."""
        state = self.state
        entry = self.maps[succ]
        pairs = []
        taken = state.all & ~state.free
        for colour in range(len(entry)):
            vreg = entry[colour]
            if vreg and state.home[vreg] != colour:
                pairs.append((state.phys[colour], self.place(vreg, state.home[vreg])))
        if self.is_empty_latch(succ):
            self.latch_heads[succ] = pairs
        else:
            self.emit_late(state.vcode.block_start[succ], pairs, taken)

    def is_empty_latch(self, block):
        """Whether a block only jumps back: then the moves at its head and those for its jump are done as one."""
        vcode = self.state.vcode
        at = vcode.succ_start[block]
        alone = vcode.block_start[block + 1] - vcode.block_start[block] == 1
        return alone and vcode.succ_start[block + 1] > at and vcode.succs[at] <= block

    # -- the head of a block -----------------------------------------------------------------------------------------

    def settle_params(self, block):
        """The scan point is at the head of `block`: decide in what place its parameters arrive."""
        state, vcode = self.state, self.state.vcode
        first = vcode.block_start[block]
        for index in range(vcode.param_start[block], vcode.param_start[block + 1]):
            vreg = vcode.params[index]
            home, slot = state.home[vreg], state.slot[vreg]
            if slot != NO_SLOT:
                state.released.append(slot)
                if home != NONE:
                    state.emit(first, 0, STORE, slot, state.phys[home])
                else:
                    home = IN_SLOT
            self.param_home[index] = home

    def leave(self, block):
        """Keep the map of the finished `block`, drop one that is now useless."""
        state, vcode = self.state, self.state.vcode
        self.keep(block, array("H", state.occupant))
        state.release_slots()
        self.drop_maps(block)
        at = vcode.pred_start[block]
        if vcode.pred_start[block + 1] - at == 1:
            pred = vcode.preds[at]
            if vcode.succ_start[pred + 1] - vcode.succ_start[pred] > 1:
                self.siblings.append((pred, self.maps[block]))
                self.look_aside()

    def look_aside(self):
        """Tell `State.pick` of the innermost branch of which one arm is done and another is not."""
        state = self.state
        state.sibling = None
        if self.siblings:
            block, state.sibling = self.siblings[-1]
            state.sibling_mask = sum([1 << colour for colour, vreg in enumerate(state.sibling) if vreg])
            state.sibling_start = state.vcode.block_start[block + 1]

    def drop_maps(self, block):
        """Free the map of the successor if this was its last predecessor."""
        vcode = self.state.vcode
        for index in range(vcode.succ_start[block], vcode.succ_start[block + 1]):
            succ = vcode.succs[index]
            if succ > block and min(vcode.preds[vcode.pred_start[succ] : vcode.pred_start[succ + 1]]) >= block:
                self.forget(succ)

    # -- moves -------------------------------------------------------------------------------------------------------

    def place(self, vreg, home):
        """The location of a value whose home is `home`."""
        state = self.state
        if home < IN_SLOT:
            return state.phys[home]
        if state.constant[vreg]:
            return CONST + state.def_inst[vreg]
        return SLOT + state.ensure_slot(vreg)

    def param_moves(self, first, last, param, homes):
        """The moves that bring arguments `first` to `last` into the parameters from index `param` on."""
        state, vcode = self.state, self.state.vcode
        pairs = []
        for index in range(first, last):
            vreg = vcode.args[index]
            target = self.param_home[param + index - first]
            if target == NONE:
                continue
            source = self.place(vreg, homes[index] if homes else state.home[vreg])
            if target == IN_SLOT:
                pairs.append((SLOT + state.slot[vcode.params[param + index - first]], source))
            else:
                pairs.append((state.phys[target], source))
        return pairs

    def emit_late(self, inst, pairs, taken):
        """A parallel move before `inst`, which the scan has passed; comes before all else that is before it."""
        state = self.state
        if pairs:
            edits = resolve(pairs, state.registers(state.all & ~taken), state.phys[0])
            state.passed[inst] = state.passed.get(inst, []) + edits
