"""The caret stands where an operation is written, although the front end remembers the column of something else."""

from __future__ import annotations

import pytest

from glowjit import pipeline
from glowjit.board import load_board
from glowjit.diagnose import twins
from glowjit.diagnose.places import place


def carets(line: str) -> list[tuple[str, str]]:
    """For each step of a shader's third line: its operation, and two lines, the source and a caret."""
    source = f"// one\nvec4 render(vec2 p) {{\n{line}\nreturn vec4(a); }}\n"
    found = twins(source, "", pipeline.Options(load_board("esp32c3")))
    steps = [step for steps in found.trace.blocks.values() for step in steps if step.loc == 3]
    places = [(step.op, *place(step, found.lines)) for step in steps]
    assert {at for _, at, _ in places} == {3}
    return sorted({(op, " " * (column - 1) + "^") for op, _, column in places})


@pytest.mark.parametrize(
    ("line", "op", "caret"),
    [
        ("float a = 2.5 - p.x;", "fsub", "              ^"),
        ("float a = 1e-5 - p.x;", "fsub", "               ^"),
        ("float a = p.x; a -= sqrt(p.y);", "fsub", "                 ^"),
        ("float a = sqrt(p.x) * p.y;", "fsqrt", "          ^"),
        ("float a = sqrt(p.x) * p.y;", "fmul", "                    ^"),
        ("float a = dot(p, p + 0.5);", "fdot", "          ^"),
        ("float a = dot(p, p + 0.5);", "fadd", "                   ^"),
        ("float a = dot(p, vec2(12.9, 78.2)) * 0.3;", "fadd", "          ^"),
        ("float a = distance(p, vec2(9.0)) - 0.5;", "flength", "          ^"),
        ("float a = exp(-p.x) / p.y;", "fdiv", "                    ^"),
        ("float a = exp(-p.x) / p.y;", "fexp", "          ^"),
        ("float a = 0.25 * sin(p.x) + 0.75 * sin(p.y); // 0.75", "fmul", "                                 ^"),
        ("float a = p.x * 0.3; // a * b", "fmul", "              ^"),
        ("float a = float(uint(p.x) * 77u);", "utof", "          ^"),
    ],
)
def test_caret(line: str, op: str, caret: str) -> None:
    assert (op, caret) in carets(line)
