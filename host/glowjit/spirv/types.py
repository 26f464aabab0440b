"""SPIR-V types -> `TypeInfo`: the GLSL type, its words, and how an access chain walks into it.

Built on demand: a type that glowjit does not have (double, sampler2D) is refused only where a shader uses it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from glowjit.errors import UnsupportedError
from glowjit.glsltypes import (
    BOOL,
    FLOAT,
    INT,
    UINT,
    ArrayType,
    GlslType,
    MatrixType,
    ScalarType,
    StructType,
    VectorType,
)
from glowjit.ir.core import Type
from glowjit.spirv.reader import Instruction, SpirvError, SpirvModule
from glowjit.textures import way_out

MAX_DEPTH = 32
MAX_VALUE_WORDS = 4096

IR_TYPES = {"float": Type.FLOAT, "int": Type.INT, "uint": Type.INT, "bool": Type.BOOL}

_IMAGE_SHAPES = ("1D", "2D", "3D", "Cube", "2DRect", "Buffer", "SubpassData")


@dataclass(eq=False, slots=True)
class TypeInfo:
    """`kind` is void, scalar, vector, matrix, array, struct, pointer, function or opaque.

    `element` is what an index selects in a vector, matrix or array, and what a pointer points to; `members` and
    `offsets` (in words) are a struct's. `name` says an opaque type in GLSL's words.
    """

    kind: str
    glsl: GlslType | None = None
    words: int = 0
    depth: int = 0
    element: TypeInfo | None = None
    count: int = 0
    members: tuple[TypeInfo, ...] = ()
    offsets: tuple[int, ...] = ()
    storage: int = 0
    name: str = ""
    _scalars: tuple[Type, ...] | None = field(default=None, repr=False)

    @property
    def scalars(self) -> tuple[Type, ...]:
        """The IR type of every word; refused for what is too large to be handled by value."""
        if self._scalars is None:
            if self.words > MAX_VALUE_WORDS:
                raise UnsupportedError(
                    f"a value of type {self.glsl} has {self.words} words; "
                    f"at most {MAX_VALUE_WORDS} can be copied or passed at once",
                    hint="keep the array in one variable and access its elements",
                )
            self._scalars = tuple(IR_TYPES[scalar.kind] for scalar in self.value_type.scalars())
        return self._scalars

    @property
    def value_type(self) -> GlslType:
        """The GLSL type; an error where there is none."""
        if self.glsl is None:
            raise UnsupportedError(f"'{self.name or self.kind}' is not supported as a value", hint=self.hint)
        return self.glsl

    @property
    def is_sampler(self) -> bool:
        """A sampler of any shape, or an array of them."""
        return self.kind == "opaque" and "sampler" in self.name

    @property
    def hint(self) -> str:
        return way_out(self.name)


VOID = TypeInfo("void", name="void")


class TypeTable:
    def __init__(self, module: SpirvModule) -> None:
        self._module = module
        self._types: dict[int, TypeInfo] = {}

    def __getitem__(self, id: int) -> TypeInfo:
        info = self._types.get(id)
        return info if info is not None else self._build(id)

    def is_sampler_pointer(self, id: int) -> bool:
        """Whether a parameter of this type is a sampler."""
        info = self[id]
        return info.kind == "pointer" and info.element is not None and info.element.is_sampler

    def pointee(self, id: int) -> TypeInfo:
        """What a pointer type points to."""
        info = self[id]
        if info.kind != "pointer" or info.element is None:
            raise SpirvError(f"type {id} is not a pointer")
        return info.element

    def _build(self, id: int, depth: int = 0) -> TypeInfo:
        inst = self._module.definitions.get(id)
        if inst is None or not inst.op.startswith("Type"):
            raise SpirvError(f"id {id} is not a type")
        info = self._types.get(id)
        if info is None:
            if depth <= MAX_DEPTH:
                info = self._types[id] = self._make(inst, depth)
            if info is None or info.depth > MAX_DEPTH:
                raise UnsupportedError(f"a type nested more than {MAX_DEPTH} deep")
        return info

    def _make(self, inst: Instruction, depth: int) -> TypeInfo:
        scalar = _SCALARS.get((inst.op, *inst.operands))
        if scalar is not None:
            return TypeInfo("scalar", scalar, 1)
        match inst.op:
            case "TypeVoid":
                return VOID
            case "TypeVector" | "TypeMatrix" | "TypeArray":
                return self._indexable(inst, depth)
            case "TypeStruct":
                return self._struct(inst, depth)
            case "TypePointer":
                element = self._build(inst.operands[1], depth + 1)
                return TypeInfo("pointer", element=element, storage=inst.operands[0])
            case "TypeFunction":
                return TypeInfo("function")
        return TypeInfo("opaque", name=self._opaque_name(inst))

    def _indexable(self, inst: Instruction, depth: int) -> TypeInfo:
        element = self._build(inst.operands[0], depth + 1)
        count = self._array_size(inst.operands[1]) if inst.op == "TypeArray" else inst.operands[1]
        kind = inst.op[4:].lower()
        if element.glsl is None:
            return TypeInfo("opaque", name=element.name, element=element, count=count)
        glsl: GlslType
        if kind == "vector":
            if not isinstance(element.glsl, ScalarType) or not 2 <= count <= 4:
                raise SpirvError("a vector that GLSL does not have")
            glsl = VectorType(element.glsl, count)
        elif kind == "matrix":
            if not isinstance(element.glsl, VectorType) or not 2 <= count <= 4:
                raise SpirvError("a matrix that GLSL does not have")
            glsl = MatrixType(element.glsl, count)
        else:
            glsl = ArrayType(element.glsl, count)
        return TypeInfo(kind, glsl, element.words * count, element.depth + 1, element, count)

    def _array_size(self, id: int) -> int:
        size = self._module.definitions.get(id)
        if size is None or size.op not in ("Constant", "SpecConstant"):
            raise SpirvError("an array whose size is not a constant")
        return max(size.operands[0], 1)

    def _struct(self, inst: Instruction, depth: int) -> TypeInfo:
        members = tuple(self._build(member, depth + 1) for member in inst.operands)
        opaque = next((member for member in members if member.glsl is None), None)
        if opaque is not None:
            return TypeInfo("opaque", name=opaque.name, members=members)
        name = self._module.names.get(inst.result, "")
        named = tuple(
            (self._module.member_names.get((inst.result, index), f"member{index}"), member.value_type)
            for index, member in enumerate(members)
        )
        offsets = [0]
        for member in members:
            offsets.append(offsets[-1] + member.words)
        words = offsets.pop()
        depth = 1 + max((member.depth for member in members), default=0)
        glsl = StructType(name, named)
        return TypeInfo("struct", glsl, words, depth, None, len(members), members, tuple(offsets))

    def _opaque_name(self, inst: Instruction) -> str:
        match inst.op, inst.operands:
            case "TypeFloat", [64, *_]:
                return "double"
            case "TypeFloat", [16, *_]:
                return "float16_t"
            case "TypeInt", [width, signed, *_]:
                return f"{'' if signed else 'u'}int{width}_t"
            case "TypeSampledImage", [image, *_]:
                return self._build(image).name.replace("image", "sampler")
            case "TypeImage", [texel, shape, depth, arrayed, *_]:
                prefix = {"int": "i", "uint": "u"}.get(str(self._build(texel).glsl), "")
                suffix = ("Array" if arrayed else "") + ("Shadow" if depth == 1 else "")
                return prefix + "image" + (_IMAGE_SHAPES[shape] if shape < len(_IMAGE_SHAPES) else "") + suffix
            case "TypeRuntimeArray", _:
                return "unsized array"
        return inst.op.removeprefix("Type").lower()


_SCALARS: dict[tuple[object, ...], ScalarType] = {
    ("TypeFloat", 32): FLOAT,
    ("TypeInt", 32, 1): INT,
    ("TypeInt", 32, 0): UINT,
    ("TypeBool",): BOOL,
}
