"""Names that shaders use: the uniforms of the families, coordinates, textures, and GLSL's own functions. Data only."""

from __future__ import annotations

import re


def names(text: str) -> tuple[str, ...]:
    """The words of a text."""
    return tuple(text.split())


# fmt: off
UNIFORMS = {  # name -> (role, type when the shader does not declare it)
    # Shadertoy
    "iTime":       ("time",       "float"),
    "iGlobalTime": ("time",       "float"),
    "iTimeDelta":  ("delta",      "float"),
    "iFrame":      ("frame",      "int"),
    "iFrameRate":  ("framerate",  "float"),
    "iResolution": ("resolution", "vec3"),
    "iMouse":      ("mouse",      "vec4"),
    "iDate":       ("date",       "vec4"),
    # glslViewer, The Book of Shaders, shader-doodle
    "u_time":       ("time",       "float"),
    "u_delta":      ("delta",      "float"),
    "u_frame":      ("frame",      "int"),
    "u_resolution": ("resolution", "vec2"),
    "u_mouse":      ("mouse",      "vec2"),
    "u_date":       ("date",       "vec4"),
    # GLSL Sandbox
    "time":       ("time",       "float"),
    "resolution": ("resolution", "vec2"),
    "mouse":      ("pointer",    "vec2"),
    # ISF
    "TIME":       ("time",       "float"),
    "TIMEDELTA":  ("delta",      "float"),
    "FRAMEINDEX": ("frame",      "int"),
    "RENDERSIZE": ("resolution", "vec2"),
    "DATE":       ("date",       "vec4"),
    # three.js and its like
    "uTime":       ("time",       "float"),
    "uResolution": ("resolution", "vec2"),
    "uMouse":      ("mouse",      "vec2"),
    # Bonzomatic
    "fGlobalTime":  ("time",       "float"),
    "fFrameTime":   ("delta",      "float"),
    "v2Resolution": ("resolution", "vec2"),
    # Unity, Panda3D and others
    "deltaTime":   ("delta",      "float"),
    "window_size": ("resolution", "vec2"),
    # RetroArch, whose pictures have a size of their own, its XML shaders, and HaxeFlixel: as large as what is drawn
    "OutputSize":         ("resolution", "vec2"),
    "TextureSize":        ("resolution", "vec2"),
    "InputSize":          ("resolution", "vec2"),
    "FrameCount":         ("frame",      "int"),
    "rubyOutputSize":     ("resolution", "vec2"),
    "rubyTextureSize":    ("resolution", "vec2"),
    "rubyInputSize":      ("resolution", "vec2"),
    "openfl_TextureSize": ("resolution", "vec2"),
}

def plain(name: str) -> str:
    """A name without its letter case and underscores, which differ from one host to the next."""
    return name.lower().replace("_", "")


ROLES = {plain(name): role for name, (role, _) in UNIFORMS.items()}
"""What a uniform that the shader declares is filled in with, by its plain name."""

_SCALARS, _VECTORS = ("float", "int", "uint"), ("vec2", "vec3", "vec4")
_WHOLE_VECTORS = ("ivec2", "ivec3", "uvec2", "uvec3")

ROLE_TYPES = {  # role -> types a shader's own declaration may have; with another type the name means something else
    "time":       _SCALARS,
    "delta":      _SCALARS,
    "frame":      _SCALARS,
    "framerate":  _SCALARS,
    "resolution": _VECTORS + _WHOLE_VECTORS,
    "mouse":      _VECTORS + _WHOLE_VECTORS,  # in pixels
    "pointer":    ("vec2",),  # the same from 0 to 1
    "date":       ("vec4",),
}

FULL = frozenset(names("opacity uopacity qtopacity alpha ualpha"))
"""Uniforms, by plain name, that are 1 unless something is said of them: with 0 nothing would be seen."""

CONSTANTS = {  # names of the families that change only if the user says so -> declaration
    "iSampleRate":    "const float iSampleRate = 44100.0;",
    "PASSINDEX":      "const int PASSINDEX = 0;",
    "cameraPosition": "uniform vec3 cameraPosition;",  # three.js
    "viewMatrix":     "uniform mat4 viewMatrix;",
    # Kivy and HaxeFlixel: a white rectangle, not turned
    "frag_modelview_mat":      "const mat4 frag_modelview_mat = mat4(1.0);",
    "frag_color":              "const vec4 frag_color = vec4(1.0);",
    "openfl_Alphav":           "const float openfl_Alphav = 1.0;",
    "openfl_HasColorTransform": "const bool openfl_HasColorTransform = false;",
}

HOST_MARKS = ("$HEADER$",)  # Kivy
"""Where a host puts its declarations in."""

HOST_MACROS = {
    "HW_PERFORMANCE": "0",  # Shadertoy: 1 on a desktop, where it may draw every pixel four times
    "FRAGMENT":       "1",  # RetroArch, which has both stages in one file
}
"""What a host defines before the shader does."""

TEXTURES = {  # names of the families that stand for textures -> declaration, for code that is never executed
    **{f"iChannel{n}": f"uniform sampler2D iChannel{n};" for n in range(4)},
    "iChannelResolution": "uniform vec3 iChannelResolution[4];",
    "backbuffer":         "uniform sampler2D backbuffer;",
    "gm_BaseTexture":     "uniform sampler2D gm_BaseTexture;",  # GameMaker
    "sTD2DInputs":        "uniform sampler2D sTD2DInputs[4];",  # TouchDesigner
    "texture0":           "uniform sampler2D texture0;",  # Kivy
    "bitmap":             "uniform sampler2D bitmap;",  # HaxeFlixel
}

NORMALISED_COORDINATES = re.compile(
    r"(?:isf|vv|openfx|qt|ci|vert(?:ex)?|frag(?:ment)?|filter|pass|out|in|my|[vfiost])*"
    r"(?:uvs?|sts?|tc|(?:tex(?:ture)?|norm)?coord(?:inate)?s?|tex(?:ture)?uvs?|tex0)"
    r"(?:varying|out|in|[v0])?"
)
"""The position from 0 to 1 across the picture, by plain name, as vertex shaders hand it on."""

COORDINATES = {  # other positions, which come first, by plain name -> the vec2; R is the resolution
    "surfaceposition": "(gl_FragCoord.xy / R - 0.5) * vec2(R.x / R.y, 1.0)",  # GLSL Sandbox
    **dict.fromkeys(names("vposition vpos fragposition fragpos"), "2.0 * gl_FragCoord.xy / R - 1.0"),  # WebGL's corners
    **dict.fromkeys(names("fragcoord vfragcoord"), "gl_FragCoord.xy"),
}

TINTS = frozenset(names(
    "vertcolor vcolor vcolour vvcolor vvcolour fragcolor fragmentcolor vfragmentcolor vertexcolor color colour col0"
))
"""The colour of the rectangle's corners, by plain name: white, as hosts of 2D pictures have it."""

OLD_INPUTS = {"gl_Color": "vec4(1.0)", "gl_TexCoord": "vec4(gl_FragCoord.xy / R, 0.0, 1.0)"}
"""What GLSL 1.20 hands on from the vertex shader without a declaration, whatever the index of the coordinates."""

IMPLICIT_COORDINATES = {  # that the host declares, not the shader -> type
    "isf_FragNormCoord": "vec2",  # ISF
    "vv_FragNormCoord":  "vec2",
    "vUV":               "vec3",  # TouchDesigner
    "tex_coord0":        "vec2",  # Kivy
    "openfl_TextureCoordv": "vec2",  # HaxeFlixel
}

HOST_FUNCTIONS = {  # what a host has that does nothing more here -> a macro
    "TDOutputSwizzle":  "(colour) (colour)",  # TouchDesigner
    "flixel_texture2D": "(image, place) texture2D(image, place)",  # HaxeFlixel
}

ISF_PICTURES = {  # what ISF has for pictures -> a macro; R is the resolution
    "IMG_NORM_PIXEL":      "(image, place) texture2D(image, place)",
    "IMG_PIXEL":           "(image, place) texture2D(image, (place) / vec2(textureSize(image, 0)))",
    "IMG_THIS_PIXEL":      "(image) texture2D(image, gl_FragCoord.xy / R)",
    "IMG_THIS_NORM_PIXEL": "(image) texture2D(image, gl_FragCoord.xy / R)",
    "IMG_SIZE":            "(image) vec2(textureSize(image, 0))",
}

TRANSITION_PICTURES = {"getFromColor": "from", "getToColor": "to"}
"""The functions of gl-transitions that read its two pictures -> the names of those."""

OTHER_ENTRIES = {  # entry points of shaders that are no picture -> what they are
    "mainSound":   "makes sound",
    "mainVR":      "draws for a headset",
    "mainCubemap": "draws a cube map",
}

OTHER_LANGUAGES = {  # what only another language has (a pattern) -> its name, the way out
    r"^[ \t]*shader_type\s+\w+": (
        "Godot's shading language",
        "write void main() for fragment(), gl_FragColor for COLOR, gl_FragCoord.xy / resolution for UV",
    ),
    r"\bcbuffer\b|:\s*SV_(Target|Position)\b|\)\s*:\s*TARGET\s*\{": (
        "HLSL",
        "float4 is vec4 in GLSL, lerp mix, frac fract",
    ),
    r"@(fragment|vertex|compute|group)\b|\bfn\s+\w+\s*\(": ("WGSL", "let x = ... is float x = ... in GLSL"),
    r"\A\s*<(script|html|!DOCTYPE)\b": ("HTML", "leave only what stands between the tags of the fragment shader"),
    r"\bvec4\s+effect\s*\(\s*vec4\s+\w+\s*,\s*Image\b": (
        "LÖVE's shading language",
        "write void main() for effect(), gl_FragColor for its result, uniform for extern, texture2D for Texel",
    ),
    r"\bvec4\s+frag\s*\(\s*vec2\s+\w+\s*,\s*vec2\s+\w+\s*,\s*vec4\s+\w+\s*,\s*sampler2D\b": (
        "KAPLAY's shading language",
        "write void main() for frag(), gl_FragColor for its result, texture2D(tex, uv) for def_frag()",
    ),
    r"\A\s*```": ("Markdown", "leave only what stands between the lines of ```"),
    r"&(lt|gt|amp);": ("HTML", "write < for &lt;, > for &gt; and & for &amp;"),
    r"\A\s*---[ \t]*\n": ("YAML", "leave only what follows the second ---"),
    r'\A[^\n"]*\bR"\w*\(': ("C++", 'leave only what stands between R"( and )"'),
    r'\A\s*\{\s*"': ("JSON", "leave only the code, with its lines as lines"),
    r"^[ \t]*(half4|float4|vec4)\s+main\s*\(": (
        "SkSL",
        "write vec4 render(vec2 fragCoord) for half4 main(float2 fragCoord), vec for half and float",
    ),
}

OTHER_STAGES = {  # a word that gives away another kind of shader -> the kind
    "gl_Position":             "a vertex shader",
    "gl_VertexID":             "a vertex shader",
    "gl_VertexIndex":          "a vertex shader",
    "gl_PointSize":            "a vertex shader",
    "attribute":               "a vertex shader",
    "local_size_x":            "a compute shader",
    "gl_GlobalInvocationID":   "a compute shader",
    "gl_LocalInvocationID":    "a compute shader",
    "gl_WorkGroupID":          "a compute shader",
    "EmitVertex":              "a geometry shader",
    "gl_TessCoord":            "a tessellation shader",
    "gl_TessLevelOuter":       "a tessellation shader",
}

NO_SUCH_THING = {  # a word that glowjit cannot give a meaning -> why
    "origin_upper_left":    "turns the picture over; here gl_FragCoord begins at the bottom left",
    "pixel_center_integer": "moves the pixel centres; here they lie at +0.5",
    "gl_PointCoord":        "belongs to point sprites; here one rectangle is drawn",
}

TRANSLATIONS = {  # what other languages and dialects say -> what to write
    "lerp":      "mix(a, b, t)",
    "frac":      "fract(x)",
    "fmod":      "mod(x, y)",
    "saturate":  "clamp(x, 0.0, 1.0)",
    "rsqrt":     "inversesqrt(x)",
    "atan2":     "atan(y, x)",
    "mul":       "a * b",
    "mad":       "a * b + c",
    "ddx":       "dFdx(x)",
    "ddy":       "dFdy(x)",
    "tex2D":     "texture(sampler, uv)",
    "fabs":      "abs(x)",
    "fmin":      "min(a, b)",
    "fmax":      "max(a, b)",
    "sqrtf":     "sqrt(x)",
    "sinf":      "sin(x)",
    "cosf":      "cos(x)",
    "powf":      "pow(x, y)",
    "float2":    "vec2",
    "float3":    "vec3",
    "float4":    "vec4",
    "int2":      "ivec2",
    "int3":      "ivec3",
    "int4":      "ivec4",
    "float2x2":  "mat2",
    "float3x3":  "mat3",
    "float4x4":  "mat4",
    "half":      "float",
    "double":    "float",
    "PI":        "#define PI 3.14159265",
    "M_PI":      "#define M_PI 3.14159265",
    "TWO_PI":    "#define TWO_PI 6.2831853",
    "TAU":       "#define TAU 6.2831853",
    "null":      "nothing: GLSL has no null",
    "_xy":       "gl_FragCoord.xy",
    "_uv":       "gl_FragCoord.xy / RENDERSIZE",
    "FC":        "gl_FragCoord, and void main() { ... } around it all, as in twigl's classic mode",
}

NEWER = frozenset(names("""
    uint uvec2 uvec3 uvec4 mat2x2 mat2x3 mat2x4 mat3x2 mat3x3 mat3x4 mat4x2 mat4x3 mat4x4 switch
    sinh cosh tanh asinh acosh atanh trunc round roundEven modf isnan isinf
    floatBitsToInt floatBitsToUint intBitsToFloat uintBitsToFloat
    packSnorm2x16 packUnorm2x16 packHalf2x16 unpackSnorm2x16 unpackUnorm2x16 unpackHalf2x16
    outerProduct transpose determinant inverse texture textureLod texelFetch textureSize
"""))
"""What GLSL ES 3.00 has and GLSL ES 1.00 has not."""

OLD_TEXTURES = {  # functions of GLSL ES 1.00 and its extensions -> what they have become
    "texture2D":            "texture",
    "texture2DLod":         "textureLod",
    "texture2DLodEXT":      "textureLod",
    "texture2DGradEXT":     "textureGrad",
    "texture2DProj":        "textureProj",
    "texture2DProjLod":     "textureProjLod",
    "texture2DProjLodEXT":  "textureProjLod",
    "texture2DProjGradEXT": "textureProjGrad",
    "textureCube":          "texture",
    "textureCubeLod":       "textureLod",
    "textureCubeLodEXT":    "textureLod",
}

OLD_LINES = ("vec4 texture1D(sampler2D line, float x) { return texture2D(line, vec2(x, 0.5)); }",)
LINES = (
    "vec4 texture(sampler2D line, float x) { return texture(line, vec2(x, 0.5)); }",
    "vec4 textureLod(sampler2D line, float x, float lod) { return textureLod(line, vec2(x, 0.5), lod); }",
    "vec4 texelFetch(sampler2D line, int x, int lod) { return texelFetch(line, ivec2(x, 0), lod); }",
    "vec4 texture1D(sampler2D line, float x) { return texture(line, vec2(x, 0.5)); }",
)
"""What a sampler1D has that a sampler2D lacks."""

SAMPLERS = names("""
    sampler3D samplerCubeShadow sampler2DShadow sampler2DArray sampler2DArrayShadow isampler2D isampler3D isamplerCube
    isampler2DArray usampler2D usampler3D usamplerCube usampler2DArray
""")
"""The samplers of GLSL ES 3.00 that have no precision of their own."""

# GLSL's own functions, for "did you mean".
FUNCTIONS = names("""
    radians degrees sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh pow exp log exp2 log2 sqrt inversesqrt
    abs sign floor trunc round roundEven ceil fract mod modf min max clamp mix step smoothstep isnan isinf
    floatBitsToInt floatBitsToUint intBitsToFloat uintBitsToFloat fma frexp ldexp
    packSnorm2x16 packUnorm2x16 packHalf2x16 unpackSnorm2x16 unpackUnorm2x16 unpackHalf2x16
    packUnorm4x8 packSnorm4x8 unpackUnorm4x8 unpackSnorm4x8
    length distance dot cross normalize faceforward reflect refract
    matrixCompMult outerProduct transpose determinant inverse
    lessThan lessThanEqual greaterThan greaterThanEqual equal notEqual any all not
    bitfieldExtract bitfieldInsert bitfieldReverse bitCount findLSB findMSB
    uaddCarry usubBorrow umulExtended imulExtended
    dFdx dFdy fwidth texture texture2D textureLod texelFetch textureSize
""")

TYPES = names("""
    float int uint bool void vec2 vec3 vec4 ivec2 ivec3 ivec4 uvec2 uvec3 uvec4 bvec2 bvec3 bvec4
    mat2 mat3 mat4 mat2x3 mat2x4 mat3x2 mat3x4 mat4x2 mat4x3
""")

QUALIFIERS = frozenset(names("""
    const uniform in out inout varying attribute buffer shared highp mediump lowp flat smooth noperspective centroid
    sample patch invariant precise coherent volatile restrict readonly writeonly
"""))

BEFORE_EXPRESSION = names("return else case do")
"""Keywords after which a name is used; after any other word it is declared."""

KEYWORDS = names("return break continue discard for while do if else switch case default struct const")

VARIABLES = ("gl_FragCoord", "gl_FragColor", "gl_FragData", "true", "false")
# fmt: on
