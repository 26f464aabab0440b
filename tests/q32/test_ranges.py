"""What is known of values holds for the words that they become."""

import numpy as np
import pytest

from glowjit import q32
from glowjit.ir import evaluate
from glowjit.ir.core import Type
from glowjit.ir.ops import OPS
from glowjit.ir.text import parse_module
from glowjit.q32 import ranges

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
    ("fmul %small, %small", (-6.25, 6.25, False)),
    ("fmul %small, 2.0", (-5 - 2**-15, 5 + 2**-15, False)),
    ("fmin %small, 1.0", (-2.5, 1.0, False)),
    ("fmax %small, 1.0", (1.0, 2.5, False)),
    ("fclamp %x, 0.0, 1.0", (0, 1, False)),
    ("fmix 1.0, 3.0, %unit", (1 - 2**-16, 3 + 2**-16, False)),
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
PROMISED = [op for op in sorted(ranges._RULES) if op.startswith("f") and op not in ("ftos", "ftou", "fround", "fldexp")]


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
