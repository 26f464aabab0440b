"""Emission: sizes of branches, big frames, blocks that vanish."""

from array import array

import pytest
from native import Native, assembly, compile_module

from glowcore import disasm, emit_branches, frame, isa, pseudo
from glowcore.emit import load_constant
from glowcore.vcode import DEF_FIXED, LOAD, STORE, USE_FIXED, Output, VCode
from glowjit.ir.text import parse_module


@pytest.mark.parametrize(
    "value", [0, 1, -1, 31, -32, 32, 2047, -2048, 2048, 4096, -4096, 0x7FFFFFFF, -0x80000000, 65535]
)
def test_constants_take_at_most_two_instructions(value):
    out = array("H")
    load_constant(out, isa.A0, value)
    decoded, instructions = run_constant(out)
    assert decoded == value
    assert instructions == (1 if -2048 <= value <= 2047 or value & 0xFFF == 0 else 2)


def run_constant(out):
    """What a0 holds after lui and addi, and how many of them there are."""
    at = value = count = 0
    while at < len(out):
        op, rd, rs1, _, imm, size = disasm.decode(out[at], out[at + 1] if at + 1 < len(out) else 0)
        assert rd == isa.A0
        value = imm << 12 if op == isa.LUI else (value if rs1 else 0) + imm
        at += size // 2
        count += 1
    return (value + 2**31) % 2**32 - 2**31, count


# bytes of code between the branch and what it goes to, negative if that comes first -> bytes of the branch
@pytest.mark.parametrize(
    ("between", "op", "register", "size"),
    [
        (200, isa.BNE, isa.A0, 2),
        (252, isa.BNE, isa.A0, 2),
        (254, isa.BNE, isa.A0, 4),
        (200, isa.BNE, isa.T0, 4),
        (200, isa.BLT, isa.A0, 4),
        (4090, isa.BLT, isa.A0, 4),
        (4092, isa.BLT, isa.A0, 8),
        (4092, isa.BEQ, isa.A0, 6),
        (2044, isa.JAL, isa.ZERO, 2),
        (2046, isa.JAL, isa.ZERO, 4),
        (-256, isa.BNE, isa.A0, 2),
        (-258, isa.BNE, isa.A0, 4),
        (-4096, isa.BLT, isa.A0, 4),
        (-4098, isa.BLT, isa.A0, 8),
        (-4098, isa.BEQ, isa.A0, 6),
        (-2048, isa.JAL, isa.ZERO, 2),
        (-2050, isa.JAL, isa.ZERO, 4),
    ],
)
def test_a_branch_takes_what_its_distance_needs(between, op, register, size):
    branches = emit_branches.Branches(2)
    body = array("H", [1] * (abs(between) // 2))
    at = len(body) if between < 0 else 0
    branches.begin_block(0, 0)
    branches.add(at, op, register, 0, 0 if between < 0 else 1)
    branches.begin_block(1, len(body))
    branches.settle(0, [])
    assert branches.size[0] == size
    out = array("H")
    branches.join(body, out, [])
    assert len(out) == size // 2 + len(body)
    assert arrival(out, 2 * at) == (0 if between < 0 else size + between)


def arrival(out, at):
    """Where the branch at a place gets to, or the jump behind it that it leaves out otherwise."""
    for _ in range(2):
        first, second = (*out[at // 2 : at // 2 + 2], 0)[:2]
        _, _, _, _, distance, size = disasm.decode(first, second)
        if distance not in (6, 8):
            return at + distance
        at += size
    raise AssertionError("no jump")


def test_sizes_settle_when_one_branch_pushes_another_out_of_reach():
    branches = emit_branches.Branches(2)
    branches.begin_block(0, 0)
    branches.add(0, isa.BNE, isa.A0, 0, 1)
    branches.add(125, isa.BNE, isa.T0, 0, 1)  # 4 bytes
    branches.begin_block(1, 125)
    branches.settle(0, [])
    assert list(branches.size) == [4, 4]


@pytest.mark.parametrize("count", [10, 700, 1500])
def test_far_branches_arrive(count):
    """A loop around `count` instructions of 4 bytes: short, long and inverse branches."""
    body = "".join(f"  %v{k}: int = mulhu %v{k - 1}, %k\n" for k in range(1, count))
    text = f"""
func @f(%n: int, %k: int) -> (int) {{
entry:
  jump head(0, %k)
head(%i: int, %x: int):
  %c: bool = lt %i, %n
  branch %c, body, done(%x)
body:
  %v0: int = add %x, %i
{body}  %y: int = add %v{count - 1}, %x
  %next: int = add %i, 1
  %d: bool = eq %y, 1
  branch %d, done(-1), back
back:
  jump head(%next, %y)
done(%r: int):
  %s: int = xor %r, 99
  ret %s
}}
"""
    module = parse_module(text)
    want = far_expected(3, 77777, count)
    assert Native(module, "f").call([3, 77777]) == [want]


def far_expected(n, k, count):
    x = k
    for i in range(n):
        v = (x + i) & 0xFFFFFFFF
        for _ in range(1, count):
            v = v * k >> 32
        y = (v + x) & 0xFFFFFFFF
        if y == 1:
            return -1 ^ 99
        x = y
    return (x ^ 99) - (x >> 31 << 32)


def spilled(slots, outgoing=0):
    """A VCode and an Output with that many slots: the argument goes to each slot and comes back from it."""
    vcode = VCode()
    argument = vcode.new_vreg()
    vcode.operand(argument, DEF_FIXED, isa.A0)
    vcode.inst(pseudo.ARGS)
    vcode.operand(argument, USE_FIXED, isa.A0)
    rets = vcode.inst(pseudo.RETS)
    vcode.end_block((), (), ())
    vcode.outgoing = outgoing
    vcode.finish()
    output = Output(2)
    output.allocs[:] = bytes([isa.A0, isa.A0])
    output.num_slots = slots
    for slot in range(slots):
        output.edit(rets, 0, STORE, slot, isa.A0)
    for slot in range(slots):
        output.edit(rets, 0, LOAD, isa.T1 if slot % 2 else isa.S1, slot)
    return vcode, output


@pytest.mark.parametrize(("slots", "outgoing"), [(1, 0), (70, 8), (500, 0), (600, 0), (600, 16)])
def test_slots_do_not_overlap_anything(slots, outgoing):
    vcode, output = spilled(slots, outgoing)
    layout = frame.Frame(vcode, output)
    places = [layout.slot_offset[slot] for slot in range(slots)]
    places += [layout.save_offset + 4 * index for index in range(len(layout.saved))]
    assert len(set(places)) == len(places)
    farthest = layout.size + frame.MAX_ARGUMENTS
    assert min(places) >= outgoing + 4 * (farthest > frame.REACH), "the word to save a register in is not free"
    assert max(places) + 4 <= layout.size
    assert layout.size % 16 == 0
    assert layout.saved == [isa.S1]
    assert layout.size <= frame.REACH or layout.clobbers >> isa.T0 & 1, "callers do not know what moving sp takes"


def test_the_most_used_slots_are_nearest():
    vcode, output = spilled(80)
    for _ in range(3):
        output.edit(1, 0, LOAD, isa.T0, 79)
    layout = frame.Frame(vcode, output)
    assert layout.slot_offset[79] == 0


@pytest.mark.parametrize("count", [505, 620])
def test_a_frame_at_the_reach_of_immediates_and_beyond(count):
    """About 2 KB of slots, and results in the caller's area above them."""
    loads = "".join(f"  %v{k}: int = load @g[{k}]\n" for k in range(count))
    sums = "".join(f"  %s{k}: int = add %s{k - 1 if k else 'tart'}, %v{k}\n" for k in range(count))
    stores = "".join(f"  store @g[{k}], %a\n" for k in range(count))
    results = ", ".join(f"%s{count - 1 - k}" for k in range(12))
    text = f"""
global @g: {count}
func @leaf(%a: int) -> (int) {{
entry:
  %0: int = mul %a, %a
  ret %0
}}
func @f(%a: int) -> ({", ".join(["int"] * 12)}) {{
entry:
{stores}{loads}{stores}  %start: int = call @leaf(%a)
{sums}  ret {results}
}}
"""
    native = Native(parse_module(text), "f")
    assert abs(native.result.functions[1].frame - 4 * count) < 200
    assert native.call([5]) == [25 + 5 * (count - k) for k in range(12)]


def test_blocks_that_only_jump_vanish():
    text = """
func @f(%a: int) -> (int) {
entry:
  %c: bool = lt %a, 0
  branch %c, one, two
one:
  jump three
two:
  jump four
three:
  jump five
four:
  jump five
five:
  ret %a
}
"""
    _, result = compile_module(parse_module(text), ["f"])
    assert [line for line in assembly(result) if " j " in line] == []


def test_an_endless_loop_of_nothing_is_emitted():
    text = """
func @f(%a: int) -> (int) {
entry:
  %c: bool = lt %a, 0
  branch %c, one, done
one:
  jump two
two:
  jump one
done:
  ret %a
}
"""
    _, result = compile_module(parse_module(text), ["f"])
    lines = assembly(result)
    assert any(line.startswith("  j L") for line in lines)
    assert Native(parse_module(text), "f").call([5]) == [5]


def test_a_program_beyond_the_reach_of_a_jump_is_refused():
    branches = emit_branches.Branches(1)
    branches.begin_block(0, 0)
    branches.add(0, pseudo.CALL, 0, 0, 0)
    with pytest.raises(emit_branches.EmitError, match="1 MB"):
        branches.settle(2 << 20, [0])


@pytest.mark.parametrize("filler", range(5))
def test_a_head_that_begins_with_a_long_instruction_is_aligned(filler):
    """However many short instructions come before; the one right before the head makes up for it."""
    before = "".join(f"  %f{k}: int = add %f{k - 1}, {k}\n" for k in range(1, filler + 1))
    text = f"""
func @f(%n: int, %k: int) -> (int) {{
entry:
  %f0: int = add %n, %k
{before}  jump head(0, %f{filler})
head(%i: int, %x: int):
  %y: int = mulhu %x, %k
  %z: int = add %y, %i
  %next: int = add %i, 1
  %c: bool = lt %next, %n
  branch %c, back, done
back:
  jump head(%next, %z)
done:
  %s: int = add %z, %f{filler}
  ret %s
}}
"""
    starts = []
    module = parse_module(text)
    native = Native(module, "f", placed=lambda stats, vcode, env, output, at: starts.append((stats, vcode, at)))
    stats, vcode, at = starts[0]
    (head,) = (block for block in range(vcode.num_blocks) if vcode.loop_end[block])
    code = native.result.code
    assert code[stats.offset + at[head]] & 3 == 3  # 32 bits
    assert (stats.offset + at[head]) % 4 == 0
    first = 10 + 77777 + sum(range(1, filler + 1))
    x = first
    for index in range(10):
        x = (x * 77777 >> 32) + index
    assert native.call([10, 77777]) == [x + first]


def test_a_pad_is_short_unless_the_head_wants_it_long():
    for halfwords, size in ((2, 2), (1, 4)):
        branches = emit_branches.Branches(2)
        branches.begin_block(0, 0)
        branches.pad(halfwords - 1, 0x1111, array("H", [0x2223, 0x2222]))
        branches.begin_block(1, halfwords - 1)
        branches.align(1, 0)
        branches.settle(0, [])
        assert list(branches.size) == [size]
        out = array("H")
        branches.join(array("H", [0x4444] * (halfwords - 1) + [0x3333]), out, [])
        assert list(out[halfwords - 1 : -1]) == ([0x1111] if size == 2 else [0x2223, 0x2222])
