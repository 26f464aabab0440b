"""The rules of the IR, checked.

Input: a module. Output: nothing, or VerifyError naming function, block, instruction and rule. The rules:

- names: a function or object is listed under its own name; an object's name is visible once (locals shadow nothing)
- objects: a module holds no LOCAL and a function nothing else; a constant has a datum per word; the words of a
  uniform or a signature are those of its GLSL type
- functions: callees come before callers, so there is no recursion; the entry block has no parameters and no
  predecessors; every edge leads to a block of the function, with one argument of the right type per parameter
- values: defined once; a definition dominates its uses (in blocks that the entry reaches)
- instructions: operands and results have the types of the `OPS` table; a constant operand has a value of its type
- memory: the object is visible, is not read-only for a store, and a constant index lies within it
- `integers_only`, after `q32`: no float anywhere, and no operation that the math library stands for

A broken rule is a bug of the compiler, not a mistake of its user. Cost: linear, after dominators.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NoReturn

from glowjit.glsltypes import GlslType, ScalarType
from glowjit.ir.cfg import Dominators
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
    Terminator,
    Type,
    UniformInfo,
    Value,
)
from glowjit.ir.ops import OPS
from glowjit.ir.text import Printer

_READ_ONLY = (MemKind.UNIFORM, MemKind.CONSTANT)
_LETTERS = {"f": Type.FLOAT, "i": Type.INT, "b": Type.BOOL}
_ROWS = {name: (info.args.split(), info.results.split()) for name, info in OPS.items()}
_PYTHON_TYPES = {Type.FLOAT: float, Type.INT: int, Type.BOOL: bool}
_EDGE_COUNTS = {"jump": 1, "branch": 2, "ret": 0, "unreachable": 0}


class VerifyError(Exception):
    """`rule` is what is wrong; `function`, `block` and `instruction` say where, and are empty where there is none."""

    def __init__(self, rule: str, function: str = "", block: str = "", instruction: str = "") -> None:
        places = [f"function @{function}" if function else "", f"block {block}" if block else "", instruction]
        super().__init__(": ".join([*filter(None, places), rule]))
        self.rule = rule
        self.function = function
        self.block = block
        self.instruction = instruction


def verify(module: Module, integers_only: bool = False) -> None:
    """Check every rule; the first broken one raises VerifyError."""
    for rule in _module_problems(module):
        raise VerifyError(rule)
    callees: dict[str, Function] = {}
    for name, function in module.functions.items():
        if function.name != name:
            raise VerifyError(f"listed as @{name}", function.name)
        _FunctionChecker(function, module, callees, integers_only).check()
        callees[name] = function


def _module_problems(module: Module) -> Iterator[str]:
    if module.entry and module.entry not in module.functions:
        yield f"the entry @{module.entry} is not a function of the module"
    for name, item in module.objects.items():
        if item.name != name:
            yield f"object @{item.name} is listed as @{name}"
        if item.kind is MemKind.LOCAL:
            yield f"object @{name} is local, and stands outside any function"
        yield from _object_problems(item)
    for name, info in module.uniforms.items():
        if info.name != name:
            yield f"uniform {info.name} is listed as {name}"
        yield from _uniform_problems(info, module)


def _object_problems(item: MemObject) -> Iterator[str]:
    if item.words < 1:
        yield f"object @{item.name} has {item.words} words"
    if item.data and item.kind not in (MemKind.CONSTANT, MemKind.GLOBAL):
        yield f"object @{item.name} is {item.kind.value}, and has data"
    elif len(item.data) != item.words and (item.data or item.kind is MemKind.CONSTANT):
        yield f"object @{item.name} has {item.words} words and {len(item.data)} data"


def _uniform_problems(info: UniformInfo, module: Module) -> Iterator[str]:
    if module.objects.get(info.object.name) is not info.object:
        yield f"uniform {info.name} lies in @{info.object.name}, which is not an object of the module"
    if info.object.kind is not MemKind.UNIFORM:
        yield f"uniform {info.name} lies in @{info.object.name}, which is {info.object.kind.value}"
    if info.object.words != info.type.words:
        yield f"uniform {info.name} is a {info.type} in {info.object.words} words"
    if info.default is not None and len(info.default) != info.type.words:
        yield f"uniform {info.name} is a {info.type} with {len(info.default)} default words"


class _FunctionChecker:
    """Checks one function against the module and the functions before it."""

    def __init__(self, function: Function, module: Module, callees: dict[str, Function], integers_only: bool) -> None:
        self.function = function
        self.module = module
        self.callees = callees
        self.integers_only = integers_only
        self.locals = {id(item) for item in function.locals}
        self.block: Block | None = None
        self.place: Inst | Terminator | None = None
        self.defined: dict[Value, tuple[Block | None, int]] = {}
        self.index = -1

    def fail(self, rule: str) -> NoReturn:
        printer = Printer(self.function)
        block = printer.block(self.block) if self.block else ""
        text = ""
        if isinstance(self.place, Inst):
            text = printer.inst(self.place)
        elif self.place is not None:
            text = printer.terminator(self.place)
        raise VerifyError(rule, self.function.name, block, text)

    def check(self) -> None:
        self._frame()
        self._definitions()
        self.tree = Dominators(self.function)
        for block in self.function.blocks:
            self.block, self.place = block, None
            for self.index, inst in enumerate(block.insts):
                self.place = inst
                self._inst(inst)
            self.index, self.place = len(block.insts), block.terminator
            self._terminator(block.terminator)

    # --- the function as a whole

    def _frame(self) -> None:
        function = self.function
        names = set(self.module.objects)
        for item in function.locals:
            if item.kind is not MemKind.LOCAL:
                self.fail(f"object @{item.name} is {item.kind.value}, and stands in a function")
            if item.name in names:
                self.fail(f"local @{item.name} has the name of another object")
            names.add(item.name)
            for problem in _object_problems(item):
                self.fail(problem)
        if self.integers_only and Type.FLOAT in function.results:
            self.fail("returns a float")
        if function.signature is not None:
            signature = function.signature
            ins = [p.type for p in signature.parameters if p.mode in ("in", "inout")]
            outs = [p.type for p in signature.parameters if p.mode in ("out", "inout")]
            result = [signature.result] if signature.result else []
            self._words("parameters", ins, [value.type for value in function.params])
            self._words("results", [*result, *outs], function.results)

    def _words(self, what: str, types: Sequence[GlslType], words: Sequence[Type]) -> None:
        scalars = [scalar for type in types for scalar in type.scalars()]
        if len(scalars) != len(words) or not all(map(_holds, words, scalars)):
            self.fail(f"its {what} are not the words of its signature {self.function.signature}")

    def _definitions(self) -> None:
        function = self.function
        if not function.blocks:
            self.fail("has no blocks")
        for value in function.params:
            self._define(value, None, -1)
        for block in dict.fromkeys(function.blocks):
            self.block, self.place = block, None
            if function.blocks[0] is block and block.params:
                self.fail("the entry has parameters")
            for value in block.params:
                self._define(value, block, -1)
            for index, inst in enumerate(block.insts):
                self.place = inst
                for value in inst.results:
                    self._define(value, block, index)
        self.block = self.place = None
        if len(set(function.blocks)) != len(function.blocks):
            self.fail("lists a block twice")
        self.members = frozenset(function.blocks)

    def _define(self, value: Value, block: Block | None, index: int) -> None:
        if value in self.defined:
            self.fail(f"{Printer(self.function).value(value)} is defined twice")
        if self.integers_only and value.type is Type.FLOAT:
            self.fail(f"{Printer(self.function).value(value)} is a float")
        self.defined[value] = (block, index)

    # --- instructions

    def _inst(self, inst: Inst) -> None:
        info = OPS.get(inst.op)
        if info is None:
            self.fail(f"there is no operation {inst.op!r}")
        if self.integers_only and (info.is_float or "M" in info.flags):
            self.fail(f"{inst.op} does not belong into integer IR")
        for operand in inst.args:
            self._operand(operand)
        if inst.op == "call":
            self._call(inst)
            return
        if inst.op in ("load", "store"):
            self._access(inst)
        elif inst.target is not None:
            self.fail("takes no target")
        args, results = _ROWS[inst.op]
        if args == ["f*"]:
            self._variadic(inst)
        else:
            self._row(inst, args, results)

    def _operand(self, operand: Operand) -> None:
        if isinstance(operand, Const):
            self._constant(operand)
            return
        if operand not in self.defined:
            self.fail(f"{Printer(self.function).value(operand)} is not defined in this function")
        block, index = self.defined[operand]
        if not self._reaches(block, index):
            self.fail(f"{Printer(self.function).value(operand)} is used where its definition does not reach")

    def _reaches(self, block: Block | None, index: int) -> bool:
        """Whether a definition at `index` of `block` (None: a parameter of the function) dominates where we are."""
        here = self.block
        if here is None or block is None or not self.tree.reachable(here):
            return True
        if block is here:
            return index < self.index
        return self.tree.reachable(block) and self.tree.dominates(block, here)

    def _constant(self, const: Const) -> None:
        if type(const.value) is not _PYTHON_TYPES[const.type]:
            self.fail(f"the constant {const.value!r} is not of type {const.type}")
        if const.type is Type.INT and not -(2**31) <= const.value < 2**31:
            self.fail(f"the constant {const.value} has more than 32 bits")
        if self.integers_only and const.type is Type.FLOAT:
            self.fail(f"the constant {const.value} is a float")

    def _row(self, inst: Inst, args: list[str], results: list[str]) -> None:
        """Match operands and results with a row of the table; T is bound by the first operand or result that has it."""
        bound: dict[str, Type] = dict(_LETTERS)
        for what, letters, found in (
            ("operand", args, [arg.type for arg in inst.args]),
            ("result", results, [value.type for value in inst.results]),
        ):
            if len(letters) != len(found):
                self.fail(f"has {len(found)} {what}s, not {len(letters)}")
            for number, (letter, type) in enumerate(zip(letters, found, strict=True), 1):
                expected = bound.setdefault(letter, type)
                if type is not expected:
                    self.fail(f"{what} {number} is {type}, not {expected}")

    def _variadic(self, inst: Inst) -> None:
        count = len(inst.args)
        if count == 0 or (inst.op == "fdot" and count % 2):
            self.fail(f"has {count} operands")
        self._row(inst, ["f"] * count, ["f"] * (count if inst.op == "fnormalize" else 1))

    def _access(self, inst: Inst) -> None:
        item = inst.target
        if not isinstance(item, MemObject):
            self.fail("names no object")
        if id(item) not in self.locals and self.module.objects.get(item.name) is not item:
            self.fail(f"@{item.name} is not an object of this function or its module")
        if inst.op == "store" and item.kind in _READ_ONLY:
            self.fail(f"@{item.name} is read-only: {item.kind.value}")
        index = inst.args[0] if inst.args else None
        if isinstance(index, Const) and not 0 <= index.value < item.words:
            self.fail(f"index {index.value} is outside @{item.name}, which has {item.words} words")

    def _call(self, inst: Inst) -> None:
        callee = self.callees.get(inst.target) if isinstance(inst.target, str) else None
        if callee is None:
            known = inst.target in self.module.functions if isinstance(inst.target, str) else False
            self.fail(f"@{inst.target} {'does not come before its caller' if known else 'is not a function'}")
        self._same("operand", inst.args, [value.type for value in callee.params], f"@{callee.name} takes")
        self._same("result", inst.results, callee.results, f"@{callee.name} returns")

    def _same(self, what: str, found: Sequence[Operand], expected: Sequence[Type], who: str) -> None:
        if len(found) != len(expected):
            self.fail(f"has {len(found)} {what}s, and {who} {len(expected)}")
        for number, (operand, type) in enumerate(zip(found, expected, strict=True), 1):
            if operand.type is not type:
                self.fail(f"{what} {number} is {operand.type}, and {who} {type}")

    # --- terminators

    def _terminator(self, terminator: Terminator) -> None:
        if terminator.op not in _EDGE_COUNTS:
            self.fail(f"there is no terminator {terminator.op!r}")
        if len(terminator.edges) != _EDGE_COUNTS[terminator.op]:
            self.fail(f"has {len(terminator.edges)} edges, not {_EDGE_COUNTS[terminator.op]}")
        for operand in terminator.args:
            self._operand(operand)
        expected = {"ret": self.function.results, "branch": [Type.BOOL]}.get(terminator.op, [])
        who = f"@{self.function.name} returns" if terminator.op == "ret" else f"{terminator.op} takes"
        self._same("operand", terminator.args, expected, who)
        for edge in terminator.edges:
            self._edge(edge)

    def _edge(self, edge: Edge) -> None:
        if edge.block not in self.members:
            self.fail(f"leads to {edge.block.name or 'a block'}, which is not in this function")
        if edge.block is self.function.blocks[0]:
            self.fail("leads to the entry")
        for operand in edge.args:
            self._operand(operand)
        self._same("argument", edge.args, [value.type for value in edge.block.params], "the block takes")


def _holds(type: Type, scalar: ScalarType) -> bool:
    """Whether a word of this type may hold the GLSL scalar; after `q32` a float is an int."""
    return {
        "float": type in (Type.FLOAT, Type.INT),
        "int": type is Type.INT,
        "uint": type is Type.INT,
        "bool": type is Type.BOOL,
    }[scalar.kind]
