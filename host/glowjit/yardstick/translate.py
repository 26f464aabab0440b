"""Integer IR as C, as favourable to the C compiler as the IR's rules allow.

A value is a variable, a block a label, a jump a parallel copy and a `goto`; mem2reg makes SSA of it again. Arithmetic
is on uint32_t, where everything wraps. Division by what is no constant is an inline `div`, since C has no other way to
say what RV32M does with zero. Objects of a function are C arrays of its own, constants are static const arrays, all
others words of the ctx block, which is `restrict`: what a pixel's bytes are written to overlaps none of it.
"""

from __future__ import annotations

from collections.abc import Mapping

from glowjit.ir import Const, Edge, Function, Inst, MemKind, MemObject, Module, Operand, Terminator, Type, Value
from glowjit.ir.cfg import reverse_postorder

_HEADER = """\
#include <stdint.h>
typedef uint32_t u;
typedef int32_t s;
#define DIVISION(name) \\
    static inline u name(u a, u b) { u r; __asm__(#name " %0, %1, %2" : "=r"(r) : "r"(a), "r"(b)); return r; }
DIVISION(div) DIVISION(divu) DIVISION(rem) DIVISION(remu)
"""

FUEL = 7  # the word of the ctx block that `burn` counts down

# op -> C; a, b, c are the operands
_OPS = {
    "add": "{a} + {b}",
    "sub": "{a} - {b}",
    "mul": "{a} * {b}",
    "mulh": "(u)((int64_t)(s){a} * (s){b} >> 32)",
    "mulhu": "(u)((uint64_t){a} * {b} >> 32)",
    "mulhsu": "(u)((int64_t)(s){a} * (int64_t)(uint64_t){b} >> 32)",
    "and": "{a} & {b}",
    "or": "{a} | {b}",
    "xor": "{a} ^ {b}",
    "shl": "{a} << ({b} & 31)",
    "shr": "{a} >> ({b} & 31)",
    "sar": "(u)((s){a} >> ({b} & 31))",
    "min": "(s){a} < (s){b} ? {a} : {b}",
    "max": "(s){a} > (s){b} ? {a} : {b}",
    "minu": "{a} < {b} ? {a} : {b}",
    "maxu": "{a} > {b} ? {a} : {b}",
    "eq": "{a} == {b}",
    "ne": "{a} != {b}",
    "lt": "(s){a} < (s){b}",
    "ge": "(s){a} >= (s){b}",
    "ltu": "{a} < {b}",
    "geu": "{a} >= {b}",
    "band": "{a} & {b}",
    "bor": "{a} | {b}",
    "bxor": "{a} ^ {b}",
    "bnot": "!{a}",
    "btoi": "(u){a}",
    "select": "{a} ? {b} : {c}",
}
_DIVISIONS = {"div": "(u)((s){a} / (s){b})", "divu": "{a} / {b}", "rem": "(u)((s){a} % (s){b})", "remu": "{a} % {b}"}
_STORES = {"store8": "uint8_t", "store16": "uint16_t", "store32": "uint32_t"}
_TYPES = {Type.INT: "u", Type.BOOL: "_Bool"}


def to_c(module: Module, offsets: Mapping[MemObject, int]) -> str:
    """The module as one C file with `int render(uint32_t *ctx)`; `offsets` are words of the ctx block."""
    tables = (item for item in module.objects.values() if item.kind is MemKind.CONSTANT)
    names = {item: f"table{number}" for number, item in enumerate(tables)}
    lines = [_HEADER]
    for item, name in names.items():
        words = ", ".join(f"{int(word) & 0xFFFF_FFFF}u" for word in item.data)
        lines.append(f"static const u {name}[] = {{{words}}};")
    numbers = {name: f"f{number}" for number, name in enumerate(module.functions)}
    for function in module.functions.values():
        lines += _Function(function, numbers, names, offsets, function.name == module.entry).lines()
    return "\n".join(lines) + "\n"


class _Function:
    def __init__(
        self,
        function: Function,
        numbers: Mapping[str, str],
        tables: Mapping[MemObject, str],
        offsets: Mapping[MemObject, int],
        entry: bool,
    ) -> None:
        self.function = function
        self.functions = numbers
        self.offsets = offsets
        self.entry = entry
        self.name = numbers[function.name]
        self.arrays = {**tables, **{item: f"local{number}" for number, item in enumerate(function.locals)}}
        self.order = reverse_postorder(function)
        self.labels = {block: f"b{number}" for number, block in enumerate(self.order)}
        self.values: dict[Value, str] = {}

    def lines(self) -> list[str]:
        function = self.function
        for value in function.params:
            self._declare(value)
        parameters = ", ".join(
            ["u *restrict ctx", *(f"{_TYPES[value.type]} {self.values[value]}" for value in self.values)]
        )
        inner = [value for block in self.order for value in block.params]
        inner += [value for block in self.order for inst in block.insts for value in inst.results]
        for value in inner:
            self._declare(value)
        out = []
        if self.entry:
            out.append("int render(u *restrict ctx) {")
        else:
            fields = " ".join(f"{_TYPES[type]} r{index};" for index, type in enumerate(function.results))
            out.append(f"typedef struct {{ {fields} }} {self.name}_t;")
            out.append(f"static {self.name}_t {self.name}({parameters}) {{")
        out += [f"{_TYPES[value.type]} {self.values[value]};" for value in inner]
        out += [f"u {self.arrays[item]}[{item.words}];" for item in function.locals]
        for block in self.order:
            out.append(f"{self.labels[block]}:;")
            out += [self._inst(inst) for inst in block.insts]
            out += self._terminator(block.terminator)
        out.append("}")
        return out

    def _declare(self, value: Value) -> None:
        self.values[value] = f"v{len(self.values)}"

    def _operand(self, operand: Operand) -> str:
        if isinstance(operand, Const):
            return f"{int(operand.value) & 0xFFFF_FFFF}u" if operand.type is Type.INT else str(int(operand.value))
        return self.values[operand]

    def _inst(self, inst: Inst) -> str:
        args = [self._operand(arg) for arg in inst.args]
        if inst.op == "call":
            return self._call(inst, args)
        if inst.op == "store":
            return f"{self._word(inst.target, args[0])} = {args[1]};"
        if inst.op in _STORES:
            return f"*({_STORES[inst.op]} *)(uintptr_t){args[0]} = ({_STORES[inst.op]}){args[1]};"
        return f"{self.values[inst.result]} = {self._expression(inst, args)};"

    def _expression(self, inst: Inst, args: list[str]) -> str:
        if inst.op == "load":
            return self._word(inst.target, args[0])
        if inst.op == "load16":
            return f"*(uint16_t *)(uintptr_t){args[0]}"
        if inst.op == "burn":
            return f"(s)--ctx[{FUEL}] >= 0"
        names = dict(zip("abc", args, strict=False))
        if inst.op in _DIVISIONS:
            divisor = inst.args[1]
            plain = isinstance(divisor, Const) and divisor.value not in (0, -1)
            return _DIVISIONS[inst.op].format(**names) if plain else f"{inst.op}({args[0]}, {args[1]})"
        return _OPS[inst.op].format(**names)

    def _word(self, item: object, index: str) -> str:
        assert isinstance(item, MemObject)
        if item in self.arrays:
            return f"{self.arrays[item]}[{index}]"
        return f"ctx[{self.offsets[item]} + {index}]"

    def _call(self, inst: Inst, args: list[str]) -> str:
        name = self.functions[str(inst.target)]
        results = " ".join(f"{self.values[value]} = r.r{index};" for index, value in enumerate(inst.results))
        return f"{{ {name}_t r = {name}({', '.join(['ctx', *args])}); (void)r; {results} }}"

    def _terminator(self, terminator: Terminator) -> list[str]:
        if terminator.op == "jump":
            return [self._edge(terminator.edges[0])]
        if terminator.op == "branch":
            taken, otherwise = map(self._edge, terminator.edges)
            return [f"if ({self._operand(terminator.args[0])}) {{ {taken} }} else {{ {otherwise} }}"]
        args = [self._operand(arg) for arg in terminator.args]
        if terminator.op == "unreachable":
            args = ["0"] * len(self.function.results)
        if self.entry:
            return [f"return (int){args[0]};"]
        return [f"return ({self.name}_t){{{', '.join(args)}}};"]

    def _edge(self, edge: Edge) -> str:
        """Copies of all arguments before any parameter is written."""
        pairs = list(zip(edge.block.params, edge.args, strict=True))
        copies = [f"{_TYPES[param.type]} t{index} = {self._operand(arg)};" for index, (param, arg) in enumerate(pairs)]
        copies += [f"{self.values[param]} = t{index};" for index, (param, _) in enumerate(pairs)]
        return f"{{ {' '.join(copies)} goto {self.labels[edge.block]}; }}"
