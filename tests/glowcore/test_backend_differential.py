"""The heart of the backend's tests: random functions as machine code compute what the evaluator computes.

Every allocation is verified by the symbolic checker, every run by the emulated board (registers restored, no access
outside the function's own memory, no instruction that the chip lacks).
"""

import itertools
from random import Random

import pytest
from native import Native, initialise_locals

from glowcore import single_pass
from glowjit.ir import evaluate, generate

LANES = 3

# size of functions, words of parameters and results (beyond eight they go by the stack), values live throughout
SHAPES = tuple(itertools.product((10, 40, 150), (4, 12), (3, 12), (4, 40)))


def knobs_of(seed):
    size, params, results, pressure = SHAPES[seed % len(SHAPES)]
    return generate.Knobs(size=size, params=params, results=results, pressure=pressure)


def agree(seed, knobs, lanes=LANES, **options):
    """Assert that the random function `seed` gives the same bits in the emulator and in the evaluator."""
    module = generate.generate(seed, knobs)
    initialise_locals(module)
    args = generate.arguments(module, "main", seed, lanes)
    memory = generate.contents(module, seed)
    expected = evaluate.call(module, "main", args, lanes, dict(memory))
    native = Native(module, "main", **options)
    for lane in range(lanes):
        result = native.call([arg[lane] for arg in args], memory)
        assert result == [int(value[lane]) for value in expected], f"seed {seed}, lane {lane}"


@pytest.mark.parametrize("seed", range(len(SHAPES) * 2))
def test_random_functions(seed):
    agree(seed, knobs_of(seed))


@pytest.mark.parametrize("seed", range(100, 140))
def test_random_registers(seed):
    """Registers and victims chosen at random: what no sensible allocation would bring together works too."""
    choose = Random(seed)
    agree(seed, knobs_of(seed), allocate=lambda vcode, env: single_pass.allocate(vcode, env, choose))


@pytest.mark.fuzz
@pytest.mark.parametrize("start", range(1000, 21_000, 250))
def test_many_random_functions(start):
    for seed in range(start, start + 250):
        choose = Random(seed) if seed % 3 == 0 else None
        agree(seed, knobs_of(seed), allocate=lambda vcode, env, choose=choose: single_pass.allocate(vcode, env, choose))
