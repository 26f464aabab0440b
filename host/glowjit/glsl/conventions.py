"""Which convention a shader follows, and what must be put around it so that it compiles as a plain `void main()`.

In: a `Unit` with the user's tokens as the preprocessor leaves them. Out: the same unit, complete: declarations before
the tokens, edits of some of them, a footer, and which uniforms the runtime fills in (those parts are `interface.py`).
What cannot work is a `ShaderError` at its place; what is merely wrong is left to glslang.

    shadertoy   void mainImage(out vec4 fragColor, in vec2 fragCoord)
    glsl        void main(), which writes gl_FragColor, gl_FragData[0] or an output variable
    isf         the same, after a JSON comment that lists the inputs
    render      vec4 render(vec2 fragCoord), or vec3
    transition  vec4 transition(vec2 uv) of gl-transitions, which reads two pictures

`main` wins over the others, `transition` over `mainImage`, and that over `render`.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable

from glowjit.errors import Diagnostic
from glowjit.glsl import interface, vocabulary
from glowjit.glsl.isf import ShaderInput
from glowjit.glsl.outline import Function
from glowjit.glsl.source import Dialect, ShaderText
from glowjit.glsl.unit import Unit

ENTRY_HINT = "write void mainImage(out vec4 fragColor, in vec2 fragCoord), void main() or vec4 render(vec2 fragCoord)"

INCLUDE = re.compile(r"\s*#\s*(include|pragma\s+include|pragma\s+glslify(?!\s*:\s*export\b))\b")
INCLUDE_HINT = 'write #include "file.glsl" alone on its line, or paste in what the shader needs'

WEB_1, WEB_2 = Dialect(100), Dialect(300, "es")
PERMISSIVE = Dialect(450, "compatibility")
"""Desktop GLSL with all that was ever deprecated, and with implicit conversions."""
NEWEST = Dialect(460)
OLD_DESKTOP = Dialect(120)
"""Where `texture` is a name like any other, and ints convert: SFML's and Processing's."""

_MAIN = re.compile(r"\bvoid\s+main\s*\(")
_MAIN_IMAGE = re.compile(r"\bmainImage\b")
_SAMPLER_TEXTURE = re.compile(r"\bsampler\w+\s+texture\b")
_WEB_1_NAMES = re.compile(r"\b(?:varying|gl_FragColor|gl_FragData)\b")
_WEB_2_NAMES = re.compile(
    r"^[ \t]*(?:layout\s*\([^)]*\)\s*)?(?:in|out)\s(?:\s*(?:high|medium|low)p)?\s*\w+\s+\w+\s*;|\brender\s*\(",
    re.MULTILINE,
)


def shader_dialects(text: ShaderText) -> list[Dialect]:
    """The dialects to try, in order: the one of `#version`, and on the desktop all that drivers take beside it; without
    one, what such a shader is usually written in."""
    if text.dialect:
        return [text.dialect] if text.dialect.is_es else [text.dialect, PERMISSIVE]
    if _MAIN_IMAGE.search(text.code) and not _MAIN.search(text.code):
        return [WEB_2, WEB_1, PERMISSIVE]  # WEB_1 for what is older than it, and has functions that GLSL has by now
    if _WEB_2_NAMES.search(text.code) and not _WEB_1_NAMES.search(text.code):
        return [WEB_2, PERMISSIVE]
    return [WEB_1, OLD_DESKTOP if _SAMPLER_TEXTURE.search(text.code) else PERMISSIVE]


def library_dialects(text: ShaderText) -> list[Dialect]:
    """The same for a library: the newest desktop GLSL, unless it says otherwise."""
    return [text.dialect] if text.dialect else [NEWEST, WEB_1]


def complete_shader(unit: Unit, inputs: dict[str, ShaderInput] | None) -> Diagnostic | None:
    """Recognise the convention and complete the unit; `inputs` are those of an ISF header, None without one.

    Returns the complaint that there is no entry point or no output, to be made if glslang finds nothing worse to say.
    """
    _refuse_what_cannot_work(unit)
    textures = interface.declare_inputs(unit, inputs or {})
    textures += interface.declare_uniforms(unit, textures)
    function = unit.outline.function
    if entry := function("main"):
        unit.convention = "glsl" if inputs is None else "isf"
    elif entry := _transition(unit):
        unit.convention = "transition"
    elif entry := _entry(unit, "mainImage", _is_main_image):
        unit.convention = "shadertoy"
    elif entry := _entry(unit, "render", _is_render):
        unit.convention = "render"
    else:
        unit.footer = "void main() {}"
        return _no_entry(unit)
    executed = _executed_words(unit, entry.name)
    if entry.name == "transition":
        textures += interface.declare_transition(unit, executed)
    interface.refuse_textures(unit, textures, executed)
    interface.rename_old_functions(unit)
    interface.flatten_samplers(unit)
    interface.define_coordinates(unit, executed)
    if entry.name == "main":
        return interface.choose_output(unit, entry)
    unit.footer = _call(unit, entry)
    return None


def complete_library(unit: Unit) -> None:
    """Complete a unit whose functions are called one by one."""
    unit.convention = "library"
    _refuse_missing_bodies(unit)
    interface.declare_uniforms(unit)
    interface.define_coordinates(unit, {})
    if unit.outline.function("main") is None:
        unit.footer = "void main() {}"


def _refuse_missing_bodies(unit: Unit) -> None:
    """glslang looks for the bodies of what `main` calls; without one it crashes on a call from elsewhere."""
    missing = {item.name for item in unit.outline.prototypes} - {item.name for item in unit.outline.functions}
    for function in unit.outline.functions if missing else ():
        for index in function.body:
            if unit.tokens[index].text in missing and unit.tokens[index + 1].text == "(":
                message = f"{unit.tokens[index].text}() is declared but never defined"
                unit.fail(message, index, hint="write its body")


def _call(unit: Unit, entry: Function) -> str:
    """A `main` that hands the pixel to the shader's own entry point."""
    output = interface.own_output(unit)
    if entry.name == "mainImage":
        return f"void main() {{ {output} = vec4(0.0); mainImage({output}, gl_FragCoord.xy); }}"
    place = interface.PLACE if entry.name == "transition" else "gl_FragCoord.xy"
    colour = f"{entry.name}({place})" + (", 1.0" if entry.result == "vec3" else "")
    return f"void main() {{ {output} = vec4({colour}); }}"


def _entry(unit: Unit, name: str, fits: Callable[[Function], bool]) -> Function | None:
    """The function of this name that is the entry point, which a helper may share its name with."""
    named = [function for function in unit.outline.functions if function.name == name]
    if named and not any(map(fits, named)):
        unit.fail(f"{name}() has other parameters or another result than expected", named[0].name_at, hint=ENTRY_HINT)
    fitting = [function for function in named if fits(function)]
    if len(fitting) > 1:
        hint = "one file for each pass: --buffer-a FILE is drawn before it, --common FILE goes before both"
        unit.fail(f"there are several {name}() in this text", fitting[1].name_at, hint=hint)
    return next(iter(fitting), None)


def _is_main_image(function: Function) -> bool:
    types = [parameter.type for parameter in function.parameters]
    fits = types == ["vec4", "vec2"] and function.result == "void"
    return fits and not function.parameters[0].qualifiers.isdisjoint(("out", "inout"))


def _is_render(function: Function) -> bool:
    return [parameter.type for parameter in function.parameters] == ["vec2"] and function.result in ("vec4", "vec3")


def _transition(unit: Unit) -> Function | None:
    """The entry point of a shader that reads the pictures of gl-transitions, and does not say what that is."""
    read = [name for name in vocabulary.TRANSITION_PICTURES if name in unit.outline.words]
    if not read or not unit.outline.declared.isdisjoint(read):
        return None
    return _entry(unit, "transition", _is_render)


def _no_entry(unit: Unit) -> Diagnostic:
    for function in unit.outline.functions:
        if reason := vocabulary.OTHER_ENTRIES.get(function.name):
            place = unit.place(function.name_at)
            return Diagnostic(f"{function.name}() {reason}", "error", unit.text.file, *place, ENTRY_HINT)
        entries = {"main": "main", "mainimage": "mainImage", "render": "render"}
        near = difflib.get_close_matches(function.name.lower(), entries, 1, 0.75)
        if near:
            hint = f"did you mean {entries[near[0]]}() instead of {function.name}()?"
            place = unit.place(function.name_at)
            return Diagnostic("there is no entry point in this shader", "error", unit.text.file, *place, hint)
    missing = "entry point" if unit.outline.functions else "function"
    return Diagnostic(f"there is no {missing} in this shader", "error", unit.text.file, hint=ENTRY_HINT)


def _refuse_what_cannot_work(unit: Unit) -> None:
    """Other kinds of shader, words without a meaning here, and includes that some tools hide in a pragma."""
    for directive in unit.directives:
        if INCLUDE.match(directive.text):
            column = unit.text.lines[directive.line - 1].find("#") + 1
            unit.text.fail("this includes no file", directive.line, column, hint=INCLUDE_HINT)
    words = unit.outline.words
    for word, stage in vocabulary.OTHER_STAGES.items():
        if word in words:
            hint = "leave only the fragment shader, which computes one colour for each pixel"
            unit.fail(f"'{word}' makes this {stage}", words[word], hint=hint)
    for word, reason in vocabulary.NO_SUCH_THING.items():
        if word in words:
            unit.fail(f"'{word}' {reason}", words[word])


def _executed_words(unit: Unit, entry: str) -> dict[str, int]:
    """The words in code that can be executed, with the index of the first use of each."""
    found: dict[str, int] = {}
    for index in sorted(set(unit.outline.executed(entry))):
        if unit.tokens[index].is_word and unit.tokens[index - 1].text != ".":
            found.setdefault(unit.tokens[index].text, index)
    return found
