"""The record of a shader's values: what is known of each, and how it is held."""

import json
import math

import pytest

import glowjit
from glowjit.q32.report import ValueRecord, shares

SOURCE = """uniform float time;
void main() {
  vec2 p = gl_FragCoord.xy;
  float wave = sin(p.x * 0.1 + time);
  float area = p.x * p.y;
  gl_FragColor = vec4(fract(wave * 43758.5453), area * 0.00001, 0.5, 1.0);
}
"""


@pytest.fixture(scope="module")
def values():
    return glowjit.compile(SOURCE).stats.values


def test_every_value_has_its_line_and_its_basis(values):
    by_op = {value.op: value for value in values}
    assert (by_op["fsin"].line, by_op["fsin"].basis) == (4, "proven")
    assert (by_op["fsin"].low, by_op["fsin"].high) == (-1, 1)
    area = next(value for value in values if value.line == 5)
    assert area.basis in ("proven", "observed") and area.high > 32768 and area.fraction < 16
    assert by_op["fsin"].need > 24 and by_op["fsin"].fraction == 30
    assert sum(shares(values).values()) == len(values)
    assert any(value.wraps and not value.overflows for value in values)


def test_the_record_is_plain_data_for_json(values):
    assert values == glowjit.compile(SOURCE).stats.values
    unknown = ValueRecord("main", "", "load", 1, -math.inf, math.inf, "unknown", 10.0, 16)
    assert json.loads(json.dumps(unknown.as_dict(), allow_nan=False))["low"] is None
    assert not unknown.overflows


@pytest.mark.parametrize(
    "low, high, need, fraction, bits, overflows, missing",
    [(-1, 1, 10, 16, 11, False, 0), (0, 40000, 8, 16, 25, True, 0), (-2, 2, 24, 20, 26, False, 4)],
)
def test_what_a_word_cannot_hold(low, high, need, fraction, bits, overflows, missing):
    value = ValueRecord("main", "", "fmul", 1, low, high, "proven", need, fraction)
    assert (value.needed_bits, value.overflows, value.missing_bits) == (bits, overflows, missing)
