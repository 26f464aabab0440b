"""Machine instructions of VCode that are not RISC-V instructions. They live from selection to emission.

    args        define the parameters that arrive in registers
    rets        return; use the results that leave in registers
    jump        go to the only successor
    call        aux = function; use the arguments, define the results in registers
    li          rd := imm
    la          rd := address of the read-only data + imm
    select      if `aux` a, b: d0 := t0, d1 := t1...; operands a, b, (d's old value, t) for each, d for each
    select.imm  if `aux` a, b: d := imm; operands a, b, d's old value, d
    clamp       d := min(max(x, 0), k); operands k, x, d
    lw.arg      rd := word at imm of the caller's argument area
    sw.arg      word at imm of the caller's argument area := rs

`aux` of a select is the opcode of a branch (`isa.BEQ`...) that would be taken when the condition holds. Conditional
branches at a block's end are isa branches with two successors, taken first.
"""

from glowcore.isa import BEQ, BGEU

FIRST = 64
ARGS, RETS, JUMP, CALL, LI, LA, SELECT, SELECT_IMM, CLAMP, LW_ARG, SW_ARG = range(FIRST, FIRST + 11)
NAMES = "args rets jump call li la select select.imm clamp lw.arg sw.arg".split()


def is_branch(op):
    """Whether an opcode is a conditional branch."""
    return BEQ <= op <= BGEU


def inverse(branch):
    """The conditional branch that is taken when `branch` is not: they are numbered in pairs."""
    return branch ^ 1
