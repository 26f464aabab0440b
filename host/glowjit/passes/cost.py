"""What an operation costs on RV32IMC, as the passes estimate it.

One table, two figures per operation: machine instructions (code size) and cycles (C3-like: a taken branch is 3, a
division 18, everything else of the integers 1). Float operations are priced at what `q32` makes of them: an expansion
in place, or a call into the math library, whose size is that of the call and whose cycles are those of the body.
Estimates steer inlining, hoisting and if-conversion; nothing depends on their being right.
"""

from __future__ import annotations

from glowjit.ir.core import Block, Const, Function, Inst

# operations: instructions, cycles
_ROWS = """
fadd fsub fneg stof utof             1   1
fmul                                 5   5
ffma fmix                            7   7
fabs fmin fmax flt fge feq fne       2   3
fsign ffract ffloor ffract fstep     2   4
fceil fround froundeven              4   4
ftrunc ftos ftou                     4   5
fclamp                               4   5
fradians fdegrees                    3   3
fsmoothstep                          6  25
fdot                                10  10
fdiv                                 5  45
fmod                                 5  28
fsin fcos                            4  35
ftan fasin facos fatan fatan2        4  85
fsinh fcosh ftanh                    4  80
fasinh facosh fatanh                 4  90
fpow                                 5  85
fexp fexp2 flog flog2                4  45
fsqrt frsqrt                         4  45
flength                              6  75
fnormalize                           9  85
fldexp ffrexp fbits bitsf            4  20
bitcount bitreverse findlsb          4  16
findmsb findmsbu                     4  16
add sub and or xor shl shr sar       1   1
mul mulh mulhu mulhsu                1   1
div divu rem remu                    1  18
min max minu maxu                    2   3
lt ltu ge geu eq ne                  1   1
band bor bxor bnot                   1   1
btoi                                 0   0
select                               2   3
load load16                          1   2
store store8 store16 store32         1   1
call                                 4  10
burn                                 4   5
"""


def _parse(rows: str, column: int) -> dict[str, int]:
    table = {}
    for row in rows.strip().splitlines():
        *ops, size, cycles = row.split()
        table.update(dict.fromkeys(ops, int((size, cycles)[column])))
    return table


SIZE = _parse(_ROWS, 0)
CYCLES = _parse(_ROWS, 1)

CALLEE_CYCLES = 40
BRANCH = 1  # instructions of a conditional branch, or of a jump that is not a fall-through
DYNAMIC_INDEX = 2  # shift and add, where an access's index is not a constant


def inst_size(inst: Inst) -> int:
    """Machine instructions of `inst`."""
    size = SIZE[inst.op]
    if inst.op == "call":
        return size + len(inst.args) + len(inst.results)
    if inst.op in ("load", "store") and inst.args[0].__class__ is not Const:
        return size + DYNAMIC_INDEX
    return size


def inst_cycles(inst: Inst) -> int:
    """Cycles of `inst`; those of a call are a guess at a function of the math library."""
    return CALLEE_CYCLES if inst.op == "call" else CYCLES[inst.op]


def block_size(block: Block) -> int:
    """Machine instructions of `block`, its terminator included."""
    return sum(map(inst_size, block.insts)) + BRANCH


def function_size(function: Function) -> int:
    """Machine instructions of `function`, without prologue and epilogue."""
    return sum(map(block_size, function.blocks))


COMPARES = frozenset(["eq", "ne", "lt", "ge", "ltu", "geu", "feq", "fne", "flt", "fge"])
