"""Reads the text form of the IR; `text` describes it and has the public names.

Input: text. Output: a module that is well formed as text (every name defined once); what it means is `verify`'s matter.
Every mistake is a TextError with line and column. Cost: linear in the text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from glowjit.errors import GlowjitError
from glowjit.glsltypes import ArrayType, GlslType, MatrixType, ScalarType, StructType, VectorType
from glowjit.ir.core import (
    Block,
    Const,
    Edge,
    Function,
    Inst,
    MemKind,
    MemObject,
    Module,
    Operand,
    Parameter,
    Signature,
    Terminator,
    Type,
    UniformInfo,
    Value,
    as_int32,
)
from glowjit.ir.ops import OPS

_TERMINATORS = ("jump", "branch", "ret", "unreachable")


class TextError(GlowjitError):
    """IR text that cannot be read; the place is its line and column."""

    stage = "ir"


_TOKEN = re.compile(
    r"""
      (?P<space>[ \t]+)
    | (?P<comment>;.*)
    | (?P<value>%[\w.$]+)
    | (?P<symbol>@(?:[A-Za-z_.$][\w.$]*|"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"))
    | (?P<number>-?(?:0[xX][0-9a-fA-F]+|\d+(?:\.\d*)?(?:[eE][+-]?\d+)?)|-inf)
    | (?P<string>"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")
    | (?P<word>[A-Za-z_.$][\w.$]*)
    | (?P<mark>->|[(){}\[\]:,=])
    """,
    re.ASCII | re.VERBOSE,
)
_INTEGER = re.compile(r"-?(0[xX][0-9a-fA-F]+|[0-9]+)")
_LOC = re.compile(r";\s*line (\d+)\s*$", re.ASCII)
_TYPES = {str(type): type for type in Type}
_VECTOR = re.compile(r"([iub]?)vec([234])")
_MATRIX = re.compile(r"mat([234])(?:x([234]))?")
_KINDS = {"": "float", "i": "int", "u": "uint", "b": "bool"}


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    column: int


class _Line:
    """The tokens of one line and a cursor; `loc` is the N of a trailing `; line N`."""

    def __init__(self, text: str, number: int) -> None:
        self.number = number
        self.loc = 0
        self.tokens: list[_Token] = []
        self._at = 0
        self._end = len(text) + 1
        self._scan(text)

    def _scan(self, text: str) -> None:
        at = 0
        while at < len(text):
            match = _TOKEN.match(text, at)
            if match is None:
                raise TextError(f"unexpected character {text[at]!r}", line=self.number, column=at + 1)
            kind, found = match.lastgroup or "", match.group()
            if kind == "comment":
                loc = _LOC.match(found)
                self.loc = int(loc.group(1)) if loc else 0
            elif kind != "space":
                self.tokens.append(_Token(kind, found, at + 1))
            at += len(found)

    def error(self, message: str, token: _Token | None = None) -> TextError:
        column = token.column if token else self.tokens[self._at].column if self.more() else self._end
        return TextError(message, line=self.number, column=column)

    def more(self) -> bool:
        return self._at < len(self.tokens)

    def peek(self) -> str:
        return self.tokens[self._at].text if self.more() else ""

    def last(self) -> _Token:
        return self.tokens[self._at - 1]

    def next(self, what: str) -> _Token:
        if not self.more():
            raise self.error(f"expected {what}, found the end of the line")
        self._at += 1
        return self.tokens[self._at - 1]

    def take(self, kind: str, what: str) -> str:
        token = self.next(what)
        if token.kind != kind:
            raise self.error(f"expected {what}, found {token.text!r}", token)
        return token.text

    def accept(self, text: str) -> bool:
        if self.peek() != text:
            return False
        self._at += 1
        return True

    def expect(self, text: str) -> None:
        if not self.accept(text):
            raise self.error(f"expected {text!r}, found {self.peek() or 'the end of the line'!r}")

    def end(self) -> None:
        if self.more():
            raise self.error(f"{self.peek()!r} is too much")

    def symbol(self, what: str) -> str:
        return _unquoted(self.take("symbol", what)[1:])

    def name(self, what: str) -> str:
        token = self.next(what)
        if token.kind not in ("word", "string"):
            raise self.error(f"expected {what}, found {token.text!r}", token)
        return _unquoted(token.text)

    def size(self, what: str) -> int:
        token = self.next(what)
        if not token.text.isdigit():
            raise self.error(f"expected {what}, found {token.text!r}", token)
        return int(token.text)

    def number_value(self) -> float | int | bool:
        """`1`, `0x1f`, `-0.5`, `1e+22`, `inf`, `nan`, `true`: the spelling gives the type."""
        token = self.next("a number")
        value = _number(token.text)
        if value is None:
            raise self.error(f"expected a number, found {token.text!r}", token)
        return value

    def numbers(self) -> tuple[float | int | bool, ...]:
        values = [self.number_value()]
        while self.accept(","):
            values.append(self.number_value())
        return tuple(values)


def _unquoted(text: str) -> str:
    return str(json.loads(text)) if text.startswith('"') else text


def _number(text: str) -> float | int | bool | None:
    if text in ("true", "false"):
        return text == "true"
    if _INTEGER.fullmatch(text):
        return int(text, 16 if "x" in text.lower() else 10)
    if text[0].isdigit() or text[0] == "-" or text in ("inf", "nan"):
        return float(text)
    return None


def parse_module(text: str) -> Module:
    """The module that `text` describes; `verify` checks its rules. Raises TextError with the place."""
    try:
        lines = [_Line(row.rstrip(), number) for number, row in enumerate(text.split("\n"), 1)]
        return _ModuleReader([line for line in lines if line.tokens]).read()
    except TextError as error:
        raise TextError(error.message, line=error.line, column=error.column, source=text) from None


class _ModuleReader:
    def __init__(self, lines: list[_Line]) -> None:
        self.lines = iter(lines)
        self.module = Module()

    def read(self) -> Module:
        for line in self.lines:
            word = line.take("word", "a declaration")
            if word == "entry":
                self.module.entry = line.symbol("a function name")
            elif word == "input":
                self._uniform(line)
            elif word == "func":
                self._function(line)
            else:
                self._object(line, word)
            line.end()
        return self.module

    def _object(self, line: _Line, word: str) -> None:
        if word == "local" or word not in [kind.value for kind in MemKind]:
            raise line.error(f"unknown declaration {word!r}", line.tokens[0])
        item = _object(line, MemKind(word))
        if item.name in self.module.objects:
            raise line.error(f"@{item.name} is declared twice", line.tokens[1])
        self.module.objects[item.name] = item

    def _uniform(self, line: _Line) -> None:
        name = line.name("the uniform's name")
        line.expect(":")
        type = _glsl_type(line)
        line.expect("=")
        owner = line.symbol("an object name")
        if owner not in self.module.objects:
            raise line.error(f"@{owner} is not declared", line.tokens[-1])
        info = UniformInfo(name, type, self.module.objects[owner])
        if line.accept("default"):
            info.default = line.numbers()
        if line.accept("min"):
            info.minimum = float(line.number_value())
        if line.accept("max"):
            info.maximum = float(line.number_value())
        self.module.uniforms[name] = info

    def _function(self, line: _Line) -> None:
        name = line.symbol("a function name")
        if name in self.module.functions:
            raise line.error(f"@{name} is defined twice", line.tokens[1])
        self.module.functions[name] = _FunctionReader(self.module.objects, name, line).read(self.lines)


def _object(line: _Line, kind: MemKind) -> MemObject:
    name = line.symbol("an object name")
    line.expect(":")
    words = line.size("a number of words")
    data = line.numbers() if line.accept("=") else ()
    return MemObject(name, kind, words, data)


def _glsl_type(line: _Line) -> GlslType:
    token = line.next("a GLSL type")
    type = _struct(line) if token.text == "struct" else _plain_type(token.text)
    if type is None:
        raise line.error(f"unknown GLSL type {token.text!r}", token)
    sizes = []
    while line.accept("["):
        sizes.append(line.size("an array size"))
        line.expect("]")
    for size in reversed(sizes):
        type = ArrayType(type, size)
    return type


def _struct(line: _Line) -> StructType:
    name = line.name("the struct's name")
    line.expect("{")
    members = []
    while not line.accept("}"):
        member = _glsl_type(line)
        members.append((line.name("a member name"), member))
        if line.peek() != "}":
            line.expect(",")
    return StructType(name, tuple(members))


def _plain_type(word: str) -> GlslType | None:
    if word in _KINDS.values():
        return ScalarType(word)
    if match := _VECTOR.fullmatch(word):
        return VectorType(ScalarType(_KINDS[match.group(1)]), int(match.group(2)))
    if match := _MATRIX.fullmatch(word):
        columns, rows = match.group(1), match.group(2) or match.group(1)
        return MatrixType(VectorType(ScalarType("float"), int(rows)), int(columns))
    return None


class _FunctionReader:
    """Reads one function. Values and blocks may be used before the line that defines them."""

    def __init__(self, objects: dict[str, MemObject], name: str, header: _Line) -> None:
        self.objects = dict(objects)
        self.values: dict[str, Value] = {}
        self.defined: set[str] = set()
        self.blocks: dict[str, Block] = {}
        self.first_use: dict[str, TextError] = {}
        self.header = header
        params = self._definitions(header)
        header.expect("->")
        header.expect("(")
        results = []
        while not header.accept(")"):
            results.append(self._type(header))
            if header.peek() != ")":
                header.expect(",")
        header.expect("{")
        header.end()
        self.function = Function(name, params, results)

    def read(self, lines: Iterator[_Line]) -> Function:
        for line in lines:
            if line.accept("}"):
                line.end()
                self._complete()
                return self.function
            self._line(line)
            line.end()
        raise self.header.error("this function has no closing '}'", self.header.tokens[0])

    def _line(self, line: _Line) -> None:
        if line.tokens[-1].text == ":":
            self._label(line)
        elif line.accept("local"):
            self._local(line)
        elif line.accept("signature"):
            self.function.signature = _signature(line)
        elif not self.function.blocks:
            raise line.error("an instruction before the first block")
        elif line.peek() in _TERMINATORS:
            self.function.blocks[-1].terminator = self._terminator(line)
        else:
            self.function.blocks[-1].insts.append(self._inst(line))

    def _local(self, line: _Line) -> None:
        item = _object(line, MemKind.LOCAL)
        if item.name in self.objects:
            raise line.error(f"@{item.name} is declared twice", line.tokens[1])
        self.objects[item.name] = item
        self.function.locals.append(item)

    def _complete(self) -> None:
        for error in self.first_use.values():
            raise error

    def _label(self, line: _Line) -> None:
        token = line.tokens[0]
        block = self._block(line)
        if block.name in self.defined:
            raise line.error(f"block {block.name} is defined twice", token)
        self.defined.add(block.name)
        self.first_use.pop(block.name, None)
        block.params = self._definitions(line) if line.peek() == "(" else []
        line.expect(":")
        self.function.blocks.append(block)

    def _block(self, line: _Line) -> Block:
        name = line.take("word", "a block name")
        if name not in self.blocks:
            self.blocks[name] = Block(name)
            self.first_use[name] = line.error(f"block {name} is not defined", line.last())
        return self.blocks[name]

    def _type(self, line: _Line) -> Type:
        token = line.next("a type")
        if token.text not in _TYPES:
            raise line.error(f"unknown type {token.text!r}: float, int or bool", token)
        return _TYPES[token.text]

    def _definitions(self, line: _Line) -> list[Value]:
        line.expect("(")
        found = []
        while not line.accept(")"):
            found.append(self._definition(line))
            if line.peek() != ")":
                line.expect(",")
        return found

    def _definition(self, line: _Line) -> Value:
        name = line.take("value", "a value")
        if name in self.defined:
            raise line.error(f"{name} is defined twice", line.last())
        self.defined.add(name)
        self.first_use.pop(name, None)
        line.expect(":")
        value = self._value(name)
        value.type = self._type(line)
        return value

    def _value(self, name: str) -> Value:
        if name not in self.values:
            self.values[name] = Value(Type.INT, "" if name[1:].isdigit() else name[1:])
        return self.values[name]

    def _operand(self, line: _Line) -> Operand:
        token = line.next("an operand")
        if token.kind == "value":
            if token.text not in self.defined and token.text not in self.first_use:
                self.first_use[token.text] = line.error(f"{token.text} is not defined", token)
            return self._value(token.text)
        number = _number(token.text)
        if number is None:
            raise line.error(f"expected an operand, found {token.text!r}", token)
        if isinstance(number, bool):
            return Const(Type.BOOL, number)
        if isinstance(number, int):
            return Const(Type.INT, as_int32(number))
        return Const(Type.FLOAT, number)

    def _operands(self, line: _Line, close: str) -> list[Operand]:
        found: list[Operand] = []
        while line.peek() != close:
            found.append(self._operand(line))
            if line.peek() != close:
                line.expect(",")
        return found

    def _edge(self, line: _Line) -> Edge:
        block = self._block(line)
        args: list[Operand] = []
        if line.accept("("):
            args = self._operands(line, ")")
            line.expect(")")
        return Edge(block, args)

    def _terminator(self, line: _Line) -> Terminator:
        op = line.take("word", "a terminator")
        args: list[Operand] = []
        edges: list[Edge] = []
        if op == "ret":
            args = self._operands(line, "")
        elif op == "jump":
            edges = [self._edge(line)]
        elif op == "branch":
            args = [self._operand(line)]
            while line.accept(","):
                edges.append(self._edge(line))
        return Terminator(op, args, edges, line.loc)

    def _inst(self, line: _Line) -> Inst:
        results: list[Value] = []
        if line.peek().startswith("%"):
            results.append(self._definition(line))
            while line.accept(","):
                results.append(self._definition(line))
            line.expect("=")
        token = line.next("an operation")
        if token.text not in OPS:
            raise line.error(f"unknown operation {token.text!r}", token)
        target: MemObject | str | None = None
        if token.text == "call":
            target = line.symbol("a function name")
            line.expect("(")
            args = self._operands(line, ")")
            line.expect(")")
        elif line.peek().startswith("@"):
            target = self._target(line)
            line.expect("[")
            args = [self._operand(line)]
            line.expect("]")
            if line.accept(","):
                args += self._operands(line, "")
        else:
            args = self._operands(line, "")
        return Inst(token.text, args, results, target, line.loc)

    def _target(self, line: _Line) -> MemObject:
        name = line.symbol("an object name")
        if name not in self.objects:
            raise line.error(f"@{name} is not declared", line.last())
        return self.objects[name]


def _signature(line: _Line) -> Signature:
    name = line.name("the function's GLSL name")
    line.expect("(")
    parameters = []
    while not line.accept(")"):
        mode = line.take("word", "in, out or inout")
        type = _glsl_type(line)
        parameters.append(Parameter(line.name("a parameter name"), type, mode))
        if line.peek() != ")":
            line.expect(",")
    line.expect("->")
    result = None if line.accept("void") else _glsl_type(line)
    return Signature(name, result, tuple(parameters))
