"""Random integer programs, written as GLSL and as Python at once.

Every construct is emitted as two texts with the same meaning: 32-bit wrapping integers, arrays, structs and vectors
with indices that may be out of range, functions with in, out and inout parameters that also touch globals, loops of
every kind, switches that fall through, early exits. Where GLSL leaves the order of effects open, nothing depends on it.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


def wrap(value: int) -> int:
    return ((value + 2**31) & 0xFFFF_FFFF) - 2**31


def quotient(a: int, b: int) -> int:
    if b == 0:
        return -1
    return wrap(abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1))


def modulo(a: int, b: int) -> int:
    return a if b == 0 else a % b


def clamp(index: int, size: int) -> int:
    return min(max(index, 0), size - 1)


PYTHON_NAMES = {"w": wrap, "div": quotient, "mod": modulo, "c": clamp, "copy": copy.deepcopy}


@dataclass(frozen=True, eq=False)
class Kind:
    """A type: its GLSL spelling around a name, its Python zero, and the int parts an access can reach."""

    before: str
    after: str
    zero: object
    paths: tuple[tuple[tuple[str, int], ...], ...]  # steps: (".member", position) or ("[]", size)

    def declare(self, name: str) -> str:
        return f"{self.before} {name}{self.after}"


INT = Kind("int", "", 0, ((),))
VECTOR = Kind("ivec3", "", [0, 0, 0], ((("[]", 3),), ((".y", 1),), ((".x", 0),)))
ARRAY = Kind("int", "[4]", [0] * 4, ((("[]", 4),),))
TABLE = Kind("int", "[2][3]", [[0] * 3, [0] * 3], ((("[]", 2), ("[]", 3)),))
STRUCT = Kind("S", "", [0, [0] * 3, [0] * 2], (((".a", 0),), ((".b", 1), ("[]", 3)), ((".c", 2), ("[]", 2))))
STRUCTS = Kind(
    "S", "[2]", [[0, [0] * 3, [0] * 2], [0, [0] * 3, [0] * 2]], tuple((("[]", 2), *path) for path in STRUCT.paths)
)
KINDS = (INT, VECTOR, ARRAY, TABLE, STRUCT, STRUCTS)
HEADER = "struct S { int a; int b[3]; ivec2 c; };\nint nil;\n"

Pair = tuple[str, str]


@dataclass
class Callee:
    name: str
    modes: list[tuple[str, Kind]]


@dataclass
class Program:
    """Grows `glsl` and `python` together; `f` is the function to call, with two ints, and returns an int."""

    random: random.Random
    glsl: list[str] = field(default_factory=lambda: [HEADER])
    python: list[str] = field(default_factory=list)
    globals: dict[str, Kind] = field(default_factory=dict)
    scope: dict[str, Kind] = field(default_factory=dict)
    constants: set[str] = field(default_factory=set)
    callees: list[Callee] = field(default_factory=list)
    enclosing: list[str] = field(default_factory=list)
    indent: int = 0
    serial: int = 0
    budget: int = 0

    # -- output

    def line(self, glsl: str, python: str) -> None:
        if glsl:
            self.glsl.append("  " * self.indent + glsl)
        if python:
            self.python.append("    " * self.indent + python)

    @contextmanager
    def nested(self, glsl: str, python: str, close: str = "}") -> Iterator[None]:
        self.line(glsl, python)
        outer = dict(self.scope)
        self.indent += 1
        yield
        self.line("", "pass")
        self.indent -= 1
        self.scope = outer
        self.line(close, "")

    def fresh(self, prefix: str) -> str:
        self.serial += 1
        return f"{prefix}{self.serial}"

    # -- expressions

    def variable(self, writable: bool, kind: Kind | None = None) -> str:
        """The name of a visible variable."""
        names = [name for name, known in self.scope.items() if kind in (None, known)]
        names = [name for name in names if not (writable and name in self.constants)]
        return self.random.choice(names) if names else ""

    def access(self, writable: bool = False, name: str = "") -> Pair:
        """An int part of a variable, by constant or dynamic indices."""
        name = name or self.variable(writable)
        glsl = python = name
        for step, number in self.random.choice(self.scope[name].paths):
            if step == "[]":
                index_glsl, index_python = self.index(number)
                glsl += f"[{index_glsl}]"
                python += f"[{index_python}]"
            else:
                glsl += step
                python += f"[{number}]"
        return glsl, python

    def index(self, size: int) -> Pair:
        if self.random.random() < 0.4:
            number = self.random.randrange(size)
            return str(number), str(number)
        glsl, python = self.expression(1)
        return f"{glsl} + nil", f"c({python}, {size})"  # a constant out of range would not compile

    def expression(self, depth: int = 2) -> Pair:
        roll = self.random.random()
        if depth <= 0 or roll < 0.2:
            if roll < 0.08:
                number = self.random.choice([0, 1, 2, 3, 7, 100, 65535, self.random.randrange(2**31)])
                return str(number), str(number)
            simple = self.variable(False, INT)
            return (simple, simple) if depth <= 0 and simple else self.access()
        if roll < 0.3:
            condition = self.condition(depth - 1, calls=False)
            left, right = self.expression(depth - 1), self.expression(depth - 1)
            return (
                f"({condition[0]} ? {left[0]} : {right[0]})",
                f"({left[1]} if {condition[1]} else {right[1]})",
            )
        left, right = self.expression(depth - 1), self.expression(depth - 1)
        op = self.random.choice(["+", "-", "*", "&", "|", "^", "/", "%", "<<", ">>", "min", "max", "-", "~"])
        if op in ("/", "%"):
            name = "div" if op == "/" else "mod"
            return f"({left[0]} {op} ({right[0]} + nil))", f"{name}({left[1]}, {right[1]})"  # glslang folds x/0
        if op in ("<<", ">>"):
            amount = self.random.randrange(32)
            return f"({left[0]} {op} {amount})", f"w({left[1]} {op} {amount})"
        if op in ("min", "max"):
            return f"{op}({left[0]}, {right[0]})", f"{op}({left[1]}, {right[1]})"
        if op == "~":
            return f"(~{left[0]})", f"(~{left[1]})"
        return f"({left[0]} {op} {right[0]})", f"w({left[1]} {op} {right[1]})"

    def condition(self, depth: int = 1, calls: bool = True) -> Pair:
        """Calls have effects, so an expression holds none, and a condition only where && and || order them."""
        roll = self.random.random()
        if depth > 0 and roll < 0.35:
            left, right = self.condition(depth - 1, calls), self.condition(depth - 1, calls)
            op, word = self.random.choice([("&&", "and"), ("||", "or")])
            return f"({left[0]} {op} {right[0]})", f"({left[1]} {word} {right[1]})"
        if roll < 0.45:
            inner = self.condition(depth - 1, calls)
            return f"!({inner[0]})", f"(not {inner[1]})"
        simple = [callee for callee in self.callees if set(callee.modes) == {("in", INT)}]
        if simple and calls and roll < 0.6:
            callee = self.random.choice(simple)
            args = [self.expression(0) for _ in callee.modes]
            left = tuple(f"{callee.name}({', '.join(arg[side] for arg in args)})" for side in (0, 1))
            return f"({left[0]} > 5)", f"({left[1]} > 5)"
        left, right = self.expression(depth), self.expression(depth)
        op = self.random.choice(["<", "<=", ">", ">=", "==", "!="])
        return f"({left[0]} {op} {right[0]})", f"({left[1]} {op} {right[1]})"

    # -- statements

    def block(self, depth: int) -> None:
        for _ in range(self.random.randrange(1, 4)):
            self.statement(depth)

    def statement(self, depth: int) -> None:
        self.budget -= 1
        simple: list[Callable[[], None]] = [self.assign, self.assign, self.declare, self.swizzle, self.copy, self.call]
        nested: list[Callable[[int], None]] = [self.branch, self.loop, self.switch]
        if depth > 0 and self.budget > 0 and self.random.random() < 0.5:
            self.random.choice(nested)(depth - 1)
        elif self.enclosing and self.random.random() < 0.12:
            self.leave()
        else:
            self.random.choice(simple)()

    def assign(self) -> None:
        value = self.expression()
        target = self.access(writable=True)
        op = self.random.choice(["", "", "+", "^"])
        if op:
            self.line(f"{target[0]} {op}= {value[0]};", f"{target[1]} = w({target[1]} {op} {value[1]})")
        else:
            self.line(f"{target[0]} = {value[0]};", f"{target[1]} = {value[1]}")

    def declare(self) -> None:
        kind, name = self.random.choice(KINDS), self.fresh("v")
        if kind is INT:
            value = self.expression()
            self.line(f"int {name} = {value[0]};", f"{name} = {value[1]}")
        elif kind is ARRAY:
            values = [self.expression(0) for _ in range(4)]
            texts = [", ".join(value[side] for value in values) for side in (0, 1)]
            self.line(f"int {name}[4] = int[4]({texts[0]});", f"{name} = [{texts[1]}]")
        elif kind is VECTOR:
            values = [self.expression(0) for _ in range(3)]
            texts = [", ".join(value[side] for value in values) for side in (0, 1)]
            self.line(f"ivec3 {name} = ivec3({texts[0]});", f"{name} = [{texts[1]}]")
        else:
            other = self.variable(False, kind)
            if not other:
                return
            self.line(f"{kind.declare(name)} = {other};", f"{name} = copy({other})")
        self.scope[name] = kind

    def swizzle(self) -> None:
        name = self.variable(True, VECTOR)
        if name:
            picks = self.random.sample([0, 1, 2], 2)
            values = [self.expression(1) for _ in picks]
            letters = "".join("xyz"[pick] for pick in picks)
            self.line(
                f"{name}.{letters} += ivec2({values[0][0]}, {values[1][0]});",
                f"t = [w({name}[{picks[0]}] + {values[0][1]}), w({name}[{picks[1]}] + {values[1][1]})]; "
                f"{name}[{picks[0]}], {name}[{picks[1]}] = t",
            )

    def copy(self) -> None:
        source = self.variable(False)
        target = self.variable(True, self.scope[source])
        if target:
            self.line(f"{target} = {source};", f"{target} = copy({source})")

    def call(self) -> None:
        """`x = f(in..., out..., inout...)` with a different variable for everything that is written."""
        if not self.callees:
            return
        callee = self.random.choice(self.callees)
        args: list[Pair] = []
        written: list[str] = []
        for mode, kind in callee.modes:
            names = [name for name, known in self.scope.items() if known is kind and name not in written]
            if mode != "in":
                names = [name for name in names if name not in self.constants]
            if kind is INT and mode == "in":
                args.append(self.expression(1))
            elif names:
                name = self.random.choice(names)
                args.append((name, name))
                if mode != "in":
                    written.append(name)
            else:
                return
        result = self.variable(True, INT)
        if not result or result in written:
            return
        given = [f"copy({arg[1]})" for arg, (mode, _) in zip(args, callee.modes, strict=True) if mode != "out"]
        results = ", ".join([result, *written])
        names = ", ".join(arg[0] for arg in args)
        self.line(f"{result} = {callee.name}({names});", f"{results} = {callee.name}({', '.join(given)})")

    def leave(self) -> None:
        """break, continue or return; a switch within a loop passes `continue` on with a flag in Python."""
        way = self.random.choice(["break", "continue", "return"])
        if way == "return":
            self.give_back()
        elif way == "break":
            self.line("break;", "break")
        elif "loop" in self.enclosing:
            self.line("continue;", "")
            self.go_on(self.enclosing)

    def go_on(self, enclosing: list[str]) -> None:
        if enclosing[-1] == "loop":
            self.line("", "continue")
        else:
            self.line("", f"{enclosing[-1]} = True; break")

    def branch(self, depth: int) -> None:
        condition = self.condition()
        with self.nested(f"if ({condition[0]}) {{", f"if {condition[1]}:"):
            self.block(depth)
        if self.random.random() < 0.5:
            with self.nested("else {", "else:"):
                self.block(depth)

    def loop(self, depth: int) -> None:
        counter, limit = self.fresh("i"), self.random.randrange(1, 5)
        style = self.random.choice(["for", "while", "do"])
        if style == "for":
            head = (
                f"for (int {counter} = 0; {counter} < {limit}; {counter}++) {{",
                f"for {counter} in range({limit}):",
            )
            close = "}"
        else:
            condition = self.condition()
            step = (f"{counter}++ < {limit}", f"({counter} := {counter} + 1) <= {limit}")
            self.line(f"int {counter} = 0;", f"{counter} = 0")
            whole = tuple(f"({step[side]} {word} {condition[side]})" for side, word in ((0, "&&"), (1, "and")))
            if style == "while":
                head, close = (f"while {whole[0]} {{", f"while {whole[1]}:"), "}"
            else:
                first = self.fresh("first")
                self.line("", f"{first} = True")
                head, close = ("do {", f"while {first} or {whole[1]}:"), f"}} while {whole[0]};"
        with self.nested(*head, close):
            if style == "do":
                self.line("", f"{first} = False")
            self.scope[counter] = INT
            self.constants.add(counter)
            self.enclosing.append("loop")
            self.block(depth)
            self.enclosing.pop()

    def switch(self, depth: int) -> None:
        """Python enters the cases at the one that matches and runs on: `if at <= n` for each."""
        selector = self.expression(1)
        labels: list[int | None] = [*self.random.sample(range(-1, 5), self.random.randrange(1, 4))]
        if self.random.random() < 0.8:
            labels.insert(self.random.randrange(len(labels) + 1), None)
        at, flag = self.fresh("at"), self.fresh("goon")
        default = labels.index(None) if None in labels else 99
        table = {label: number for number, label in enumerate(labels) if label is not None}
        self.line("", f"{at} = {table}.get(w({selector[1]} & 7) - 1, {default}); {flag} = False")
        with self.nested(f"switch (({selector[0]} & 7) - 1) {{", "while True:"):
            self.enclosing.append(flag)
            for number, label in enumerate(labels):
                self.line("default:" if label is None else f"case {label}:", "")
                with self.nested("{", f"if {at} <= {number}:"):
                    self.block(depth)
                if self.random.random() < 0.6 or number == len(labels) - 1:
                    self.line("break;", f"if {at} <= {number}: break")
            self.enclosing.pop()
            self.line("", "break")
        if "loop" in self.enclosing:
            self.line("", f"if {flag}:")
            self.indent += 1
            self.go_on(self.enclosing)
            self.indent -= 1

    # -- functions

    def give_back(self) -> None:
        value = self.expression()
        self.line(f"return {value[0]};", f"return {', '.join([value[1], *self.outputs])}")

    def function(self, name: str, modes: list[tuple[str, Kind]], size: int) -> None:
        parameters = [(f"p{number}", mode, kind) for number, (mode, kind) in enumerate(modes)]
        self.outputs = [parameter for parameter, mode, _ in parameters if mode != "in"]
        self.scope = self.globals | {parameter: kind for parameter, _, kind in parameters}
        self.budget = size
        glsl = ", ".join(f"{mode} {kind.declare(parameter)}" for parameter, mode, kind in parameters)
        python = ", ".join(parameter for parameter, mode, _ in parameters if mode != "out")
        with self.nested(f"int {name}({glsl}) {{", f"def {name}({python}):"):
            self.line("", f"global {', '.join(self.globals)}")
            for parameter, mode, kind in parameters:
                if mode == "out":
                    self.line("", f"{parameter} = {kind.zero!r}")
                    self.clear(parameter, kind)
            while self.budget > 0:
                self.statement(3)
            self.give_back()
        self.callees.append(Callee(name, modes))

    def clear(self, name: str, kind: Kind) -> None:
        """GLSL leaves what nobody initialised open, so everything is."""
        for path in [""] if kind is INT else leaves(kind.zero, kind):
            self.line(f"{name}{path} = 0;", "")


def leaves(zero: object, kind: Kind) -> list[str]:
    """The GLSL accesses of all int parts of a variable."""
    if kind is STRUCT:
        return [".a", ".b[0]", ".b[1]", ".b[2]", ".c.x", ".c.y"]
    if kind is STRUCTS:
        return [f"[{number}]{path}" for number in (0, 1) for path in leaves(None, STRUCT)]
    if kind is TABLE:
        return [f"[{row}][{column}]" for row in (0, 1) for column in (0, 1, 2)]
    return [f"[{number}]" for number in range(len(zero))]  # type: ignore[arg-type]


def make(seed: int) -> tuple[str, str]:
    """GLSL and Python of one program; `f(int, int)` in both."""
    program = Program(random.Random(seed))
    for number, kind in enumerate([INT, INT, ARRAY, STRUCTS, VECTOR, TABLE]):
        name = f"g{number}"
        program.globals[name] = kind
        program.line(f"{kind.declare(name)};", f"{name} = {kind.zero!r}")
    pick = program.random
    program.function("leaf", [("in", INT)], 3)
    for name in ("middle", "upper"):
        modes = [(pick.choice(["in", "out", "inout"]), pick.choice(KINDS)) for _ in range(pick.randrange(1, 4))]
        program.function(name, modes, 6)
    program.function("body", [("in", INT), ("in", INT)], 12)
    with program.nested("int f(int p0, int p1) {", "def f(p0, p1):"):
        program.line("", f"global {', '.join(program.globals)}")
        program.line("nil = 0;", "")
        for name, kind in program.globals.items():
            program.line("", f"{name} = {kind.zero!r}")
            program.clear(name, kind)
        parts = ["body(p0, p1)", "g0 * 3", "g2[1]", "g3[1].b[2]", "g3[0].c.y", "g4.z", "g5[1][2]"]
        program.line(f"return {' + '.join(parts)};", "")
        python = [*parts[:3], "g3[1][1][2]", "g3[0][2][1]", "g4[2]", "g5[1][2]"]
        program.line("", f"return w({' + '.join(python)})")
    return "\n".join(program.glsl) + "\n", "\n".join(program.python) + "\n"
