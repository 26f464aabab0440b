"""`#include "file"`: the texts of several files as one, which still says where each line is from.

In: a shader's text, the name of its file, folders to look in. Out: one text, in which `#line 7 "noise.glsl"` says that
the next line is line 7 of that file; `errors.relocate` reads it. A text without includes comes back as it is.

`"name"` is looked for beside the file that includes it, then in the folders; `<name>` in the folders first, and at last
among the `chunks` of three.js. A file with `#pragma once`, or a guard (`#ifndef X`, `#define X`), is brought in once.
What stands in the dead branch of an `#if` is not looked for (see `conditions`), and what else stands there is left out.
"""

from __future__ import annotations

import os.path
import re
from collections.abc import Sequence
from pathlib import Path

from glowjit.errors import GlowjitError, ShaderError
from glowjit.glsl.chunks import CHUNKS
from glowjit.glsl.conditions import Conditions
from glowjit.glsl.source import COMMENT, MAX_SOURCE_BYTES, blank

_SUFFIXES = {".frag", ".glsl", ".fs", ".vert", ".txt"}
_INCLUDE = re.compile(r'[ \t]*#[ \t]*include[ \t]*(?:"([^"]*)"|<([^>]*)>)[ \t]*$')
_ONCE = re.compile(r"\s*#\s*(?:pragma\s+once\b|ifndef\s+(\w+)\s*\n\s*#\s*define\s+\1\b)")
_DIRECTIVE = re.compile(r"[ \t]*#(?![ \t]*include)")
_PRAGMA_ONCE = re.compile(r"[ \t]*#[ \t]*pragma[ \t]+once\b")


def read_source(source: str | Path, file: str = "", folders: Sequence[str] = (), common: str = "") -> tuple[str, str]:
    """The text of a shader with all it includes, and the name to call it by.

    `source` is a path or the text; a string of one line that ends like a file name is a path.
    """
    if isinstance(source, Path) or ("\n" not in source and Path(source).suffix in _SUFFIXES):
        path = str(source)
        source, file = _read_text(path), file or path
    return expand(source, file, folders, common), file


def files_of(path: str, folders: Sequence[str] = (), common: str = "") -> list[str]:
    """The files that a shader is made of, its own first; that alone if one cannot be read."""
    try:
        text, _ = read_source(Path(path), "", folders, common)
    except GlowjitError:
        return [path, *([common] if common else [])]
    return list(dict.fromkeys([path, *re.findall(r'^#line \d+ "([^<].*)"$', text, re.MULTILINE)]))


def expand(source: str, file: str, folders: Sequence[str] = (), common: str = "") -> str:
    """The text with all it includes; `common` is a file that goes before it. ShaderError for what is not found."""
    expansion = _Expansion(folders)
    before = [*expansion.bring_in(common, ()), f'#line 1 "{file}"'] if common else []
    lines = [*before, *expansion.lines(source, file, ())]
    return "\n".join(lines) if expansion.has_included else source


def _read_text(path: str) -> str:
    """A file's text; ShaderError if it cannot be read or is not text."""
    try:
        return Path(path).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ShaderError(f"{path} is not text (UTF-8)", hint="give a GLSL source file") from None
    except OSError as error:
        raise ShaderError(f"cannot read {path}: {error.strerror}", hint="check the path") from None


def _without_blocks(text: str) -> str:
    """The text without its block comments; line comments may describe uniforms."""
    return COMMENT.sub(lambda match: match[0] if match[0].startswith("//") else blank(match), text)


class _Expansion:
    """One shader's; `has_included` tells whether there was anything to bring in."""

    def __init__(self, folders: Sequence[str]) -> None:
        self.has_included = False
        self._folders = folders
        self._done: set[str] = set()
        self._bytes = 0
        self._conditions = Conditions()

    def bring_in(self, path: str, outer: tuple[str, ...], place: tuple[str, str, int] = ("", "", 0)) -> list[str]:
        """The lines of a file and of all that it includes; none if it is there already and wants to be so once.
        `place` is the text, file and line that ask for it."""
        self.has_included = True
        real = os.path.realpath(path)
        if real in self._done:
            return []
        text = _read_text(path)
        if _ONCE.match(COMMENT.sub(blank, text)):
            self._done.add(real)
        elif real in outer:
            source, file, line = place
            hint = "put #pragma once at its beginning"
            raise ShaderError(f"{path} includes itself", file=file, line=line, column=1, source=source, hint=hint)
        lines = self.lines(text, path, (*outer, real))
        if self._bytes > MAX_SOURCE_BYTES:
            message = f"with {path} the shader includes more than {MAX_SOURCE_BYTES >> 10} KiB"
            raise ShaderError(message, file=path, hint="include only the files that the shader needs")
        return [f'#line 1 "{path}"', *lines]

    def lines(self, source: str, file: str, outer: tuple[str, ...]) -> list[str]:
        """The lines of a text, what it includes in the place of the directives."""
        source = source.replace("\r\n", "\n")
        written = (_without_blocks(source) if outer else source).split("\n")
        out: list[str] = []
        for number, code in enumerate(COMMENT.sub(blank, source).split("\n"), start=1):
            match = _INCLUDE.match(code)
            if match is None:
                self._conditions.read(code)
            if not self._conditions.live and not _DIRECTIVE.match(code):
                self.has_included |= match is not None
                out.append("")
            elif match:
                path = self._find(match, source, file, number)
                place = source, file, number
                lines = self.bring_in(path, outer, place) if path else self._chunk(match[2])
                out += [*lines, f'#line {number + 1} "{file}"']
            else:
                line = written[number - 1]
                out.append("" if outer and (_PRAGMA_ONCE.match(code) or line.isspace()) else line)
                self._bytes += len(out[-1]) + 1 if outer else 0
        return out

    def _chunk(self, name: str) -> list[str]:
        """The lines of a chunk of three.js."""
        self.has_included = True
        return [f'#line 1 "<{name}>"', *CHUNKS[name].split("\n")]

    def _find(self, match: re.Match[str], source: str, file: str, line: int) -> str:
        """The path of what an #include asks for; "" for a chunk."""
        name = match[1] or match[2] or ""
        beside = [os.path.dirname(file)]
        folders = [*beside, *self._folders] if match[1] else [*self._folders, *beside]
        for folder in folders:
            path = os.path.normpath(os.path.join(folder, name))
            if not os.path.isabs(name) and os.path.isfile(path):
                return path
        if match[2] in CHUNKS:
            return ""
        places = ", ".join(folder or "." for folder in folders)
        column = match.start(1 if match[1] else 2) + 1 if name else 1
        hint = f"looked for in {places}; --include DIR adds a folder"
        raise ShaderError(f"cannot find '{name}'", file=file, line=line, column=column, source=source, hint=hint)
