"""What a value moves, by reverse-mode differentiation, against the difference that moving it makes."""

import math

import numpy as np
import pytest

from glowjit.ir import evaluate
from glowjit.ir.text import parse_module
from glowjit.q32.choice import precision
from glowjit.q32.choice.derivatives import DERIVATIVES
from glowjit.q32.choice.observe import _GRID, Frame, observe, pixels

FRAMES = [Frame(16, 16, {}), Frame(40, 24, {})]
STEP = 2.0**-20


def pixel_function(body):
    """`%r` is the red of a picture; %a and %b are small, positive and different everywhere; %v is what is moved."""
    return f"""
entry @main
uniform @off: 1
input off: float = @off
func @main(%x: float, %y: float) -> (float, float, float, float) {{
entry:
  %off.1: float = load @off[0]
  %a: float = fmul %x, 0.011
  %b.0: float = fmul %y, 0.017
  %b: float = fadd %b.0, 0.05
  %v: float = fadd %a, %off.1
  {body}
  ret %r, 0.5, 0.5, 1.0
}}
"""


def slopes(body, name="v"):
    """The largest slope that was found, and that of differences at the same pixels."""
    module = parse_module(pixel_function(body))
    frames = [Frame(frame.width, frame.height, {"off": [0.0]}) for frame in FRAMES]
    values = {value.name: value for inst in module.functions["main"].insts() for value in inst.results}
    found = observe(module, frames)[values[name]].slope
    x, y = (np.concatenate(axis) for axis in zip(*(grid(frame) for frame in frames), strict=True))
    ends = [evaluate.call(module, "main", [x, y], len(x), {"off": [by]})[0] for by in (-STEP, STEP)]
    inside = (ends[0] > 0) & (ends[0] < 1)
    return found, np.abs((ends[1] - ends[0]) / (2 * STEP))[inside].max(initial=0.0)


def grid(frame):
    return pixels(frame, _GRID)


BODIES = {
    **{op: f"%r: float = {op} %v" for op in ("fsin", "fsqrt", "fatan", "ftanh", "fabs", "ftan", "fasin")},
    **{op: f"%s: float = {op} %v\n %r: float = fmul %s, 0.1" for op in ("frsqrt", "fexp", "fexp2", "fcosh", "fsinh")},
    **{op: f"%r: float = {op} %v, %b" for op in ("fadd", "fsub", "fmul", "fdiv", "fmin", "fmax", "fpow", "fatan2")},
    "fmix": "%r: float = fmix %b, 0.9, %v",
    "ffma": "%r: float = ffma %v, %v, %b",
    "fclamp": "%r: float = fclamp %v, 0.1, 0.3",
    "fsmoothstep": "%r: float = fsmoothstep 0.1, 0.4, %v",
    "fdot": "%r: float = fdot %v, %b, %v, %b",
    "flength": "%r: float = flength %v, %b",
    "fnormalize": "%r: float, %s: float = fnormalize %v, %b",
    "ffract": "%s: float = fmul %v, 7.0\n %r: float = ffract %s",
    "select": "%c: bool = flt %b, 0.2\n %s: float = fmul %v, 2.0\n %r: float = select %c, %s, %v",
}


@pytest.mark.parametrize("op", BODIES)
def test_a_slope_is_that_of_the_difference(op):
    assert op in DERIVATIVES
    found, expected = slopes(BODIES[op])
    assert found == pytest.approx(expected, rel=1e-3)


def test_a_loop_multiplies(doubling):
    module = doubling("%a", 5)
    values = {value.name: value for inst in module.functions["main"].insts() for value in inst.results}
    observed = observe(module, FRAMES)
    assert observed[values["a"]].slope == 32 and observed[values["twice"]].slope == 16
    borders = precision.demands(module, observed).borders
    bounds = precision.Demands(dict.fromkeys((values["a"], values["twice"]), 30.0), borders)
    needs = precision.sampled(module, observed, bounds)
    assert needs[values["a"]] == precision.RESULT + math.log2(32) + 4


def test_what_is_cut_off_moves_nothing():
    found, _ = slopes("%s: float = fadd %v, 3.0\n %r: float = fmul %s, 1.0")
    assert found == 0
