"""One SPIR-V function -> one IR function.

Parameters: the words of in and inout parameters in order; pointer parameters get a local object of their own, filled
on entry and read back on return. Results: the words of the result, then of the out and inout parameters. Blocks keep
the module's order; a call of a function that may discard ends its block, because the caller looks at the flag and
leaves too. Every loop's back edge burns one unit of fuel. Cost: linear in the instructions produced.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from glowjit.ir.core import Block, Edge, Function, MemKind, MemObject, Operand, Terminator, Type, Value
from glowjit.spirv import arithmetic, composites, extended, linear
from glowjit.spirv.builder import FALSE, TRUE, ZERO, Words, integer
from glowjit.spirv.context import Context
from glowjit.spirv.derivatives import AXES
from glowjit.spirv.flow import Flow
from glowjit.spirv.grammar import EXTENDED
from glowjit.spirv.memory import Place, load, store
from glowjit.spirv.reader import FunctionText, Instruction, SpirvError
from glowjit.spirv.refusals import refusal
from glowjit.spirv.sampling import QUERIES, READS, REFERENCES, Choice, Read, SamplerPath, offset_id
from glowjit.spirv.signatures import Interface
from glowjit.spirv.state import State
from glowjit.spirv.types import TypeInfo


class FunctionTranslator(Context):
    """Translates `text`, whose interface and callees are known to `state`."""

    def __init__(self, state: State, text: FunctionText, interface: Interface) -> None:
        super().__init__(state, text)
        self.state = state
        self.interface = interface
        self.flow = Flow(text)
        self.locals: list[MemObject] = []
        self.samplers: dict[int, Choice] = {}
        self._paths = {
            id: SamplerPath(variable, tuple(integer(index) for index in indices))
            for id, (variable, indices) in text.samplers.items()
        }
        self._names = state.names.child()
        self._heads: dict[int, Block] = {}
        self._phis: dict[int, list[Instruction]] = {}
        self._blocks: list[Block] = []
        self._repeated = False  # whether a pixel may come by again

    def translate(self) -> Function:
        params = self.parameters()
        function = Function(self.interface.name, params, list(self.results()))
        bodies: list[tuple[int, list[Block]]] = []
        self._make_heads()
        for label in self.flow.order:
            self._repeated = self.text.repeated or label in self.flow.looping
            self._blocks = [self._heads[label]]
            self.build.block = self._heads[label]
            if not bodies:
                self.prologue(params)
            self._translate_body(label)
            bodies.append((label, self._blocks))
        for label, self._blocks in bodies:
            self.build.block = self._blocks[-1]
            self._terminate(label)
            function.blocks.extend(self._blocks)
        function.locals = self.locals
        return function

    # -- the parts that the pixel function does differently

    def results(self) -> tuple[Type, ...]:
        return self.interface.results

    def parameters(self) -> list[Value]:
        """The IR parameters, in order."""
        return [
            Value(type, f"{argument.name}.{number}" if argument.type.words > 1 else argument.name)
            for argument in self.interface.arguments
            if argument.goes_in
            for number, type in enumerate(argument.type.scalars)
        ]

    def prologue(self, params: list[Value]) -> None:
        """Bind the parameters, at the start of the entry block."""
        at = 0
        if self.interface.kills:
            self.build.store(self.state.discard_flag(), integer(0), FALSE)
        for argument in self.interface.arguments:
            words = tuple(params[at : at + argument.type.words]) if argument.goes_in else ()
            at += len(words)
            if argument.pointer:
                place = self.places[argument.id] = self.local(argument.name, argument.type)
                store(place, words, self.build)
            else:
                self.values[argument.id] = words

    def leave(self, result: Words, line: int) -> Terminator:
        """Return to the caller with `result`."""
        words = list(result)
        for argument in self.interface.arguments:
            if argument.comes_out:
                words.extend(load(self.places[argument.id], self.build))
        return Terminator("ret", words, loc=line)

    def discard(self, line: int) -> Terminator:
        """Leave a discarded pixel; what is returned does not matter."""
        self.build.store(self.state.discard_flag(), integer(0), TRUE)
        return self.abandon(line)

    def abandon(self, line: int) -> Terminator:
        """Return because a callee has discarded the pixel."""
        return Terminator("ret", [ZERO[type] for type in self.results()], loc=line)

    # -- blocks and edges

    def _make_heads(self) -> None:
        """An IR block for every reachable block, with parameters for its phis."""
        for number, label in enumerate(self.flow.order):
            source = self.flow.blocks[label]
            head = self._heads[label] = Block(f"loop{number}" if source.merge else f"b{number}" if number else "entry")
            phis = self._phis[label] = [inst for inst in source.body if inst.op == "Phi"]
            for phi in phis:
                values = [Value(type) for type in self.shared.types[phi.type].scalars]
                head.params.extend(values)
                self.values[phi.result] = tuple(values)

    def _edge(self, source: int, target: int) -> Edge:
        """The way from `source` to `target`; a loop's back edge goes through a block that burns fuel."""
        edge = self._plain_edge(source, target)
        if not self.flow.closes_loop(source, target):
            return edge
        latch = Block(f"{self._heads[target].name}.next")
        self._blocks.append(latch)
        self._burn(latch, edge, source, target)
        return Edge(latch)

    def _burn(self, latch: Block, again: Edge, source: int, header: int) -> None:
        self.build.block = latch
        left = self._plain_edge(source, self.flow.merge_of(header))
        latch.terminator = Terminator("branch", [self.build.op("burn")], [again, left], self.build.line)

    def _plain_edge(self, source: int, target: int) -> Edge:
        args: list[Operand] = []
        for phi in self._phis[target]:
            parents = phi.operands[1::2]
            if source in parents:
                args.extend(self.value(phi.operands[2 * parents.index(source)]))
            else:
                args.extend(ZERO[type] for type in self.shared.types[phi.type].scalars)
        return Edge(self._heads[target], args)

    def _terminate(self, label: int) -> None:
        inst = self.flow.blocks[label].terminator
        block = self.build.block
        line = self.state.line = self.build.line = inst.line
        operands = inst.operands
        match inst.op:
            case "Branch":
                if self.flow.closes_loop(label, operands[0]):
                    self._burn(block, self._plain_edge(label, operands[0]), label, operands[0])
                else:
                    block.terminator = Terminator("jump", [], [self._plain_edge(label, operands[0])], line)
            case "BranchConditional":
                edges = [self._edge(label, target) for target in operands[1:3]]
                block.terminator = Terminator("branch", [self.scalar(operands[0])], edges, line)
            case "Switch":
                self._switch(label, inst)
            case "Kill" | "TerminateInvocation":
                block.terminator = self.discard(line)
            case "ReturnValue":
                block.terminator = self.leave(self.value(operands[0]), line)
            case _:
                zeros = tuple(ZERO[type] for type in self.interface.result_words)
                block.terminator = self.leave(zeros, line)

    def _switch(self, label: int, inst: Instruction) -> None:
        """A chain of comparisons in the order of the cases; those that go to the default need none."""
        selector, default, *cases = inst.operands
        value = self.scalar(selector)
        tests = [(case, target) for case, target in zip(cases[::2], cases[1::2], strict=True) if target != default]
        block = self.build.block
        name = block.name
        for number, (case, target) in enumerate(tests, start=1):
            self.build.block = block
            equal = self.build.op("eq", value, integer(case - (case >> 31 << 32)))
            edge = self._edge(label, target)
            if number == len(tests):
                block.terminator = Terminator("branch", [equal], [edge, self._edge(label, default)], inst.line)
                return
            following = Block(f"{name}.case{number}")
            self._blocks.append(following)
            block.terminator = Terminator("branch", [equal], [edge, Edge(following)], inst.line)
            block = following
        block.terminator = Terminator("jump", [], [self._edge(label, default)], inst.line)

    # -- instructions

    def _translate_body(self, label: int) -> None:
        values, build, state = self.values, self.build, self.state
        for inst in self.flow.blocks[label].body:
            op = inst.op
            build.line = state.line = inst.line
            handler = _VALUE_HANDLERS.get(op)
            if handler is not None:
                args = [self.value(id) for id in inst.operands]
                values[inst.result] = handler(build, args, state.types[inst.type])
                continue
            composite = composites.HANDLERS.get(op)
            if composite is not None:
                values[inst.result] = composite(self, inst)
                continue
            effect = _EFFECTS.get(op)
            if effect is None:
                raise refusal(inst)
            effect(self, inst)

    def local(self, name: str, type: TypeInfo) -> Place:
        """A new object of this function."""
        if type.glsl is None:
            raise self.state.unsupported_type(f"'{name}'", type, self.state.line_of(name, self.text.line))
        self.state.reserve(name, type.words, self.text.line)
        target = MemObject(self._names.unique(name or "temporary"), MemKind.LOCAL, type.words)
        self.locals.append(target)
        return Place(target, type)

    def _variable(self, inst: Instruction) -> None:
        type = self.state.types.pointee(inst.type)
        constant = self.state.usage.only_constant(inst.result)
        if constant and type.kind != "scalar":
            self.places[inst.result] = self.state.constant_place(constant, type)
            return
        place = self.places[inst.result] = self.local(self.state.module.names.get(inst.result, ""), type)
        if len(inst.operands) > 1:
            store(place, self.value(inst.operands[1]), self.build)

    def _sampler_path(self, id: int) -> SamplerPath | None:
        """Where a pointer leads if it leads to samplers."""
        path = self._paths.get(id)
        return SamplerPath(id) if path is None and self.state.is_sampler(id) else path

    def _access_chain(self, inst: Instruction) -> None:
        base, *indices = inst.operands
        if path := self._sampler_path(base):
            self._paths[inst.result] = path.then(tuple(self.scalar(id) for id in indices))
            return
        place = self.place(base)
        for id in indices:
            index = self.scalar(id)
            place = place.at(index, isinstance(index, Value) and self.is_signed(id), self.build)
        self.places[inst.result] = place

    def _load(self, inst: Instruction) -> None:
        if path := self._sampler_path(inst.operands[0]):
            self.samplers[inst.result] = self.state.samplers(path)
            return
        place = self.place(inst.operands[0])
        self.state.count_copy(place.type)
        self.values[inst.result] = load(place, self.build)

    def _store(self, inst: Instruction) -> None:
        place = self.place(inst.operands[0])
        if place.object is None or place.object.kind is not MemKind.CONSTANT:
            self.state.count_copy(place.type)
            words = self.value(inst.operands[1])
            if len(words) != place.type.words:
                raise SpirvError("a store of a value that does not fit")
            store(place, words, self.build)

    def _copy_memory(self, inst: Instruction) -> None:
        target, source = (self.place(id) for id in inst.operands[:2])
        self.state.count_copy(source.type)
        store(target, load(source, self.build), self.build)

    def _copy_object(self, inst: Instruction) -> None:
        source = inst.operands[0]
        if self.state.types[inst.type].kind == "pointer":
            self.places[inst.result] = self.place(source)
        else:
            self.values[inst.result] = self.value(source)

    def _call(self, inst: Instruction) -> None:
        callee_id, *ids = inst.operands
        callee = self.state.interface(callee_id)
        if len(ids) != len(callee.arguments):
            raise SpirvError(f"a call of '{callee.name}' with {len(ids)} arguments")
        words: list[Operand] = []
        for argument, id in zip(callee.arguments, ids, strict=True):
            if argument.goes_in:
                words.extend(load(self.place(id), self.build) if argument.pointer else self.value(id))
        results = self.build.many("call", words, callee.results, callee.name)
        at = len(callee.result_words)
        self.values[inst.result] = results[:at]
        for argument, id in zip(callee.arguments, ids, strict=True):
            if argument.comes_out:
                store(self.place(id), results[at : at + argument.type.words], self.build)
                at += argument.type.words
        if callee.kills:
            self._leave_if_discarded(inst.line)

    def _leave_if_discarded(self, line: int) -> None:
        discarded = self.build.load(self.state.discard_flag(), integer(0), Type.BOOL)
        before = self.build.block
        gone, after = Block(f"{before.name}.gone"), Block(f"{before.name}.on")
        before.terminator = Terminator("branch", [discarded], [Edge(gone), Edge(after)], line)
        gone.terminator = self.abandon(line)
        self._blocks += [gone, after]
        self.build.block = after

    def _image(self, inst: Instruction) -> None:
        """The image of a sampler, which is all that a sampler has; a read of one, or its size."""
        choice = self.samplers.get(inst.operands[0])
        if choice is None:
            raise refusal(inst)
        if inst.op == "Image":
            self.samplers[inst.result] = choice
        elif inst.op in QUERIES:
            self.values[inst.result] = choice.read(self.build, QUERIES[inst.op])
        else:
            after = 3 if inst.op in REFERENCES else 2
            offset = offset_id(inst.operands[after:])
            place, *reference = map(self.value, inst.operands[1:after])
            read = Read(self.build, place, self.value(offset) if offset else (), *reference)
            words = choice.read(self.build, partial(READS[inst.op], read))
            self.values[inst.result] = words[: self.state.types[inst.type].words]

    def _derivative(self, inst: Instruction) -> None:
        words = self.value(inst.operands[0])
        if self.state.has_neighbours:
            derivatives = self.state.used_derivatives()
            self.values[inst.result] = derivatives.take(self.build, words, AXES[inst.op], self._repeated)
        else:
            self.values[inst.result] = (ZERO[Type.FLOAT],) * len(words)

    def _extended(self, inst: Instruction) -> None:
        library, number, *ids = inst.operands
        name = EXTENDED.get(number, "") if self.state.module.extended_sets.get(library) == "GLSL.std.450" else ""
        if name in ("Modf", "Frexp"):
            split = extended.split_modf if name == "Modf" else extended.split_frexp
            self.values[inst.result], whole = split(self.build, self.value(ids[0]))
            store(self.place(ids[1]), whole, self.build)
            return
        handler = extended.HANDLERS.get(name)
        if handler is None:
            raise refusal(inst._replace(op=name or f"extended instruction {number}"))
        args = [self.value(id) for id in ids]
        self.values[inst.result] = handler(self.build, args, self.state.types[inst.type])


def _nothing(translator: FunctionTranslator, inst: Instruction) -> None:
    """Phis have become block parameters already."""


_VALUE_HANDLERS = {**arithmetic.HANDLERS, **linear.HANDLERS}

_EFFECTS: dict[str, Callable[[FunctionTranslator, Instruction], None]] = {
    "Phi": _nothing,
    "Variable": FunctionTranslator._variable,
    "AccessChain": FunctionTranslator._access_chain,
    "InBoundsAccessChain": FunctionTranslator._access_chain,
    "Load": FunctionTranslator._load,
    "Store": FunctionTranslator._store,
    "CopyMemory": FunctionTranslator._copy_memory,
    "CopyObject": FunctionTranslator._copy_object,
    "FunctionCall": FunctionTranslator._call,
    "ExtInst": FunctionTranslator._extended,
    **dict.fromkeys(AXES, FunctionTranslator._derivative),
    **dict.fromkeys(["Image", *READS, *QUERIES], FunctionTranslator._image),
}
