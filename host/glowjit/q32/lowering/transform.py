"""Float IR -> integer IR: every float becomes a fixed-point word.

Input: a verified module. Output: the same module in place, without float types, float operations and operations of the
math library (flag M of `ir.ops`), and the names of the library's functions that it now calls. Signatures keep their
GLSL types, which say how words are to be read. Control flow is untouched. Linear in the instructions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from glowjit.ir.core import Channel, Function, Inst, MemObject, Module, Operand, Terminator, Type, Value, const_int
from glowjit.q32 import formats
from glowjit.q32.formats import BORDER_FRACTION, Formats
from glowjit.q32.lowering import expand_all_pairs, expand_longs, expand_pairs, expand_saturating, longs, pairs
from glowjit.q32.lowering.emit import Emitter
from glowjit.q32.lowering.expand import EXPANSIONS
from glowjit.q32.lowering.site import Pair, Site, aligned, word_of_pair
from glowjit.q32.ranges import Facts, analyse_all
from glowjit.q32.ranges.interval import Range, hull
from glowjit.q32.trace import Trace
from glowjit.words import encode_pair


def lower(module: Module, chosen: Formats | None = None, trace: Trace | None = None) -> list[str]:
    """Replace floats by words everywhere in `module`; returns the library's functions, in the order of first use.

    `chosen` are the binary points of its values (see `choose`); without it, every float is in the border's format.
    `trace` is told what takes the place of which value.
    """
    called: dict[str, None] = {}
    chosen = chosen or Formats()
    interfaces = _interfaces(module, chosen)
    known = analyse_all(module, chosen)
    for function in module.functions.values():
        if chosen.results.get(module.entry) and function.name == module.entry:
            module.channels = _channels(function, known[function.name])
        lowering = _Lowering(function, known[function.name], interfaces)
        called.update(lowering.run())
        if trace:
            trace.words.update(lowering.words())
            trace.lows.update(lowering.low_words())
            trace.became.update(lowering.became)
    for item in module.objects.values():
        beside = chosen.exponents.get(item) if chosen.exponents is not None else None
        if beside is not None:
            item.data, beside.data = _significands(item.data)
        item.data = _words(item.data, chosen.fraction_of_object(item))
    return list(called)


def _channels(function: Function, facts: Facts) -> tuple[Channel, ...]:
    """What is known of the pixel function's results."""
    found: list[list[Range]] = [[] for _ in function.results]
    for block in function.blocks:
        facts.block = block
        if block.terminator.op == "ret":
            for ranges, arg in zip(found, block.terminator.args, strict=True):
                ranges.append(facts.range(arg))
    points = facts.formats.results[function.name]
    whole = [hull(*ranges) if ranges else Range(0, 0) for ranges in found]
    return tuple(Channel(point, range.low, range.high) for point, range in zip(points, whole, strict=True))


Data = tuple[float | int | bool, ...]


def _words(data: Data, fraction: int) -> Data:
    return tuple(formats.word(item, fraction) if isinstance(item, float) else item for item in data)


def _significands(data: Data) -> tuple[Data, Data]:
    """What is in an object with the floats as significands, and their exponents."""
    both = [encode_pair(item) if isinstance(item, float) else (item, 0) for item in data]
    return tuple(m for m, _ in both), tuple(e for _, e in both)


@dataclass(frozen=True, slots=True)
class _Form:
    """How a value is passed: as a word with `point` fraction bits, as a pair, or as a long."""

    point: int
    pair: bool = False
    long: bool = False

    @property
    def words(self) -> int:
        return 2 if self.pair or self.long else 1


def _form(chosen: Formats, value: Operand) -> _Form:
    return _Form(chosen.fraction_of(value), value in chosen.pairs, value in chosen.longs)


@dataclass(frozen=True, slots=True)
class _Interface:
    """How a function takes its parameters and gives its results."""

    params: list[_Form]
    results: list[_Form]


def _interfaces(module: Module, chosen: Formats) -> dict[str, _Interface]:
    """The interfaces of all functions. A result is a pair or a long if it is one where the function is called."""
    found = {}
    for name, function in module.functions.items():
        points = chosen.results.get(name, (BORDER_FRACTION,) * len(function.results))
        results = [_Form(point) for point in points]
        if chosen.exponents is not None:
            results = [_Form(0, pair=type is Type.FLOAT) for type in function.results]
        found[name] = _Interface([_form(chosen, param) for param in function.params], results)
    for function in module.functions.values():
        for inst in function.insts():
            if inst.op == "call" and inst.target in found:
                for index, result in enumerate(inst.results):
                    if result in chosen.pairs or result in chosen.longs:
                        found[str(inst.target)].results[index] = _form(chosen, result)
    return found


class _Lowering:
    """The lowering of one function.

    `replaced` maps a float value to the operand that stands for it, where that has a definition of its own; `pairs` a
    value that is a pair to its two words; `lows` a long to its low word; `became` a value to the instructions that its
    own became.
    """

    def __init__(self, function: Function, facts: Facts, interfaces: Mapping[str, _Interface]) -> None:
        self.function = function
        self.interfaces = interfaces
        self.facts = facts
        self.emit = Emitter()
        self.replaced: dict[Value, Operand] = {}
        self.became: dict[Value, list[Inst]] = {}
        pairs = [value for value, _ in function.values() if value in facts.formats.pairs]
        self.pairs: dict[Operand, Pair] = {value: (Value(Type.INT), Value(Type.INT)) for value in pairs}
        comes = [*function.params, *(param for block in function.blocks for param in block.params)]
        comes += [result for inst in function.insts() if _may_be_long(inst) for result in inst.results]
        long = [value for value in comes if value in facts.formats.longs]
        self.lows: dict[Operand, Value] = {value: Value(Type.INT) for value in long}

    def run(self) -> dict[str, None]:
        function = self.function
        for block in function.blocks:
            self.emit.insts = []
            self.facts.block = block
            for inst in block.insts:
                results, before = inst.results, len(self.emit.insts)
                self._lower(inst)
                self.became.update((result, self.emit.insts[before:]) for result in results)
            self._leave(block.terminator)
            block.insts = self.emit.insts
        self._rewrite(function)
        _retype(function, self.interfaces[function.name].results)
        return self.emit.called

    def words(self) -> dict[Value, Operand]:
        """What has taken the place of the values that were replaced."""
        return {value: self._final(value) for value in self.replaced}

    def low_words(self) -> dict[Value, Operand]:
        """What the words of long values leave out."""
        return {value: self._final(low) for value, low in self.lows.items() if isinstance(value, Value)}

    def word(self, operand: Operand) -> Operand:
        """The word of a value of the float IR, or what has taken its place."""
        return self.replaced.get(operand, operand) if isinstance(operand, Value) else operand

    def _lower(self, inst: Inst) -> None:
        self.emit.loc = inst.loc
        site = Site(inst, self.emit, self.facts, self.word, self.pairs, self.lows)
        if inst.op in expand_longs.EXPANSIONS and inst.results[0] in self.lows:
            self._lower_long(site)
            return
        moved = self._moved(site)
        found = _expand(site) if moved is None else moved
        if found is None:
            inst.args = self._at_borders(site, inst)
            inst.results = self._words(inst.results)
            self.emit.insts.append(inst)
            return
        operands = found if isinstance(found, list) else [found]
        for result, operand in zip(inst.results, operands, strict=True):
            self._finish(result, operand, site.result_point)

    def _finish(self, result: Value, found: Pair | Operand, point: int) -> None:
        """Bring what an expansion returned, a pair or a word with `point` fraction bits, into the result's form."""
        wanted = self.facts.formats.fraction_of(result)
        if result in self.pairs:
            pair = found if isinstance(found, tuple) else pairs.of_word(self.emit, found, point)
            for part, word in zip(self._words([result]), pair, strict=True):
                self._bind(part, word)
        elif isinstance(found, tuple):
            basis = self.facts.formats.basis.get(result)
            self._bind(result, word_of_pair(self.emit, found, wanted, wraps=basis is not None and basis.wraps))
        else:
            self._bind(result, aligned(self.emit, found, wanted - point) if result.type is Type.FLOAT else found)

    def _moved(self, site: Site) -> list[Pair | Operand] | None:
        """The expansion of a load or store of a float, where floats in memory are pairs; None for anything else."""
        exponents, inst = self.facts.formats.exponents, site.inst
        if exponents is None or inst.op not in ("load", "store") or not isinstance(inst.target, MemObject):
            return None
        beside, index = exponents.get(inst.target), site.word(inst.args[0])
        if inst.op == "store":
            if inst.args[1].type is not Type.FLOAT or beside is None:
                return None
            for item, part in zip((inst.target, beside), pairs.of_operand(site, inst.args[1]), strict=True):
                self.emit.insts.append(Inst("store", [index, part], [], item, inst.loc))
            return []
        if inst.results[0] not in self.pairs:
            return None
        significand = self._load(inst, inst.target, index)
        if beside is None:
            return [pairs.of_word(self.emit, significand, self.facts.formats.fraction_of_object(inst.target))]
        return [(significand, self._load(inst, beside, index))]

    def _load(self, inst: Inst, item: MemObject, index: Operand) -> Value:
        word = Value(Type.INT)
        self.emit.insts.append(Inst("load", [index], [word], item, inst.loc))
        return word

    def _lower_long(self, site: Site) -> None:
        site.result_point = site.wanted_point
        found = expand_longs.EXPANSIONS[site.inst.op](site)
        for result, (high, low) in zip(site.inst.results, found if isinstance(found, list) else [found], strict=True):
            self.replaced[self.lows[result]] = low
            self._bind(result, aligned(self.emit, high, site.wanted_point - site.result_point))

    def _at_borders(self, site: Site, inst: Inst) -> list[Operand]:
        """The operands of an instruction that stays an instruction, in the forms that its callee, memory object or
        result asks for."""
        if inst.op == "call" and inst.target in self.interfaces:
            return self._handed_on(site, inst.args, self.interfaces[str(inst.target)].params)
        if inst.op == "store" and isinstance(inst.target, MemObject):
            site.operand_point = self.facts.formats.fraction_of_object(inst.target)
        elif inst.op == "select" and inst.results[0].type is Type.FLOAT:
            site.operand_point = site.wanted_point
        return site.words()

    def _leave(self, terminator: Terminator) -> None:
        """Lower a terminator: results in the forms of the function's, arguments in those of their parameters."""
        self.emit.loc = terminator.loc
        site = Site(Inst("ret", terminator.args, []), self.emit, self.facts, self.word, self.pairs, self.lows)
        if terminator.op == "ret":
            terminator.args = self._handed_on(site, terminator.args, self.interfaces[self.function.name].results)
        else:
            terminator.args = site.words()
        for edge in terminator.edges:
            forms = [_form(self.facts.formats, param) for param in edge.block.params]
            edge.args = self._handed_on(site, edge.args, forms)

    def _handed_on(self, site: Site, operands: Iterable[Operand], forms: Iterable[_Form]) -> list[Operand]:
        """Operands as words, each in the form that is asked for."""
        found: list[Operand] = []
        for operand, form in zip(operands, forms, strict=True):
            if form.pair:
                found += pairs.of_operand(site, operand)
            else:
                found += longs.of_operand(site, operand, form.point) if form.long else (site.word(operand, form.point),)
        return found

    def _words(self, values: list[Value]) -> list[Value]:
        """The integer values for float values that are parameters or results: two for a pair or a long."""
        found: list[Value] = []
        for value in values:
            parts = self.pairs.get(value) or ((value, self.lows[value]) if value in self.lows else (value,))
            found += [part for part in parts if isinstance(part, Value)]
        return found

    def _bind(self, result: Value, operand: Operand) -> None:
        """Make `result` a result of the last instruction, if that is what defines `operand`; else replace its uses."""
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
        """Replace floats by words in every operand; at the end, since a loop's argument is defined after its use."""
        function.params = self._words(function.params)
        for block in function.blocks:
            block.params = self._words(block.params)
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


def _expand(site: Site) -> list[Pair | Operand] | Pair | Operand | None:
    """The expansion of an instruction: one item for each result; None if the instruction stays."""
    inst = site.inst
    table = expand_pairs.EXPANSIONS if site.facts.formats.exponents is None else expand_all_pairs.EXPANSIONS
    if any(operand in site.pairs for operand in (*inst.results, *inst.args)) and inst.op in table:
        pair = table[inst.op](site)
        if pair is not None:
            return pair
    if inst.results and inst.results[0] in site.facts.formats.stops and inst.op in expand_saturating.EXPANSIONS:
        stopped = expand_saturating.EXPANSIONS[inst.op](site)
        if stopped is not None:
            return stopped
        site.work_at(BORDER_FRACTION)
    expand = EXPANSIONS.get(inst.op)
    found = expand(site) if expand is not None else None
    return const_int(found) if isinstance(found, int) else [*found] if isinstance(found, list) else found


def _may_be_long(inst: Inst) -> bool:
    return inst.op in expand_longs.EXPANSIONS or inst.op == "call"


def _retype(function: Function, forms: Iterable[_Form]) -> None:
    """Float -> int, wherever a type is written; a result may be two."""
    types = zip(function.results, forms, strict=True)
    function.results = [_integer(type) for type, form in types for _ in range(form.words)]
    for value, _ in function.values():
        value.type = _integer(value.type)


def _integer(type: Type) -> Type:
    return Type.INT if type is Type.FLOAT else type
