"""Single-pass allocation: right on random programs, cheap where it can be, deterministic, the same on MicroPython."""

import subprocess
import sys
import time
from array import array
from pathlib import Path
from random import Random

import pytest

from glowcore.ra_state import State
from glowcore.single_pass import allocate
from glowcore.vcode import (
    DEF,
    DEF_FIXED,
    DEF_REG,
    FIRST_VREG,
    LOAD,
    NOWHERE,
    STORE,
    USE_FIXED,
    USE_REG,
    MachineEnv,
    Output,
    VCode,
    VCodeError,
)
from glowjit.allocators import ALLOCATORS
from glowjit.allocators.checker import check
from glowjit.allocators.generate import (
    CALLS,
    LOOPS,
    PRESSURE,
    RV32,
    STRAIGHT,
    TINY,
    Shape,
    carried_loop,
    generate,
    trace,
)
from glowjit.allocators.replay import replay
from glowjit.allocators.report import measure, output_bytes
from glowjit.allocators.validate import validate

ROOT = Path(__file__).resolve().parents[2]
V = FIRST_VREG
SHAPES = {"mixed": Shape(), "straight": STRAIGHT, "pressure": PRESSURE, "loops": LOOPS, "calls": CALLS}
FIELDS = ["allocs", "edit_inst", "edit_after", "edit_kind", "edit_a", "edit_b", "num_slots"]


def same(first: Output, second: Output) -> bool:
    return all(getattr(first, name) == getattr(second, name) for name in FIELDS)


def verify(vcode: VCode, env: MachineEnv, output: Output, seed: int) -> None:
    check(vcode, env, output)
    replay(vcode, output, seed, 300)
    stored_at_definitions(vcode, output)


def stored_at_definitions(vcode: VCode, output: Output) -> None:
    """A store is right after the instruction that made the value, or at the border of a block, for parameters."""
    borders = set(vcode.block_start) | {end - 1 for end in vcode.block_start}
    for index, kind in enumerate(output.edit_kind):
        if kind == STORE:
            inst = output.edit_inst[index]
            if output.edit_after[index]:
                operands = range(vcode.operand_start[inst], vcode.operand_start[inst + 1])
                results = [output.allocs[k] for k in operands if vcode.operand_flags[k] & DEF]
                assert output.edit_b[index] in results
            else:
                assert inst in borders


# -- correctness -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize(("env", "seeds"), [(RV32, 60), (TINY, 60)], ids=["27 registers", "7 registers"])
def test_random_programs(name: str, env: MachineEnv, seeds: int) -> None:
    for seed in range(seeds):
        vcode = generate(seed, SHAPES[name], env)
        validate(vcode, env)
        verify(vcode, env, allocate(vcode, env), seed)


@pytest.mark.parametrize("name", SHAPES)
def test_random_choices(name: str) -> None:
    """Whatever is free to choose may be chosen at random: no decision is needed for correctness."""
    for seed in range(40):
        vcode = generate(seed, SHAPES[name], TINY)
        verify(vcode, TINY, allocate(vcode, TINY, Random(seed)), seed)


def test_random_environments() -> None:
    registers = [*range(5, 32)]
    for seed in range(60):
        rng = Random(seed)
        rng.shuffle(registers)
        caller, callee = rng.randint(5, 10), rng.randint(0, 12)
        env = MachineEnv(tuple(registers[:3]), tuple(registers[3:caller]), tuple(registers[caller : caller + callee]))
        vcode = generate(seed, CALLS if seed % 2 else LOOPS, env)
        validate(vcode, env)
        verify(vcode, env, allocate(vcode, env), seed)


@pytest.mark.parametrize("carried", [1, 8, 20, 30, 60])
@pytest.mark.parametrize("invariants", [0, 10, 40])
def test_loops_with_many_values(carried: int, invariants: int) -> None:
    vcode = carried_loop(carried, invariants, 80)
    validate(vcode, RV32)
    verify(vcode, RV32, allocate(vcode, RV32), 1)


def test_allocation_is_deterministic() -> None:
    for seed in range(10):
        assert same(allocate(generate(seed, LOOPS), RV32), allocate(generate(seed, LOOPS), RV32))
        assert same(allocate(generate(seed, LOOPS), RV32, Random(5)), allocate(generate(seed, LOOPS), RV32, Random(5)))


def test_it_is_registered() -> None:
    assert ALLOCATORS["single_pass"] is allocate


@pytest.mark.fuzz
def test_fuzz() -> None:
    """Some minutes of new seeds; run by hand."""
    for seed in range(10_000, 13_000):
        for shape in SHAPES.values():
            for env in (RV32, TINY):
                vcode = generate(seed, shape, env)
                for choose in (None, Random(seed)):
                    verify(vcode, env, allocate(vcode, env, choose), seed)


# -- what it costs ---------------------------------------------------------------------------------------------------


class Function:
    """Builds one function instruction by instruction."""

    def __init__(self) -> None:
        self.vcode = VCode()

    def inst(self, defs: int = 0, uses: tuple[int, ...] = (), remat: int = 0, clobbers: int = 0) -> list[int]:
        made = [self.vcode.new_vreg() for _ in range(defs)]
        for vreg in made:
            self.vcode.operand(vreg, DEF_REG)
        for vreg in uses:
            self.vcode.operand(vreg, USE_REG)
        number = self.vcode.inst(1, 0, 0, remat)
        if clobbers:
            self.vcode.clobbers[number] = clobbers
        return made

    def args(self, *registers: int) -> list[int]:
        made = [self.vcode.new_vreg() for _ in registers]
        for vreg, register in zip(made, registers, strict=True):
            self.vcode.operand(vreg, DEF_FIXED, register)
        self.vcode.inst(2)
        return made

    def call(self, arguments: dict[int, int], result: int, clobbers: int) -> int:
        """A call with arguments register -> vreg; its result arrives in register `result`."""
        made = self.vcode.new_vreg()
        self.vcode.operand(made, DEF_FIXED, result)
        for register, vreg in arguments.items():
            self.vcode.operand(vreg, USE_FIXED, register)
        self.vcode.clobbers[self.vcode.inst(3)] = clobbers & ~(1 << result)
        return made

    def rets(self, vreg: int, register: int = 10) -> None:
        self.vcode.operand(vreg, USE_FIXED, register)
        self.vcode.inst(4)

    def end(
        self,
        params: tuple[int, ...] = (),
        succs: tuple[int, ...] = (),
        args: tuple[int, ...] = (),
        depth: int = 0,
        loop_end: int = 0,
    ) -> None:
        self.vcode.end_block(params, succs, args, depth, loop_end)

    def allocate(self, env: MachineEnv = RV32) -> Output:
        vcode = self.vcode.finish()
        validate(vcode, env)
        output = allocate(vcode, env)
        check(vcode, env, output)
        return output


CALLER_SAVED = sum(1 << reg for reg in RV32.preferred + RV32.non_preferred)


def test_parameters_and_result_stay_where_the_convention_puts_them() -> None:
    f = Function()
    a, b = f.args(10, 11)
    (c,) = f.inst(1, (a, b))
    f.rets(c)
    f.end()
    output = f.allocate()
    assert list(output.allocs) == [10, 11, 10, 10, 11, 10]
    assert not output.edit_inst


def test_a_value_across_a_call_lives_in_a_callee_saved_register() -> None:
    f = Function()
    a, b = f.args(10, 11)
    c = f.call({10: a}, 10, CALLER_SAVED)
    (d,) = f.inst(1, (b, c))
    f.rets(d)
    f.end()
    output = f.allocate()
    assert [(output.edit_kind[k], output.edit_a[k], output.edit_b[k]) for k in range(len(output.edit_kind))] == [
        (0, 8, 11)
    ]


def test_a_value_across_a_call_that_spares_its_register_stays() -> None:
    f = Function()
    a, b = f.args(10, 11)
    c = f.call({10: a}, 10, 1 << 10 | 1 << 12)
    (d,) = f.inst(1, (b, c))
    f.rets(d)
    f.end()
    assert not f.allocate().edit_inst


def test_a_constant_is_made_again_rather_than_spilled_and_its_definition_dropped() -> None:
    f = Function()
    f.args()
    (k,) = f.inst(1, remat=1)
    values = [f.inst(1)[0] for _ in range(27)]
    while len(values) > 1:
        values = [f.inst(1, (values[0], values[1]))[0], *values[2:]]
    (r,) = f.inst(1, (values[0], k))
    f.rets(r)
    f.end()
    report = measure(f.vcode.finish(), f.allocate())
    assert (report.loads, report.stores, report.remats, report.dropped) == (0, 0, 1, 1)


def test_a_counting_loop_needs_no_moves() -> None:
    """i, s = n, 0; do: s += i * c; i -= 1; all four values keep their registers."""
    f = Function()
    n, c = f.args(10, 11)
    (zero,) = f.inst(1, remat=1)
    f.inst()
    i, s = f.vcode.new_vreg(), f.vcode.new_vreg()
    f.end((), (1,), (n, zero))
    (t,) = f.inst(1, (i, c))
    (s2,) = f.inst(1, (s, t))
    (i2,) = f.inst(1, (i,))
    f.inst(0, (i2,))
    f.end((i, s), (2, 3), (), 1, 3)
    f.inst()
    f.end((), (1,), (i2, s2), 1)
    f.rets(s2)
    f.end()
    output = f.allocate()
    report = measure(f.vcode, output)
    assert (report.loads, report.stores, report.slots) == (0, 0, 0)
    in_loop = [inst for inst in output.edit_inst if f.vcode.block_start[1] <= inst < f.vcode.block_start[3]]
    assert not in_loop


def test_no_fresh_callee_saved_register_while_a_touched_one_is_free() -> None:
    """Two values cross one call each, one after the other: one callee-saved register serves both."""
    f = Function()
    (a,) = f.args(10)
    for _ in range(4):
        result = f.call({10: a}, 10, CALLER_SAVED)
        (a,) = f.inst(1, (a, result))
    f.rets(a)
    f.end()
    used = set(f.allocate().allocs) & set(RV32.callee_saved)
    assert used == {8}


def test_more_fixed_operands_than_registers() -> None:
    f = Function()
    (a, b) = f.args(10, 11)
    f.inst(0, (a, b))
    f.rets(a)
    f.end()
    with pytest.raises(VCodeError, match="instruction 1 needs more registers"):
        allocate(f.vcode.finish(), MachineEnv((10,), (), ()))


def pressure(f: Function, first: int, count: int = 27) -> int:
    """Instructions that hold `count` values at once, the first computed from `first`; returns their sum."""
    values = [f.inst(1, (first,))[0]]
    while len(values) < count:
        values += f.inst(1, (values[-1],))
    while len(values) > 1:
        values[-2:] = f.inst(1, (values[-2], values[-1]))
    return values[0]


def test_the_arms_of_a_branch_keep_off_each_others_registers() -> None:
    """Four values from above, two used in one arm, two in the other: no moves at all."""
    f = Function()
    a, b, c, d = (f.inst(1)[0] for _ in range(4))
    f.inst(0, (a,))
    f.end((), (1, 2))
    (x,) = f.inst(1, (a, b))
    f.inst()
    f.end((), (3,), (x,))
    (y,) = f.inst(1, (c, d))
    f.inst()
    f.end((), (3,), (y,))
    result = f.vcode.new_vreg()
    f.rets(result)
    f.end((result,))
    assert not f.allocate().edit_inst


def test_a_value_is_not_brought_back_between_the_branches_of_a_loop() -> None:
    """Three diamonds, each with an arm that needs every register, then the only use of a value from outside the loop:
    it is loaded in the last diamond, not in each."""
    f = Function()
    (outside,) = f.inst(1)
    (start,) = f.inst(1)
    f.inst()
    value = f.vcode.new_vreg()
    f.end((), (1,), (start,))
    params: tuple[int, ...] = (value,)
    for block in (1, 4, 7):
        f.inst(0, (value, value))
        f.end(params, (block + 1, block + 2), (), 1, 12 if block == 1 else 0)
        heavy = pressure(f, value)
        f.inst()
        f.end((), (block + 3,), (heavy,), 1)
        f.inst()
        f.end((), (block + 3,), (value,), 1)
        value = f.vcode.new_vreg()
        params = (value,)
    (value,) = f.inst(1, (value, outside))
    f.inst(0, (value, value))
    f.end(params, (11, 12), (), 1)
    f.inst()
    f.end((), (1,), (value,), 1)
    f.rets(value)
    f.end()
    report = measure(f.vcode, f.allocate())
    assert (report.loads, report.stores) == (2, 1)  # one in each arm


def test_what_one_arm_reads_from_memory_is_loaded_there() -> None:
    """A loop that uses 26 values from outside again and again, and ten more each in the rare arm of a branch: those are
    loaded where they are read, and not on the common way."""
    f = Function()
    often = [f.inst(1)[0] for _ in range(26)]
    seldom = [f.inst(1)[0] for _ in range(10)]
    (start,) = f.inst(1)
    f.inst()
    value = f.vcode.new_vreg()
    f.end((), (1,), (start,))
    params: tuple[int, ...] = (value,)
    arms = [2 + 3 * turn for turn in range(len(seldom))]
    for arm, rare in zip(arms, seldom, strict=True):
        for other in often:
            (value,) = f.inst(1, (value, other))
        f.inst(0, (value, value))
        f.end(params, (arm, arm + 1), (), 1, arms[-1] + 4 if arm == 2 else 0)
        (found,) = f.inst(1, (value, rare))
        f.inst()
        f.end((), (arm + 2,), (found,), 1)
        f.inst()
        f.end((), (arm + 2,), (value,), 1)
        value = f.vcode.new_vreg()
        params = (value,)
    f.inst(0, (value, value))
    f.end(params, (arms[-1] + 3, arms[-1] + 4), (), 1)
    f.inst()
    f.end((), (1,), (value,), 1)
    f.rets(value)
    f.end()
    output = f.allocate()
    starts = f.vcode.block_start
    loads = [inst for inst, kind in zip(output.edit_inst, output.edit_kind, strict=True) if kind == LOAD]
    assert loads
    assert all(any(starts[arm] <= inst < starts[arm + 1] for arm in arms) for inst in loads)


def test_what_the_arrays_take() -> None:
    vcode = trace(1, 1400, 24)
    operands, vregs = len(vcode.operand_reg), vcode.num_vregs
    working = [value for value in vars(State(vcode, RV32, None)).values() if isinstance(value, array | bytearray)]
    assert sum(memoryview(value).nbytes for value in working) <= 9 * vregs + 2 * operands + 200
    output = allocate(vcode, RV32)
    assert output_bytes(output) == operands + 8 * len(output.edit_inst)


# figures: loads, stores, moves, slots at most; see the experiment in the design notes for what they are made of
TRACES = {
    "1500 instructions, 20 live": (lambda: trace(1, 1500, 20), 0, 0, 4, 0),
    "2000 instructions, 30 live": (lambda: trace(1, 2000, 30), 3, 3, 3, 3),
    "2000 instructions, 37 live": (lambda: trace(1, 2000, 37), 60, 56, 5, 10),
    "2000 instructions, 26 live, a call in 50": (lambda: trace(1, 2000, 26, calls=0.02), 168, 156, 73, 14),
    "20 carried, 4 invariant": (lambda: carried_loop(20, 4, 120), 0, 0, 4, 0),
    "4 carried, 20 invariant": (lambda: carried_loop(4, 20, 120), 0, 0, 3, 0),
    "10 carried, 20 invariant": (lambda: carried_loop(10, 20, 120), 26, 11, 3, 10),
    "4 carried, 40 invariant": (lambda: carried_loop(4, 40, 120), 58, 24, 3, 24),
}


@pytest.mark.parametrize(("make", "loads", "stores", "moves", "slots"), TRACES.values(), ids=TRACES)
def test_inserted_instructions(make, loads: int, stores: int, moves: int, slots: int) -> None:  # type: ignore[no-untyped-def]
    vcode = make()
    output = allocate(vcode, RV32)
    check(vcode, RV32, output)
    report = measure(vcode, output)
    assert report.loads <= loads, report
    assert report.stores <= stores, report
    assert report.moves <= moves, report
    assert report.slots <= slots, report


def test_time_is_linear() -> None:
    """As a ratio of two runs side by side, on the processor's clock."""

    def seconds(length: int) -> float:
        vcode = trace(1, length, 30)
        runs = []
        for _ in range(5):
            start = time.process_time()
            allocate(vcode, RV32)
            runs.append(time.process_time() - start)
        return min(runs)

    assert seconds(4000) < 10 * seconds(1000)  # a quadratic algorithm takes 16 times as long


def test_constants_nobody_reads_are_not_made() -> None:
    for seed in range(10):
        vcode = generate(seed, CALLS, TINY)
        output = allocate(vcode, TINY)
        for k, alloc in enumerate(output.allocs):
            assert alloc != NOWHERE or vcode.operand_flags[k] & DEF


# -- on the board ----------------------------------------------------------------------------------------------------

SCRIPT = """
import sys
sys.path.insert(0, {firmware!r})
from array import array
from glowcore import single_pass, vcode
v = vcode.VCode()
for name, code, values in {arrays!r}:
    setattr(v, name, bytearray(values) if code == "B" else array(code, values))
v.clobbers = dict({clobbers!r})
v.num_vregs = {num_vregs}
out = single_pass.allocate(v, vcode.MachineEnv(*{env!r}))
print([list(out.allocs), list(out.edit_inst), list(out.edit_after), list(out.edit_kind), list(out.edit_a),
       list(out.edit_b), out.num_slots])
"""


def run_on_micropython(vcode: VCode, env: MachineEnv, path: Path) -> str:
    arrays = []
    for name, value in sorted(vars(vcode).items()):
        if hasattr(value, "__len__") and name != "clobbers":
            arrays.append((name, getattr(value, "typecode", "B"), list(value)))
    script = SCRIPT.format(
        firmware=str(ROOT / "firmware"),
        arrays=arrays,
        clobbers=sorted(vcode.clobbers.items()),
        num_vregs=vcode.num_vregs,
        env=(env.preferred, env.non_preferred, env.callee_saved),
    )
    path.write_text(script)
    micropython = Path(sys.executable).with_name("micropython")
    return subprocess.run([micropython, path], capture_output=True, text=True, check=True, timeout=60).stdout


@pytest.mark.parametrize("seed", range(4))
def test_micropython_gives_the_same_allocation(seed: int, tmp_path: Path) -> None:
    env = TINY if seed % 2 else RV32
    vcode = generate(seed, (LOOPS, PRESSURE, CALLS, Shape())[seed], env)
    here = allocate(vcode, env)
    expected = [getattr(here, name) for name in FIELDS]
    text = repr([value if isinstance(value, int) else list(value) for value in expected])
    assert run_on_micropython(vcode, env, tmp_path / "allocate.py").strip() == text
