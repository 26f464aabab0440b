"""The user's text: checked, stripped of comments, and its GLSL dialect.

`ShaderText` keeps the text as the user sees it, for carets, and `code`, in which comments, `#version` and `#line` are
blanked and each directive is one line: the same lines and, outside of continued directives, the same columns. All lines
and columns count from 1.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

from glowjit.errors import Diagnostic, ShaderError, relocate
from glowjit.glsl.vocabulary import HOST_MACROS, HOST_MARKS, OTHER_LANGUAGES

MAX_SOURCE_BYTES = 256 << 10
"""The longest text taken, with all it includes. The largest shaders on Shadertoy have an eighth of that."""

ES_VERSIONS = (100, 300, 310, 320)
DESKTOP_VERSIONS = (110, 120, 130, 140, 150, 330, 400, 410, 420, 430, 440, 450, 460)

_UNSEEN = "".join(map(chr, (0xA0, *range(0x2000, 0x2010), 0x2028, 0x2029, 0x202F, 0x205F, 0x2060, 0x3000, 0xFEFF)))
"""Spaces of all kinds, and of no width, in a text that was copied from a page."""
_SPACES = str.maketrans(f"\r\v\f{_UNSEEN}", "\n".ljust(3 + len(_UNSEEN)))
COMMENT = re.compile(r"//(?:\\\n|[^\n])*|/\*.*?\*/", re.DOTALL)
_VERSION = re.compile(r"^[ \t]*#[ \t]*version\b[ \t]*(\S*)[ \t]*(\S*).*$", re.MULTILINE)
_DIRECTIVE = re.compile(r"^[ \t]*#(?:\\\n|.)*", re.MULTILINE)
_MACRO_IMAGE = re.compile(r"^([ \t]*#[ \t]*define[ \t]+)mainImage[ \t]*\(", re.MULTILINE)
_LINE_DIRECTIVE = re.compile(r"^[ \t]*#[ \t]*line\b.*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Dialect:
    """A GLSL version and profile ("es", "core", "compatibility" or none)."""

    version: int
    profile: str = ""

    @property
    def name(self) -> str:
        return f"{self.version} {self.profile}".strip()

    @property
    def is_es(self) -> bool:
        return self.version in ES_VERSIONS

    @property
    def has_outputs(self) -> bool:
        """Colours leave through an `out` variable; before that, through `gl_FragColor`."""
        return self.version >= (300 if self.is_es else 130)


class ShaderText:
    """`raw`: the text with plain newlines, `height` lines; `code`: without comments and `#version`; `dialect`: the one
    asked for."""

    def __init__(self, source: str | bytes, file: str = "") -> None:
        self.file = file
        self.raw = ""
        self.raw = self._decode(source)
        self._check_characters()
        self.height = self.raw.count("\n") + 1
        code = COMMENT.sub(blank, self.raw)
        for mark in HOST_MARKS:
            code = code.replace(mark, " " * len(mark))
        if (unterminated := code.find("/*")) >= 0:
            self.fail("this comment has no end", *self.place(unterminated), hint="write */ where it ends")
        self._check_language(code)
        if not code.strip():
            self.fail("the shader is empty", hint="paste a Shadertoy mainImage(), or any GLSL fragment shader")
        version = _VERSION.search(code)
        self.dialect = self._dialect(version) if version else None
        code = _LINE_DIRECTIVE.sub(blank, _VERSION.sub(blank, code, count=1))
        self.code = _with_function(_with_macros(_DIRECTIVE.sub(_join_lines, code)))
        self.lines = self.code.split("\n")

    def error(self, diagnostics: list[Diagnostic]) -> ShaderError:
        """These messages as one exception, each at its place in the file that it is about."""
        diagnostics = [relocate(diagnostic, self.raw) for diagnostic in diagnostics]
        first = diagnostics[0]
        return ShaderError(
            first.message,
            hint=first.hint,
            file=first.file,
            line=first.line,
            column=first.column,
            source=self.raw,
            diagnostics=tuple(diagnostics),
        )

    def fail(self, message: str, line: int = 0, column: int = 0, *, hint: str = "") -> NoReturn:
        raise self.error([Diagnostic(message, "error", self.file, line, column, hint)])

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset into `raw` or `code`."""
        before = self.raw[:offset]
        return before.count("\n") + 1, offset - before.rfind("\n")

    def find(self, text: str) -> tuple[int, int]:
        """Line and column of the first occurrence in `raw`; (0, 0) if there is none."""
        offset = self.raw.find(text)
        return self.place(offset) if offset >= 0 else (0, 0)

    def _decode(self, source: str | bytes) -> str:
        encoded = _encode(source) if isinstance(source, str) else source
        if len(encoded) > MAX_SOURCE_BYTES:
            self.fail(
                f"the shader is {len(encoded)} bytes long; the limit is {MAX_SOURCE_BYTES}",
                hint="large tables of constants are better computed",
            )
        try:
            text = encoded.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            self.raw = encoded.decode("utf-8", "replace")
            before = encoded[: error.start].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
            line, column = before.count(b"\n") + 1, error.start - before.rfind(b"\n")
            self.fail(f"byte 0x{encoded[error.start]:02x} is not UTF-8", line, column, hint="save the file as UTF-8")
        return text.replace("\r\n", "\n").translate(_SPACES)

    def _check_characters(self) -> None:
        offset = self.raw.find("\0")
        if offset >= 0:
            self.fail("there is a NUL byte in the text", *self.place(offset), hint="is this a text file?")

    def _check_language(self, code: str) -> None:
        for pattern, (language, hint) in OTHER_LANGUAGES.items():
            if match := re.search(pattern, code, re.MULTILINE):
                at = match.start() + len(match[0]) - len(match[0].lstrip())
                self.fail(f"this is {language}, not GLSL", *self.place(at), hint=hint)

    def _dialect(self, version: re.Match[str]) -> Dialect:
        number, profile = version.groups()
        line, column = self.place(version.start(1))
        known = int(number) if number.isdecimal() else 0
        if known in ES_VERSIONS:
            if known != 100 and profile != "es":
                self.fail(f"GLSL version {known} is an ES version", line, column, hint=f"#version {known} es")
            return Dialect(known, "es" if known != 100 else "")
        if known not in DESKTOP_VERSIONS:
            hint = (
                "there are 100, 300 es, 310 es, 320 es, and on the desktop 110 to 460; without #version it is guessed"
            )
            self.fail(f"there is no GLSL version '{number}'", line, column, hint=hint)
        if profile not in ("", "core", "compatibility"):
            self.fail(f"GLSL version {known} has no profile '{profile}'", line, column, hint=f"#version {known}")
        return Dialect(known, profile if known >= 150 else "")


def _join_lines(match: re.Match[str]) -> str:
    """A directive continued by backslashes, which GLSL ES 1.00 does not know, as one line and as many empty ones."""
    return match[0].replace("\\\n", " ") + "\n" * match[0].count("\\\n")


def _with_macros(code: str) -> str:
    """The text with the values of macros that hosts define, unless the shader defines them; columns do not change."""
    for name, value in HOST_MACROS.items():
        if name in code and not re.search(rf"#\s*define\s+{name}\b", code):
            code = re.sub(rf"\bifdef\s+{name}\b", _as_wide("if 1"), code)
            code = re.sub(rf"\bifndef\s+{name}\b", _as_wide("if 0"), code)
            code = re.sub(rf"\bdefined\s*(?:{name}\b|\(\s*{name}\s*\))", _as_wide("1"), code)
            code = re.sub(rf"\b{name}\b", _as_wide(value), code)
    return code


def _as_wide(text: str) -> Callable[[re.Match[str]], str]:
    """`text`, padded with spaces to the width of what it replaces."""
    return lambda match: text.ljust(len(match[0]))


def _with_function(code: str) -> str:
    """Shadertoy's entry point may be a macro, which is called like the function: as many golfers write it."""
    if code.count("mainImage") != 1 or not _MACRO_IMAGE.search(code):
        return code
    function = "void mainImage(inout vec4 c, in vec2 p) { glow_image(c, p); }"
    return _MACRO_IMAGE.sub(r"\1glow_image(", code) + f"\n#ifdef glow_image\n{function}\n#endif"


def _encode(source: str) -> bytes:
    """UTF-8, or for text that came from bytes which were not, those bytes again."""
    try:
        return source.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return source.encode("utf-8", "surrogatepass")


def blank(match: re.Match[str]) -> str:
    """Spaces for everything but the newlines."""
    return re.sub(r"[^\n]", " ", match[0])
