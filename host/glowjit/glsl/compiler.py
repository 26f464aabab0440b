"""From GLSL to SPIR-V: the two requests to the worker, and what is done with the answers.

    ShaderText -- preprocess --> Unit -- conventions --> complete unit -- compile --> SPIR-V -- finish --> SpirvBinary

A text without `#version` is tried in the dialects that `conventions` names, and compiles if it compiles in one of them.
If in none, the messages are of the attempt that got furthest. Cost: 2 ms for a small shader with a warm worker.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from glowjit.errors import Diagnostic
from glowjit.glsl import conventions, diagnostics, glslang, isf, worker
from glowjit.glsl.client import CLIENT, Death, Reply, WorkerDied
from glowjit.glsl.isf import ShaderInput
from glowjit.glsl.source import Dialect, ShaderText
from glowjit.glsl.unit import LENGTH, Unit
from glowjit.textures import Texture

_DEATHS = {  # -> message, hint
    Death.TIME: (
        f"the GLSL front end ran out of time on this source ({worker.CPU_SECONDS} s)",
        "macros that double in every line do this",
    ),
    Death.MEMORY: (
        f"the GLSL front end ran out of memory on this source ({worker.ADDRESS_SPACE >> 20} MiB)",
        "macros that double in every line do this",
    ),
    Death.CRASH: (
        "the GLSL front end crashed on this source",
        "leave out parts of the shader to find the one it cannot take; very long expressions are one cause",
    ),
    Death.KILLED: ("the GLSL front end was killed twice while compiling", "is the machine out of memory?"),
}

_STRANGE = re.compile(r"[^\x00-\x7f]|[$@`\\'\"]")

_OP_LINE, _OP_TYPE_FIRST, _OP_TYPE_LAST, _OP_VARIABLE, _OP_DECORATE = 8, 19, 39, 59, 71
_STORAGE_OUTPUT, _DECORATION_BUILTIN, _DECORATION_LOCATION = 3, 11, 30


@dataclass(frozen=True, slots=True)
class SpirvBinary:
    """A compiled shader.

    `spirv`: SPIR-V 1.0 with an entry point `main`; OpLine has the user's lines and columns, 0 for code not the user's.
    `convention`: "shadertoy", "glsl", "isf", "render" or "library". `uniforms`: the shader's own name -> what the
    runtime fills in ("time", "delta", "frame", "framerate", "resolution", "mouse", "date"). `inputs`: what the shader
    says about its other uniforms. `dialect`: the GLSL version it was compiled as, such as "300 es".
    """

    spirv: bytes
    convention: str
    uniforms: dict[str, str]
    source: str
    file: str
    inputs: dict[str, ShaderInput] = field(default_factory=dict)
    dialect: str = ""


def compile_shader(source: str | bytes, file: str = "", textures: Mapping[str, Texture] | None = None) -> SpirvBinary:
    """Compile a fragment shader of any convention; the output is one variable at location 0.

    `file` is for messages, `textures` are bound to samplers by name. `ShaderError` with line, column and hint when the
    text is at fault; `GlowjitError` when glslang is not installed.
    """
    text = ShaderText(source, file)
    inputs = isf.read_header(text)
    return _first(
        text,
        conventions.shader_dialects(text),
        worker.COMPILE,
        lambda unit: conventions.complete_shader(unit, inputs),
        textures or {},
    )


def compile_library(source: str | bytes, file: str = "") -> SpirvBinary:
    """Compile a text of functions, none of which need be called: no `main` and no `#version` is needed.

    Without `#version` it is desktop GLSL 4.60: integers convert to floats, and all functions on bits are there.
    Errors as for `compile_shader`.
    """
    text = ShaderText(source, file)
    return _first(text, conventions.library_dialects(text), worker.COMPILE_ALL, conventions.complete_library)


def compile_trusted(source: str) -> bytes:
    """The SPIR-V of our own GLSL: a library that has no mistakes to report, so nothing keeps track of its lines."""
    text = ShaderText(source, "a library of glowjit's own")
    reply = _ask(text, worker.COMPILE_ALL, _trusted(source))
    assert reply.outcome == glslang.OK, reply.body.decode(errors="replace")
    return reply.body


def begin_trusted(source: str) -> None:
    """Send the same request ahead of time: the worker compiles while the caller does something else."""
    CLIENT.begin(worker.COMPILE_ALL, _trusted(source).encode())


def _trusted(source: str) -> str:
    return f"#version {conventions.NEWEST.name}\n{source}\nvoid main() {{}}\n"


_Complete = Callable[[Unit], Diagnostic | None]


def _first(
    text: ShaderText,
    dialects: list[Dialect],
    kind: int,
    complete: _Complete,
    textures: Mapping[str, Texture] | None = None,
) -> SpirvBinary:
    """Compile in the first dialect that accepts the text."""
    failures = []
    for dialect in dialects:
        result = _attempt(text, dialect, kind, complete, textures)
        if isinstance(result, SpirvBinary):
            return result
        failures.append(result)
    raise text.error(max(failures, key=lambda found: found[0].line))


def _attempt(
    text: ShaderText, dialect: Dialect, kind: int, complete: _Complete, textures: Mapping[str, Texture] | None
) -> SpirvBinary | list[Diagnostic]:
    """Compile in one dialect, or return its messages. A mistake in every dialect is raised at once."""
    reply = _ask(text, worker.PREPROCESS, f"#version {dialect.name}\n{text.code}\n")
    log = reply.body.decode(errors="replace")
    if reply.outcome != glslang.OK:
        return diagnostics.from_preprocessor(text, log)
    unit = _unit(text, dialect, log)
    unit.textures = textures or {}
    complaint = complete(unit)
    reply = _ask(text, kind, unit.render())
    if reply.outcome == glslang.OK and reply.body:
        if complaint:
            raise text.error([complaint])
        spirv = _finish(reply.body, unit)
        return SpirvBinary(spirv, unit.convention, unit.uniforms, text.raw, text.file, unit.inputs, dialect.name)
    log = reply.body.decode(errors="replace")
    found = diagnostics.from_linker(unit, log) if reply.outcome == glslang.UNLINKED else []
    found = found or diagnostics.from_compiler(unit, log)
    return found or [Diagnostic("the GLSL front end refuses this source without saying why", "error", text.file)]


def _ask(text: ShaderText, kind: int, source: str) -> Reply:
    try:
        return CLIENT.request(kind, source.encode())
    except WorkerDied as error:
        message, hint = _DEATHS[error.death]
        raise text.error([Diagnostic(message, "error", text.file, hint=hint)]) from None


def _unit(text: ShaderText, dialect: Dialect, preprocessed: str) -> Unit:
    """The preprocessed text as a unit; an error if macros made it too long or it has characters unknown to GLSL."""
    if len(preprocessed) > worker.MAX_EXPANDED_BYTES:
        message = f"macros make more than {worker.MAX_EXPANDED_BYTES >> 10} KiB of this shader"
        text.fail(message, preprocessed.count("\n"), hint="up to this line; use functions, or fewer levels of macros")
    unit = Unit(text, dialect, preprocessed.partition("\n")[2])
    for token in unit.tokens:
        if token.text in ("<bad token>", '"'):
            written = _STRANGE.search(text.lines[token.line - 1])
            what = f"the character {written[0]!r}" if written else "a character here"
            hint = _meant(written[0]) if written else ""
            text.fail(f"{what} means nothing in GLSL", token.line, written.start() + 1 if written else 0, hint=hint)
    return unit


def _meant(character: str) -> str:
    """The hint for a character that GLSL does not have: the one that looks like it."""
    if character == "`":
        return "a string of JavaScript? leave only what stands between the backquotes"
    plain = _LOOKS_LIKE.get(character) or unicodedata.normalize("NFKD", character)[0]
    if plain.isascii() and plain not in _STRAY:
        return f"write {plain!r}"
    return "names are made of a to z, digits and _" if character.isalpha() else "take it away"


_LOOKS_LIKE = {"–": "-", "—": "-", "−": "-", "×": "*", "·": "*", "÷": "/", "≤": "<=", "≥": ">=", "≠": "!="}
_STRAY = "$@`\\'\""


def _finish(spirv: bytes, unit: Unit) -> bytes:
    """Put the user's places into OpLine, and `gl_FragColor`, which has no location, at location 0."""
    words = array("I", spirv.replace(f"{LENGTH}\0\0".encode(), b"length\0\0"))
    outputs: list[int] = []
    placed: set[int] = set()
    types_at = 0
    at = 5
    while at < len(words):
        opcode = words[at] & 0xFFFF
        if opcode == _OP_LINE:
            words[at + 2], words[at + 3] = unit.place(unit.token_at(words[at + 2]))
        elif opcode == _OP_VARIABLE and words[at + 3] == _STORAGE_OUTPUT:
            outputs.append(words[at + 2])
        elif opcode == _OP_DECORATE and words[at + 2] in (_DECORATION_BUILTIN, _DECORATION_LOCATION):
            placed.add(words[at + 1])
        elif _OP_TYPE_FIRST <= opcode <= _OP_TYPE_LAST and not types_at:
            types_at = at
        at += words[at] >> 16
    for output in outputs:
        if output not in placed:
            words[types_at:types_at] = array("I", (4 << 16 | _OP_DECORATE, output, _DECORATION_LOCATION, 0))
    return words.tobytes()
