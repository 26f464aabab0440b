"""Random GLSL programs: typed, terminating, deterministic for a seed.

Output: the text of a program of several functions, each with arguments of its own, that together use what the language
has: all types, operators and builtins of `glsl_catalogue`, swizzles and dynamic indices on both sides of an assignment,
loops of every kind with breaks, continues and early returns, switches that fall through, calls with in, out and inout
parameters, globals with initial values, constant tables, uniforms.

What GLSL leaves open is avoided: every variable is initialised, and an expression with an effect stands alone in its
statement. Loops are bounded, and a call is made only where the instructions of the callee fit the budget of work.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random

from glsl_catalogue import (
    ARRAYS,
    BASIC,
    BUILTINS,
    MATRICES,
    MATRIX,
    OPERATORS,
    OUTS,
    PIXEL,
    STRUCTS,
    Row,
    element_of,
    literal,
    parts,
    shape,
    vector,
)
from glsl_themes import MIXED, THEMES, Theme

UNIFORMS = (("u0", "float"), ("u1", "vec3"), ("u2", "int"), ("u3", "mat2"), ("u4", "float[4]"))
TEXTURES = """uniform sampler2D t0, t1;
vec4 look(sampler2D from, vec2 at) { return texture(from, at.yx) + 0.5 * fwidth(at.x) * texture(from, at); }
float both(sampler2D one, in sampler2D other, vec2 at) { return look(one, at).x - look(other, at).y; }"""
WORK = 3000  # statements that a call may execute, roughly


@dataclass(frozen=True)
class Knobs:
    functions: int = 12
    statements: int = 8  # per function
    depth: int = 3  # of expressions
    nesting: int = 3  # of statements
    parameters: int = 4
    defined: bool = False  # indices within range, remainders of no negative ints: which is all that GLSL defines


@dataclass(frozen=True)
class Variable:
    name: str
    type: str
    writable: bool = True


@dataclass(frozen=True)
class Callee:
    name: str
    result: str
    parameters: tuple[tuple[str, str], ...]  # mode, type
    work: int


@dataclass
class Writer:
    """Writes one program; `scope` is what is visible where the next statement goes."""

    rng: Random
    knobs: Knobs
    lines: list[str] = field(default_factory=list)
    scope: list[Variable] = field(default_factory=list)
    callees: list[Callee] = field(default_factory=list)
    enclosing: list[str] = field(default_factory=list)  # "loop", "switch", "for" ... around the cursor
    indent: int = 0
    serial: int = 0
    left: int = 0  # statements that the function may still have
    times: int = 1  # how often the cursor runs per call, at most
    work: int = 0
    result: str = ""
    in_pixel: bool = False
    theme: Theme = MIXED

    @property
    def depth(self) -> int:
        """Of the expressions of the function at hand."""
        return self.theme.depth or self.knobs.depth

    # --- text

    def line(self, text: str) -> None:
        self.lines.append("  " * self.indent + text)

    def fresh(self, prefix: str = "v") -> str:
        self.serial += 1
        return f"{prefix}{self.serial}"

    @contextmanager
    def block(self, opening: str, closing: str = "}") -> Iterator[None]:
        self.line(opening)
        self.indent += 1
        visible = list(self.scope)
        # Not in a switch, and not in a do: Mesa takes the condition behind it to be inside.
        if not opening.startswith(("switch", "do")) and self.rng.random() < 0.1:
            self.shadow()
        yield
        self.scope = visible
        self.indent -= 1
        self.line(closing)

    def shadow(self) -> None:
        """Declare a variable that hides one of an outer block, which its initial value may still mention."""
        hidden = [variable for variable in self.scope if variable.name.startswith("v") and len(self.enclosing) > 1]
        if hidden:
            name, type = self.rng.choice(hidden).name, self.rng.choice(self.theme.types)
            self.line(f"{type} {name} = {self.expression(type, 1)};")
            self.scope = [variable for variable in self.scope if variable.name != name] + [Variable(name, type)]

    # --- expressions

    def expression(self, type: str, depth: int) -> str:
        """An expression of `type` without effects, in brackets where it needs them."""
        roll = self.rng.random()
        if depth <= 0 or roll < 0.15:
            return self.leaf(type)
        if roll < 0.3:
            return self.part(type, depth) or self.leaf(type)
        if roll < 0.36:
            return self.call_expression(type, depth) or self.leaf(type)
        if self.in_pixel and type in PIXEL and self.rng.random() < 0.15:
            return self.filled(self.rng.choice(PIXEL[type]), depth, T=self.rng.choice(("t0", "t1")))
        table = self.rng.choice((BUILTINS, OPERATORS, OPERATORS, MATRIX))
        rows = table.get(type) or OPERATORS.get(type) or MATRIX.get(type)
        if not rows:
            return self.constructor(type, depth) if self.rng.random() < 0.3 else self.leaf(type)
        return self.filled(self.rng.choice(rows), depth)

    def filled(self, row: Row, depth: int, **names: str) -> str:
        """The template of a row with expressions in it."""
        words = dict(zip("ABCD", (self.expression(operand, depth - 1) for operand in row.operands), strict=False))
        text = re.sub(r"\b[A-DPQT]\b", lambda found: {**words, **names}[found[0]], row.template)
        return text if re.fullmatch(r"\w+\(.*\)", row.template) and " " not in row.template[:3] else f"({text})"

    def leaf(self, type: str) -> str:
        """A variable of `type`, something made of variables of other types, or a literal."""
        fitting = [variable.name for variable in self.scope if variable.type == type]
        roll = self.rng.random()
        if fitting and roll < 0.75:
            return fitting[-1 - int(len(fitting) * self.rng.random() ** 2)]
        return self.adapted(type) if roll < 0.9 else literal(self.rng, type)

    def adapted(self, type: str) -> str:
        found = shape(type)
        if found is None:
            return self.constructor(type, 0)
        scalar, size = found
        names = [variable.name for variable in self.scope if variable.type == scalar]
        vectors = [variable for variable in self.scope if (shape(variable.type) or ("", 1))[0] == scalar]
        vectors = [variable for variable in vectors if variable.type != scalar]
        if vectors and self.rng.random() < 0.6:
            source = self.rng.choice(vectors)
            return f"{source.name}.{''.join(self.rng.choices('xyzw'[: shape(source.type)[1]], k=size))}"
        arrays = [variable.name for variable in self.scope if variable.type.endswith("]")]
        if type == "int" and arrays and self.rng.random() < 0.1:
            return f"{self.rng.choice(arrays)}.length()"
        if names:
            return self.rng.choice(names) if size == 1 else f"{type}({self.rng.choice(names)})"
        others = {"bool": "int", "uint": "int", "int": "float"}
        if scalar in others:
            return f"{type}({self.leaf(vector(others[scalar], size))})"
        return literal(self.rng, type)

    def constructor(self, type: str, depth: int) -> str:
        return f"{type}({', '.join(self.expression(part, depth - 1) for part in parts(type))})"

    def part(self, type: str, depth: int) -> str:
        """A member, component, column or element of a variable or of a new value, if there is one of `type`; else a
        literal."""
        paths = [path for variable in self.scope for path in self.paths(variable.name, variable.type, depth)]
        if self.rng.random() < 0.2:
            whole = self.rng.choice([*MATRICES, *ARRAYS, "S", "T", "vec4", "ivec3"])
            paths = list(self.paths(self.constructor(whole, 1), whole, depth))
        fitting = [path for path, found in paths if found == type]
        return self.rng.choice(fitting) if fitting else literal(self.rng, type)

    def paths(self, name: str, type: str, depth: int, writing: bool = False) -> Iterator[tuple[str, str]]:
        """Ways into a variable, with their types: one or two steps. A swizzle that is written has no letter twice."""
        steps = list(self.steps(type, depth, writing))
        for step, found in steps:
            yield name + step, found
            if found not in BASIC or shape(found)[1] > 1:
                for further, last in self.steps(found, depth, writing):
                    yield name + step + further, last

    def steps(self, type: str, depth: int, writing: bool) -> Iterator[tuple[str, str]]:
        if type in STRUCTS:
            yield from ((f".{name}", member) for name, member in STRUCTS[type])
        elif type.endswith("]"):
            element, size = element_of(type)
            yield f"[{self.index(size, depth)}]", element
        elif type in MATRICES:
            columns, rows = MATRICES[type]
            yield f"[{self.index(columns, depth)}]", vector("float", rows)
        elif (found := shape(type)) and found[1] > 1:
            scalar, size = found
            letters = self.rng.choice(("xyzw", "rgba", "stpq"))[:size]
            count = self.rng.randint(1, 4) if not writing else self.rng.randint(1, size)
            chosen = self.rng.sample(letters, count) if writing else self.rng.choices(letters, k=count)
            yield f".{''.join(chosen)}", vector(scalar, count)
            yield f"[{self.index(size, depth)}]", scalar

    def index(self, size: int, depth: int) -> str:
        if depth <= 0 or self.rng.random() < 0.5:
            return str(self.rng.randrange(size))
        # Out of range now and then, which is clamped; + nil, because glslang refuses a constant that is.
        found = f"{self.expression('int', depth - 1)} + nil"
        return f"clamp({found}, 0, {size - 1})" if self.knobs.defined else found

    def call_expression(self, type: str, depth: int) -> str:
        """A call without out parameters of a function that returns `type`."""
        fitting = [
            callee
            for callee in self.callees
            if callee.result == type and all(mode == "in" for mode, _ in callee.parameters) and self.affordable(callee)
        ]
        if not fitting or depth < self.depth:  # a call has effects on globals: not deep inside
            return ""
        callee = self.rng.choice(fitting)
        self.work += self.times * callee.work
        return f"{callee.name}({', '.join(self.expression(part, depth - 1) for _, part in callee.parameters)})"

    def affordable(self, callee: Callee) -> bool:
        return self.work + self.times * callee.work <= WORK

    # --- statements

    def statement(self) -> None:
        self.left -= 1
        self.work += self.times
        nested = len(self.enclosing) < self.knobs.nesting
        kinds = self.theme.plain.split()
        if nested and self.left > 1:
            kinds += self.theme.structured.split()
        if self.enclosing:
            kinds += ["leave"] * self.theme.leaving
        getattr(self, self.rng.choice(kinds))()

    def statements(self, at_most: int = 4) -> None:
        for _ in range(self.rng.randint(1, at_most)):
            if self.left > 0:
                self.statement()

    def declare(self) -> None:
        type = self.rng.choice(self.theme.types)
        name = self.fresh()
        self.line(f"{type} {name} = {self.expression(type, self.depth)};")
        self.scope.append(Variable(name, type))

    def target(self, types: tuple[str, ...] | None = None) -> tuple[str, str] | None:
        """Something to assign to: a variable or a part of one, with its type."""
        found = []
        for variable in self.scope:
            if variable.writable:
                found += [(variable.name, variable.type), *self.paths(variable.name, variable.type, 2, writing=True)]
        fitting = [item for item in found if types is None or item[1] in types]
        return self.rng.choice(fitting) if fitting else None

    def assign(self) -> None:
        if found := self.target():
            self.line(f"{found[0]} = {self.expression(found[1], self.depth)};")

    def compound(self) -> None:
        found = self.target(tuple(type for type in BASIC if shape(type)[0] != "bool"))
        if found:
            operators = "+ - * /" if shape(found[1])[0] == "float" else "+ - * / % & | ^ << >>"
            operator = self.rng.choice(operators.split())
            self.line(f"{found[0]} {operator}= {self.expression(found[1], self.depth - 1)};")

    def step(self) -> None:
        """++ and --, before and after."""
        if found := self.target(("int", "uint", "float", "ivec2", "vec3", "uvec4")):
            operator = self.rng.choice(("++", "--"))
            text = f"{found[0]}{operator}" if self.rng.random() < 0.5 else f"{operator}{found[0]}"
            name = self.fresh()
            self.line(f"{found[1]} {name} = {text};")
            self.scope.append(Variable(name, found[1]))

    def out_call(self) -> None:
        row, has_result = self.rng.choice(OUTS)
        results = list(row.results)
        names = [self.fresh() for _ in results]
        text = self.filled(row, 2, **dict(zip("PQ", names[1:] if has_result else names, strict=False)))
        for name, type in zip(names, results, strict=True):
            if not (has_result and name == names[0]):
                self.line(f"{type} {name} = {literal(self.rng, type)};")
        self.line(f"{results[0]} {names[0]} = {text};" if has_result else f"{text};")
        self.scope += [Variable(name, type) for name, type in zip(names, results, strict=True)]

    def call(self) -> None:
        """A call with out and inout arguments, which are different variables or, one of them, a part of one."""
        callees = [callee for callee in self.callees if self.affordable(callee)]
        if not callees:
            return
        callee = self.rng.choice(callees)
        arguments, parted = [], False
        for mode, type in callee.parameters:
            text = self.expression(type, 2)
            part = self.target((type,)) if mode != "in" and not parted and self.rng.random() < 0.4 else None
            if part:
                text, parted = part[0], True
            elif mode != "in":
                name = self.fresh()
                self.line(f"{type} {name} = {text};")
                self.scope.append(Variable(name, type))
                text = name
            arguments.append(text)
        self.work += self.times * callee.work
        text = f"{callee.name}({', '.join(arguments)})"
        if callee.result == "void":
            self.line(f"{text};")
        else:
            name = self.fresh()
            self.line(f"{callee.result} {name} = {text};")
            self.scope.append(Variable(name, callee.result))

    def branch(self) -> None:
        self.enclosing.append("if")
        with self.block(f"if ({self.expression('bool', 2)}) {{"):
            self.statements()
        if self.rng.random() < 0.5:
            with self.block("else {"):
                self.statements()
        self.enclosing.pop()

    def body(self, trips: int) -> None:
        self.times *= trips
        self.enclosing.append("loop")
        self.statements()
        self.enclosing.pop()
        self.times //= trips

    def for_loop(self) -> None:
        name, trips = self.fresh("i"), self.rng.randint(1, 6)
        bound = str(trips) if self.rng.random() < 0.6 else f"min({self.expression('int', 1)}, {trips})"
        counter = self.rng.choice(("int", "int", "float"))
        if counter == "float":
            header = f"for (float {name} = 0.0; {name} < float({bound}); {name} += 1.0) {{"
        elif self.rng.random() < 0.3:
            header = f"for (int {name} = {bound}; {name} > 0; {name}--) {{"
        else:
            header = f"for (int {name} = 0; {name} < {bound}; ++{name}) {{"
        with self.block(header):
            self.scope.append(Variable(name, counter, writable=False))
            self.body(trips)

    def while_loop(self) -> None:
        name, trips = self.fresh("n"), self.rng.randint(1, 5)
        self.line(f"int {name} = 0;")
        with self.block(f"while ({name}++ < {trips} && {self.expression('bool', 2)}) {{"):
            self.scope.append(Variable(name, "int", writable=False))
            self.body(trips)

    def do_loop(self) -> None:
        name, trips = self.fresh("n"), self.rng.randint(1, 5)
        self.line(f"int {name} = 0;")
        with self.block("do {", f"}} while (++{name} < {trips} && {self.expression('bool', 2)});"):
            self.body(trips)

    def switch(self) -> None:
        self.enclosing.append("switch")
        labels = self.rng.sample([-2, -1, 0, 1, 2, 3, 100], self.rng.randint(1, 5))
        default = self.rng.randint(-1, len(labels))
        remainder = "({} & 255) % 4" if self.knobs.defined else "{} % 4"
        selector = self.rng.choice(("{}", "{} & 3", remainder, "({} & 3) - 2")).format(self.expression("int", 2))
        with self.block(f"switch ({selector}) {{"):
            visible = list(self.scope)
            for position in range(len(labels) + 1):
                if position == default:
                    self.line("default:")
                if position < len(labels):
                    self.line(f"case {labels[position]}:")
                    with self.block("{"):
                        self.statements(3)
                    if self.rng.random() < 0.6 or position == len(labels) - 1:
                        self.line("break;")
                elif position == default:
                    self.line("break;")
                self.scope = list(visible)
        self.enclosing.pop()

    def leave(self) -> None:
        """break, continue or return, always behind a condition."""
        ways = ["return"]
        if "loop" in self.enclosing:
            ways += ["continue"] * 2
        if "loop" in self.enclosing or "switch" in self.enclosing:
            ways += ["break"] * 3
        way = self.rng.choice(ways)
        condition = self.expression("bool", 2)
        if way == "return" and self.result != "void":
            way = f"return {self.expression(self.result, 2)}"
        self.line(f"if ({condition}) {way};")

    # --- the program

    def header(self) -> None:
        for struct, listed in STRUCTS.items():
            members = " ".join(f"{type} {name};" for name, type in listed)
            self.line(f"struct {struct} {{ {members} }};")
        for name, type in UNIFORMS:
            self.line(f"uniform {type} {name};")
            self.scope.append(Variable(name, type, writable=False))
        for type in ("float[4]", "int[5]", "vec3[2]"):
            name = self.fresh("table")
            self.line(f"const {type} {name} = {literal(self.rng, type)};")
            self.scope.append(Variable(name, type, writable=False))
        for type in ("float", "int", "vec2", "S"):
            name = self.fresh("global")
            self.line(f"{type} {name} = {literal(self.rng, type)};")
            self.scope.append(Variable(name, type))
        self.line("int nil = 0;")

    def function(self, number: int) -> None:
        name = f"f{number}"
        choose = self.rng.choice
        self.theme = choose(THEMES)
        parameters = [
            (choose(self.theme.modes), choose(self.theme.types))
            for _ in range(self.rng.randint(1, self.knobs.parameters))
        ]
        changing = any(mode != "in" for mode, _ in parameters)
        self.result = choose([*self.theme.types, "void"] if changing else self.theme.types)
        visible = list(self.scope)
        names = [f"p{index}" for index in range(len(parameters))]
        listed = [f"{mode} {type} {name}" for name, (mode, type) in zip(names, parameters, strict=True)]
        self.left, self.work = choose((1, 2, 4, self.knobs.statements)), 0
        with self.block(f"{self.result} {name}({', '.join(listed)}) {{"):
            for parameter, (mode, type) in zip(names, parameters, strict=True):
                self.scope.append(Variable(parameter, type))
                if mode == "out":
                    self.line(f"{parameter} = {literal(self.rng, type)};")
            while self.left > 0:
                self.statement()
            if self.result != "void":
                self.line(f"return {self.summary() or self.expression(self.result, self.depth)};")
        self.scope = visible
        self.callees.append(Callee(name, self.result, tuple(parameters), self.work + 1))

    def summary(self) -> str:
        """All ints that a function of ints can have changed: so nothing it did is lost."""
        if self.result not in ("int", "uint") or self.rng.random() < 0.3:
            return ""
        parts = [f"{self.result}({item.name})" for item in self.scope if item.type in ("int", "uint") and item.writable]
        return " * 3 + ".join(["7", *parts]) if self.result == "int" else " * 3u + ".join(["7u", *parts])

    def single(self, number: int, row: Row, has_result: bool) -> None:
        """A function of one row: in a long one, rounding hides a mistake, and no row comes often."""
        types = [*row.operands, *(f"out {type}" for type in row.results[has_result:])]
        names = dict(
            zip("ABCD"[: len(row.operands)] + "PQ", (f"p{index}" for index in range(len(types))), strict=False)
        )
        text = re.sub(r"\b[A-DPQ]\b", lambda found: names[found[0]], row.template)
        parameters = ", ".join(f"{type} {name}" for type, name in zip(types, names.values(), strict=False))
        result, text = (row.results[0], f"return {text}") if has_result else ("void", text)
        self.line(f"{result} r{number}({parameters}) {{ {text}; }}")


ROWS = [row for table in (BUILTINS, OPERATORS, MATRIX) for listed in table.values() for row in listed]
SINGLES = [(row, True) for row in ROWS] + OUTS * 3


def program(seed: int, knobs: Knobs = Knobs()) -> str:
    """The text of the program that `seed` and `knobs` stand for: functions f0, f1, ... and as many of one row each."""
    writer = Writer(Random(seed), knobs)
    writer.header()
    for number in range(knobs.functions):
        writer.function(number)
    for number in range(2 * knobs.functions):
        writer.single(number, *writer.rng.choice(SINGLES))
    return "\n".join(writer.lines) + "\n"


def singles(chosen: list[tuple[Row, bool]]) -> str:
    """The text of a program that has a function of each of these rows alone: r0, r1, ..."""
    writer = Writer(Random(0), Knobs())
    writer.header()
    for number, single in enumerate(chosen):
        writer.single(number, *single)
    return "\n".join(writer.lines) + "\n"


def shader(seed: int, knobs: Knobs = Knobs(functions=4)) -> str:
    """A whole shader, whose picture depends on place and time."""
    writer = Writer(Random(seed), knobs)
    writer.line("#version 450")
    writer.line("uniform float iTime;\nuniform vec3 iResolution;\nuniform int iFrame;\nout vec4 color;")
    writer.header()
    writer.in_pixel = True
    writer.lines += TEXTURES.splitlines()
    writer.scope += [Variable("iTime", "float", False), Variable("iResolution", "vec3", False)]
    for number in range(knobs.functions):
        writer.function(number)
    writer.theme = MIXED
    writer.left, writer.work, writer.result = knobs.statements * 2, 0, "void"
    with writer.block("void main() {"):
        writer.line("vec2 place = gl_FragCoord.xy;")
        writer.line("color = vec4(0.1, 0.2, 0.3, 1.0);")
        writer.line("vec2 uv = place / iResolution.xy;")
        writer.scope += [Variable("place", "vec2"), Variable("uv", "vec2"), Variable("uv", "vec2")]
        while writer.left > 0:
            writer.statement()
        writer.line(f"color += vec4({writer.expression('vec3', knobs.depth)}, uv.x);")
        if seed % 4 == 0:
            writer.line(f"if ({writer.expression('bool', 2)}) discard;")
        writer.line(f"color = fract(color + uv.xyxy + {writer.expression('vec4', knobs.depth)});")
    return "\n".join(writer.lines) + "\n"
