"""How a function is called: its GLSL signature, and the words its IR function takes and returns.

SPIR-V turns in, out and inout parameters alike into pointers. For a library glslang puts the preprocessed text into
the module, where a definition's qualifiers can be read again; a shader's functions are only called from within, and
there `usage` finds out which words anybody gives and wants.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from glowjit.ir.core import Parameter, Signature, Type
from glowjit.spirv.types import TypeInfo

_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/|^[ \t]*#[^\n]*", re.DOTALL | re.MULTILINE)
_DEFINITION = re.compile(r"(\w+)\s*\(([^()]*)\)\s*\{")
_MODES = {"in": "in", "out": "out", "inout": "inout"}
_QUALIFIERS = frozenset(
    ["const", "in", "out", "inout", "highp", "mediump", "lowp", "precise", "coherent", "volatile", "restrict"]
)
_SQUARE = re.compile(r"\b(mat([234]))x\2\b")

ParameterKey = tuple[str, tuple[tuple[str, str], ...]]


@dataclass(slots=True)
class Argument:
    """One parameter of a SPIR-V function; `pointer` tells variables from values."""

    id: int
    name: str
    type: TypeInfo
    pointer: bool
    mode: str

    @property
    def goes_in(self) -> bool:
        return self.mode != "out"

    @property
    def comes_out(self) -> bool:
        return self.mode != "in"


@dataclass(slots=True)
class Interface:
    """`name` is the IR function's, `glsl_name` what overloads share, `kills` whether it may discard the pixel."""

    name: str
    glsl_name: str
    result: TypeInfo
    arguments: list[Argument] = field(default_factory=list)
    kills: bool = False

    @property
    def result_words(self) -> tuple[Type, ...]:
        return () if self.result.kind == "void" else self.result.scalars

    @property
    def results(self) -> tuple[Type, ...]:
        """The words of the result, then those of the out and inout parameters."""
        words = self.result_words
        for argument in self.arguments:
            if argument.comes_out:
                words += argument.type.scalars
        return words

    def signature(self) -> Signature:
        parameters = tuple(Parameter(a.name, a.type.value_type, a.mode) for a in self.arguments)
        return Signature(self.glsl_name, None if self.result.kind == "void" else self.result.value_type, parameters)


def parameter_modes(source: str) -> dict[ParameterKey, tuple[str, ...]]:
    """Modes of every function defined in `source`, by name and (type, name) of its parameters; "" where unclear."""
    modes: dict[ParameterKey, tuple[str, ...]] = {}
    for match in _DEFINITION.finditer(_outermost(_COMMENT.sub(" ", source))):
        name, text = match.groups()
        parameters = [_parameter(part) for part in text.split(",") if part.split() not in ([], ["void"])]
        key = (name, tuple((type, parameter) for type, parameter, _ in parameters))
        modes[key] = tuple(mode for _, _, mode in parameters)
    return modes


def _outermost(text: str) -> str:
    """What lies outside all braces, each body reduced to `{`."""
    pieces: list[str] = []
    depth = 0
    for piece in re.split(r"([{}])", text):
        if piece == "{":
            if depth == 0:
                pieces.append("{")
            depth += 1
        elif piece == "}":
            depth = max(depth - 1, 0)
        elif depth == 0:
            pieces.append(piece)
    return "".join(pieces)


def _parameter(text: str) -> tuple[str, str, str]:
    """Type, name and mode of one declared parameter."""
    words = re.findall(r"\w+", re.sub(r"\[[^\]]*\]", " ", text))
    rest = [word for word in words if word not in _QUALIFIERS]
    mode = next((_MODES[word] for word in words if word in _MODES), "in" if len(rest) <= 2 else "")
    type = _SQUARE.sub(r"\1", rest[-2] if len(rest) > 1 else rest[-1]) if rest else ""
    return type, rest[-1] if len(rest) > 1 else "", mode


def key_of(name: str, arguments: list[Argument]) -> ParameterKey:
    """The key under which `parameter_modes` lists this function."""
    return name, tuple((str(a.type.glsl).split("[")[0], a.name) for a in arguments)
