"""Execute VCode, before and after allocation, with uninterpreted operations: the second opinion on an allocation.

Each result of an instruction is a hash of its opcode, immediate and operands, so two values are equal only if they were
computed in the same way. Branches are decided by a given random sequence. `replay` runs both forms along one path and
compares every operand that is read; unlike the checker it knows nothing of what may hold what.
"""

from __future__ import annotations

from random import Random

from glowcore.vcode import DEF, FIRST_VREG, LOAD, MOVE, NOWHERE, REMAT, STORE, Output, VCode

SLOT = 32


class ReplayError(Exception):
    """An operand of the allocated function has another value than the same operand of the VCode."""


def replay(vcode: VCode, output: Output, seed: int, steps: int = 2000) -> int:
    """Run at most `steps` instructions along a path chosen by `seed`; returns how many were run.

    Raises ReplayError at the first operand that differs.
    """
    return _Replay(vcode, output, Random(seed)).run(steps)


class _Replay:
    def __init__(self, vcode: VCode, output: Output, rng: Random) -> None:
        self.vcode = vcode
        self.output = output
        self.rng = rng
        self.values: dict[int, int] = {}  # vreg -> value
        self.places: dict[int, int] = {}  # register, or SLOT + slot -> value
        self.edits: dict[tuple[int, int], list[int]] = {}
        for index, inst in enumerate(output.edit_inst):
            self.edits.setdefault((inst, output.edit_after[index]), []).append(index)
        self.step = 0

    def run(self, steps: int) -> int:
        block = 0
        v = self.vcode
        while True:
            for inst in range(v.block_start[block], v.block_start[block + 1]):
                self._edit(inst, 0)
                self._inst(inst)
                self._edit(inst, 1)
                self.step += 1
            succs = v.succs[v.succ_start[block] : v.succ_start[block + 1]]
            if not succs or self.step >= steps:
                return self.step
            succ = self.rng.choice(succs)
            args = [self.values[vreg] for vreg in v.args[v.arg_start[block] : v.arg_start[block + 1]]]
            params = v.params[v.param_start[succ] : v.param_start[succ + 1]]
            self.values.update(zip(params, args, strict=False))
            block = succ

    def _inst(self, inst: int) -> None:
        v, allocs = self.vcode, self.output.allocs
        first, last = v.operand_start[inst], v.operand_start[inst + 1]
        inputs = []
        for k in range(first, last):
            if not v.operand_flags[k] & DEF and v.operand_reg[k] >= FIRST_VREG:
                value = self.values[v.operand_reg[k]]
                if self.places.get(allocs[k]) != value:
                    raise ReplayError(
                        f"step {self.step}, instruction {inst}, operand {k - first}: "
                        f"place {allocs[k]} does not hold v{v.operand_reg[k]}"
                    )
                inputs.append(value)
        for reg in range(SLOT):
            if v.clobbers.get(inst, 0) >> reg & 1:
                self.places[reg] = hash(("clobber", self.step))
        for k in range(first, last):
            if v.operand_flags[k] & DEF and v.operand_reg[k] >= FIRST_VREG:
                value = self._result(inst, k - first, inputs)
                self.values[v.operand_reg[k]] = value
                if allocs[k] != NOWHERE:
                    self.places[allocs[k]] = value

    def _result(self, inst: int, index: int, inputs: list[int]) -> int:
        if self.vcode.remat[inst]:
            return hash((inst, -1))
        return hash((self.vcode.ops[inst], self.vcode.imms[inst], index, *inputs))

    def _edit(self, inst: int, after: int) -> None:
        out = self.output
        for index in self.edits.get((inst, after), ()):
            kind, a, b = out.edit_kind[index], out.edit_a[index], out.edit_b[index]
            if kind == MOVE:
                self.places[a] = self.places.get(b, 0)
            elif kind == LOAD:
                self.places[a] = self.places.get(SLOT + b, 0)
            elif kind == STORE:
                self.places[SLOT + a] = self.places.get(b, 0)
            elif kind == REMAT:
                self.places[a] = self._result(b, 0, [])
