"""No pass changes what a module means: random modules, each pass alone and the lists as they run."""

from dataclasses import replace

import numpy as np
import pytest

from glowjit import passes
from glowjit.ir.evaluate import Evaluator
from glowjit.ir.generate import Knobs, arguments, contents, generate
from glowjit.ir.ops import OPS
from glowjit.ir.text import parse_module, print_module
from glowjit.ir.verify import verify

LANES = 6

# Float modules agree up to rounding only if nothing in them jumps, or is not a number.
SMOOTH = {
    *(name for name, info in OPS.items() if info.pure and not info.is_float),
    *("fadd", "fsub", "fmul", "fneg", "fabs", "fmin", "fmax", "fclamp", "fsin", "fcos", "fmix", "ffma", "fdot"),
    *("stof", "flt", "fge", "feq", "fne"),
}
INTEGERS = Knobs()
FLOATS = Knobs(floats=True, ops=frozenset(SMOOTH))
LONG = replace(INTEGERS, size=120, functions=5, depth=4, trips=9)


def run(module, seed):
    words = {name: data for name, data in contents(module, seed).items() if name in module.objects}
    return Evaluator(module, LANES, words).call("main", arguments(module, "main", seed, LANES))


def assert_same(before, after, exact):
    for old, new in zip(before, after, strict=True):
        if exact or old.dtype != np.float64:
            np.testing.assert_array_equal(new, old)
        else:
            tame = np.isfinite(old) & (np.abs(old) < 1e9)
            np.testing.assert_allclose(new[tame], old[tame], rtol=1e-6, atol=1e-6)


def check(steps, knobs, seed):
    """Run `steps` one by one on one module; it must stay correct and mean the same after each that changes it."""
    module = generate(seed, knobs)
    module.entry = "main"
    expected = run(module, seed)
    text = print_module(module)
    for step in steps:
        step.run(module)
        verify(module)
        following = print_module(module)
        if following != text:
            assert_same(expected, run(module, seed), exact=not knobs.floats)
        text = following


ALL = (*passes.FLOAT_PASSES, *passes.INTEGER_PASSES)
EACH = {step.name: step for step in ALL}
# A pass may expect what another leaves: several calls share the memory of one only after `initialise`.
BEFORE = {name: (EACH["initialise"],) for name in EACH if name.startswith("inline")}


@pytest.mark.parametrize("name", EACH)
def test_each_pass_alone(name):
    for seed in range(5):
        check((*BEFORE.get(name, ()), EACH[name]), INTEGERS, 1000 + seed)
    check((*BEFORE.get(name, ()), EACH[name]), FLOATS, 2000)


@pytest.mark.parametrize("seed", range(12))
def test_whole_road_on_integers(seed):
    check(ALL, INTEGERS, seed)


@pytest.mark.parametrize("seed", range(6))
def test_whole_road_on_floats(seed):
    check(ALL, FLOATS, seed)


def test_whole_road_on_a_long_module():
    check(ALL, LONG, 1)


def test_the_same_module_gives_the_same_code():
    def text(seed):
        module = generate(seed, LONG)
        module.entry = "main"
        passes.run_passes(module, passes.FLOAT_PASSES)
        passes.run_passes(module, passes.INTEGER_PASSES)
        return print_module(module)

    assert text(7) == text(7)


def test_no_pass_undoes_the_work_of_another():
    """Running the list again makes nothing larger."""
    before = after = 0
    for seed in range(12):
        module = generate(seed, INTEGERS)
        module.entry = "main"
        passes.run_passes(module, passes.INTEGER_PASSES)
        before += _instructions(module)
        passes.run_passes(module, passes.INTEGER_PASSES)
        after += _instructions(module)
    assert after <= before


def _instructions(module):
    return sum(len(block.insts) for function in module.functions.values() for block in function.blocks)


@pytest.mark.fuzz
@pytest.mark.parametrize("knobs", [INTEGERS, FLOATS, LONG], ids=["integers", "floats", "long"])
def test_fuzz(knobs):
    for seed in range(10_000, 10_400):
        check(ALL, knobs, seed)


def test_a_library_takes_nothing_of_a_scant_fuel():
    """Short loops of the functions that are named burn nothing; others burn as before."""
    loop = (
        "entry:\n  jump turn(0)\nturn(%i: int):\n  %n: int = add %i, 1\n  %more: bool = lt %n, 64\n"
        "  branch %more, latch, out\nlatch:\n  %f: bool = burn\n  branch %f, turn(%n), out\nout:\n  ret %n\n}\n"
    )
    module = parse_module(f"func @library() -> (int) {{\n{loop}func @own() -> (int) {{\n{loop}")
    passes.fuel.spare(module, ["library"])
    left = {name: sum(inst.op == "burn" for inst in function.insts()) for name, function in module.functions.items()}
    assert left["own"] == 1
    assert Evaluator(module, 1, {}, fuel=2).call("library", [])[0] == 64
