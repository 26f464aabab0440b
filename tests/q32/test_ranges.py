"""What is known of values holds for the words that they become."""

import numpy as np
import pytest

from glowjit import q32
from glowjit.ir import evaluate
from glowjit.ir.core import Type
from glowjit.ir.ops import OPS
from glowjit.ir.text import parse_module
from glowjit.q32 import ranges, variants
from glowjit.q32.ranges.interval import RULES

BELOW_ONE = 1 - 2**-16


def known(text, *, entry="main"):
    """Facts of `main`, and its values by name."""
    module = parse_module(text)
    function = module.functions[entry]
    facts = ranges.analyse(function, module)
    values = {value.name: value for inst in function.insts() for value in inst.results}
    values.update({value.name: value for block in function.blocks for value in block.params})
    values.update({value.name: value for value in function.params})
    return facts, values


TABLE = [
    ("ffract %x", (0, BELOW_ONE, False)),
    ("ffloor %small", (-3, 2, True)),
    ("fceil %small", (-2, 3, True)),
    ("fabs %small", (0, 2.5, False)),
    ("fneg %small", (-2.5, 2.5, False)),
    ("fadd %small, 1.0", (-1.5, 3.5, False)),
    ("fsub 1.0, %small", (-1.5, 3.5, False)),
    ("fmul %small, %small", (0, 6.25, False)),
    ("fmul %small, %unit", (-2.5, 2.5, False)),
    ("fmul %small, 2.0", (-5.0, 5.0, False)),
    ("fmul %small, 3.0", (-7.5 - 2**-15, 7.5 + 2**-15, False)),
    ("fmin %small, 1.0", (-2.5, 1.0, False)),
    ("fmax %small, 1.0", (1.0, 2.5, False)),
    ("fclamp %x, 0.0, 1.0", (0, 1, False)),
    ("fmix 1.0, 3.0, %unit", (1 - 2**-15, 3 + 2**-15, False)),
    ("fmod %x, 3.0", (0, 3, False)),
    ("fsin %x", (-1, 1, False)),
    ("fstep %x, %y", (0, 1, True)),
    ("fadd %x, %x", (-32768, 32768 - 2**-16, False)),
    ("stof %byte", (0, 255, True)),
    ("fexp %x", (0, 32768 - 2**-16, False)),
]


@pytest.mark.parametrize("op, expected", TABLE, ids=[row[0] for row in TABLE])
def test_range_of_an_operation(op, expected):
    facts, values = known(f"""
func @main(%x: float, %y: float, %i: int) -> () {{
entry:
  %small: float = fclamp %x, -2.5, 2.5
  %unit: float = fclamp %y, 0.0, 1.0
  %byte: int = and %i, 255
  %r: float = {op}
  ret
}}
""")
    found = facts.range(values["r"])
    assert (found.low, found.high, found.whole) == expected


def test_a_fraction_is_known_by_its_floor():
    facts, values = known("""
func @main(%x: float, %y: float) -> () {
entry:
  %floor: float = ffloor %x
  %fraction: float = fsub %x, %floor
  %other: float = fsub %y, %floor
  ret
}
""")
    assert facts.range(values["fraction"]).unit and not facts.range(values["other"]).unit
    assert facts.fraction_origin(values["fraction"]) is values["x"]
    assert facts.fraction_origin(values["other"]) is None


FLOW = """
entry @main
uniform @size: 2
uniform @level: 1
uniform @other: 1
input size: vec2 = @size min 1.0
input level: float = @level min 0.25 max 0.75
input other: float = @other
func @main(%x: float, %y: float) -> () {
entry:
  %width: float = load @size[0]
  %level.1: float = load @level[0]
  %other.1: float = load @other[0]
  %scaled: float = fmul %other.1, 2.0
  %varying: float = fmul %x, %width
  %c: bool = flt %x, 1.0
  branch %c, left, join(0.5)
left:
  jump join(%level.1)
join(%met: float):
  jump loop(0.0)
loop(%carried: float):
  %next: float = fadd %carried, 1.0
  branch %c, loop(%next), end
end:
  ret
}
"""


def test_flow_and_uniforms():
    facts, values = known(FLOW)

    def bounds(name):
        found = facts.range(values[name])
        return found.low, found.high

    assert bounds("width") == (1.0, ranges.ANY.high)
    assert bounds("level.1") == (0.25, 0.75)
    assert bounds("other.1") == (ranges.ANY.low, ranges.ANY.high)
    assert bounds("x") == (0, ranges.ANY.high), "a pixel's coordinates are not negative"
    assert bounds("met") == (0.25, 0.75)
    assert bounds("carried") == (ranges.ANY.low, ranges.ANY.high), "what a loop carries is unknown"


def test_what_is_the_same_for_all_pixels():
    facts, values = known(FLOW)
    same = {name for name, value in values.items() if facts.same_for_all_pixels(value)}
    assert same == {"width", "level.1", "other.1", "scaled"}


# Operations whose words must stay in the range that is promised for them, whatever the operands.
PROMISED = [op for op in sorted(RULES) if op != "fround" and "f" in OPS[op].results]


@pytest.mark.parametrize("op", PROMISED)
def test_words_stay_in_range(op, link):
    count = {"fdot": 4, "flength": 3, "fnormalize": 3}.get(op) or len(OPS[op].args.split())
    params = ", ".join(f"%p{index}: float" for index in range(count))
    operands = ", ".join(f"%p{index}" for index in range(count))
    results = count if op == "fnormalize" else 1
    names = ", ".join(f"%r{index}: float" for index in range(results))
    values = ", ".join(f"%r{index}" for index in range(results))
    module = parse_module(
        f"func @main({params}) -> ({', '.join(['float'] * results)}) {{\n"
        f"entry:\n  {names} = {op} {operands}\n  ret {values}\n}}\n"
    )
    function = module.functions["main"]
    facts = ranges.analyse(function, module)
    promised = [facts.range(arg) for arg in function.blocks[0].terminator.args]
    link(module, q32.lower(module))
    random = np.random.default_rng(3)
    sizes = np.exp2(random.uniform(0, 31, (count, 3000))).astype(np.int64) * random.choice([-1, 1], (count, 3000))
    sizes[:, :200] = random.choice([0, 1, -1, 65535, 65536, 65537, -65536, 2**31 - 1, 1 - 2**31], (count, 200))
    words = np.clip(sizes, 1 - 2**31, 2**31 - 1).astype(np.int32)
    for promise, found in zip(promised, evaluate.call(module, "main", list(words), 3000), strict=True):
        assert found.dtype == np.int32 and function.results[0] is Type.INT
        assert found.min() >= promise.low * 65536 and found.max() <= promise.high * 65536
        if promise.whole:
            assert np.all(found & 0xFFFF == 0)


LOOP = """
func @main(%x: float, %n: int) -> () {{
entry:
  jump loop(0, 1.0, 0.0)
loop(%i: int, %shrinks: float, %grows: float):
  %more: bool = lt %i, 48
  branch %more, turn, end
turn:
  %half: float = fmul %shrinks, 0.5
  %sum: float = fadd %grows, 1.0
  %index: int = add %i, 0
  %next: int = add %i, 1
  jump loop(%next, %half, %sum)
end:
  %after: int = add %i, 0
  ret
}}
"""


def test_a_loop_is_solved():
    """A counter has its bounds, inside and behind; what shrinks stays; what grows without a test is unknown."""
    facts, values = known(LOOP.format())
    found = {name: facts.range(values[name]) for name in ("i", "index", "after", "shrinks", "grows")}
    assert (found["i"].low, found["i"].high) == (0, 48)
    assert (found["index"].low, found["index"].high) == (0, 47)
    assert (found["after"].low, found["after"].high) == (48, 48)
    assert (found["shrinks"].low, found["shrinks"].high) == (0, 1)
    assert (found["grows"].low, found["grows"].high) == (ranges.ANY.low, ranges.ANY.high)


BRANCHES = [
    ("flt %x, 4.0", (None, 4 + 2**-16), (4 - 2**-16, None)),
    ("fge %x, 4.0", (4 - 2**-16, None), (None, 4 + 2**-16)),
    ("lt %i, 10", (None, 9), (10, None)),
    ("ge 10, %i", (None, 10), (11, None)),
    ("eq %i, 7", (7, 7), (None, None)),
    ("ltu %i, 64", (0, 63), (None, None)),
]


@pytest.mark.parametrize("condition, taken, other", BRANCHES, ids=[row[0] for row in BRANCHES])
def test_a_branch_tells_of_what_it_compares(condition, taken, other):
    name = "i" if "%i" in condition else "x"
    op = "add %i, 0" if name == "i" else "fadd %x, 0.0"
    type = "int" if name == "i" else "float"
    facts, values = known(f"""
func @main(%x: float, %i: int) -> () {{
entry:
  %c: bool = {condition}
  branch %c, yes, no
yes:
  %a: {type} = {op}
  ret
no:
  %b: {type} = {op}
  ret
}}
""")
    widest = facts.widest(values[name])
    for value, (low, high) in (("a", taken), ("b", other)):
        expected = widest.low if low is None else low, widest.high if high is None else high
        assert (facts.range(values[value]).low, facts.range(values[value]).high) == expected


LONG = 1 + variants.DIRECTION  # as a direction of few bits may be
SHAPES = [
    ("%s: float = fmul %x, %x", (0, 16)),
    ("%s: float = fdot %x, %y, %x, %y", (0, 32)),
    ("%q: float = fdiv %x, 3.0\n %f: float = ffloor %q\n %p: float = fmul %f, 3.0\n %s: float = fsub %x, %p", (0, 3)),
    ("%l: float = flength %x, %y\n %s: float = fdiv %x, %l", (-LONG, LONG)),
    ("%d: float = fdot %x, %y, %x, %y\n %l: float = frsqrt %d\n %s: float = fmul %x, %l", (-LONG, LONG)),
    ("%r: float = fsub 1.0, %t\n %a: float = fmul %x, %r\n %b: float = fmul %y, %t\n %s: float = fadd %a, %b", (-4, 4)),
    ("%c: bool = flt %x, 0.0\n %n: float = fneg %x\n %s: float = select %c, 0.0, %x", (0, 4)),
    (
        "%u: float = fmul %t, %t\n %v: float = fmul %t, 2.0\n %w: float = fsub 3.0, %v\n %s: float = fmul %u, %w",
        (0, 1.2),
    ),
]


@pytest.mark.parametrize("body, expected", SHAPES, ids=range(len(SHAPES)))
def test_a_form_says_more_than_its_operations(body, expected):
    module = parse_module(f"""
func @main(%a0: float, %b0: float) -> () {{
entry:
  %x: float = fclamp %a0, -4.0, 4.0
  %y: float = fclamp %b0, -4.0, 4.0
  %t: float = fclamp %b0, 0.0, 1.0
  {body}
  ret
}}
""")
    (found,) = (
        ranges.analyse_all(module)["main"].range(value)
        for inst in module.functions["main"].insts()
        for value in inst.results
        if value.name == "s"
    )
    assert expected[0] - 1e-6 <= found.low and found.high <= expected[1] + 1e-6


CALLS = """
entry @main
constant @table: 3 = 0.25, -1.5, 8.0
global @kept: 1
func @half(%h: float) -> (float) {
entry:
  %r: float = fmul %h, 0.5
  ret %r
}
func @main(%x: float, %y: float) -> (float, float, float, float) {
entry:
  %s: float = fsin %x
  %a: float = call @half(%s)
  %b: float = call @half(3.0)
  store @kept[0], %s
  %i: int = ftos %x
  %j: int = and %i, 1
  %word: float = load @table[%j]
  %k: float = load @kept[0]
  ret %a, %b, %word, %k
}
"""


def test_what_is_known_goes_from_function_to_function():
    module = parse_module(CALLS)
    facts = ranges.analyse_all(module)
    values = {value.name: value for inst in module.functions["main"].insts() for value in inst.results}
    (param,) = module.functions["half"].params
    assert facts["half"].range(param) == ranges.Range(-1, 3)
    assert facts["main"].range(values["a"]) == ranges.Range(-0.5, 1.5)
    assert facts["main"].range(values["k"]) == ranges.Range(-1, 1)
    assert facts["main"].range(values["word"]) == ranges.Range(-1.5, 8)
    assert facts["main"].range(module.functions["main"].params[0]).low == 0
