"""Random VCode for testing allocators: seeded, always valid, always terminating on paper.

`generate(seed, shape)` draws a structured program: straight lines, diamonds, nested loops with carried values, with
`continue` (several back edges) and `break` (several exits), calls with fixed arguments and results and clobbers,
constants, tied, early, late and fixed operands. `trace` draws what shader arithmetic looks like after inlining: one
long block. The opcodes mean nothing; `replay` gives each its own uninterpreted function.

A program is built as a list of blocks in layout order, which then is numbered: blocks by place, vregs by definition.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from glowcore.vcode import (
    ANY,
    DEF,
    DEF_FIXED,
    DEF_REG,
    DEF_REUSE,
    FIRST_VREG,
    LATE,
    REG,
    USE_FIXED,
    USE_REG,
    MachineEnv,
    VCode,
)

ARGS, RETS, JUMP, BRANCH, CALL, CONSTANT, COMPUTE = range(7)


@dataclass(frozen=True, slots=True)
class Shape:
    """What kind of program: `statements` in the outermost region, probabilities per statement, depth of nesting."""

    statements: int = 12
    depth: int = 3
    params: int = 3
    branches: float = 0.12
    loops: float = 0.1
    calls: float = 0.08
    constants: float = 0.12
    oddities: float = 0.1  # operands that are tied, early, late, fixed, ANY, physical
    locality: float = 0.5  # probability that an operand is a recent value, else any value in scope
    carried: int = 3  # parameters of a join or loop, at most


STRAIGHT = Shape(statements=60, branches=0, loops=0)
PRESSURE = Shape(statements=120, branches=0.03, loops=0.02, calls=0.03, locality=0.1, carried=6)
LOOPS = Shape(statements=10, depth=4, loops=0.3, carried=5)
CALLS = Shape(statements=30, calls=0.4, constants=0.2)

RV32 = MachineEnv(
    tuple(range(15, 9, -1)), (16, 17, 5, 6, 7, 28, 29, 30, 31), (8, 9, *range(18, 28))
)  # a5-a0, then a6 a7 t0-t6, s0-s11
TINY = MachineEnv((10, 11, 12), (5, 6), (8, 9))  # seven registers


@dataclass(slots=True, eq=False)
class _Inst:
    op: int
    operands: list[tuple[int, int, int]] = field(default_factory=list)  # value, flags, arg
    remat: int = 0
    clobbers: int = 0


@dataclass(slots=True, eq=False)
class _Block:
    depth: int
    params: list[int] = field(default_factory=list)
    insts: list[_Inst] = field(default_factory=list)
    succs: list[_Block] = field(default_factory=list)
    args: list[int] = field(default_factory=list)
    loop_end: int = 0


@dataclass(slots=True)
class _Loop:
    """A loop being built: where `continue` and `break` go, and the blocks that leave it, which are laid out behind."""

    header: _Block
    exit: _Block
    leaving: list[_Block] = field(default_factory=list)


def generate(seed: int, shape: Shape | None = None, env: MachineEnv = RV32) -> VCode:
    """A random program for `env`; the same seed, shape and environment give the same one."""
    return _Builder(Random(seed), shape or Shape(), env).run()


def trace(seed: int, length: int, live: int, env: MachineEnv = RV32, calls: float = 0.0) -> VCode:
    """One block of `length` instructions in which about `live` values are live at once, each used about twice."""
    return _Builder(Random(seed), Shape(params=4), env).trace(length, live, calls)


def carried_loop(carried: int, invariants: int, length: int, env: MachineEnv = RV32) -> VCode:
    """One loop that carries `carried` values around, each computed anew from itself and one of `invariants`."""
    return _Builder(Random(carried), Shape(params=4), env).carried_loop(carried, invariants, length)


class _Builder:
    def __init__(self, rng: Random, shape: Shape, env: MachineEnv) -> None:
        self.rng = rng
        self.shape = shape
        self.env = env
        self.registers = (*env.preferred, *env.non_preferred, *env.callee_saved)
        self.caller_saved = (*env.preferred, *env.non_preferred)
        self.blocks: list[_Block] = []
        self.values = 0
        self.scope: list[int] = []
        self.loops: list[_Loop] = []

    def run(self) -> VCode:
        self._begin()
        self._region(self.shape.statements, self.shape.depth)
        self._end()
        return self._number()

    # -- pieces ------------------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        self.blocks.append(_Block(0))
        count = min(self.shape.params, len(self.caller_saved) - 1)
        regs = self.rng.sample(self.caller_saved, count)
        self._emit(_Inst(ARGS, [(self._new(), DEF_FIXED, reg) for reg in regs]))
        self.scope.append(self._compute(0))

    def _end(self) -> None:
        uses = [(self._value(), USE_FIXED, reg) for reg in self.caller_saved[: self.rng.randint(1, 3)]]
        self._emit(_Inst(RETS, uses))

    def _new(self) -> int:
        self.values += 1
        self.scope.append(self.values - 1)
        return self.values - 1

    def _value(self) -> int:
        if self.rng.random() < self.shape.locality:
            return self.rng.choice(self.scope[-6:])
        return self.rng.choice(self.scope)

    def _emit(self, inst: _Inst) -> None:
        self.blocks[-1].insts.append(inst)

    def _region(self, statements: int, depth: int) -> None:
        rng, shape = self.rng, self.shape
        for _ in range(statements):
            draw = rng.random()
            if depth and draw < shape.branches:
                self._diamond(depth)
            elif depth and draw < shape.branches + shape.loops:
                self._loop(depth)
            elif draw < shape.branches + shape.loops + shape.calls:
                self._call()
            elif draw < shape.branches + shape.loops + shape.calls + shape.constants:
                self._emit(_Inst(CONSTANT, [(self._new(), DEF_REG, 0)], remat=1))
            elif rng.random() < shape.oddities:
                self._odd()
            else:
                self._compute(rng.randint(1, 3))

    def _compute(self, uses: int) -> int:
        operands = [(self._value(), USE_REG, 0) for _ in range(uses)]
        value = self._new()
        self._emit(_Inst(COMPUTE, [(value, DEF_REG, 0), *operands]))
        return value

    def _call(self) -> None:
        rng = self.rng
        arguments = [
            (self._value(), USE_FIXED, reg)
            for reg in rng.sample(self.registers, rng.randint(0, min(4, len(self.registers) - 3)))
        ]
        destroyed = set(self.caller_saved if rng.random() < 0.7 else rng.sample(self.caller_saved, 3))
        results = [(0, DEF_FIXED, reg) for reg in rng.sample(sorted(destroyed), rng.randint(0, 2))]
        results = [(self._new(), flags, reg) for _, flags, reg in results]
        destroyed -= {reg for _, _, reg in results}
        self._emit(_Inst(CALL, results + arguments, clobbers=sum(1 << reg for reg in destroyed)))

    def _odd(self) -> None:
        """An instruction with unusual operands; few enough for seven registers."""
        rng = self.rng
        uses = [(self._value(), USE_REG, 0) for _ in range(rng.randint(1, 2))]
        kind = rng.randrange(7)
        if kind == 0:  # tied, perhaps twice
            defs = [(-1, DEF_REUSE, index) for index in range(len(uses))]
        elif kind == 1:
            defs = [(-1, DEF | REG, 0)]  # early
        elif kind == 2:
            uses[-1] = (uses[-1][0], LATE | REG, 0)
            defs = [(-1, DEF_REG, 0)]
        elif kind == 3:
            uses[-1] = (uses[-1][0], USE_FIXED, rng.choice(self.registers))
            defs = [(-1, DEF_FIXED, rng.choice(self.registers))]
        elif kind == 4:
            uses[-1] = (uses[-1][0], ANY, 0)
            defs = [(-1, DEF_REG, 0), (-1, DEF_REG, 0)]
        elif kind == 5:
            uses[-1] = (0 - FIRST_VREG, USE_REG, 0)  # x0
            defs = [(-1, DEF_REG, 0)]
        else:
            defs = [(-1, DEF_REUSE, 0)]
            uses.append((self._value(), USE_FIXED, rng.choice(self.registers)))
        defs = [(self._new(), flags, arg) for _, flags, arg in defs]
        self._emit(_Inst(COMPUTE, uses + defs))

    # -- control flow ------------------------------------------------------------------------------------------------

    def _jump(self, target: _Block, args: list[int]) -> None:
        self._emit(_Inst(JUMP))
        self.blocks[-1].succs = [target]
        self.blocks[-1].args = args

    def _branch(self, first: _Block, second: _Block) -> None:
        self._emit(_Inst(BRANCH, [(self._value(), USE_REG, 0), (self._value(), USE_REG, 0)]))
        self.blocks[-1].succs = [first, second]

    def _join(self, depth: int) -> _Block:
        block = _Block(depth)
        block.params = [self._hidden() for _ in range(self.rng.randint(0, self.shape.carried))]
        return block

    def _hidden(self) -> int:
        """A value that is not in scope yet."""
        self.values += 1
        return self.values - 1

    def _args(self, target: _Block) -> list[int]:
        return [self._value() for _ in target.params]

    def _open(self, block: _Block, scope: list[int]) -> None:
        self.blocks.append(block)
        self.scope = scope + block.params

    def _diamond(self, depth: int) -> None:
        """if-else; a branch may also leave or repeat the loop around it."""
        level = len(self.loops)
        arms = [_Block(level), _Block(level)]
        join = self._join(level)
        scope = list(self.scope)
        self._branch(arms[0], arms[1])
        leaves = self.rng.random()
        for index, arm in enumerate(arms):
            self._open(arm, list(scope))
            if index == 0 and self.loops and leaves < 0.2:
                self._continue()
            elif index == 0 and self.loops and leaves < 0.4:
                self._break()
            else:
                self._region(self.rng.randint(0, 4), depth - 1)
                self._jump(join, self._args(join))
        self._open(join, scope)

    def _continue(self) -> None:
        self._region(self.rng.randint(0, 2), 0)
        self._jump(self.loops[-1].header, self._args(self.loops[-1].header))

    def _break(self) -> None:
        """The block that leaves is no part of the loop, so it is laid out behind it."""
        loop = self.loops[-1]
        loop.leaving.append(self.blocks[-1])
        self.blocks[-1].depth -= 1
        self._region(self.rng.randint(0, 3), 0)
        self._jump(loop.exit, self._args(loop.exit))
        self.blocks.pop()

    def _loop(self, depth: int) -> None:
        level = len(self.loops) + 1
        header, exit_block = self._join(level), self._join(level - 1)
        self._jump(header, self._args(header))
        first = len(self.blocks)
        self._open(header, list(self.scope))
        self.loops.append(_Loop(header, exit_block))
        self._region(self.rng.randint(0, 3), 0)
        body, leave = _Block(level), _Block(level - 1)
        scope = list(self.scope)
        self._branch(body, leave)
        self._open(body, list(scope))
        self._region(self.rng.randint(1, 5), depth - 1)
        self._jump(header, self._args(header))
        header.loop_end = len(self.blocks) - first  # made absolute when the blocks are numbered
        loop = self.loops.pop()
        self.blocks.extend(loop.leaving)
        self._open(leave, list(scope))
        self._jump(exit_block, self._args(exit_block))
        self._open(exit_block, scope)

    # -- programs of one kind ----------------------------------------------------------------------------------------

    def trace(self, length: int, live: int, calls: float) -> VCode:
        rng = self.rng
        self._begin()
        recent: list[int] = list(self.scope)
        for _ in range(length):
            self.scope = list(recent)
            if rng.random() < calls:
                self._call()
            else:
                operands = [rng.choice(recent) for _ in range(2)]
                self._emit(
                    _Inst(COMPUTE, [(self._new(), DEF_REG, 0), *((operand, USE_REG, 0) for operand in operands)])
                )
            for value in self.scope[len(recent) :]:
                # random replacement: a value stays usable for `live` instructions on average
                if len(recent) < live:
                    recent.append(value)
                else:
                    recent[rng.randrange(live)] = value
        self.scope = recent
        while len(self.scope) > 1:  # everything still live is used up
            first, second = self.scope[-2:]
            self.scope = self.scope[:-2]
            self._emit(_Inst(COMPUTE, [(self._new(), DEF_REG, 0), (first, USE_REG, 0), (second, USE_REG, 0)]))
        self._end()
        return self._number()

    def carried_loop(self, carried: int, invariants: int, length: int) -> VCode:
        self._begin()
        outside = [self._compute(2) for _ in range(invariants)]
        start = [self._compute(1) for _ in range(carried)]
        header, body, leave = _Block(1), _Block(1), _Block(0)
        header.params = [self._hidden() for _ in range(carried)]
        self._jump(header, start)
        self._open(header, list(self.scope))
        scope = list(self.scope)
        self._branch(body, leave)
        self._open(body, list(scope))
        values = list(header.params)
        for index in range(length):
            at = index % carried
            operands = [values[at], outside[index % invariants] if invariants else values[at - 1]]
            values[at] = self._new()
            self._emit(_Inst(COMPUTE, [(values[at], DEF_REG, 0), *((operand, USE_REG, 0) for operand in operands)]))
        self._jump(header, values)
        header.loop_end = 2
        self._open(leave, list(header.params))
        while len(self.scope) > 1:
            first, second = self.scope[-2:]
            self.scope = self.scope[:-2]
            self._emit(_Inst(COMPUTE, [(self._new(), DEF_REG, 0), (first, USE_REG, 0), (second, USE_REG, 0)]))
        self._end()
        return self._number()

    # -- numbering ---------------------------------------------------------------------------------------------------

    def _number(self) -> VCode:
        vcode = VCode()
        place = {id(block): index for index, block in enumerate(self.blocks)}
        vreg = {-FIRST_VREG: 0}
        for block in self.blocks:
            defined = [value for inst in block.insts for value, flags, _ in inst.operands if flags & DEF]
            for value in block.params + defined:
                vreg[value] = vcode.new_vreg()
        for index, block in enumerate(self.blocks):
            for inst in block.insts:
                for value, flags, arg in inst.operands:
                    vcode.operand(vreg[value], flags, arg)
                number = vcode.inst(inst.op, imm=vcode.num_insts, remat=inst.remat)
                if inst.clobbers:
                    vcode.clobbers[number] = inst.clobbers
            succs = [place[id(succ)] for succ in block.succs]
            args = [vreg[value] for value in block.args]
            params = [vreg[value] for value in block.params]
            vcode.end_block(params, succs, args, block.depth, index + block.loop_end if block.loop_end else 0)
        return vcode.finish()
