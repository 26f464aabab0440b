"""The text form: exact round trips, and errors that point at the character."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glowjit.errors import GlowjitError
from glowjit.glsltypes import FLOAT, UINT, ArrayType, GlslType, MatrixType, StructType, VectorType
from glowjit.ir import (
    Block,
    Const,
    Edge,
    Function,
    Inst,
    MemKind,
    MemObject,
    Module,
    Parameter,
    Signature,
    Terminator,
    Type,
    UniformInfo,
    Value,
)
from glowjit.ir.generate import Knobs, generate
from glowjit.ir.text import TextError, parse_module, print_module

# Everything the notation has, spelled as the printer spells it.
EVERYTHING = """\
entry @main
uniform @speed: 1
uniform @lights: 14
constant @K: 3 = 1.0, -0.0, 1e+22
constant @"odd name": 3 = -7, true, nan
global @state: 2
args @args: 12
input speed: float = @speed default 0.5 min -inf max 2.0
input lights: struct Light {vec3 pos, mat2 m}[2] = @lights
func @"f(vf3;"(%a: float, %n: int) -> (float, int) {
entry:
  ret %a, %n
}
func @main(%x: float, %y: float) -> (float, bool) {
  signature main(in vec2 p, out bool odd, inout mat3x2[3][2] m) -> uint
  local @main.tmp: 4
entry:
  %0: float = fmul %x, 2.0                              ; line 12
  %c: bool = flt %0, 1.0
  %1: bool = burn
  branch %c, then(%0, -2147483648), else                ; line 13
then(%a: float, %b: int):
  %q: float, %r: int = call @"f(vf3;"(%a, 3)
  call @nothing()
  store @main.tmp[0], %q
  store @main.tmp[%r], -inf
  %l: float = load @K[2]
  jump else                                             ; line 3
else:
  ret %y, false
dead:
  unreachable
}
"""


def test_everything_round_trips() -> None:
    assert print_module(parse_module(EVERYTHING)) == EVERYTHING


def test_what_the_text_says_is_what_is_built() -> None:
    module = parse_module(EVERYTHING)
    assert module.objects["K"].data == (1.0, 0.0, 1e22)
    assert math.copysign(1.0, module.objects["K"].data[1]) < 0
    assert [type(word) for word in module.objects["odd name"].data] == [int, bool, float]
    light = StructType("Light", (("pos", VectorType(FLOAT, 3)), ("m", MatrixType(VectorType(FLOAT, 2), 2))))
    assert module.uniforms["lights"].type == ArrayType(light, 2)
    assert module.uniforms["speed"].minimum == -math.inf
    main = module.functions["main"]
    inner = ArrayType(MatrixType(VectorType(FLOAT, 2), 3), 2)
    assert main.signature is not None and main.signature.result == UINT
    assert main.signature.parameters[2] == Parameter("m", ArrayType(inner, 3), "inout")
    entry, then, *_ = main.blocks
    assert entry.insts[0].loc == 12 and entry.terminator.loc == 13
    assert entry.terminator.edges[0].block is then
    assert then.insts[0].args[0] is then.params[0]
    assert then.insts[4].target is module.objects["K"]
    assert main.params[0] is entry.insts[0].args[0]


def test_floats_are_not_rounded() -> None:
    values = [5e-324, 0.1, 1 / 3, 1.7976931348623157e308, -(2.0**-1074), 123456789.0, math.pi]
    module = Module(objects={"k": MemObject("k", MemKind.CONSTANT, len(values), tuple(values))})
    assert parse_module(print_module(module)).objects["k"].data == tuple(values)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(0, 2**32), st.booleans())
def test_random_modules_round_trip(seed: int, floats: bool) -> None:
    text = print_module(generate(seed, Knobs(floats=floats)))
    assert print_module(parse_module(text)) == text


def test_names_become_unique_and_stay_so() -> None:
    function = Function("f", [Value(Type.INT, "a b"), Value(Type.INT, "a_b"), Value(Type.INT, "7")], [])
    function.blocks = [Block("x"), Block(), Block("x"), Block("b1")]
    for block, following in itertools.pairwise(function.blocks):
        block.terminator = Terminator("jump", [], [Edge(following)])
    function.blocks[0].insts = [Inst("add", [*function.params[:2]], [Value(Type.INT, "9lives")])]
    text = print_module(Module({"f": function}))
    assert text.splitlines()[0] == "func @f(%a_b: int, %a_b.1: int, %0: int) -> () {"
    assert [line for line in text.splitlines() if line.endswith(":")] == ["x:", "b1.1:", "x.1:", "b1:"]
    assert "%_9lives: int = add %a_b, %a_b.1" in text
    assert print_module(parse_module(text)) == text


def test_a_value_may_be_used_above_its_definition() -> None:
    text = "func @f() -> (int) {\nb0:\n  jump b2\nb1:\n  ret %v\nb2:\n  %v: int = add 1, 0x7f\n  jump b1\n}\n"
    function = parse_module(text).functions["f"]
    assert function.blocks[1].terminator.args == function.blocks[2].insts[0].results
    assert function.blocks[2].insts[0].args[1] == Const(Type.INT, 127)


def test_ints_wrap_and_comments_are_skipped() -> None:
    text = "; a module\n\nfunc @f() -> (int) { ; its result\nb0: ; first\n  ret 0xffffffff ; line 5 or so\n}\n"
    terminator = parse_module(text).functions["f"].blocks[0].terminator
    assert terminator.args == [Const(Type.INT, -1)] and terminator.loc == 0


words = st.text(alphabet='abc_. ();"\\é\n', min_size=1, max_size=6)
plain_types: st.SearchStrategy[GlslType] = st.sampled_from(
    [FLOAT, UINT, VectorType(UINT, 2), MatrixType(VectorType(FLOAT, 4), 2)]
)
glsl_types: st.SearchStrategy[GlslType] = st.recursive(
    plain_types,
    lambda inner: (
        st.builds(ArrayType, inner, st.integers(1, 9))
        | st.builds(StructType, words, st.lists(st.tuples(words, inner), max_size=3).map(tuple))
    ),
    max_leaves=5,
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(words, words, glsl_types, words)
def test_names_and_types_are_exact(function: str, uniform: str, type: GlslType, parameter: str) -> None:
    module = Module()
    module.objects[uniform] = MemObject(uniform, MemKind.UNIFORM, type.words)
    module.uniforms[uniform] = UniformInfo(uniform, type, module.objects[uniform])
    signature = Signature(function, type, (Parameter(parameter, type, "inout"),))
    module.functions[function] = Function(function, [], [], signature)
    module.functions[function].blocks = [Block("b")]
    again = parse_module(print_module(module))
    assert again.functions[function].signature == signature
    assert again.uniforms[uniform].type == type


def body(line: str) -> str:
    return f"func @f(%x: float) -> (float) {{\nentry:\n{line}\n  ret %x\n}}\n"


ERRORS = [
    ("unifrom @a: 1", "unknown declaration 'unifrom'", 1, 1),
    ("local @a: 1", "unknown declaration 'local'", 1, 1),
    ("uniform @a 1", "expected ':', found '1'", 1, 12),
    ("uniform @a: -1", "expected a number of words, found '-1'", 1, 13),
    ("uniform @a: 1\nglobal @a: 1", "@a is declared twice", 2, 8),
    ("constant @a: 1 = x", "expected a number, found 'x'", 1, 18),
    ("input t: float = @t", "@t is not declared", 1, 18),
    ("uniform @t: 1\ninput t: flaot = @t", "unknown GLSL type 'flaot'", 2, 10),
    ("uniform @t: 1 2", "'2' is too much", 1, 15),
    ("entry main", "expected a function name, found 'main'", 1, 7),
    ("entry", "expected a function name, found the end of the line", 1, 6),
    ("func @f(%x: vec2) -> () {", "unknown type 'vec2': float, int or bool", 1, 13),
    ("func @f() -> () {\nentry:\n  ret", "this function has no closing '}'", 1, 1),
    ("func @f() -> () {\n  ret\n}", "an instruction before the first block", 2, 3),
    (body("  %y: float = fsine %x"), "unknown operation 'fsine'", 3, 15),
    (body("  %y: float = fsin %z"), "%z is not defined", 3, 20),
    (body("  %x: float = fsin %x"), "%x is defined twice", 3, 3),
    (body("  %y = fsin %x"), "expected ':', found '='", 3, 6),
    (body("  %y: float = fsin x"), "expected an operand, found 'x'", 3, 20),
    (body("  %y: float = fadd %x %x"), "expected ',', found '%x'", 3, 23),
    (body("  %y: float = load @g[0]"), "@g is not declared", 3, 20),
    (body("  jump nowhere\nlast:"), "block nowhere is not defined", 3, 8),
    (body("  jump entry\nentry:"), "block entry is defined twice", 4, 1),
    (body("  %y: float = fsin #"), "unexpected character '#'", 3, 20),
    ('global @"a\\q": 1', "unexpected character '@'", 1, 8),
    ("global @g: 1 = infinity", "expected a number, found 'infinity'", 1, 16),
    (body("") + body(""), "@f is defined twice", 6, 6),
]


@pytest.mark.parametrize(("text", "message", "line", "column"), ERRORS, ids=[row[1] for row in ERRORS])
def test_errors_point_at_the_place(text: str, message: str, line: int, column: int) -> None:
    with pytest.raises(TextError) as caught:
        parse_module(text)
    assert (caught.value.message, caught.value.line, caught.value.column) == (message, line, column)
    assert isinstance(caught.value, GlowjitError)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(
    st.integers(0, len(EVERYTHING)),
    st.integers(0, 3),
    st.sampled_from([*'%@(){}[]:,=;"\\-.09ex \n', "", "jump", "struct", '@"', "1e"]),
)
def test_damaged_text_is_read_or_refused(at: int, removed: int, inserted: str) -> None:
    """Never an error of another kind; what is read can be printed and read again."""
    try:
        module = parse_module(EVERYTHING[:at] + inserted + EVERYTHING[at + removed :])
    except TextError as error:
        assert error.line > 0 and error.column > 0
        return
    text = print_module(module)
    assert print_module(parse_module(text)) == text


def test_an_error_shows_the_line() -> None:
    with pytest.raises(TextError) as caught:
        parse_module("uniform @a: 1\nglobal @b: x\n")
    assert "global @b: x\n   |            ^" in str(caught.value)
