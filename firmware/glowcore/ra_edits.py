"""The last step of single-pass allocation: the edits in order.

The backward scan adds edits last first; those on edges that it has left behind wait in `State.passed`, by instruction,
in their own order. `finish` merges the two, in linear time, and gives the spare slots of parallel moves their numbers.
"""

from glowcore.memory import collect, instance_bytes
from glowcore.moves import SPARE
from glowcore.vcode import LOAD, STORE, Output


def finish(state, peak):
    """The allocator's output; on a tie, edits of `passed` come first. `peak` is the bytes that the scan took."""
    back = state.out
    state.drop()
    collect()
    out = Output(0, len(back.edit_kind))
    out.allocs = back.allocs
    late = sorted(state.passed)
    done = 0
    for at in range(len(back.edit_inst) - 1, -1, -1):
        inst = back.edit_inst[at]
        while done < len(late) and late[done] <= inst:
            _append(out, late[done], state.passed[late[done]])
            done += 1
        out.edit(inst, back.edit_after[at], back.edit_kind[at], back.edit_a[at], back.edit_b[at])
    while done < len(late):
        _append(out, late[done], state.passed[late[done]])
        done += 1
    _number_spares(out, len(state.floor))
    out.peak_bytes = max(peak, instance_bytes(back, ("allocs",)))
    return out


def _append(out, inst, edits):
    for at in range(0, len(edits), 3):
        out.edit(inst, 0, edits[at], edits[at + 1], edits[at + 2])


def _number_spares(out, slots):
    """Count the slots; the spare ones come after the others."""
    used = 0
    for at in range(len(out.edit_kind)):
        kind = out.edit_kind[at]
        field = out.edit_a if kind == STORE else out.edit_b
        if (kind == STORE or kind == LOAD) and field[at] >= SPARE:
            used = max(used, field[at] - SPARE + 1)
            field[at] = slots + field[at] - SPARE
    out.num_slots = slots + used
