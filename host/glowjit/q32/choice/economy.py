"""Binary points moved to where they cost least: `economise`.

Input: a function of the float IR, and `Formats` in which its values are right. Output: the same, where values that had
the border's format have another one if fewer instructions come of it: products that are one `mulh`, sums without
shifts. A value may have every point between what the picture needs of it, with bits to spare, and what its largest
magnitude leaves room for, with more to spare where that is not proven.

A hill is climbed: value by value, the points that its neighbours suggest are tried, and the one is taken with which its
own instruction and those of its users are cheapest, until nothing changes or a few rounds are over. What an
instruction costs is what its expansion emits, so there is no second table to keep; an answer is kept for each
combination of points. What several users emit alike counts once: value numbering leaves one. Work is weighted: in a
loop it counts more, once a frame or a row next to nothing. The order is that of the program, so the outcome is always
the same. Linear in instructions for a round.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from glowjit.ir.cfg import innermost, loops, reverse_postorder
from glowjit.ir.core import FINE, Const, Function, Inst, MemKind, MemObject, Module, Operand, Terminator, Type, Value
from glowjit.q32 import variants
from glowjit.q32.choice.observe import Observed, Seen
from glowjit.q32.formats import BORDER_FRACTION, WORD_BITS, Basis, Formats, fit
from glowjit.q32.lowering.emit import Emitter
from glowjit.q32.lowering.expand import EXPANSIONS
from glowjit.q32.lowering.site import Site
from glowjit.q32.ranges import Facts, Range

_ROUNDS = 2
_SPARE = 3  # bits beyond the need: every operation rounds
_HEADROOM = 8.0  # how much farther than it was seen a value may go,
_TAIL = 64.0  # and a value that is mostly far smaller than at its largest
_MOST = 30
_CONSTANTS = 1.5  # what it costs to keep those in registers with which a colour becomes a byte
_LOOP = 4.0  # what a turn of an inner loop counts
_ROW, _FRAME = 1 / 16, 1 / 256
_IMPOSSIBLE = 1000.0
_NOTHING = 1e-9
_LONG = {"select": 2, "min": 2, "max": 2, "div": 4, "rem": 4, "divu": 4, "remu": 4, "call": 30}
_COARSE = frozenset(("fsqrt", "frsqrt", "flength"))  # a result may come with fewer bits than it needs

_Answer = tuple[tuple[int, float], ...]
_FLOWS = frozenset(("fadd", "fsub", "fneg", "fmin", "fmax", "fclamp", "select"))
_TRIED = 6  # points for a group
_LARGEST_FLOW = 16
_TOGETHER = frozenset(("flength", "fnormalize", "fdot", "fatan2", "fadd", "fsub", "fmin", "fmax"))


@dataclass(frozen=True, slots=True)
class _Bounds:
    """The fraction bits that a value may have."""

    fewest: int
    most: int


def economise(
    function: Function,
    module: Module,
    facts: Facts,
    formats: Formats,
    observed: Observed,
    decisive: Collection[Value],
) -> None:
    """Move the binary points of values of `function`, of which `facts` are known, in `formats`. Those that are
    `decisive` lose no bits."""
    trusted = _without_open_uniforms(function, module)
    bounds: dict[Value, _Bounds] = {}
    for value, inst in _values(function):
        if formats.fraction_of(value) != BORDER_FRACTION or value not in observed or facts.range(value).whole:
            continue
        if inst is None or inst.op not in ("load", "call"):
            proven = facts.range(value) if facts.is_bounded(value) else None
            found = _bounds(formats.basis[value], proven, observed[value], value in trusted)
            if value in decisive:
                found = _Bounds(BORDER_FRACTION, found.most)
            if found.fewest < found.most and not formats.basis[value].wraps:
                bounds[value] = found
    _guard_divisors(function, bounds)
    _Search(function, facts, formats, bounds).run()


def _values(function: Function) -> list[tuple[Value, Inst | None]]:
    found: list[tuple[Value, Inst | None]] = []
    for block in reverse_postorder(function):
        found += [(param, None) for param in block.params]
        found += [(value, inst) for inst in block.insts for value in inst.results]
    return [(value, inst) for value, inst in found if value.type is Type.FLOAT]


def _bounds(basis: Basis, proven: Range | None, seen: Seen, trusted: bool) -> _Bounds:
    """A need that is infinite, or more than the border has, is met by the border's format."""
    fewest = min(BORDER_FRACTION, math.ceil(min(basis.enough, _MOST)) + _SPARE) if basis.enough > 0 else BORDER_FRACTION
    most = BORDER_FRACTION
    if proven is not None:
        most = max(most, fit(math.nextafter(proven.magnitude, math.inf)))
    if trusted:
        tail = seen.magnitude / max(seen.mean, 1e-9)
        farther = max(_HEADROOM, min(_TAIL, tail))
        most = max(most, min(fit(seen.magnitude * farther), fit(seen.drift)))
    return _Bounds(fewest, min(most, _MOST))


def _guard_divisors(function: Function, bounds: dict[Value, _Bounds]) -> None:
    """The library divides words of the divisor's binary point: it must not lose bits."""
    for inst in function.insts():
        if inst.op == "fdiv" and isinstance(inst.args[1], Value) and inst.args[1] in bounds:
            bounds[inst.args[1]] = _Bounds(BORDER_FRACTION, bounds[inst.args[1]].most)


def _without_open_uniforms(function: Function, module: Module) -> set[Value]:
    """The values that do not depend on a uniform for which a user may give any number."""
    closed = {
        info.object
        for info in module.uniforms.values()
        if info.role or (info.minimum is not None and info.maximum is not None)
    }
    open_values: set[Value] = set()
    for _ in range(2):
        for block in reverse_postorder(function):
            for inst in block.insts:
                target = inst.target
                opened = isinstance(target, MemObject) and target.kind is MemKind.UNIFORM and target not in closed
                if opened or any(arg in open_values for arg in inst.args if isinstance(arg, Value)):
                    open_values.update(inst.results)
            for edge in block.terminator.edges:
                pairs = zip(edge.block.params, edge.args, strict=True)
                open_values.update(param for param, arg in pairs if isinstance(arg, Value) and arg in open_values)
    return {value for value, _ in _values(function) if value not in open_values}


class _Search:
    """`users` has, for each value that may move, the instructions and terminators that its point matters to."""

    def __init__(self, function: Function, facts: Facts, formats: Formats, bounds: dict[Value, _Bounds]) -> None:
        self.function = function
        self.formats = formats
        self.bounds = bounds
        self.facts = _MovableFacts(facts.graph, facts.defs, facts.frame_constant, formats)
        self.users: dict[Value, dict[Inst | Terminator, None]] = {value: {} for value in bounds}
        self.weights: dict[Inst | Terminator, float] = {}
        self.movable: dict[Inst | Terminator, list[Value]] = {}  # of what each user has to do with
        self.known: dict[tuple[Inst | Terminator, tuple[int, ...]], _Answer] = {}
        self.numbers: dict[tuple[object, ...], int] = {}  # of everything that is emitted
        self.natural: dict[Inst, int] = {}
        _note_users(function, self.users)
        _weigh(function, facts, self.weights)
        for user in dict.fromkeys(user for users in self.users.values() for user in users):
            operands = [*user.args, *(user.results if isinstance(user, Inst) else _passed(user))]
            self.movable[user] = [item for item in operands if isinstance(item, Value) and item in bounds]

    def run(self) -> None:
        """A group is tried again when one of those around it has moved."""
        groups = list(dict.fromkeys([*((value,) for value in self.bounds), *self._alike(), *self._flows()]))
        near: dict[Value, list[tuple[Value, ...]]] = {value: [] for value in self.bounds}
        for group in groups:
            for value in self._around(group):
                near[value].append(group)
        pending = set(groups)
        for _ in range(_ROUNDS):
            for group in groups:
                if group in pending:
                    pending.remove(group)
                    if self._settle(group):
                        pending.update(other for value in group for other in near[value])

    def _around(self, group: tuple[Value, ...]) -> Iterable[Value]:
        """The values whose points matter to what the users of the group's values cost, its own among them."""
        return dict.fromkeys(item for value in group for user in self.users[value] for item in self.movable[user])

    def _alike(self) -> list[tuple[Value, ...]]:
        """Values that are cheapest with one point together, so that to move one of them does not pay."""
        found: dict[tuple[Value, ...], None] = {}
        for block in self.function.blocks:
            for inst in block.insts:
                if inst.op in _TOGETHER:
                    found[self._those_that_move(inst.args)] = None
                if inst.op in _FLOWS:
                    found[self._those_that_move((*inst.args, *inst.results))] = None
            found[self._those_that_move(block.terminator.args)] = None
        return [group for group in found if len(group) > 1]

    def _those_that_move(self, operands: Iterable[Operand]) -> tuple[Value, ...]:
        return tuple(dict.fromkeys(item for item in operands if isinstance(item, Value) and item in self.bounds))

    def _flows(self) -> list[tuple[Value, ...]]:
        """Values between which there are only sums and choices, which cost least at one point; so do channels."""
        group_of: dict[Operand, list[Value]] = {value: [value] for value in self.bounds}
        for block in self.function.blocks:
            linked: list[tuple[Operand, list[Operand]]] = [
                (inst.result, inst.args) for inst in block.insts if inst.op in _FLOWS
            ]
            for edge in block.terminator.edges:
                linked += [(param, [arg]) for param, arg in zip(edge.block.params, edge.args, strict=True)]
            linked += [(arg, block.terminator.args) for arg in block.terminator.args]
            for result, args in linked:
                for arg in args:
                    mine, other = group_of.get(result), group_of.get(arg)
                    if mine is not None and other is not None and mine is not other:
                        mine += other
                        group_of.update(dict.fromkeys(other, mine))
        found = {id(group): tuple(group) for group in group_of.values()}
        return [group for group in found.values() if 1 < len(group) <= _LARGEST_FLOW]

    def _settle(self, group: tuple[Value, ...]) -> bool:
        """Give the values of a group the cheapest of their points; whether they have others now."""
        points = self.formats.values
        before = [self.formats.fraction_of(value) for value in group]
        least, best, seen = self._cost(group), before, [before]
        suggested = Counter(point for value in group for point in self._candidates(value))
        for point, _ in suggested.most_common(_TRIED):
            tried = [max(self.bounds[value].fewest, min(point, self.bounds[value].most)) for value in group]
            if tried in seen:
                continue
            seen.append(tried)
            points.update(zip(group, tried, strict=True))
            cost = self._cost(group)
            if cost < least - _NOTHING:
                least, best = cost, tried
        points.update(zip(group, best, strict=True))
        return best != before

    def _cost(self, group: tuple[Value, ...]) -> float:
        """Of what the users of the group's values emit, each thing once."""
        costs: dict[int, float] = {}
        for value in group:
            for user in self.users[value]:
                weight = self.weights[user]
                for number, cost in self._emitted(user):
                    costs[number] = max(cost * weight, costs.get(number, 0.0))
        return sum(costs.values())

    def _candidates(self, value: Value) -> list[int]:
        """The points that the neighbours have, and those with which a product is a high word."""
        bounds, point_of = self.bounds[value], self.formats.fraction_of
        found = {bounds.most: None, BORDER_FRACTION: None, bounds.fewest: None}
        for user in self.users[value]:
            if isinstance(user, Terminator):
                found.update(dict.fromkeys(self._edge_points(user)))
                continue
            around = [point_of(item) for item in (*user.args, *user.results) if isinstance(item, Value)]
            found.update(dict.fromkeys(around))
            if user in self.natural:
                found[self.natural[user]] = None
            if user.op == "fmul":
                found.update(dict.fromkeys(_matching(value, user, point_of)))
        return [point for point in found if bounds.fewest <= point <= bounds.most]

    def _edge_points(self, terminator: Terminator) -> Iterable[int]:
        for edge in terminator.edges:
            for item in (*edge.block.params, *edge.args):
                if isinstance(item, Value) and item.type is Type.FLOAT:
                    yield self.formats.fraction_of(item)

    def _emitted(self, user: Inst | Terminator) -> _Answer:
        """The numbers and costs of what `user` becomes."""
        points = self.formats.values
        key = user, tuple([points[item] for item in self.movable[user]])
        found = self.known.get(key)
        if found is None:
            found = self.known[key] = tuple(self._expand(user) if isinstance(user, Inst) else self._leave(user))
        return found

    def _number(self, *key: object) -> int:
        return self.numbers.setdefault(key, len(self.numbers))

    def _leave(self, terminator: Terminator) -> Iterable[tuple[int, float]]:
        """Words that have to be moved on the way out of a block. The kernel makes bytes of fine words for less, and has
        constants for each binary point."""
        pairs: list[tuple[Operand, int]] = []
        shown = [arg for arg in terminator.args if isinstance(arg, Value)] if terminator.op == "ret" else []
        for point in dict.fromkeys(map(self.formats.fraction_of, shown)):
            yield self._number("bytes", point), _CONSTANTS
        for colour in shown:
            if self.formats.fraction_of(colour) < FINE:
                yield self._number("byte", colour), 1.0
        for edge in terminator.edges:
            points = map(self.formats.fraction_of, edge.block.params)
            pairs += zip(edge.args, points, strict=True)
        for arg, point in pairs:
            if isinstance(arg, Value) and arg.type is Type.FLOAT and self.formats.fraction_of(arg) != point:
                yield self._number("move", arg, self.formats.fraction_of(arg), point), 1.0

    def _expand(self, inst: Inst) -> Iterable[tuple[int, float]]:
        """What the instruction's expansion emits, the way to the result's binary point included."""
        site = Site(inst, Emitter(), self.facts, lambda operand: operand)
        expand = EXPANSIONS.get(inst.op)
        results: list[Operand | int] = []
        if expand is not None:
            found = expand(site)
            results += found if isinstance(found, list) else [found]
        elif inst.op == "store" and isinstance(inst.target, MemObject):
            site.operand_point = self.formats.fraction_of_object(inst.target)
        elif inst.op == "select" and inst.results[0].type is Type.FLOAT:
            site.operand_point = site.wanted_point
        if expand is None:
            site.words()
        self.natural[inst] = site.result_point if expand is not None else BORDER_FRACTION
        return self._numbered(inst, site, results)

    def _numbered(self, inst: Inst, site: Site, results: list[Operand | int]) -> Iterable[tuple[int, float]]:
        words: dict[Operand, object] = {}
        for item in site.emit.insts:
            number = self._number(item.op, item.target, *(words.get(arg, arg) for arg in item.args))
            known = variants.CALLS.get(item.target) if isinstance(item.target, str) else None
            yield number, float(known or _LONG.get(item.op, 1))
            words.update((result, (number, index)) for index, result in enumerate(item.results))
        for result, found in zip(inst.results, results, strict=False):
            by = self.formats.fraction_of(result) - site.result_point
            if by and result.type is Type.FLOAT and isinstance(found, Value):
                yield self._number("move", words.get(found, found), by), 1.0
            if inst.op == "fdiv" and site.emit.called and self.formats.fraction_of(result) < BORDER_FRACTION:
                yield self._number("coarse", inst, site.result_point), _IMPOSSIBLE
            if inst.op in _COARSE and site.result_point < self._fewest(result):
                yield self._number("coarse", inst, site.result_point), _IMPOSSIBLE

    def _fewest(self, value: Value) -> int:
        bounds = self.bounds.get(value)
        return bounds.fewest if bounds else -_MOST


def _passed(terminator: Terminator) -> list[Operand]:
    """Arguments and parameters of a terminator's edges, and results."""
    return [item for edge in terminator.edges for item in (*edge.args, *edge.block.params)]


def _matching(value: Value, product: Inst, point_of: Callable[[Operand], int]) -> Iterable[int]:
    """The points of a factor with which the product is a high word, and of a product that is one. The factor and its
    product by a constant differ by the bits of the constant's whole part; by a power of two it is the word itself."""
    for number, factor in (product.args, product.args[::-1]):
        if isinstance(number, Const):
            part, bits = math.frexp(float(number.value))
            bits -= abs(part) == 0.5
            yield point_of(factor) - bits if value is product.results[0] else point_of(product.results[0]) + bits
            return
    x, y = (point_of(arg) for arg in product.args)
    if value is product.results[0]:
        yield x + y - WORD_BITS
    else:
        other = y if value is product.args[0] else x
        yield WORD_BITS + point_of(product.results[0]) - other


class _MovableFacts(Facts):
    """Facts in which a value that moves is no larger than its format is at the moment."""

    def range(self, operand: Operand) -> Range:
        known = super().range(operand)
        if isinstance(operand, Const) or operand.type is not Type.FLOAT:
            return known
        widest = self.widest(operand)
        return Range(max(known.low, widest.low), min(known.high, widest.high), known.whole)


def _note_users(function: Function, users: dict[Value, dict[Inst | Terminator, None]]) -> None:
    for block in function.blocks:
        for inst in block.insts:
            for item in (*inst.args, *inst.results):
                if isinstance(item, Value) and item in users:
                    users[item][inst] = None
        end = block.terminator
        for item in (*end.args, *_passed(end)):
            if isinstance(item, Value) and item in users:
                users[item][end] = None


def _weigh(function: Function, facts: Facts, weights: dict[Inst | Terminator, float]) -> None:
    """How often instructions run, roughly; those that depend on the row alone are hoisted out of its pixels."""
    across = set(function.params[:1])
    within = innermost(loops(function))
    for block in reverse_postorder(function):
        weight = _LOOP ** (within[block].depth if block in within else 0)
        across.update(block.params)
        for inst in block.insts:
            if all(map(facts.same_for_all_pixels, inst.args)) and inst.info.pure:
                weights[inst] = _FRAME
            elif inst.info.pure and not any(arg in across for arg in inst.args if isinstance(arg, Value)):
                weights[inst] = _ROW
            else:
                weights[inst] = weight
                across.update(inst.results)
        weights[block.terminator] = weight
