"""The generator: the same module for the same seed, within its knobs, and with the shapes it is there for."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from glowjit.ir import OPS, Block, Const, Edge, Function, Inst, MemKind, MemObject, Module, Type, Value, cfg
from glowjit.ir.evaluate import Evaluator
from glowjit.ir.generate import Knobs, arguments, contents, generate
from glowjit.ir.plan import PlannedBlock
from glowjit.ir.text import print_module

SEEDS = range(60)


@cache
def modules(floats: bool = False) -> tuple[Module, ...]:
    return tuple(generate(seed, Knobs(floats=floats)) for seed in SEEDS)


def functions() -> Iterator[Function]:
    for module in modules():
        yield from module.functions.values()


def insts() -> Iterator[Inst]:
    for function in functions():
        yield from function.insts()


def edges(function: Function) -> Iterator[tuple[Block, Edge]]:
    for block in function.blocks:
        for edge in block.terminator.edges:
            yield block, edge


def test_a_seed_is_a_module() -> None:
    knobs = Knobs(size=25, floats=True)
    text = "".join(print_module(generate(seed, knobs)) for seed in range(5))
    script = (
        "from glowjit.ir.generate import *; from glowjit.ir.text import *\n"
        f"print(end=''.join(print_module(generate(seed, {knobs!r})) for seed in range(5)))"
    )
    host = Path(__file__).parents[2] / "host"
    environment = {"PYTHONHASHSEED": "7", "PYTHONPATH": f"{host}:{host.parent / 'firmware'}"}
    elsewhere = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True)
    assert elsewhere.stderr == ""
    assert elsewhere.stdout == text
    assert text != "".join(print_module(generate(seed + 1, knobs)) for seed in range(5))


def swapped(function: Function) -> bool:
    """A back edge that passes a block's own parameters in another place: moves that need a scratch register."""
    return any(
        isinstance(arg, Value) and arg in edge.block.params and arg is not parameter
        for _, edge in edges(function)
        for arg, parameter in zip(edge.args, edge.block.params, strict=True)
    )


def critical(function: Function) -> bool:
    preds = cfg.predecessors(function)
    return any(len(block.terminator.edges) > 1 and len(preds[edge.block]) > 1 for block, edge in edges(function))


def meeting(function: Function) -> bool:
    both = [block.successors() for block in function.blocks if block.terminator.op == "branch"]
    return any(one is other for one, other in both)


def leaves_two_loops(function: Function) -> bool:
    inside = cfg.innermost(cfg.loops(function))
    return any(
        block in inside and edge.block not in inside[block] and inside[block].depth > 1 and depth(edge, inside) == 0
        for block, edge in edges(function)
    )


def depth(edge: Edge, inside: dict[Block, cfg.Loop]) -> int:
    return inside[edge.block].depth if edge.block in inside else 0


SHAPES = {
    "swapped parameters": swapped,
    "critical edges": critical,
    "edges that meet": meeting,
    "a break out of two loops": leaves_two_loops,
    "nested loops": lambda function: any(loop.depth == 3 for loop in cfg.loops(function)),
    "several latches": lambda function: any(len(loop.latches) > 1 for loop in cfg.loops(function)),
    "early returns": lambda function: sum(block.terminator.op == "ret" for block in function.blocks) > 1,
    "constant arguments": lambda function: any(
        isinstance(arg, Const) for _, edge in edges(function) for arg in edge.args
    ),
    "calls": lambda function: any(inst.op == "call" for inst in function.insts()),
    "burns": lambda function: any(inst.op == "burn" for inst in function.insts()),
    "several results": lambda function: len(function.results) == 3,
    "no parameters": lambda function: not function.params,
}


@pytest.mark.parametrize("shape", SHAPES)
def test_shapes_occur(shape: str) -> None:
    assert sum(map(SHAPES[shape], functions())) >= 3


def test_every_operation_occurs() -> None:
    found = {inst.op for inst in insts()}
    integers = {name for name, info in OPS.items() if info.pure and not info.is_float and "M" not in info.flags}
    assert found == integers | {"load", "store", "call", "burn"}
    floats = {
        inst.op for module in modules(True) for function in module.functions.values() for inst in function.insts()
    }
    assert floats == set(OPS) - {"store8", "store16", "store32", "load16"}


def test_memory_of_every_kind_is_used() -> None:
    used = {(inst.op, inst.target.kind) for inst in insts() if isinstance(inst.target, MemObject)}
    assert used == {("load", kind) for kind in MemKind if kind is not MemKind.ARGS} | {
        ("store", MemKind.GLOBAL),
        ("store", MemKind.LOCAL),
    }
    assert any(isinstance(inst.target, MemObject) and isinstance(inst.args[0], Value) for inst in insts())


def test_a_float_module_has_a_pixel_function() -> None:
    for module in modules(True):
        main = module.functions[module.entry]
        assert [value.type for value in main.params] == [Type.FLOAT] * 2
        assert main.results == [Type.FLOAT] * 4


@pytest.mark.parametrize(
    "knobs",
    [
        Knobs(functions=1, memory=False, burns=False, depth=0),
        Knobs(functions=6, params=12, results=8),
        Knobs(ops=frozenset({"add", "mulhu", "lt"})),
        Knobs(bools_in_memory=False),
    ],
    ids=["straight", "wide", "three operations", "no bools in memory"],
)
def test_knobs_are_bounds(knobs: Knobs) -> None:
    widest = 0
    for seed in SEEDS:
        module = generate(seed, knobs)
        assert len(module.functions) == knobs.functions and list(module.functions)[-1] == "main"
        for function in module.functions.values():
            widest = max(widest, len(function.params))
            assert len(function.params) <= knobs.params and len(function.results) <= knobs.results
            ops = {inst.op for inst in function.insts()}
            # Whatever the knobs leave out, structure needs these.
            pure = {op for op in ops if OPS[op].pure} - {"add", "sub", "xor", "bxor", "lt", "minu", "select"}
            assert knobs.ops is None or pure <= knobs.ops
            assert knobs.burns or "burn" not in ops
            assert knobs.memory or not ops & {"load", "store"}
            assert knobs.depth or len(function.blocks) == 1
            for inst in function.insts():
                types = [operand.type for operand in [*inst.args, *inst.results]]
                assert knobs.bools_in_memory or inst.op not in ("load", "store") or Type.BOOL not in types
    assert widest == knobs.params


def test_pressure_lasts_until_the_return() -> None:
    for seed in SEEDS:
        main = generate(seed, Knobs(pressure=20)).functions["main"]
        early = {value for inst in main.blocks[0].insts for value in inst.results}
        late = {arg for inst in main.blocks[-1].insts for arg in inst.args if arg in early}
        assert len(late) >= 20


def test_work_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    executed = 0
    steps = Evaluator._steps

    def counting(self: Evaluator, block: PlannedBlock, group: Any) -> None:
        nonlocal executed
        executed += len(block.steps)
        steps(self, block, group)

    monkeypatch.setattr(Evaluator, "_steps", counting)
    most = 0
    for seed in SEEDS:
        executed = 0
        module = generate(seed, Knobs(work=1000, size=80))
        Evaluator(module, 1, contents(module, seed)).call("main", arguments(module, "main", seed))
        most = max(most, executed)
    assert 500 < most < 1500
