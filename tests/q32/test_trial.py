"""Trials: which formats are taken, and how many pixels are drawn for that. What is drawn is made up here."""

from dataclasses import replace

import numpy as np
import pytest

from glowjit import q32
from glowjit.ir.text import parse_module
from glowjit.q32.choice import trial
from glowjit.q32.choice.observe import Frame
from glowjit.q32.choice.trial import settled

FRAMES = [Frame(64, 48, {}), Frame(32, 32, {})]
SLOPE = """entry @main
func @main(%x: float, %y: float) -> (float, float, float, float) {
entry:
  %r: float = fmul %x, 0.007
  %g: float = fdiv %r, 3.0
  ret %r, %g, 0.0, 1.0
}
"""
COARSE, DENSE = 2 * 11 * 9, 2 * 23 * 17


Wrong = tuple[float, float]  # right of and above this place of a picture whose sides are 1

NONE, TENTH, HALF, MOST = (1.0, 1.0), (0.9, 0.0), (0.5, 0.0), (0.25, 0.0)
CORNER = (0.98, 0.97)  # one pixel, of one frame


class Studio:
    """Lowers formats to words that are wrong in the part `wrong[i]` of a picture, in the i-th attempt."""

    def __init__(self, wrong: list[Wrong]) -> None:
        self.wrong = wrong
        self.tried: list[q32.formats.Formats] = []
        self.drawn: list[int] = []

    def lowered(self, formats: q32.formats.Formats) -> q32.Words:
        left, bottom = self.wrong[len(self.tried)]
        self.tried.append(formats)
        self.drawn.append(0)

        def draw(frame: Frame, places: np.ndarray) -> np.ndarray:
            assert (places[:, 0] < frame.width).all() and (places[:, 1] < frame.height).all()
            self.drawn[-1] += len(places)
            x = places[:, 0] + 0.5
            is_wrong = (places >= (left * frame.width, bottom * frame.height)).all(axis=1)
            off = np.where(is_wrong, 0.5, 0.0)
            return np.stack([0.007 * x + off, 0.007 * x / 3.0, 0.0 * x, 0.0 * x + 1.0])

        return q32.Words(parse_module(SLOPE), draw, False)


def settle(*wrong: Wrong) -> tuple[Studio, q32.formats.Formats]:
    studio, module = Studio(list(wrong)), parse_module(SLOPE)
    observed = q32.observe(module, FRAMES)
    best, _ = settled(module, observed, q32.choose(module, observed), FRAMES, studio.lowered)
    return studio, best


def test_words_that_are_right_are_taken_at_once():
    studio, best = settle(NONE)
    assert best is studio.tried[0]
    assert studio.drawn == [COARSE]


@pytest.mark.parametrize("pairs", [NONE, TENTH], ids=["right", "better by far"])
def test_the_last_resort_need_not_be_looked_at_for_long(pairs):
    studio, best = settle(HALF, pairs)
    assert best is studio.tried[-1]
    assert best.pairs
    assert studio.drawn == [COARSE + DENSE, pytest.approx(DENSE / 4, rel=0.02)]


def test_what_is_bad_shows_soon():
    """And what comes nearest is kept."""
    studio, best = settle(HALF, MOST)
    assert best is studio.tried[0]
    assert studio.drawn[1] == pytest.approx(DENSE / 4, rel=0.02)


def test_of_what_is_wrong_the_least_wrong_is_taken():
    studio, best = settle(MOST, HALF)
    assert best is studio.tried[1]
    assert studio.drawn[1] == DENSE


def test_nobody_gets_pairs_for_a_few_pixels():
    """One of 99 looks like many, and is not."""
    studio, _ = settle(CORNER)
    assert studio.drawn == [COARSE + DENSE]


def test_what_is_no_number_is_black():
    """0 / 0 is 0 in words."""
    module = parse_module(
        SLOPE.replace("%r, %g, 0.0, 1.0", "%r, %g, %n, 1.0").replace("  ret", "  %n: float = fdiv 0.0, 0.0\n  ret")
    )
    studio, observed = Studio([NONE]), q32.observe(module, FRAMES)
    settled(module, observed, q32.choose(module, observed), FRAMES, studio.lowered)
    assert len(studio.tried) == 1


def named(text):
    """A module, what was observed of it, its formats and its values by name."""
    module = parse_module(text)
    observed = q32.observe(module, FRAMES)
    values = {value.name: value for inst in module.functions["main"].insts() for value in inst.results}
    return module, observed, q32.choose(module, observed), values


def test_what_calls_return_is_held_in_one_way():
    text = SLOPE.replace("fmul %x, 0.007", "call @g(%x)").replace("fdiv %r, 3.0", "call @g(%y)")
    callee = "func @g(%z: float) -> (float) {\nentry:\n  %w: float = fmul %z, 0.007\n  ret %w\n}\n"
    module, _, _, values = named(text.replace("func @main", callee + "func @main"))
    assert trial._with_returned(module, {values["r"]}) == {values["r"], values["g"]}


def test_whole_numbers_are_not_long():
    module, _, chosen, values = named(SLOPE)
    short = {value: replace(basis, need=60.0) for value, basis in chosen.basis.items()}
    assert values["r"] in trial._longs(module, replace(chosen, basis=short))
    whole = {value: replace(basis, whole=True) for value, basis in short.items()}
    assert not trial._longs(module, replace(chosen, basis=whole))


def test_what_is_far_stops_where_the_near_has_its_bits():
    module, observed, _, values = named(SLOPE.replace("0.007", "5000.0"))
    stopping = trial._stopping(module, observed, {values["r"]})
    assert stopping.fraction_of(values["r"]) >= 16
    assert stopping.stops == {values["r"]}


def test_what_wraps_does_not_stop():
    module, observed, _, values = named(
        SLOPE.replace("0.007", "5000.0").replace("fdiv %r, 3.0", "ffract %r").replace("ret %r", "ret %g")
    )
    assert observed[values["r"]].magnitude > 2**15
    assert not trial._stopping(module, observed, {values["r"]}).stops


def test_a_direction_is_long_where_it_wants_more_bits_than_words_come_with():
    text = SLOPE.replace("%g: float = fdiv %r, 3.0", "%g: float, %h: float = fnormalize %r, %x")
    module, _, chosen, values = named(text)
    wanted = {value: replace(basis, need=20.0) for value, basis in chosen.basis.items()}
    points = dict.fromkeys(values.values(), 28)
    found = trial._longs(module, replace(chosen, basis=wanted, values=points))
    assert found == {values["g"], values["h"]}
