"""What goes wrong, and how it is said.

Every failure that a user can cause is a `GlowjitError`: a stage, a place (file, line, column), a message and a hint.
The command line prints it as

    error: 'foo' : undeclared identifier
      --> plasma.frag:12:9
       |
    12 |     float x = foo * 2.0;
       |               ^
    hint: declare it, or check the spelling

and exits with code 2. Anything else that escapes is a bug of ours and keeps its traceback.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

EXIT_USER_ERROR = 2

WIDTH = 160
"""Characters of a source line shown above a caret; of a longer line, those around the caret."""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One message about the user's source; `line` and `column` count from 1, 0 means unknown."""

    message: str
    severity: str = "error"
    file: str = ""
    line: int = 0
    column: int = 0
    hint: str = ""
    text: str = ""  # the line itself, if it is not line `line` of the error's source

    def place(self) -> str:
        """`file:line:column`, without the parts that are unknown."""
        parts = [self.file or "<source>"]
        if self.line:
            parts.append(str(self.line))
            if self.column:
                parts.append(str(self.column))
        return ":".join(parts)


class GlowjitError(Exception):
    """A mistake that is the user's to mend: one sentence, its place, and the way out.

    `stage` names the part of the road that refused ("glsl", "spirv", "allocator", "board", ...). `diagnostics` holds
    every message when there are several; the fields are those of the first.
    """

    stage = "glowjit"

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        file: str = "",
        line: int = 0,
        column: int = 0,
        stage: str = "",
        source: str = "",
        diagnostics: tuple[Diagnostic, ...] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.file = file
        self.line = line
        self.column = column
        self.source = source
        if stage:
            self.stage = stage
        self.diagnostics = diagnostics or (Diagnostic(message, "error", file, line, column, hint),)

    def __str__(self) -> str:
        return self.render()

    def __reduce__(self) -> tuple[Any, ...]:
        """As it is, without its constructor: an error has to come back from a pool of processes."""
        return _restore, (type(self), self.args, self.__dict__)

    def render(self, source: str = "") -> str:
        """The whole text a person sees, caret included when the source is known."""
        lines = (source or self.source).replace("\r\n", "\n").split("\n")
        return "\n".join(render(diagnostic, lines) for diagnostic in self.diagnostics)

    def as_dict(self) -> dict[str, object]:
        """For `--json`: the stage and every diagnostic as plain data."""
        fields = ("message", "severity", "file", "line", "column", "hint")
        return {
            "stage": self.stage,
            "diagnostics": [{name: getattr(item, name) for name in fields} for item in self.diagnostics],
        }


def _restore(kind: type[GlowjitError], args: tuple[Any, ...], state: dict[str, Any]) -> GlowjitError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(state)
    return error


_LINE = re.compile(r'[ \t]*#[ \t]*line[ \t]+(\d+)[ \t]+"([^"]*)"')


def relocate(diagnostic: Diagnostic, source: str) -> Diagnostic:
    """A message about a line of `source` as one about the file that the line is from, as `#line 7 "file"` tells."""
    lines = source.replace("\r\n", "\n").split("\n")
    for distance, text in enumerate(reversed(lines[: max(diagnostic.line - 1, 0)])):
        if origin := _LINE.match(text):
            line, file = int(origin[1]) + distance, origin[2]
            shown = lines[diagnostic.line - 1] if diagnostic.line <= len(lines) else ""
            return replace(diagnostic, file=file, line=line, text=shown)
    return diagnostic


def render(diagnostic: Diagnostic, lines: list[str]) -> str:
    """The message, the line of `lines` that it is about with a caret, and the hint."""
    out = [f"{diagnostic.severity}: {diagnostic.message}"]
    if diagnostic.file or diagnostic.line:
        out.append(f"  --> {diagnostic.place()}")
    if diagnostic.text or 0 < diagnostic.line <= len(lines):
        number = str(diagnostic.line)
        margin = " " * len(number)
        text = (diagnostic.text or lines[diagnostic.line - 1]).replace("\t", " ")
        first = max(0, diagnostic.column - WIDTH * 3 // 4) if len(text) > WIDTH else 0
        out.append(f" {margin} |")
        out.append(f" {number} | {text[first : first + WIDTH].rstrip()}")
        if diagnostic.column:
            out.append(f" {margin} | {' ' * (diagnostic.column - 1 - first)}^")
    if diagnostic.hint:
        out.append(f"hint: {diagnostic.hint}")
    return "\n".join(out)


def locate(error: GlowjitError, file: str, source: str, line: int) -> None:
    """Fill in the place, the column being that of the first quoted name on the line."""
    error.file, error.source, error.line = file, source, line
    lines = source.splitlines()
    quoted = re.search(r"'(\w+)", error.message)
    if quoted and 0 < line <= len(lines):
        mention = re.search(rf"\b{quoted[1]}\w*", lines[line - 1])
        error.column = mention.start() + 1 if mention else 0
    first = relocate(Diagnostic(error.message, "error", file, line, error.column, error.hint), source)
    error.file, error.line, error.diagnostics = first.file, first.line, (first,)


class ShaderError(GlowjitError):
    """The shader's text is wrong, or uses what cannot be compiled."""

    stage = "glsl"


class UnsupportedError(ShaderError):
    """Valid GLSL that glowjit cannot compile; the message names the construct."""

    stage = "spirv"


class UniformError(GlowjitError):
    """An unknown uniform, or a value of the wrong type or size for it."""

    stage = "uniforms"


class BoardError(GlowjitError):
    """A board description that is missing, incomplete or contradictory."""

    stage = "board"


class HeapError(GlowjitError):
    """An allocation that does not fit: `requested`, `available` and `limit` are bytes."""

    stage = "heap"

    def __init__(
        self, what: str, requested: int, available: int, limit: int, *, stage: str = "", hint: str = ""
    ) -> None:
        super().__init__(
            f"out of memory: {what} asked for {requested} bytes, {available} of {limit} were left",
            stage=stage,
            hint=hint,
        )
        self.what = what
        self.requested = requested
        self.available = available
        self.limit = limit


class ImageError(GlowjitError):
    """A QIR blob or code image that is truncated or damaged."""

    stage = "image"


class MachineFault(GlowjitError):
    """The emulated board stopped: illegal instruction, access outside memory, stack overflow.

    `pc` is the address, `instruction` its assembly text, `pixel` the (x, y) being computed, or None.
    """

    stage = "emulator"

    def __init__(
        self, message: str, *, pc: int = 0, instruction: str = "", pixel: tuple[int, int] | None = None, hint: str = ""
    ) -> None:
        where = f" at pc 0x{pc:08x}" + (f" ({instruction})" if instruction else "")
        where += f", pixel {pixel}" if pixel else ""
        super().__init__(message + where, hint=hint)
        self.pc = pc
        self.instruction = instruction
        self.pixel = pixel


class OverflowFault(GlowjitError):
    """A value of the shader that its word cannot hold, found by a checked build; `pixel` counts from the top left."""

    stage = "checked"

    def __init__(self, message: str, *, value: float, pixel: tuple[int, int], diagnostic: Diagnostic, source: str):
        at = diagnostic
        super().__init__(
            message, hint=at.hint, file=at.file, line=at.line, column=at.column, source=source, diagnostics=(at,)
        )
        self.value = value
        self.pixel = pixel


class FuelError(GlowjitError):
    """A shader that did not end within its fuel; `pixel` is where it stopped."""

    stage = "emulator"

    def __init__(self, message: str, *, pixel: tuple[int, int] | None = None, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.pixel = pixel
