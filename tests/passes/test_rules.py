"""Every rewrite rule, proven from its own text: where the pattern matches, the replacement computes the same.

For each row of `passes.rules` the pattern is built as IR with random constants that fulfil the row's condition. Then
`simplify` must rewrite it (so the row is not shadowed by an earlier one), into something no dearer, that `evaluate`
finds equal on edge cases and random numbers. Ints must agree in every bit; floats denote reals, and agree up to the
rounding of doubles.
"""

import itertools
import random

import numpy as np
import pytest

from glowjit.ir.core import Block, Const, Function, Inst, Module, Type, Value, const_bool, const_float, const_int
from glowjit.ir.evaluate import call
from glowjit.ir.ops import OPS
from glowjit.ir.verify import verify
from glowjit.passes import dce, simplify
from glowjit.passes.cost import CYCLES
from glowjit.passes.patterns import Constant, Literal, Node, Variable
from glowjit.passes.rewrite import Builder, constant
from glowjit.passes.rules import RULES

TYPES = {"f": Type.FLOAT, "i": Type.INT, "b": Type.BOOL}
INTS = [0, 1, 2, 3, 5, 7, 8, 16, 31, 32, 255, 65535, 65536, 2**31 - 1, -(2**31), -1, -2, -3, -7, -8, -65536]
FLOATS = [0.0, 1.0, -1.0, 0.5, -0.5, 2.0, 4.0, 3.0, -7.0, 0.125, 100.0, -64.0]
LANES = 96
SAMPLES = 8
DRAWS = 20_000

# Where a row holds for part of the numbers only, because GLSL leaves the rest undefined: the operands are made so.
POSITIVE_OPERANDS = {"fpow", "flog", "flog2", "fsqrt", "frsqrt"}


def _draw(rng: random.Random, type: Type):
    if type is Type.BOOL:
        return rng.random() < 0.5
    if type is Type.FLOAT:
        return rng.choice(FLOATS) if rng.random() < 0.6 else rng.randrange(-1024, 1024) / 16
    if rng.random() < 0.4:
        return rng.choice(INTS)
    if rng.random() < 0.5:
        return rng.randrange(-40, 40)
    return rng.getrandbits(32) - 2**31


def _types(term, expected: str, found: dict[str, Type]) -> None:
    """The type of every name of a pattern, from the places it stands in."""
    if isinstance(term, (Variable, Constant)):
        if expected != "T" or term.name not in found:
            found[term.name] = TYPES.get(expected, found.get(term.name))
    elif isinstance(term, Node):
        letters = OPS[term.op].args.replace("*", "").split()
        for arg, letter in zip(term.args, letters, strict=True):
            _types(arg, expected if letter == "T" and expected in TYPES else letter, found)


def _type_of(term, types) -> Type | None:
    if isinstance(term, Node):
        return TYPES.get(OPS[term.op].results) or _chosen_type(term, types)
    if isinstance(term, Literal):
        return constant(term.value).type
    return types.get(term.name)


def _chosen_type(node: Node, types) -> Type:
    """The type that a select chooses between: what one of its sides shows, else int."""
    return next((type for type in (_type_of(arg, types) for arg in node.args[1:]) if type), Type.INT)


def _pattern_types(pattern: Node) -> dict[str, Type]:
    types: dict[str, Type | None] = {}
    _types(pattern, "T", types)
    if pattern.op == "select":  # the names that only choices mention
        chosen = _chosen_type(pattern, types)
        for name, type in types.items():
            types[name] = type or chosen
    return types


def _build(builder: Builder, term, operands):
    if isinstance(term, Literal):
        return constant(term.value)
    if not isinstance(term, Node):
        return operands[term.name]
    args = [_build(builder, arg, operands) for arg in term.args]
    if OPS[term.op].args == "f*":
        builder.block.insts.append(Inst(term.op, args, [Value(Type.FLOAT)]))
        return builder.block.insts[-1].result
    return builder.op(term.op, *args)


def _constants(rule, types, rng):
    """Constants that fulfil the condition of `rule`."""
    names = sorted(name for name in types if name.isupper())
    make = {Type.FLOAT: const_float, Type.INT: const_int, Type.BOOL: const_bool}
    for _ in range(DRAWS):
        drawn = {name: make[types[name]](_draw(rng, types[name])) for name in names}
        if rng.random() < 0.3:  # conditions often relate constants
            drawn = dict.fromkeys(names, drawn[names[0]]) if names else {}
        elif rng.random() < 0.3 and len(names) > 1 and types[names[0]] is Type.INT:
            drawn[names[1]] = const_int(drawn[names[0]].value - 1)
        if rule.condition is None or rule.condition({name: const.value for name, const in drawn.items()}):
            return drawn
    raise AssertionError("no constants fulfil the condition")


def _module(rule, types, constants) -> Module:
    params = {name: Value(type, name) for name, type in types.items() if name not in constants}
    block = Block("entry")
    builder = Builder(block)
    root = _build(builder, rule.pattern, {**params, **constants})
    builder.ret(root)
    function = Function("f", list(params.values()), [root.type])
    function.blocks = [block]
    module = Module({"f": function})
    verify(module)
    return module


def _arguments(module: Module, rng: random.Random, positive: bool):
    columns = []
    for param in module.functions["f"].params:
        column = np.array([_draw(rng, param.type) for _ in range(LANES)])
        if param.type is Type.FLOAT and positive:
            column = np.abs(column) + 0.25
        columns.append(column)
    return columns


def _ops(term) -> set[str]:
    return {term.op}.union(*map(_ops, term.args)) if isinstance(term, Node) else set()


def _cycles(module: Module) -> int:
    return sum(CYCLES[inst.op] for inst in module.functions["f"].insts())


def _record(monkeypatch) -> set[str]:
    """The texts of the rules that `simplify` uses from now on."""
    used: set[str] = set()
    find = simplify._Simplifier.find

    def recorded(self, op, args):
        found = find(self, op, args)
        if found:
            used.add(found[0].text)
        return found

    monkeypatch.setattr(simplify._Simplifier, "find", recorded)
    return used


@pytest.mark.parametrize("text", list(dict.fromkeys(rule.text for rule in RULES)))
def test_rule(text, monkeypatch):
    rng = random.Random(text)
    used = _record(monkeypatch)
    for rule in [rule for rule in RULES if rule.text == text]:
        types = _pattern_types(rule.pattern)
        for _ in range(SAMPLES):
            constants = _constants(rule, types, rng)
            module = _module(rule, types, constants)
            arguments = _arguments(module, rng, bool(_ops(rule.pattern) & POSITIVE_OPERANDS))
            (before,) = call(module, "f", arguments, LANES)
            cost = _cycles(module)
            simplify.run(module.functions["f"])
            verify(module)
            dce.run(module)
            (after,) = call(module, "f", arguments, LANES)
            assert _cycles(module) <= cost
            if before.dtype == np.float64:
                np.testing.assert_allclose(after, before, rtol=1e-9, atol=1e-9)
            else:
                np.testing.assert_array_equal(after, before)
    assert text in used, "an earlier row gets in the way, or it does not pay"


def test_division_by_every_kind_of_constant():
    rng = random.Random(1)
    dividends = np.array(INTS + [rng.getrandbits(32) - 2**31 for _ in range(400)], dtype=np.int32)
    divisors = [*INTS, *range(-130, 130), *(rng.getrandbits(rng.randrange(2, 32)) for _ in range(200))]
    for divisor in divisors:
        for op in ("div", "rem", "divu", "remu"):
            block = Block("entry")
            builder = Builder(block)
            param = Value(Type.INT, "x")
            builder.ret(builder.op(op, param, const_int(divisor)))
            function = Function("f", [param], [Type.INT])
            function.blocks = [block]
            module = Module({"f": function})
            (before,) = call(module, "f", [dividends], len(dividends))
            simplify.run(function)
            assert op not in [inst.op for inst in function.insts()] or divisor == -(2**31), (op, divisor)
            (after,) = call(module, "f", [dividends], len(dividends))
            np.testing.assert_array_equal(after, before, err_msg=f"{op} {divisor}")


def test_what_is_not_finite_is_left_to_the_machine():
    function = Function("f", [], [Type.FLOAT])
    function.blocks = [Block("entry")]
    builder = Builder(function.blocks[0])
    builder.ret(builder.op("fdiv", 1.0, 0.0))
    simplify.run(function)
    assert [inst.op for inst in function.insts()] == ["fdiv"]
    assert isinstance(function.blocks[0].terminator.args[0], Value)


def test_shifts_of_shifts_at_the_edge_of_a_word():
    rng = random.Random(2)
    values = np.array(INTS + [rng.getrandbits(32) - 2**31 for _ in range(40)], dtype=np.int32)
    shifts = ("shl", "shr", "sar")
    for first, second, by in itertools.product(shifts, shifts, range(1, 32)):
        for other in (31 - by, 32 - by, 31):
            block = Block("entry")
            builder = Builder(block)
            x = Value(Type.INT, "x")
            builder.ret(builder.op(second, builder.op(first, x, const_int(by)), const_int(other)))
            function = Function("f", [x], [Type.INT])
            function.blocks = [block]
            module = Module({"f": function})
            (before,) = call(module, "f", [values], len(values))
            simplify.run(function)
            (after,) = call(module, "f", [values], len(values))
            np.testing.assert_array_equal(after, before, f"{first} by {by}, {second} by {other}")


def test_constants_fold_through_the_semantics():
    function = Function("f", [], [Type.INT])
    function.blocks = [Block("entry")]
    builder = Builder(function.blocks[0])
    builder.ret(builder.op("add", builder.op("mulh", -7, 2**31 - 1), builder.op("ftos", builder.op("fsqrt", 81.5))))
    simplify.run(function)
    assert function.blocks[0].terminator.args == [Const(Type.INT, -4 + 9)]
