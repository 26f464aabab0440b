"""The language of the rewrite tables, and the index that finds the rows for an instruction.

A row reads `pattern => replacement`, with `if condition` after it where one is needed:

    sub (mulhu a b) (and (sar a 31) b)  =>  mulhsu a b
    shl (shl x C) D                     =>  shl x {C + D}       if C + D < 32
    eq (add x C) D                      ~>  eq x {D - C}

A pattern is an operation and its operands, in parentheses within another one. A lower-case name stands for any
operand, and for the same one wherever it stands twice; a capital letter stands for any constant; a literal (`0`,
`1.0`, `true`) for itself. In a replacement, `{...}` is a Python expression over the constants, whose value becomes a
constant; so is the condition. Both may use the functions of `HELPERS`. Operands of commutative operations match either
way round, but a constant stands on the right (`simplify` puts it there).

The arrow says when a row is used: `=>` if what it creates costs no more than what then goes; `~>` if, besides, the
operations below the root of the pattern have no other user; `!>` always, since other rows make the result cheaper.

An int constant is a Python int in [-2^31, 2^31); what an expression yields is wrapped to that.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import CodeType
from typing import Union

from glowjit.ir.core import Const, Inst, Operand, Value
from glowjit.ir.ops import OPS
from glowjit.passes.cost import CYCLES

Number = Union[float, int, bool]
Expression = Callable[[Mapping[str, Number]], Number]


@dataclass(frozen=True, slots=True)
class Node:
    """An operation in a pattern or a replacement."""

    op: str
    args: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Variable:
    """Any operand."""

    name: str


@dataclass(frozen=True, slots=True)
class Constant:
    """Any constant; `name` is a capital letter."""

    name: str


@dataclass(frozen=True, slots=True)
class Literal:
    value: Number


@dataclass(frozen=True, slots=True)
class Computed:
    """A constant of a replacement; `text` is the expression."""

    text: str
    evaluate: Expression


Term = Union[Node, Variable, Constant, Literal, Computed]


@dataclass(frozen=True, slots=True)
class Rule:
    """One way to match one row; a row has several where commutative operations allow them."""

    pattern: Node
    replacement: Term
    condition: Expression | None
    created: int  # cycles of the operations that the replacement creates
    arrow: str
    text: str


class Match:
    """What the names of a pattern stand for, and the operations below its root that it covers."""

    __slots__ = ("constants", "inner", "operands")

    def __init__(self) -> None:
        self.operands: dict[str, Operand] = {}
        self.constants: dict[str, Number] = {}
        self.inner: list[Inst] = []


def unsigned(value: Number) -> int:
    """The 32 bits of an int constant as a number that is not negative."""
    return int(value) & 0xFFFF_FFFF


def power_of_two(value: Number) -> bool:
    """Whether an int constant is one of 1, 2, 4 ... 2^30; or a float one of those or their reciprocals."""
    if isinstance(value, float):
        return value > 0.0 and math.isfinite(value) and math.frexp(value)[0] == 0.5
    return value > 0 and value & (value - 1) == 0


def log2(value: Number) -> int:
    """The exponent of a power of two."""
    return int(value).bit_length() - 1


def signed_magic(divisor: Number) -> tuple[int, int]:
    """(multiplier, shift) for a signed division: Hacker's Delight, 10-1. 2 <= divisor < 2^31.

    x / divisor = (high word of x * multiplier) >> shift, plus 1 if that is negative. A multiplier of 2^31 or more is
    negative as an int32: then the high word lacks x, which must be added to it.
    """
    number = int(divisor)
    limit = (1 << 31) - 1 - (1 << 31) % number
    power = 32
    while (1 << power) <= limit * (number - (1 << power) % number):
        power += 1
    return ((1 << power) + number - (1 << power) % number) // number, power - 32


def unsigned_magic(divisor: Number) -> tuple[int, int]:
    """(multiplier, shift) for an unsigned division: Hacker's Delight, 10-9. 1 <= divisor < 2^32.

    x / divisor = (x * multiplier) >> (32 + shift); the multiplier may need 33 bits.
    """
    number = unsigned(divisor)
    limit = (1 << 32) - 1 - (1 << 32) % number
    power = 32
    while (1 << power) <= limit * (number - 1 - ((1 << power) - 1) % number):
        power += 1
    return ((1 << power) + number - 1 - ((1 << power) - 1) % number) // number, power - 32


def keeps_scale(product: Number, *factors: Number) -> bool:
    """Whether multiplying by `product` at once is as good as by its factors, one after the other.

    Fixed point has an absolute precision: a tiny factor loses digits and a huge one overflows, unless it already did.
    """
    return 0.015 <= abs(product) <= max(256.0, *map(abs, factors))


HELPERS: dict[str, object] = {
    "abs": abs,
    "keeps_scale": keeps_scale,
    "log2": log2,
    "max": max,
    "min": min,
    "power_of_two": power_of_two,
    "signed_magic": signed_magic,
    "unsigned": unsigned,
    "unsigned_magic": unsigned_magic,
}

MIN = -(1 << 31)
MAX = (1 << 31) - 1
_NAMED = {"true": True, "false": False, "MIN": MIN, "MAX": MAX}
_TOKEN = re.compile(r"\{[^}]*\}|[()]|[^\s()]+")


_SCOPE: dict[str, object] = {**HELPERS, "MIN": MIN, "MAX": MAX, "__builtins__": {}}


def _expression(text: str) -> Expression:
    return lambda constants: eval(_compiled(text), _SCOPE, dict(constants))  # type: ignore[no-any-return]


@cache
def _compiled(text: str) -> CodeType:
    """When it is first evaluated: most rows are not, in most programs."""
    return compile(text.strip(), f"<rewrite rule: {text.strip()}>", "eval")


def _term(tokens: list[str]) -> Term:
    token = tokens.pop(0)
    if token == "(":
        node = _node(tokens)
        tokens.pop(0)
        return node
    if token.startswith("{"):
        return Computed(token[1:-1], _expression(token[1:-1]))
    if token in _NAMED:
        return Literal(_NAMED[token])
    if re.fullmatch(r"[A-Z]", token):
        return Constant(token)
    if re.match(r"-?\d", token):
        return Literal(float(token) if "." in token else int(token))
    if token in OPS:
        tokens.insert(0, token)
        return _node(tokens)
    return Variable(token)


def _node(tokens: list[str]) -> Node:
    op = tokens.pop(0)
    args = []
    while tokens and tokens[0] != ")":
        args.append(_term(tokens))
    if len(args) != len(OPS[op].args.split()):
        raise ValueError(f"rewrite rule: {op} with {len(args)} operands")
    return Node(op, tuple(args))


def _orders(term: Term) -> Iterator[Term]:
    """`term` with the operands of commutative operations in every order that an instruction may have."""
    if not isinstance(term, Node):
        yield term
        return
    choices: list[tuple[Term, ...]] = [()]
    for arg in term.args:
        choices = [(*chosen, order) for chosen in choices for order in _orders(arg)]
    for args in choices:
        yield Node(term.op, args)
        if OPS[term.op].commutative and not isinstance(args[1], (Constant, Literal)):
            yield Node(term.op, args[::-1])


def _created(term: Term) -> int:
    return CYCLES[term.op] + sum(map(_created, term.args)) if isinstance(term, Node) else 0


def parse(rows: str) -> list[Rule]:
    """The rules of a table: one row a line, `#` begins a comment."""
    rules = []
    for line in rows.splitlines():
        text = line.split("#")[0].strip()
        if not text:
            continue
        pattern_text, arrow, rest = re.split("([=~!]>)", text, maxsplit=1)
        replacement_text, _, condition_text = rest.partition(" if ")
        pattern = _node(_TOKEN.findall(pattern_text))
        replacement = _term(_TOKEN.findall(replacement_text))
        condition = _expression(condition_text) if condition_text else None
        for order in dict.fromkeys(_orders(pattern)):
            assert isinstance(order, Node)
            rules.append(Rule(order, replacement, condition, _created(replacement), arrow, " ".join(text.split())))
    return rules


def match(pattern: Term, operand: Operand, defs: Mapping[Value, Inst], found: Match) -> bool:
    """Whether `operand` looks like `pattern`; the names it binds are added to `found`."""
    if pattern.__class__ is Variable:
        return found.operands.setdefault(pattern.name, operand) == operand  # type: ignore[union-attr]
    if operand.__class__ is Const:
        if pattern.__class__ is Constant:
            value = operand.value  # type: ignore[union-attr]
            return found.constants.setdefault(pattern.name, value) == value  # type: ignore[union-attr]
        return pattern.__class__ is Literal and _same(pattern.value, operand.value)  # type: ignore[union-attr]
    if pattern.__class__ is not Node:
        return False
    inst = defs.get(operand)  # type: ignore[arg-type]
    if inst is None or inst.op != pattern.op:  # type: ignore[union-attr]
        return False
    found.inner.append(inst)
    return match_args(pattern, inst.args, defs, found)  # type: ignore[arg-type]


def _same(a: Number, b: Number) -> bool:
    """Equal and of one type: to Python, 1, 1.0 and True are equal."""
    return a == b and a.__class__ is b.__class__


def match_args(pattern: Node, args: Sequence[Operand], defs: Mapping[Value, Inst], found: Match) -> bool:
    """Whether every operand of an operation looks like the operand of `pattern` in its place."""
    for term, arg in zip(pattern.args, args, strict=True):  # noqa: SIM110  (twice as fast as all())
        if not match(term, arg, defs, found):
            return False
    return True


CONST = "#"
PLAIN = ""


class RuleIndex:
    """The rules of a table by their first two levels: operation, and the shape of each operand.

    The shape of an operand is the operation that defines it, `CONST`, or `PLAIN` if it is a parameter.
    """

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._by_op: dict[str, list[Rule]] = {}
        for rule in rules:
            self._by_op.setdefault(rule.pattern.op, []).append(rule)
        self._found: dict[tuple[str, ...], list[Rule]] = {}

    def candidates(self, key: tuple[str, ...]) -> list[Rule]:
        """The rules that may match an instruction with this operation and these shapes of operands, in table order."""
        found = self._found.get(key)
        if found is None:
            op, *shapes = key
            found = self._found[key] = [rule for rule in self._by_op.get(op, ()) if _fits_all(rule.pattern, shapes)]
        return found


def _fits_all(pattern: Node, shapes: Sequence[str]) -> bool:
    return len(pattern.args) == len(shapes) and all(map(_fits, pattern.args, shapes))


def _fits(term: Term, shape: str) -> bool:
    if isinstance(term, Node):
        return term.op == shape
    return isinstance(term, Variable) or shape == CONST
