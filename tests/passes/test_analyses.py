"""What the passes ask about: trip counts, index ranges, purity, costs; and the tools for SSA and copies."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glowjit.ir.core import Block, Const, Function, Module, Type, Value, const_int
from glowjit.ir.evaluate import SEMANTICS, Evaluator, quiet
from glowjit.ir.generate import Knobs, arguments, contents, generate
from glowjit.ir.ops import OPS
from glowjit.ir.text import parse_module, print_module
from glowjit.ir.verify import verify
from glowjit.passes import cost, gvn, inline, link, purity, ssa
from glowjit.passes.patterns import parse
from glowjit.passes.ranges import value_range
from glowjit.passes.rewrite import Builder, Copier, copy_function, definitions, unique_name
from glowjit.passes.rules import RULES
from glowjit.passes.trips import TripCounter

INTS = st.one_of(
    st.integers(-(2**31), 2**31 - 1), st.integers(-40, 40), st.sampled_from([2**31 - 1, -(2**31), 65536, 31, 32])
)
COMPARES = ("eq", "ne", "lt", "ge", "ltu", "geu")


STEPS = ("add %i, {}", "sub %i, {}", "sub {}, %i", "mul %i, {}", "mul {}, %i", "sar %i, {}", "shl %i, {}", "xor %i, {}")


def counting_loop(start, step, compare, bound, *, ahead, swapped, stays):
    """A loop that counts from `start`, doing `step`, and goes on while the comparison gives `stays`."""
    counter = "%next" if ahead else "%i"
    operands = f"{bound}, {counter}" if swapped else f"{counter}, {bound}"
    ways = "again, exit" if stays else "exit, again"
    return f"""
    func @main() -> (int) {{
    entry:
      jump head({start}, 0)
    head(%i: int, %turns: int):
      %t: int = add %turns, 1
      %next: int = {step}
      %c: bool = {compare} {operands}
      branch %c, {ways}
    again:
      %more: bool = lt %t, 1100
      branch %more, latch, exit
    latch:
      jump head(%next, %t)
    exit:
      ret %t
    }}
    """


@settings(deadline=None, derandomize=True, max_examples=250)
@given(
    INTS,
    st.sampled_from(STEPS),
    st.integers(-9, 9) | st.integers(-70000, 70000),
    st.sampled_from(COMPARES),
    INTS,
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
def test_trip_counts_are_those_of_the_machine(start, step, by, compare, bound, ahead, swapped, stays):
    step = step.format(by)
    module = parse_module(counting_loop(start, step, compare, bound, ahead=ahead, swapped=swapped, stays=stays))
    counter = TripCounter(module.functions["main"])
    (loop,) = counter.loops
    (turns,) = Evaluator(module, 1).call("main", [])
    count = counter.count(loop)
    if turns[0] <= (1024 if step.startswith(("add", "sub %i")) else 127):
        assert count == turns[0]
    else:
        assert count is None or count == turns[0]


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ("an unknown start", ("jump head(0, 0)", "jump head(%n, 0)")),
        ("an unknown bound", ("lt %i, 10", "lt %i, %n")),
        ("an unknown step", ("add %i, 1", "add %i, %n")),
        ("a test that not every turn passes", ("jump test", "branch %b, test, latch")),
    ],
)
def test_loops_that_cannot_be_counted(change, text):
    source = """
    func @main(%n: int, %b: bool) -> (int) {
    entry:
      jump head(0, 0)
    head(%i: int, %x: int):
      jump test
    test:
      %c: bool = lt %i, 10
      branch %c, latch, exit
    latch:
      %next: int = add %i, 1
      jump head(%next, %n)
    exit:
      ret %i
    }
    """
    counter = TripCounter(parse_module(source).functions["main"])
    assert counter.count(counter.loops[0]) == 11
    counter = TripCounter(parse_module(source.replace(*text)).functions["main"])
    assert counter.count(counter.loops[0]) is None, change


def expressions():
    """Expressions of the operations that an index is made of, as nested tuples over x, y, c and constants."""
    leaves = st.sampled_from(["x", "y"]) | st.integers(-9, 70)
    ops = st.sampled_from(["add", "sub", "mul", "and", "min", "max", "minu", "remu", "shl", "shr", "sar"])
    return st.recursive(leaves, lambda inner: st.tuples(ops, inner, inner), max_leaves=6)


@settings(deadline=None, derandomize=True, max_examples=200)
@given(expressions(), st.lists(st.tuples(INTS, INTS), min_size=1, max_size=12))
def test_a_range_holds_every_value(expression, inputs):
    block, params = Block(), {"x": Value(Type.INT), "y": Value(Type.INT)}
    builder = Builder(block)
    lanes = np.array(inputs, dtype=np.int64).astype(np.int32)

    def build(node):
        if isinstance(node, tuple):
            (left, a), (right, b) = build(node[1]), build(node[2])
            with quiet():
                return builder.op(node[0], left, right), SEMANTICS[node[0]](a, b)
        if isinstance(node, str):
            return params[node], lanes[:, "xy".index(node)]
        return const_int(node), np.full(len(lanes), node, dtype=np.int32)

    operand, values = build(expression)
    function = Function("f", list(params.values()), [])
    function.blocks = [block]
    low, high = value_range(operand, definitions(function))
    assert low <= values.min() and values.max() <= high


def test_a_bool_is_0_or_1():
    function = parse_module("func @f(%b: bool) -> (int) {\nentry:\n %i: int = btoi %b\n ret %i\n}\n").functions["f"]
    (inst,) = function.insts()
    assert value_range(inst.results[0], definitions(function)) == (0, 1)


def test_purity():
    module = parse_module("""
    uniform @u: 1
    constant @k: 1 = 3
    global @g: 1
    func @pure(%x: int) -> (int) {
      local @l: 2
    entry:
      store @l[0], %x
      %a: int = load @l[1]
      %b: int = load @u[0]
      %c: int = load @k[0]
      ret %c
    }
    func @calls_pure() -> (int) {
    entry:
      %a: int = call @pure(1)
      ret %a
    }
    func @reads_global() -> (int) {
    entry:
      %a: int = load @g[0]
      ret %a
    }
    func @writes_global() -> () {
    entry:
      store @g[0], 1
      ret
    }
    func @burns() -> () {
    entry:
      %b: bool = burn
      ret
    }
    func @calls_impure() -> () {
    entry:
      call @burns()
      ret
    }
    """)
    assert purity.run(module) == {"pure", "calls_pure"}


def test_every_operation_has_a_cost():
    assert set(cost.SIZE) == set(cost.CYCLES) == set(OPS)


def test_demoting_and_restoring_values_changes_nothing():
    for seed in range(12):
        module = generate(seed, Knobs())
        memory, args = contents(module, seed), arguments(module, "main", seed, 4)
        before = Evaluator(module, 4, memory).call("main", args)
        for function in module.functions.values():
            values = [value for inst in function.insts() for value in inst.results][::2]
            values += [param for block in function.blocks for param in block.params][::2]
            objects = ssa.demote(function, values)
            assert len(function.locals) >= len(objects) == len(values)
            ssa.restore(function, objects)
        verify(module)
        for old, new in zip(before, Evaluator(module, 4, memory).call("main", args), strict=True):
            np.testing.assert_array_equal(new, old)


def test_copies_share_nothing():
    for seed in range(6):
        module = generate(seed, Knobs())
        text = print_module(module)
        function = module.functions["main"]
        copy = copy_function(function, {})
        values = set(definitions(function))
        assert values.isdisjoint(definitions(copy))
        assert not set(function.blocks) & set(copy.blocks)
        assert not set(function.locals) & set(copy.locals)
        for block in copy.blocks:
            block.insts.clear()
        assert print_module(module) == text
        module.functions["main"] = copy_function(function, {})
        verify(module)
        assert print_module(module) == text


def test_a_copy_keeps_edges_that_leave_it():
    inside, outside = Block("inside"), Block("outside")
    Builder(inside).jump(outside)
    (copy,) = Copier().copy([inside])
    assert copy.terminator.edges[0].block is outside


def test_unique_names():
    assert unique_name("a", {"b"}) == "a"
    assert unique_name("a", {"a", "a.1"}) == "a.2"


def test_a_large_function_called_twice_stays_a_function_if_there_is_no_room():
    def module_with(size):
        body = "\n".join(f"%v{n}: int = mul %x, {n + 3}" for n in range(size))
        return parse_module(f"""
        entry @main
        func @big(%x: int) -> (int) {{
        entry:
          {body}
          ret %v{size - 1}
        }}
        func @main(%x: int, %y: int) -> (int, int) {{
        entry:
          %a: int = call @big(%x)
          %b: int = call @big(%y)
          ret %a, %b
        }}
        """)

    for size, calls in ((100, 0), (2000, 2)):
        module = module_with(size)
        inline.run(module)
        verify(module)
        assert sum(inst.op == "call" for inst in module.functions["main"].insts()) == calls


def test_the_only_call_is_always_replaced():
    body = "\n".join(f"%v{n}: int = mul %x, {n + 3}" for n in range(3000))
    module = parse_module(f"""
    entry @main
    func @big(%x: int) -> (int) {{
      local @t: 2
    entry:
      {body}
      store @t[0], %v9
      ret %v2999
    }}
    func @main(%x: int) -> (int) {{
      local @t: 1
    entry:
      store @t[0], 1
      %a: int = call @big(%x)
      ret %a
    }}
    """)
    inline.run(module)
    verify(module)
    assert [item.name for item in module.functions["main"].locals] == ["t", "t.1"]
    assert not any(inst.op == "call" for inst in module.functions["main"].insts())


def test_rules_refuse_what_is_no_rule():
    with pytest.raises(ValueError, match="with 1 operands"):
        parse("add x => x")


def test_no_two_rules_are_the_same():
    texts = [(rule.pattern, rule.text) for rule in RULES]
    assert len(set(texts)) == len(texts)


def test_objects_of_the_library_are_linked_once():
    library = parse_module("""
    constant @table: 2 = 5, 6
    constant @other: 1 = 1
    func @low(%x: int) -> (int) {
    entry:
      %i: int = minu %x, 1
      %r: int = load @table[%i]
      ret %r
    }
    func @high(%x: int) -> (int) {
      signature high(in int x) -> int
    entry:
      %a: int = call @low(%x)
      %b: int = load @table[0]
      %r: int = add %a, %b
      ret %r
    }
    func @unused(%x: int) -> (int) {
    entry:
      %b: int = load @other[0]
      ret %b
    }
    """)
    before = print_module(library)
    module = parse_module("""
    entry @main
    func @main(%x: int) -> (int) {
    entry:
      ret %x
    }
    """)
    main = module.functions["main"]
    builder = Builder(main.blocks[0])
    builder.ret(*builder.call(library.functions["high"], [main.params[0]]))
    link(module, library)
    verify(module)
    assert list(module.functions) == ["low", "high", "main"]
    assert list(module.objects) == ["table"]
    assert module.functions["high"].signature is None
    assert module.objects["table"] is not library.objects["table"]
    (result,) = Evaluator(module, 3).call("main", [np.array([0, 1, 9])])
    np.testing.assert_array_equal(result, [10, 11, 11])
    for inst in module.functions["low"].insts():
        inst.args.clear()
    assert print_module(library) == before


def test_linking_needs_the_function():
    module = Module({"main": Function("main", [], [])})
    module.functions["main"].blocks = [Block("entry")]
    Builder(module.functions["main"].blocks[0]).call(Function("sqrt", [], []), [])
    with pytest.raises(KeyError):
        link(module, Module())


def test_objects_that_have_a_namesake_are_renamed():
    library = parse_module("""
    constant @k: 1 = 3
    func @three() -> (int) {
      local @l: 1
    entry:
      %a: int = load @k[0]
      ret %a
    }
    """)
    module = parse_module("""
    constant @k: 1 = 4
    uniform @l: 1
    func @main() -> (int, int) {
    entry:
      %a: int = load @k[0]
      ret %a, 0
    }
    """)
    block = module.functions["main"].blocks[0]
    builder = Builder(block)
    builder.ret(block.insts[0].result, *builder.call(library.functions["three"], []))
    link(module, library)
    verify(module)
    assert [int(result[0]) for result in Evaluator(module, 1).call("main", [])] == [4, 3]


def test_a_constant_index_in_dead_code_stays_an_index():
    """Behind `k == 99`, k can be nothing, and 99 is no index; the pass that learns it must not make one of it."""
    module = parse_module("""
    func @main(%x: int) -> (int) {
      local @a: 4
    entry:
      %k: int = minu %x, 3
      %c: bool = eq %k, 99
      branch %c, never, out
    never:
      %v: int = load @a[%k]
      ret %v
    out:
      ret %k
    }
    """)
    gvn.run(module.functions["main"])
    verify(module)
    assert isinstance(module.functions["main"].blocks[1].insts[0].args[0], Const)
