"""The entry point as the pixel function `main(x, y) -> (r, g, b, a)`, and the initialisers of globals.

x and y are gl_FragCoord.xy; its z is 0.5 and its w is 1. The colour is the fragment output at location 0, short ones
filled up with 0 and alpha 1; a discarded pixel is 0, 0, 0, 0. glslang stores the initial values of globals at the
start of `main`; `clear` says what the others start from.
"""

from __future__ import annotations

from glowjit.errors import UnsupportedError
from glowjit.ir.core import Function, Operand, Terminator, Type, Value
from glowjit.spirv.builder import Words, integer, real
from glowjit.spirv.clear import Prologue, stored_first
from glowjit.spirv.function import FunctionTranslator
from glowjit.spirv.grammar import BUILTINS
from glowjit.spirv.memory import Place, load
from glowjit.spirv.reader import BasicBlock, FunctionText, Instruction
from glowjit.spirv.signatures import Interface
from glowjit.spirv.state import State
from glowjit.spirv.types import TypeInfo

_OUTPUT = 3

# What a function called from outside may find in use; nobody gives it a gl_FragCoord.
OUTSIDE = ("Input", "Output", "Private")


class PixelTranslator(FunctionTranslator):
    """The entry point; needs every other function translated before, to know which globals there are."""

    def __init__(self, state: State, text: FunctionText, interface: Interface) -> None:
        super().__init__(state, text, interface)
        self._output = _output(state)

    def results(self) -> tuple[Type, ...]:
        return (Type.FLOAT,) * 4

    def parameters(self) -> list[Value]:
        return [Value(Type.FLOAT, "x"), Value(Type.FLOAT, "y")]

    def translate(self) -> Function:
        function = super().translate()
        prologue = clear_globals(self.state, function, self.text, "Output", "Private")
        target = self.state.result.objects.get("gl_FragCoord")
        if target is not None:
            coordinates: list[Operand] = [*function.params, real(0.5), real(1.0)]
            for word, value in enumerate(coordinates):
                prologue.build.store(target, integer(word), value)
        prologue.finish()
        return function

    def prologue(self, params: list[Value]) -> None:
        """Nothing yet: which globals the body uses is known at its end."""

    def leave(self, result: Words, line: int) -> Terminator:
        words: list[Operand] = list(load(self._output, self.build))
        words += [real(0.0)] * (3 - len(words))
        if len(words) == 3:
            words.append(real(1.0))
        return Terminator("ret", words, loc=line)

    def discard(self, line: int) -> Terminator:
        return self.abandon(line)


def _output(state: State) -> Place:
    """The output at the lowest location: a float or float vector, or the first element of an array of them."""
    outputs = [
        (state.module.decoration(id, "Location") or 0, order, id)
        for order, (id, inst) in enumerate(state.variables.items())
        if inst.operands[0] == _OUTPUT and BUILTINS.get(_builtin(state, id)) not in ("FragDepth", "SampleMask")
    ]
    if not outputs:
        raise UnsupportedError(
            "the shader has no colour output",
            hint="write gl_FragColor, or declare `out vec4 color;` and assign it in main",
        )
    _, _, id = min(outputs)
    place = state.place(id)
    if place.type.kind == "array" and place.type.element is not None:
        place = place._replace(type=place.type.element)
    if not _is_colour(place.type):
        raise UnsupportedError(
            f"output '{state.name_of(id)}' is a {place.type.glsl}; a colour is a vec4, vec3, vec2 or float",
            line=state.line_of(state.name_of(id)),
        )
    return place


def _builtin(state: State, id: int) -> int:
    number = state.module.decoration(id, "BuiltIn")
    return -1 if number is None else number


def _is_colour(type: TypeInfo) -> bool:
    return type.kind in ("scalar", "vector") and type.scalars[0] is Type.FLOAT


def clear_globals(state: State, function: Function, text: FunctionText, *storages: str) -> Prologue:
    """What has to run before `function`, the translation of `text`."""
    prologue = Prologue(function)
    stored = stored_first(text)
    for id, place in state.used_globals(*storages):
        if id not in stored:
            prologue.clear(place)
    return prologue


class InitialiserTranslator(FunctionTranslator):
    """`globals.init() -> ()`: what a function that is called from outside needs to have run before it."""

    def translate(self) -> Function:
        function = super().translate()
        clear_globals(self.state, function, self.text, *OUTSIDE).finish()
        return function


def initialisers(main: FunctionText) -> FunctionText:
    """The part of `main` that initialises globals: it comes first, and its lines are not those of `main` itself."""
    blocks: dict[int, BasicBlock] = {}
    for label, block in main.blocks.items():
        count = _leading(block.body, main.line)
        blocks[label] = block
        if count < len(block.body):
            end = Instruction("Return", 0, 0, [], main.line)
            blocks[label] = BasicBlock(label, block.body[:count], end)
            break
    used = {id for block in blocks.values() for inst in block.body for id in inst.operands}
    for block in blocks.values():
        block.body = [inst for inst in block.body if inst.op != "Variable" or inst.result in used]
    return main.with_blocks(blocks, is_part=True)


def _leading(body: list[Instruction], line: int) -> int:
    """How many instructions come before the first that stands at `line` or after it; variables have no line."""
    for number, inst in enumerate(body):
        if inst.op != "Variable" and line and inst.line >= line:
            return number
    return len(body)
