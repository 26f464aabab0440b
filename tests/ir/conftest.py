"""Shared by the tests of the IR: graphs from a few words, and random functions."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from glowjit.ir import Block, Const, Edge, Function, Terminator, Type


def make_graph(text: str) -> Function:
    """`"a b c; b a"`: block a goes to b and c, block b to a. The first is the entry; names without a row return."""
    rows = [row.split() for row in text.split(";")]
    names = dict.fromkeys(name for row in rows for name in row)
    blocks = {name: Block(name) for name in names}
    for name, *following in rows:
        edges = [Edge(blocks[target]) for target in following]
        op = ("ret", "jump", "branch")[len(edges)]
        blocks[name].terminator = Terminator(op, [Const(Type.BOOL, True)] if op == "branch" else [], edges)
    for block in blocks.values():
        if block.terminator.op == "unreachable":
            block.terminator = Terminator("ret")
    function = Function("f", [], [])
    function.blocks = list(blocks.values())
    return function


@pytest.fixture
def graph() -> Callable[[str], Function]:
    return make_graph
