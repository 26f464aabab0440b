"""Defaults and ranges of uniforms in comments: `// name: default, min, max`.

    uniform float speed;   // 1.0, 0.0, 5.0
    uniform vec3 tint;     // tint: (1.0, 0.5, 0.0), 0, 1
    // detail: 3
    uniform vec2 size;     // = vec2(4.0)      as gl-transitions has it, which also writes /* = 4.0 */

In: the user's text and its uniforms. Out: a `ShaderInput` for each uniform that a comment describes. The name may be
left out behind the declaration. A comment about a uniform that is not made of numbers is prose and left alone; one
with two numbers, a minimum above the maximum or a default outside is a mistake, told at its place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from glowjit.glsl.isf import ShaderInput
from glowjit.glsl.source import COMMENT, ShaderText

_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|true|false"
_VALUE = rf"(?:{_NUMBER})|(?:[biu]?vec[234])?\s*\(\s*(?:{_NUMBER})(?:\s*,\s*(?:{_NUMBER}))*\s*\)"
_ANNOTATION = re.compile(
    rf"(?://+\s*(?:(\w+)?\s*[:=])?|/\*\s*=)\s*((?:{_VALUE})(?:\s*,\s*(?:{_VALUE}))*)\s*;?\s*(?:\*/)?"
)
_EACH_VALUE = re.compile(_VALUE)
_EACH_NUMBER = re.compile(_NUMBER)

_HINT = "write // name: default, or // name: default, min, max; a vector's default as (1.0, 0.5, 0.0)"


@dataclass(frozen=True, slots=True)
class Described:
    """A uniform that a comment may describe: its GLSL type, a scalar or vector, and the line that declares it."""

    type: str
    line: int


def read_annotations(text: ShaderText, uniforms: Mapping[str, Described]) -> dict[str, ShaderInput]:
    """What the comments of a text say about these uniforms. ShaderError for a range that cannot be."""
    on_line: dict[int, list[str]] = {}
    for name, described in uniforms.items():
        on_line.setdefault(described.line, []).append(name)
    found = {}
    for comment in COMMENT.finditer(text.raw):
        match = _ANNOTATION.fullmatch(comment[0])
        if match is None:
            continue
        line, column = text.place(comment.start())
        names = [match[1]] if match[1] else on_line.get(line, [])
        if len(names) == 1 and names[0] in uniforms:
            found[names[0]] = _read(text, names[0], uniforms[names[0]].type, match[2], line, column)
    return found


def _read(text: ShaderText, name: str, type: str, values: str, line: int, column: int) -> ShaderInput:
    parts = [_components(value[0]) for value in _EACH_VALUE.finditer(values)]
    size = int(type[-1]) if "vec" in type else 1
    if len(parts) not in (1, 3) or any(len(part) not in (1, size) for part in parts):
        message = f"the comment about '{name}', a {type}, has neither a default nor a default and a range"
        text.fail(message, line, column, hint=_HINT)
    default, *limits = (part * size if len(part) == 1 else part for part in parts)
    if type[0] in "iu" and any(not value.is_integer() for part in parts for value in part):
        text.fail(f"'{name}' is of type {type}, its default and range are whole numbers", line, column)
    if not limits:
        return ShaderInput(type, default)
    low, high = min(limits[0]), max(limits[1])
    if low > high:
        text.fail(f"the range of '{name}' is empty: {low:g} to {high:g}", line, column, hint=_HINT)
    if not all(low <= value <= high for value in default):
        text.fail(f"the default of '{name}' is not within {low:g} to {high:g}", line, column, hint=_HINT)
    return ShaderInput(type, default, (low,), (high,))


def _components(value: str) -> tuple[float, ...]:
    words = {"true": 1.0, "false": 0.0}
    _, parenthesis, inside = value.partition("(")
    return tuple(
        words[number] if number in words else float(number)
        for number in _EACH_NUMBER.findall(inside if parenthesis else value)
    )
