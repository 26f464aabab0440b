"""Binary points go where instructions are saved: never below the need, never where a value may not fit."""

import math
from pathlib import Path

import pytest

from glowjit import pipeline, q32
from glowjit.board import load_board
from glowjit.ir.core import Type
from glowjit.ir.text import parse_module
from glowjit.q32.choice.observe import Frame, observe
from glowjit.q32.formats import BORDER_FRACTION, fit

SHADERS = sorted((Path(__file__).parents[2] / "shaders").glob("*.frag"))

HEAD = """
entry @main
uniform @size: 2
uniform @gain: 1
input size: vec2 = @size min 1.0
input gain: float = @gain
func @main(%x: float, %y: float) -> (float, float, float, float) {
entry:
  %w: float = load @size[0]
  %g: float = load @gain[0]
"""
FRAMES = [Frame(16, 16, {"size": [16.0, 16.0], "gain": [1.0]})]


def chosen(body):
    """A module of this body and its formats."""
    module = parse_module(f"{HEAD}{body}  ret %r, %r, %r, 1.0\n}}\n")
    return module, q32.choose(module, observe(module, FRAMES))


def named(module, formats):
    """Fraction bits of the values by name."""
    return {
        value.name: formats.fraction_of(value) for inst in module.functions["main"].insts() for value in inst.results
    }


def test_a_product_of_waves_is_one_high_word():
    module, formats = chosen(
        "%a: float = fsin %x\n %b: float = fcos %y\n %p: float = fmul %a, %b\n %r: float = fabs %p\n"
    )
    point = named(module, formats)
    assert point["p"] == point["a"] + point["b"] - 32
    q32.lower(module, formats)
    ops = [inst.op for inst in module.functions["main"].insts()]
    assert "mulh" in ops and "or" not in ops


def test_what_depends_on_a_uniform_without_a_range_keeps_its_room():
    module, formats = chosen(
        "%a: float = fsin %x\n %b: float = fmul %a, %g\n %c: float = fmul %b, %a\n %r: float = fmul %c, 0.5\n"
    )
    assert named(module, formats)["b"] <= BORDER_FRACTION


def test_what_a_floor_is_taken_of_keeps_its_bits():
    module, formats = chosen(
        "%a: float = fmul %x, 0.37\n %b: float = fmul %a, %a\n %f: float = ffloor %b\n %r: float = fmul %f, 0.1\n"
    )
    assert named(module, formats)["b"] >= BORDER_FRACTION


def compiled(path):
    job = pipeline.Job(path.read_text(), path.name, pipeline.Options(load_board("esp32c3")))
    module = pipeline.run(job, until="optimise").module
    uniforms = [pipeline.describe(info) for info in module.uniforms.values()]
    observed = q32.observe(module, q32.sample_frames(uniforms, {}))
    return module, observed, q32.choose(module, observed)


@pytest.mark.parametrize("path", SHADERS, ids=lambda path: path.stem)
def test_needs_are_met_and_values_fit(path):
    module, observed, formats = compiled(path)
    for inst in module.functions[module.entry].insts():
        for value in inst.results:
            if value.type is not Type.FLOAT or value not in observed or formats.basis[value].wraps:
                continue
            point, basis = formats.fraction_of(value), formats.basis[value]
            need = 0 if basis.whole else basis.need
            room = fit(max(observed[value].magnitude, observed[value].drift))  # hours after the start, too
            assert point >= min(BORDER_FRACTION, need, room), inst
            assert observed[value].magnitude < math.ldexp(1.0, 31 - point), inst


def test_the_choice_is_the_same_every_time():
    path = next(path for path in SHADERS if path.stem == "sphere")
    first, second = (named(module, formats) for module, _, formats in (compiled(path), compiled(path)))
    assert first == second
