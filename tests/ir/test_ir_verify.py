"""The verifier: it accepts what is right and names what is wrong.

In the table below the instruction at fault carries `; error: rule`; the text that the error quotes must be that line.
An error about a whole function or object has its comment on that line.
"""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glowjit.errors import GlowjitError
from glowjit.glsltypes import FLOAT
from glowjit.ir import Block, Const, Edge, Function, Inst, MemKind, MemObject, Module, Terminator, Type, Value
from glowjit.ir import UniformInfo as Uniform
from glowjit.ir.generate import Knobs, generate
from glowjit.ir.text import parse_module
from glowjit.ir.verify import VerifyError, verify

WRONG_MODULES = """
entry @main ; error: the entry @main is not a function of the module
---
constant @k: 3 = 1.0, 2.0 ; error: object @k has 3 words and 2 data
---
constant @k: 2 ; error: object @k has 2 words and 0 data
---
uniform @u: 1 = 1.0 ; error: object @u is uniform, and has data
---
global @g: 2 = 1.0 ; error: object @g has 2 words and 1 data
---
global @g: 0 ; error: object @g has 0 words
---
uniform @u: 2
input u: vec3 = @u ; error: uniform u is a vec3 in 2 words
---
global @g: 1
input u: float = @g ; error: uniform u lies in @g, which is global
---
uniform @u: 3
input u: vec3 = @u default 1.0, 2.0 ; error: uniform u is a vec3 with 2 default words
---
func @f() -> () { ; error: has no blocks
}
---
func @f() -> () {
b0(%x: int): ; error: the entry has parameters
  ret
}
---
global @g: 1
func @f() -> () {
  local @h: 1
  local @i: 0 ; error: object @i has 0 words
b0:
  ret
}
---
func @f(%x: float) -> (float) { ; error: its parameters are not the words of its signature f(vec2)
  signature f(in vec2 p) -> float
b0:
  ret %x
}
---
func @f(%x: float) -> (float) { ; error: its results are not the words of its signature f(float,float)
  signature f(in float p, out float q) -> float
b0:
  ret %x
}
---
func @f(%x: float) -> (bool) { ; error: its results are not the words of its signature f(float)
  signature f(in float p) -> float
b0:
  ret true
}
---
func @f(%x: float) -> (float) {
b0:
  %a: int = fadd %x, %x ; error: result 1 is int, not float
  ret %x
}
---
func @f(%x: float) -> (float) {
b0:
  %a: float = fadd %x ; error: has 1 operands, not 2
  ret %x
}
---
func @f(%x: float) -> (float) {
b0:
  %a: float = fadd %x, 1 ; error: operand 2 is int, not float
  ret %x
}
---
func @f(%x: float) -> () {
b0:
  %a: float, %b: float = ffrexp %x ; error: result 2 is float, not int
  ret
}
---
func @f(%x: float) -> () {
b0:
  %a: float = ffrexp %x ; error: has 1 results, not 2
  ret
}
---
func @f(%x: float) -> () {
b0:
  %a: float = select true, %x, 1 ; error: operand 3 is int, not float
  ret
}
---
func @f(%x: float) -> () {
b0:
  %a: int = select true, %x, %x ; error: result 1 is int, not float
  ret
}
---
func @f(%x: float) -> () {
b0:
  %a: float = fdot %x, %x, %x ; error: has 3 operands
  ret
}
---
func @f(%x: float) -> () {
b0:
  %a: float = flength ; error: has 0 operands
  ret
}
---
func @f(%x: float) -> () {
b0:
  %a: float = fnormalize %x, %x ; error: has 1 results, not 2
  ret
}
---
func @f(%x: float) -> () {
b0:
  burn ; error: has 0 results, not 1
  ret
}
---
global @g: 2
func @f(%x: float) -> () {
b0:
  %a: float = load @g[2] ; error: index 2 is outside @g, which has 2 words
  ret
}
---
global @g: 2
func @f(%x: float) -> () {
b0:
  store @g[-1], %x ; error: index -1 is outside @g, which has 2 words
  ret
}
---
global @g: 2
func @f(%x: float) -> () {
b0:
  store @g[%x], %x ; error: operand 1 is float, not int
  ret
}
---
uniform @g: 2
func @f(%x: float) -> () {
b0:
  store @g[0], %x ; error: @g is read-only: uniform
  ret
}
---
constant @g: 1 = 1
func @f(%x: int) -> () {
b0:
  store @g[%x], %x ; error: @g is read-only: constant
  ret
}
---
global @g: 2
func @f(%x: float) -> () {
b0:
  %a: float = fneg @g[0] ; error: takes no target
  ret
}
---
func @f(%x: float) -> () {
b0:
  %a: float = load 0 ; error: names no object
  ret
}
---
func @f(%x: float) -> () {
b0:
  call @g(%x) ; error: @g is not a function
  ret
}
---
func @f() -> () {
b0:
  call @g() ; error: @g does not come before its caller
  ret
}
func @g() -> () {
b0:
  ret
}
---
func @f() -> () {
b0:
  call @f() ; error: @f does not come before its caller
  ret
}
---
func @g(%x: float) -> (int) {
b0:
  ret 1
}
func @f(%x: float) -> () {
b0:
  %a: int = call @g(%x, %x) ; error: has 2 operands, and @g takes 1
  ret
}
---
func @g(%x: float) -> (int) {
b0:
  ret 1
}
func @f(%x: float) -> () {
b0:
  %a: int = call @g(1) ; error: operand 1 is int, and @g takes float
  ret
}
---
func @g(%x: float) -> (int) {
b0:
  ret 1
}
func @f(%x: float) -> () {
b0:
  %a: bool = call @g(%x) ; error: result 1 is bool, and @g returns int
  ret
}
---
func @f(%x: float) -> (float) {
b0:
  ret ; error: has 0 operands, and @f returns 1
}
---
func @f(%x: float) -> (int) {
b0:
  ret %x ; error: operand 1 is float, and @f returns int
}
---
func @f(%x: int) -> () {
b0:
  branch %x, b1, b1 ; error: operand 1 is int, and branch takes bool
b1:
  ret
}
---
func @f(%x: bool) -> () {
b0:
  branch %x, b1 ; error: has 1 edges, not 2
b1:
  ret
}
---
func @f(%x: int) -> () {
b0:
  jump b1(%x) ; error: has 1 arguments, and the block takes 2
b1(%a: int, %b: int):
  ret
}
---
func @f(%x: int) -> () {
b0:
  jump b1(%x, 1.0) ; error: argument 2 is float, and the block takes int
b1(%a: int, %b: int):
  ret
}
---
func @f() -> () {
b0:
  jump b1
b1:
  jump b0 ; error: leads to the entry
}
---
func @f(%x: int) -> () {
b0:
  %a: int = add %b, 1 ; error: %b is used where its definition does not reach
  %b: int = add %x, 1
  ret
}
---
func @f(%x: int) -> () {
b0:
  %a: int = add %a, 1 ; error: %a is used where its definition does not reach
  ret
}
---
func @f(%x: bool) -> (int) {
b0:
  branch %x, b1, b2
b1:
  %a: int = add 1, 1
  jump b2
b2:
  ret %a ; error: %a is used where its definition does not reach
}
---
func @f(%x: bool) -> (int) {
b0:
  branch %x, b1(1), b2
b1(%a: int):
  jump b2
b2:
  %b: int = add %a, 1 ; error: %a is used where its definition does not reach
  ret %b
}
---
func @f(%x: bool) -> (int) {
b0:
  jump b1(%b) ; error: %b is used where its definition does not reach
b1(%a: int):
  %b: int = add %a, 1
  jump b1(%b)
}
---
func @f(%x: bool) -> (int) {
b0:
  ret %b ; error: %b is used where its definition does not reach
dead:
  %b: int = add 1, 1
  ret %b
}
"""

NOT_INTEGERS = """
func @f(%x: float) -> () { ; error: %x is a float
b0:
  ret
}
---
func @f() -> (float) { ; error: returns a float
b0:
  ret 1.0
}
---
func @f(%x: int) -> () {
b0:
  %b: bool = feq 1.0, 2.0 ; error: feq does not belong into integer IR
  ret
}
---
func @f(%x: int) -> () {
b0:
  %b: int = bitcount %x ; error: bitcount does not belong into integer IR
  ret
}
---
global @g: 1
func @f(%x: int) -> () {
b0:
  store @g[%x], 1.0 ; error: the constant 1.0 is a float
  ret
}
---
global @g: 1
func @f(%x: int) -> () {
b0:
  jump b1
b1:
  %b: float = load @g[%x] ; error: %b is a float
  ret
}
"""

cases = [(text, False) for text in WRONG_MODULES.split("---")] + [(text, True) for text in NOT_INTEGERS.split("---")]


@pytest.mark.parametrize(
    ("text", "integers_only"), cases, ids=[text.split("; error: ")[1].split("\n")[0] for text, _ in cases]
)
def test_the_error_names_rule_and_place(text: str, integers_only: bool) -> None:
    (line,) = [line for line in text.splitlines() if "; error: " in line]
    expected = line.split("; error: ")[1]
    module = parse_module(text)
    with pytest.raises(VerifyError) as caught:
        verify(module, integers_only)
    error = caught.value
    assert error.rule == expected
    if error.instruction:
        assert line.startswith("  " + error.instruction)
        blocks = re.findall(r"^(\w+)[(:]", text[: text.index(line)], re.MULTILINE)
        assert error.block == blocks[-1]
        assert str(error).startswith(f"function @{error.function}: block {error.block}: {error.instruction}: ")
    if integers_only:
        verify(module)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(0, 2**32), st.booleans())
def test_random_modules_are_right(seed: int, floats: bool) -> None:
    verify(generate(seed, Knobs(floats=floats)), integers_only=not floats)


def test_dead_blocks_may_use_anything() -> None:
    verify(
        parse_module(
            "func @f() -> (int) {\na:\n  ret 1\nb:\n  %x: int = add %y, 1\n  %y: int = add %x, 1\n  ret %y\n}\n"
        )
    )


def function(*blocks: Block, results: tuple[Type, ...] = ()) -> Function:
    made = Function("f", [], list(results))
    made.blocks = list(blocks)
    return made


def returning(*insts: Inst) -> Block:
    block = Block("b")
    block.insts = list(insts)
    block.terminator = Terminator("ret")
    return block


def shared_value() -> Module:
    value = Value(Type.INT, "v")
    insts = [Inst("add", [Const(Type.INT, 1), Const(Type.INT, 1)], [value]) for _ in range(2)]
    return Module({"f": function(returning(*insts))})


def constant(type: Type, value: float | int | bool) -> Module:
    return Module({"f": function(returning(Inst("btoi", [Const(type, value)], [Value(Type.INT)])))})


def foreign_block() -> Module:
    block = Block("b")
    block.terminator = Terminator("jump", [], [Edge(Block("elsewhere"))])
    return Module({"f": function(block)})


def foreign_object() -> Module:
    item = MemObject("o", MemKind.GLOBAL, 1)
    load = Inst("load", [Const(Type.INT, 0)], [Value(Type.INT)], item)
    return Module({"f": function(returning(load))}, {"o": MemObject("o", MemKind.GLOBAL, 1)})


def misplaced(kind: MemKind, local: bool, name: str = "o") -> Module:
    made = function(returning())
    module = Module({"f": made}, {"o": MemObject("o", MemKind.GLOBAL, 1)})
    item = MemObject(name, kind, 1)
    if local:
        made.locals.append(item)
    else:
        module.objects[name] = item
    return module


def lost_uniform() -> Module:
    return Module(uniforms={"u": Uniform("u", FLOAT, MemObject("u", MemKind.UNIFORM, 1))})


def misnamed() -> Module:
    return Module({"g": function(returning())})


def listed_twice() -> Module:
    block = returning()
    return Module({"f": function(block, block)})


IMPOSSIBLE_IN_TEXT = [
    (shared_value(), "%v is defined twice"),
    (constant(Type.BOOL, 1), "the constant 1 is not of type bool"),
    (constant(Type.INT, True), "the constant True is not of type int"),
    (constant(Type.INT, 2**31), "the constant 2147483648 has more than 32 bits"),
    (constant(Type.FLOAT, 1), "the constant 1 is not of type float"),
    (foreign_block(), "leads to elsewhere, which is not in this function"),
    (foreign_object(), "@o is not an object of this function or its module"),
    (misplaced(MemKind.GLOBAL, True, "p"), "object @p is global, and stands in a function"),
    (misplaced(MemKind.LOCAL, False, "p"), "object @p is local, and stands outside any function"),
    (misplaced(MemKind.LOCAL, True), "local @o has the name of another object"),
    (lost_uniform(), "uniform u lies in @u, which is not an object of the module"),
    (misnamed(), "listed as @g"),
    (listed_twice(), "lists a block twice"),
    (Module({"f": function(returning(Inst("fnord", [], [])))}), "there is no operation 'fnord'"),
    (Module({"f": function(Block("b"))}), ""),
]


@pytest.mark.parametrize(
    ("module", "rule"), IMPOSSIBLE_IN_TEXT, ids=[row[1] or "unreachable" for row in IMPOSSIBLE_IN_TEXT]
)
def test_what_text_cannot_say(module: Module, rule: str) -> None:
    if not rule:
        verify(module)
        return
    with pytest.raises(VerifyError) as caught:
        verify(module)
    assert caught.value.rule == rule
    assert not isinstance(caught.value, GlowjitError), "a broken module is a bug, not a user's mistake"
