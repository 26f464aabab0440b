"""A symbolic checker of register allocations, independent of the allocator.

`check(vcode, env, output)` raises `CheckError` unless the allocated function computes what the VCode computes, on every
path. It follows the method of regalloc2's checker: an abstract state says of every register and slot which vregs it is
known to hold; where paths meet, what all of them know. Instructions, edits, clobbers and the renaming of arguments into
parameters transform the state; when nothing changes any more, each use must find its vreg where the allocation says.

What it proves: every operand is in a place that its constraint allows and holds the right value; early and late
operands, clobbers and ties do not get into each other's way; edits are sorted, name registers of `env` and existing
slots, and move nothing after a block's terminator. What it leaves to others: saving of callee-saved registers, the
layout of slots in the frame.

Cost: blocks * (loop depth + 2) passes over the function, each O(operands * places).
"""

from __future__ import annotations

from glowcore.vcode import (
    ANY,
    CONSTRAINT,
    DEF,
    FIRST_VREG,
    FIXED,
    LATE,
    LOAD,
    MOVE,
    NOWHERE,
    REMAT,
    REUSE,
    STORE,
    MachineEnv,
    Output,
    VCode,
)

SLOT = 32  # place SLOT + n is slot n

State = dict[int, int]  # place -> mask of the vregs it holds


class CheckError(Exception):
    """A wrong allocation: the text names block, instruction, operand and what is there instead."""


def check(vcode: VCode, env: MachineEnv, output: Output) -> None:
    """Raise CheckError unless `output` is a correct allocation of `vcode` on `env`."""
    _Checker(vcode, env, output).run()


def _register(reg: int) -> str:
    return f"x{reg}" if reg < SLOT else f"slot {reg - SLOT}"


class _Checker:
    def __init__(self, vcode: VCode, env: MachineEnv, output: Output) -> None:
        self.vcode = vcode
        self.output = output
        self.allocatable = frozenset((*env.preferred, *env.non_preferred, *env.callee_saved))
        self.edits: dict[tuple[int, int], list[tuple[int, int, int]]] = {}  # (inst, after) -> kind, a, b
        self.entry: list[State | None] = [None] * vcode.num_blocks  # None: no path has come here yet
        self.block = 0

    def run(self) -> None:
        if len(self.output.allocs) != len(self.vcode.operand_reg):
            raise CheckError(f"{len(self.output.allocs)} allocations for {len(self.vcode.operand_reg)} operands")
        self._collect_edits()
        for inst in range(self.vcode.num_insts):
            self._constraints(inst)
        self.entry[0] = {}
        pending = {0}
        while pending:
            block = min(pending)
            pending.remove(block)
            state = dict(self.entry[block] or {})
            self._walk(block, state, verify=False)
            for succ in self.vcode.succs[self.vcode.succ_start[block] : self.vcode.succ_start[block + 1]]:
                if self._meet(succ, self._along_edge(block, succ, state)):
                    pending.add(succ)
        for block in range(self.vcode.num_blocks):
            self._walk(block, dict(self.entry[block] or {}), verify=True)

    def _fail(self, inst: int, what: str, k: int | None = None) -> None:
        block = next(b for b in range(self.vcode.num_blocks) if self.vcode.block_start[b + 1] > inst)
        where = f"block {block}, instruction {inst} (op {self.vcode.ops[inst]})"
        if k is not None:
            where += f", operand {k - self.vcode.operand_start[inst]}"
        raise CheckError(f"{where}: {what}")

    # -- what can be said without following values -------------------------------------------------------------------

    def _collect_edits(self) -> None:
        out = self.output
        position = (-1, -1)
        terminators = {end - 1 for end in self.vcode.block_start[1:]}
        for index, inst in enumerate(out.edit_inst):
            kind, a, b = out.edit_kind[index], out.edit_a[index], out.edit_b[index]
            if inst >= self.vcode.num_insts:
                raise CheckError(f"edit {index} is at instruction {inst}, which does not exist")
            if (inst, out.edit_after[index]) < position:
                self._fail(inst, f"edit {index} is out of order")
            position = inst, out.edit_after[index]
            if out.edit_after[index] and inst in terminators:
                self._fail(inst, f"edit {index} comes after the end of its block")
            registers, slots = {
                MOVE: ((a, b), ()), LOAD: ((a,), (b,)), STORE: ((b,), (a,)), REMAT: ((a,), ()),
            }[kind]  # fmt: skip
            for reg in registers:
                if reg not in self.allocatable:
                    self._fail(inst, f"edit {index} names x{reg}, which may not be allocated")
            for slot in slots:
                if slot >= out.num_slots:
                    self._fail(inst, f"edit {index} names slot {slot} of {out.num_slots}")
            if kind == REMAT and (b >= self.vcode.num_insts or not self.vcode.remat[b]):
                self._fail(inst, f"edit {index} makes the result of instruction {b} again, which is no constant")
            self.edits.setdefault(position, []).append((kind, a, b))

    def _constraints(self, inst: int) -> None:
        """The kinds of the allocations of one instruction, and that no two operands overlap."""
        v, allocs = self.vcode, self.output.allocs
        first, last = v.operand_start[inst], v.operand_start[inst + 1]
        written: dict[int, int] = {}
        for k in range(first, last):
            flags, alloc = v.operand_flags[k], allocs[k]
            self._constraint(inst, k, first)
            if flags & DEF and alloc != NOWHERE and v.operand_reg[k] >= FIRST_VREG:
                if alloc in written:
                    self._fail(inst, f"{_register(alloc)} is written by two operands", k)
                if v.clobbers.get(inst, 0) >> alloc & 1:
                    self._fail(inst, f"{_register(alloc)} is clobbered by the instruction", k)
                written[alloc] = flags
        for k in range(first, last):
            flags, alloc = v.operand_flags[k], allocs[k]
            if flags & DEF or v.operand_reg[k] < FIRST_VREG:
                continue
            if alloc in written and (flags & LATE or not written[alloc] & LATE):
                self._fail(inst, f"{_register(alloc)} is overwritten before it is read", k)
            if flags & LATE and alloc < SLOT and v.clobbers.get(inst, 0) >> alloc & 1:
                self._fail(inst, f"{_register(alloc)} is clobbered before it is read", k)

    def _constraint(self, inst: int, k: int, first: int) -> None:
        v, alloc = self.vcode, self.output.allocs[k]
        flags, arg = v.operand_flags[k], v.operand_arg[k]
        kind = flags & CONSTRAINT
        if v.operand_reg[k] < FIRST_VREG:
            if alloc != v.operand_reg[k]:
                self._fail(inst, f"got {_register(alloc)} instead of the physical register it names", k)
        elif alloc == NOWHERE:
            if not (flags & DEF and v.remat[inst]):
                self._fail(inst, "has no allocation", k)
        elif alloc >= SLOT:
            if kind != ANY or flags & DEF or alloc - SLOT >= self.output.num_slots:
                self._fail(inst, f"got {_register(alloc)} where it needs a register", k)
        elif alloc not in self.allocatable:
            self._fail(inst, f"got x{alloc}, which may not be allocated", k)
        elif kind == FIXED and alloc != arg:
            self._fail(inst, f"got {_register(alloc)}, but is fixed to x{arg}", k)
        elif kind == REUSE and alloc != self.output.allocs[first + arg]:
            self._fail(inst, f"got {_register(alloc)}, not the register of operand {arg}", k)

    # -- following values --------------------------------------------------------------------------------------------

    def _walk(self, block: int, state: State, verify: bool) -> None:
        """Transform `state` through a block; with `verify`, fail where a use does not find its value."""
        v, allocs = self.vcode, self.output.allocs
        for inst in range(v.block_start[block], v.block_start[block + 1]):
            self._edit(inst, 0, state)
            first, last = v.operand_start[inst], v.operand_start[inst + 1]
            if verify:
                for k in range(first, last):
                    vreg = v.operand_reg[k]
                    if not v.operand_flags[k] & DEF and vreg >= FIRST_VREG and not state.get(allocs[k], 0) >> vreg & 1:
                        self._missing(inst, k, state)
            if inst in v.clobbers:
                for reg in range(SLOT):
                    if v.clobbers[inst] >> reg & 1:
                        state.pop(reg, None)
            for k in range(first, last):
                if v.operand_flags[k] & DEF and v.operand_reg[k] >= FIRST_VREG and allocs[k] != NOWHERE:
                    bit = 1 << v.operand_reg[k]
                    for place in state:
                        state[place] &= ~bit
                    state[allocs[k]] = bit
            self._edit(inst, 1, state)

    def _edit(self, inst: int, after: int, state: State) -> None:
        for kind, a, b in self.edits.get((inst, after), ()):
            if kind == MOVE:
                state[a] = state.get(b, 0)
            elif kind == LOAD:
                state[a] = state.get(SLOT + b, 0)
            elif kind == STORE:
                state[SLOT + a] = state.get(b, 0)
            else:
                state[a] = 1 << self.vcode.operand_reg[self.vcode.operand_start[b]]

    def _missing(self, inst: int, k: int, state: State) -> None:
        vreg, alloc = self.vcode.operand_reg[k], self.output.allocs[k]
        held = [f"v{other}" for other in range(self.vcode.num_vregs) if state.get(alloc, 0) >> other & 1]
        places = [_register(place) for place in sorted(state) if state[place] >> vreg & 1]
        self._fail(
            inst,
            f"expects v{vreg} in {_register(alloc)}, which holds {' = '.join(held) or 'nothing known'}; "
            f"v{vreg} is {'in ' + ', '.join(places) if places else 'nowhere'}",
            k,
        )

    def _along_edge(self, block: int, succ: int, state: State) -> State:
        """The state as the successor names it: its parameters are new names of the arguments."""
        v = self.vcode
        params = v.params[v.param_start[succ] : v.param_start[succ + 1]]
        args = v.args[v.arg_start[block] : v.arg_start[block + 1]]
        stale = sum(1 << param for param in params)
        renamed: State = {}
        for place, mask in state.items():
            kept = mask & ~stale
            for param, arg in zip(params, args, strict=False):
                if mask >> arg & 1:
                    kept |= 1 << param
            if kept:
                renamed[place] = kept
        return renamed

    def _meet(self, block: int, state: State) -> bool:
        """Keep what both the block's entry state and `state` know; whether that changed anything."""
        known = self.entry[block]
        if known is None:
            self.entry[block] = state
            return True
        met = {place: mask & state.get(place, 0) for place, mask in known.items()}
        met = {place: mask for place, mask in met.items() if mask}
        self.entry[block] = met
        return met != known
