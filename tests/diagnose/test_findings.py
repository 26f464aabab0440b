"""What the lint says, at the user's place, and that a shader which follows the advice has a right picture.

The values here are so large or so fine that no word holds them. Pairs hold the large ones, for which there are notes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

import glowjit
from glowjit import pipeline
from glowjit.board import load_board
from glowjit.diagnose import Finding
from glowjit.diagnose.causes import own_errors
from glowjit.diagnose.twins import twins
from glowjit.errors import FuelError, render
from glowjit.uniforms import Moment

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Case:
    """`line` is the only one of a shader; `mended` is what the advice makes of it. `at` is what the caret is under."""

    name: str
    line: str
    rule: str
    at: str
    message: str
    advice: str
    mended: str
    severity: str = ""  # a pair holds what overflows, for its price; most of what is inexact stays so

    def __post_init__(self) -> None:
        self.severity = self.severity or ("note" if self.rule == "overflow" else "warning")

    def source(self, line: str) -> str:
        return f"// {self.name}\nvec4 render(vec2 p)\n{{\n    {line}\n}}\n"


CASES = (
    Case(
        "exp",
        "return vec4(log(exp(p.x * p.y)) / 4e3);",
        "overflow",
        "exp(",
        "exp() is",
        "min() it first",
        "return vec4(log(exp(min(p.x * p.y, 9.0))) / 4e3);",
    ),
    Case(
        "pow",
        "return vec4(log2(pow(p.x + 99.0, p.y + 20.0)) / 4e2);",
        "overflow",
        "pow(",
        "pow() is",
        "the exponent small",
        "return vec4(log2(pow(min(p.x, 8.0) / 9.0, 3.0)) / -9.0);",
    ),
    Case(
        "square of pixels",
        "vec2 pixel = 1e24 * p; return vec4(log(dot(pixel, pixel)) / 150.0);",
        "overflow",
        "* p",
        "this product is",
        "divide pixel coordinates by iResolution first",
        "vec2 q = p / 64.0; float d = dot(q, q); return vec4(d * 0.5);",
    ),
    Case(
        "divisor near zero",
        "float a = 1e25 / p.x; return vec4(log(a) / 60.0);",
        "overflow",
        "/",
        "this quotient is",
        "max(divisor, 0.001)",
        "float a = 1.0 / max(p.x, 0.001); return vec4(a);",
    ),
    Case(
        "sine hash",
        "return vec4(fract(sin(dot(p, vec2(12.9898, 78.233))) * 43758545345.3));",
        "precision",
        "sin(",
        "sin() is",
        "a sine is no hash here",
        "uint n = uint(p.x) * 1597334677u ^ uint(p.y) * 3812015801u; return vec4(float(n * n >> 8) / 16777216.0);",
        "note",
    ),
    Case(
        "loop",
        "float x = p.x / 24.0; for (int i = 0; i < 70; i++) x = abs(x * 1.99 - 1.0); return vec4(x);",
        "precision",
        "* 1.99",
        "this product is",
        "take fewer turns",
        "float x = p.x / 24.0; for (int i = 0; i < 7; i++) x = abs(x * 1.99 - 1.0); return vec4(x);",
    ),
)


def findings(source: str) -> tuple[Finding, ...]:
    return glowjit.check(source, file="a.frag", size=(24, 16), time=1.7).findings


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_finding(case: Case) -> None:
    source = case.source(case.line)
    found = [finding for finding in findings(source) if finding.message.startswith(case.message)]
    assert [(finding.rule, finding.severity, finding.file, finding.line) for finding in found] == [
        (case.rule, case.severity, "a.frag", 4)
    ]
    assert source.splitlines()[3][found[0].column - 1 :].startswith(case.at)
    assert case.advice in found[0].hint
    assert ("so it is a pair of words, for up to" in found[0].message) == (found[0].severity == "note")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_advice_is_a_way_out(case: Case) -> None:
    assert findings(case.source(case.mended)) == ()


@pytest.mark.parametrize("path", sorted((ROOT / "shaders").glob("*.frag")), ids=lambda path: path.stem)
def test_examples_have_no_findings(path: Path) -> None:
    report = glowjit.check(path, size=(32, 24), time=2.5)
    assert report.findings == ()
    assert report.wrong == []


def test_a_loop_that_does_not_end_is_the_users_to_mend() -> None:
    source = CASES[0].source("float a = 1.0; while (a > 0.0) a += p.x; return vec4(a);")
    with pytest.raises(FuelError, match="do not end within"):
        glowjit.check(source, size=(4, 4))


def test_a_uniform_that_nobody_has_set_is_0() -> None:
    source = "uniform float width;\nvec4 render(vec2 p) { return vec4(0.5 + 0.5 * cos((p.x + iTime) / width)); }\n"
    assert [finding.hint for finding in findings(source) if "--uniform NAME=1" in finding.hint]
    report = glowjit.check(source, size=(24, 16), time=1.7, uniforms={"width": 3.0})
    assert report.wrong == [] and report.findings == ()


def test_what_goes_wrong_after_hours_is_a_note() -> None:
    source = CASES[0].source("return vec4(fract((iTime + p.x) * iTime * 0.01));")
    severities = {finding.severity: finding for finding in glowjit.check(source).findings}
    assert "after 8.9 hours" in severities["note"].message
    assert "take fract() or mod() of the time" in severities["note"].hint


def test_json_is_plain_and_whole() -> None:
    report = json.loads(json.dumps(glowjit.check(CASES[0].source(CASES[0].line), size=(24, 16)).as_dict()))
    assert set(report) == {"findings", "frames"}
    assert set(report["frames"][0]) == {"width", "height", "seconds", "late", "wrong"}
    assert {"rule", "severity", "message", "hint", "file", "line", "column"} <= set(report["findings"][0])
    assert {"low", "high", "basis", "need", "fraction", "word_low", "word_high"} <= set(report["findings"][0])
    assert {"width", "height", "seconds", "pixel", "exact", "found", "shift", "instructions"} <= set(
        report["findings"][0]
    )


def test_a_finding_in_an_included_file_is_shown_there(tmp_path: Path) -> None:
    (tmp_path / "noise.glsl").write_text(
        "// two\n// lines\nfloat noise(float x) { return fract(sin(x * 78.233) * 43758545345.3); }\n"
    )
    shader = tmp_path / "a.frag"
    shader.write_text('#include "noise.glsl"\nvec4 render(vec2 p) { return vec4(noise(p.x)); }\n')
    report = glowjit.check(shader, size=(24, 16))
    place = report.findings[0].diagnostic(report.source)
    assert (Path(place.file).name, place.line, place.text[place.column - 1 :][:4]) == ("noise.glsl", 3, "sin(")


def test_the_example_of_the_readme() -> None:
    text = (ROOT / "README.md").read_text()
    shown = text[text.index("warning: exp()") :].splitlines()[:6]
    source = f"vec4 render(vec2 p) {{\n{shown[3].partition('| ')[2]}\n    return vec4(noise);\n}}\n"
    report = glowjit.check(source, file="noise.frag")
    (found,) = [render(finding.diagnostic(source), source.split("\n")).splitlines() for finding in report.findings]
    assert found[1:] == shown[1:]
    assert found[0].startswith("warning: exp() is ")


def test_a_long_value_is_all_of_its_bits() -> None:
    """The sine of a hash is right to 2^-37, its first word to 2^-30."""
    source = "vec4 render(vec2 p) { return vec4(fract(sin(dot(p, vec2(12.9898, 78.233))) * 437585453.123)); }\n"
    pair = twins(source, "a.frag", pipeline.Options(load_board("esp32c3")))
    assert pair.trace.lows
    scalars = pair.scalars(Moment(16, 16, 0.0), {})
    (sine,) = [error for error in own_errors(pair, scalars, (3.5, 4.5)) if error.step.op == "fsin"]
    assert abs(sine.found - sine.exact) < 2.0**-34
