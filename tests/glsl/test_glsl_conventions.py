"""Which shaders are understood, as what, and what the runtime is told to fill in."""

from __future__ import annotations

import numpy as np
import pytest

import glowjit
from glowjit import glsl
from glowjit.errors import ShaderError
from glowjit.glsl import vocabulary
from glowjit.textures import Texture

MAGIC = 0x07230203

# fmt: off
ACCEPTED = [
    # name, source, convention, dialect, uniforms
    ("shadertoy",
     "void mainImage(out vec4 c, in vec2 p) { c = vec4(0.5 + 0.5 * cos(iTime + p.xyx + vec3(0, 2, 4)), 1.0); }",
     "shadertoy", "300 es", {"iTime": "time"}),
    ("shadertoy, everything it offers",
     "void mainImage(out vec4 c, in vec2 p) {\n"
     "  c = iMouse / iResolution.xyxy + iDate + float(iFrame) * iTimeDelta / iFrameRate + iTime + iSampleRate;\n}",
     "shadertoy", "300 es", {"iTime": "time", "iTimeDelta": "delta", "iFrame": "frame", "iFrameRate": "framerate",
                             "iResolution": "resolution", "iMouse": "mouse", "iDate": "date"}),
    ("shadertoy, old name of the time",
     "void mainImage(out vec4 c, vec2 p) { c = vec4(iGlobalTime); }",
     "shadertoy", "300 es", {"iGlobalTime": "time"}),
    ("shadertoy, no space to breathe",
     "void mainImage(inout vec4 o,vec2 u){o*=0.;for(float i;i++<9.;o+=i);o/=45.*iResolution.x;}",
     "shadertoy", "300 es", {"iResolution": "resolution"}),
    ("shadertoy, uniforms behind macros",
     "#define time iTime*0.15\n#define R iResolution\nvoid mainImage(out vec4 c, in vec2 p) { "
     "c = vec4(p / R.xy, time, 1); }",
     "shadertoy", "300 es", {"iTime": "time", "iResolution": "resolution"}),
    ("a macro that renames a uniform to another family's",
     "#define iTime time\nvoid mainImage(out vec4 c, in vec2 p) { c = vec4(iTime); }",
     "shadertoy", "300 es", {"time": "time"}),
    ("shadertoy with its own declarations, and a type of its own",
     "uniform vec2 iResolution; uniform float iTime;\nvoid mainImage(out vec4 c, in vec2 p) { "
     "c = vec4(p / iResolution, iTime, 1); }",
     "shadertoy", "300 es", {"iTime": "time", "iResolution": "resolution"}),
    ("shadertoy with a global that is computed",
     "float t = iTime * 2.0;\nvoid mainImage(out vec4 c, in vec2 p) { c = vec4(t); }",
     "shadertoy", "300 es", {"iTime": "time"}),
    ("shadertoy with a helper of the entry point's name",
     "vec4 mainImage(vec2 p) { return p.xyxy; }\nvoid mainImage(out vec4 c, in vec2 p) { c = mainImage(p); }",
     "shadertoy", "300 es", {}),
    ("shadertoy older than its dialect, with functions of its own that GLSL has by now",
     "float round(float x) { return floor(x + 0.5); }\nvoid mainImage(out vec4 c, in vec2 p) { c = vec4(round(p.x)); }",
     "shadertoy", "100", {}),
    ("shadertoy, its entry point a macro",
     "#define mainImage(O, U) \\\n O.xy = U / iResolution.xy; \\\n O += iTime\n",
     "shadertoy", "300 es", {"iResolution": "resolution", "iTime": "time"}),
    ("a macro and a function for the entry point, of which one is there",
     "#if 0\n#define mainImage(O, U) O = vec4(1.0)\n#else\nvoid mainImage(out vec4 c, vec2 p) { c = vec4(1); }\n#endif",
     "shadertoy", "300 es", {}),
    ("a macro for the entry point that is switched off",
     "#if 0\n#define mainImage(O, U) O = vec4(1.0)\n#endif\nvoid main() { gl_FragColor = vec4(1.0); }",
     "glsl", "100", {}),
    ("a macro for the entry point that is called",
     "#define mainImage(O, U) O = vec4(U, 0.0, 1.0)\nvoid main() { mainImage(gl_FragColor, gl_FragCoord.xy); }",
     "glsl", "100", {}),
    ("main wins over mainImage",
     "void mainImage(out vec4 c, in vec2 p) { c = vec4(p, 0.0, 1.0); }\nvoid main() { "
     "mainImage(gl_FragColor, gl_FragCoord.xy); }",
     "glsl", "100", {}),
    ("two entry points, one of them switched off",
     "#if 0\nvoid mainImage(out vec4 c) {}\n#else\nvoid mainImage(out vec4 c, in vec2 p) { c = vec4(1); }\n#endif",
     "shadertoy", "300 es", {}),
    ("an entry point in a comment",
     "// void main() {}\n/* void mainImage(out vec4 c, in vec2 p) */\nvec4 render(vec2 p) { "
     "return vec4(p, 0.0, 1.0); }",
     "render", "300 es", {}),
    ("render",
     "vec4 render(vec2 fragCoord) { return vec4(fragCoord / resolution, time, 1.0); }",
     "render", "300 es", {"time": "time", "resolution": "resolution"}),
    ("render of three components, desktop style",
     "vec3 render(vec2 p) { float x = 1; return vec3(x); }",
     "render", "450 compatibility", {}),
    ("Book of Shaders",
     "#ifdef GL_ES\nprecision mediump float;\n#endif\nuniform vec2 u_resolution; uniform vec2 u_mouse; "
     "uniform float u_time;\n"
     "void main() { vec2 st = gl_FragCoord.xy / u_resolution; gl_FragColor = vec4(st, abs(sin(u_time)), 1.0); }",
     "glsl", "100", {"u_time": "time", "u_resolution": "resolution", "u_mouse": "mouse"}),
    ("GLSL Sandbox",
     "precision highp float; uniform float time; uniform vec2 resolution, mouse; varying vec2 surfacePosition;\n"
     "void main() { gl_FragColor = vec4(surfacePosition * mouse + gl_FragCoord.xy / resolution, sin(time), 1.0); }",
     "glsl", "100", {"time": "time", "resolution": "resolution", "mouse": "pointer", "glow_resolution": "resolution"}),
    ("a local variable named as a uniform of another family",
     "uniform float u_time; void main() { float time = u_time; float mouse = time; "
     "gl_FragColor = vec4(time, mouse, 0, 1); }",
     "glsl", "100", {"u_time": "time"}),
    ("a function, a parameter and a member named as uniforms",
     "struct S { float time; }; float mouse(float resolution) { S s; s.time = resolution; return s.time; }\n"
     "void main() { gl_FragColor = vec4(mouse(1.0)); }",
     "glsl", "100", {}),
    ("a uniform of the right name but another type is the shader's own",
     "uniform vec3 time; void main() { gl_FragColor = vec4(time, 1.0); }",
     "glsl", "100", {}),
    ("declared uniforms in letters and with underscores of one's own, and Bonzomatic's",
     "uniform float u_Time, fGlobalTime; uniform vec2 Resolution, v2Resolution;\n"
     "void main() { gl_FragColor = vec4(gl_FragCoord.xy / Resolution / v2Resolution, u_Time, fGlobalTime); }",
     "glsl", "100", {"u_Time": "time", "fGlobalTime": "time", "Resolution": "resolution",
                     "v2Resolution": "resolution"}),
    ("undeclared uniforms of every other family",
     "void main() { gl_FragColor = vec4(u_time, TIME, uTime, u_delta) + u_date + DATE + TIMEDELTA\n"
     " + float(u_frame + FRAMEINDEX); }",
     "glsl", "100", {"u_time": "time", "u_delta": "delta", "u_frame": "frame", "u_date": "date", "TIME": "time",
                     "TIMEDELTA": "delta", "FRAMEINDEX": "frame", "DATE": "date", "uTime": "time"}),
    ("gl_FragData",
     "void main() { gl_FragData[0] = vec4(1.0); }", "glsl", "100", {}),
    ("ES 1.00, extension after code",
     "precision highp float;\n#extension GL_OES_standard_derivatives : enable\nvoid main() { "
     "gl_FragColor = vec4(1.0); }",
     "glsl", "100", {}),
    ("ES 1.00 by name", "#version 100\nvoid main() { gl_FragColor = vec4(1.0); }", "glsl", "100", {}),
    ("ES 3.00",
     "#version 300 es\nprecision mediump float;\nout vec4 c;\nvoid main() { c = vec4(1.0); }", "glsl", "300 es", {}),
    ("ES 3.00, three components, with a location",
     "#version 300 es\nlayout(location = 0) out highp vec3 c;\nvoid main() { c = vec3(1.0); }", "glsl", "300 es", {}),
    ("ES 3.00, indented and after a comment",
     "// hello\n  #version 300 es\nout vec4 c;\nvoid main() { c = vec4(1.0); }", "glsl", "300 es", {}),
    ("ES 3.00 without saying so", "out vec4 c;\nvoid main() { c = vec4(1u); }", "glsl", "300 es", {}),
    ("ES 3.10", "#version 310 es\nout vec4 c;\nvoid main() { c = vec4(bitfieldExtract(7, 1, 1)); "
     "}", "glsl", "310 es", {}),
    ("ES 3.20", "#version 320 es\nout vec4 c;\nvoid main() { c = vec4(1.0); }", "glsl", "320 es", {}),
    ("desktop 1.20", "#version 120\nvoid main() { float x = 1; gl_FragColor = vec4(x); }", "glsl", "120", {}),
    ("copied from a page", "void mainImage(out vec4 c,\u00a0in vec2 p)\u200b {\n\u2003c = vec4(1.0);\ufeff\n}",
     "shadertoy", "300 es", {}),
    ("the sizes and times of other hosts",
     "uniform vec2 rubyInputSize, window_size; uniform float deltaTime;\n"
     "void main() { gl_FragColor = vec4(rubyInputSize / window_size, deltaTime, 1.0); }",
     "glsl", "100", {"rubyInputSize": "resolution", "window_size": "resolution", "deltaTime": "delta"}),
    ("Shadertoy's for a tool that converts ints", "void mainImage(out vec4 c, vec2 p) { float x = 1; c.r = x; }",
     "shadertoy", "450 compatibility", {}),
    ("desktop 1.20 with what came later", "#version 120\nvoid main() { gl_FragColor = inverse(mat4(2)) * vec4(1); }",
     "glsl", "450 compatibility", {}),
    ("desktop 3.30", "#version 330 core\nin vec2 uv;\nout vec4 c;\nvoid main() { c = vec4(uv, 1, 1); }",
     "glsl", "330 core", {"glow_resolution": "resolution"}),
    ("desktop 4.60", "#version 460\nout vec4 c;\nvoid main() { float a[2] = {1, 2}; c = vec4(a[1]); "
     "}", "glsl", "460", {}),
    ("desktop without saying so",
     "void main() { int a = 7 & 3; float x = a; gl_FragColor = vec4(x); }", "glsl", "450 compatibility", {}),
    ("several outputs: the one at location 0 is shown",
     "#version 300 es\nlayout(location = 1) out vec4 a; layout(location = 0) out vec4 b;\nvoid main() { "
     "a = vec4(1.0); b = a; }",
     "glsl", "300 es", {}),
    ("inputs from a vertex shader that are not used",
     "#version 300 es\nin vec3 vNormal; flat in int id;\nout vec4 c;\nvoid main() { c = vec4(1.0); "
     "}", "glsl", "300 es", {}),
    ("a block of inputs from a vertex shader, of which the position is used",
     "#version 150\nin VertexData { vec4 v_position; vec3 v_normal; vec2 v_texcoord; } inData;\nout vec4 c;\n"
     "void main() { c = vec4(inData.v_texcoord, 0.0, 1.0); }",
     "glsl", "150", {"glow_resolution": "resolution"}),
    ("Processing's picture and tint",
     "varying vec4 vertColor, vertTexCoord; void main() { gl_FragColor = vertColor * vertTexCoord.stst; }",
     "glsl", "100", {"glow_resolution": "resolution"}),
    ("RetroArch's two stages in one file",
     "#if defined(VERTEX)\nattribute vec4 VertexCoord; void main() { gl_Position = VertexCoord; }\n"
     "#elif defined(FRAGMENT)\nuniform int FrameCount; uniform vec2 OutputSize, TextureSize; varying vec4 TEX0, COL0;\n"
     "void main() { gl_FragColor = COL0 * (TEX0 + vec4(OutputSize / TextureSize, FrameCount, 1)); }\n#endif",
     "glsl", "100", {"FrameCount": "frame", "OutputSize": "resolution", "TextureSize": "resolution",
                     "glow_resolution": "resolution"}),
    ("a size in whole numbers",
     "#version 120\nuniform ivec2 resolution; void main() { gl_FragColor = vec4(gl_FragCoord.xy / resolution, 0, 1); }",
     "glsl", "120", {"resolution": "resolution"}),
    ("what GLSL 1.20 hands on",
     "#version 120\nuniform float time; void main() { gl_FragColor = gl_Color * gl_TexCoord[0].stst * time; }",
     "glsl", "120", {"time": "time", "glow_resolution": "resolution"}),
    ("what three.js declares",
     "void main() { gl_FragColor = viewMatrix * vec4(cameraPosition, 1.0); }", "glsl", "100", {}),
    ("derivatives in ES 1.00", "void main() { gl_FragColor = vec4(fwidth(gl_FragCoord.x)); }", "glsl", "100", {}),
    ("places of uniforms, which ES 3.00 does not know",
     "#version 300 es\nlayout(location = 0) uniform float time; layout(location = 0) out vec4 c;\n"
     "void main() { c = vec4(time); }",
     "glsl", "300 es", {"time": "time"}),
    ("semicolons after bodies",
     "#version 330\nout vec4 c;;\nfloat f() { return 1.0; };\nvoid main() { c = vec4(f()); };",
     "glsl", "330", {}),
    ("what a module exports",
     "#pragma glslify: export(f)\nvoid main() { gl_FragColor = vec4(1.0); }", "glsl", "100", {}),
    ("a member called length, which is a method of arrays",
     "#version 300 es\nstruct Ray { vec3 at; float length, far[2]; }; out vec4 c;\nvoid main() { "
     "Ray r = Ray(vec3(0), 1.0, float[2](1.0, 2.0)); r.length += length(r.at) + float(r.far.length()); "
     "c = vec4(r.length); }",
     "glsl", "300 es", {}),
    ("a texture that is not used",
     "uniform sampler2D u_tex0; void main() { gl_FragColor = vec4(1.0); }", "glsl", "100", {}),
    ("a texture in a function that is never called",
     "float f(vec2 p) { return texture(iChannel0, p).x; }\nvoid mainImage(out vec4 c, in vec2 p) { "
     "c = vec4(p, 0, 1); }",
     "shadertoy", "300 es", {}),
    ("macros of several lines, which ES 1.00 does not know",
     "#version 100\n#define LONG(x) \\\n  x * \\\n  2.0\nvoid main() { gl_FragColor = vec4(LONG(1.0)); }",
     "glsl", "100", {}),
    ("tabs, form feeds and vertical tabs", "void\tmain()\f{\v gl_FragColor = vec4(1.0); }", "glsl", "100", {}),
    ("Windows line ends and a byte order mark",
     "\ufeffvoid main()\r\n{\r\n  gl_FragColor = vec4(1.0);\r\n}\r\n", "glsl", "100", {}),
    ("comments in another alphabet",
     "// Привет, 世界\nvoid main() { gl_FragColor = vec4(1.0); /* é */ }", "glsl", "100", {}),
]
# fmt: on


@pytest.mark.parametrize(
    ("source", "convention", "dialect", "uniforms"), [row[1:] for row in ACCEPTED], ids=[row[0] for row in ACCEPTED]
)
def test_shader_is_understood(spirv, source, convention, dialect, uniforms):
    binary = glsl.compile_shader(source, "a.frag")
    assert (binary.convention, binary.dialect, binary.uniforms) == (convention, dialect, uniforms)
    module = spirv(binary.spirv)
    assert (module.magic, module.entry) == (MAGIC, "main")
    assert [module.locations[output] for output in module.outputs] == [0]
    assert set(uniforms) <= set(module.uniforms)
    lines = source.replace("\r\n", "\n").split("\n")
    assert all(0 <= line <= len(lines) and column <= len(lines[line - 1]) for line, column in module.places if line)


@pytest.mark.parametrize("declaration", ["varying vec2 {};", "varying highp vec2 {};"])
@pytest.mark.parametrize(
    "name",
    [*vocabulary.names("vUv v_texcoord texCoord uv vTexCoord isf_FragNormCoord v_uv v_vTexcoord tc TEX0 fTexCoord"),
     *vocabulary.names("textureCoordsVarying passTexCoords v_TexCoordinate qt_TexCoord0 openfx_FragNormCoord vst_out"),
     "vFilterUv"],
)  # fmt: skip
def test_normalised_coordinates_are_computed(spirv, name, declaration):
    source = declaration.format(name) + f"\nvoid main() {{ gl_FragColor = vec4({name}.x); }}"
    binary = glsl.compile_shader(source)
    assert binary.uniforms == {"glow_resolution": "resolution"}
    assert spirv(binary.spirv).uniforms == ["glow_resolution"]


@pytest.mark.parametrize(
    "declaration", ["in vec2 a_uv, vUv;", "layout(location = 0) in vec2 vUv;", "smooth in vec3 vUv;", "in vec4 vUv;"]
)
def test_coordinates_of_es_3(declaration):
    source = f"#version 300 es\n{declaration}\nout vec4 c;\nvoid main() {{ c = vec4(vUv.xy, 0.0, 1.0); }}"
    assert glsl.compile_shader(source).uniforms == {"glow_resolution": "resolution"}


@pytest.mark.parametrize(
    ("name", "expected"), [("v_position", (-0.5, 0.5)), ("vPos", (-0.5, 0.5)), ("fragCoord", (0.5, 1.5))]
)
def test_other_coordinates_are_computed(name, expected):
    """Of the upper left one of four pixels; a vec3 of that name is a place on a model."""
    source = f"varying vec2 {name};\nvoid main() {{ gl_FragColor = vec4({name} * 0.25 + 0.5, 0.0, 1.0); }}"
    pixel = glowjit.compile(source).render(2, 2)[0, 0, :2]
    assert pixel.tolist() == pytest.approx([255 * (0.25 * x + 0.5) for x in expected], abs=1)
    with pytest.raises(ShaderError, match="comes from a vertex shader"):
        glsl.compile_shader(source.replace("vec2", "vec3").replace(f"{name} *", f"{name}.xy *"))


@pytest.mark.parametrize(
    "declaration",
    ["varying vec4 v_color;", "varying lowp vec4 v_fragmentColor;", "varying vec4 v_vColour;", "varying vec3 vColor;"],
)
def test_the_corners_of_the_rectangle_are_white(declaration):
    name = declaration.split()[-1].rstrip(";")
    pixels = glowjit.compile(f"{declaration}\nvoid main() {{ gl_FragColor = vec4({name}.rgb, 1.0); }}").render(2, 2)
    assert (pixels == 255).all()


def test_what_touchdesigner_declares():
    source = "out vec4 c;\nvoid main() { c = TDOutputSwizzle(vec4(vUV.xy, 0.0, 1.0)); }"
    assert glowjit.compile(source).render(2, 2)[0].tolist() == [[64, 191, 0], [191, 191, 0]]
    source = source.replace("vec4(vUV.xy, 0.0, 1.0)", "texture(sTD2DInputs[1], vUV.st)")
    with pytest.raises(ShaderError, match="'sTD2DInputs' is a texture"):
        glowjit.compile(source)


@pytest.mark.parametrize(
    ("source", "sampler"),
    [
        ("$HEADER$\nvoid main() {{ {} = frag_color * texture2D({}, tex_coord0) * frag_modelview_mat; }}", "texture0"),
        (
            "#pragma header\nvoid main() {{ float w = openfl_TextureSize.x;\n"
            "{} = flixel_texture2D({}, openfl_TextureCoordv * w / 2.0) * openfl_Alphav; }}",
            "bitmap",
        ),
    ],
    ids=["kivy", "haxeflixel"],
)
def test_what_a_host_of_pictures_declares(source, sampler):
    picture = Texture.from_pixels(np.uint8([[[10, 20, 30, 255], [40, 50, 60, 255]]] * 2))
    program = glowjit.compile(source.format("gl_FragColor", sampler), textures={sampler: picture})
    assert program.render(2, 2)[0].tolist() == [[10, 20, 30], [40, 50, 60]]
    with pytest.raises(ShaderError, match=f"'{sampler}' is a texture, and none is bound"):
        glowjit.compile(source.format("gl_FragColor", sampler))


TRANSITION = """uniform vec2 aim; // = vec2(1.0, 0.0)
uniform float edge/* = 0.25 */;
vec4 late(vec4 from, float progress) { return mix(from, vec4(aim, edge, ratio), progress); }
vec4 transition(vec2 uv) {
  return uv.x < progress ? late(getToColor(uv), 1.0) : getFromColor(uv);
}"""


def test_a_transition_has_two_pictures_and_knows_how_far_it_is():
    def plain(*colour):
        return Texture.from_pixels(np.uint8([[[*colour, 255]]]))

    textures = {"from": plain(10, 20, 30), "to": plain(0, 0, 0)}
    program = glowjit.compile(TRANSITION, textures=textures)
    after, before = [255, 0, 64], [10, 20, 30]
    assert program.render(4, 2)[0].tolist() == [after, after, before, before]
    assert program.render(4, 2, uniforms={"progress": 0.7})[0].tolist() == [after, after, after, before]
    with pytest.raises(ShaderError, match="'to' is a texture") as caught:
        glowjit.compile(TRANSITION, textures={"from": textures["from"]})
    assert (caught.value.line, caught.value.column) == (5, 33)
    assert "noise" not in caught.value.hint


def test_a_shader_that_says_itself_how_a_transition_reads_is_none():
    own = (
        "vec4 getFromColor(vec2 p) { return vec4(p, 0.0, 1.0); }\nvec4 transition(vec2 p) { return getFromColor(p); }\n"
    )
    source = own + "void mainImage(out vec4 c, in vec2 p) { c = transition(p / iResolution.xy); }"
    assert glsl.compile_shader(source).convention == "shadertoy"


@pytest.mark.parametrize(("divisor", "dialect"), [("4.0", "100"), ("4", "120")])
def test_a_sampler_may_have_the_name_of_the_function_that_reads_it(divisor, dialect):
    """As SFML and Processing have it, where ints convert."""
    body = f"gl_FragColor = texture2D(texture, gl_TexCoord[0].xy / {divisor});"
    source = f"uniform sampler2D texture;\nvoid main() {{ {body} }}"
    assert glsl.compile_shader(source, textures={"texture": Texture(1, 1, (0,))}).dialect == dialect


@pytest.mark.parametrize(
    ("lines", "grey"),
    [
        ("#if HW_PERFORMANCE==0\n#define GREY 51\n#else\n#define GREY 255\n#endif", 51),
        ("#ifdef HW_PERFORMANCE\n#define GREY (HW_PERFORMANCE + 1)\n#endif", 1),
        ("#if !defined( HW_PERFORMANCE )\n#define GREY 255\n#else\n#define GREY 17\n#endif", 17),
        ("#define HW_PERFORMANCE 1\n#define GREY (51 * HW_PERFORMANCE)", 51),
    ],
)
@pytest.mark.parametrize(
    "entry", ["void mainImage(out vec4 c, vec2 p) {{ c = {}; }}", "void main() {{ gl_FragColor = {}; }}"]
)
def test_a_board_is_not_what_shadertoy_calls_high_performance(lines, grey, entry):
    body = entry.format("vec4(vec3(GREY) / 255.0, 1.0)")
    assert glowjit.compile(f"{lines}\n{body}").render(1, 1)[0, 0].tolist() == [grey] * 3


@pytest.mark.parametrize("layout", ["std140, binding = 0", "push_constant"])
@pytest.mark.parametrize(("name", "prefix"), [("", ""), ("ubuf", "ubuf.")])
def test_the_members_of_a_block_of_uniforms_are_uniforms(layout, name, prefix):
    """As Qt and Vulkan have them, which is filled in as any other; an opacity is full."""
    source = f"""#version 440
    layout(location = 0) in vec2 qt_TexCoord0;
    layout(location = 0) out vec4 fragColor;
    layout({layout}) uniform buf {{
        mat4 qt_Matrix; float qt_Opacity, iTime; vec3 iResolution;
        float much;  // 0.25, 0, 1
    }} {name};
    void main() {{
        fragColor = {prefix}qt_Opacity * vec4({prefix}iTime, {prefix}much, {prefix}iResolution.y / 8.0, 1);
    }}"""
    program = glowjit.compile(source)
    assert program.render(1, 4, time=0.5)[0, 0].tolist() == [128, 64, 128]
    assert program.render(1, 4, time=0.5, uniforms={f"{prefix}qt_Opacity": 0.5})[0, 0].tolist() == [64, 32, 64]


def test_passes_that_read_nothing_of_each_other_are_one():
    """Hosts draw the same twice, into `last` and onto the screen."""
    header = '/*{"PASSES": [{"TARGET": "last", "PERSISTENT": true}, {}]}*/\n'
    assert glsl.compile_shader(header + "void main() { gl_FragColor = vec4(1.0); }").convention == "isf"


def test_every_family_member_is_declared_when_mentioned(spirv):
    names = list(vocabulary.UNIFORMS)
    types = ("float", "int", "vec2", "vec3", "vec4")
    helpers = "\n".join(f"float one({name} x) {{ return float(x{'.x' * ('vec' in name)}); }}" for name in types)
    body = " + ".join(f"one({name})" for name in names)
    binary = glsl.compile_shader(f"{helpers}\nvoid mainImage(out vec4 c, in vec2 p) {{ c = vec4({body}); }}")
    assert binary.uniforms == {name: role for name, (role, _) in vocabulary.UNIFORMS.items()}
    assert sorted(spirv(binary.spirv).uniforms) == sorted(names)


ISF = """/*{
    "ISFVSN": "2",
    "INPUTS": [
        {"NAME": "speed", "TYPE": "float", "DEFAULT": 0.5, "MIN": 0, "MAX": 2, "LABEL": "Speed"},
        {"NAME": "tint", "TYPE": "color", "DEFAULT": [1, 0.5, 0, 1]},
        {"NAME": "centre", "TYPE": "point2D", "MIN": [0, 0], "MAX": [1, 1]},
        {"NAME": "mode", "TYPE": "long", "VALUES": [0, 1], "LABELS": ["plain", "fancy"], "DEFAULT": 1},
        {"NAME": "flip", "TYPE": "bool", "DEFAULT": true},
        {"NAME": "bang", "TYPE": "event"},
        {"NAME": "picture", "TYPE": "image"}
    ]
}*/
void main() {
    vec2 p = isf_FragNormCoord - centre;
    if (flip || bang) p = -p;
    gl_FragColor = tint * (p.x + sin(TIME * speed)) * float(mode + PASSINDEX) / RENDERSIZE.x;
}
"""


def test_isf_header_declares_the_inputs(spirv):
    binary = glsl.compile_shader(ISF, "a.fs")
    assert (binary.convention, binary.dialect) == ("isf", "100")
    assert binary.uniforms == {"glow_resolution": "resolution", "TIME": "time", "RENDERSIZE": "resolution"}
    expected = {
        "speed": glsl.ShaderInput("float", (0.5,), (0.0,), (2.0,), "Speed"),
        "tint": glsl.ShaderInput("vec4", (1.0, 0.5, 0.0, 1.0)),
        "centre": glsl.ShaderInput("vec2", None, (0.0, 0.0), (1.0, 1.0)),
        "mode": glsl.ShaderInput("int", (1.0,), choices=((0, "plain"), (1, "fancy"))),
        "flip": glsl.ShaderInput("bool", (1.0,)),
        "bang": glsl.ShaderInput("bool"),
    }
    assert binary.inputs == expected
    assert set(spirv(binary.spirv).uniforms) == {*expected, *binary.uniforms}


def test_isf_input_named_like_a_family_uniform_keeps_its_meaning():
    source = '/*{"INPUTS": [{"NAME": "mouse", "TYPE": "point2D"}]}*/ void main() { gl_FragColor = vec4(mouse, 0, 1); }'
    binary = glsl.compile_shader(source)
    assert binary.uniforms == {}
    assert list(binary.inputs) == ["mouse"]


def test_an_isf_input_may_have_the_name_of_a_channel():
    source = (
        '/*{"INPUTS": [{"NAME": "iChannel0", "TYPE": "audio"}]}*/\n'
        "void main() { gl_FragColor = IMG_NORM_PIXEL(iChannel0, vec2(0.5)); }"
    )
    assert glsl.compile_shader(source, textures={"iChannel0": Texture(1, 1, (0,))}).convention == "isf"


def test_an_isf_header_may_follow_remarks_and_leave_a_comma_at_the_end():
    header = '// by someone // else\n\n/* after\nan idea */ /*{"INPUTS": [{"NAME": "a", "TYPE": "float",},\n]}*/\n'
    binary = glsl.compile_shader(header + "void main() { gl_FragColor = vec4(a); }")
    assert (binary.convention, list(binary.inputs)) == ("isf", ["a"])


def test_a_parameter_may_have_the_name_of_an_isf_input(spirv):
    source = """/*{"INPUTS": [{"NAME": "radius", "TYPE": "float"}]}*/
    float disc(vec2 p, float radius) { return step(length(p), radius); }
    void main() { gl_FragColor = vec4(disc(isf_FragNormCoord, radius)); }"""
    assert "radius" in spirv(glsl.compile_shader(source).spirv).uniforms


def test_a_comment_in_braces_is_no_isf_header():
    binary = glsl.compile_shader("/* { just a comment } */ void main() { gl_FragColor = vec4(1.0); }")
    assert binary.convention == "glsl"


@pytest.mark.parametrize("version", ["", "#version 300 es\n", "#version 330\n"])
def test_initialisers_of_uniforms_are_their_defaults(version):
    source = (
        f"{version}uniform float speed = 0.5, half_of = .5e0; uniform vec3 tint = vec3(1.0, -0.5, 0);\n"
        "uniform int n = 3; uniform bool on = true; uniform vec2 both = vec2(2.0); uniform float none;\n"
        "out vec4 c;\nvoid main() { c = vec4(tint * speed * half_of * both.x * none, on ? float(n) : 0.0); }"
    )
    binary = glsl.compile_shader(source)
    assert {name: item.default for name, item in binary.inputs.items()} == {
        "speed": (0.5,),
        "half_of": (0.5,),
        "tint": (1.0, -0.5, 0.0),
        "n": (3.0,),
        "on": (1.0,),
        "both": (2.0, 2.0),
    }


LIBRARY = """
struct Pair { int hi, lo; };
Pair product(int a, int b) { Pair p; imulExtended(a, b, p.hi, p.lo); return p; }
float lerp(float a, float b, float t) { return a + (b - a) * t; }
float twice(int x) { return x * 2; }
vec2 twice(vec2 x) { return 2 * x; }
uint bits(uint x) { return bitfieldExtract(x, 4, 4) | uint(findMSB(x)) | packHalf2x16(vec2(x)); }
float now() { return iTime; }
"""


def test_library_keeps_every_function(spirv):
    binary = glsl.compile_library(LIBRARY, "lib.glsl")
    assert (binary.convention, binary.dialect, binary.uniforms) == ("library", "460", {"iTime": "time"})
    functions = spirv(binary.spirv).functions
    assert sorted(functions) == sorted(["main", "product", "lerp", "twice", "twice", "bits", "now"])


@pytest.mark.parametrize(
    "source",
    [
        "#version 300 es\nfloat f(float x) { return x; }",
        "#version 450\nfloat f(int x) { return x; }",
        "float f(float x) { return x; } void main() {}",
        "float f(float x) { return x; } void main() { gl_FragColor = vec4(f(1.0)); }",
        "float f(float x) { return x; } void mainImage(out vec4 c, in vec2 p) { c = vec4(f(iTime)); }",
    ],
)
def test_a_shader_is_a_library_too(spirv, source):
    functions = spirv(glsl.compile_library(source).spirv).functions
    assert {"main", "f"} <= set(functions)


def test_lines_and_columns_reach_the_spirv(spirv):
    source = "\n\nvoid mainImage(out vec4 c, in vec2 p) {\n\n    c = vec4(iTime);\n    c.x = p.x * 2.0;\n}\n"
    places = spirv(glsl.compile_shader(source).spirv).places
    assert {line for line, _ in places} == {0, 3, 5, 6}
    assert {source.split("\n")[line - 1][column - 1] for line, column in places if line} >= {"=", "*"}


def test_user_line_directives_do_not_move_lines(spirv):
    source = "#line 100\nvoid main() {\n#line 7\n gl_FragColor = vec4(1.0);\n}"
    assert {line for line, _ in spirv(glsl.compile_shader(source).spirv).places} <= {0, 2, 4}


def test_same_text_same_binary():
    assert glsl.compile_shader(ISF) == glsl.compile_shader(ISF)


def test_source_and_file_come_back():
    binary = glsl.compile_shader("void main()\r\n{ gl_FragColor = vec4(1.0); }", "x.frag")
    assert (binary.source, binary.file) == ("void main()\n{ gl_FragColor = vec4(1.0); }", "x.frag")


def test_main_must_exist_even_if_everything_else_is_fine():
    with pytest.raises(ShaderError, match="no entry point"):
        glsl.compile_shader("float f(float x) { return x; }")
