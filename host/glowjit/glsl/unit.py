"""One translation unit: the user's tokens, what is put around them, and the map from its lines to the user's places.

glslang 13 reports lines but no columns. So the unit is written with every token on a line of its own: the line number
that comes back is the token, and with it the line and column in the user's text. This holds for messages and for the
OpLine instructions of the SPIR-V alike. A token keeps its line when it is edited away.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NoReturn

from glowjit.glsl.isf import ShaderInput
from glowjit.glsl.outline import Outline, columns, members_named, outline, tokenize
from glowjit.glsl.source import Dialect, ShaderText
from glowjit.glsl.vocabulary import SAMPLERS
from glowjit.textures import Texture

_GLOBAL_INITIALISERS = "#extension GL_EXT_shader_non_constant_global_initializers : enable"


LENGTH = "glowLn"
"""A member called `length` goes by this name through glslang, which takes it for the method. It is as long."""


class Unit:
    """Made from the preprocessed text; `conventions` fills in `declarations`, `edits` and `footer`."""

    def __init__(self, text: ShaderText, dialect: Dialect, preprocessed: str) -> None:
        self.text = text
        self.dialect = dialect
        self.declarations: list[str] = []
        self.footer = ""
        self.convention = ""
        self.uniforms: dict[str, str] = {}
        self.inputs: dict[str, ShaderInput] = {}
        self.textures: Mapping[str, Texture] = {}
        lexemes = tokenize(preprocessed)
        self.directives = [token for token in lexemes if token.text[0] == "#"]
        self.tokens = [token for token in lexemes if token.text[0] != "#"]
        self.outline: Outline = outline(self.tokens)
        self.edits = dict.fromkeys(self.outline.strays, "")  # many a `};` ends a function, and few versions allow it
        self.edits.update(dict.fromkeys(members_named(self.tokens, "length"), LENGTH))
        self._extensions = [token.text for token in self.directives if token.text[1:].split()[:1] == ["extension"]]
        self._columns: dict[int, dict[int, int]] = {}

    def header(self) -> list[str]:
        """The lines before the user's tokens."""
        lines = [f"#version {self.dialect.name}"]
        if self.dialect.is_es:
            lines.append(_GLOBAL_INITIALISERS)
        if self.dialect.version == 100:
            lines.append("#extension GL_OES_standard_derivatives : enable")
        lines += self._extensions
        if self.dialect.is_es:
            lines += ["precision highp float;", "precision highp int;"]
            if self.dialect.version >= 300:
                lines += [f"precision highp {name};" for name in SAMPLERS]
        return lines + self.declarations

    def render(self) -> str:
        """The text for glslang."""
        body = [self.edits.get(index, token.text) for index, token in enumerate(self.tokens)]
        return "\n".join([*self.header(), *body, self.footer, ""])

    def token_at(self, line: int) -> int:
        """The token on a line of the rendered text; negative before the first, `len(tokens)` after the last."""
        return min(line - 1 - len(self.header()), len(self.tokens))

    def place(self, index: int) -> tuple[int, int]:
        """Line and column in the user's text of a token; column 0 if it came out of a macro; (0, 0) outside."""
        if not 0 <= index < len(self.tokens):
            return 0, 0
        line = self.tokens[index].line
        if line > self.text.height:  # a call of ours to a macro of the user's
            return self.text.height, 0
        if line not in self._columns:
            self._columns[line] = self._locate(index)
        return line, self._columns[line].get(index, 0)

    def fail(self, message: str, index: int, *, hint: str = "") -> NoReturn:
        self.text.fail(message, *self.place(index), hint=hint)

    def _locate(self, index: int) -> dict[int, int]:
        """The columns of the tokens on the line of one of them.

        The preprocessor keeps lines but not columns: the n-th `x` of its line is the n-th `x` of the user's. What the
        user's line does not have comes from the first macro or number on it that preprocessing took away or apart.
        """
        line = self.tokens[index].line
        first = index
        while first and self.tokens[first - 1].line == line:
            first -= 1
        written = columns(self.text.lines[line - 1]) if line <= len(self.text.lines) else []
        left: dict[str, list[int]] = {}
        for lexeme, column in written:
            left.setdefault(lexeme, []).append(column)
        found = {}
        while first < len(self.tokens) and self.tokens[first].line == line:
            places = left.get(self.tokens[first].text)
            found[first] = places.pop(0) if places else 0
            first += 1
        macro = min((places[0] for word, places in left.items() if places and word[0].isalnum()), default=0)
        return {at: column or macro for at, column in found.items()}
