"""ISF, the Interactive Shader Format: a JSON comment before the shader that lists its inputs; others may precede it.

In: the user's text. Out: the inputs, as declarations and as `ShaderInput`s. Inputs that are pictures or sound are
declared too, and so is what the one pass draws into; using one that nothing is bound to is an error, which
`conventions` raises at the place of use. Of several passes that are all alike, the last one is drawn.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from glowjit.glsl.source import ShaderText

_REMARK = r"//[^\n]*\n|/\*(?!\s*\{)(?:[^*]|\*(?!/))*\*/"
_HEADER = re.compile(rf"(?:\s|{_REMARK})*/\*(\s*\{{.*?\}}\s*)\*/", re.DOTALL)
_LAST_COMMA = re.compile(r",(?=\s*[\]}])")  # which people leave, and hosts of ISF read

_TYPES = {  # ISF type -> GLSL type
    "event": "bool",
    "bool": "bool",
    "long": "int",
    "float": "float",
    "point2D": "vec2",
    "color": "vec4",
    "image": "sampler2D",
    "audio": "sampler2D",
    "audioFFT": "sampler2D",
}


@dataclass(frozen=True, slots=True)
class ShaderInput:
    """A uniform that the shader describes: components as floats, None where it says nothing.

    `choices` are the values that an int may have, with their labels.
    """

    type: str
    default: tuple[float, ...] | None = None
    minimum: tuple[float, ...] | None = None
    maximum: tuple[float, ...] | None = None
    label: str = ""
    choices: tuple[tuple[int, str], ...] = ()


def read_header(text: ShaderText) -> dict[str, ShaderInput] | None:
    """The inputs by name, in order; None when the text has no ISF header."""
    match = _HEADER.match(text.raw)
    if match is None or not re.search(r'"(?:ISFVSN|INPUTS|CREDIT|CATEGORIES|PASSES)"', match[1]):
        return None
    try:
        header = json.loads(_LAST_COMMA.sub(" ", match[1]))
    except json.JSONDecodeError as error:
        text.fail(f"the ISF header is not JSON: {error.msg}", *text.place(match.start(1) + error.pos))
    except RecursionError:
        text.fail("the ISF header is nested too deeply", *text.place(match.start(1)))
    passes = _list(header, "PASSES", text)
    targets = [str(item["TARGET"]) for item in passes if "TARGET" in item]
    words = set(re.findall(r"\w+", text.raw[match.end() :]))
    if len(passes) > 1 and not words.isdisjoint((*targets, "PASSINDEX")):
        text.fail(
            "this ISF shader draws in several passes",
            *text.find('"PASSES"'),
            hint="glowjit draws one: leave PASSES out, and keep a picture from frame to frame with --feedback NAME",
        )
    inputs = dict(_input(item, text) for item in _list(header, "INPUTS", text))
    return inputs | {target: ShaderInput(_TYPES["image"]) for target in targets}


def _list(header: dict[str, Any], key: str, text: ShaderText) -> list[dict[str, Any]]:
    value = header.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        text.fail(f"{key} in the ISF header is not a list of objects", *text.find(f'"{key}"'))
    return value


def _input(item: dict[str, Any], text: ShaderText) -> tuple[str, ShaderInput]:
    name, kind = item.get("NAME"), item.get("TYPE")
    if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z_]\w*", name):
        text.fail(f"an ISF input has the NAME {name!r}, which is not an identifier", *text.find('"INPUTS"'))
    if kind not in _TYPES:
        text.fail(
            f"ISF input '{name}' has the TYPE {kind!r}", *text.find(f'"{name}"'), hint=f"one of {', '.join(_TYPES)}"
        )
    values, labels = item.get("VALUES"), item.get("LABELS")
    if not isinstance(values, list) or not all(isinstance(value, int) for value in values):
        values = []
    if not isinstance(labels, list):
        labels = values
    return name, ShaderInput(
        _TYPES[kind],
        _components(item.get("DEFAULT")),
        _components(item.get("MIN")),
        _components(item.get("MAX")),
        str(item.get("LABEL", "")),
        tuple((value, str(label)) for value, label in zip(values, labels, strict=False)),
    )


def _components(value: object) -> tuple[float, ...] | None:
    """A number, bool or list of numbers as floats; None for anything else."""
    values: list[Any] = value if isinstance(value, list) else [value]
    if not values or not all(isinstance(item, (int, float)) for item in values):
        return None
    return tuple(float(item) for item in values)
