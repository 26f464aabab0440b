"""What the functions of one module share while they are translated: tables, names, objects, limits.

`State` turns global variables into memory objects on their first use, keeps every object's name unique, and counts the
words of memory, so that an array too large for any board is refused before anything is built for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from glowjit.errors import UnsupportedError
from glowjit.glsltypes import UINT, ArrayType
from glowjit.ir.core import Const, MemKind, MemObject, Module, Operand, UniformInfo
from glowjit.spirv.constants import ConstantTable
from glowjit.spirv.context import Globals
from glowjit.spirv.derivatives import Derivatives
from glowjit.spirv.grammar import BUILTINS, STORAGE_CLASSES
from glowjit.spirv.memory import MAX_COPIED_WORDS, MAX_MEMORY_WORDS, MAX_OBJECT_WORDS, Place
from glowjit.spirv.reader import Instruction, SpirvError, SpirvModule
from glowjit.spirv.sampling import Choice, Sampler, SamplerPath
from glowjit.spirv.signatures import Interface
from glowjit.spirv.types import TypeInfo, TypeTable
from glowjit.spirv.usage import Usage
from glowjit.textures import Texture, of_sampler, unfit

_LARGE = 64
_COMPOSITES = frozenset(["ConstantComposite", "ConstantNull"])

# Inputs with one value for every pixel of a rectangle that is drawn straight on.
_FIXED_INPUTS: dict[str, tuple[float | int | bool, ...]] = {
    "FrontFacing": (True,),
    "HelperInvocation": (False,),
    "SampleId": (0,),
    "SamplePosition": (0.5, 0.5),
    "PrimitiveId": (0,),
    "Layer": (0,),
    "ViewportIndex": (0,),
}


class Names:
    """Gives out names that differ from one another and from those of the enclosing scope."""

    def __init__(self, outer: frozenset[str] = frozenset()) -> None:
        self._outer = outer
        self._counts: dict[str, int] = {}

    def unique(self, name: str) -> str:
        """`name`, or `name.1`, `name.2`... if it is taken."""
        while True:
            count = self._counts.get(name, 0)
            self._counts[name] = count + 1
            candidate = f"{name}.{count}" if count else name
            if candidate not in self._outer:
                return candidate

    def child(self) -> Names:
        return Names(self._outer)


class State(Globals):
    def __init__(self, module: SpirvModule, source: str, textures: Mapping[str, Texture] | None = None) -> None:
        self.module = module
        self.source = source
        self.textures = textures or {}
        self._samplers: dict[str, Sampler] = {}
        self.types = TypeTable(module)
        self.constants = ConstantTable(module, self.types)
        composites = (id for id, inst in module.definitions.items() if inst.op in _COMPOSITES)
        self.usage = Usage(set(composites))
        self.result = Module()
        self.interfaces: dict[int, Interface] = {}
        self.line = 0
        self.has_neighbours = False  # whether what is translated is a pixel, beside other pixels
        self.derivatives: Derivatives | None = None
        self._places: dict[int, Place] = {}
        self._constant_places: dict[int, Place] = {}
        self._copied = 0
        self._words: dict[bool, int] = {}
        self.variables = {id: inst for id, inst in module.definitions.items() if inst.op == "Variable"}
        self._global_names = Names()
        # Locals must not take the name of any global, used yet or not.
        self.names = Names(frozenset(self._reserved_names()))

    def _reserved_names(self) -> Iterator[str]:
        for id, inst in self.variables.items():
            yield self.name_of(id)
            struct = self._block_type(inst)
            if self.module.decoration(struct, "Block") is not None:
                yield from (name for (owner, _), name in self.module.member_names.items() if owner == struct)

    def interface(self, id: int) -> Interface:
        interface = self.interfaces.get(id)
        if interface is None:
            raise SpirvError(f"a call of function {id}, which does not exist")
        return interface

    def reserve(self, name: str, words: int, line: int = 0, *, constant: bool = False) -> None:
        """Count an object's words; raises `UnsupportedError` over the limits."""
        total = self._words[constant] = self._words.get(constant, 0) + words
        if words > MAX_OBJECT_WORDS:
            message = f"'{name}' has {words} words; at most {MAX_OBJECT_WORDS} fit in one variable"
        elif total > MAX_MEMORY_WORDS:
            message = f"with '{name}' the shader's variables have {total} words; at most {MAX_MEMORY_WORDS} fit"
        else:
            return
        place = self.line_of(name, line)
        raise UnsupportedError(message, line=place, hint="a board has a few hundred kilobytes at most")

    def count_copy(self, type: TypeInfo) -> None:
        """Whole arrays are copied word by word, so many large ones are refused before they fill the memory."""
        if type.words > _LARGE:
            self._copied += type.words
            if self._copied > MAX_COPIED_WORDS:
                raise UnsupportedError(
                    f"the shader copies more than {MAX_COPIED_WORDS} words of whole arrays",
                    hint="access the arrays' elements instead",
                )

    def unsupported_type(self, what: str, type: TypeInfo, line: int = 0) -> UnsupportedError:
        """The error for a variable or parameter of a type that glowjit does not have."""
        return UnsupportedError(f"{what} has type {type.name}, which is not supported", line=line, hint=type.hint)

    def line_of(self, name: str, start: int = 0) -> int:
        """The first source line from `start` on that mentions `name`; `start` if none does."""
        if name:
            mention = re.compile(rf"\b{re.escape(name)}\b")
            for number, text in enumerate(self.source.splitlines(), start=1):
                if number >= start and mention.search(text):
                    return number
        return start

    def discard_flag(self) -> MemObject:
        """Set when a called function has discarded the pixel."""
        flag = self.result.objects.get("gl_Discarded")
        return flag or self._object("gl_Discarded", MemKind.GLOBAL, 1)

    def constant_place(self, id: int, type: TypeInfo) -> Place:
        """The read-only object that holds constant `id`."""
        place = self._constant_places.get(id)
        if place is None:
            self.reserve("constants", type.words, self.line, constant=True)
            data = tuple(word.value for word in self.constants[id])
            target = self._object("const", MemKind.CONSTANT, type.words, data)
            place = self._constant_places[id] = Place(target, type)
        return place

    def place(self, id: int) -> Place:
        place = self._places.get(id)
        if place is None:
            inst = self.variables.get(id)
            if inst is None:
                raise SpirvError(f"id {id} is used as a pointer but is none")
            maker = _STORAGE.get(STORAGE_CLASSES.get(inst.operands[0], ""))
            if maker is None:
                raise UnsupportedError(f"'{self.name_of(id)}' is not supported: it is shared between pixels")
            place = self._places[id] = maker(self, inst, self.types.pointee(inst.type))
        return place

    def is_sampler(self, id: int) -> bool:
        """Whether the variable `id` is a sampler or an array of samplers."""
        inst = self.variables.get(id)
        return inst is not None and self.types.pointee(inst.type).is_sampler

    def samplers(self, path: SamplerPath) -> Choice:
        """What a path leads to, by name: `t`, or for the elements of an array `t[0]`, `t[1]`..."""
        type = self.types.pointee(self.variables[path.variable].type)
        chosen: Operand | None = None
        names = [self.name_of(path.variable)]
        for index in path.indices:
            assert type.element is not None
            last, type = type.count - 1, type.element
            if isinstance(index, Const):
                names = [f"{name}[{min(max(int(index.value), 0), last)}]" for name in names]
            elif chosen is None:
                chosen = index
                names = [f"{name}[{number}]" for name in names for number in range(last + 1)]
            else:
                raise UnsupportedError("an array of textures has two indices that are not constant")
        return Choice(tuple(self._sampler(name, type) for name in names), chosen)

    def _sampler(self, name: str, type: TypeInfo) -> Sampler:
        """A texture whose words are a uniform."""
        shape, texture = of_sampler(type.name), self.textures.get(name)
        if not shape:
            raise self.unsupported_type(f"'{name}'", type, self.line)
        if texture is None:
            raise UnsupportedError(
                f"'{name}' is a texture, and none is bound to it",
                line=self.line,
                hint=f"give it a picture: --texture {name}=picture.png{'' if shape == '2d' else ',' + shape}",
            )
        if texture.shape != shape:
            raise unfit(name, type.name, texture, self.line)
        if name not in self._samplers:
            count = len(texture.words)
            target = self._object(name, MemKind.UNIFORM, count)
            self.result.uniforms[name] = UniformInfo(name, ArrayType(UINT, count), target, texture.words)
            self._samplers[name] = Sampler(texture, target, type.name[0] in "iu")
        return self._samplers[name]

    def used_derivatives(self) -> Derivatives:
        """What derivatives need, made on their first use."""
        if self.derivatives is None:
            sizes = {"derivatives.run": 1, "derivatives.counts": 0, "derivatives.log": 0}
            self.derivatives = Derivatives(
                *(self._object(name, MemKind.GLOBAL, words) for name, words in sizes.items())
            )
        return self.derivatives

    def name_of(self, id: int) -> str:
        return self.module.names.get(id, "")

    def used_globals(self, *storages: str) -> list[tuple[int, Place]]:
        """The writable globals of these storage classes that are in use, in the order of their declaration."""
        owned = [id for id, inst in self.variables.items() if STORAGE_CLASSES.get(inst.operands[0]) in storages]
        places = [(id, self._places[id]) for id in owned if id in self._places]
        return [(id, place) for id, place in places if place.object and place.object.kind is MemKind.GLOBAL]

    def _object(self, name: str, kind: MemKind, words: int, data: tuple[float | int | bool, ...] = ()) -> MemObject:
        name = self._global_names.unique(name)
        target = self.result.objects[name] = MemObject(name, kind, words, data)
        return target

    def _private(self, inst: Instruction, type: TypeInfo) -> Place:
        constant = self.usage.only_constant(inst.result)
        if constant and type.kind != "scalar":
            return self.constant_place(constant, type)
        name = self.name_of(inst.result) or "global"
        self.reserve(name, type.value_type.words)
        return Place(self._object(name, MemKind.GLOBAL, type.words), type)

    def _input(self, inst: Instruction, type: TypeInfo) -> Place:
        builtin = BUILTINS.get(self.module.decorations.get(inst.result, {}).get("BuiltIn", -1), "")
        name = self.name_of(inst.result) or "input"
        if builtin == "FragCoord":
            return Place(self._object("gl_FragCoord", MemKind.GLOBAL, 4), type)
        data = _FIXED_INPUTS.get(builtin)
        if data is None:
            raise UnsupportedError(
                f"input '{name}' has no vertex shader to come from",
                line=self.line or self.line_of(name),
                hint="compute it from gl_FragCoord and the resolution",
            )
        return Place(self._object(name, MemKind.CONSTANT, len(data), data), type)

    def _uniform(self, inst: Instruction, type: TypeInfo) -> Place:
        name = self.name_of(inst.result)
        if type.glsl is None:
            raise self.unsupported_type(f"'{name}'", type)
        default = None
        if len(inst.operands) > 1:
            default = tuple(word.value for word in self.constants[inst.operands[1]])
        return self._uniform_object(name, type, default)

    def _uniform_object(
        self, name: str, type: TypeInfo, default: tuple[float | int | bool, ...] | None = None
    ) -> Place:
        self.reserve(name, type.value_type.words)
        target = self._object(name or "uniform", MemKind.UNIFORM, type.words)
        self.result.uniforms[target.name] = UniformInfo(target.name, type.value_type, target, default)
        return Place(target, type)

    def _block(self, inst: Instruction, type: TypeInfo) -> Place:
        """A uniform block: each member is a uniform of its own, `instance.member` or just `member`."""
        if type.kind != "struct" or self.module.decoration(self._block_type(inst), "Block") is None:
            name = self.name_of(inst.result) or self.name_of(self._block_type(inst))
            hint = "make it a uniform, or a texture"
            raise UnsupportedError(f"'{name}' is not supported: only uniforms and uniform blocks are", hint=hint)
        prefix = self.name_of(inst.result)
        struct = self._block_type(inst)
        parts: list[Place] = []
        for number, member in enumerate(type.members):
            name = self.module.member_names.get((struct, number), f"member{number}")
            parts.append(self._uniform_object(f"{prefix}.{name}" if prefix else name, member))
        return Place(None, type, parts=tuple(parts))

    def _block_type(self, inst: Instruction) -> int:
        pointer = self.module.definitions.get(inst.type)
        return pointer.operands[1] if pointer and pointer.op == "TypePointer" else 0


_STORAGE = {
    "UniformConstant": State._uniform,
    "Uniform": State._block,
    "Input": State._input,
    "Output": State._private,
    "Private": State._private,
}
