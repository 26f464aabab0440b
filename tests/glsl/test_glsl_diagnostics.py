"""What a person is told: message, line, column, hint."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glowjit import glsl
from glowjit.errors import ShaderError

ES3 = "#version 300 es\nout vec4 o;\n"
MAIN = "void main() { gl_FragColor = vec4(1.0); }"
SHADERTOY = "void mainImage(out vec4 c, in vec2 p) { "

# fmt: off
REFUSED = [
    # source, message, (line, column), hint
    # Names
    (ES3 + "void main() {\n o = vec4(foo * 2.0);\n}", "undeclared identifier 'foo'", (4, 11), "declare it"),
    ("void main() {\n pixel = vec4(1.0);\n}", "undeclared identifier 'pixel'", (2, 2), "out vec4 pixel;"),
    ("void main() {\n pixel.rgb = vec3(1.0);\n}", "undeclared identifier 'pixel'", (2, 2), "out vec4 pixel;"),
    ("void main() {\n gl_FragColor = _xy.xyxy;\n}", "undeclared identifier '_xy'", (2, 17), "gl_FragCoord.xy"),
    (ES3 + "void main() {\n o = vec4(fract(iTme));\n"
     "}", "undeclared identifier 'iTme'", (4, 17), "did you mean 'iTime'?"),
    (ES3 + "void main() {\n float radius = 1.0;\n o = vec4(radus);\n"
     "}", "undeclared identifier 'radus'", (5, 11), "'radius'"),
    (ES3 + "void main() {\n o = vec4(smothstep(0., 1., 2.));\n"
     "}", "undeclared function 'smothstep'", (4, 11), "'smoothstep'"),
    (ES3 + "void main() {\n o = vec4(Sin(1.0));\n}", "undeclared function 'Sin'", (4, 11), "did you mean 'sin'?"),
    (ES3 + "void main() {\n o = vec4(lerp(0., 1., 2.));\n}", "undeclared function 'lerp'", (4, 11), "mix(a, b, t)"),
    (ES3 + "void main() {\n float2 x;\n}", "undeclared identifier 'float2'", (4, 2), "vec2"),
    (ES3 + "void main() {\n gl_FragColor = vec4(1.0);\n"
     "}", "undeclared identifier 'gl_FragColor'", (4, 2), "out vec4 fragColor"),
    ("#version 100\nvoid main() {\n gl_FragColor = vec4(round(1.0));\n"
     "}", "undeclared function 'round'", (3, 22), "300 es"),
    ("#version 100\nvoid main() {\n uint x;\n}", "undeclared identifier 'uint'", (3, 2), "300 es"),
    (ES3 + "float f(vec2 p) { return p.x; }\nvoid main() {\n o = vec4(f(1.0));\n"
     "}", "no overload of f()", (5, 11), "f(vec2)"),
    (ES3 + "float f(float x);\nvoid main() {\n o = vec4(f(1.0));\n"
     "}", "f() is declared but never defined", (3, 7), "body"),
    (ES3 + "float a;\nfloat a;\nvoid main() {}", "'a' is declared twice", (4, 7), "rename"),
    (ES3 + "float round(float x) {\n return x;\n}\nvoid main() {}", "cannot be defined again", (3, 7), "rename"),
    (ES3 + "void f() {}\nvoid f() {}\nvoid main() {}", "f() is defined twice", (4, 6), "rename"),
    (ES3 + "void main() {\n float sample = 1.0;\n}", "'sample' is a reserved word", (4, 8), "another name"),
    (ES3 + "struct S { float a; } s;\nvoid main() {\n o = vec4(s.b);\n}", "no member 'b'", (5, 13), ""),
    (ES3 + "void main() {\n o = vec4(o.xyzzy);\n}", "more than four components", (4, 13), ""),
    (ES3 + "void main() {\n vec2 v;\n o = vec4(v.z);\n}", "components that the vector lacks", (5, 13), ""),
    (ES3 + "#define Z foo\nvoid main() {\n o = vec4(1.0 + Z);\n}", "undeclared identifier 'foo'", (5, 17), ""),
    (ES3 + "float a[2][3];\nvoid main() {}", "'arrays of arrays' is not in this version", (3, 7), "#version 310 es"),
    ("#version 100\nvoid main() {\n float a[1] = float[1](1.0);\n}", "not in this version", (3, 15), "#version 300 es"),
    # Types
    (ES3 + "void main() {\n float x = 1;\n}", "cannot convert from int to float", (4, 12), "write 1.0 instead of 1"),
    (ES3 + "void main() {\n float x = 2.0;\n x = x * 2;\n"
     "}", "no operator * for float and int", (5, 10), "write 2.0 instead of 2"),
    (ES3 + "void main() {\n vec2 v = 3 + vec2(1.0);\n"
     "}", "no operator + for int and vec2", (4, 11), "write 3.0 instead of 3"),
    (ES3 + "void main() {\n float x = mod(7.5, 2);\n}", "no overload of mod()", (4, 12), "write 2.0 instead of 2"),
    (ES3 + "void main() {\n int i = 1;\n float x = i;\n}", "cannot convert from int to float", (5, 8), "float(...)"),
    (ES3 + "void main() {\n int i = 1;\n float x = 2.0 * i;\n"
     "}", "no operator * for float and int", (5, 16), "float(...)"),
    (ES3 + "void main() {\n int i = 1.0;\n}", "cannot convert from float to int", (4, 6), "int(...)"),
    (ES3 + "void main() {\n o = vec3(1.0);\n}", "cannot convert from vec3 to vec4", (4, 4), "vec4(..., 1.0)"),
    (ES3 + "void main() {\n vec2 v = o;\n}", "cannot convert from vec4 to vec2", (4, 7), ".xy"),
    (ES3 + "void main() {\n o = mat4(1.0);\n}", "cannot convert from mat4 to vec4", (4, 4), ""),
    (ES3 + "void main() {\n vec3 v = vec3(1.0, 2.0);\n}", "not enough components", (4, 11), ""),
    ("#version 100\nvoid main() {\n gl_FragColor = 1.0;\n}", "cannot convert from float to vec4", (3, 15), "vec4(...)"),
    (ES3 + "void main() {\n float a[2] = float[3](0., 0., 0.);\n}", "from float[3] to float[2]", (4, 8), ""),
    (ES3 + "struct S { float x; } s;\nvoid main() {\n o = s;\n}", "cannot convert from struct to vec4", (5, 4), ""),
    (ES3 + "void main() {\n bool b = !1.0;\n}", "no operator ! for float", (4, 11), ""),
    (ES3 + "void main() {\n if (o.x) o.x = 1.0;\n}", "not a bool", (4, 2), "compare it"),
    (ES3 + "uniform float u;\nvoid main() {\n u = 1.0;\n}", "cannot assign to 'u'", (5, 2), "copy it"),
    (ES3 + "float f() { return vec2(1.0); }\nvoid main() {}", "not of the function's type", (3, 13), ""),
    (ES3 + "float f() {}\nvoid main() {}", "f() must return a value", (3, 7), "return"),
    (ES3 + "void main() {\n float a[2];\n a[2] = 1.0;\n}", "index 2 is outside the array", (5, 3), ""),
    (ES3 + "void main() {\n float x = o.x % 2.0;\n}", "no operator % for float and float", (4, 16), "mod(x, y)"),
    (ES3 + "void main() {\n if (o.xy < o.zw) o.x = 1.0;\n}", "no operator < for vec2", (4, 11), "lessThan"),
    (ES3 + "void main() {\n o = o.xyrg;\n}", "'.xyrg' mixes sets of letters", (4, 8), "xyzw, rgba"),
    (ES3 + "void main() {\n float a[-1];\n}", "size of an array", (4, 11), "const int"),
    (ES3 + "void main() {\n float a[2];\n a[1.0] = 1.0;\n}", "has to be an int", (5, 4), "int(...)"),
    (ES3 + "void main() { switch (1) { case 1: case 1: break; } }", "has a case already", (3, 36), "of its own"),
    (ES3 + "void main() {\n float gl_x;\n}", "names that begin with gl_", (4, 8), "another name"),
    (ES3 + "void main() {\n double x;\n}", "'double' is a reserved word", (4, 2), "write float"),
    ("const float g = iTime;\n" + MAIN, "the value of a constant", (1, 13), "leave out const"),
    (ES3 + "void main() {\n o = vec4(f(1.0));\n}\nfloat f(float x) { return x; }",
     "f() is called before it is defined", (4, 11), "move it up"),
    # Syntax
    (ES3 + "void main() {\n float x = 1.0\n o = vec4(x);\n}", "';' is missing after '1.0'", (4, 15), ""),
    (ES3 + "void main() {\n o = vec4(1.0;\n}", "unexpected ';'", (4, 14), "expected"),
    (ES3 + "void main() {\n o = vec4(1.0);\n", "this '{' is never closed", (3, 13), "brackets"),
    (ES3 + "float f() { return 1.0;\nvoid main() { o = vec4(1.0); }", "unexpected '{'", (4, 13), "'}' missing"),
    (ES3 + "float f() { return 1.0; }}\nvoid main() { o = vec4(1.0); }", "unexpected '}'", (3, 26), ""),
    (ES3 + "void main() {\n float é = 1.0;\n}", "the character 'é'", (4, 8), ""),
    (ES3 + "void main() {\n float x = $1;\n}", "the character '$'", (4, 12), ""),
    (ES3 + 'void main() {\n o = "red";\n}', "no strings in GLSL", (4, 6), ""),
    (ES3 + "void main() {\n /* no end\n}", "comment has no end", (4, 2), "*/"),
    (ES3 + "void main() {\n o = vec4(1.0 – 0.5);\n}", "the character '–'", (4, 15), "write '-'"),
    (ES3 + "float4 f() { return o; }\nvoid main() {}", "unexpected 'float4'", (3, 1), "write vec4"),
    # Preprocessor
    (ES3 + "#if 1\nvoid main() {}", "no #endif", (3, 1), ""),
    (ES3 + "#error not today\nvoid main() {}", "#error not today", (3, 1), ""),
    (ES3 + "int x; #define Y\nvoid main() {}", "first thing on its line", (3, 8), ""),
    (ES3 + "void main() {}\n#define ", "#define needs the name of a macro", (4, 1), "letters"),
    (ES3 + "#ifdef\n#endif\nvoid main() {}", "#ifdef needs the name of a macro", (3, 1), "letters"),
    (ES3 + "#if FOO\n#endif\nvoid main() {}", "'FOO' is not defined", (3, 5), "#ifdef FOO"),
    (ES3 + "#if 1 +\n#endif\nvoid main() {}", "this condition has no value", (3, 1), "defined(NAME)"),
    (ES3 + "#if 1 / 0\n#endif\nvoid main() {}", "divides by 0", (3, 1), "whole numbers"),
    (ES3 + "#define A 1\n#define A 2\nvoid main() {}", "the macro A is defined twice", (4, 1), "#undef A"),
    (ES3 + "#define F(a, a) a\nvoid main() {}", "two parameters of a macro have the same name", (3, 1), "rename"),
    (ES3 + "#define GL_x 1\nvoid main() {}", "the name GL_x is GLSL's own", (3, 9), "another name"),
    (ES3 + "#extension GL_foo\nvoid main() {}", "this #extension is not complete", (3, 1), ": enable"),
    (ES3 + "#extension all : require\nvoid main() {}", "not all extensions can be required", (3, 1), "name the one"),
    (ES3 + "#if 1\n#else\n#else\n#endif\nvoid main() {}", "this #else follows an #else", (5, 1), "last part"),
    (ES3 + "#version 300 es\nvoid main() {}", "#version comes first", (3, 1), "take this one away"),
    (ES3 + "void main() { o = vec4(2.0h); }", "no numbers with this suffix", (3, 24), "floats are 1.0"),
    (ES3 + "void main() { o = vec4(1.0lf); }", "'double literal'", (3, 24), "leave out its suffix"),
    (ES3 + "void main() { o = vec4(99999999999); }", "more than 32 bits", (3, 24), "1.0e11"),
    (ES3 + "void main() { o = vec4(1e); }", "this number ends before its exponent", (3, 24), "1.0e3"),
    (ES3 + "void main() { o = vec4(089); }", "octal, without 8 and 9", (3, 24), "take the 0 away"),
    (ES3 + "void main() { o = vec4(0xg); }", "hexadecimal number has no digits", (3, 24), "0xFF"),
    (ES3 + "void main() { o = vec4('a'); }", "no characters in GLSL", (3, 24), "numbers"),
    (ES3 + "void main() { o = vec4(1.2.3); }", "unexpected '.3'", (3, 24), "expected"),
    (ES3 + "void main() { switch (1.5) { case 1: break; } }", "a switch chooses by an int", (3, 15), "int(...)"),
    (ES3 + "float f(float f) { return f(1.0); }", "'f' is a variable here", (3, 27), "the function that it hides"),
    (ES3 + "#frobnicate\nvoid main() {}", "no directive #frobnicate", (3, 1), "#define"),
    (ES3 + "#iChannel0 'a.png'\nvoid main() {}", "no directive #iChannel0", (3, 1), "--texture iChannel0"),
    ("#iChannel0 'self'\nvoid main() {}", "no directive #iChannel0", (1, 1), "--feedback iChannel0"),
    (ES3 + "void main() { float f = 1.0; o = vec4(f.length); }", "this has no '.length'", (3, 41), "length(v)"),
    ("\n shader_type canvas_item;\nvoid fragment() {}", "this is Godot's shading language", (2, 2), "void main()"),
    ("float4 f(float4 p : SV_Position) : SV_Target { return p; }", "this is HLSL", (1, 19), "vec4"),
    ("float4 mainImage(VertData v) : TARGET\n{ return 1; }", "this is HLSL", (1, 28), "vec4"),
    ("#group Menger\nuniform float Scale; slider[0,1,2]\n", "no directive #group", (1, 1), "// name: default"),
    ("@fragment\nfn main() -> vec4<f32> {}", "this is WGSL", (1, 1), "float x"),
    ("<script>\nvoid main() {}</script>", "this is HTML", (1, 1), "between the tags"),
    ("\n```glsl\nvoid main() {}\n```", "this is Markdown", (2, 1), "between the lines of ```"),
    ("void main() {\n if (1 &lt; 2) gl_FragColor = vec4(1.0);\n}", "this is HTML", (2, 8), "write < for &lt;"),
    ("\nvec4 frag(vec2 pos, vec2 uv, vec4 color, sampler2D tex) { return def_frag(); }", "this is KAPLAY's", (2, 1),
     "texture2D(tex, uv) for def_frag()"),
    ("\nvec4 effect(vec4 tint, Image image, vec2 uv, vec2 at) { return Texel(image, uv); }", "this is LÖVE's", (2, 1),
     "gl_FragColor"),
    ("---\nname: Stripes\n---\n" + MAIN, "this is YAML", (1, 1), "the second ---"),
    ('const char *const text = R"glsl(\n' + MAIN + ')glsl";', "this is C++", (1, 1), "between"),
    ('{"code": "void main() {}"}', "this is JSON", (1, 1), "only the code"),
    ("half4 main(float2 p) { return half4(1); }", "this is SkSL", (1, 1), "vec4 render"),
    ("vec4 main(vec2 p) { return vec4(1); }", "this is SkSL", (1, 1), "vec4 render"),
    ("varying LOWP vec4 v_color;\nvoid main() { gl_FragColor = v_color; }", "unexpected 'vec4'", (1, 14), "expected"),
    ("void main() {\n float x = FC.x;\n}", "undeclared identifier 'FC'", (2, 12), "twigl"),
    ("void mainImage(out vec4 c, vec2 p) {}\nvoid mainImage(out vec4 c, vec2 p) {}", "several mainImage()", (2, 6),
     "--buffer-a"),
    ("#shader fragment\nvoid main() {}", "no directive #shader", (1, 1), "leave only"),
    ("const f = `\nvoid main() {}`;", "the character '`'", (1, 11), "between the backquotes"),
    ("#define mainImage(O, U) O = vec4(U / R, 0, 1)\n", "undeclared identifier 'R'", (2, 0), "declare it"),
    ("#version 150\nin Data {\n vec3 normal;\n} inData;\nout vec4 c;\nvoid main() { c = vec4(inData.normal, 1.0); }",
     "'normal' comes from a vertex shader", (3, 7), "gl_FragCoord"),
    (ES3 + "#else\nvoid main() {}", "this #else belongs to no #if", (3, 1), "take it away"),
    (ES3 + "#define V(...) 1.0\nvoid main() {}", "the parameters of a macro are names", (3, 1), "(...)"),
    (ES3 + "#extension GL_NO : require\nvoid main() {}", "no extension GL_NO", (3, 1), "leave it out"),
    (ES3 + "#define F(a, b) a\nvoid main() { o = vec4(F(1.0)); }", "too few arguments for macro F", (4, 24), ""),
    ('#include "noise.glsl"\n' + MAIN, "this includes no file", (1, 1), "paste"),
    ('\n#pragma include "https://example.com/a.glsl"\n' + MAIN, "this includes no file", (2, 1), "paste"),
    ("#pragma glslify: noise = require(glsl-noise)\n" + MAIN, "this includes no file", (1, 1), "paste"),
    ("\n#version 999\n" + MAIN, "no GLSL version '999'", (2, 10), "300 es"),
    ("#version 300\n" + MAIN, "GLSL version 300 is an ES version", (1, 10), "#version 300 es"),
    ("#version 330 es\n" + MAIN, "no profile 'es'", (1, 10), "#version 330"),
    ("#version\n" + MAIN, "no GLSL version ''", (1, 9), ""),
    # Recursion, which glslang reports without a line
    (ES3 + "float f(float x) {\n return f(x);\n}\nvoid main() { o = vec4(f(1.0)); "
     "}", "recursion: f() -> f()", (4, 9), "loop"),
    (ES3 + "float g(float x);\nfloat f(float x) { return g(x); }\nfloat g(float x) { return f(x); }\n"
     "void main() { o = vec4(f(1.0)); }", "recursion: f() -> g() -> f()", (4, 27), "loop"),
    # Entry points and outputs
    ("", "the shader is empty", (0, 0), "paste"),
    (" \n// nothing\n", "the shader is empty", (0, 0), "paste"),
    ("float x;", "no function", (0, 0), "mainImage"),
    ("float f() { return 1.0; }", "no entry point", (0, 0), "mainImage"),
    ("void mainimage(out vec4 c, in vec2 p) {}", "no entry point", (1, 6), "did you mean mainImage()"),
    ("void Main() {}", "no entry point", (1, 6), "did you mean main()"),
    ("vec2 mainSound(int s, float t) { return vec2(0.0); }", "mainSound() makes sound", (1, 6), "mainImage"),
    ("\nvoid mainImage(vec2 p) {}", "mainImage()", (2, 6), "out vec4 fragColor"),
    ("float render(vec2 p) { return 1.0; }", "render()", (1, 7), "vec4 render(vec2 fragCoord)"),
    ("void main() {\n float x;\n}", "writes no colour", (1, 6), "gl_FragColor"),
    ("#version 300 es\nvoid main() {}", "writes no colour", (2, 6), "out vec4"),
    ("#version 300 es\nout ivec4 c;\nvoid main() {}", "output 'c' is not a vec4", (2, 11), "out vec4 fragColor;"),
    ("#version 300 es\nout vec4 c[2];\nvoid main() {}", "output 'c' is not a vec4", (2, 10), "out vec4 fragColor;"),
    ("#version 300 es\nout vec4 a, b;\nvoid main() {}", "two outputs", (2, 13), ""),
    ("void main() {\n gl_FragData[1] = vec4(1.0);\n}", "only gl_FragData[0]", (2, 2), ""),
    # What cannot work here
    (SHADERTOY + "\n c = texture(iChannel0, p);\n}", "'iChannel0' is a texture", (2, 14), "noise"),
    (SHADERTOY + "\n c = vec4(iChannelResolution[0], 1.0);\n}", "'iChannelResolution'", (2, 11), ""),
    ("float f(vec2 p) {\n return texture(iChannel1, p).x;\n}\n" + SHADERTOY + "c = vec4(f(p)); "
     "}", "'iChannel1'", (2, 17), ""),
    ("uniform sampler2D tex;\nvoid main() {\n gl_FragColor = texture2D(tex, vec2(0.0));\n"
     "}", "'tex' is a texture", (3, 27), ""),
    ('/*{"INPUTS": [{"NAME": "picture", "TYPE": "image"}]}*/\n'
     "void main() { gl_FragColor = IMG_THIS_PIXEL(picture); }",
     "'picture' is a texture", (2, 45), "--texture picture"),
    ('/*{"INPUTS": [\n  {"NAME": "x" "TYPE": "float"}]}*/\n' + MAIN, "the ISF header is not JSON", (2, 16), ""),
    ('/*{"INPUTS": [{"NAME": "x", "TYPE": "matrix"}]}*/\n' + MAIN, "'x' has the TYPE 'matrix'", (1, 24), "color"),
    ('/*{"INPUTS": [{"NAME": "a b", "TYPE": "float"}]}*/\n' + MAIN, "not an identifier", (1, 4), ""),
    ('/*{"INPUTS": [],\n "PASSES": [{"TARGET": "a"}, {}]}*/\n'
     "void main() { gl_FragColor = IMG_THIS_PIXEL(a); }", "several passes", (2, 2), "--feedback"),
    ('/*{"INPUTS": [],\n "PASSES": [{}, {}]}*/\n'
     "void main() { gl_FragColor = vec4(PASSINDEX); }", "several passes", (2, 2), "--feedback"),
    ('/*{"PASSES": [{"TARGET": "a", "PERSISTENT": true}]}*/\n'
     "void main() { gl_FragColor = IMG_THIS_PIXEL(a); }", "'a' is a texture", (2, 45), "--feedback a"),
    ("varying vec3 vNormal;\nvoid main() { gl_FragColor = vec4(vNormal, 1.0); "
     "}", "'vNormal' comes from a vertex shader", (1, 14), "vUv"),
    ("#version 310 es\nlayout(local_size_x = 8) in;\nvoid main() {}", "compute shader", (2, 8), "fragment"),
    ("attribute vec4 position;\nvoid main() { gl_Position = position; }", "vertex shader", (2, 15), "fragment"),
    ("#version 450\nlayout(origin_upper_left) in vec4 gl_FragCoord;\nout vec4 c;\nvoid main() { c = gl_FragCoord; }",
     "'origin_upper_left'", (2, 8), ""),
    # Not text
    ("void main() {\n\0}", "NUL byte", (2, 1), ""),
    (b"void main() {\n // caf\xe9\n}", "byte 0xe9 is not UTF-8", (2, 8), "UTF-8"),
    ("void main() {\n // caf\udce9\n}", "byte 0xe9 is not UTF-8", (2, 8), "UTF-8"),
    ("// \ud800\n" + MAIN, "is not UTF-8", (1, 4), "UTF-8"),
    ("//" + "x" * 262143 + "\n" + MAIN, "the limit is 262144", (0, 0), ""),
]
# fmt: on


@pytest.mark.parametrize(("source", "message", "place", "hint"), REFUSED, ids=[row[1] for row in REFUSED])
def test_mistake_is_explained(source, message, place, hint):
    with pytest.raises(ShaderError) as caught:
        glsl.compile_shader(source, "a.frag")
    error = caught.value
    assert message in error.message
    assert (error.line, error.column) == place
    assert hint in error.hint
    assert error.stage == "glsl"
    assert error.file == "a.frag"


def test_caret_stands_under_the_mistake():
    with pytest.raises(ShaderError) as caught:
        glsl.compile_shader("void mainImage(out vec4 c, in vec2 p)\n{\n\tfloat x = speed;\n}", "a.frag")
    assert str(caught.value) == (
        "error: undeclared identifier 'speed'\n"
        "  --> a.frag:3:12\n"
        "   |\n"
        " 3 |  float x = speed;\n"
        "   |            ^\n"
        "hint: declare it, or check the spelling"
    )


def test_mistakes_on_several_lines_are_all_told_once_each():
    source = SHADERTOY + "\n float x = a + a;\n float y = 1;\n float z = b;\n c = vec4(x, y, z, 1.0);\n}"
    with pytest.raises(ShaderError) as caught:
        glsl.compile_shader(source)
    assert [item.line for item in caught.value.diagnostics] == [2, 3, 4]


def test_many_mistakes_are_cut_short():
    source = SHADERTOY + "".join(f"\n float x{n} = y{n};" for n in range(50)) + "\n}"
    with pytest.raises(ShaderError) as caught:
        glsl.compile_shader(source)
    assert [item.line for item in caught.value.diagnostics] == list(range(2, 10))


def test_of_two_dialects_the_one_that_got_further_speaks():
    # GLSL ES 1.00 stops at line 2, which desktop GLSL takes.
    source = "void main() {\n int a = 7 & 3;\n float x = a;\n gl_FragColor = vec4(wrong);\n}"
    with pytest.raises(ShaderError) as caught:
        glsl.compile_shader(source)
    assert [(item.message, item.line) for item in caught.value.diagnostics] == [("undeclared identifier 'wrong'", 4)]


def test_long_lines_are_shown_around_the_caret():
    with pytest.raises(ShaderError) as caught:
        glsl.compile_shader(SHADERTOY + "c = vec4(" + "1.0 + " * 500 + "oops); }")
    source, caret = str(caught.value).split("\n")[3:5]
    assert len(source) < 200
    assert source[caret.index("^") :].startswith("oops")


@pytest.mark.parametrize("source", ["float g(float x) { return y * 2; }", "float g(float x) { return x }"])
def test_libraries_have_places_too(source):
    with pytest.raises(ShaderError) as caught:
        glsl.compile_library("\n" + source, "lib.glsl")
    assert (caught.value.file, caught.value.line) == ("lib.glsl", 2)


TOKENS = """
    void main ( ) { } ; , = + * . [ ] 1 1.0 0x 1e .. x vec4 float int struct uniform varying in out layout precision
    highp const for if return #if #endif #define #version #line #extension // /* */ " ' $ é \\ mainImage render
    gl_FragColor gl_FragData iTime vUv sampler2D iChannel0 300 es
"""
FRAGMENTS = st.sampled_from(TOKENS.split()) | st.sampled_from(
    ["\n", "\t", "\f", "\r\n", "\\\n", "\x85", "\u2028", "\x00", "\ud800", "\ufeff", "/*{", "}*/"]
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    st.sampled_from([row[0] for row in REFUSED if isinstance(row[0], str) and len(row[0]) < 500]),
    st.lists(st.tuples(st.integers(0, 500), st.integers(0, 8), FRAGMENTS), min_size=1, max_size=5),
)
def test_any_text_compiles_or_is_refused_at_a_place_in_it(source, changes):
    for at, length, fragment in changes:
        at %= len(source) + 1
        source = source[:at] + fragment + source[at + length :]
    try:
        glsl.compile_shader(source, "a.frag")
    except ShaderError as error:
        assert "front end" not in error.message
        lines = error.source.split("\n")
        for item in error.diagnostics:
            assert 0 <= item.line <= len(lines)
            assert item.line or not item.column
            assert item.column <= len(lines[item.line - 1]) + 1
        assert error.render()


def test_a_library_calls_what_has_no_body() -> None:
    """glslang crashes on it."""
    source = "struct S { float a; };\nS g(vec3 p);\nS unused(vec3 p);\nfloat f(vec3 p) { return g(p).a; }"
    with pytest.raises(ShaderError, match="declared but never defined") as caught:
        glsl.compile_library(source)
    assert (caught.value.line, caught.value.column) == (4, 26)
    glsl.compile_library("float f(float x);\nfloat g(float x) { return x; }")
