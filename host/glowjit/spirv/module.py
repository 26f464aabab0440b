"""SPIR-V module -> IR module: which functions are translated, in which order, and under which names."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Collection, Mapping
from functools import cached_property

from glowjit.errors import GlowjitError, ShaderError, UnsupportedError, locate
from glowjit.ir.core import INITIALISERS, Module
from glowjit.spirv.function import FunctionTranslator
from glowjit.spirv.grammar import CAPABILITIES, STORAGE_CLASSES
from glowjit.spirv.pixel import OUTSIDE, InitialiserTranslator, PixelTranslator, initialisers
from glowjit.spirv.reader import FunctionText, SpirvError, read_module
from glowjit.spirv.signatures import Argument, Interface, ParameterKey, key_of, parameter_modes
from glowjit.spirv.specialise import specialise
from glowjit.spirv.state import State
from glowjit.textures import Texture

_DEEPEST = 250  # calls in calls


def translate(
    binary: bytes,
    *,
    file: str = "",
    source: str = "",
    roots: Collection[str] | None = None,
    textures: Mapping[str, Texture] | None = None,
) -> Module:
    """Translate one module to float IR.

    With `roots` None: the pixel function `main(x, y) -> (r, g, b, a)` and what it calls. With names of GLSL functions,
    every overload of each and what they call; with "all", every function but `main`. Such a module has a function
    `globals.init` if it has globals, to be run before a call from outside. `file` and `source` are for
    messages. `textures` are what samplers stand for, by name. Raises SpirvError for a damaged module,
    UnsupportedError for GLSL that cannot be compiled, ShaderError for a root that does not exist.
    """
    line = 0
    try:
        state = State(read_module(binary), source, textures)
        try:
            return Translation(state).run(roots)
        finally:
            line = state.line
    except GlowjitError as error:
        locate(error, file, source, error.line or line)
        raise


class Translation:
    """One run over one module."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.module = state.module

    def run(self, roots: Collection[str] | None) -> Module:
        self._check_capabilities()
        self._declare_uniforms()
        entry = next((id for name, id in self.module.entry_points if name == "main"), 0)
        main = self.module.functions.get(entry)
        if roots is None:
            if main is None:
                raise SpirvError("there is no entry point 'main'")
            texts = self._reached([main], in_pixel=True)
        else:
            wanted = self._select(roots, entry)
            if main is not None and main not in wanted:
                wanted.append(initialisers(main))
                self.module.functions[main.id] = wanted[-1]
            texts = self._reached(wanted, in_pixel=False)
            if roots != "all":
                self._refuse_unreached(wanted, texts)
        self._prepare(texts, entry)
        self.state.has_neighbours = roots is None
        for text in texts:
            self._translate(text, entry if roots is None else 0)
        return self.state.result

    def _translate(self, text: FunctionText, entry: int) -> None:
        result = self.state.result
        interface = self.state.interface(text.id)
        if text.id == entry:
            self._translate_pixel(text, interface)
        elif interface.name == INITIALISERS:
            if not self.state.used_globals(*OUTSIDE) and not any(True for _ in text.instructions()):
                return
            result.functions[interface.name] = InitialiserTranslator(self.state, text, interface).translate()
        else:
            function = FunctionTranslator(self.state, text, interface).translate()
            function.signature = None if text.is_copy else interface.signature()
            result.functions[interface.name] = function

    def _translate_pixel(self, text: FunctionText, interface: Interface) -> None:
        result = self.state.result
        function = PixelTranslator(self.state, text, interface).translate()
        result.entry = interface.name
        if self.state.derivatives is not None:
            function.name = f"{interface.name}.run"
            result.functions[function.name] = function
            function = self.state.derivatives.surround(function, interface.name)
        result.functions[interface.name] = function

    # -- before anything is translated

    def _check_capabilities(self) -> None:
        for number in self.module.capabilities:
            if number not in CAPABILITIES:
                raise UnsupportedError(f"the shader needs SPIR-V capability {number}, which glowjit does not have")

    def _declare_uniforms(self) -> None:
        """Every uniform, used or not, so that setting one that the shader ignores is no mistake."""
        for id, inst in self.state.variables.items():
            storage = STORAGE_CLASSES.get(inst.operands[0])
            type = self.state.types.pointee(inst.type)
            if storage in ("UniformConstant", "Uniform") and type.glsl is not None:
                self.state.place(id)

    def _prepare(self, texts: list[FunctionText], entry: int) -> None:
        """Interfaces, which need the usage of pointers and the callees' interfaces."""
        state = self.state
        for text in texts:
            state.usage.scan(text.instructions())
        names = self._ir_names(entry)
        for text in texts:
            state.interfaces[text.id] = self._interface(text, names[text.id])

    def _select(self, roots: Collection[str], entry: int) -> list[FunctionText]:
        functions = [text for id, text in self.module.functions.items() if id != entry]
        if roots == "all":
            return functions
        names = {text.id: self._glsl_name(text.id) for text in self.module.functions.values()}
        for root in roots:
            if root not in names.values():
                close = difflib.get_close_matches(root, sorted(set(names.values())), 1)
                raise ShaderError(
                    f"there is no function '{root}'", hint=f"did you mean '{close[0]}'?" if close else "check its name"
                )
        return [text for text in self.module.functions.values() if names[text.id] in roots]

    def _reached(self, roots: list[FunctionText], in_pixel: bool) -> list[FunctionText]:
        """The functions to translate, callees first, and those copied that have to be."""
        texts = self._callees_first(roots)
        chosen = specialise(self.module, self.state.types, texts, roots, in_pixel)
        return texts if chosen is roots else self._callees_first(chosen)

    def _refuse_unreached(self, wanted: list[FunctionText], texts: list[FunctionText]) -> None:
        found = {text.id for text in texts}
        for text in wanted:
            if text.id not in found:
                raise UnsupportedError(
                    f"'{self._glsl_name(text.id)}' takes a texture, which a call from outside cannot give it",
                    line=text.line,
                    hint="call a function that passes it one",
                )

    def _callees_first(self, roots: list[FunctionText]) -> list[FunctionText]:
        """The functions that `roots` reach, every callee before its callers."""
        order: dict[int, FunctionText] = {}
        open_functions: dict[int, FunctionText] = {}
        waiting = [(text, False) for text in reversed(roots)]
        while waiting:
            text, done = waiting.pop()
            if done:
                order[text.id] = open_functions.pop(text.id)
                continue
            if len(open_functions) > _DEEPEST:
                raise UnsupportedError(
                    f"'{self._glsl_name(text.id)}' is called {_DEEPEST} functions deep",
                    line=text.line,
                    hint="a board's stack is small: let functions call one after the other",
                )
            if text.id in order:
                continue
            if text.id in open_functions:
                raise SpirvError(f"function '{self._glsl_name(text.id)}' calls itself", line=text.line)
            open_functions[text.id] = text
            waiting.append((text, True))
            for callee in reversed(text.callees):
                if callee not in self.module.functions:
                    raise SpirvError(f"a call of function {callee}, which does not exist", line=text.line)
                waiting.append((self.module.functions[callee], False))
        return list(order.values())

    # -- names and interfaces

    def _glsl_name(self, id: int) -> str:
        return self.module.names.get(id, "").split("(")[0] or f"function{id}"

    def _ir_names(self, entry: int) -> dict[int, str]:
        """`name`, then `name.1`, `name.2`... for overloads in source order, whichever of them are translated."""
        counts: Counter[str] = Counter()
        names: dict[int, str] = {}
        for id in self.module.functions:
            name = self._glsl_name(id)
            names[id] = f"{name}.{counts[name]}" if counts[name] else name
            counts[name] += 1
        if entry in names and self._is_initialiser(entry):
            names[entry] = INITIALISERS
        return names

    def _is_initialiser(self, entry: int) -> bool:
        return self.module.functions[entry].is_part

    def _interface(self, text: FunctionText, name: str) -> Interface:
        state = self.state
        interface = Interface(name, self._glsl_name(text.id), state.types[text.result_type])
        for type_id, id in text.parameters:
            type = state.types[type_id]
            pointer = type.kind == "pointer"
            if pointer:
                type = state.types.pointee(type_id)
            argument = Argument(id, self.module.names.get(id, ""), type, pointer, "in")
            if type.glsl is None:
                raise state.unsupported_type(f"parameter '{argument.name}'", type, text.line)
            interface.arguments.append(argument)
        self._set_modes(interface, text.id)
        callees = [state.interface(callee) for callee in text.callees]
        interface.kills = text.discards or any(callee.kills for callee in callees)
        return interface

    def _set_modes(self, interface: Interface, id: int) -> None:
        """From the text in the module where the definition is found, else by how the pointers are used."""
        if not any(argument.pointer for argument in interface.arguments):
            return
        declared = self._modes.get(key_of(interface.glsl_name, interface.arguments))
        for position, argument in enumerate(interface.arguments):
            if argument.pointer:
                inferred = self.state.usage.mode(id, position, argument.id)
                argument.mode = (declared[position] if declared else "") or inferred

    @cached_property
    def _modes(self) -> dict[ParameterKey, tuple[str, ...]]:
        """Read only if some parameter is a pointer. The preprocessed text is the last in the module."""
        return parameter_modes(self.module.source.rpartition("#version")[2])
