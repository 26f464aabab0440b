"""Native modules for MicroPython: the .mpy container, version 6.3, written, read and changed.

A module is a bytecode body with one raw code per function; a function of kind VIPER is plain machine code. Two modules
are made here: `native_module`, whose body binds names to machine code and nothing else, and `shader_module`, which puts
a shader's machine code in the place of the first function of a compiled Python module. Both are position-independent
and have no relocations. `parse` reads what `to_bytes` writes, and what mpy-cross writes.

Source: py/persistentcode.c of MicroPython 1.24 to 1.29, whose format this is (docs: "MicroPython .mpy files").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from glowjit.errors import ImageError

VERSION = 6
SUB_VERSION = 3  # of native code
SMALL_INT_BITS = 31
ARCHITECTURES = {"none": 0, "x86": 1, "x64": 2, "armv7emsp": 7, "rv32imc": 11}

BYTECODE, NATIVE, VIPER = 0, 1, 2
_STATIC_MODULE = 7  # "<module>" among the names that every MicroPython has
_FUN_TABLE, _SINGLETONS, _TUPLE, _TEXTS, _TERMINATED = 0, range(1, 5), 10, range(5, 10), (5, 6)

# Bytecode of a module's body: no locals, one slot of stack, no code info but the name.
_PRELUDE = bytes((0x00, 0x02, 0x01))
_MAKE_FUNCTION, _STORE_NAME, _RETURN_NONE = 0x32, 0x16, bytes((0x51, 0x63))


@dataclass(slots=True)
class RawCode:
    """Code of one function: `kind`, its bytes, the number behind them (scope flags), and the functions inside it."""

    kind: int
    data: bytes
    flags: int = 0
    children: list[RawCode] = field(default_factory=list)


@dataclass(slots=True)
class Module:
    """A module. `names` are its qstrs, as text or as the number of a static one; `objects` its constants, encoded."""

    names: list[str | int]
    objects: list[bytes]
    body: RawCode
    architecture: str = "none"

    def to_bytes(self) -> bytes:
        """The container."""
        features = ARCHITECTURES[self.architecture] << 2 | (SUB_VERSION if self.architecture != "none" else 0)
        out = bytearray((ord("M"), VERSION, features, SMALL_INT_BITS))
        out += _number(len(self.names)) + _number(len(self.objects))
        for name in self.names:
            out += _name(name)
        for item in self.objects:
            out += item
        return bytes(out + _raw_code(self.body))


def native_module(source: str, functions: Mapping[str, bytes], architecture: str) -> bytes:
    """A module with these functions of machine code; `source` is the file name in tracebacks."""
    names: list[str | int] = [source, _STATIC_MODULE, *functions]
    body = bytearray(_PRELUDE)
    for index in range(len(functions)):
        body += bytes((_MAKE_FUNCTION,)) + _number(index) + bytes((_STORE_NAME,)) + _number(index + 2)
    children = [RawCode(VIPER, code) for code in functions.values()]
    root = RawCode(BYTECODE, bytes(body) + _RETURN_NONE, children=children)
    return Module(names, [bytes((_FUN_TABLE,))], root, architecture).to_bytes()


def shader_module(wrapper: bytes, code: bytes, architecture: str) -> bytes:
    """The compiled Python module `wrapper` with machine code for its first function."""
    module = parse(wrapper)
    module.body.children[0] = RawCode(VIPER, code)
    module.architecture = architecture
    return module.to_bytes()


def native_functions(data: bytes) -> list[bytes]:
    """The machine code of a module's native functions in order, as a board maps them into executable memory."""
    found: list[bytes] = []

    def visit(raw: RawCode) -> None:
        if raw.kind == VIPER:
            found.append(raw.data)
        for child in raw.children:
            visit(child)

    visit(parse(data).body)
    return found


def function_names(data: bytes) -> list[str]:
    """The names that a `native_module` binds, in the order of its functions."""
    return [str(name) for name in parse(data).names[2:]]


def parse(data: bytes) -> Module:
    """Read a container; ImageError if it is none, is of another version, or ends too early."""
    if len(data) < 4 or data[:2] != bytes((ord("M"), VERSION)):
        raise ImageError("this is not a .mpy file of version 6")
    architectures = {number: name for name, number in ARCHITECTURES.items()}
    number = data[2] >> 2
    if number not in architectures:
        raise ImageError(f"the .mpy file is for an architecture with number {number}, which glowjit does not know")
    reader = _Reader(data)
    try:
        names_count, objects_count = reader.number(), reader.number()
        names = [reader.name() for _ in range(names_count)]
        objects = [reader.object() for _ in range(objects_count)]
        return Module(names, objects, reader.raw_code(), architectures[number])
    except IndexError:
        raise ImageError("the .mpy file ends too early", hint="copy it again") from None


def _number(value: int) -> bytes:
    """Seven bits a byte, the highest first."""
    out = bytearray((value & 0x7F,))
    while value := value >> 7:
        out.insert(0, 0x80 | value & 0x7F)
    return bytes(out)


def _name(name: str | int) -> bytes:
    if isinstance(name, int):
        return _number(name << 1 | 1)
    text = name.encode()
    return _number(len(text) << 1) + text + b"\0"


def _raw_code(raw: RawCode) -> bytes:
    out = _number(len(raw.data) << 3 | bool(raw.children) << 2 | raw.kind) + raw.data
    if raw.kind != BYTECODE:
        out += _number(raw.flags)
    if raw.children:
        out += _number(len(raw.children)) + b"".join(_raw_code(child) for child in raw.children)
    return out


class _Reader:
    """A cursor over a container, past its header."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 4

    def take(self, count: int) -> bytes:
        if self.at + count > len(self.data):
            raise IndexError
        self.at += count
        return self.data[self.at - count : self.at]

    def number(self) -> int:
        value = 0
        while True:
            byte = self.take(1)[0]
            value = value << 7 | byte & 0x7F
            if byte < 0x80:
                return value

    def name(self) -> str | int:
        value = self.number()
        if value & 1:
            return value >> 1
        return self.take((value >> 1) + 1)[:-1].decode()

    def object(self) -> bytes:
        start = self.at
        kind = self.take(1)[0]
        if kind in _TEXTS:
            self.take(self.number() + (kind in _TERMINATED))
        elif kind == _TUPLE:
            for _ in range(self.number()):
                self.object()
        elif kind != _FUN_TABLE and kind not in _SINGLETONS:
            raise ImageError(f"the .mpy file has a constant of kind {kind}, which glowjit does not know")
        return self.data[start : self.at]

    def raw_code(self) -> RawCode:
        head = self.number()
        kind = head & 3
        if kind not in (BYTECODE, VIPER):
            raise ImageError("the .mpy file has native code other than plain functions")
        data = self.take(head >> 3)
        flags = self.number() if kind != BYTECODE else 0
        if flags:
            raise ImageError("the .mpy file has native code with relocations or data of its own")
        children = [self.raw_code() for _ in range(self.number())] if head & 4 else []
        return RawCode(kind, data, flags, children)
