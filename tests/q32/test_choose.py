"""Binary points: seen ranges decide where nothing is proven, whole numbers have none, amplified values have more."""

import numpy as np
import pytest

from glowjit import q32
from glowjit.ir import evaluate
from glowjit.ir.text import parse_module
from glowjit.q32 import formats
from glowjit.q32.choice import precision
from glowjit.q32.choice.choose import choose
from glowjit.q32.choice.observe import Frame, observe

HEAD = """
entry @main
uniform @size: 2
input size: vec2 = @size min 1.0
func @main(%x: float, %y: float) -> (float, float, float, float) {
entry:
  %w: float = load @size[0]
"""
TAIL = "  ret %r, %r, %r, 1.0\n}\n"
FRAMES = [Frame(16, 16, {"size": [16.0, 16.0]}), Frame(320, 240, {"size": [320.0, 240.0]})]


def prepared(body):
    """The module of a pixel function, what was observed of it, and its values by name."""
    module = parse_module(HEAD + body + TAIL)
    values = {value.name: value for inst in module.functions["main"].insts() for value in inst.results}
    return module, observe(module, FRAMES), values


CASES = [
    ("small values keep the border's format", "%v: float = fadd %x, 0.5\n %r: float = fmul %v, 0.001\n", 16),
    ("squares of pixels have fewer bits", "%v: float = fmul %x, %x\n %r: float = fmul %v, 0.00001\n", 13),
    (
        "large whole numbers have none",
        "%f: float = ffloor %x\n %g: float = fmul %f, %f\n %v: float = fmul %g, 34.0\n %r: float = fmul %v, 1e-7\n",
        0,
    ),
    (
        "what only a fraction is taken of may wrap",
        "%s: float = fsin %x\n %v: float = fmul %s, 43758.5453\n %r: float = ffract %v\n",
        16,
    ),
    (
        "what is amplified has all bits",
        "%v: float = fsin %x\n %p: float = fmul %v, 43758.5453\n %r: float = ffract %p\n",
        30,
    ),
]


@pytest.mark.parametrize("body, point", [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_point(body, point):
    module, observed, values = prepared(body)
    assert choose(module, observed).fraction_of(values["v"]) == point


@pytest.mark.parametrize("body", [case[1] for case in CASES], ids=[case[0] for case in CASES])
def test_words_are_the_picture(body, link):
    module, observed, _ = prepared(body)
    reference = parse_module(HEAD + body + TAIL)
    link(module, q32.lower(module, choose(module, observed)))
    x = np.arange(320) + 0.5
    wanted = evaluate.call(reference, "main", [x, x], 320, {"size": [320.0, 240.0]})[0]
    one = 1 << formats.BORDER_FRACTION
    words = (x * one).astype(np.int32)
    found = evaluate.call(module, "main", [words, words], 320, {"size": [320 * one, 240 * one]})[0]
    off = np.abs(found / 2.0 ** module.channels[0].fraction - wanted)
    assert np.minimum(off, 1 - off if "ffract" in body else off).max() < 0.002


@pytest.mark.parametrize(("guard", "point"), [("1e-6", 27), ("1e-9", 28)], ids=["near", "far"])
def test_a_logarithm_has_room_for_what_is_possible_if_that_is_near(guard, point):
    """Of 0.05 is the least that is seen, log(0.05) = -3; a first frame may have log(1e-6) = -13.8, which takes a bit
    more, and log(1e-9) = -20.7 two."""
    fraction = "%m: float = fmul %x, 0.25\n %a: float = fadd %m, 0.925\n %f: float = ffract %a\n"
    hash = (
        f"%g: float = fadd %f, {guard}\n %v: float = flog %g\n %p: float = fmul %v, 43758.5\n %r: float = ffract %p\n"
    )
    module, observed, values = prepared(fraction + hash)
    assert observed[values["v"]].magnitude == pytest.approx(3.0, abs=0.1)
    assert choose(module, observed).fraction_of(values["v"]) == point


def test_nothing_is_chosen_without_observation():
    module, _, values = prepared(CASES[1][1])
    assert choose(module, {}).fraction_of(values["v"]) == formats.BORDER_FRACTION


def test_observation_is_of_all_frames_and_repeatable():
    _, observed, values = prepared(CASES[1][1])
    seen = observed[values["v"]]
    assert (seen.low, seen.high) == (0.25, 319.5**2)
    again, repeated, _ = prepared(CASES[1][1])
    assert list(repeated.values()) == list(observed.values()) and again.entry == "main"


def test_needs_grow_with_what_a_value_is_multiplied_by():
    module, observed, values = prepared("%v: float = fmul %x, 0.001\n %r: float = fmul %v, 1024.0\n")
    needs = precision.demands(module, observed).values
    assert needs[values["r"]] == precision.RESULT and needs[values["v"]] == precision.RESULT + 10


TIMED = """
entry @main
uniform @time: 1
input time: float = @time
func @main(%x: float, %y: float) -> (float, float, float, float) {
entry:
  %t: float = load @time[0]
  %v: float = fmul %t, 0.5
  %s: float = fsin %v
  %p: float = fmul %s, 43758.5453
  %r: float = ffract %p
  ret %r, %r, %r, 1.0
}
"""


@pytest.mark.parametrize("late, point", [(None, 25), (32000.0, 17)])
def test_what_grows_with_time_has_room_for_hours(late, point):
    """The angle is wanted with 30 bits; seen up to 30, with headroom, it has room for 25, and up to 16000 for 17."""
    module = parse_module(TIMED)
    frames = [Frame(8, 8, {"time": [60.0]})] + ([Frame(8, 8, {"time": [late]}, late=True)] if late else [])
    (angle,) = (
        inst.result for inst in module.functions["main"].insts() if inst.op == "fmul" and inst.args[1].value < 1
    )
    observed = observe(module, frames)
    assert observed[angle].magnitude == 30.0 and observed[angle].drift == (late or 0.0) / 2
    assert choose(module, observed).fraction_of(angle) == point


def test_a_parameter_is_all_that_its_edges_bring(doubling):
    module = doubling("1.0", 30)
    (param, _) = module.functions["main"].blocks[1].params
    seen = observe(module, [Frame(8, 8, {})])[param]
    assert seen.low == 1.0 and 2.0**24 <= seen.high <= 2.0**30


def test_what_is_proven_needs_no_room_for_more():
    """A whole number below 289 times 34, plus 1, times itself: a polynomial of permutations, exact without a point."""
    body = "%f: float = ffloor %x\n %m: float = fmod %f, 289.0\n %a: float = fmul %m, 34.0\n"
    body += " %b: float = fadd %a, 1.0\n %v: float = fmul %b, %m\n %r: float = fmul %v, 1e-7\n"
    module, observed, values = prepared(body)
    found = choose(module, observed).basis[values["v"]]
    assert (found.kind, found.low, found.whole) == ("proven", 0, True) and 288 * 9793 <= found.high < 1.01 * 288 * 9793


def test_few_magnitudes_are_below_what_is_small():
    """But some may be."""
    _, seen, values = prepared("  %r: float = fmul %x, %y\n")
    assert seen[values["r"]].low < seen[values["r"]].small < 0.1 * seen[values["r"]].high
