"""One complaint of glslang's parser or type checker, said again with a place and a way out.

In: a `Complaint`, the token it is about and the words. Out: a `Diagnostic`. `_RULES` is a table from what glslang says
to what we say; the first row that fits counts, and where no row does, glslang's own words remain.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Union

from glowjit.errors import Diagnostic
from glowjit.glsl import vocabulary
from glowjit.glsl.outline import Function, matching
from glowjit.glsl.unit import Unit


@dataclass(frozen=True, slots=True)
class Complaint:
    """About which token (its index, outside the user's text if negative or too large), quoting what, saying what."""

    unit: Unit
    index: int
    subject: str
    text: str

    def answer(self, message: str, hint: str = "", index: int | None = None) -> Diagnostic:
        """A diagnostic at the token complained about, or at another."""
        place = self.unit.place(self.about(self.subject) if index is None else index)
        return Diagnostic(message, "error", self.unit.text.file, *place, hint)

    def about(self, *names: str) -> int:
        """The token with one of these names: the one complained about, the next, or one shortly before."""
        if self.subject == "constructor" and (opening := self.opening()) > 0:
            return opening - 1
        words = {name for name in names if re.fullmatch(r"[A-Za-z_]\w*", name)}
        near = (self.index, self.index + 1, *range(self.index - 1, self.index - 64, -1))
        return next((index for index in near if self.token(index - self.index) in words), self.index)

    def token(self, offset: int = 0) -> str:
        """The token's text, or that of one after or before it."""
        index = self.index + offset
        return self.unit.tokens[index].text if 0 <= index < len(self.unit.tokens) else ""

    def opening(self) -> int:
        """The bracket that opens the call which this token closes; -1 if it closes none."""
        if self.token() == ")":
            for index in range(self.index - 1, -1, -1):
                if self.unit.tokens[index].text == "(" and matching(self.unit.tokens, index) == self.index:
                    return index
        return -1


def explain(complaint: Complaint) -> Diagnostic:
    """The user's version of a complaint."""
    said, subject = complaint.text, complaint.subject
    for pattern, message, hint in _RULES:
        if match := re.search(pattern, said):
            groups = match.groups("")
            if callable(message):
                return message(complaint, groups)
            at = complaint.about(subject, *groups)
            return complaint.answer(message.format(*groups, subject=subject), hint.format(*groups, subject=subject), at)
    return complaint.answer(f"'{subject}': {said}" if subject and subject not in said else said)


_ARRAY = re.compile(r"(\d+)-element array of")
_TYPE = re.compile(
    r"(?P<size>\d)-component vector of (?P<of>\w+)|(?P<columns>\d)X(?P<rows>\d) matrix of"
    r"|(?P<struct>structure)\{|\b(?P<scalar>float|int|uint|bool|void|sampler\w*)\b"
)


def _plain_type(text: str) -> str:
    """glslang's ` temp highp 2-component vector of float` is `vec2` to those who write it."""
    match, array = _TYPE.search(text), _ARRAY.search(text)
    if match is None:
        return text.strip()
    if match["size"]:
        name = f"{match['of'][0].replace('f', '')}vec{match['size']}"
    elif match["columns"]:
        name = f"mat{match['columns']}" + (f"x{match['rows']}" if match["rows"] != match["columns"] else "")
    else:
        name = match["scalar"] or "struct"
    return f"{name}[{array[1]}]" if array else name


# -- Types ------------------------------------------------------------------------------------------------------------


def _conversion(complaint: Complaint, groups: Sequence[str]) -> Diagnostic:
    """An initialiser or assignment of another type. `groups`: the type it has, the type it should have."""
    source, target = map(_plain_type, groups)
    message = f"cannot convert from {source} to {target}"
    tokens = complaint.unit.tokens
    end = complaint.index + 1
    while end < len(tokens) and tokens[end].text not in (";", ",", "{", "}"):
        end += 1
    value = range(complaint.index + 1, end)
    literals = [index for index in value if tokens[index].text.isdecimal()]
    if source == "int" and target == "float" and literals and not any(tokens[index].is_word for index in value):
        return complaint.answer(message, _write_as_float(tokens[literals[0]].text), literals[0])
    return complaint.answer(message, _convert_with(source, target))


def _operands(complaint: Complaint, groups: Sequence[str]) -> Diagnostic:
    """An operator whose operands do not go together. `groups`: the operator, left type, right type if it has one."""
    left, right = _plain_type(groups[1]), _plain_type(groups[2])
    if not right:
        hint = "compare it: x == 0.0" if groups[0] == "!" else ""
        return complaint.answer(f"no operator {groups[0]} for {left}", hint)
    message = f"no operator {groups[0]} for {left} and {right}"
    for type_name, other, offset in ((right, left, 1), (left, right, -1)):
        if type_name == "int" and re.match("float|vec|mat", other):
            literal = complaint.token(offset)
            if literal.isdecimal():
                return complaint.answer(message, _write_as_float(literal), complaint.index + offset)
            return complaint.answer(message, _convert_with("int", "float"))
    of_floats = left == right and re.match("float|vec", left)
    return complaint.answer(message, _OPERATORS.get(groups[0], "") if of_floats else _convert_with(left, right))


_OPERATORS = {  # that floats have not -> the way out
    "%": "write mod(x, y)",
    **dict.fromkeys(("&", "|", "^", "~", "<<", ">>"), "bits are those of ints: convert with int(...)"),
    **dict.fromkeys(("&&", "||", "^^"), "compare both: x != 0.0"),
    **dict.fromkeys(("<", ">", "<=", ">="), "compare vectors with all(lessThan(a, b)), greaterThan and so on"),
}


def _write_as_float(literal: str) -> str:
    return f"GLSL ES does not convert int to float: write {literal}.0 instead of {literal}"


def _convert_with(source: str, target: str) -> str:
    if {source, target} <= {"float", "int", "uint", "bool"} and source != target:
        return f"convert it with {target}(...)"
    sizes = [int(name[3]) if re.fullmatch(r"vec\d", name) else 0 for name in (source, target)]
    if min(sizes) and sizes[0] > sizes[1]:
        return f"take its first components: .{'xyzw'[: sizes[1]]}"
    if min(sizes) and sizes[0] < sizes[1]:
        return f"complete it: {target}(...{', 1.0' * (sizes[1] - sizes[0])})"
    return f"make one of it: {target}(...)" if source == "float" and sizes[1] else ""


def _no_overload(complaint: Complaint, _: Sequence[str]) -> Diagnostic:
    """A call of a function that does not exist, or not with such arguments; the place is the call's last bracket."""
    unit, name = complaint.unit, complaint.subject
    opening = complaint.opening()
    at = opening - 1 if opening > 0 and unit.tokens[opening - 1].text == name else complaint.index
    own = [item for item in unit.outline.functions if item.name == name]
    hint = _other_dialect(unit, name)
    of_other_time = name.startswith("texture") and (name in vocabulary.OLD_TEXTURES) == unit.dialect.has_outputs
    if not own and (hint or name not in vocabulary.FUNCTIONS or of_other_time):
        hint = hint or _did_you_mean(unit, name) or "define it before it is called"
        return complaint.answer(f"undeclared function '{name}'", hint, at)
    message = f"no overload of {name}() takes these arguments"
    literal = next((text for text in _arguments(unit, opening) if text.isdecimal()), "")
    if own and min(item.name_at for item in own) > at and name not in {item.name for item in unit.outline.prototypes}:
        return complaint.answer(f"{name}() is called before it is defined", "move it up, or declare it first", at)
    if own:
        return complaint.answer(message, "declared: " + ", ".join(_signature(item) for item in own), at)
    hint = _write_as_float(literal) if literal else "check the number and the types of the arguments"
    if name.startswith("texture"):
        hint = "a place in a sampler2D is a vec2, in a cube map or volume a vec3: --texture iChannel0=sky.png,cube"
    return complaint.answer(message, hint, at)


def _arguments(unit: Unit, opening: int) -> list[str]:
    """The tokens between the brackets of a call that are not within further brackets."""
    found = []
    index = opening + 1
    while 0 < index < len(unit.tokens) and unit.tokens[index].text != ")":
        if unit.tokens[index].text in "([":
            index = matching(unit.tokens, index)
        else:
            found.append(unit.tokens[index].text)
        index += 1
    return found if opening >= 0 else []


def _signature(function: Function) -> str:
    return f"{function.name}({', '.join(parameter.type for parameter in function.parameters)})"


# -- Names ------------------------------------------------------------------------------------------------------------


def _undeclared(complaint: Complaint, _: Sequence[str]) -> Diagnostic:
    unit, name = complaint.unit, complaint.subject
    hint = _other_dialect(unit, name) or _as_output(complaint) or _did_you_mean(unit, name)
    return complaint.answer(f"undeclared identifier '{name}'", hint or "declare it, or check the spelling")


def _as_output(complaint: Complaint) -> str:
    """The way out for a name that is assigned to where there is no other output, as hosts that declare one have it."""
    unit, name = complaint.unit, complaint.subject
    given = "gl_FragColor" in unit.outline.words or any("out" in item.qualifiers for item in unit.outline.globals)
    assigned = "=" in (complaint.token(1), complaint.token(3) * (complaint.token(1) == "."))
    return f"if it is the colour of the pixel: out vec4 {name};" if assigned and not given else ""


def _newer(complaint: Complaint, _: Sequence[str]) -> Diagnostic:
    """A feature that this version of GLSL lacks."""
    subject = complaint.subject
    if subject == "redefinition of built-in function":
        name = max(complaint.opening() - 1, 0) or complaint.index
        return complaint.answer("GLSL ES has a function of this name, which cannot be defined again", "rename it", name)
    needs = {
        "arrays of arrays": "write #version 310 es or, for all of desktop GLSL, #version 450",
        "double literal": "leave out its suffix: 1.0",
        "variable indexing sampler array": "write #version 320 es, or choose with if or switch",
    }
    hint = needs.get(subject, "try #version 300 es or, for all of desktop GLSL, #version 450")
    if complaint.unit.dialect.version >= 300 and complaint.unit.dialect.is_es:
        hint = hint.replace("try #version 300 es", "try #version 310 es")
    return complaint.answer(f"'{subject}' is not in this version of GLSL", hint)


def _other_dialect(unit: Unit, name: str) -> str:
    """What a name of another language or dialect is called here."""
    if unit.dialect.has_outputs and name in ("gl_FragColor", "gl_FragData"):
        return f"#version {unit.dialect.name} has no such variable: declare out vec4 fragColor; and write that"
    if name in vocabulary.TRANSLATIONS:
        return f"write {vocabulary.TRANSLATIONS[name]}"
    newer = unit.dialect.version < 130 and name in vocabulary.NEWER
    return f"'{name}' needs a newer #version, such as 300 es" if newer else ""


def _did_you_mean(unit: Unit, name: str) -> str:
    known = {*unit.outline.declared, *vocabulary.FUNCTIONS, *vocabulary.TYPES, *vocabulary.VARIABLES}
    known |= {*vocabulary.UNIFORMS, *vocabulary.KEYWORDS}
    by_lower = {word.lower(): word for word in sorted(known - {name})}
    near = difflib.get_close_matches(name.lower(), list(by_lower), 1, 0.76 if len(name) < 4 else 0.75)
    return f"did you mean '{by_lower[near[0]]}'?" if near else ""


def _reserved(complaint: Complaint, _: Sequence[str]) -> Diagnostic:
    hint = _other_dialect(complaint.unit, complaint.subject) or "choose another name"
    return complaint.answer(f"'{complaint.subject}' is a reserved word", hint)


# -- Syntax -----------------------------------------------------------------------------------------------------------

_SPELLINGS = {  # bison's names of tokens
    "COMMA": "','", "SEMICOLON": "';'", "COLON": "':'", "DOT": "'.'", "EQUAL": "'='", "QUESTION": "'?'",
    "LEFT_PAREN": "'('", "RIGHT_PAREN": "')'", "LEFT_BRACKET": "'['", "RIGHT_BRACKET": "']'",
    "LEFT_BRACE": "'{'", "RIGHT_BRACE": "'}'", "IDENTIFIER": "a name", "WHILE": "'while'",
}  # fmt: skip


def _syntax_error(complaint: Complaint, groups: Sequence[str]) -> Diagnostic:
    """`groups`: what bison found and what it expected, if it says so."""
    unit, at = complaint.unit, complaint.index
    expected = [_SPELLINGS.get(word, word.lower()) for word in groups[1].split(" or ") if word]
    if at >= len(unit.tokens):
        opening = _unclosed_bracket(unit)
        if opening >= 0:
            return complaint.answer(
                f"this '{unit.tokens[opening].text}' is never closed", "count the brackets", opening
            )
        return complaint.answer("the shader ends too early", "", len(unit.tokens) - 1)
    before = complaint.token(-1)
    if "';'" in expected and before and unit.tokens[at - 1].line < unit.tokens[at].line:
        line, column = unit.place(at - 1)
        column += len(before) if column else 0
        return Diagnostic(f"';' is missing after '{before}'", "error", unit.text.file, line, column)
    if complaint.token() == "{" and before == ")":
        hint = "a function cannot stand within another: is a '}' missing further up?"
    elif expected:
        hint = f"expected {' or '.join(expected)}"
    else:
        hint = f"it cannot follow '{before}'" if before else ""
    hint = _other_dialect(unit, complaint.token()) or hint
    return complaint.answer(f"syntax error: unexpected '{complaint.token()}'", hint)


def _unclosed_bracket(unit: Unit) -> int:
    """Index of the last opening bracket that nothing closes; -1 if there is none."""
    opening = {")": "(", "]": "[", "}": "{"}
    open_at: list[int] = []
    for index, token in enumerate(unit.tokens):
        if token.text in opening.values():
            open_at.append(index)
        elif token.text in opening and open_at:
            open_at.pop()
    return open_at[-1] if open_at else -1


# -- The table --------------------------------------------------------------------------------------------------------

_Answer = Union[str, Callable[[Complaint, Sequence[str]], Diagnostic]]

# fmt: off
_RULES: tuple[tuple[str, _Answer, str], ...] = (
    # what glslang says -> what we say ({0}, {1}: the pattern's groups) -> the hint
    (r"undeclared identifier", _undeclared, ""),
    (r"no matching overloaded function found", _no_overload, ""),
    (r"syntax error(?:, unexpected (\w+))?(?:, expecting (.*))?", _syntax_error, ""),
    (r"cannot convert from '(.*)' to '(.*)'", _conversion, ""),
    (r"no operation '(.*?)' exists that takes a left-hand operand of type '(.*)' and a right operand of type '(.*?)'",
     _operands, ""),
    (r"no operation '(.*?)' exists that takes an operand of type (.*)() \(",
     _operands, ""),
    (r"cannot convert return value to function return type",
     "the value returned is not of the function's type", ""),
    (r"Reserved word",
     _reserved, ""),
    (r"reserved, and an error|identifiers starting with \"gl_\" are reserved",
     "names that begin with gl_ are GLSL's own", "choose another name"),
    (r"l-value required \"(\w+)\" \(can't modify an? (.*)\)",
     "cannot assign to '{0}' ({1})", "copy it to a variable first"),
    (r"l-value required",
     "this cannot be assigned to", "copy it to a variable first"),
    (r"vector swizzle too long",
     "'.{subject}' has more than four components", "a vector has four at most"),
    (r"swizzle selectors not from the same set",
     "'.{subject}' mixes sets of letters", "take all of them from xyzw, rgba or stpq"),
    (r"vector swizzle selection out of range|unknown swizzle selection",
     "'.{subject}' has components that the vector lacks", "a vec2 has x and y, a vec3 x, y and z"),
    (r"does not operate on this type",
     "this has no '.{subject}'", "write {subject}(v) for a vector's; .{subject}() is that of arrays"),
    (r"no such field in structure",
     "the struct has no member '{subject}'", "its members are those of its declaration"),
    (r"function does not return a value: (\w+)",
     "{0}() must return a value", "end it with a return"),
    (r"void function cannot return a value",
     "a void function cannot return a value", "change its result type, or write return;"),
    (r"function already has a body",
     "{subject}() is defined twice", "rename one of them"),
    (r"function name is redeclaration of existing name",
     "GLSL ES has a function of this name, which cannot be defined again", "rename it"),
    (r"redefinition",
     "'{subject}' is declared twice", "rename one of them"),
    (r"not enough data provided for construction",
     "not enough components for this constructor", "give it one number, or one for every component"),
    (r"too many arguments",
     "too many arguments for this constructor", "leave out those that do not fit in"),
    (r"array index out of range '(.*)'|index out of range '(.*)'",
     "index {0}{1} is outside the array", "indices go from 0 to one less than its size"),
    (r"array size must be a",
     "the size of an array is a constant above 0", "write a number, or the name of a const int"),
    (r"scalar integer expression required",
     "this has to be an int", "convert it with int(...)"),
    (r"condition must be a scalar integer",
     "a switch chooses by an int", "convert it with int(...)"),
    (r"can't use function syntax on variable",
     "'{subject}' is a variable here, and cannot be called", "rename it, or the function that it hides"),
    (r"duplicated value",
     "this value has a case already", "every case needs a value of its own"),
    (r"feature not yet implemented",
     "'{subject}' is not supported", "call the function that it stands for"),
    (r"type requires declaration of default precision",
     "this type has no default precision", "write precision highp {subject};"),
    (r"cannot initialize this type of qualifier",
     "in GLSL ES, a uniform cannot be initialised", "give it a literal as default, or set it at run time"),
    (r"global const initializers must be constant",
     "the value of a constant must be one itself", "leave out const"),
    (r"constant expression",
     "this must be a constant", "write a number, or the name of a const"),
    (r"memory exhausted",
     "the brackets are nested too deeply", "use variables for the parts of the expression"),
    (r"no longer supported in es profile; removed in version 300|no longer supported in core profile",
     "'{subject}' does not exist in this version of GLSL", "leave out #version, or write #version 100"),
    (r"main function cannot|entry point cannot return a value|function cannot take any parameter",
     "main() takes no parameters and returns nothing", "write void main()"),
    (r"not supported for this version or the enabled extensions|not supported with this profile: es",
     _newer, ""),
    (r"boolean expression expected",
     "the condition is not a bool", "compare it: x != 0.0"),
    (r"break statement only allowed",
     "break outside a loop or switch", "return leaves a function"),
    (r"continue statement only allowed",
     "continue outside a loop", "return leaves a function"),
)
# fmt: on
