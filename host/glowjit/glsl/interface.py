"""What passes between a shader and the world: uniforms, textures, coordinates, the output colour.

In and out: a `Unit`. Uniforms of the known families (`vocabulary.UNIFORMS`) get their roles, and are declared when the
shader mentions them and does not declare them. Inputs from a vertex shader that stand for the position in the picture
become globals computed from `gl_FragCoord`. One output remains. A texture that is used and has no picture is an error
at its place; a sampler1D reads a picture of one row.

`executed` maps the words in code that can be executed to the index of the token that first uses them.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import NoReturn

from glowjit.errors import Diagnostic
from glowjit.glsl import vocabulary
from glowjit.glsl.annotations import Described, read_annotations
from glowjit.glsl.isf import ShaderInput
from glowjit.glsl.outline import Declarator, Function, Global, matching
from glowjit.glsl.unit import Unit
from glowjit.textures import SAMPLERS, Texture, of_sampler, way_out

PLACE = "glow_place"
_RESOLUTION = "glow_resolution"
_OUTPUT = "glow_color"
_POSITION = "gl_FragCoord.xy / R"
_NOISE_TEXTURE = "; a hash or noise function replaces a noise texture"
_PRECISIONS = ("highp", "mediump", "lowp")
_COLOUR_TYPES = ("vec4", "vec3", "float")
_DESCRIBED = re.compile("float|int|uint|bool|[biu]?vec[234]")
_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?[fFuU]?")
_SPREAD = {"vec2": "{}", "vec3": "vec3({}, 0.0)", "vec4": "vec4({}, 0.0, 1.0)"}


def declare_inputs(unit: Unit, inputs: dict[str, ShaderInput]) -> list[str]:
    """Declare the inputs of an ISF header; returns the names of those that are pictures or sound."""
    textures = []
    own = {declarator.name for item in unit.outline.globals for declarator in item.declarators}
    for name, item in inputs.items():
        if item.type.startswith("sampler"):
            textures.append(name)
            if name not in unit.outline.words:
                continue
        else:
            unit.inputs[name] = item
        if name not in own:  # what a parameter or a local of that name hides is there elsewhere
            unit.declarations.append(f"uniform {item.type} {name};")
    return textures


def declare_uniforms(unit: Unit, inputs: Collection[str] = ()) -> list[str]:
    """Give roles to the uniforms of the families, and declare what the shader uses without declaring it.

    `inputs` are the textures that an ISF header declares. Returns the names of those that were declared here.
    """
    own = {declarator.name: (item, declarator) for item, declarator in _variables(unit, "uniform")}
    members = _members(unit)
    given = {*unit.outline.declared, *members, *unit.inputs, *inputs}
    implicit = [name for name in unit.outline.words if name not in given]
    for name, (role, type_name) in vocabulary.UNIFORMS.items():
        if name in implicit:
            unit.declarations.append(f"uniform {type_name} {name};")
            unit.uniforms[name] = role
    for item, _ in own.values():
        _strip_layout(unit, item)
    for block in unit.outline.globals:
        if block.is_block and any(unit.tokens[index].text == "push_constant" for index in block.head):  # Vulkan's
            _strip_layout(unit, block)
    own |= members
    for name, (item, declarator) in own.items():
        role = vocabulary.ROLES.get(vocabulary.plain(declarator.name), "")
        if role and item.type in vocabulary.ROLE_TYPES[role] and not declarator.is_array:
            unit.uniforms[name] = role
    known = vocabulary.CONSTANTS | vocabulary.TEXTURES
    for name in known:
        if name in implicit:
            shape = unit.textures[name].shape if name in unit.textures else "2d"
            unit.declarations.append(known[name].replace(SAMPLERS["2d"], SAMPLERS[shape]))
    described = {}
    for name, (item, declarator) in own.items():
        if name not in unit.uniforms:
            if item.type == "float" and vocabulary.plain(declarator.name) in vocabulary.FULL:
                unit.inputs[name] = ShaderInput(item.type, (1.0,))
            _take_default(unit, item, declarator)
            if _DESCRIBED.fullmatch(item.type) and not declarator.is_array:
                described[name] = Described(item.type, unit.place(declarator.at)[0])
    unit.inputs.update(read_annotations(unit.text, described))
    _describe_channels(unit, own, implicit)
    return [name for name in vocabulary.TEXTURES if name in implicit]


def _members(unit: Unit) -> dict[str, tuple[Global, Declarator]]:
    """The members of blocks of uniforms, named as they are used."""
    found = {}
    for block in unit.outline.globals:
        if block.is_block and "uniform" in block.qualifiers:
            prefix = "".join(f"{declarator.name}." for declarator in block.declarators)
            for member in block.members:
                found.update({prefix + declarator.name: (member, declarator) for declarator in member.declarators})
    return found


def declare_transition(unit: Unit, executed: dict[str, int]) -> list[str]:
    """What gl-transitions declares: two pictures, how far it has come from one to the other, and the shape of both.

    `executed` gets the pictures that are read. Returns their names. It is nearly half way if nobody says how far:
    quite half way some of them divide by 0.
    """
    read = "texture" if unit.dialect.has_outputs else "texture2D"
    words = unit.outline.words
    missing = words.keys() - {declarator.name for item in unit.outline.globals for declarator in item.declarators}
    pictures = []
    for function, picture in vocabulary.TRANSITION_PICTURES.items():
        if function in missing and unit.outline.function(function) is None:
            unit.declarations += [
                f"uniform sampler2D {picture};",
                f"vec4 {function}(vec2 place) {{ return {read}({picture}, place); }}",
            ]
            pictures.append(picture)
            words.setdefault(picture, words[function])
            executed.update({picture: executed[function]} if function in executed else {})
    if "progress" in missing:
        unit.declarations.append("uniform float progress;")
        unit.inputs["progress"] = ShaderInput("float", (0.4,), (0.0,), (1.0,))
    if "ratio" in missing:
        unit.declarations.append(_scaled("float ratio = R.x / R.y;"))
    unit.declarations.append(f"vec2 {PLACE} = {_scaled(_POSITION)};")
    return pictures


def _describe_channels(unit: Unit, own: Collection[str], implicit: Collection[str]) -> None:
    """Shadertoy's uniforms about channels: the sizes of textures, and what time it is in a sound or film.

    A texture stands still. A channel without one may stand for a sound, which began when the picture did.
    """
    bound = [unit.textures.get(f"iChannel{number}") for number in range(4)]
    if "iChannelTime" in implicit:
        if "iTime" not in unit.uniforms:
            unit.declarations.append("uniform float iTime;")
            unit.uniforms["iTime"] = "time"
        times = ", ".join("0.0" if texture else "iTime" for texture in bound)
        unit.declarations.append(f"float iChannelTime[4] = float[4]({times});")
    if unit.textures and "iChannelResolution" in unit.outline.words and "iChannelResolution" not in own:
        sizes = [[texture.width, texture.height, _depth(texture)] if texture else [0.0] * 3 for texture in bound]
        unit.inputs["iChannelResolution"] = ShaderInput("", tuple(value for size in sizes for value in size))


def _depth(texture: Texture) -> float:
    return float(texture.layers) if texture.shape == "volume" else 1.0


def _shape(type_name: str) -> str:
    """The shape of the pictures for a sampler; those of a sampler1D are read as a sampler2D's."""
    return of_sampler("sampler2D" if type_name == "sampler1D" else type_name)


def refuse_textures(unit: Unit, textures: list[str], executed: dict[str, int]) -> None:
    """An error where a texture is used that no picture is bound to. One that is only declared is edited away."""
    bound = {name.partition("[")[0] for name in unit.textures}
    unknown = [name for name in unit.textures if name.partition("[")[0] not in unit.outline.words]
    if unknown:
        samplers = [declarator.name for item, declarator in _variables(unit, "uniform") if _shape(item.type)]
        hint = f"its samplers: {', '.join(samplers)}" if samplers else f"read it: texture({unknown[0]}, uv)"
        unit.text.fail(f"the shader has no texture '{unknown[0]}'", hint=hint)
    names = [name for name in textures if not (unit.textures and name == "iChannelResolution")]
    for item, declarator in _variables(unit, "uniform"):
        if re.search("sampler|image", item.type):
            if declarator.name in executed and not _shape(item.type):
                message = f"'{declarator.name}' has type {item.type}, which is not supported"
                unit.fail(message, declarator.at, hint=way_out(item.type))
            names.append(declarator.name)
            if len(item.declarators) == 1 and sum(token.text == declarator.name for token in unit.tokens) == 1:
                unit.edits.update(dict.fromkeys(item.span, ""))
    used = {executed[name]: name for name in names if name in executed and name not in bound}
    if used:
        name = used[min(used)]
        kind = {item.type for item, declarator in _variables(unit, "uniform") if declarator.name == name}
        shape = _shape(kind.pop()) if kind else ""
        setting = f",{shape}" if shape not in ("", "2d") else ""
        hint = f"give it a picture: --texture {name}=picture.png{setting}"
        again = unit.convention == "isf" or name == "backbuffer"
        noise = _NOISE_TEXTURE * (not setting and unit.convention != "transition")
        hint += f"; the last frame: --feedback {name}" if again else noise
        unit.fail(f"'{name}' is a texture, and none is bound to it", min(used), hint=hint)


def rename_old_functions(unit: Unit) -> None:
    """Some say texture2D, which became `texture`: shaders from before WebGL 2, and those for drivers that take both."""
    asked = unit.text.dialect
    if unit.dialect.has_outputs and (asked is None or not asked.is_es):
        for index, token in enumerate(unit.tokens):
            if token.text in vocabulary.OLD_TEXTURES and token.text not in unit.outline.declared:
                unit.edits[index] = vocabulary.OLD_TEXTURES[token.text]


def flatten_samplers(unit: Unit) -> None:
    """Make a sampler2D of every sampler1D: a picture of one row. A place in it is a number."""
    if "sampler1D" in unit.outline.words:
        for index, token in enumerate(unit.tokens):
            if token.text == "sampler1D":
                unit.edits.setdefault(index, "sampler2D")
        unit.declarations += vocabulary.LINES if unit.dialect.has_outputs else vocabulary.OLD_LINES


def define_coordinates(unit: Unit, executed: dict[str, int]) -> None:
    """Make globals of the inputs from a vertex shader; an error for one that is used and stands for something else."""
    for item in unit.outline.globals:
        if item.qualifiers.isdisjoint(("in", "varying")):
            continue
        if item.is_block:
            _define_block(unit, item)
            continue
        for declarator in item.declarators:
            if declarator.name.startswith("gl_") or declarator.name in vocabulary.TYPES:  # a macro is missing before it
                continue
            if value := _coordinate(item, declarator):
                unit.edits[declarator.at] = f"{declarator.name} = {value}"
            elif declarator.name in executed:
                _refuse_input(unit, declarator.at)
            _strip_qualifiers(unit, item)
    _define_old_inputs(unit)
    for name, type_name in vocabulary.IMPLICIT_COORDINATES.items():
        if name in unit.outline.words and name not in unit.outline.declared:
            unit.declarations.append(f"{type_name} {name} = {_spread(_POSITION, type_name)};")
    macros = vocabulary.HOST_FUNCTIONS | (vocabulary.ISF_PICTURES if unit.convention == "isf" else {})
    for name, macro in macros.items():
        if name in unit.outline.words and name not in unit.outline.declared:
            macro = macro.replace("texture2D", "texture") if unit.dialect.has_outputs else macro
            unit.declarations.append(f"#define {name}" + _scaled(macro))
    if any(_RESOLUTION in text for text in [*unit.edits.values(), *unit.declarations]):
        unit.declarations.insert(0, f"uniform vec2 {_RESOLUTION};")
        unit.uniforms[_RESOLUTION] = "resolution"


def _define_old_inputs(unit: Unit) -> None:
    for name, value in vocabulary.OLD_INPUTS.items():
        own = name.replace("gl_", "glow_")
        if name in unit.outline.words:
            unit.declarations.append(f"vec4 {own} = {_scaled(value)};")
        for at, token in enumerate(unit.tokens):
            if token.text == name:
                after = unit.tokens[at + 1 : at + 2]
                end = matching(unit.tokens, at + 1) + 1 if after and after[0].text == "[" else at + 1
                unit.edits.update({at: own, **dict.fromkeys(range(at + 1, end), "")})


def _define_block(unit: Unit, block: Global) -> None:
    """`in Vertex { vec2 uv; } data;` becomes a struct with its value. What is never used has none but 0."""
    used = {unit.tokens[index].text for index in range(block.span.stop, len(unit.tokens))}
    values = []
    for member in block.members:
        for declarator in member.declarators:
            value = _coordinate(member, declarator)
            if declarator.is_array or (not value and declarator.name in used):
                _refuse_input(unit, declarator.at)
            values.append(value or f"{member.type}(0)")
    if len(block.declarators) != 1:
        _refuse_input(unit, block.span.start)
    _strip_qualifiers(unit, block)
    unit.edits[block.head.start] = "struct"
    unit.edits[block.declarators[0].at] = f"{block.declarators[0].name} = {block.type}({', '.join(values)})"


def _refuse_input(unit: Unit, at: int) -> NoReturn:
    hint = "compute it from gl_FragCoord; vUv, v_texcoord, texCoord and the like are understood"
    unit.fail(f"'{unit.tokens[at].text}' comes from a vertex shader, and there is none here", at, hint=hint)


def own_output(unit: Unit) -> str:
    """The variable that a `main` of ours writes; outputs that the shader declares become plain globals."""
    for item, _ in _variables(unit, "out"):
        _strip_qualifiers(unit, item)
    if not unit.dialect.has_outputs:
        return "gl_FragColor"
    unit.declarations.append(f"out vec4 {_OUTPUT};")
    return _OUTPUT


def choose_output(unit: Unit, main: Function) -> Diagnostic | None:
    """Of the outputs that the shader declares, keep the one at location 0, or else the first; check its type.

    Returns the complaint that there is none.
    """
    outputs = _variables(unit, "out")
    if not outputs:
        if not _rename_fragment_data(unit) and "gl_FragColor" not in unit.outline.words:
            hint = "declare out vec4 fragColor; and write it" if unit.dialect.has_outputs else "write gl_FragColor"
            place = unit.place(main.name_at)
            return Diagnostic("main() writes no colour", "error", unit.text.file, *place, hint)
        return None
    chosen = next((output for output in outputs if _location(unit, output[0]) == "0"), outputs[0])
    item, declarator = chosen
    if item.type not in _COLOUR_TYPES or declarator.is_array:
        message = f"the output '{declarator.name}' is not a vec4, a vec3 or a float"
        unit.fail(message, declarator.at, hint="declare one for what is to be shown: out vec4 fragColor;")
    if len(item.declarators) > 1:
        unit.fail("two outputs in one declaration", item.declarators[1].at, hint="declare only the one to be shown")
    for other, _ in outputs:
        _strip_qualifiers(unit, other)
    unit.edits[item.head.start] = "out"
    return None


def _variables(unit: Unit, qualifier: str) -> list[tuple[Global, Declarator]]:
    """The globals declared with a qualifier, blocks left out."""
    found = (item for item in unit.outline.globals if qualifier in item.qualifiers and not item.is_block)
    return [(item, declarator) for item in found for declarator in item.declarators]


def _strip_layout(unit: Unit, item: Global) -> None:
    """Take away where a uniform lies, which few versions of GLSL can say, and nobody here asks."""
    for index in item.head:
        if unit.tokens[index].text == "layout":
            unit.edits.update(dict.fromkeys(range(index, matching(unit.tokens, index + 1) + 1), ""))


def _strip_qualifiers(unit: Unit, item: Global) -> None:
    """Make a plain global of it; a precision may stay."""
    unit.edits.update({index: "" for index in item.head if unit.tokens[index].text not in _PRECISIONS})


def _location(unit: Unit, item: Global) -> str:
    """N of `layout(location = N)`, or nothing."""
    match = re.search(r"\blocation=(\w+)", "".join(unit.tokens[index].text for index in item.head))
    return match[1] if match else ""


def _coordinate(item: Global, declarator: Declarator) -> str:
    """The value of an input from a vertex shader that stands for the position in the picture, or for its tint; empty
    for others."""
    name = vocabulary.plain(declarator.name)
    if declarator.is_array:
        return ""
    if name in vocabulary.TINTS and item.type in ("vec3", "vec4"):
        return f"{item.type}(1.0)"
    if name in vocabulary.COORDINATES:
        return _scaled(vocabulary.COORDINATES[name]) if item.type == "vec2" else ""
    known = vocabulary.NORMALISED_COORDINATES.fullmatch(name) and item.type in _SPREAD
    return _spread(_POSITION, item.type) if known else ""


def _spread(position: str, type_name: str) -> str:
    """A vec2, or a larger vector that begins with it."""
    return _SPREAD[type_name].format(_scaled(position))


def _scaled(value: str) -> str:
    """With the resolution for R."""
    return re.sub(r"\bR\b", _RESOLUTION, value)


def _rename_fragment_data(unit: Unit) -> bool:
    """Turn gl_FragData[0] into gl_FragColor."""
    at = [index for index, token in enumerate(unit.tokens) if token.text == "gl_FragData"]
    for index in at:
        if [token.text for token in unit.tokens[index + 1 : index + 4]] != ["[", "0", "]"]:
            unit.fail("only gl_FragData[0] is shown", index, hint="write gl_FragData[0] or gl_FragColor")
        unit.edits.update({index: "gl_FragColor", index + 1: "", index + 2: "", index + 3: ""})
    return bool(at)


def _take_default(unit: Unit, item: Global, declarator: Declarator) -> None:
    """A uniform's constant initialiser is its default. GLSL ES knows none, so there it is taken out of the text."""
    span = declarator.initialiser
    default = _constant([unit.tokens[index].text for index in span[1:]], item.type)
    if default is not None:
        unit.inputs[declarator.name] = ShaderInput(item.type, default)
        if unit.dialect.is_es:
            unit.edits.update(dict.fromkeys(span, ""))


def _constant(lexemes: list[str], type_name: str) -> tuple[float, ...] | None:
    """The value of a literal, or of a constructor with literals, as components; None for anything else."""
    if lexemes[:2] == [type_name, "("] and lexemes[-1] == ")":
        lexemes = lexemes[2:-1]
    components = []
    for part in "".join(lexemes).split(","):
        if part in ("true", "false"):
            components.append(float(part == "true"))
        elif _NUMBER.fullmatch(part):
            components.append(float(part.rstrip("fFuU")))
        else:
            return None
    size = int(type_name[-1]) if "vec" in type_name else 1
    return tuple(components * size if len(components) == 1 else components) if len(components) in (1, size) else None
