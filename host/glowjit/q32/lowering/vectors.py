"""Signs, lengths and directions: vectors of one to four components.

Squares are what overflows first in fixed point, above 181. So what a shader says with a sum of squares goes to the
library as the length or the direction that it means, for which every vector is short enough.
"""

from __future__ import annotations

from glowjit.ir.core import Operand, Type, Value, const_int
from glowjit.ir.ops import dot_terms
from glowjit.q32 import formats
from glowjit.q32.lowering.emit import constant
from glowjit.q32.lowering.roots import plain_directions, plain_length, root_function
from glowjit.q32.lowering.site import Site

_SIGN_BIT = formats.WORD_BITS - 1
_DIRECTION = 29  # fraction bits of the library's unit vectors,
_RIGHT = 25  # of which so many are right


def absolute(site: Site) -> Operand:
    site.work_at(site.point_of(site.inst.args[0]))
    (x,) = site.words()
    if site.range(0).low >= 0:
        return x
    sign_mask = site.emit("sar", x, _SIGN_BIT)
    return site.emit("sub", site.emit("xor", x, sign_mask), sign_mask)


def sign(site: Site) -> Operand:
    x = site.own(site.inst.args[0])
    site.result_point = 0
    positive = site.emit("btoi", site.emit("lt", 0, x))
    return site.emit("add", positive, site.emit("sar", x, _SIGN_BIT))


def length(site: Site) -> Operand:
    if len(site.inst.args) == 1:
        return absolute(site)
    return _length(site, site.inst.args)


def _length(site: Site, vector: list[Operand]) -> Operand:
    """A length, at the binary point of its vector."""
    plain = plain_length(site, vector)
    if plain is not None:
        return plain
    site.work_at(site.fitting_point(*vector))
    if site.exact:
        return exact_length(site, [site.word(x) for x in vector])
    return site.call(f"q_length{len(vector)}", *map(site.word, vector))


def exact_length(site: Site, words: list[Operand]) -> Operand:
    """The length of up to four components, to the last bit of their binary point."""
    return site.call("q_length_fine", *words, *[const_int(0)] * (4 - len(words)))


def normalize(site: Site) -> list[Operand]:
    count = len(site.inst.args)
    if count == 1:
        return [sign(site)]
    return list(_directions(site, site.inst.args))


def _directions(site: Site, vector: list[Operand]) -> list[Value]:
    """The components of the unit vector."""
    plain = plain_directions(site, vector)
    if plain is not None:
        return plain
    point = site.fitting_point(*vector)
    return unit_vector(site, [site.word(x, point) for x in vector])


def unit_vector(site: Site, words: list[Operand]) -> list[Value]:
    """The components of the unit vector, rounded to nearest, so that none is more than 1: to the border's binary point,
    or to that of the finest one if its bits are needed."""
    found = site.emit.call(f"q_normalize{len(words)}", words, [Type.INT] * len(words))
    finer = site.enough is not None and site.enough > formats.BORDER_FRACTION
    most = _RIGHT if finer else formats.BORDER_FRACTION
    wanted = max(map(site.point_of, site.inst.results))
    site.result_point = max(formats.BORDER_FRACTION, min(wanted, most))
    by = _DIRECTION - site.result_point
    return [site.emit("sar", site.emit("add", x, 1 << (by - 1)), by) for x in found]


def over_length(site: Site, x: Operand, y: Operand) -> Operand | None:
    """x / y, if y is the length of a vector and x one of its components; else None. Every component makes the same
    call, of which value numbering leaves one."""
    length_of = site.facts.definition(y, "flength")
    vector = length_of.args if length_of is not None else []
    return _directions(site, vector)[vector.index(x)] if x in vector and len(vector) > 1 else None


def times_inverse_root(site: Site, x: Operand, y: Operand) -> Operand | None:
    """x * y, if y is 1 / sqrt(dot(v, v)) and x a component of v; else None."""
    root = site.facts.definition(y, "frsqrt")
    vector = squares(site, root.args[0]) if root is not None else []
    return _directions(site, vector)[vector.index(x)] if x in vector and 2 <= len(vector) <= 4 else None


def square_root(site: Site) -> Operand:
    """The root of a sum of squares that may overflow is computed as a length, which cannot."""
    (x, *_) = site.inst.args
    vector = squares(site, x)
    most = sum(site.range(component).magnitude ** 2 for component in vector)
    if 2 <= len(vector) <= 4 and most > formats.limits()[1]:
        return _length(site, vector)
    point = _even(site.point_of(x))
    function = root_function(site)
    if function is not None:
        word = site.word(x, point)
        site.result_point = formats.UNIT_FRACTION - formats.BORDER_FRACTION + point // 2
        return site.call(function, word if site.range(x).low >= 0 else site.emit("max", word, 0))
    site.result_point = (formats.BORDER_FRACTION + point) // 2
    return site.call("q_sqrt", site.word(x, point))


def inverse_root(site: Site) -> Operand:
    """The library's result has 3/2 of the border's fraction bits less half of the operand's."""
    (x, *_) = site.inst.args
    point = _even(site.point_of(x))
    site.result_point = (3 * formats.BORDER_FRACTION - point) // 2
    return site.call("q_rsqrt", site.word(x, point))


def _even(fraction: int) -> int:
    """The largest even number of fraction bits that is not more."""
    return fraction - fraction % 2


def squares(site: Site, operand: Operand) -> list[Operand]:
    """The vector v for which `operand` is dot(v, v), however it is written; empty if it is anything else."""
    inst = site.facts.defs.get(operand) if isinstance(operand, Value) else None
    if inst is None:
        return []
    if inst.op == "fdot" and all(x == y for x, y in dot_terms(inst.args)):
        return [x for x, _ in dot_terms(inst.args)]
    if inst.op == "fmul" and inst.args[0] == inst.args[1]:
        return [inst.args[0]]
    if inst.op == "fpow" and constant(inst.args[1]) == 2:
        return [inst.args[0]]
    if inst.op == "fadd":
        parts = [squares(site, arg) for arg in inst.args]
        return parts[0] + parts[1] if all(parts) else []
    return []
