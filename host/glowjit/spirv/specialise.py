"""Functions copied for the calls that need one of their own, before anything is translated.

A texture is part of the code that reads it, so a function that takes samplers is copied for every choice of them that
it is called with. And in a pixel, a function that takes derivatives is copied for each of its calls: each copy keeps
log of its own (see `derivatives`), whatever way a neighbour goes. Past `MOST_COPIES` such calls share one.

Input: the functions reached, and those among them to begin with. Output: the latter again, their calls going to copies,
which are in `module.functions` under negative ids. Cost: linear in the instructions of the functions that change.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from glowjit.errors import UnsupportedError
from glowjit.spirv.derivatives import AXES
from glowjit.spirv.flow import Flow
from glowjit.spirv.reader import BasicBlock, Bound, FunctionText, Instruction, SpirvModule
from glowjit.spirv.types import TypeTable

MOST_COPIES = 256

_CHAINS = frozenset(["AccessChain", "InBoundsAccessChain"])
_Key = tuple[int, tuple[Bound, ...], int]


def specialise(
    module: SpirvModule, types: TypeTable, texts: Iterable[FunctionText], roots: list[FunctionText], in_pixel: bool
) -> list[FunctionText]:
    """`texts` are what `roots` reach, callees first. Roots that take samplers have no texture to read and are left out.

    Derivatives count if `in_pixel`.
    """
    copies = _Copies(module, types)
    for text in texts:
        copies.look_at(text, in_pixel)
    if not copies.samplers and not copies.deriving:
        return roots
    return copies.follow([text for text in roots if text.id not in copies.samplers])


class _Copies:
    """`samplers`: the positions of the parameters that are samplers, of functions that have such; `deriving`: the
    functions that take derivatives, themselves or by calls.
    """

    def __init__(self, module: SpirvModule, types: TypeTable) -> None:
        self._module = module
        self._types = types
        self.samplers: dict[int, tuple[int, ...]] = {}
        self.deriving: set[int] = set()
        self._made: dict[_Key, FunctionText] = {}
        self._waiting: list[FunctionText] = []

    def look_at(self, text: FunctionText, in_pixel: bool) -> None:
        """Take note of what makes copies of `text` necessary; its callees come first."""
        positions = tuple(at for at, (type, _) in enumerate(text.parameters) if self._types.is_sampler_pointer(type))
        if positions:
            self.samplers[text.id] = positions
        own = in_pixel and any(inst.op in AXES for inst in text.instructions())
        if own or not self.deriving.isdisjoint(text.callees):
            self.deriving.add(text.id)

    def follow(self, roots: list[FunctionText]) -> list[FunctionText]:
        """Rewrite all that `roots` call."""
        self._waiting = list(reversed(roots))
        seen: set[int] = set()
        while self._waiting:
            text = self._waiting.pop()
            if text.id in seen:
                continue
            seen.add(text.id)
            self._module.functions[text.id] = self._rewritten(text)
            for callee in self._module.functions[text.id].callees:
                self._waiting.append(self._module.functions[callee])
        return [self._module.functions[text.id] for text in roots]

    def _rewritten(self, text: FunctionText) -> FunctionText:
        """`text` with calls of copies."""
        if not any(callee in self.samplers or callee in self.deriving for callee in text.callees):
            return text
        looping = Flow(text).looping if self.deriving else frozenset()
        chains = {inst.result: inst for inst in text.instructions() if inst.op in _CHAINS}
        blocks: dict[int, BasicBlock] = {}
        for label, block in text.blocks.items():
            repeated = text.repeated or label in looping
            body = [
                self._call(text, chains, inst, repeated) if inst.op == "FunctionCall" else inst for inst in block.body
            ]
            blocks[label] = replace(block, body=body)
        return text.with_blocks(blocks)

    def _call(
        self, text: FunctionText, chains: dict[int, Instruction], inst: Instruction, repeated: bool
    ) -> Instruction:
        callee, *arguments = inst.operands
        positions = self.samplers.get(callee, ())
        if not positions and callee not in self.deriving:
            return inst
        bound = tuple(self._bound(text, chains, arguments[at], inst.line) for at in positions)
        own = callee in self.deriving and len(self._made) < MOST_COPIES
        key = (callee, bound, len(self._made) + 1 if own else 0)
        copy = self._made.get(key)
        if copy is None:
            copy = self._made[key] = self._copy(callee, dict(zip(positions, bound, strict=True)), repeated or not own)
        rest = [id for at, id in enumerate(arguments) if at not in positions]
        return inst._replace(operands=[copy.id, *rest])

    def _copy(self, callee: int, bound: dict[int, Bound], repeated: bool) -> FunctionText:
        text = self._module.functions[callee]
        copy = text.with_blocks(
            text.blocks,
            id=-1 - len(self._made),
            parameters=[parameter for at, parameter in enumerate(text.parameters) if at not in bound],
            samplers={text.parameters[at][1]: path for at, path in bound.items()},
            is_copy=True,
            repeated=repeated,
        )
        self._module.functions[copy.id] = copy
        self._module.names[copy.id] = self._module.names.get(callee, "")
        return copy

    def _bound(self, text: FunctionText, chains: dict[int, Instruction], id: int, line: int) -> Bound:
        """The variable and the indices that a pointer to a sampler stands for."""
        steps: list[int] = []
        while id in chains:
            id, *indices = chains[id].operands
            for index in reversed(indices):
                constant = self._module.definitions.get(index)
                if constant is None or constant.op != "Constant":
                    raise UnsupportedError(
                        "a texture passed to a function has an index that is not constant",
                        line=line,
                        hint="read the texture where the index is known, or pass the index and the whole array",
                    )
                steps.append(constant.operands[0])
        variable, outer = text.samplers.get(id, (id, ()))
        return variable, (*outer, *reversed(steps))
