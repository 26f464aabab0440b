"""Which lines of a text a preprocessor would drop, as far as can be told before there is a GLSL version.

In: directives one by one, in the order in which they are met, through files that include one another. Out: whether the
lines after them live. Three-valued: what depends on a name that the GLSL version defines (`GL_ES`, `__VERSION__`), on a
macro with parameters or on something strange is unknown, and what is not known to be dead lives.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass

_DIRECTIVE = re.compile(r"[ \t]*#[ \t]*(ifdef|ifndef|if|elif|else|endif|define|undef)\b(.*)", re.DOTALL)
_DEFINITION = re.compile(r"\s*(\w+)(\(?)(.*)", re.DOTALL)
_DEFINED = re.compile(r"\bdefined\b\s*(?:\(\s*(\w+)\s*\)|(\w+))")
_TOKEN = re.compile(r"\s*(0[xX][0-9a-fA-F]+|\d+|[A-Za-z_]\w*|&&|\|\||<<|>>|[<>=!]=|[-+*/%<>!~&|^()])")
_PYTHON = {"&&": "and", "||": "or", "!": "0 ==", "/": "//"}
_MOST_EXPANSIONS = 64
_LONGEST = 2000

_OPERATORS: dict[type[ast.AST], Callable[..., int]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod, ast.BitAnd: operator.and_, ast.BitOr: operator.or_, ast.BitXor: operator.xor,
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt,
    ast.GtE: operator.ge, ast.USub: operator.neg, ast.UAdd: operator.pos, ast.Invert: operator.inv,
}  # fmt: skip


@dataclass(slots=True)
class _Group:
    """An open #if: whether the lines around it live, whether a branch before was taken, whether this one is."""

    outer: bool | None
    taken: bool | None
    now: bool | None


class Conditions:
    """`macros`: the text of each macro; None where it is unknown what it is, or whether it is."""

    def __init__(self) -> None:
        self.macros: dict[str, str | None] = {}
        self._groups: list[_Group] = []

    @property
    def live(self) -> bool:
        """Whether the current line may be compiled."""
        return self._now() is not False

    def read(self, line: str) -> None:
        """Follow the directive on `line`, if there is one; comments must be blank."""
        match = _DIRECTIVE.match(line)
        if match is None:
            return
        word, rest = match.groups()
        if word in ("if", "ifdef", "ifndef"):
            value = self._value(word, rest) if self.live else False
            outer = self._now()
            self._groups.append(_Group(outer, value, _both(outer, value)))
        elif word in ("define", "undef"):
            self._define(word, rest)
        elif self._groups:
            self._go_on(word, rest)

    def _go_on(self, word: str, rest: str) -> None:
        group = self._groups[-1]
        if word == "endif":
            self._groups.pop()
            return
        before = group.taken
        value = True if word == "else" else False if before is True else self._value("if", rest)
        group.now = _both(group.outer, _both(_opposite(before), value))
        group.taken = True if before is True or value is True else before if value is False else None

    def _now(self) -> bool | None:
        return self._groups[-1].now if self._groups else True

    def _define(self, word: str, rest: str) -> None:
        match = _DEFINITION.match(rest)
        if match is None or not self.live:
            return
        name, parameters, text = match.groups()
        if self._now() is None:
            self.macros[name] = None
        elif word == "undef":
            self.macros.pop(name, None)
        else:
            self.macros[name] = None if parameters else text.strip()

    # -- values: None is unknown

    def _value(self, word: str, text: str) -> bool | None:
        if word == "if":
            value = self._evaluate(text)
            return None if value is None else bool(value)
        name = text.strip()
        found = self._is_defined(name)
        return found if word == "ifdef" else _opposite(found)

    def _is_defined(self, name: str) -> bool | None:
        if name.startswith(("GL_", "__")):
            return None
        # A macro with parameters is defined, but its text is not known here: a condition that asks for more is unknown.
        return name in self.macros and (self.macros[name] is not None or None)

    def _evaluate(self, text: str) -> int | None:
        def known(match: re.Match[str]) -> str:
            found = self._is_defined(match[1] or match[2])
            return "?" if found is None else str(int(found))

        expanded = self._expand(_DEFINED.sub(known, text))
        words = _words(expanded) if expanded is not None else None
        if not words:
            return None
        try:
            return _fold(ast.parse(" ".join(_PYTHON.get(word, word) for word in words), mode="eval").body)
        except (SyntaxError, ValueError, ArithmeticError, RecursionError, MemoryError):
            return None

    def _expand(self, text: str) -> str | None:
        """The text without names of macros; None if it does not become known or ends."""
        for _ in range(_MOST_EXPANSIONS):
            name = next((name for name in re.findall(r"\b[A-Za-z_]\w*", text)), None)
            if name is None:
                return text
            known = name.startswith(("GL_", "__")) or len(text) > _LONGEST
            replacement = None if known else self.macros.get(name, "0")
            if replacement is None:
                return None
            quoted = replacement.replace("\\", r"\\")
            text = re.sub(rf"\b{name}\b", f" {quoted} ", text)
        return None


def _words(text: str) -> list[str] | None:
    """The tokens of an expression; None if something else is in it."""
    words = []
    at = 0
    text = text.strip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            return None
        word = match[1]
        words.append(str(int(word, 8)) if re.fullmatch("0[0-7]+", word) else word)
        at = match.end()
    return words


def _fold(node: ast.AST) -> int:
    """The value of an expression; ValueError for what no condition has."""
    if isinstance(node, ast.Constant) and isinstance(node.value, int):
        return node.value
    if isinstance(node, ast.BoolOp):
        values = [_fold(value) != 0 for value in node.values]
        return int(all(values) if isinstance(node.op, ast.And) else any(values))
    if isinstance(node, ast.UnaryOp) and type(node.op) in _OPERATORS:
        return _OPERATORS[type(node.op)](_fold(node.operand))
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        return _OPERATORS[type(node.op)](_fold(node.left), _fold(node.right))
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in _OPERATORS:
        return int(_OPERATORS[type(node.ops[0])](_fold(node.left), _fold(node.comparators[0])))
    raise ValueError


def _both(first: bool | None, second: bool | None) -> bool | None:
    if first is False or second is False:
        return False
    return None if first is None or second is None else True


def _opposite(value: bool | None) -> bool | None:
    return None if value is None else not value
