"""The evaluator: against a one-lane interpreter in plain Python, and fact by fact."""

from __future__ import annotations

import tracemalloc
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glowjit.ir import Const, Inst, MemObject, Module, Operand, Value
from glowjit.ir.evaluate import SEMANTICS, EvaluationError, Evaluator, call, fold
from glowjit.ir.generate import Knobs, arguments, contents, generate
from glowjit.ir.text import parse_module
from glowjit.ir.verify import verify


class Interpreter:
    """One lane, one instruction at a time, memory in dicts: too simple to be wrong in the way `evaluate` could be."""

    def __init__(self, module: Module, memory: dict[str, list[Any]], fuel: int) -> None:
        self.module = module
        self.fuel = fuel
        self.memory: dict[tuple[str, int], Any] = {}
        for item in module.objects.values():
            for index, word in enumerate(memory.get(item.name, item.data)):
                self.memory[item.name, index] = word

    def call(self, name: str, args: list[Any]) -> list[Any]:
        function = self.module.functions[name]
        for key in [key for key in self.memory if any(item.name == key[0] for item in function.locals)]:
            del self.memory[key]
        values = dict(zip(function.params, args, strict=True))
        block = function.blocks[0]
        while True:
            for inst in block.insts:
                results = self.step(inst, [read(arg, values) for arg in inst.args])
                values.update(zip(inst.results, results, strict=True))
            terminator = block.terminator
            operands = [read(arg, values) for arg in terminator.args]
            if terminator.op == "ret":
                return operands
            edge = terminator.edges[0 if terminator.op == "jump" or operands[0] else 1]
            passed = [read(arg, values) for arg in edge.args]
            block = edge.block
            values.update(zip(block.params, passed, strict=True))

    def step(self, inst: Inst, operands: list[Any]) -> list[Any]:
        if inst.op == "call":
            return self.call(str(inst.target), operands)
        if inst.op == "burn":
            self.fuel -= 1
            return [self.fuel >= 0]
        if isinstance(inst.target, MemObject):
            key = inst.target.name, operands[0]
            if inst.op == "load":
                return [self.memory.get(key, {"float": 0.0, "int": 0, "bool": False}[str(inst.result.type)])]
            self.memory[key] = operands[1]
            return []
        consts = [Const(arg.type, value) for arg, value in zip(inst.args, operands, strict=True)]
        return [const.value for const in fold(inst.op, consts)]


def read(operand: Operand, values: dict[Value, Any]) -> Any:
    return operand.value if isinstance(operand, Const) else values[operand]


LANES = 5


@settings(max_examples=80, deadline=None, derandomize=True)
@given(st.integers(0, 2**32), st.booleans(), st.sampled_from([3, 1_000_000]))
def test_lanes_are_interpreters(seed: int, floats: bool, fuel: int) -> None:
    knobs = Knobs(size=30, pressure=4, trips=4, work=800, floats=floats)
    module = generate(seed, knobs)
    memory: dict[str, Any] = dict(contents(module, seed))
    args = arguments(module, "main", seed, LANES)
    together = call(module, "main", args, LANES, memory, fuel=fuel)
    globals_after = {name: words for name, words in memory.items() if np.ndim(words) == 2}
    for lane in range(LANES):
        interpreter = Interpreter(module, contents(module, seed), fuel)
        expected = interpreter.call("main", [arg[lane].item() for arg in args])
        for array, value in zip(together, expected, strict=True):
            assert_same(array[lane], value)
        for name, words in globals_after.items():
            for index, row in enumerate(words):
                assert_same(row[lane], interpreter.memory.get((name, index), 0))


def assert_same(found: Any, expected: Any) -> None:
    assert found == expected or (found != found and expected != expected)


def run(text: str, args: list[Any], lanes: int = 1, **options: Any) -> list[list[Any]]:
    module = parse_module(text)
    verify(module)
    return [result.tolist() for result in call(module, "main", args, lanes, **options)]


LOOP = """
func @main(%n: int) -> (int, int) {
entry:
  jump head(0, 1)
head(%i: int, %product: int):
  %more: bool = lt %i, %n
  branch %more, body, exit
body:
  %i2: int = add %i, 1
  %p2: int = mul %product, %i2
  %big: bool = ge %p2, 100
  branch %big, exit, latch
latch:
  %b: bool = burn
  branch %b, head(%i2, %p2), exit
exit:
  ret %product, %i
}
"""


def test_lanes_leave_a_loop_one_by_one() -> None:
    product, trips = run(LOOP, [np.array([0, 3, 9, 1])], 4)
    assert (product, trips) == ([1, 6, 24, 1], [0, 3, 4, 1])


def test_fuel_is_per_lane() -> None:
    machine = Evaluator(parse_module(LOOP), 4, fuel=2)
    _, trips = machine.call("main", [np.array([1, 2, 3, 9])])
    assert trips.tolist() == [1, 2, 2, 2], "the third burn is false and leaves the loop"
    assert machine.exhausted().tolist() == [2, 3]


def test_parameters_are_passed_at_once() -> None:
    swap = """
    func @main(%n: int) -> (int, int) {
    entry:
      jump head(%n, 1, 2)
    head(%i: int, %a: int, %b: int):
      %i2: int = sub %i, 1
      %more: bool = ne %i, 0
      branch %more, head(%i2, %b, %a), exit
    exit:
      ret %a, %b
    }
    """
    assert run(swap, [np.array([0, 1, 2, 3])], 4) == [[1, 2, 1, 2], [2, 1, 2, 1]]


def test_both_edges_to_one_block() -> None:
    meet = """
    func @main(%c: bool, %x: int) -> (int) {
    entry:
      branch %c, join(%x), join(-1)
    join(%a: int):
      ret %a
    }
    """
    assert run(meet, [np.array([True, False, True]), np.array([7, 8, 9])], 3) == [[7, -1, 9]]


MEMORY = """
uniform @u: 2
constant @k: 4 = 10, 20, 30, 40
global @g: 2
global @t: 3
func @bump(%by: int) -> (int) {
  local @once: 1
  local @many: 2
entry:
  %old: int = load @g[0]
  %new: int = add %old, %by
  store @g[0], %new
  %before: int = load @once[0]
  store @once[0], %by
  %i: int = and %by, 1
  %b2: int = load @many[%i]
  store @many[%i], %new
  %sum: int = add %before, %b2
  ret %sum
}
func @main(%i: int) -> (int, float, int) {
entry:
  %c: int = load @k[%i]
  %u: float = load @u[1]
  %odd: int = and %i, 1
  %is: bool = ne %odd, 0
  branch %is, then, join
then:
  %zero: int = call @bump(%c)
  %zero2: int = call @bump(%c)
  store @t[%i], %c
  jump join
join:
  %one: int = load @t[1]
  ret %c, %u, %one
}
"""


def test_memory_is_per_lane_and_survives() -> None:
    memory: dict[str, Any] = {"u": [1, 2.5], "g": [100, 7], "t": np.array([[0, 0, 0], [1, 2, 3], [0, 0, 0]])}
    assert run(MEMORY, [np.array([0, 1, 2])], 3, memory=memory) == [[10, 20, 30], [2.5] * 3, [1, 20, 3]]
    assert memory["g"].tolist() == [[100, 140, 100], [7, 7, 7]]
    assert memory["t"].tolist() == [[0, 0, 0], [1, 20, 3], [0, 0, 0]]


def test_locals_are_fresh_in_each_activation() -> None:
    module = parse_module(MEMORY)
    machine = Evaluator(module, 2)
    for _ in range(2):
        (sums,) = machine.call("bump", [np.array([1, 2])])
        assert sums.tolist() == [0, 0]
    assert machine.read("g").tolist() == [[2, 4], [0, 0]], "globals are not"


def test_words_keep_their_type() -> None:
    text = """
    global @g: 3
    func @main(%f: float, %i: int, %b: bool) -> (float, int, bool) {
    entry:
      store @g[0], %f
      store @g[1], %i
      store @g[2], %b
      %x: int = minu %i, 0
      %f2: float = load @g[%x]
      %i2: int = load @g[1]
      %b2: bool = load @g[2]
      ret %f2, %i2, %b2
    }
    """
    lowest = -(2**31)
    assert run(text, [np.array([0.1, 1e300]), np.array([lowest, -1]), np.array([True, False])], 2) == [
        [0.1, 1e300],
        [lowest, -1],
        [True, False],
    ]


def test_uniforms_have_defaults() -> None:
    text = """
    uniform @u: 1
    input u: float = @u default 0.75
    func @main() -> (float) {
    entry:
      %u: float = load @u[0]
      ret %u
    }
    """
    assert run(text, []) == [[0.75]]
    assert run(text, [], memory={"u": [3]}) == [[3.0]]


BYTES = """
args @args: 12
func @main(%at: int) -> (int) {
entry:
  %b: bool = burn
  store8 %at, 0x1ff
  %a2: int = add %at, 2
  store16 %a2, 0x12345
  %a4: int = add %at, 4
  store32 %a4, -2
  store @args[8], 5
  %w: int = load @args[4]
  ret %w
}
"""


def test_raw_stores_and_arguments() -> None:
    ram = bytearray(8)
    memory: dict[str, Any] = {"ram": ram, "args": [0, 0, 0, 0, 99, 0, 0, 1000, 0, 0, 0, 0]}
    assert run(BYTES, [0x8000_0010], memory=memory, ram_base=0x8000_0010) == [[99]]
    assert ram.hex() == "ff004523feffffff"
    assert memory["args"][:, 0].tolist() == [0, 0, 0, 0, 99, 0, 0, 999, 5, 0, 0, 0], "word 7 is the fuel"


@pytest.mark.parametrize("address", [0x0F, 0x11, 0x8000_0000])
def test_a_store_outside_the_memory(address: int) -> None:
    with pytest.raises(EvaluationError, match="outside the memory"):
        run(BYTES, [address], memory={"ram": bytearray(8)}, ram_base=0x10)


@pytest.mark.parametrize("index", [4, -1, 2**31 - 1])
@pytest.mark.parametrize("lanes", [1, 3])
def test_an_index_outside_the_object(index: int, lanes: int) -> None:
    with pytest.raises(EvaluationError, match=f"index {index} is outside @k, which has 4 words"):
        run(MEMORY, [np.array([0, 1, index])[-lanes:]], lanes)


def test_unreachable_is_an_error() -> None:
    with pytest.raises(EvaluationError, match="@main: an `unreachable` was reached"):
        run("func @main() -> () {\nentry:\n  unreachable\n}\n", [])


@pytest.mark.parametrize(
    ("args", "memory", "message"),
    [
        ([], {}, "@main takes 1 arguments, not 0"),
        ([np.zeros(3)], {}, r"an argument has shape \(3,\), and there are 2 lanes"),
        ([0], {"v": [1]}, "the module has no object v"),
        ([0], {"u": [1]}, "@u has 2 words, and 1 are given"),
    ],
)
def test_misuse(args: list[Any], memory: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call(parse_module(MEMORY), "main", args, 2, memory)


def test_arguments_and_results_have_ir_types() -> None:
    text = "func @main(%f: float, %i: int, %b: bool) -> (float, int, bool) {\nentry:\n  ret %f, %i, %b\n}\n"
    results = call(parse_module(text), "main", [1, 0xFFFF_FFFF, 1], 3)
    assert [result.dtype for result in results] == [np.float64, np.int32, np.bool_]
    assert [result.tolist() for result in results] == [[1.0] * 3, [-1] * 3, [True] * 3]


def test_what_is_uniform_is_computed_once() -> None:
    """Scalars stay scalars through a loop that lanes leave at different times."""
    shapes = []
    multiply = SEMANTICS["mul"]

    def recording(a: Any, b: Any) -> Any:
        shapes.append(np.shape(multiply(a, b)))
        return multiply(a, b)

    SEMANTICS["mul"] = recording
    try:
        assert run(LOOP, [np.array([0, 3, 9, 1])], 4)[0] == [1, 6, 24, 1]
    finally:
        SEMANTICS["mul"] = multiply
    assert shapes == [()] * 5


def test_thousands_of_blocks() -> None:
    """No recursion over blocks: a ladder of 5,000 branches, all of which diverge."""
    lines = ["func @main(%n: int) -> (int) {", "entry:", "  jump b0(0)"]
    for index in range(5000):
        lines += [f"b{index}(%x{index}: int):", f"  %c{index}: bool = lt %n, {index}"]
        lines += [
            f"  %y{index}: int = add %x{index}, 1",
            f"  branch %c{index}, out(%x{index}), b{index + 1}(%y{index})",
        ]
    lines += ["b5000(%z: int):", "  jump out(%z)", "out(%r: int):", "  ret %r", "}"]
    assert run("\n".join(lines), [np.array([10, 4998, 6000])], 3) == [[11, 4999, 5000]]


def test_values_are_forgotten_after_their_last_use() -> None:
    lanes = 10_000
    lines = ["func @main(%v0: float) -> (float) {", "entry:"]
    lines += [f"  %v{index + 1}: float = fadd %v{index}, 1.0" for index in range(1000)]
    module = parse_module("\n".join([*lines, "  ret %v1000", "}"]))
    tracemalloc.start()
    try:
        call(module, "main", [np.zeros(lanes)], lanes)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 20 * lanes * 8
