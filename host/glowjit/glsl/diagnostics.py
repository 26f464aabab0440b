"""glslang's log, said again for the person who wrote the shader.

In: a log and the text or unit it is about. Out: `Diagnostic`s at the user's lines and columns, at most one a line and
`MAX_MESSAGES` in all, in glslang's order: what follows from an earlier mistake on the same line is not repeated. The
words for what the parser and the type checker say are in `explain.py`.
"""

from __future__ import annotations

import difflib
import re

from glowjit.errors import Diagnostic
from glowjit.glsl.conventions import INCLUDE, INCLUDE_HINT
from glowjit.glsl.explain import Complaint, explain
from glowjit.glsl.outline import columns
from glowjit.glsl.source import ShaderText
from glowjit.glsl.unit import Unit

MAX_MESSAGES = 8

_ENTRY = re.compile(r"^(?:INTERNAL )?ERROR: (?:[^\s:]*:(-?\d+): )?(.*)$", re.MULTILINE)
_NOISE = re.compile(r"'' : compilation terminated|\d+ compilation errors")
_SUBJECT = re.compile(r"'(.*?)' :\s+(.*)")


# -- The three kinds of log -------------------------------------------------------------------------------------------


def from_preprocessor(text: ShaderText, log: str) -> list[Diagnostic]:
    """Messages about directives and macros; the log counts lines after a `#version` line of ours."""
    found = []
    for after_version, subject, message in _entries(log):
        line = min(after_version - 1, len(text.lines))
        place = (line, _column(text, line, subject))
        hint = ""
        if "missing #endif" in message:
            place, message, hint = _unclosed_conditional(text), "this has no #endif", "write #endif where it ends"
        elif line > 0 and INCLUDE.match(text.lines[line - 1]):
            message, hint = "this includes no file", INCLUDE_HINT
        elif subject == "#" and "invalid directive" in message:
            message, hint = _unknown_directive(message.rpartition(" ")[2], text.raw.split("\n")[line - 1])
        elif match := re.match(r"Too (few|many) args in Macro (\w+)", message):
            place = (line, _column(text, line, match[2]))
            message, hint = f"too {match[1]} arguments for macro {match[2]}", "give it as many as its #define has"
        elif subject == "#error":
            message = f"#error {message}"
        elif subject == "string literal":
            place = (line, _column(text, line, '"'))
            message, hint = "there are no strings in GLSL", "is this a shader? It has numbers, bools, vectors, matrices"
        elif "cannot be preceded by another token" in message:
            message, hint = "a directive must be the first thing on its line", "put it on a line of its own"
        elif "token pasting" in message:
            hint = "## needs desktop GLSL: #version 330"
        elif "mismatched statements" in message:
            message, hint = f"this {subject} belongs to no #if", "take it away, or write the #if"
        elif subject == "#define" and "bad argument" in message:
            message, hint = "the parameters of a macro are names", "GLSL has no macros with as many as there are (...)"
        elif "extension not supported" in message:
            message, hint = f"there is no extension {message.rpartition(' ')[2]}", "leave it out"
        elif subject and subject not in message and subject != "macro expansion":
            message = f"{subject}: {message}"
        found.append(Diagnostic(message.strip(), "error", text.file, *place, hint))
    return _one_a_line(found)


def from_compiler(unit: Unit, log: str) -> list[Diagnostic]:
    """Messages of the parser and the type checker; the log's lines are those of `unit.render()`."""
    found = []
    for line, subject, message in _entries(log):
        found.append(explain(Complaint(unit, unit.token_at(line), subject, message)))
    placed = [diagnostic for diagnostic in found if diagnostic.line]  # the others are about text that we put around
    return _one_a_line(placed or found)


def from_linker(unit: Unit, log: str) -> list[Diagnostic]:
    """Messages about the program as a whole, which come without lines."""
    if "Recursion detected" in log:
        return [_recursion(unit)]
    found = []
    for name in re.findall(r"No function definition \(body\) found:\s+(\w+)\(", log):
        at = next((item.name_at for item in unit.outline.prototypes if item.name == name), -1)
        message = f"{name}() is declared but never defined"
        found.append(Diagnostic(message, "error", unit.text.file, *unit.place(at), "write its body"))
    rest = [Diagnostic(message, "error", unit.text.file) for _, _, message in _entries(log)]
    return found or rest[:MAX_MESSAGES]


def _entries(log: str) -> list[tuple[int, str, str]]:
    """Line, quoted subject and text of every error in a log."""
    found = []
    for line, message in _ENTRY.findall(log):
        if not _NOISE.match(message):
            match = _SUBJECT.match(message)
            subject, said = (match[1], match[2]) if match else ("", message)
            found.append((int(line or 0), subject, said))
    return found


_SLIDER = "declare it: uniform float name; // name: default, min, max"
_DIRECTIVES = ("define", "undef", "if", "ifdef", "ifndef", "else", "elif", "endif", "extension", "version", "include")


def _unknown_directive(name: str, line: str) -> tuple[str, str]:
    """What is wrong with #name on a line, and the way out."""
    near = difflib.get_close_matches(name, _DIRECTIVES, 1, 0.7)
    hint = f"did you mean #{near[0]}?" if near else f"there are #{', #'.join(_DIRECTIVES)}"
    if re.fullmatch(r"iChannel\d", name):
        given = f"--feedback {name}" if re.search(r"\bself\b", line) else f"--texture {name}=picture.png"
        hint = f"take it away, and say so on the command line: {given}"
    elif name == "iUniform":
        hint = _SLIDER
    elif name in ("info", "group", "preset", "camera"):
        hint = f"Fragmentarium's: take it away. For a slider, {_SLIDER}"
    elif name == "shader":
        hint = "several shaders in one file: leave only what follows #shader fragment"
    return f"there is no directive #{name}", hint


def _one_a_line(found: list[Diagnostic]) -> list[Diagnostic]:
    first: dict[int, Diagnostic] = {}
    for diagnostic in found:
        first.setdefault(diagnostic.line, diagnostic)
    return list(first.values())[:MAX_MESSAGES]


# -- What glslang gives no line for -----------------------------------------------------------------------------------


def _recursion(unit: Unit) -> Diagnostic:
    """The first call in the text that leads back to its caller, and the way round."""
    calls = {item.name: dict(unit.outline.calls(item)) for item in unit.outline.functions}
    for function in unit.outline.functions:
        for callee, at in unit.outline.calls(function):
            path = _path(calls, callee, function.name)
            if path:
                way = " -> ".join(f"{name}()" for name in [function.name, *path])
                hint = "GLSL has no recursion; write a loop"
                return Diagnostic(f"recursion: {way}", "error", unit.text.file, *unit.place(at), hint)
    return Diagnostic("recursion", "error", unit.text.file, hint="GLSL has no recursion; write a loop")


def _path(calls: dict[str, dict[str, int]], start: str, goal: str) -> list[str]:
    """The shortest chain of calls from one function to another, both included; empty if there is none."""
    chains = [[start]]
    seen = {start}
    for chain in chains:
        if chain[-1] == goal:
            return chain
        for callee in calls.get(chain[-1], {}):
            if callee not in seen:
                seen.add(callee)
                chains.append([*chain, callee])
    return []


def _unclosed_conditional(text: ShaderText) -> tuple[int, int]:
    open_at: list[tuple[int, int]] = []
    for number, line in enumerate(text.lines, 1):
        directive = re.match(r"\s*#\s*(if|endif)", line)
        if directive and directive[1] == "if":
            open_at.append((number, line.index("#") + 1))
        elif directive and open_at:
            open_at.pop()
    return open_at[-1] if open_at else (0, 0)


def _column(text: ShaderText, line: int, subject: str) -> int:
    """Where on its line the preprocessor's subject stands; else where the line begins."""
    if not 0 < line <= len(text.lines):
        return 0
    written = columns(text.lines[line - 1])
    return next((column for lexeme, column in written if lexeme == subject), written[0][1] if written else 0)
