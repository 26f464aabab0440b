"""The shape of preprocessed GLSL: its tokens, global declarations, functions, and who calls whom.

Not a parser. It takes any text, finds what it can, and leaves judging it to glslang; conventions are recognised and
mistakes located by it. Preprocessed means: no comments, no macros, no conditionals, each token on the user's line.

Cost: linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from glowjit.glsl.vocabulary import BEFORE_EXPRESSION, QUALIFIERS

_LEXEME = re.compile(
    r"[A-Za-z_]\w*"
    r"|\.?\d(?:[eE][+-]|[.\w])*"
    r"|<<=|>>=|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||\^\^|[-+*/%&|^]="
    r"|<bad token>|\S"
)
_CLOSING = {"(": ")", "[": "]", "{": "}"}


@dataclass(slots=True)
class Token:
    """A lexeme or, whole, a preprocessor directive."""

    text: str
    line: int

    @property
    def is_word(self) -> bool:
        return self.text[0].isalpha() or self.text[0] == "_"


@dataclass(frozen=True, slots=True)
class Parameter:
    qualifiers: frozenset[str]
    type: str
    name: str


@dataclass(frozen=True, slots=True)
class Function:
    """A definition. `name_at` and `body` are indices of tokens."""

    name: str
    result: str
    parameters: tuple[Parameter, ...]
    name_at: int
    body: range


@dataclass(frozen=True, slots=True)
class Declarator:
    """`name[size] = initialiser`: where the name is, whether it is an array, and the initialiser's tokens."""

    name: str
    at: int
    is_array: bool
    initialiser: range


@dataclass(frozen=True, slots=True)
class Global:
    """A declaration at global scope that is not a function: variables, a block with its members, a struct or a
    precision."""

    qualifiers: frozenset[str]
    type: str
    declarators: tuple[Declarator, ...]
    span: range
    head: range
    is_block: bool = False
    members: tuple[Global, ...] = ()


@dataclass
class Outline:
    """Everything found in `tokens`."""

    tokens: list[Token]
    functions: list[Function] = field(default_factory=list)
    prototypes: list[Function] = field(default_factory=list)
    globals: list[Global] = field(default_factory=list)
    strays: list[int] = field(default_factory=list)  # semicolons that end nothing

    @cached_property
    def words(self) -> dict[str, int]:
        """Every name that stands for something here, not for a member (`.name`), with the index of its first use."""
        found: dict[str, int] = {}
        for index, token in enumerate(self.tokens):
            if token.is_word and (index == 0 or self.tokens[index - 1].text != "."):
                found.setdefault(token.text, index)
        return found

    @cached_property
    def declared(self) -> frozenset[str]:
        """Every name that follows a type somewhere, in whatever scope, or is declared globally."""
        names = {declarator.name for item in self.globals for declarator in item.declarators}
        for before, token in zip(self.tokens, self.tokens[1:], strict=False):
            if token.is_word and before.is_word and before.text not in BEFORE_EXPRESSION:
                names.add(token.text)
        return frozenset(names)

    def function(self, name: str) -> Function | None:
        return next(iter(self._overloads.get(name, ())), None)

    @cached_property
    def _overloads(self) -> dict[str, list[Function]]:
        """The functions of each name."""
        found: dict[str, list[Function]] = {}
        for function in self.functions:
            found.setdefault(function.name, []).append(function)
        return found

    def calls(self, function: Function) -> Iterator[tuple[str, int]]:
        """The functions of this text that it calls: name and index of the call, in order."""
        for index in function.body:
            if self.tokens[index].text in self._overloads and self._follows(index, "("):
                yield self.tokens[index].text, index

    def executed(self, root: str) -> Iterator[int]:
        """Indices of the tokens that can be executed: initialisers of globals, and what `root` reaches."""
        for item in self.globals:
            for declarator in item.declarators:
                yield from declarator.initialiser
        reached = {root}
        work = [root]
        while work:
            name = work.pop()
            for function in self._overloads.get(name, ()):
                yield from function.body
                for callee, _ in self.calls(function):
                    if callee not in reached:
                        reached.add(callee)
                        work.append(callee)

    def _follows(self, index: int, text: str) -> bool:
        return index + 1 < len(self.tokens) and self.tokens[index + 1].text == text


def members_named(tokens: list[Token], name: str) -> list[int]:
    """Where a member of a struct has this name, if one has: in declarations, and in `value.name` that is no call."""
    named = [at for at, token in enumerate(tokens[:-1]) if token.text == name and tokens[at + 1].text != "("]
    bodies = [
        range(at, matching(tokens, at))
        for at, token in enumerate(tokens if named else ())
        if token.text == "{" and "struct" in (tokens[at - 1].text, tokens[at - 2].text)
    ]
    declared = [at for at in named if any(at in body for body in bodies)]
    return [*declared, *(at for at in named if tokens[at - 1].text == ".")] if declared else []


def tokenize(text: str) -> list[Token]:
    """The tokens of preprocessed text; line numbers count from 1."""
    tokens = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.lstrip().startswith("#"):
            tokens.append(Token(line.strip(), number))
        else:
            tokens.extend(Token(lexeme, number) for lexeme in _LEXEME.findall(line))
    return tokens


def columns(line: str) -> list[tuple[str, int]]:
    """The lexemes of one line of the user's text, with their columns."""
    return [(match[0], match.start() + 1) for match in _LEXEME.finditer(line)]


def outline(tokens: list[Token]) -> Outline:
    """Find declarations and functions; `tokens` has no directives."""
    found = Outline(tokens)
    at = 0
    while at < len(tokens):
        end, body = _declaration_end(tokens, at)
        span = range(at, end)
        if body is not None or _is_prototype(tokens, span):
            function = _function(tokens, span, body or range(end, end))
            (found.functions if body is not None else found.prototypes).append(function)
        elif len(span) > 1:
            found.globals.append(_global(tokens, span))
        elif tokens[at].text == ";":
            found.strays.append(at)
        at = end
    return found


def _declaration_end(tokens: list[Token], at: int) -> tuple[int, range | None]:
    """Index after the declaration that begins at `at`, and the tokens between its braces if it is a function."""
    index = at
    while index < len(tokens):
        text = tokens[index].text
        if text == ";":
            return index + 1, None
        if text in _CLOSING:
            close = matching(tokens, index)
            if text == "{" and index > at and tokens[index - 1].text == ")":
                return close + 1, range(index + 1, close)
            index = close
        index += 1
    return len(tokens), None


def matching(tokens: list[Token], at: int) -> int:
    """Index of the bracket that closes the one at `at`; the last index if there is none."""
    opening = tokens[at].text
    closing = _CLOSING[opening]
    depth = 0
    for index in range(at, len(tokens)):
        text = tokens[index].text
        depth += (text == opening) - (text == closing)
        if not depth:
            return index
    return len(tokens) - 1


def _is_prototype(tokens: list[Token], span: range) -> bool:
    for index in span:
        text = tokens[index].text
        if text == "(":
            return index >= span.start + 2 and tokens[index - 1].is_word and tokens[index - 1].text != "layout"
        if text in "=[{,":
            return False
    return False


def _function(tokens: list[Token], span: range, body: range) -> Function:
    opening = next((index for index in span if tokens[index].text == "("), span.start)
    closing = matching(tokens, opening) if tokens[opening].text == "(" else opening
    name_at = max(opening - 1, span.start)
    result = tokens[max(opening - 2, span.start)].text
    parameters = []
    for part in split(tokens, range(opening + 1, closing)):
        words = [tokens[index].text for index in part]
        plain = [word for word in words if word not in QUALIFIERS]
        if plain and plain != ["void"]:
            name = plain[1] if len(plain) > 1 else ""
            parameters.append(Parameter(frozenset(words) & QUALIFIERS, plain[0], name))
    return Function(tokens[name_at].text, result, tuple(parameters), name_at, body)


def _global(tokens: list[Token], span: range) -> Global:
    stop = span.stop - (tokens[span.stop - 1].text == ";")
    qualifiers = set()
    index = span.start
    while index < stop and (tokens[index].text in QUALIFIERS or tokens[index].text == "layout"):
        qualifiers.add(tokens[index].text)
        index = _after_bracket(tokens, index + 1, "(")
    head = range(span.start, index)
    if index >= stop or tokens[index].text == "precision":
        return Global(frozenset(qualifiers), "", (), span, head)
    type_name = tokens[index].text
    index += 1
    if type_name == "struct" and index < stop and tokens[index].is_word:
        index += 1
    after_members = _after_bracket(tokens, index, "{")
    is_block = type_name != "struct" and after_members > index
    after_size = _after_bracket(tokens, after_members, "[")
    parts = split(tokens, range(min(after_size, stop), stop))
    declarators = tuple(_declarator(tokens, part, after_size > after_members) for part in parts)
    members = _members(tokens, range(index + 1, after_members - 1)) if is_block else ()
    return Global(frozenset(qualifiers), type_name, declarators, span, head, is_block, members)


def _members(tokens: list[Token], span: range) -> tuple[Global, ...]:
    """The declarations between the braces of a block."""
    ends = [index + 1 for index in span if tokens[index].text == ";"]
    return tuple(_global(tokens, range(*ends_at)) for ends_at in zip([span.start, *ends], ends, strict=False))


def _after_bracket(tokens: list[Token], at: int, opening: str) -> int:
    """`at`, or the index after the bracketed group that begins there."""
    return matching(tokens, at) + 1 if at < len(tokens) and tokens[at].text == opening else at


def _declarator(tokens: list[Token], span: range, array_type: bool) -> Declarator:
    equals = next((index for index in span if tokens[index].text == "="), span.stop)
    is_array = array_type or (span.start + 1 < equals and tokens[span.start + 1].text == "[")
    return Declarator(tokens[span.start].text, span.start, is_array, range(equals, span.stop))


def split(tokens: list[Token], span: range) -> list[range]:
    """The parts of `span` between its commas, those within brackets not counted."""
    parts = []
    start = index = span.start
    while index < span.stop:
        text = tokens[index].text
        if text in _CLOSING:
            index = matching(tokens, index)
        elif text == ",":
            parts.append(range(start, index))
            start = index + 1
        index += 1
    parts.append(range(start, min(index, span.stop)))
    return [part for part in parts if part]
