"""Float IR -> integer IR: every float becomes a fixed-point word.

Input: a verified module. Output: the same module in place, without float types, float operations and operations of the
math library (flag M of `ir.ops`), and the names of the library's functions that it now calls. Signatures keep their
GLSL types, which say how words are to be read. Control flow is untouched. Linear in the instructions.
"""

from __future__ import annotations

from glowjit.ir.core import Function, Inst, MemObject, Module, Operand, Terminator, Type, Value, const_int
from glowjit.q32 import formats
from glowjit.q32.emit import Emitter
from glowjit.q32.expand import EXPANSIONS
from glowjit.q32.ranges import Facts, analyse
from glowjit.q32.site import Site, aligned
from glowjit.q32.trace import Trace


def lower(module: Module, chosen: formats.Formats | None = None, trace: Trace | None = None) -> list[str]:
    """Replace floats by words everywhere in `module`; returns the library's functions, in the order of first use.

    `chosen` are the binary points of its values (see `choose`); without it, every float is in the border's format.
    `trace` is told what takes the place of which value.
    """
    called: dict[str, None] = {}
    chosen = chosen or formats.Formats()
    for function in module.functions.values():
        lowering = _Lowering(analyse(function, module, chosen))
        called.update(lowering.run(function))
        if trace:
            trace.words.update(lowering.words())
    for item in module.objects.values():
        item.data = _words(item.data, chosen.fraction_of_object(item))
    return list(called)


def _words(data: tuple[float | int | bool, ...], fraction: int) -> tuple[float | int | bool, ...]:
    return tuple(formats.word(item, fraction) if isinstance(item, float) else item for item in data)


class _Lowering:
    """One function. `replaced` has the operands that took the place of results without an instruction of their own."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.emit = Emitter()
        self.replaced: dict[Value, Operand] = {}

    def run(self, function: Function) -> dict[str, None]:
        for block in function.blocks:
            self.emit.insts = []
            for inst in block.insts:
                self._lower(inst)
            self._leave(block.terminator)
            block.insts = self.emit.insts
        self._rewrite(function)
        _retype(function)
        return self.emit.called

    def words(self) -> dict[Value, Operand]:
        """What has taken the place of the values that were replaced."""
        return {value: self._final(value) for value in self.replaced}

    def word(self, operand: Operand) -> Operand:
        """The word of a value of the float IR, or what has taken its place."""
        return self.replaced.get(operand, operand) if isinstance(operand, Value) else operand

    def _lower(self, inst: Inst) -> None:
        self.emit.loc = inst.loc
        site = Site(inst, self.emit, self.facts, self.word)
        expand = EXPANSIONS.get(inst.op)
        if expand is None:
            inst.args = self._at_borders(site, inst)
            self.emit.insts.append(inst)
            return
        found = expand(site)
        operands = found if isinstance(found, list) else [found]
        for result, operand in zip(inst.results, operands, strict=True):
            word = const_int(operand) if isinstance(operand, int) else operand
            if result.type is Type.FLOAT:
                by = self.facts.formats.fraction_of(result) - site.result_point
                word = aligned(self.emit, word, by)
            self._bind(result, word)

    def _at_borders(self, site: Site, inst: Inst) -> list[Operand]:
        """The operands of an instruction that stays: those of a call as all functions take them, others as their
        result or the memory has them."""
        if inst.op == "store" and isinstance(inst.target, MemObject):
            site.point = self.facts.formats.fraction_of_object(inst.target)
        elif inst.op == "select" and inst.results[0].type is Type.FLOAT:
            site.point = site.wanted
        return site.words()

    def _leave(self, terminator: Terminator) -> None:
        """What a block hands on: results as at every border, a parameter as it has it."""
        self.emit.loc = terminator.loc
        site = Site(Inst("ret", terminator.args, []), self.emit, self.facts, self.word)
        terminator.args = site.words()
        for edge in terminator.edges:
            for index, param in enumerate(edge.block.params):
                site.point = site.fraction(param)
                edge.args[index] = site.word(edge.args[index])

    def _bind(self, result: Value, operand: Operand) -> None:
        """Let `result` be defined where `operand` is, if that is the instruction just made; else replace its uses."""
        last = self.emit.insts[-1] if self.emit.insts else None
        if (
            isinstance(operand, Value)
            and last is not None
            and operand in last.results
            and operand not in self.facts.defs
        ):
            last.results[last.results.index(operand)] = result
        else:
            self.replaced[result] = operand

    def _rewrite(self, function: Function) -> None:
        """Put words in the place of floats in every operand. An operand may be replaced further on in the text: a
        block parameter comes back from below."""
        for block in function.blocks:
            for inst in block.insts:
                inst.args = [self._final(arg) for arg in inst.args]
            terminator = block.terminator
            terminator.args = [self._final(arg) for arg in terminator.args]
            for edge in terminator.edges:
                edge.args = [self._final(arg) for arg in edge.args]

    def _final(self, operand: Operand) -> Operand:
        while isinstance(operand, Value) and operand in self.replaced:
            operand = self.replaced[operand]
        return operand


def _retype(function: Function) -> None:
    """Float -> int, wherever a type is written."""
    function.results = [_integer(type) for type in function.results]
    values = list(function.params)
    for block in function.blocks:
        values += block.params
        for inst in block.insts:
            values += inst.results
    for value in values:
        value.type = _integer(value.type)


def _integer(type: Type) -> Type:
    return Type.INT if type is Type.FLOAT else type
