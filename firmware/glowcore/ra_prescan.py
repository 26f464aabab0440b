"""The forward pass before single-pass allocation: what the backward scan cannot know when it needs it.

For every vreg where it is defined, whether one instruction makes it anew, and the register that its definition is fixed
to; for every operand where its value was touched before; for every call which colours it changes. Cost: one look at
each operand.
"""

from glowcore.vcode import CONSTRAINT, DEF, FIRST_VREG, FIXED


def prescan(state):
    """Fill definitions, links, constants, hints and what calls change in a fresh `State`."""
    vcode = state.vcode
    def_inst, touched, link = state.def_inst, state.touched, state.link
    regs, flags, start = vcode.operand_reg, vcode.operand_flags, vcode.operand_start
    for block in range(vcode.num_blocks):
        first = vcode.block_start[block]
        for index in range(vcode.param_start[block], vcode.param_start[block + 1]):
            def_inst[vcode.params[index]] = touched[vcode.params[index]] = first
        for inst in range(first, vcode.block_start[block + 1]):
            for k in range(start[inst], start[inst + 1]):
                vreg = regs[k]
                if vreg >= FIRST_VREG:
                    link[k] = touched[vreg]
                    if touched[vreg] == inst:  # a second operand of this instruction
                        for other in range(start[inst], k):
                            if regs[other] == vreg:
                                link[k] = link[other]
                    touched[vreg] = inst
                    if flags[k] & DEF:
                        def_inst[vreg] = inst
                        state.constant[vreg] = vcode.remat[inst]
                        if flags[k] & CONSTRAINT == FIXED:
                            state.hint[vreg] = state.colour[vcode.operand_arg[k]]
    for mask in vcode.clobbers.values():
        if mask not in state.masks:
            state.masks[mask] = sum([1 << colour for colour, reg in enumerate(state.phys) if mask >> reg & 1])
    for at, inst in enumerate(state.calls):
        changed = state.call_mask(inst)
        for k in range(start[inst], start[inst + 1]):
            if flags[k] & DEF and flags[k] & CONSTRAINT == FIXED:
                changed |= 1 << state.colour[vcode.operand_arg[k]]
        state.changed[at] = changed
        state.any_call |= changed
