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
    """Messages about directives, macros and numbers; the log counts lines after a `#version` line of ours."""
    found = []
    for after_version, subject, message in _entries(log):
        line = min(after_version - 1, len(text.lines))
        found.append(_of_line(text, _begun(text, line, subject), subject, message))
    return _one_a_line(found)


def _of_line(text: ShaderText, line: int, subject: str, said: str) -> Diagnostic:
    """The user's version of a message about one line."""
    if "missing #endif" in said:
        place = _unclosed_conditional(text)
        return Diagnostic("this has no #endif", "error", text.file, *place, "write #endif where it ends")
    written = text.lines[line - 1] if line > 0 else ""
    if INCLUDE.match(written):
        message, hint, about = "this includes no file", INCLUDE_HINT, ""
    elif subject == "#" and "invalid directive" in said:
        message, hint = _unknown_directive(said.rpartition(" ")[2], text.raw.split("\n")[line - 1])
        about = ""
    else:
        message, hint, about = _said_again(subject, said)
    at = next((lexeme for lexeme, _ in columns(written) if about and re.search(about, lexeme)), subject)
    return Diagnostic(message.strip(), "error", text.file, line, _column(text, line, at), hint)


def _said_again(subject: str, said: str) -> tuple[str, str, str]:
    """Message, hint, and a pattern of the lexeme that it is about."""
    text = f"{subject}: {said}" if subject else said
    for pattern, message, hint, about in _SAID:
        if match := re.search(pattern, text):
            message, hint, about = (part.format(*match.groups(), subject=subject) for part in (message, hint, about))
            return message, hint, about
    return (said if subject in said else text), "", ""


def _begun(text: ShaderText, line: int, subject: str) -> int:
    """The line of the directive that a message is about: one that ends too early is complained of at the next line."""
    names = ("if", "elif") if subject == "preprocessor evaluation" else (subject.removeprefix("#"),)
    directive = re.compile(rf"\s*#\s*({'|'.join(map(re.escape, names))})\b")
    if not subject.startswith(("#", "preprocessor")) or line < 2 or directive.match(text.lines[line - 1]):
        return line
    return line - 1 if directive.match(text.lines[line - 2]) else line


_NAME_OF_MACRO = "names of macros are letters, digits and _"

# fmt: off
_SAID = (
    # what glslang says -> what we say ({0}, {1}: the pattern's groups) -> the hint -> the lexeme that it is about
    (r"string literal", "there are no strings in GLSL",
     "is this a shader? It has numbers, bools, vectors, matrices", '"'),
    (r"character literals", "there are no characters in GLSL", "write numbers: an A is 65", "'"),
    (r"Too (few|many) args in Macro (\w+)", "too {0} arguments for macro {1}",
     "give it as many as its #define has", r"^{1}$"),
    (r"undefined macro in expression .* (\w+)$", "'{0}' is not defined",
     "#define it further up, or ask with #ifdef {0}", "^{0}$"),
    (r"preprocessor evaluation: division", "this condition divides by 0", "#if takes whole numbers", ""),
    (r"preprocessor evaluation", "this condition has no value",
     "#if takes whole numbers, operators and defined(NAME)", ""),
    (r"must be followed by macro name", "{subject} needs the name of a macro", _NAME_OF_MACRO, ""),
    (r"duplicate macro parameter", "two parameters of a macro have the same name", "rename one of them", ""),
    (r"#define: bad argument", "the parameters of a macro are names",
     "GLSL has no macros with as many as there are (...)", ""),
    (r"Macro redefined; .*: (\w+)", "the macro {0} is defined twice, as two things",
     "write #undef {0} before, or rename one of them", ""),
    (r"be \(un\)defined: (\w+)", "the name {0} is GLSL's own", "choose another name", "^{0}$"),
    (r"extension name not specified|missing after extension name", "this #extension is not complete",
     "write #extension NAME : enable, or take it away", ""),
    (r"extension 'all' cannot", "not all extensions can be required", "name the one that is needed", ""),
    (r"extension not supported.* (\w+)$", "there is no extension {0}", "leave it out", ""),
    (r"must occur first", "#version comes first, and once", "take this one away", ""),
    (r"cannot be preceded by another token", "a directive must be the first thing on its line",
     "put it on a line of its own", ""),
    (r"token pasting.*", "## joins no names in this version of GLSL", "## needs desktop GLSL: #version 330", ""),
    (r"mismatched statements", "this {subject} belongs to no #if", "take it away, or write the #if", ""),
    (r"(#else|#elif) after #else", "this {0} follows an #else", "one #else is the last part of an #if", ""),
    (r"floating-point suffix|(?:16|64)-bit literal", "GLSL ES has no numbers with this suffix",
     "floats are 1.0, ints 1, unsigned ints 1u", r"^[\d.]\w*\.?\d*(?:h|hf|H|HF|[su]?l|[su]?L|[uU][lLsS]|[sS])$"),
    (r"octal literal digit", "a number that begins with 0 is octal, without 8 and 9", "take the 0 away",
     r"^0\d*[89]"),
    (r"literal too big", "this whole number has more than 32 bits", "as a float it has a point: 1.0e11",
     r"^(?:[1-9]\d{{9}}|0[xX]\w{{9}}|0\d{{11}})"),
    (r"bad digit in hexadecimal", "this hexadecimal number has no digits", "write them: 0xFF", r"^0[xX]"),
    (r"bad character in float exponent", "this number ends before its exponent", "write 1.0e3, or leave out the e",
     r"^[\d.]+[eE]"),
    (r"^macro expansion: (.*)", "{0}", "", ""),
    (r"^#error: (.*)", "#error {0}", "", ""),
)
# fmt: on


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
