"""Reading back the SPIR-V that the front end makes, as far as its tests look at it."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field

import pytest


@dataclass
class Spirv:
    """The parts of a module that the front end's promises are about."""

    magic: int
    entry: str = ""
    names: dict[int, str] = field(default_factory=dict)
    outputs: list[int] = field(default_factory=list)
    uniforms: list[str] = field(default_factory=list)
    locations: dict[int, int] = field(default_factory=dict)
    functions: list[str] = field(default_factory=list)
    places: list[tuple[int, int]] = field(default_factory=list)


def _string(words: array[int]) -> str:
    return words.tobytes().split(b"\0")[0].decode()


def read_spirv(binary: bytes) -> Spirv:
    words = array("I", binary)
    module = Spirv(words[0])
    at = 5
    while at < len(words):
        count, opcode = words[at] >> 16, words[at] & 0xFFFF
        operands = words[at + 1 : at + count]
        if opcode == 15:  # OpEntryPoint
            module.entry = _string(operands[2:])
        elif opcode == 5:  # OpName
            module.names[operands[0]] = _string(operands[1:])
        elif opcode == 71 and operands[1] == 30:  # OpDecorate Location
            module.locations[operands[0]] = operands[2]
        elif opcode == 59 and operands[2] == 3:  # OpVariable Output
            module.outputs.append(operands[1])
        elif opcode == 59 and operands[2] == 0:  # OpVariable UniformConstant
            module.uniforms.append(module.names[operands[1]])
        elif opcode == 54:  # OpFunction
            module.functions.append(module.names[operands[1]].partition("(")[0])
        elif opcode == 8:  # OpLine
            module.places.append((operands[1], operands[2]))
        at += count
    assert at == len(words)
    return module


@pytest.fixture
def spirv():
    return read_spirv
