"""VCode as text, before or after register allocation. For people and tests; nothing reads it back.

    block 1 (v34, v35) depth 1, loop to 4
        3  v36 = lw v32, 16
        4  blt v34, v36 -> 2, 3

An operand is `v36`, `v36@a0` if it is fixed, `v36^1` if it must share the register of operand 1; after allocation
`v36:a0`, with the edits as lines of their own.
"""

from glowcore import isa, pseudo
from glowcore.vcode import CONSTRAINT, DEF, FIXED, LOAD, MOVE, NOWHERE, REUSE, STORE

_BRANCH_OF = {isa.BEQ: "==", isa.BNE: "!=", isa.BLT: "<", isa.BGE: ">=", isa.BLTU: "<u", isa.BGEU: ">=u"}


def vcode_text(vcode, output=None):
    """The whole function."""
    lines = []
    edits = _edits(vcode, output)
    for block in range(vcode.num_blocks):
        lines.append(_head(vcode, block))
        for inst in range(vcode.block_start[block], vcode.block_start[block + 1]):
            lines += edits.get((inst, 0), ())
            lines.append("%5d  %s%s" % (inst, _inst(vcode, inst, output), _ways(vcode, block, inst)))
            lines += edits.get((inst, 1), ())
    return "\n".join(lines) + "\n"


def _head(vcode, block):
    params = ["v%d" % vcode.params[k] for k in range(vcode.param_start[block], vcode.param_start[block + 1])]
    text = "block %d" % block
    if params:
        text += " (" + ", ".join(params) + ")"
    if vcode.loop_depth[block]:
        text += " depth %d" % vcode.loop_depth[block]
    if vcode.loop_end[block]:
        text += ", loop to %d" % vcode.loop_end[block]
    return text


def _ways(vcode, block, inst):
    """Successors and arguments, at the end of a block."""
    if inst + 1 < vcode.block_start[block + 1]:
        return ""
    successors = [str(vcode.succs[k]) for k in range(vcode.succ_start[block], vcode.succ_start[block + 1])]
    args = ["v%d" % vcode.args[k] for k in range(vcode.arg_start[block], vcode.arg_start[block + 1])]
    text = " -> " + ", ".join(successors) if successors else ""
    return text + (" (" + ", ".join(args) + ")" if args else "")


def _inst(vcode, inst, output):
    op = vcode.ops[inst]
    name = pseudo.NAMES[op - pseudo.FIRST] if op >= pseudo.FIRST else isa.NAMES[op]
    defs = []
    uses = []
    first = vcode.operand_start[inst]
    for k in range(first, vcode.operand_start[inst + 1]):
        (defs if vcode.operand_flags[k] & DEF else uses).append(_operand(vcode, k, output))
    if op == pseudo.SELECT:
        return ", ".join(defs) + " = select " + _arms(vcode, inst, uses)
    if op == pseudo.CALL:
        name += " #%d" % vcode.aux[inst]
    if vcode.imms[inst] or op == pseudo.LI:
        uses.append(str(vcode.imms[inst]))
    return (", ".join(defs) + " = " if defs else "") + (name + " " + ", ".join(uses)).rstrip()


def _arms(vcode, inst, uses):
    """`a < b: addi v3, 1 else v4` and so on."""
    arms = []
    at = 2
    for index in range(vcode.imms[inst], vcode.imms[inst] + 2 * (vcode.aux[inst] >> 8), 2):
        op = vcode.arms[index]
        count = op >> 8
        parts = uses[at + 1 : at + 1 + count] + [str(vcode.arms[index + 1])]
        arms.append("%s %s else %s" % (isa.NAMES[op & 255], ", ".join(parts), uses[at]))
        at += 1 + count
    return "%s %s %s: " % (uses[0], _BRANCH_OF[vcode.aux[inst] & 255], uses[1]) + "; ".join(arms)


def _operand(vcode, k, output):
    reg = vcode.operand_reg[k]
    if reg < 32:
        return isa.REGISTERS[reg]
    text = "v%d" % reg
    if output:
        alloc = output.allocs[k]
        return text + ":" + ("none" if alloc == NOWHERE else isa.REGISTERS[alloc])
    kind = vcode.operand_flags[k] & CONSTRAINT
    if kind == FIXED:
        text += "@" + isa.REGISTERS[vcode.operand_arg[k]]
    elif kind == REUSE:
        text += "^%d" % vcode.operand_arg[k]
    return text


def _edits(vcode, output):
    """(instruction, after) -> lines."""
    found = {}
    if output:
        for k, kind in enumerate(output.edit_kind):
            a = output.edit_a[k]
            b = output.edit_b[k]
            if kind == MOVE:
                text = "%s = %s" % (isa.REGISTERS[a], isa.REGISTERS[b])
            elif kind == LOAD:
                text = "%s = slot %d" % (isa.REGISTERS[a], b)
            elif kind == STORE:
                text = "slot %d = %s" % (a, isa.REGISTERS[b])
            else:
                text = "%s = li %d" % (isa.REGISTERS[a], vcode.imms[b])
            found.setdefault((output.edit_inst[k], output.edit_after[k]), []).append("         " + text)
    return found
