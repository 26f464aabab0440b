"""The blob between host and firmware: what is written can be read, and anything damaged is refused."""

import pytest

from glowcore import qir as binary
from glowjit import qir
from glowjit.errors import GlowjitError
from glowjit.ir import OPS, MemKind, MemObject, generate
from glowjit.ir.text import parse_module

LOOP = """
args @args: 12
constant @table: 3 = 7, -1, 2147483647
func @helper(%a: int) -> (int) {
  local @scratch: 4
entry:
  store @scratch[1], %a
  %r: int = load @scratch[1]
  ret %r
}
func @render() -> (int) {
entry:
  %n: int = load @args[4]
  jump head(0)
head(%i: int):
  %more: bool = lt %i, %n
  branch %more, body, done(0)
body:
  %t: int = load @table[2]                              ; line 12
  %h: int = call @helper(%t)
  %next: int = add %i, 1
  %left: bool = burn
  branch %left, head(%next), done(%h)
done(%status: int):
  ret %status
}
"""


def blob_of(text, roots=()):
    module = parse_module(text)
    layout = qir.layout(module)
    return qir.encode(module, layout, roots), layout


def read(blob):
    return list(binary.Reader(blob).functions())


def instructions(function):
    """(name, operands) of every instruction."""
    found = []
    at = 0
    while at < len(function.code):
        count = function.code[at] >> 8
        found.append((binary.OPS[function.code[at] & 255], list(function.code[at + 1 : at + 1 + count])))
        at += 1 + count
    return found


def blocks_of(function):
    """(start, first value, parameters, depth, loop end) of every block."""
    step = binary.BLOCK_FIELDS
    return [tuple(function.blocks[k : k + step]) for k in range(0, len(function.blocks), step)]


def test_every_operation_of_the_integer_ir_has_a_number():
    integer = {name for name, info in OPS.items() if not info.is_float and "M" not in info.flags}
    assert integer <= set(qir.OPCODES)
    assert qir.OPCODES["add"] == binary.ADD
    assert qir.OPCODES["ret"] == binary.RET == len(binary.OPS) - 1


def test_what_is_written_is_read():
    blob, layout = blob_of(LOOP)
    helper, render = read(blob)
    assert binary.Reader(blob).rodata() == layout.rodata
    assert (helper.name, helper.num_params, helper.num_results, helper.flags) == ("helper", 1, 1, binary.NEEDS_CTX)
    assert render.flags == binary.NEEDS_CTX | binary.ENTRY
    assert instructions(helper) == [("store", [12, 2, 0]), ("load", [12, 2]), ("ret", [1])]
    assert instructions(render)[:2] == [("load", [0, render.num_values + 0]), ("jump", [1, render.num_values + 1])]
    assert list(render.consts) == [4, 0, 2, 1]
    assert list(render.lines)[1] == 12


def test_critical_edges_are_split_and_loops_lie_in_one_piece():
    render = read(blob_of(LOOP)[0])[1]
    blocks = blocks_of(render)
    assert [row[3] for row in blocks] == [0, 1, 1, 1, 0, 0, 0]  # entry, head, body, to head, two to done, done
    assert blocks[1][4] == 4
    assert [name for name, _ in instructions(render) if name in ("jump", "branch", "ret")] == [
        *("jump", "branch", "branch", "jump", "jump", "jump", "ret")
    ]


@pytest.mark.parametrize("seed", range(40))
def test_blocks_keep_the_rules_of_vcode(seed):
    module = generate.generate(seed, generate.Knobs(size=60, depth=4))
    for function in read(qir.encode(module, qir.layout(module), ["main"])):
        check_blocks(function)


def check_blocks(function):
    blocks = blocks_of(function)
    ends = [row[0] for row in blocks[1:]] + [len(function.code)]
    sources = {number: [] for number in range(len(blocks))}
    for number, end in enumerate(ends):
        at = blocks[number][0]
        while at + 1 + (function.code[at] >> 8) < end:
            at += 1 + (function.code[at] >> 8)
        op, operands = function.code[at] & 255, function.code[at + 1 : end]
        targets = {binary.JUMP: operands[:1], binary.BRANCH: operands[1:]}.get(op, ())
        for target in targets:
            sources[target].append((number, op))
            assert target > number or blocks[target][4] > number, "a back edge goes to the header of a loop around it"
        if op == binary.JUMP:
            assert len(operands) - 1 == blocks[operands[0]][2]
    for number, found in sources.items():
        assert len(found) == 1 or all(op == binary.JUMP for _, op in found), "a critical edge"
        assert (not found) == (number == 0)
    for number, row in enumerate(blocks):
        around = [header for header, other in enumerate(blocks) if header <= number < other[4]]
        assert row[3] == len(around)


def test_the_same_module_gives_the_same_bytes():
    blobs = {blob_of(LOOP)[0] for _ in range(3)}
    assert len(blobs) == 1


def test_locals_that_are_never_active_together_share_their_place():
    text = """
    uniform @u: 2
    global @g: 3
    func @a() -> () {
      local @la: 10
    entry:
      ret
    }
    func @b() -> () {
      local @lb: 20
    entry:
      call @a()
      ret
    }
    func @c() -> () {
      local @lc: 5
    entry:
      call @a()
      ret
    }
    """
    layout = qir.layout(parse_module(text))
    offsets = {item.name: offset for item, offset in layout.offsets.items()}
    assert offsets == {"u": 12, "g": 14, "lb": 17, "lc": 17, "la": 37}
    assert (layout.ctx_words, layout.uniform_words, layout.offset("g")) == (47, 2, 14)


def test_functions_that_nobody_calls_are_left_out():
    text = "func @unused() -> () {\nentry:\n  ret\n}\nfunc @call.f() -> () {\nentry:\n  ret\n}\n"
    assert [function.name for function in read(blob_of(text)[0])] == ["call.f"]
    assert [function.name for function in read(blob_of(text, ["unused"])[0])] == ["unused", "call.f"]


def test_too_much_memory_is_said():
    module = parse_module(LOOP)
    module.objects["huge"] = MemObject("huge", MemKind.GLOBAL, 70_000)
    with pytest.raises(GlowjitError, match=r"variables take 700.. words"):
        qir.layout(module)


def test_a_function_that_is_too_large_is_said():
    body = "".join(f"  %v{k}: int = add %v{k - 1}, %v{k - 1}\n" for k in range(1, 22_000))
    with pytest.raises(GlowjitError, match="function 'f' is too large"):
        blob_of(f"func @f(%v0: int) -> (int) {{\nentry:\n{body}  ret %v21999\n}}\n", ["f"])


def test_too_many_words_in_one_call_are_said():
    params = ", ".join(f"%p{k}: int" for k in range(300))
    text = f"func @f({params}) -> (int) {{\nentry:\n  ret %p0\n}}\n"
    text += f"func @g(%x: int) -> (int) {{\nentry:\n  %r: int = call @f({', '.join(['%x'] * 300)})\n  ret %r\n}}\n"
    with pytest.raises(GlowjitError, match="function 'g' is too large: it passes 301 words"):
        blob_of(text, ["g"])


def test_every_truncation_is_refused():
    blob, _ = blob_of(LOOP)
    for length in range(len(blob)):
        with pytest.raises(binary.QirError, match=r"truncated|not a QIR blob"):
            binary.Reader(blob[:length])


def test_every_flipped_bit_is_refused():
    blob, _ = blob_of(LOOP)
    for bit in range(8 * len(blob)):
        damaged = bytearray(blob)
        damaged[bit >> 3] ^= 1 << (bit & 7)
        with pytest.raises(binary.QirError, match=r"not a QIR blob|version|truncated|damaged"):
            binary.Reader(damaged)


def test_something_behind_the_blob_is_refused():
    with pytest.raises(binary.QirError, match="its header says"):
        binary.Reader(blob_of(LOOP)[0] + b"\0")


def test_another_version_is_named():
    blob = bytearray(blob_of(LOOP)[0])
    blob[3] = 9
    with pytest.raises(binary.QirError, match="version 9, this backend reads version 2"):
        binary.Reader(blob)
