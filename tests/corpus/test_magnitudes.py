"""Vectors, roots and powers are right for every magnitude that a picture can show, from 2^-14 to 2^20.

Each shader scales the pixel's place up or down, takes a function of it and scales the result back into a colour.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from glowjit import pipeline
from glowjit.board import load_board
from glowjit.ir.core import Module
from glowjit.ir.evaluate import Evaluator
from glowjit.program import Reference
from glowjit.uniforms import Moment, frame_scalars
from glowjit.words import encode_scalars

SCALES = [2.0**exponent for exponent in (-14, -7, 7, 20)]
SIZE = 24, 18
STEPS = 4  # of 255 that a colour may be off

# q is a vector of about 1, u a number between 0.1 and 1.3, S the scale.
SHADERS = {
    "lengths": "vec3(length(S * q) / (3.0 * S), distance(S * q, S * a) / (3.0 * S), dot(S * q, S * a) / (4.0 * S * S))",
    "crosses": "cross(S * q, S * a) / (S * S) * 0.25 + 0.5",
    "directions": "normalize(S * q) * 0.5 + 0.5",
    "reflections": "reflect(S * q, n) / S * 0.25 + 0.5",
    "refractions": "refract(S * q / length(S * q), n, 0.7) * 0.5 + 0.5",
    "roots": "vec3(sqrt(S * u) / (1.2 * sqrt(S)), inversesqrt(S * u) * sqrt(S) * 0.25, log(S * u) / 40.0 + 0.5)",
    "powers": "vec3(pow(S * u, 1.5) / (1.5 * pow(S, 1.5)), exp(log(S) - u) / S, exp2(log2(S * u)) / (1.5 * S))",
    "quotients": "vec3(S / (S * u + S), 0.1 * S / (S * u), (S * u) / (S * u * u + S))",
}


@pytest.mark.parametrize("scale", SCALES, ids=lambda scale: f"2^{np.log2(scale):.0f}")
@pytest.mark.parametrize("colour", SHADERS.values(), ids=SHADERS)
def test_picture(colour: str, scale: float) -> None:
    source = (
        f"const float S = {scale!r};\n"
        "void mainImage(out vec4 o, in vec2 c) {\n"
        "    vec2 p = c / iResolution.xy;\n"
        "    vec3 q = vec3(1.5 * p - 0.6, 0.8 - p.x * p.y), a = vec3(0.3, -0.5, 0.7), n = vec3(0.0, 0.6, 0.8);\n"
        "    float u = 0.1 + 1.2 * p.x * p.y;\n"
        f"    o = vec4({colour}, 1.0);\n"
        "}\n"
    )
    job = pipeline.run(pipeline.Job(source, "a.frag", pipeline.Options(load_board("esp32c3"))), until="link")
    reference = Reference(source, "a.frag")
    scalars = frame_scalars(reference.uniforms.values(), Moment(*SIZE, 0.0, frame=0), {})
    words = {name: encode_scalars(values, 16) for name, values in scalars.items()}
    exact = np.clip(_channels(reference.module, scalars, 1), 0, 1)
    units = np.array([[2.0**channel.fraction] for channel in job.module.channels[:3]])
    found = np.clip(_channels(job.module, words, 65536) / units, 0, 1)
    assert np.abs(found - exact).max() <= STEPS / 255


def _channels(module: Module, scalars: Mapping[str, Sequence[float | int | bool]], unit: int) -> np.ndarray:
    """Red, green and blue, in units; the pixels' places are in units too."""
    row, column = np.mgrid[: SIZE[1], : SIZE[0]]
    axes = [((axis.ravel() + 0.5) * unit).astype(np.int32 if unit > 1 else np.float64) for axis in (column, row)]
    memory = {module.uniforms[name].object.name: values for name, values in scalars.items() if name in module.uniforms}
    return np.stack(Evaluator(module, len(axes[0]), memory).call(module.entry, axes)[:3])
