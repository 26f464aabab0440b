"""The binary point of every value of a module: `choose`.

Input: a module of the float IR, and what its values were seen to be. Output: `Formats`. Without observation, every
value has the border's format; so has one that was not reached. Else, in this order:

    only its fraction is used           as many bits as are needed, and it may wrap
    proven or seen within the border's  those of the border, or as many as are needed and have room for hours
    whole                               none, so that it is exact
    too large                           as many as have room, with as much again as was seen

A value that is too large for even a few bits, and needed to some, is taken for a pole: it is large in few pixels, which
saturate or wrap, and the others need the border's precision. Then `economise` moves binary points of the pixel function
to where they are cheapest. Linear in instructions.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from glowjit.ir.cfg import reverse_postorder
from glowjit.ir.core import Function, Inst, MemKind, MemObject, Module, Terminator, Type, Value
from glowjit.q32.choice import precision
from glowjit.q32.choice.economy import economise
from glowjit.q32.choice.observe import Observed, Seen
from glowjit.q32.choice.observe import of as seen_of
from glowjit.q32.formats import BORDER_FRACTION, Basis, Formats, fit, fit_seen, limits
from glowjit.q32.ranges import Facts, analyse, analyse_all

_LEVELS = 24, 30  # fraction bits to ask for: two words of 24 make one of the border in a single `mulh`
_PLENTY = 21.0  # needs up to here the border's format meets well enough: they are upper bounds,
_PLENTY_OF_FEW = 17.0  # unless a function amplifies small differences, as a hash does: then errors add up
_AMPLIFIED = 22.0
_MODULAR = frozenset(("fadd", "fsub", "fneg", "fmul", "ffma", "fdot"))  # words are right modulo 2^32
_TAILED = frozenset(("flog", "flog2"))  # near 0 far larger than elsewhere
_BORDER = limits()[1] - 1
_NEAR = 8.0  # times what was seen
_FEWEST = 6  # fraction bits of a value that is not whole: beyond, it is a pole that nobody looks at
_COLOUR = 10, 30  # the least and the most fraction bits of what is shown
_LATE = 5.0  # bits that a value may lack for the sake of pictures after hours


def choose(module: Module, observed: Observed, strict: bool = False) -> Formats:
    """Formats for all values that were observed. If `strict`, needs are met to the letter, near poles and roots too,
    where there is room."""
    formats = Formats()
    if not observed:
        return formats
    wanted = _wanted(module, observed, formats, strict)
    proofs = analyse_all(module)
    for function in module.functions.values():
        decisive = precision.decisive(function)
        _points(function, module, proofs[function.name], wanted, decisive, formats)
        _follow_edges(function, formats, observed)
        if function.name == module.entry:
            economise(function, module, analyse(function, module, formats), formats, observed, frozenset(decisive))
            formats.results[function.name] = _colour(function, formats)
        else:
            formats.results[function.name] = _results(function, formats)
    return formats


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What was seen of the values of a module, and the fraction bits that they need: `need` for the picture, `asked`
    with what `ties` asks for, `enough` almost everywhere."""

    observed: Observed
    need: Mapping[Value, float]
    asked: Mapping[Value, float]
    enough: Mapping[Value, float]
    strict: bool


def _wanted(module: Module, observed: Observed, formats: Formats, strict: bool) -> _Wanted:
    """And the binary points of the module's memory, which are first."""
    demands = precision.demands(module, observed, edge=precision.EDGE if strict else precision.DECISION)
    need = precision.sampled(module, observed, demands)
    enough = precision.demands(module, observed, steep="small").values
    if strict:
        asked = need = {value: max(bits, need.get(value, 0.0)) for value, bits in enough.items()}
    else:
        asked = precision.sampled(module, observed, precision.demands(module, observed, edge=precision.TIE))
    _objects(module, observed, demands, formats)
    return _Wanted(observed, need, asked, enough, strict)


def _points(
    function: Function, module: Module, facts: Facts, wanted: _Wanted, decisive: Collection[Value], formats: Formats
) -> None:
    """The binary points of a function's values, each for itself."""
    observed = wanted.observed
    values = _values(function, function.name == module.entry)
    steady = set(decisive) - precision.varying(function)  # sin(0) is to be 0 before a floor
    amplifies = max((wanted.need.get(value, 0.0) for value, _ in values), default=0.0) > _AMPLIFIED
    plenty = BORDER_FRACTION if wanted.strict else _PLENTY_OF_FEW if amplifies else _PLENTY
    wraps = _wrapping(function)
    for value, inst in values:
        asked, seen = wanted.asked.get(value, 0.0), observed.get(value)
        formats.basis[value] = replace(
            _basis(facts, value, observed, wanted.need.get(value, 0.0), value in wraps),
            enough=math.inf if value in steady else max(asked, wanted.enough.get(value, 0.0)),
            whole=facts.range(value).whole,
            loaded=inst is not None and inst.op == "load",
            small=seen.small if seen is not None else 0.0,
            large=seen.magnitude if seen is not None else math.inf,
        )
        if inst is not None and inst.op in ("load", "call"):
            formats.values[value] = _given(inst, value, formats)
        elif seen is not None:
            formats.values[value] = _fraction(facts, value, seen, asked, plenty, value in wraps)
            if inst is not None and inst.op in _TAILED:
                formats.values[value] = _contained(facts, value, formats.values[value])


def _follow_edges(function: Function, formats: Formats, observed: Observed) -> None:
    """Values that a block's parameter takes over get no fewer bits than it has, if there is room for them now: there
    they would be moved up and saturate."""
    defs = {inst.result: inst for inst in function.insts() if inst.op in ("fadd", "fsub", "fneg", "fmul")}
    pending = [
        (arg, formats.fraction_of(param))
        for block in function.blocks
        for edge in block.terminator.edges
        for param, arg in zip(edge.block.params, edge.args, strict=True)
        if param.type is Type.FLOAT
    ]
    while pending:
        arg, point = pending.pop()
        if arg not in defs or arg not in observed or formats.fraction_of(arg) >= point or formats.basis[arg].whole:
            continue
        if point <= fit_seen(observed[arg].magnitude):
            formats.values[arg] = point
            pending += [(operand, point) for operand in defs[arg].args]


def _colour(function: Function, formats: Formats) -> tuple[int, ...]:
    """The fraction bits of the pixel function's results, for the kernel: as they come."""
    returned = [block.terminator.args for block in function.blocks if block.terminator.op == "ret"]
    least, most = _COLOUR
    found = []
    for args in zip(*returned, strict=True):
        points = [formats.fraction_of(arg) for arg in args if isinstance(arg, Value)]
        found.append(min(max(min(points, default=BORDER_FRACTION), least), most))
    return tuple(found)


def _results(function: Function, formats: Formats) -> tuple[int, ...]:
    """The fraction bits of what a function returns: those of the value that has fewest, not more than the border's."""
    returned = [block.terminator.args for block in function.blocks if block.terminator.op == "ret"]
    points = [map(formats.fraction_of, args) for args in returned]
    return tuple(min(BORDER_FRACTION, *found) for found in zip(*points, strict=True))


def _basis(facts: Facts, value: Value, observed: Observed, need: float, wraps: bool) -> Basis:
    """What is proven of a value, or else what was seen of it; a proof that is far from what was seen is none."""
    known, seen = facts.range(value), observed.get(value)
    most = max(_BORDER, seen.magnitude * _NEAR if seen is not None else 0.0)
    if known.magnitude < most:
        return Basis(known.low, known.high, "proven", need, wraps)
    if seen is not None:
        return Basis(seen.low, seen.high, "observed", need, wraps)
    return Basis(-math.inf, math.inf, "unknown", need, wraps)


def _values(function: Function, entry: bool) -> list[tuple[Value, Inst | None]]:
    """The float values that a function takes, computes or takes over an edge."""
    given = function.params if entry else ()
    return [(value, inst) for value, inst in function.values() if value.type is Type.FLOAT and value not in given]


def _given(inst: Inst, value: Value, formats: Formats) -> int:
    """A value from memory or from another function comes as it is kept or handed on there."""
    if isinstance(inst.target, MemObject):
        return formats.fraction_of_object(inst.target)
    return formats.results[str(inst.target)][inst.results.index(value)]


def _objects(module: Module, observed: Observed, demands: precision.Demands, formats: Formats) -> None:
    """One binary point for all floats of an object: what those who load them need, if the largest that was seen to be
    stored has room."""
    for function in module.functions.values():
        for inst in function.insts():
            if inst.op != "store" or inst.args[1].type is not Type.FLOAT:
                continue
            assert isinstance(inst.target, MemObject)
            stored = seen_of(observed, inst.args[1])
            if stored is not None and inst.target.kind in (MemKind.GLOBAL, MemKind.LOCAL):
                asked = _asked(demands.borders.kept.get(inst.target, 0.0), _PLENTY_OF_FEW)
                point = min(fit_seen(stored.magnitude), formats.objects.get(inst.target, asked))
                formats.objects[inst.target] = max(_FEWEST, point)


def _asked(need: float, plenty: float) -> int:
    """The fraction bits to ask for."""
    return next((level for level in _LEVELS if need < level), _LEVELS[-1]) if need > plenty else BORDER_FRACTION


def _fraction(facts: Facts, value: Value, seen: Seen, need: float, plenty: float, wraps: bool) -> int:
    """As many bits as are needed, not less than the border has, or as there is room for. What grows with time gets no
    more than it has room for after hours."""
    known = facts.range(value)
    proven = fit(math.nextafter(known.magnitude, math.inf)) if known.bounded else fit(2.0**64)
    room = max(fit_seen(seen.magnitude), proven)
    lasting = max(proven, min(room, fit(seen.drift)))
    wanted = BORDER_FRACTION if known.whole else _asked(need, plenty)
    if wraps:
        return wanted
    if lasting >= BORDER_FRACTION:
        return max(min(lasting, wanted), BORDER_FRACTION)
    if known.whole:
        return min(lasting, 0)
    if lasting >= _FEWEST and need <= lasting + _LATE:
        return min(room, fit_seen(seen.drift)) if need <= fit_seen(seen.drift) else lasting
    return min(room, BORDER_FRACTION) if room >= _FEWEST or need <= 0 else BORDER_FRACTION


def _contained(facts: Facts, value: Value, point: int) -> int:
    """This point, or a bit less if then whatever is possible has room, in frames that were not seen too."""
    known = facts.range(value)
    most = fit(math.nextafter(known.magnitude, math.inf)) if known.bounded else point
    return most if most == point - 1 > BORDER_FRACTION else point


def _wrapping(function: Function) -> set[Value]:
    """Values of which only the fraction is used, so that nothing is lost when they wrap."""
    users = function.users()
    found: set[Value] = set()
    for block in reverse_postorder(function)[::-1]:
        for inst in reversed(block.insts):
            if inst.op in _MODULAR and all(_takes_fraction(user, found) for user in users.get(inst.result, [])):
                found.add(inst.result)
    return found


def _takes_fraction(user: Inst | Terminator, wrapping: set[Value]) -> bool:
    """Whether it takes no more of its operands than their fractions."""
    if isinstance(user, Terminator):
        return False
    return user.op == "ffract" or (user.op in ("fadd", "fsub", "fneg") and user.result in wrapping)
