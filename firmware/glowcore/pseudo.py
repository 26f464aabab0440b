"""Machine instructions of VCode that are not RISC-V instructions. They live from selection to emission.

    args        define the parameters that arrive in registers
    rets        return; use the results that leave in registers
    jump        go to the only successor
    call        aux = function; use the arguments, define the results in registers
    li          rd := imm
    la          rd := address of the read-only data + imm
    select      if a branch on a, b would be taken, an instruction for each arm: d := op x, y, imm; otherwise d keeps
                its old value. Operands a, b; for each arm the old value and what op uses; for each arm d. `aux` is the
                branch's opcode + 256 * arms; `imm` is the place in `vcode.arms` of op + 256 * uses, imm for each arm
    clamp       d := min(max(x, 0), k); operands k, x, d
    lw.arg      rd := word at imm of the caller's argument area
    sw.arg      word at imm of the caller's argument area := rs

Conditional branches at a block's end are isa branches with two successors, taken first. Beside what a VCode has anyway,
it has `outgoing`, the bytes of stack for calls; `arms`; and `lines`, pairs of instruction and source line.
"""

from glowcore.isa import BEQ, BGEU

FIRST = 64
ARGS, RETS, JUMP, CALL, LI, LA, SELECT, CLAMP, LW_ARG, SW_ARG = range(FIRST, FIRST + 10)
NAMES = "args rets jump call li la select clamp lw.arg sw.arg".split()


def is_branch(op):
    """Whether an opcode is a conditional branch."""
    return BEQ <= op <= BGEU


def inverse(branch):
    """The conditional branch that is taken when `branch` is not: they are numbered in pairs."""
    return branch ^ 1
