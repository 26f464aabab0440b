"""The backend as a whole: what it reports, what it counts, what it refuses."""

import pytest
from native import assembly, compile_module

from glowcore import backend, isa, memory
from glowcore.qir import QirError
from glowjit import qir
from glowjit.ir import generate
from glowjit.ir.text import parse_module

CALLS = """
global @g: 1
constant @table: 2 = 5, -6
func @leaf(%a: int, %b: int) -> (int) {
entry:
  %r: int = mulh %a, %b
  ret %r
}
func @middle(%a: int, %b: int) -> (int) {
entry:
  %r: int = call @leaf(%a, %b)
  %s: int = add %r, %b
  %w: int = load @table[1]
  %t: int = add %s, %w
  ret %t
}
func @render() -> (int) {
entry:
  %w: int = load @g[0]
  %r: int = call @middle(%w, 3)
  %s: int = call @leaf(%r, %w)
  ret %s
}
"""


def large(size=1500, seed=7):
    module = generate.generate(seed, generate.Knobs(functions=1, size=size, depth=2, work=10**9))
    return qir.encode(module, qir.layout(module), ["main"])


def test_what_is_reported():
    layout, result = compile_module(parse_module(CALLS))
    assert list(result.entries) == ["render"]
    assert result.ctx_words == layout.ctx_words == 13
    assert result.code[result.code_size :] == (5).to_bytes(4, "little") + (-6).to_bytes(4, "little", signed=True)
    assert result.code_size % 4 == 0
    leaf, middle, render = result.functions
    assert [stats.name for stats in result.functions] == ["leaf", "middle", "render"]
    assert [stats.frame for stats in (leaf, middle, render)] == [0, 16, 16]
    assert result.stack == render.stack == 32
    assert all(stats.offset % 4 == 0 and stats.bytes > 0 for stats in result.functions)


def test_source_lines_lead_back_to_the_shader():
    text = """
func @f(%a: int, %b: int) -> (int) {
entry:
  %0: int = mul %a, %b                                  ; line 7
  %1: int = add %0, 5                                   ; line 7
  %2: int = mulh %1, %b                                 ; line 9
  ret %2                                                ; line 10
}
"""
    _, result = compile_module(parse_module(text), ["f"])
    lines = dict(zip(result.lines[::2], result.lines[1::2], strict=True))
    assert assembly(result)[1:] == ["  mul a0, a0, a1", "  addi a0, a0, 5", "  mulh a0, a0, a1", "  ret"]
    assert lines == {0: 7, 6: 9, 10: 10}


def test_callers_know_exactly_what_a_callee_destroys():
    _, result = compile_module(parse_module(CALLS))
    leaf, middle, _ = result.functions
    assert leaf.clobbers == 1 << isa.RA | 1 << isa.A0
    assert middle.clobbers & leaf.clobbers == leaf.clobbers
    assert not middle.clobbers & sum(1 << reg for reg in isa.CALLEE_SAVED)


def test_the_result_depends_on_the_blob_alone():
    blob = large(400)
    assert len({backend.compile(blob).code for _ in range(3)}) == 1


def test_memory_is_counted_and_released():
    meter = backend.Meter()
    result = backend.compile(large(), meter=meter)
    assert list(meter.peaks) == ["qir", "isel", "regalloc", "emit"]
    assert max(meter.peaks.values()) == meter.peak
    room = max(result.functions[0].bytes, (len(large()) - 20) * 17 // 32)  # 20: the header
    kept = memory.array_bytes(room) + 4 * len(result.lines) + memory.instance_bytes(result.functions[0])
    always = memory.value_bytes(large()) + memory.FRAMES + memory.EVERY
    assert meter.held == pytest.approx(always + kept, abs=3 * memory.BLOCK)
    assert meter.peak > meter.held


def test_more_memory_than_allowed_stops_the_compilation():
    blob = large()
    peak = backend.Meter()
    backend.compile(blob, meter=peak)
    stages = set()
    for limit in (100, len(blob) + 100, peak.peak // 2, peak.peak - 1):
        with pytest.raises(memory.MemoryLimit) as caught:
            backend.compile(blob, meter=backend.Meter(limit))
        error = caught.value
        assert error.limit == limit
        assert 0 <= error.available < error.requested
        assert str(error) == (
            f"{error.stage}: {error.what} needs {error.requested} bytes, {error.available} of {limit} are left"
        )
        stages.add(error.stage)
    assert len(stages) >= 2
    backend.compile(blob, meter=backend.Meter(peak.peak))


def test_the_checker_and_the_dump_see_every_function():
    module = parse_module(CALLS)
    seen = []
    backend.compile(
        qir.encode(module, qir.layout(module)),
        check=lambda vcode, env, output: seen.append(len(output.allocs) == len(vcode.operand_reg)),
        dump=lambda name, vcode, output: seen.append(name),
    )
    assert seen == [True, "leaf", True, "middle", True, "render"]


def test_a_damaged_blob_is_refused():
    with pytest.raises(QirError, match="damaged"):
        blob = bytearray(large(50))
        blob[60] ^= 4
        backend.compile(bytes(blob))
