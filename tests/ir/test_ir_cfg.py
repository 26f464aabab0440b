"""Control flow facts: on named graphs by hand, on random functions against the definitions."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glowjit.ir import Block, Edge, Function, Terminator, cfg
from glowjit.ir.generate import Knobs, generate

Graph = Callable[[str], Function]

DIAMOND = "a b c; b d; c d"
NESTED = "entry outer; outer inner exit; inner body after; body inner; after outer"
BREAK_IN_ARM = "entry head; head p q; p exit r; q r; r head"
TWO_LATCHES = "entry head; head body exit; body head tail; tail head"
IRREDUCIBLE = "entry a b; a b; b a exit"
DO_WHILE = "entry body; body body exit"
DEAD = "a b; c b d; b e"

random_functions = st.integers(0, 10_000).map(
    lambda seed: generate(seed, Knobs(functions=1, size=60, depth=4, memory=False)).functions["main"]
)


def names(blocks: list[Block]) -> str:
    return " ".join(block.name for block in blocks)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (DIAMOND, "a b c d"),
        (NESTED, "entry outer inner body after exit"),
        (BREAK_IN_ARM, "entry head p q r exit"),
        (TWO_LATCHES, "entry head body tail exit"),
        (DO_WHILE, "entry body exit"),
        ("entry head; head exit body; body head", "entry head body exit"),
        (DEAD, "a b e"),
        ("a b b; b c", "a b c"),
    ],
)
def test_reverse_postorder(graph: Graph, text: str, expected: str) -> None:
    assert names(cfg.reverse_postorder(graph(text))) == expected


def test_predecessors_count_edges(graph: Graph) -> None:
    preds = {block.name: names(found) for block, found in cfg.predecessors(graph("a b b; c b; b d")).items()}
    assert preds == {"a": "", "b": "a a c", "c": "", "d": "b"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (DIAMOND, {"b": "a", "c": "a", "d": "a"}),
        (NESTED, {"outer": "entry", "inner": "outer", "exit": "outer", "body": "inner", "after": "inner"}),
        (BREAK_IN_ARM, {"head": "entry", "p": "head", "q": "head", "r": "head", "exit": "p"}),
        (IRREDUCIBLE, {"a": "entry", "b": "entry", "exit": "b"}),
    ],
)
def test_immediate_dominators(graph: Graph, text: str, expected: dict[str, str]) -> None:
    tree = cfg.Dominators(graph(text))
    assert {block.name: above.name for block, above in tree.idom.items() if above} == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (DIAMOND, {"a": "", "b": "d", "c": "d", "d": ""}),
        (DO_WHILE, {"entry": "", "body": "body", "exit": ""}),
        (
            NESTED,
            {"entry": "", "outer": "outer", "inner": "outer inner", "body": "inner", "after": "outer", "exit": ""},
        ),
    ],
)
def test_dominance_frontier(graph: Graph, text: str, expected: dict[str, str]) -> None:
    tree = cfg.Dominators(graph(text))
    found = {block.name: names(sorted(tree.frontier(block), key=tree.index.get)) for block in tree.order}
    assert found == expected


def test_loops_of_a_nest(graph: Graph) -> None:
    outer, inner = cfg.loops(graph(NESTED))
    assert (names([outer.header]), names(outer.latches), outer.depth, outer.parent) == ("outer", "after", 1, None)
    assert sorted(block.name for block in outer.blocks) == ["after", "body", "inner", "outer"]
    assert [names(list(edge)) for edge in outer.exits] == ["outer exit"]
    assert outer.preheader is not None and outer.preheader.name == "entry"
    assert (names(inner.blocks), inner.depth, inner.parent) == ("inner body", 2, outer)
    assert inner.preheader is None, "the outer header has another successor"
    assert inner.header in inner and outer.header not in inner


def test_back_edges_to_one_header_are_one_loop(graph: Graph) -> None:
    (loop,) = cfg.loops(graph(TWO_LATCHES))
    assert names(loop.latches) == "body tail"
    assert cfg.innermost([loop]) == dict.fromkeys(loop.blocks, loop)


def test_a_cycle_with_two_entries_is_no_loop(graph: Graph) -> None:
    function = graph(IRREDUCIBLE)
    assert cfg.loops(function) == []
    assert names(cfg.reverse_postorder(function)) == "entry b a exit"


def test_dead_blocks_have_no_place_in_the_tree(graph: Graph) -> None:
    function = graph(DEAD)
    tree = cfg.Dominators(function)
    assert [block.name for block in function.blocks if not tree.reachable(block)] == ["c", "d"]


def test_thousands_of_nested_blocks() -> None:
    blocks = [Block(f"b{index}") for index in range(10_000)]
    for this, following in itertools.pairwise(blocks):
        this.terminator = Terminator("jump", [], [Edge(following)])
    # Ten loops, each around all that follows, so that depth counts too.
    for index in range(10):
        blocks[-1 - index].terminator.op = "branch"
        blocks[-1 - index].terminator.edges.append(Edge(blocks[1 + index]))
    function = Function("f", [], [])
    function.blocks = blocks
    assert cfg.reverse_postorder(function) == blocks
    assert [loop.depth for loop in cfg.loops(function)] == list(range(1, 11))


def reachable(function: Function, without: Block | None = None) -> list[Block]:
    found: dict[Block, None] = {}
    pending = [function.blocks[0]]
    while pending:
        block = pending.pop()
        if block not in found and block is not without:
            found[block] = None
            pending += block.successors()
    return list(found)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(random_functions)
def test_dominators_are_what_every_path_passes(function: Function) -> None:
    tree = cfg.Dominators(function)
    everything = reachable(function)
    assert set(tree.order) == set(everything)
    for a in everything:
        avoiding = set(reachable(function, without=a))
        assert [tree.dominates(a, b) for b in everything] == [b not in avoiding for b in everything]
        assert all(tree.idom[child] is a for child in tree.children(a))
    assert tree.order[0] is function.blocks[0]


@settings(max_examples=40, deadline=None, derandomize=True)
@given(random_functions)
def test_frontiers_are_where_dominance_ends(function: Function) -> None:
    tree = cfg.Dominators(function)
    preds = cfg.predecessors(function)
    for a in tree.order:
        expected = [
            b
            for b in tree.order
            if any(tree.reachable(p) and tree.dominates(a, p) for p in preds[b])
            and not (a is not b and tree.dominates(a, b))
        ]
        assert sorted(tree.frontier(a), key=tree.index.__getitem__) == expected


@settings(max_examples=40, deadline=None, derandomize=True)
@given(random_functions)
def test_order_is_topological_and_keeps_loops_together(function: Function) -> None:
    order = cfg.reverse_postorder(function)
    place = {block: index for index, block in enumerate(order)}
    tree = cfg.Dominators(function)
    found = cfg.loops(function)
    for block in order:
        for following in block.successors():
            assert place[block] < place[following] or tree.dominates(following, block)
    for loop in found:
        where = sorted(place[block] for block in loop.blocks)
        assert where == list(range(place[loop.header], place[loop.header] + len(where)))
        assert all(loop.header in latch.successors() and latch in loop for latch in loop.latches)
        assert all(inside in loop and outside not in loop for inside, outside in loop.exits)
        assert loop.parent is None or set(loop.blocks) < set(loop.parent.blocks)
