"""The data that the phases of backtracking allocation hand on.

What is counted (`Sizes`) is what these structures would take packed into arrays, as the single-pass allocator's are;
the objects of CPython are several times larger.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import NamedTuple

from glowcore.vcode import MachineEnv, VCode
from glowjit.allocators.backtracking.flow import Edge, Flow, item_at

SPILLED = -1  # not in a register: in the slot of its spillset, or, a constant, made again
UNPLACED = -2
MINIMAL = 1e15  # weight of what cannot be split, per point: nothing else weighs as much


class Sizes:
    """Bytes of one of each structure: 16-bit indices, points of 32 bits, one float of 32 bits."""

    RANGE = 4 + 4 + 2 + 2 + 2  # start, end, vreg, bundle, next of the vreg
    USE = 4 + 2 + 4 + 2  # point, vreg, weight, kind
    BUNDLE = 2 + 2 + 4 + 2 + 1  # first range, first use, weight, spillset, register
    SPILLSET = 2 + 2
    HINT = 4 + 2 + 1 + 4  # point, vreg, register, weight
    AFFINITY = 4 + 2 + 4 + 2 + 4  # point, vreg, the other's, weight
    RESERVATION = 4 + 4 + 2 + 1
    TAKEN = 2  # a register's entry for a range
    QUEUED = 2 + 4
    MOVE = 4 + 2 + 2 + 2  # point, kind, from, to
    PIECE = 2 + 4 + 4 + 4 + 4 + 1  # vreg, start, end, load, price, spilled
    LINK = 2 + 4  # to another piece, weight
    ARC = 2 * (2 + 1 + 4) + 2 * 2  # of the network: there and back, head, room, cost; in the lists of its ends
    NODE = 4 + 4 + 2  # height, distance, the arc it was reached by


class Use(NamedTuple):
    """A place where a value is read or written; without `required`, a slot serves as well as a register."""

    start: int
    end: int
    vreg: int
    weight: float
    required: bool


class Affinity(NamedTuple):
    """Two values are connected by a move, which vanishes if they share a register."""

    point: int
    vreg: int
    other_point: int
    other: int
    weight: float


class Hint(NamedTuple):
    """A value comes from or goes to a fixed register here."""

    point: int
    register: int
    weight: float


@dataclass(slots=True, eq=False)
class Range:
    """`vreg` is live from `start` to before `end`; `bundle` decides where."""

    start: int
    end: int
    vreg: int
    bundle: Bundle


@dataclass(slots=True, eq=False)
class Spillset:
    """All bundles that were one before splitting. They share a slot: their values are never live together."""

    slot: int = -1


@dataclass(slots=True, eq=False)
class Bundle:
    """Ranges that do not overlap, in order, which get one place; `uses` are those inside them, in order."""

    spillset: Spillset
    ranges: list[Range] = field(default_factory=list)
    uses: list[Use] = field(default_factory=list)
    place: int = UNPLACED
    weight: float = 0.0
    serial: int = 0

    @property
    def start(self) -> int:
        return self.ranges[0].start

    @property
    def end(self) -> int:
        return self.ranges[-1].end

    @property
    def size(self) -> int:
        return sum(item.end - item.start for item in self.ranges)

    @property
    def minimal(self) -> bool:
        """Whether it lies in one instruction: moves inside that are impossible."""
        return self.start // 2 == (self.end - 1) // 2

    def weigh(self) -> None:
        """The density of uses; what is minimal weighs more than anything else, the longer the more."""
        if self.minimal and any(use.required for use in self.uses):
            self.weight = MINIMAL * self.size
        else:
            self.weight = sum(use.weight for use in self.uses) / self.size


class Registers:
    """The allocatable registers: what is reserved in each, and the ranges that have it."""

    def __init__(self, env: MachineEnv) -> None:
        self.order = (*env.preferred, *env.non_preferred, *env.callee_saved)
        self.callee_saved = frozenset(env.callee_saved)
        self.touched = {reg for reg in self.order if reg not in self.callee_saved}
        self.reserved: dict[int, list[tuple[int, int, int]]] = {reg: [] for reg in self.order}  # start, end, vreg
        self.taken: dict[int, list[Range]] = {reg: [] for reg in self.order}
        self.rank = {reg: index for index, reg in enumerate(self.order)}

    def reserve(self, reg: int, start: int, end: int, vreg: int) -> None:
        """Keep a register for an instruction: only `vreg` may be there meanwhile (0: nothing)."""
        if (start, end, vreg) not in self.reserved[reg][-4:]:
            self.reserved[reg].append((start, end, vreg))

    def finish(self) -> None:
        for items in self.reserved.values():
            items.sort()

    def conflicts(self, reg: int, bundle: Bundle, limit: float) -> tuple[int | None, float, list[Bundle]]:
        """First point where `bundle` cannot have the register, the heaviest weight in its way, who is in its way.

        Whoever weighs `limit` or more is the last to be found: it will not be evicted.
        """
        first: int | None = None
        heaviest = 0.0
        found: dict[Bundle, None] = {}
        reserved, taken = self.reserved[reg], self.taken[reg]
        for item in bundle.ranges:
            at = max(bisect_left(reserved, (item.start,)) - 2, 0)
            while at < len(reserved) and reserved[at][0] < item.end:
                start, end, vreg = reserved[at]
                if end > item.start and vreg != item.vreg:
                    where = max(start, item.start)
                    return where if first is None else min(first, where), float("inf"), []
                at += 1
            at = max(bisect_left(taken, item.start, key=_start) - 1, 0)
            while at < len(taken) and taken[at].start < item.end:
                other = taken[at]
                if other.end > item.start:
                    if first is None:
                        first = max(other.start, item.start)
                    found[other.bundle] = None
                    heaviest = max(heaviest, other.bundle.weight)
                    if heaviest >= limit:
                        return first, heaviest, []
                at += 1
        return first, heaviest, list(found)

    def give(self, reg: int, bundle: Bundle) -> None:
        taken = self.taken[reg]
        for item in bundle.ranges:
            taken.insert(bisect_left(taken, item.start, key=_start), item)
        bundle.place = reg
        self.touched.add(reg)

    def take_back(self, bundle: Bundle) -> None:
        taken = self.taken[bundle.place]
        for item in bundle.ranges:
            del taken[bisect_left(taken, item.start, key=_start)]
        bundle.place = UNPLACED

    def free_at(self, points: tuple[int, ...]) -> list[int]:
        """Registers that hold nothing at any of the points and cost nothing to use."""
        found = []
        for reg in reversed(self.order):
            if reg in self.touched and not any(self._holds(reg, point) for point in points):
                found.append(reg)
        return found

    def _holds(self, reg: int, point: int) -> bool:
        taken, reserved = self.taken[reg], self.reserved[reg]
        at = bisect_right(taken, point, key=_start) - 1
        if at >= 0 and taken[at].end > point:
            return True
        at = bisect_right(reserved, (point, point + 2, 1 << 16)) - 1
        return any(start <= point < end for start, end, _ in reserved[max(at - 2, 0) : at + 1])


def _start(item: Range) -> int:
    return item.start


class State:
    """What is known of one function while it is allocated."""

    def __init__(self, vcode: VCode, env: MachineEnv, scan: bool, choose: Random | None = None) -> None:
        self.vcode = vcode
        self.scan = scan  # whether bundles inside one loop are placed from top to bottom, or by size
        self.choose = choose  # makes every free choice, for testing; None: the best choice
        self.flow = Flow(vcode)
        self.registers = Registers(env)
        self.ranges: list[list[Range]] = [[] for _ in range(vcode.num_vregs)]  # per vreg, in order
        self.hints: dict[int, list[Hint]] = {}  # by vreg
        self.affinities: dict[int, list[Affinity]] = {}  # by vreg, each from both sides
        self.fixed_def: dict[int, tuple[int, int]] = {}  # vreg -> the gap after its def, the fixed register
        self.constant = bytearray(vcode.num_vregs)  # vreg -> whether one instruction makes it anew
        self.definition = [0] * vcode.num_vregs  # the first point at which it exists
        self.named: set[int] = set()  # vregs that an operand may read in their slots
        self.bundles: list[Bundle] = []
        self.spilled: list[Bundle] = []
        self.store_early: set[int] = set()  # vregs that leave their register where no move can be
        self.bytes = 0

    def finish(self) -> None:
        """To be called once all reservations, hints and affinities are known: they are put in order."""
        self.registers.finish()
        for hints in self.hints.values():
            hints.sort()
        for affinities in self.affinities.values():
            affinities.sort()

    def new_bundle(self, spillset: Spillset) -> Bundle:
        bundle = Bundle(spillset, serial=len(self.bundles))
        self.bundles.append(bundle)
        return bundle

    def place(self, vreg: int, point: int) -> int:
        """Where a value is at a point at which it is live: a register or SPILLED."""
        item = self.range_at(vreg, point)
        assert item is not None, f"v{vreg} is not live at point {point}"
        return item.bundle.place

    def bundle(self, vreg: int, point: int) -> Bundle | None:
        """The bundle of a value at a point, if it is live there."""
        item = self.range_at(vreg, point)
        return item.bundle if item else None

    def range_at(self, vreg: int, point: int) -> Range | None:
        """The range of a value at a point, if it is live there."""
        return item_at(self.ranges[vreg], point)

    def transitions(self, vreg: int) -> Iterator[tuple[Edge, Range, Range]]:
        """The edges at whose ends a value is in different ranges, and these."""
        return self.flow.transitions(self.ranges[vreg], self.definition[vreg])

    def arguments(self, vreg: int) -> Iterator[Affinity]:
        """Where a value is passed to a parameter."""
        for item in self.affinities.get(vreg, ()):
            if item.point & 1 and self.flow.is_head(item.other_point):
                yield item

    def before(self, vreg: int, gap: int) -> int:
        """Where a value is just before a gap: its bundle's place, or the fixed register that it was returned in."""
        if vreg in self.fixed_def and self.fixed_def[vreg][0] == gap:
            return self.fixed_def[vreg][1]
        return self.place(vreg, gap - 1)

    def count_bytes(self, more: int = 0) -> None:
        """Note the bytes held, and so many `more`, if they are more than ever."""
        ranges = sum(len(items) for items in self.ranges)
        held = (
            ranges * (Sizes.RANGE + Sizes.TAKEN)
            + sum(len(bundle.uses) for bundle in self.bundles) * Sizes.USE
            + len(self.bundles) * (Sizes.BUNDLE + Sizes.SPILLSET)
            + sum(map(len, self.hints.values())) * Sizes.HINT
            + sum(map(len, self.affinities.values())) * Sizes.AFFINITY // 2
            + sum(map(len, self.registers.reserved.values())) * Sizes.RESERVATION
            + more
            + self.flow.bytes
            + 3 * self.vcode.num_vregs
        )
        self.bytes = max(self.bytes, held)
