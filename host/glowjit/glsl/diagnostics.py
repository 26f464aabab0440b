"""glslang's log, said again for the person who wrote the shader.

In: a log and the text or unit it is about. Out: `Diagnostic`s at the user's lines and columns, at most one a line and
`MAX_MESSAGES` in all, in glslang's order: what follows from an earlier mistake on the same line is not repeated. Each
has the hint of the first rule that fits; `_RULES` is the table.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Union

from glowjit.errors import Diagnostic
from glowjit.glsl import vocabulary
from glowjit.glsl.outline import Function, columns, matching
from glowjit.glsl.source import ShaderText
from glowjit.glsl.unit import Unit

MAX_MESSAGES = 8

_ENTRY = re.compile(r"^(?:INTERNAL )?ERROR: (?:[^\s:]*:(-?\d+): )?(.*)$", re.MULTILINE)
_NOISE = re.compile(r"'' : compilation terminated|\d+ compilation errors")
_SUBJECT = re.compile(r"'(.*?)' :\s+(.*)")


@dataclass(frozen=True, slots=True)
class _Complaint:
    """One message of the compiler: about which token (an index, maybe outside), quoting what, saying what."""

    unit: Unit
    index: int
    subject: str
    text: str

    @property
    def token(self) -> str:
        tokens = self.unit.tokens
        return tokens[self.index].text if 0 <= self.index < len(tokens) else ""


# -- The three kinds of log -------------------------------------------------------------------------------------------


def from_preprocessor(text: ShaderText, log: str) -> list[Diagnostic]:
    """Messages about directives and macros; the log counts lines after a `#version` line of ours."""
    found = []
    for line, subject, message in _entries(log):
        place = (line - 1, _column(text, line - 1, subject))
        hint = ""
        if "missing #endif" in message:
            place, message = _unclosed_conditional(text), "this has no #endif"
        elif subject == "#include":
            message, hint = "there is no #include", "a shader is one text; paste in what it needs"
        elif subject == "#error":
            message = f"#error {message}"
        elif "token pasting" in message:
            hint = "## needs desktop GLSL: #version 330"
        elif subject and subject not in message and subject != "macro expansion":
            message = f"{subject}: {message}"
        found.append(Diagnostic(message.strip(), "error", text.file, *place, hint))
    return _one_a_line(found)


def from_compiler(unit: Unit, log: str) -> list[Diagnostic]:
    """Messages of the parser and the type checker; the log's lines are those of `unit.render()`."""
    found = []
    for line, subject, message in _entries(log):
        complaint = _Complaint(unit, unit.token_at(line), subject, message)
        found.append(_explain(complaint))
    return _one_a_line(found)


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


def _one_a_line(found: list[Diagnostic]) -> list[Diagnostic]:
    first: dict[int, Diagnostic] = {}
    for diagnostic in found:
        first.setdefault(diagnostic.line, diagnostic)
    return list(first.values())[:MAX_MESSAGES]


_TYPE_WORDS = (
    (r"\b(temp|const|global|uniform|in|out|inout|highp|mediump|lowp|smooth|flat)\b", ""),
    (r"(\d)-component vector of (?:float|([iub])\w*)", r"\2vec\1"),
    (r"(\d)X\1 matrix of float", r"mat\1"),
    (r"(\d)X(\d) matrix of float", r"mat\1x\2"),
    (r"(\d+)-element array of *(.+)", r"\2[\1]"),
    (r"structure\{.*\}\s*", ""),
)


# -- Rules for the compiler's messages --------------------------------------------------------------------------------


def _explain(complaint: _Complaint) -> Diagnostic:
    unit = complaint.unit
    place = unit.place(complaint.index)
    said = complaint.text
    for pattern, message, hint in _RULES:
        if match := re.search(pattern, said):
            groups = [_plain_type(group) for group in match.groups("")]
            fields = {"subject": complaint.subject, "token": complaint.token}
            if callable(message):
                return message(complaint, groups)
            text = message.format(*groups, **fields)
            way_out = hint(complaint, groups) if callable(hint) else hint.format(*groups, **fields)
            return Diagnostic(text, "error", unit.text.file, *place, way_out)
    quoted = complaint.subject and complaint.subject not in said
    return Diagnostic(f"'{complaint.subject}': {said}" if quoted else said, "error", unit.text.file, *place)


def _plain_type(text: str) -> str:
    """glslang's ` temp highp 2-component vector of float` is `vec2` to those who write it."""
    for pattern, plain in _TYPE_WORDS:
        text = re.sub(pattern, plain, text)
    return text.strip()


def _conversion(complaint: _Complaint, types: list[str]) -> str:
    """A way from the first type to the second."""
    source, target = types[-2:]
    literal = _integer_literal(complaint)
    if literal and ("float" in (source, target) or "vec" in source + target):
        return f"GLSL ES does not convert int to float: write {literal}.0 instead of {literal}"
    if {source, target} <= {"float", "int", "uint", "bool"}:
        target = "float" if "float" in (source, target) else target
        return f"convert it with {target}(...)"
    return ""


def _integer_literal(complaint: _Complaint) -> str:
    """The integer that was meant as a float: beside the operator, or the first in the rest of the statement."""
    tokens, at = complaint.unit.tokens, complaint.index
    near = [index for index in (at + 1, at - 1) if 0 <= index < len(tokens)]
    rest = range(at + 1, len(tokens))
    for index in [*near, *rest]:
        text = tokens[index].text
        if index not in near and text in (";", "{", "}"):
            break
        if text.isdecimal() and tokens[index - 1].text != "[":
            return text
    return ""


def _undeclared(complaint: _Complaint, _: list[str]) -> Diagnostic:
    unit, name = complaint.unit, complaint.subject
    hint = _other_dialect(unit, name) or _did_you_mean(unit, name) or "declare it, or check the spelling"
    place = unit.place(complaint.index)
    return Diagnostic(f"undeclared identifier '{name}'", "error", unit.text.file, *place, hint)


def _no_overload(complaint: _Complaint, _: list[str]) -> Diagnostic:
    """A call of a function that does not exist, or not with such arguments."""
    unit, name = complaint.unit, complaint.subject
    own = [item for item in unit.outline.functions if item.name == name]
    literal = _literal_argument(complaint)
    message = f"no overload of {name}() takes these arguments"
    if own:
        hint = "declared: " + ", ".join(_signature(item) for item in own)
    elif name not in vocabulary.FUNCTIONS or name.startswith("texture"):
        message = f"undeclared function '{name}'"
        hint = _other_dialect(unit, name) or _did_you_mean(unit, name) or "define it before it is called"
    elif literal:
        hint = f"GLSL ES does not convert int to float: write {literal}.0 instead of {literal}"
    else:
        hint = "check the number and the types of the arguments"
    return Diagnostic(message, "error", unit.text.file, *unit.place(complaint.index), hint)


def _literal_argument(complaint: _Complaint) -> str:
    tokens, at = complaint.unit.tokens, complaint.index
    opening = next((index for index in range(max(at, 0), len(tokens)) if tokens[index].text == "("), 0)
    texts = [tokens[index].text for index in range(opening, matching(tokens, opening))] if opening else []
    return next((text for text in texts if text.isdecimal()), "")


def _signature(function: Function) -> str:
    return f"{function.name}({', '.join(parameter.type for parameter in function.parameters)})"


def _other_dialect(unit: Unit, name: str) -> str:
    """What a name of another language or dialect is called here."""
    if unit.dialect.has_outputs and name in ("gl_FragColor", "gl_FragData"):
        return f"in #version {unit.dialect.name}, declare out vec4 fragColor; and write that"
    if name in vocabulary.TRANSLATIONS:
        return f"write {vocabulary.TRANSLATIONS[name]}"
    newer = name in vocabulary.FUNCTIONS or name in vocabulary.TYPES
    return f"'{name}' needs #version 300 es" if newer and unit.dialect.version == 100 else ""


def _did_you_mean(unit: Unit, name: str) -> str:
    known = {*unit.outline.declared, *vocabulary.FUNCTIONS, *vocabulary.TYPES, *vocabulary.VARIABLES}
    known |= {*vocabulary.UNIFORMS, *vocabulary.KEYWORDS}
    by_lower = {word.lower(): word for word in sorted(known - {name})}
    near = difflib.get_close_matches(name.lower(), list(by_lower), 1, 0.7)
    return f"did you mean '{by_lower[near[0]]}'?" if near else ""


_SPELLINGS = {  # bison's names of tokens
    "COMMA": "','", "SEMICOLON": "';'", "COLON": "':'", "DOT": "'.'", "EQUAL": "'='", "QUESTION": "'?'",
    "LEFT_PAREN": "'('", "RIGHT_PAREN": "')'", "LEFT_BRACKET": "'['", "RIGHT_BRACKET": "']'",
    "LEFT_BRACE": "'{'", "RIGHT_BRACE": "'}'", "IDENTIFIER": "a name", "WHILE": "'while'",
}  # fmt: skip


def _syntax_error(complaint: _Complaint, groups: list[str]) -> Diagnostic:
    unit, at = complaint.unit, complaint.index
    tokens, file = unit.tokens, unit.text.file
    expected = [_SPELLINGS.get(word, word.lower()) for word in groups[1].split(" or ") if word]
    if at >= len(tokens):
        opening = _unclosed_bracket(unit)
        if opening < len(tokens):
            message = f"this '{tokens[opening].text}' is never closed"
            return Diagnostic(message, "error", file, *unit.place(opening), "count the brackets")
        line, column = unit.place(len(tokens) - 1)
        after = tokens[-1].text if tokens else ""
        return Diagnostic(f"the shader ends too early, after '{after}'", "error", file, line, column)
    before = tokens[at - 1] if at > 0 else None
    if "';'" in expected and before and before.line < tokens[at].line:
        line, column = unit.place(at - 1)
        column += len(before.text) if column else 0
        return Diagnostic(f"';' is missing after '{before.text}'", "error", file, line, column)
    hint = f"expected {' or '.join(expected)}" if expected else ""
    if before and not expected:
        hint = f"it cannot follow '{before.text}'"
    return Diagnostic(f"syntax error: unexpected '{tokens[at].text}'", "error", file, *unit.place(at), hint)


def _unclosed_bracket(unit: Unit) -> int:
    """Index of the last opening bracket that nothing closes; `len(tokens)` if there is none."""
    pairs = {")": "(", "]": "[", "}": "{"}
    open_at: list[int] = []
    for index, token in enumerate(unit.tokens):
        if token.text in pairs.values():
            open_at.append(index)
        elif token.text in pairs and open_at:
            open_at.pop()
    return open_at[-1] if open_at else len(unit.tokens)


_Message = Union[str, Callable[[_Complaint, list[str]], Diagnostic]]
_Hint = Union[str, Callable[[_Complaint, list[str]], str]]

# fmt: off
_RULES: tuple[tuple[str, _Message, _Hint], ...] = (
    # what glslang says -> what we say ({0}, {1}: the pattern's groups) -> the hint
    (r"undeclared identifier", _undeclared, ""),
    (r"no matching overloaded function found", _no_overload, ""),
    (r"syntax error(?:, unexpected (\w+))?(?:, expecting (.*))?", _syntax_error, ""),
    (r"cannot convert from '(.*)' to '(.*)'", "cannot convert from {0} to {1}", _conversion),
    (r"no operation '(.*?)' exists that takes a left-hand operand of type '(.*)' and a right operand of type '(.*?)'",
     "no operator {0} for {1} and {2}", _conversion),
    (r"no operation '(.*?)' exists that takes an operand of type (.*) \(", "no operator {0} for {1}", ""),
    (r"cannot convert return value to function return type", "the value returned is not of the function's type",
     _conversion),
    (r"Reserved word", "'{subject}' is a reserved word", "choose another name"),
    (r"l-value required(?: \"(\w+)\")? ?\(can't modify a (\w+)\)", "cannot assign to '{0}'",
     "it is {1}; copy it to a variable first"),
    (r"l-value required", "this cannot be assigned to", "copy it to a variable first"),
    (r"vector swizzle too long", "'.{subject}' has more than four components", ""),
    (r"vector swizzle selection out of range|unknown swizzle selection",
     "'.{subject}' has components that the vector lacks", ""),
    (r"no such field in structure", "the struct has no member '{subject}'", ""),
    (r"function does not return a value: (\w+)", "{0}() must return a value", "end it with a return"),
    (r"void function cannot return a value", "a void function cannot return a value",
     "change its result type, or write return;"),
    (r"function already has a body", "{subject}() is defined twice", "rename one of them"),
    (r"redefinition", "'{subject}' is declared twice", "rename one of them"),
    (r"not enough data provided for construction", "not enough components for this constructor", ""),
    (r"too many arguments", "too many arguments for this constructor", ""),
    (r"array index out of range '(.*)'|index out of range '(.*)'", "index {0}{1} is outside the array", ""),
    (r"type requires declaration of default precision", "this type has no default precision",
     "write precision highp {subject};"),
    (r"cannot initialize this type of qualifier", "in GLSL ES, a uniform cannot be initialised",
     "give it a literal as default, or set it at run time"),
    (r"global const initializers must be constant|constant expression", "this must be a constant", ""),
    (r"memory exhausted", "the brackets are nested too deeply", "use variables for the parts of the expression"),
    (r"no longer supported in es profile; removed in version 300|no longer supported in core profile",
     "'{subject}' does not exist in #version 300 es", "leave out #version, or write #version 100"),
    (r"main function cannot", "main() takes no parameters and returns nothing", "write void main()"),
    (r"not supported for this version or the enabled extensions|not supported with this profile: es",
     "'{subject}' is not in this version of GLSL", "try #version 300 es or, on the desktop, #version 450"),
    (r"boolean expression expected", "the condition is not a bool", "compare it: x != 0.0"),
    (r"break statement only allowed", "break outside a loop or switch", ""),
    (r"continue statement only allowed", "continue outside a loop", ""),
)
# fmt: on


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
