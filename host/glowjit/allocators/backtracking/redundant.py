"""Phase 8: edits that change nothing are left out.

A forward walk over the allocated function knows, for every register and slot, which version of which value it holds;
what is known at the end of a block holds at the head of a successor that has no other predecessor. A move, load or
store whose destination already holds the value goes; a load of what some register still holds becomes a move. Stores
to slots that nobody reads any more go too.
"""

from __future__ import annotations

from glowcore.vcode import DEF, LOAD, MOVE, NOWHERE, REMAT, STORE, Output, VCode

SLOT = 32
Edit = tuple[int, int, int, int, int]  # instruction, after, kind, a, b
Known = dict[int, int]  # register or SLOT + slot -> number of the value it holds


def run(vcode: VCode, output: Output) -> Output:
    edits = _Walk(vcode, output).run()
    read = {SLOT + b for _, _, kind, _, b in edits if kind == LOAD} | {
        place for place in output.allocs if place >= SLOT
    }
    result = Output(0)
    result.allocs = output.allocs
    result.num_slots = output.num_slots
    for edit in edits:
        if edit[2] != STORE or SLOT + edit[3] in read:
            result.edit(*edit)
    return result


class _Walk:
    def __init__(self, vcode: VCode, output: Output) -> None:
        self.vcode = vcode
        self.output = output
        self.values = 0
        self.kept: list[Edit] = []
        self.at = 0
        self.known: Known = {}

    def run(self) -> list[Edit]:
        vcode = self.vcode
        ends: dict[int, Known] = {}
        for block in range(vcode.num_blocks):
            preds = vcode.preds[vcode.pred_start[block] : vcode.pred_start[block + 1]]
            self.known = dict(ends[preds[0]]) if len(preds) == 1 else {}
            if vcode.param_start[block] < vcode.param_start[block + 1]:
                self._rename()
            for inst in range(vcode.block_start[block], vcode.block_start[block + 1]):
                self._edits(inst, 0)
                self._inst(inst)
                self._edits(inst, 1)
            ends[block] = self.known
        return self.kept

    def _new(self) -> int:
        self.values += 1
        return self.values

    def _rename(self) -> None:
        """A constant passed as an argument is another value from here on, for the checker's sake."""
        fresh: dict[int, int] = {}
        for place, value in self.known.items():
            if value < 0:
                self.known[place] = fresh.setdefault(value, self._new())

    def _value(self, place: int) -> int:
        return self.known.setdefault(place, self._new())

    def _edits(self, inst: int, after: int) -> None:
        out = self.output
        while self.at < len(out.edit_inst) and (out.edit_inst[self.at], out.edit_after[self.at]) == (inst, after):
            at = self.at
            self._edit(inst, after, out.edit_kind[at], out.edit_a[at], out.edit_b[at])
            self.at += 1

    def _edit(self, inst: int, after: int, kind: int, a: int, b: int) -> None:
        if kind == REMAT:
            value = -1 - b
        else:
            value = self._value(SLOT + b if kind == LOAD else b)
        target = SLOT + a if kind == STORE else a
        if self.known.get(target) == value:
            return
        if kind == LOAD:
            for reg in range(SLOT):
                if self.known.get(reg) == value:
                    kind, b = MOVE, reg
                    break
        self.known[target] = value
        self.kept.append((inst, after, kind, a, b))

    def _inst(self, inst: int) -> None:
        vcode, allocs = self.vcode, self.output.allocs
        for reg in range(SLOT):
            if vcode.clobbers.get(inst, 0) >> reg & 1:
                self.known.pop(reg, None)
        for k in range(vcode.operand_start[inst], vcode.operand_start[inst + 1]):
            if vcode.operand_flags[k] & DEF and allocs[k] != NOWHERE:
                self.known[allocs[k]] = -1 - inst if vcode.remat[inst] else self._new()
