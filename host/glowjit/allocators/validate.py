"""Whether a VCode keeps the invariants that every allocator relies on.

`validate(vcode, env)` raises `VCodeError`, naming block, instruction and operand. It checks that

  - the arrays fit together, every operand has a known kind, and fixed and tied operands can be satisfied together;
  - blocks form a reducible flow graph in reverse post-order, critical edges split, loops contiguous, properly nested
    and described by `loop_end` and `loop_depth`;
  - every vreg is defined exactly once and every use, block arguments included, is dominated by the definition.

Cost: linear but for the dominators, which take one pass over the blocks because the order is a reverse post-order.
"""

from __future__ import annotations

from glowcore.vcode import (
    ANY,
    CONSTRAINT,
    DEF,
    FIRST_VREG,
    FIXED,
    LATE,
    REG,
    REUSE,
    MachineEnv,
    VCode,
    VCodeError,
)


def validate(vcode: VCode, env: MachineEnv) -> None:
    """Raise VCodeError if `vcode` breaks an invariant of `glowcore.vcode` or cannot be allocated on `env`."""
    _Validator(vcode, env).run()


def block_of(vcode: VCode, inst: int) -> int:
    """The block that holds an instruction."""
    return next(b for b in range(vcode.num_blocks) if vcode.block_start[b + 1] > inst)


class _Validator:
    def __init__(self, vcode: VCode, env: MachineEnv) -> None:
        self.vcode = vcode
        self.allocatable = frozenset((*env.preferred, *env.non_preferred, *env.callee_saved))
        self.definition: dict[int, tuple[int, int]] = {}  # vreg -> block, instruction (-1: a parameter)

    def run(self) -> None:
        self._shape()
        self._edges()
        self._loops()
        self._operands()
        self._definitions()
        self._uses()

    def _fail(self, where: str, what: str) -> None:
        raise VCodeError(f"{where}: {what}")

    def _at(self, inst: int, k: int | None = None) -> str:
        place = f"block {block_of(self.vcode, inst)}, instruction {inst} (op {self.vcode.ops[inst]})"
        return place if k is None else f"{place}, operand {k - self.vcode.operand_start[inst]}"

    def _succs(self, block: int) -> list[int]:
        return list(self.vcode.succs[self.vcode.succ_start[block] : self.vcode.succ_start[block + 1]])

    def _preds(self, block: int) -> list[int]:
        return list(self.vcode.preds[self.vcode.pred_start[block] : self.vcode.pred_start[block + 1]])

    def _params(self, block: int) -> list[int]:
        return list(self.vcode.params[self.vcode.param_start[block] : self.vcode.param_start[block + 1]])

    def _args(self, block: int) -> list[int]:
        return list(self.vcode.args[self.vcode.arg_start[block] : self.vcode.arg_start[block + 1]])

    # -- shape and flow ----------------------------------------------------------------------------------------------

    def _shape(self) -> None:
        v = self.vcode
        insts, operands, blocks = len(v.ops), len(v.operand_reg), v.num_blocks
        for name, want in (
            ("imms", insts), ("aux", insts), ("remat", insts), ("operand_start", insts + 1),
            ("operand_flags", operands), ("operand_arg", operands),
            ("succ_start", blocks + 1), ("pred_start", blocks + 1), ("param_start", blocks + 1),
            ("arg_start", blocks + 1), ("loop_depth", blocks), ("loop_end", blocks),
        ):  # fmt: skip
            if len(getattr(v, name)) != want:
                self._fail("function", f"{name} has {len(getattr(v, name))} entries instead of {want}")
        if not blocks or v.block_start[blocks] != insts or v.operand_start[insts] != operands:
            self._fail("function", "blocks or operands do not cover all instructions; was it finished?")
        for block in range(blocks):
            if v.block_start[block] >= v.block_start[block + 1]:
                self._fail(f"block {block}", "is empty, it needs a terminator")

    def _edges(self) -> None:
        v = self.vcode
        if self._preds(0) or self._params(0):
            self._fail("block 0", "the entry has predecessors or parameters")
        for block in range(v.num_blocks):
            succs, args = self._succs(block), self._args(block)
            if len(set(succs)) != len(succs):
                self._fail(f"block {block}", "branches twice to the same block")
            for succ in succs:
                if not 0 < succ < v.num_blocks:
                    self._fail(f"block {block}", f"has the successor {succ}, which does not exist or is the entry")
                if self._preds(succ).count(block) != 1:
                    self._fail(f"block {block}", f"is not in the list of predecessors of block {succ}")
                if len(succs) > 1 and len(self._preds(succ)) > 1:
                    self._fail(f"block {block}", f"the edge to block {succ} is critical")
                if len(succs) > 1 and self._params(succ):
                    self._fail(f"block {block}", f"branches to block {succ}, which has parameters")
            if len(args) != (len(self._params(succs[0])) if len(succs) == 1 else 0):
                self._fail(f"block {block}", f"passes {len(args)} arguments, which is not what its successor takes")
            if block and not any(pred < block for pred in self._preds(block)):
                self._fail(f"block {block}", "has no predecessor before it: not in reverse post-order, or unreachable")
            if len(succs) == 1:
                self._plain_jump(v.block_start[block + 1] - 1)
            elif succs:
                self._plain_branch(v.block_start[block + 1] - 1)

    def _plain_jump(self, inst: int) -> None:
        if self.vcode.operand_start[inst] != self.vcode.operand_start[inst + 1] or inst in self.vcode.clobbers:
            self._fail(self._at(inst), "a jump may have neither operands nor clobbers")

    def _plain_branch(self, inst: int) -> None:
        v = self.vcode
        for k in range(v.operand_start[inst], v.operand_start[inst + 1]):
            if v.operand_flags[k] & DEF or v.operand_flags[k] & CONSTRAINT == FIXED:
                self._fail(self._at(inst, k), "a branch may neither define nor fix registers")
        if inst in v.clobbers:
            self._fail(self._at(inst), "a branch may not clobber registers")

    def _loops(self) -> None:
        v = self.vcode
        around: list[int] = []  # headers of the loops around the block
        for block in range(v.num_blocks):
            around = [header for header in around if v.loop_end[header] > block]
            if v.loop_end[block]:
                end = v.loop_end[block]
                if not block < end <= min([v.num_blocks, *(v.loop_end[header] for header in around)]):
                    self._fail(f"block {block}", f"its loop ends at {end}, which is not inside the loop around")
                around.append(block)
            if v.loop_depth[block] != len(around):
                self._fail(f"block {block}", f"loop depth {v.loop_depth[block]}, but {len(around)} loops are around it")
            for pred in self._preds(block):
                if pred >= block and not pred < v.loop_end[block]:
                    self._fail(f"block {pred}", f"jumps back to block {block} from outside the loop it heads")
                for header in around:
                    if block != header and not header <= pred < v.loop_end[header]:
                        self._fail(f"block {pred}", f"enters the loop of block {header} past its header")

    # -- operands ----------------------------------------------------------------------------------------------------

    def _operands(self) -> None:
        v = self.vcode
        for inst in range(v.num_insts):
            first, last = v.operand_start[inst], v.operand_start[inst + 1]
            self._fixed(inst, first, last)
            self._tied(inst, first, last)
            for k in range(first, last):
                reg = v.operand_reg[k]
                if reg < FIRST_VREG and (reg in self.allocatable or v.operand_flags[k] & CONSTRAINT != REG):
                    self._fail(self._at(inst, k), f"x{reg} is for the allocator to give; use a fixed constraint")
                if reg >= v.num_vregs:
                    self._fail(self._at(inst, k), f"v{reg} does not exist")
                if v.operand_flags[k] & DEF and v.operand_flags[k] & CONSTRAINT == ANY:
                    self._fail(self._at(inst, k), "a def must be in a register")
            if v.remat[inst] and [v.operand_flags[k] & DEF for k in range(first, last)] != [DEF]:
                self._fail(self._at(inst), "a rematerialisable instruction has one operand, its result")

    def _fixed(self, inst: int, first: int, last: int) -> None:
        """Fixed registers exist, and no two values want the same one at the same time."""
        v = self.vcode
        early: dict[int, int] = {}
        late: dict[int, int] = {reg: -1 for reg in range(FIRST_VREG) if v.clobbers.get(inst, 0) >> reg & 1}
        for k in range(first, last):
            flags, reg = v.operand_flags[k], v.operand_arg[k]
            if flags & CONSTRAINT != FIXED:
                continue
            if reg not in self.allocatable:
                self._fail(self._at(inst, k), f"is fixed to x{reg}, which may not be allocated")
            both = bool(flags & DEF) == (not flags & LATE)  # an early def or a late use
            for name, held in (("before", early), ("after", late)):
                if both or (name == "after") == bool(flags & LATE):
                    if reg in held and not (held[reg] == v.operand_reg[k] and not flags & DEF):
                        self._fail(self._at(inst, k), f"x{reg} is taken by another operand or clobbered {name} it")
                    held[reg] = v.operand_reg[k]

    def _tied(self, inst: int, first: int, last: int) -> None:
        """A def may reuse a plain use, and each use is reused once."""
        v = self.vcode
        reused = set()
        for k in range(first, last):
            flags, index = v.operand_flags[k], v.operand_arg[k]
            if flags & CONSTRAINT != REUSE:
                continue
            target = v.operand_flags[first + index] if first + index < last else DEF
            if not flags & DEF or not flags & LATE or target != REG or v.operand_reg[first + index] < FIRST_VREG:
                self._fail(self._at(inst, k), "only a late def may reuse a register, and only that of a plain use")
            if index in reused:
                self._fail(self._at(inst, k), f"operand {index} is reused twice")
            reused.add(index)

    # -- definitions and uses ----------------------------------------------------------------------------------------

    def _definitions(self) -> None:
        v = self.vcode
        for block in range(v.num_blocks):
            for vreg in self._params(block):
                self._define(vreg, block, -1, f"block {block}")
            for inst in range(v.block_start[block], v.block_start[block + 1]):
                for k in range(v.operand_start[inst], v.operand_start[inst + 1]):
                    if v.operand_flags[k] & DEF and v.operand_reg[k] >= FIRST_VREG:
                        self._define(v.operand_reg[k], block, inst, self._at(inst, k))

    def _define(self, vreg: int, block: int, inst: int, where: str) -> None:
        if vreg in self.definition:
            self._fail(where, f"v{vreg} is defined a second time")
        self.definition[vreg] = block, inst

    def _uses(self) -> None:
        v = self.vcode
        dominators = self._dominators()
        for block in range(v.num_blocks):
            for inst in range(v.block_start[block], v.block_start[block + 1]):
                for k in range(v.operand_start[inst], v.operand_start[inst + 1]):
                    if not v.operand_flags[k] & DEF and v.operand_reg[k] >= FIRST_VREG:
                        self._use(v.operand_reg[k], block, inst, dominators, self._at(inst, k))
            for vreg in self._args(block):
                self._use(vreg, block, v.block_start[block + 1], dominators, f"block {block}, arguments")

    def _use(self, vreg: int, block: int, inst: int, dominators: list[int], where: str) -> None:
        if vreg not in self.definition:
            self._fail(where, f"v{vreg} is never defined")
        home, at = self.definition[vreg]
        if home == block:
            if at >= inst:
                self._fail(where, f"v{vreg} is used before its definition")
        elif not dominators[block] >> home & 1:
            self._fail(where, f"v{vreg} is defined in block {home}, which does not dominate this one")

    def _dominators(self) -> list[int]:
        """Per block the mask of the blocks that dominate it. Back edges cannot add anything: the graph is reducible."""
        result = [1]
        for block in range(1, self.vcode.num_blocks):
            mask = -1
            for pred in self._preds(block):
                if pred < block:
                    mask &= result[pred]
            result.append(mask | 1 << block)
        return result
