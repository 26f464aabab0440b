"""Strength reduction of induction variables: a linear function of a counter becomes a counter itself.

    before: jump head(%x0)                      before: %y0 = f(%x0); jump head(%y0)
    head(%x): %y = f(%x); ...             ->    head(%y): ...
    latch: %n = %x + s; jump head(%n)           latch: %n = %y + s * slope of f; jump head(%n)

Input: a function of integers in SSA form, after `licm`. Output: the same function where a header's parameter that gains
the same in every turn, and is used for nothing but a chain of sums, products and shifts with what does not change in
the loop, has become the end of the chain. So 2 * x - width costs nothing a pixel. Words wrap, so that is exact.
(Cooper, Simpson, Vick: "Operator Strength Reduction", 2001, for the case in which nothing is added to the loop.)
Only loops with a preheader and one latch. Cost: linear, times the nesting of loops.
"""

from __future__ import annotations

from glowjit.ir.cfg import Loop, loops
from glowjit.ir.core import Block, Const, Function, Inst, Operand, Terminator, Type, Value
from glowjit.passes.fold import fold
from glowjit.passes.rewrite import ZERO, definitions, substitute

LINEAR = ("add", "sub", "mul", "shl")


def run(function: Function) -> None:
    """Reduce the counters of every loop."""
    found = loops(function)
    if not found:
        return
    reduction = _Reduction(function)
    for loop in found:
        if loop.preheader is not None and len(loop.latches) == 1:
            for place, param in enumerate(loop.header.params):
                if param.type is Type.INT:
                    reduction.reduce(loop, loop.preheader, place)
    if reduction.gone:
        for block in function.blocks:
            block.insts = [inst for inst in block.insts if inst not in reduction.gone]
        substitute(function.blocks, reduction.replacement)


class _Reduction:
    def __init__(self, function: Function) -> None:
        self.defs = definitions(function)
        self.home = {inst: block for block in function.blocks for inst in block.insts}
        self.own = {param: block for block in function.blocks for param in block.params}
        self.users = function.users()
        self.gone: set[Inst] = set()
        self.replacement: dict[Value, Operand] = {}

    def fixed(self, operand: Operand, loop: Loop) -> bool:
        """Whether an operand is the same in all turns."""
        if isinstance(operand, Const):
            return True
        inst = self.defs.get(operand)
        block = self.home.get(inst) if inst else self.own.get(operand)
        return block is None or block not in loop

    def reduce(self, loop: Loop, preheader: Block, place: int) -> None:
        """Put the end of the chain of a parameter in its place, if it counts and has one."""
        header, latch = loop.header, loop.latches[0]
        param = header.params[place]
        back = [edge for edge in latch.terminator.edges if edge.block is header]
        following = back[0].args[place]
        step = self.defs.get(following) if isinstance(following, Value) else None
        if len(back) > 1 or step is None or step.op != "add":
            return
        users = self.users[step.results[0]]
        if len(users) > 1 or not isinstance(users[0], Terminator):
            return
        if step.args[0] is not param or not self.fixed(step.args[1], loop):
            return
        chain = self.chain(param, step, loop)
        if not chain:
            return
        entry = preheader.terminator.edges[0]
        start, stride = entry.args[place], step.args[1]
        value = param
        for inst in chain:
            start = _put(preheader, inst, [start if arg is value else arg for arg in inst.args])
            if inst.op in ("shl", "mul"):
                stride = _put(preheader, inst, [stride if arg is value else arg for arg in inst.args])
            elif inst.op == "sub" and inst.args[1] is value:
                stride = _put(preheader, inst, [ZERO[Type.INT], stride])
            value = inst.results[0]
        entry.args[place] = start
        step.args[1] = stride
        self.replacement[value] = param
        self.gone.update(chain)

    def chain(self, param: Value, step: Inst, loop: Loop) -> list[Inst]:
        """The operations from `param` on of which each alone uses what the one before gives, besides `step`."""
        found: list[Inst] = []
        value = param
        while True:
            others = [user for user in self.users.get(value, []) if user is not step]
            if len(others) != 1 or isinstance(others[0], Terminator) or not self.linear(others[0], value, loop):
                return found
            found.append(others[0])
            value = others[0].results[0]

    def linear(self, inst: Inst, value: Value, loop: Loop) -> bool:
        """Whether `inst`, in the loop, gains the same whenever `value` does."""
        if self.home[inst] not in loop or inst.op not in LINEAR:
            return False
        if inst.op == "shl" and not (inst.args[0] is value and isinstance(inst.args[1], Const)):
            return False
        return all(arg is value or self.fixed(arg, loop) for arg in inst.args)


def _put(block: Block, inst: Inst, args: list[Operand]) -> Operand:
    """`inst` on other operands, at the end of `block`."""
    folded = fold(inst.op, args)
    if folded is not None:
        return folded[0]
    result = Value(Type.INT)
    block.insts.append(Inst(inst.op, args, [result], None, inst.loc))
    return result
