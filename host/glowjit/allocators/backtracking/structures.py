"""The data that the phases of backtracking allocation hand on, and the numbering of program points.

Every instruction has two points: early (even), at which uses are read, and late (odd), at which defs are written. The
head of every block has two of its own, so that a value has a place there before the first instruction. A live range is
half open: from its first point to one past its last. Moves happen on the border before an even point, the *gap* of an
instruction; they read what was there at the odd point before.

    inst n-1                    inst n
    early  late   |  gap  |  early  late
    2n-2   2n-1           |  2n     2n+1

What is counted (`Sizes`) is what these structures would take packed into arrays, as the single-pass allocator's are;
the objects of CPython are several times larger.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from typing import NamedTuple

from glowcore.vcode import FIRST_VREG, MachineEnv, VCode

SPILLED = -1  # not in a register: in the slot of its spillset, or, a constant, made again
UNPLACED = -2
LOOP_TURNS = 8.0  # how often a loop runs, as far as anybody knows
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


class Points:
    """Where instructions and blocks lie on the line of program points, and how often each is likely to run."""

    def __init__(self, vcode: VCode) -> None:
        self.vcode = vcode
        self.block_start = [2 * (vcode.block_start[block] + block) for block in range(vcode.num_blocks + 1)]
        self._heads = frozenset(self.block_start)
        self.frequency = _frequencies(vcode)
        self.loops = [
            (self.block_start[block], self.block_start[end]) for block, end in enumerate(vcode.loop_end) if end
        ]

    def of(self, inst: int, block: int) -> int:
        """The early point of an instruction."""
        return 2 * (inst + block + 1)

    def block(self, point: int) -> int:
        return int(bisect_right(self.block_start, point)) - 1

    def inst(self, point: int) -> int:
        """The instruction at a point; for a block's head, its first one."""
        block = self.block(point)
        return max(point // 2 - block - 1, int(self.vcode.block_start[block]))

    def is_head(self, point: int) -> bool:
        return point in self._heads

    def cost(self, point: int) -> float:
        """How often the moves run that a change of place at a point makes.

        At a point in one arm of a branch, the other arm's way to the join has one too: only loops count.
        """
        depth = sum(start < point < end for start, end in self.loops)
        return float(LOOP_TURNS**depth)

    def cheapest(self, low: int, high: int, latest: bool) -> int:
        """The even point of low..high (itself possibly odd) where a move costs least, the latest or earliest such."""
        first, last = low + 1 & ~1, high & ~1
        candidates = {first, last}
        begin, end = bisect_left(self.block_start, first), bisect_right(self.block_start, last)
        for border in self.block_start[begin:end]:
            candidates.add(border)
            if border + 2 <= last:
                candidates.add(border + 2)  # the first gap inside the block
            if border - 2 >= first:
                candidates.add(border - 2)  # the last gap of the block before
        return min(candidates, key=lambda point: (self.cost(point), -point if latest else point))


def _frequencies(vcode: VCode) -> list[float]:
    """An estimate for every block: both ways of a branch are as likely, every loop turns `LOOP_TURNS` times.

    Blocks come in reverse post-order, so one pass over the forward edges does; what leaves a loop shares what entered.
    """
    count = vcode.num_blocks
    flow = [0.0] * count
    flow[0] = 1.0
    entered = {}
    exits: dict[int, int] = {}
    for block in range(count):
        for succ in vcode.succs[vcode.succ_start[block] : vcode.succ_start[block + 1]]:
            for header in _left(vcode, block, succ):
                exits[header] = exits.get(header, 0) + 1
    for block in range(count):
        if vcode.loop_end[block]:
            entered[block] = flow[block]
        succs = vcode.succs[vcode.succ_start[block] : vcode.succ_start[block + 1]]
        inside = [succ for succ in succs if not _left(vcode, block, succ)]
        for succ in succs:
            left = _left(vcode, block, succ)
            if left:
                flow[succ] += entered[left[0]] / exits[left[0]]
            elif succ > block:
                flow[succ] += flow[block] / len(inside)
    return [flow[block] * LOOP_TURNS ** vcode.loop_depth[block] for block in range(count)]


def _left(vcode: VCode, block: int, succ: int) -> list[int]:
    """The headers of the loops around `block` that an edge to `succ` leaves, outermost first."""
    headers = (header for header in range(block + 1) if vcode.loop_end[header] > block)
    return [header for header in headers if not header <= succ < vcode.loop_end[header]]


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

    def conflicts(self, reg: int, bundle: Bundle) -> tuple[int | None, float, list[Bundle]]:
        """First point where `bundle` cannot have the register, the heaviest weight in its way, who is in its way."""
        first: int | None = None
        heaviest = 0.0
        found: list[Bundle] = []
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
                    if other.bundle not in found:
                        found.append(other.bundle)
                        heaviest = max(heaviest, other.bundle.weight)
                at += 1
        return first, heaviest, found

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

    def __init__(self, vcode: VCode, env: MachineEnv, scan: bool) -> None:
        self.vcode = vcode
        self.scan = scan  # whether bundles inside one loop are placed from top to bottom, or by size
        self.points = Points(vcode)
        self.registers = Registers(env)
        self.live_in: list[int] = []  # per block, a mask of vregs
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

    def new_bundle(self, spillset: Spillset) -> Bundle:
        bundle = Bundle(spillset, serial=len(self.bundles))
        self.bundles.append(bundle)
        return bundle

    def place(self, vreg: int, point: int) -> int:
        """Where a value is at a point at which it is live: a register or SPILLED."""
        ranges = self.ranges[vreg]
        item = ranges[bisect_right(ranges, point, key=_start) - 1]
        assert item.start <= point < item.end, f"v{vreg} is not live at point {point}"
        return item.bundle.place

    def bundle(self, vreg: int, point: int) -> Bundle | None:
        """The bundle of a value at a point, if it is live there."""
        item = self.range_at(vreg, point)
        return item.bundle if item else None

    def range_at(self, vreg: int, point: int) -> Range | None:
        """The range of a value at a point, if it is live there."""
        ranges = self.ranges[vreg]
        at = bisect_right(ranges, point, key=_start) - 1
        return ranges[at] if at >= 0 and point < ranges[at].end else None

    def several(self) -> int:
        """The mask of the values that are in several bundles."""
        vregs = (vreg for vreg, ranges in enumerate(self.ranges) if len({id(item.bundle) for item in ranges}) > 1)
        return sum(1 << vreg for vreg in vregs)

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
            + len(self.live_in) * ((self.vcode.num_vregs - FIRST_VREG + 7) // 8)
            + 4 * self.vcode.num_blocks
            + 3 * self.vcode.num_vregs
        )
        self.bytes = max(self.bytes, held)
