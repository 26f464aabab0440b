"""Calls: in, out and inout, overloads, roots, signatures, initialisers of globals, discard in a callee."""

from __future__ import annotations

from typing import Any

import pytest

from glowjit import glsl, spirv
from glowjit.errors import ShaderError
from glowjit.ir.evaluate import Evaluator


def test_parameters_in_results_out(call: Any) -> None:
    source = (
        "float f(in float a, out vec2 b, inout float c, const in float d) { b = vec2(a, d); c += 1.0; return a + d; }"
    )
    assert call(source, "f", 1.0, 5.0, 2.0) == [3.0, 1.0, 2.0, 6.0]


def test_an_in_parameter_is_a_copy(call: Any) -> None:
    source = "float g(float a) { a *= 2.0; return a; } float f(float a) { return g(a) + a; }"
    assert call(source, "f", 3.0) == [9.0]


def test_out_parameters_are_written_back_in_the_caller(call: Any) -> None:
    source = """
    void swap(inout float a, inout float b) { float t = a; a = b; b = t; }
    vec3 f(vec3 v) { swap(v.x, v.z); swap(v[1], v[0]); return v; }"""
    assert call(source, "f", 1.0, 2.0, 3.0) == [2.0, 3.0, 1.0]


def test_inout_struct_array_elements_by_dynamic_index(call: Any) -> None:
    source = """
    struct P { vec2 at; int n[2]; };
    void bump(inout P p, int k) { p.n[k] += 10; p.at.yx += vec2(1.0, 2.0); }
    void both(inout P ps[3], int i) { bump(ps[i], i & 1); bump(ps[2], 0); }
    vec4 f(int i) {
      P ps[3];
      for (int k = 0; k < 3; k++) { ps[k].at = vec2(k); ps[k].n[0] = k; ps[k].n[1] = -k; }
      both(ps, i);
      return vec4(ps[i].at, ps[i].n[i & 1], ps[2].n[0]);
    }"""
    assert call(source, "f", 1) == [3.0, 2.0, 9.0, 12.0]
    assert call(source, "f", 2) == [6.0, 4.0, 22.0, 22.0]


def test_functions_that_modify_globals(call: Any) -> None:
    source = """
    int count = 3; vec2 trail[4];
    int next() { return count++; }
    void mark(int i) { trail[i] += vec2(float(next()), 1.0); }
    vec4 f(int i) { mark(i); mark(i); mark(0); return vec4(trail[i], trail[0].x, float(count)); }"""
    assert call(source, "f", 2) == [7.0, 2.0, 5.0, 6.0]
    assert call(source, "f", 0) == [12.0, 3.0, 12.0, 6.0]


def test_initialisers_may_call_functions_and_branch(call: Any) -> None:
    source = """
    float twice(float x) { return x * 2.0; }
    float a = twice(4.0);
    float b = a > 5.0 ? twice(a) : twice(-a);
    float f() { return a + b; }"""
    assert call(source, "f") == [24.0]


def test_globals_of_an_earlier_call_are_not_seen(library: Any) -> None:
    source = """
    int count; float small[3]; vec2 big[20]; float nested[5][7]; int given[20] = int[20](
      1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0);
    vec4 f(int i) {
      small[i & 1] += 1.0; big[i].y += 2.0; nested[i & 3][i >> 1] += 3.0; given[i]++; count++;
      return vec4(small[i & 1] + float(count), big[i].y, nested[i & 3][i >> 1], float(given[i])); }"""
    machine = Evaluator(library(source), 1)
    for index in (2, 2, 13, 2):
        machine.call(spirv.INITIALISERS, [])
        assert [word.item() for word in machine.call("f", [index])] == [2.0, 2.0, 3.0, 5.0 if index == 13 else 4.0]


def test_functions_without_globals_need_no_initialisers(library: Any) -> None:
    assert list(library("float f(float x) { return x; }").functions) == ["f"]


def test_initialisers_do_not_take_the_statements_of_main_along(call: Any) -> None:
    source = """
    float a = 4.0;
    float f() { return a; }
    void main() {
      a = 9.0; }"""
    assert call(source, "f") == [4.0]


def test_arrays_by_value(call: Any) -> None:
    source = """
    int[3] twice(int a[3]) { for (int i = 0; i < 3; i++) a[i] *= 2; return a; }
    int f(int i) { int a[3] = int[](1, 2, 3); int b[3] = twice(a); a[0] = b[i]; b = a; return b[0] * 100 + b[i]; }"""
    assert call(source, "f", 2) == [603]


def test_overloads_are_named_in_source_order(library: Any) -> None:
    module = library("""
    float f(float a) { return a; }
    vec2 f(vec2 a) { return a; }
    float f(float a, inout int b) { return a; }
    float g(float a) { int i; return f(a) + f(vec2(a)).x + f(a, i); }""")
    assert {name: str(function.signature) for name, function in module.functions.items()} == {
        "f": "f(float)",
        "f.1": "f(vec2)",
        "f.2": "f(float,int)",
        "g": "g(float)",
    }


def test_signatures_tell_types_and_modes(library: Any) -> None:
    source = """
    #define THROUGH inout
    struct Ray { vec3 from; float t[2]; };
    bool f(in uint a, out mat2x3 b, THROUGH Ray ray, const in bvec2 flags, float unwritten, inout int unused) {
      a += 1u; b = mat2x3(1.0); return flags.x; }
    void nothing(void) {}"""
    signature = library(source).functions["f"].signature
    assert [(p.mode, str(p.type), p.name) for p in signature.parameters] == [
        ("in", "uint", "a"),
        ("out", "mat2x3", "b"),
        ("inout", "Ray", "ray"),
        ("in", "bvec2", "flags"),
        ("in", "float", "unwritten"),
        ("inout", "int", "unused"),
    ]
    assert str(signature.result) == "bool"
    assert [name for name, _ in signature.parameters[2].type.members] == ["from", "t"]
    nothing = library(source).functions["nothing"].signature
    assert nothing.result is None and nothing.parameters == ()


MANY = "float a(float x) { return x; } float b(float x) { return a(x); } float c(float x) { return b(x) + a(x); }"


@pytest.mark.parametrize(
    ("roots", "expected"), [(["a"], ["a"]), (["b"], ["a", "b"]), (["c", "a"], ["a", "b", "c"]), ([], [])]
)
def test_only_roots_and_their_callees_are_translated(roots: list[str], expected: list[str]) -> None:
    binary = glsl.compile_library(MANY)
    assert list(spirv.translate(binary.spirv, roots=roots).functions) == expected


def test_callees_come_first(library: Any) -> None:
    source = "float b(float x); float c(float x) { return b(x); } float b(float x) { return x; }"
    assert list(library(source).functions) == ["b", "c"]


def test_a_root_that_does_not_exist() -> None:
    with pytest.raises(ShaderError, match="no function 'smoth'") as caught:
        spirv.translate(glsl.compile_library("float smooth_(float x) { return x; }").spirv, roots=["smoth"])
    assert "smooth_" in caught.value.hint


DISCARD = """
void inner(float x) { if (x > 2.0) discard; }
float outer(float x) { for (int i = 0; i < 3; i++) inner(x + float(i)); return 1.0; }
out vec4 color;
void main() { color = vec4(0.25); color = vec4(outer(gl_FragCoord.x)); }
"""


def test_discard_in_a_callee_leaves_every_caller(pixel: Any) -> None:
    assert pixel("#version 330\n" + DISCARD, 0.0) == (1.0, 1.0, 1.0, 1.0)
    assert pixel("#version 330\n" + DISCARD, 0.5) == (0.0, 0.0, 0.0, 0.0)


def test_discard_does_not_outlast_a_call(call: Any) -> None:
    source = "float g(float x) { if (x < 0.0) discard; return x; } float f(float x) { return g(x) + g(x); }"
    assert call(source, "f", [1.0, -1.0, 2.0])[0].tolist() == [2.0, 0.0, 4.0]
