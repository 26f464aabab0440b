"""The IR as text, and back.

    entry @main
    uniform @speed: 1
    constant @K: 3 = 1.0, 2.0, 3.0
    input speed: float = @speed default 0.5 min 0.0 max 2.0
    func @main(%x: float, %y: float) -> (float, bool) {
      signature main(in vec2 p, out bool odd) -> float
      local @tmp: 4
    entry:
      %0: float = fmul %x, 2.0                          ; line 12
      %c: bool = flt %0, 1.0
      branch %c, then(%0), else
    then(%a: float):
      %q: float, %r: int = call @f(%a, 3)
      store @tmp[0], %q
      jump else
    else:
      ret %y, true
    }

`parse_module(print_module(m))` has the same structure as `m`, and prints the same again. Floats are printed by `repr`,
so nothing is rounded. What the text leaves out is the spelling of value and block names: characters other than
letters, digits, `_`, `.` and `$` become `_`, a name that repeats within a function gets a suffix, and nameless values
are numbered (a name of digits alone means nameless). Names of functions, objects, uniforms and parameters are exact,
quoted where they must be. `; line N` after an instruction is its source line; any other comment is skipped.
Cost: linear in the text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator

from glowjit.glsltypes import ArrayType, GlslType, StructType
from glowjit.ir.core import (
    Block,
    Const,
    Edge,
    Function,
    Inst,
    MemObject,
    Module,
    Operand,
    Signature,
    Terminator,
    UniformInfo,
    Value,
)
from glowjit.ir.reader import TextError, parse_module

__all__ = ["Printer", "TextError", "format_number", "parse_module", "print_function", "print_module", "print_type"]

_LOC_COLUMN = 56
_PLAIN = re.compile(r"[A-Za-z_.$][\w.$]*", re.ASCII)


def print_module(module: Module) -> str:
    """The whole module; ends with a newline."""
    lines = [f"entry {_symbol(module.entry)}"] if module.entry else []
    lines += [_object_line(item) for item in module.objects.values()]
    lines += [_uniform_line(item) for item in module.uniforms.values()]
    return "".join(line + "\n" for line in lines) + "".join(print_function(f) for f in module.functions.values())


def print_function(function: Function) -> str:
    """One function; ends with a newline."""
    return "".join(line + "\n" for line in _function_lines(function))


def format_number(value: float | int | bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value)


class Printer:
    """The text of single instructions of `function`, with the names that `print_function` gives its values."""

    def __init__(self, function: Function) -> None:
        self._values: dict[Value, str] = {}
        self._blocks: dict[Block, str] = {}
        self._locals = _unique_names((item.name for item in function.locals), lambda index: f"local{index}")
        self._objects = dict(zip(map(id, function.locals), self._locals, strict=True))
        blocks = (_sanitized(block.name) for block in function.blocks)
        names = _unique_names(blocks, lambda index: f"b{index}")
        self._blocks = dict(zip(function.blocks, names, strict=True))
        values = list(dict.fromkeys(_definitions(function)))
        given = [_sanitized(value.name) for value in values]
        nameless = iter(range(len(values)))
        unique = _unique_names(("" if name.isdigit() else name for name in given), lambda _: str(next(nameless)))
        self._values = dict(zip(values, unique, strict=True))

    def value(self, value: Value) -> str:
        return "%" + self._values.get(value, "<undefined>")

    def operand(self, operand: Operand) -> str:
        return format_number(operand.value) if isinstance(operand, Const) else self.value(operand)

    def definition(self, value: Value) -> str:
        return f"{self.value(value)}: {value.type}"

    def block(self, block: Block) -> str:
        return self._blocks.get(block, f"<foreign {block.name}>")

    def edge(self, edge: Edge) -> str:
        args = f"({self._operands(edge.args)})" if edge.args else ""
        return self.block(edge.block) + args

    def target(self, target: MemObject | str | None) -> str:
        if isinstance(target, MemObject):
            return _symbol(self._objects.get(id(target), target.name))
        return _symbol(target or "")

    def inst(self, inst: Inst) -> str:
        """One instruction without its line."""
        results = ", ".join(map(self.definition, inst.results))
        return (f"{results} = " if results else "") + inst.op + self._inst_tail(inst)

    def _inst_tail(self, inst: Inst) -> str:
        if inst.op == "call":
            return f" {self.target(inst.target)}({self._operands(inst.args)})"
        if inst.target is None:
            return f" {self._operands(inst.args)}" if inst.args else ""
        rest = "".join(", " + self.operand(arg) for arg in inst.args[1:])
        return f" {self.target(inst.target)}[{self._operands(inst.args[:1])}]{rest}"

    def terminator(self, terminator: Terminator) -> str:
        parts = [*map(self.operand, terminator.args), *map(self.edge, terminator.edges)]
        return " ".join([terminator.op, ", ".join(parts)]).rstrip()

    def label(self, block: Block) -> str:
        params = ", ".join(map(self.definition, block.params))
        return self.block(block) + (f"({params})" if params else "") + ":"

    def _operands(self, operands: Iterable[Operand]) -> str:
        return ", ".join(map(self.operand, operands))

    def local_line(self, item: MemObject) -> str:
        return f"local {_symbol(self._objects[id(item)])}: {item.words}"


def _definitions(function: Function) -> Iterator[Value]:
    yield from function.params
    for block in function.blocks:
        yield from block.params
        for inst in block.insts:
            yield from inst.results


def _unique_names(names: Iterable[str], nameless: Callable[[int], str]) -> list[str]:
    """`names` with `.1`, `.2`, ... where one repeats. Given names are taken before the nameless get theirs."""
    given = list(names)
    taken = {name for name in given if name}
    seen: set[str] = set()
    counts: dict[str, int] = {}

    def fresh(base: str) -> str:
        while True:
            counts[base] = counts.get(base, 0) + 1
            name = f"{base}.{counts[base]}"
            if name not in taken and name not in seen:
                return name

    result = []
    for index, wish in enumerate(given):
        name = wish or nameless(index)
        if name in seen or (not wish and name in taken):
            name = fresh(name)
        seen.add(name)
        result.append(name)
    return result


def _sanitized(name: str) -> str:
    name = re.sub(r"[^\w.$]", "_", name, flags=re.ASCII)
    return f"_{name}" if name and name[0].isdigit() and not name.isdigit() else name


def _symbol(name: str) -> str:
    return f"@{_word(name)}"


def _word(name: str) -> str:
    return name if _PLAIN.fullmatch(name) else json.dumps(name)


def _object_line(item: MemObject) -> str:
    data = " = " + ", ".join(map(format_number, item.data)) if item.data else ""
    return f"{item.kind.value} {_symbol(item.name)}: {item.words}{data}"


def _uniform_line(info: UniformInfo) -> str:
    line = f"input {_word(info.name)}: {print_type(info.type)} = {_symbol(info.object.name)}"
    if info.default is not None:
        line += f" default {', '.join(map(format_number, info.default))}"
    if info.minimum is not None:
        line += f" min {format_number(info.minimum)}"
    if info.maximum is not None:
        line += f" max {format_number(info.maximum)}"
    return line


def print_type(type: GlslType) -> str:
    """A GLSL type, the outermost dimension first, structs written out: `struct Light {vec3 pos, float[2][3] k}[2]`."""
    if isinstance(type, ArrayType):
        sizes = ""
        while isinstance(type, ArrayType):
            sizes += f"[{type.size}]"
            type = type.element
        return print_type(type) + sizes
    if isinstance(type, StructType):
        members = ", ".join(f"{print_type(member)} {_word(name)}" for name, member in type.members)
        return f"struct {_word(type.name)} {{{members}}}"
    return str(type)


def _signature_line(signature: Signature) -> str:
    params = ", ".join(f"{p.mode} {print_type(p.type)} {_word(p.name)}" for p in signature.parameters)
    result = print_type(signature.result) if signature.result else "void"
    return f"  signature {_word(signature.name)}({params}) -> {result}"


def _function_lines(function: Function) -> Iterator[str]:
    printer = Printer(function)
    params = ", ".join(map(printer.definition, function.params))
    yield f"func {_symbol(function.name)}({params}) -> ({', '.join(map(str, function.results))}) {{"
    if function.signature is not None:
        yield _signature_line(function.signature)
    for item in function.locals:
        yield "  " + printer.local_line(item)
    for block in function.blocks:
        yield printer.label(block)
        for inst in block.insts:
            yield _with_line("  " + printer.inst(inst), inst.loc)
        yield _with_line("  " + printer.terminator(block.terminator), block.terminator.loc)
    yield "}"


def _with_line(text: str, loc: int) -> str:
    return f"{text:<{_LOC_COLUMN}}; line {loc}" if loc else text
