"""Rehearsals: float64 rounded where words are, which foretells what a trial of the words would find."""

import math
from collections.abc import Iterable
from pathlib import Path

import pytest

from glowjit import pipeline, q32
from glowjit.board import load_board
from glowjit.errors import UnsupportedError
from glowjit.ir.text import parse_module
from glowjit.q32.choice import observe, trial
from glowjit.q32.choice.fewest import fewest
from glowjit.q32.choice.observe import Frame
from glowjit.q32.choice.rehearsal import Astray, Rehearsal

CORPUS = Path(__file__).parents[1] / "corpus"
RIGHT = 0.01  # of the pixels of a frame may be off

THIRD = 1 / 3
ROUNDINGS = {
    "word": (THIRD * 2, {}, 43690 / 2**16),
    "fine word": (THIRD, {"fraction": 28}, int(THIRD * 2**28) / 2**28),
    "coarse word": (1000 * THIRD, {"fraction": -3}, 328.0),
    "coarse whole number": (1000 * THIRD, {"fraction": -3, "op": "ffloor %x"}, 328.0),
    "long": (THIRD, {"long": True}, int(THIRD * 2**48) / 2**48),
    "pair": (THIRD * 2**-20, {"pair": True}, round(THIRD * 2**31) / 2**51),
    "infinite pair": (math.inf, {"pair": True}, math.inf),
    "largest pair": (1.5 * 2.0**1020, {"pair": True}, 1.5 * 2.0**1020),
    "beyond": (70000.0, {}, 32768.0),
    "no number": (math.nan, {}, 0.0),
}


@pytest.mark.parametrize("number, held, rounded", ROUNDINGS.values(), ids=ROUNDINGS)
def test_a_value_is_rounded_as_it_is_held(number, held, rounded):
    op = held.get("op", "fdiv %x, 1.0")
    module = parse_module(f"func @f(%x: float) -> (float) {{\nentry:\n %y: float = {op}\n ret %y\n}}\n")
    (inst,) = module.functions["f"].insts()
    y = inst.results[0]
    formats = q32.formats.Formats(
        values={y: held.get("fraction", 16)},
        pairs={y} if "pair" in held else set(),
        longs={y} if "long" in held else set(),
    )
    machine = Rehearsal(module, [Frame(2, 2, {})], (2, 2), formats)
    (found,) = machine.call("f", [number])
    assert found.tolist() == [rounded] * 4


def test_of_a_product_that_is_a_word_the_factors_are_words():
    body = " %y: float = fdiv %x, 1.0\n %z: float = fmul %y, 8.0\n"
    module = parse_module(f"func @f(%x: float) -> (float) {{\nentry:\n{body} ret %z\n}}\n")
    y, z = (inst.results[0] for inst in module.functions["f"].insts())
    formats = q32.formats.Formats(values={y: 16, z: 16}, longs={y})
    (found,) = Rehearsal(module, [Frame(2, 2, {})], (2, 2), formats).call("f", [1 / 3])
    assert found.tolist() == [8 * (65536 // 3) / 65536] * 4


@pytest.mark.parametrize("finer, expected", [(16, 0.5 + 2**-16), (18, 0.5)])
def test_a_sum_is_rounded_if_a_part_is_finer(finer, expected):
    body = f" %y: float = fmul %x, {3 * 2.0**-finer}\n %z: float = fadd 0.5, %y\n"
    module = parse_module(f"func @f(%x: float) -> (float) {{\nentry:\n{body} ret %z\n}}\n")
    y, z = (inst.results[0] for inst in module.functions["f"].insts())
    formats = q32.formats.Formats(values={y: finer, z: 16})
    (found,) = Rehearsal(module, [Frame(2, 2, {})], (2, 2), formats).call("f", [1 / 3])
    assert found.tolist() == [expected] * 4


def test_what_is_proven_of_real_numbers_may_be_beyond_a_word():
    """A divisor that is rounded to 0."""
    body = " %y: float = fmul %x, 0.25\n %z: float = fdiv 1.0, %y\n"
    module = parse_module(f"func @f(%x: float) -> (float) {{\nentry:\n{body} ret %z\n}}\n")
    y, z = (inst.results[0] for inst in module.functions["f"].insts())
    proven = q32.formats.Basis(0.0, 4.0, "proven", 0.0)
    formats = q32.formats.Formats(values={y: 1, z: 16}, basis={y: proven, z: proven})
    (found,) = Rehearsal(module, [Frame(2, 2, {})], (2, 2), formats).call("f", [1.0])
    assert found.tolist() == [2.0**15] * 4


def test_constants_may_have_any_size():
    module = parse_module("func @f(%x: float) -> (float) {\nentry:\n %y: float = fmin %x, 1e+308\n ret %y\n}\n")
    (found,) = Rehearsal(module, [Frame(2, 2, {})], (2, 2), q32.formats.Formats()).call("f", [1.5])
    assert found.tolist() == [1.5] * 4


def test_an_angle_is_not_rounded():
    """Its terms are, where they come from: here there is nothing but a parameter."""
    body = " %a: float = fmul %x, 0.7\n %b: float = fadd %a, %x\n %s: float = fsin %b\n"
    module = parse_module(f"func @f(%x: float) -> (float) {{\nentry:\n{body} ret %s\n}}\n")
    a, b, s = (inst.results[0] for inst in module.functions["f"].insts())
    formats = q32.formats.Formats(values={a: 2, b: 2, s: 30}, longs={s})
    frames = [Frame(2, 2, {})]
    (exact,) = trial.Lanes(module, frames, (2, 2)).call("f", [0.3])
    (found,) = Rehearsal(module, frames, (2, 2), formats).call("f", [0.3])
    assert found == pytest.approx(exact, abs=2.0**-50)


@pytest.mark.parametrize("name", ["golf_rings_warp", "grain_of_uv", "random2_sine", "newton_basins_quartic"])
def test_what_is_foretold_is_found(name, monkeypatch):
    """Of long words, of some pairs, of all of them."""
    shares = []

    def compare(self: trial._Trial, attempts: Iterable[q32.formats.Formats], *given: float, **how: bool) -> bool:
        for formats in (kept := list(attempts)):
            shares.append((max(self.judge.foretold(formats)), max(self.judge.wrong(self.lowered(formats)))))
        return settles(self, kept, *given, **how)

    monkeypatch.setattr(trial._Trial, "hopeful", lambda _self, formats: [formats])
    settles = trial._Trial.settles
    monkeypatch.setattr(trial._Trial, "settles", compare)
    compiled(name)
    for foretold, found in shares:
        assert (foretold <= RIGHT) == (found <= RIGHT)
        assert foretold == pytest.approx(found, abs=0.1)


def test_what_is_foretold_to_fail_is_not_lowered(monkeypatch):
    """Only words, finer words, and pairs for everything."""
    lowered = []
    words = pipeline.lowered_copy
    monkeypatch.setattr(pipeline, "lowered_copy", lambda *given: lowered.append(given[-1]) or words(*given))
    compiled("golf_rings_warp")
    assert [(bool(formats.longs), bool(formats.pairs)) for formats in lowered] == [(False, False)] * 2 + [(False, True)]


@pytest.mark.parametrize(
    ("name", "grids"),
    [("aces_hdr_spheres", [True, False, True]), ("classic_perlin_mod289", [True, False, True, False])],
)
def test_finer_words_are_tried_without_grids_where_that_helped_the_others(name, grids, monkeypatch):
    lowered = []
    words = pipeline.lowered_copy
    monkeypatch.setattr(pipeline, "lowered_copy", lambda *given: lowered.append(given[-1].snaps) or words(*given))
    compiled(name)
    assert lowered == grids


def test_a_picture_that_takes_too_many_steps_is_refused(monkeypatch):
    monkeypatch.setattr(observe, "_STEPS", 20)
    with pytest.raises(UnsupportedError, match="more than 20 steps") as caught:
        compiled("newton_basins_quartic")
    assert caught.value.line > 1


def test_a_slow_picture_is_not_tried_with_some_pairs(monkeypatch):
    """Nor looked at closer, where words are far off."""
    lowered = []
    words = pipeline.lowered_copy
    monkeypatch.setattr(pipeline, "lowered_copy", lambda *given: lowered.append(given[-1]) or words(*given))
    compiled("newton_basins_quartic")
    some = len(lowered.pop().pairs)
    lowered.clear()
    monkeypatch.setattr(trial, "_SLOW", 0)
    monkeypatch.setattr(trial._Trial, "look_closer", lambda self: pytest.fail("every look takes seconds"))
    compiled("newton_basins_quartic")
    assert [bool(formats.pairs) for formats in lowered] == [False, True]
    assert len(lowered[-1].pairs) > some > 0


def test_angles_may_have_any_size():
    """What flies off is seen up to the largest numbers that there are."""
    waves = FLYING_OFF.replace("z.y + 0.5", "z.y + 0.5 * sin(z.x)").replace("length(fract(z) - 0.5)", "nearest.x")
    assert waves.count("sin(") == 2
    pipeline.run(pipeline.Job(waves, "", pipeline.Options(load_board("esp32c3"))), until="q32")


def test_numbers_that_never_arrive_go_astray():
    text = (
        "func @f(%x: float) -> (float) {\nentry:\n jump loop(%x)\nloop(%v: float):\n %h: float = fmul %v, 0.5\n"
        " %c: bool = fge %h, 0.0001\n branch %c, loop(%h), done\ndone:\n ret %h\n}\n"
    )
    module = parse_module(text)
    frames = [Frame(2, 2, {})]
    Rehearsal(module, frames, (2, 2), q32.formats.Formats(), most_steps=20).call("f", [1.0])
    with pytest.raises(Astray):
        Rehearsal(module, frames, (2, 2), q32.formats.Formats(), most_steps=10).call("f", [1.0])


def test_long_words_that_do_not_matter_are_words(monkeypatch):
    """The hash of a quotient: the quotient and its products."""
    lowered = []
    words = pipeline.lowered_copy
    monkeypatch.setattr(pipeline, "lowered_copy", lambda *given: lowered.append(given[-1]) or words(*given))
    compiled("grain_of_uv")
    assert 0 < len(lowered[-1].longs) < 8


def test_the_fewest_that_suffice():
    """To sixteenths of them."""
    assert fewest(range(100), lambda kept: {3, 40, 41} <= set(kept)) == [*range(7), *range(40, 47)]
    assert fewest([], lambda kept: True) == []
    assert fewest([1], lambda kept: True) == []
    assert fewest([1, 2], lambda kept: len(kept) == 2) == [1, 2]


FLYING_OFF = """void mainImage(out vec4 colour, in vec2 at) {
    vec2 z = (2.0 * at - iResolution.xy) / iResolution.y, c = vec2(-0.4 + 0.2 * sin(iTime), 0.6), nearest = vec2(100.0);
    for (int i = 0; i < 48; i++) {
        z = c + vec2(z.x * z.x - z.y * z.y, 2.0 * z.x * z.y);
        nearest = min(nearest, vec2(abs(z.y + 0.5), length(fract(z) - 0.5)));
    }
    colour = vec4(pow(nearest, vec2(0.3)), 0.5, 1.0);
}
"""


def compiled(name: str) -> None:
    source = (CORPUS / f"{name}.frag").read_text()
    pipeline.run(pipeline.Job(source, name, pipeline.Options(load_board("esp32c3"))), until="q32")
