"""What a pixel function is worth after it was made cheap: small shaders of one function each, held against float64."""

import numpy as np
import pytest

from glowjit import pipeline, q32
from glowjit.board import load_board
from glowjit.ir.evaluate import Evaluator, quiet
from glowjit.program import Reference
from glowjit.uniforms import Moment, frame_scalars
from glowjit.words import encode_scalars

SIZE = 64, 48
STEP = 1 / 255  # of a colour

# what a colour is made of, and the library's function that should not be needed for it
CASES = [
    ("sin(9.0 * p.x + iTime) * 0.5 + 0.5", "q_sin"),
    ("0.5 + 0.5 * cos(3.0 * p.y + 2.0 * cos(4.0 * p.x))", "q_cos"),
    ("0.4 * length(p)", "q_length2"),
    ("0.3 * length(vec3(p, 1.0))", "q_length3"),
    ("0.5 + 0.5 * normalize(vec3(p, 1.5)).x", "q_normalize3"),
    ("0.5 + 0.15 * atan(p.y, p.x)", "q_atan2"),
    ("0.7 * sqrt(abs(p.x) + 0.1)", "q_sqrt"),
    ("0.2 / (1.0 + dot(p, p))", "q_div_far"),
    ("0.9 * exp(-1.7 * dot(p, p))", "q_exp2_long"),
    ("0.9 * pow(0.3 * abs(p.x) + 0.1, 1.0 / 2.2)", "q_pow"),
    ("smoothstep(-0.5, 0.7, p.x * p.y)", "q_smooth"),
    ("smoothstep(0.9, -0.3, p.x * p.y)", "q_smooth"),
    ("smoothstep(0.0, 0.3, fract(0.7 * p.x + 0.11)) * fract(0.3 * p.y + 0.41)", ""),
]


@pytest.mark.parametrize("colour, exact", CASES)
def test_colours_are_right_to_a_third_of_a_step(colour, exact):
    module, wrong = rendered(colour)
    assert exact not in module.functions
    assert np.quantile(wrong, 0.99) < STEP / 3
    assert wrong.max() < 4 * STEP


def test_a_direction_is_as_fine_as_its_finest_component():
    """The first ones are not needed at all."""
    module, wrong = rendered("fract(4096.0 * normalize(vec3(p, 4.0)).z)", numbers="words")
    assert "q_normalize3" in module.functions
    assert np.quantile(wrong, 0.99) < STEP


@pytest.mark.parametrize(
    "colour",
    [
        "clamp(0.02 / length(q) + 1.0, 0.0, 1.0)",
        "clamp(0.5 + 0.5 * (q.y + 2.75) / q.x, 0.0, 1.0)",
        "clamp(1.0 + 1.0 / abs(sin(floor(iTime - 1.0))), 0.0, 1.0)",
        "clamp(-1.0 - q.x / (0.5 - 0.5 * cos(floor(iTime - 1.0))), 0.0, 1.0)",
    ],
)
def test_what_is_infinite_stays_so_in_a_sum(colour):
    """Beside the pole there is nothing to see of it."""
    _, wrong = rendered(colour.replace("q", "(i - vec2(20.5, 10.5))"))
    assert wrong.max() < 4 * STEP


def test_a_power_of_the_time_is_right_after_an_hour():
    _, wrong = rendered("fract(5.0 * pow(iTime, 0.55))", time=3600.0)
    assert wrong.max() < STEP


def rendered(colour, numbers="fitted", time=1.7):
    """The integer IR for a colour, and how far each pixel's red is from float64."""
    source = (
        "void mainImage(out vec4 o, vec2 i) {\n"
        "    vec2 p = (2.0 * i - iResolution.xy) / iResolution.y;\n"
        f"    o = vec4(vec3({colour}), 1.0);\n}}\n"
    )
    job = pipeline.Job(source, "test.frag", pipeline.Options(load_board("esp32c3"), numbers=numbers))
    module = pipeline.run(job, until="link").module
    reference = Reference(source, "test.frag")
    scalars = frame_scalars(reference.uniforms.values(), Moment(*SIZE, time, frame=100), {})
    x, y = (axis.ravel() + 0.5 for axis in np.meshgrid(np.arange(SIZE[0]), np.arange(SIZE[1])))
    point = q32.formats.BORDER_FRACTION
    words = {name: encode_scalars(values, point) for name, values in scalars.items()}
    with quiet():
        expected = channel(reference.module, [x, y], scalars)
    found = channel(module, [np.ldexp(axis, point).astype(np.int32) for axis in (x, y)], words)
    return module, np.abs(np.ldexp(found.astype(np.float64), -module.channels[0].fraction) - expected)


def channel(module, coordinates, uniforms):
    memory = {module.uniforms[name].object.name: values for name, values in uniforms.items() if name in module.uniforms}
    return Evaluator(module, len(coordinates[0]), memory).call(module.entry, coordinates)[0]
