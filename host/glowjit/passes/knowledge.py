"""What is known of an int without running anything: its bits, and the numbers it lies between.

A `Known` is (low, high, zeros, ones): the value is a signed int of `low` to `high`; the bits in `zeros` are 0 and those
in `ones` are 1, as masks of 32 bits. A bool is 0 or 1. `TRANSFER[op]` takes what is known of the operands and gives
what is known of the result; an operation that is absent may give anything. `refine` says what a comparison that came
out one way tells of its operands. All are sound, none is complete. Sums are those of Granlund and others, as LLVM's
KnownBits has them: a bit is known where both operands' bits and the carry into it are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

Known = tuple[int, int, int, int]

MASK = 0xFFFF_FFFF
SIGN = 0x8000_0000
MIN, MAX = -(1 << 31), (1 << 31) - 1
FULL: Known = (MIN, MAX, 0, 0)
BOOL: Known = (0, 1, MASK ^ 1, 0)
FALSE: Known = (0, 0, MASK, 0)
TRUE: Known = (1, 1, MASK ^ 1, 1)


def make(low: int, high: int, zeros: int = 0, ones: int = 0) -> Known:
    """Bounds and bits, each as narrow as the other allows; `FULL` if the bounds are none or contradict the bits."""
    if low < MIN or high > MAX:
        low, high = MIN, MAX
    if low > high:
        return FULL
    zeros, ones = zeros & MASK, ones & MASK
    if (low < 0) == (high < 0):
        prefix = MASK & -(1 << (low ^ high).bit_length())
        zeros |= ~low & prefix
        ones |= low & prefix
    if zeros or ones:
        least = signed(ones | (SIGN & ~zeros))
        most = signed((MASK ^ zeros) & ~(SIGN & ~ones))
        low, high = max(low, least), min(high, most)
        if low > high or zeros & ones:
            return FULL
    return low, high, zeros, ones


def signed(word: int) -> int:
    """32 bits as a signed number."""
    return word - (1 << 32) if word & SIGN else word


def constant(value: int) -> Known:
    """What is known of a constant."""
    return value, value, ~value & MASK, value & MASK


def join(items: Iterable[Known]) -> Known:
    """What is known of a value that is one of several."""
    low, high, zeros, ones = MAX, MIN, MASK, MASK
    for item in items:
        low, high = min(low, item[0]), max(high, item[1])
        zeros &= item[2]
        ones &= item[3]
    return (low, high, zeros, ones) if low <= high else FULL


def meet(a: Known, b: Known) -> Known:
    """What is known of a value of which both are known."""
    return make(max(a[0], b[0]), min(a[1], b[1]), a[2] | b[2], a[3] | b[3])


def _unsigned(a: Known) -> tuple[int, int]:
    """The least and the greatest value as an unsigned number."""
    low, high = a[0], a[1]
    if (low < 0) == (high < 0):
        return low & MASK, high & MASK
    return a[3], MASK ^ a[2]


def _from_unsigned(low: int, high: int) -> Known:
    if (low ^ high) & SIGN:
        return FULL
    return make(signed(low), signed(high))


def _sum(a: Known, b: Known, low: int, high: int, carry: int = 0) -> Known:
    """The sum of two words and a carry, which lies within `low` and `high` if it fits."""
    a_zeros, a_ones, b_zeros, b_ones = a[2], a[3], b[2], b[3]
    most = (MASK ^ a_zeros) + (MASK ^ b_zeros) + carry
    least = a_ones + b_ones + carry
    carried = ~(most ^ a_zeros ^ b_zeros) | (least ^ a_ones ^ b_ones)
    known = (a_zeros | a_ones) & (b_zeros | b_ones) & carried & MASK
    return make(low, high, ~most & known, least & known)


def _add(a: Known, b: Known) -> Known:
    return _sum(a, b, a[0] + b[0], a[1] + b[1])


def _sub(a: Known, b: Known) -> Known:
    return _sum(a, (0, 0, b[3], b[2]), a[0] - b[1], a[1] - b[0], carry=1)


def _trailing_zeros(a: Known) -> int:
    """How many of the lowest bits are known to be 0."""
    unknown = ~a[2] & MASK
    return (unknown & -unknown).bit_length() - 1 if unknown else 32


def _mul(a: Known, b: Known) -> Known:
    zeros = (1 << min(_trailing_zeros(a) + _trailing_zeros(b), 32)) - 1
    return make(*_corners(a[:2], b[:2]), zeros)


def _corners(a: tuple[int, int], b: tuple[int, int]) -> tuple[int, int]:
    products = (a[0] * b[0], a[0] * b[1], a[1] * b[0], a[1] * b[1])
    return min(products), max(products)


def _high(a: tuple[int, int], b: tuple[int, int]) -> tuple[int, int]:
    low, high = _corners(a, b)
    return low >> 32, high >> 32


def _and(a: Known, b: Known) -> Known:
    bounds = [item[1] for item in (a, b) if item[0] >= 0]
    low, high = (0, min(bounds)) if bounds else (MIN, max(a[1], b[1]))
    return make(low, high, a[2] | b[2], a[3] & b[3])


def _or(a: Known, b: Known) -> Known:
    low = max(a[0], b[0]) if a[0] >= 0 and b[0] >= 0 else min(a[0], b[0])
    return make(low, MAX, a[2] & b[2], a[3] | b[3])


def _xor(a: Known, b: Known) -> Known:
    return make(MIN, MAX, a[2] & b[2] | a[3] & b[3], a[2] & b[3] | a[3] & b[2])


def _amounts(b: Known) -> tuple[int, int]:
    """The least and the greatest amount of a shift by the low five bits of `b`."""
    return (b[0], b[1]) if b[0] >= 0 and b[1] < 32 else (0, 31)


def _shl(a: Known, b: Known) -> Known:
    least, most = _amounts(b)
    if least < most:
        return make(MIN, MAX, (1 << min(_trailing_zeros(a) + least, 32)) - 1)
    return make(a[0] << least, a[1] << least, a[2] << least | (1 << least) - 1, a[3] << least)


def _shr(a: Known, b: Known) -> Known:
    least, most = _amounts(b)
    low, high = _unsigned(a)
    if least < most:
        return _from_unsigned(low >> most, high >> least)
    bounds = _from_unsigned(low >> least, high >> least)
    return make(bounds[0], bounds[1], a[2] >> least | (MASK & ~(MASK >> least)), a[3] >> least)


def _sar(a: Known, b: Known) -> Known:
    least, most = _amounts(b)
    if least < most:
        return make(min(a[0] >> least, a[0] >> most), max(a[1] >> least, a[1] >> most))
    return make(a[0] >> least, a[1] >> least, signed(a[2]) >> least & MASK, signed(a[3]) >> least & MASK)


def _div(a: Known, b: Known) -> Known:
    if b[0] <= 0:
        return FULL
    quotients = [_truncated(x, y) for x in a[:2] for y in b[:2]]
    return make(min(quotients), max(quotients))


def _truncated(x: int, y: int) -> int:
    return x // y if x >= 0 else -(-x // y)


def _rem(a: Known, b: Known) -> Known:
    if b[0] <= 0:
        return FULL
    most = b[1] - 1
    return make(max(-most, min(a[0], 0)), min(most, max(a[1], 0)))


def _divu(a: Known, b: Known) -> Known:
    low, high = _unsigned(a)
    least, most = _unsigned(b)
    return _from_unsigned(low // most, high // least) if least else FULL


def _remu(a: Known, b: Known) -> Known:
    least, most = _unsigned(b)
    return _from_unsigned(0, min(most - 1, _unsigned(a)[1])) if least else FULL


def _lt(a: Known, b: Known) -> Known:
    return TRUE if a[1] < b[0] else FALSE if a[0] >= b[1] else BOOL


def _ltu(a: Known, b: Known) -> Known:
    low, high = _unsigned(a)
    least, most = _unsigned(b)
    return TRUE if high < least else FALSE if low >= most else BOOL


def _eq(a: Known, b: Known) -> Known:
    if a[1] < b[0] or b[1] < a[0] or a[2] & b[3] or a[3] & b[2]:
        return FALSE
    return TRUE if a[0] == a[1] == b[0] == b[1] else BOOL


def negated(a: Known) -> Known:
    """What is known of the opposite of a bool."""
    return 1 - a[1], 1 - a[0], a[2] & ~1 | a[3] & 1, a[2] & 1


def _logic(a: Known, b: Known, either: bool) -> Known:
    choose = max if either else min
    low, high = choose(a[0], b[0]), choose(a[1], b[1])
    return constant(low) if low == high else BOOL


def _extreme(choose: Callable[[int, int], int]) -> Callable[[Known, Known], Known]:
    return lambda a, b: make(choose(a[0], b[0]), choose(a[1], b[1]), a[2] & b[2], a[3] & b[3])


def _extreme_unsigned(choose: Callable[[int, int], int]) -> Callable[[Known, Known], Known]:
    def transfer(a: Known, b: Known) -> Known:
        bounds = [choose(x, y) for x, y in zip(_unsigned(a), _unsigned(b), strict=True)]
        return meet(_from_unsigned(*bounds), join((a, b)))

    return transfer


TRANSFER: dict[str, Callable[..., Known]] = {
    "add": _add,
    "sub": _sub,
    "mul": _mul,
    "mulh": lambda a, b: make(*_high(a[:2], b[:2])),
    "mulhsu": lambda a, b: make(*_high(a[:2], _unsigned(b))),
    "mulhu": lambda a, b: _from_unsigned(*_high(_unsigned(a), _unsigned(b))),
    "div": _div,
    "rem": _rem,
    "divu": _divu,
    "remu": _remu,
    "and": _and,
    "or": _or,
    "xor": _xor,
    "shl": _shl,
    "shr": _shr,
    "sar": _sar,
    "min": _extreme(min),
    "max": _extreme(max),
    "minu": _extreme_unsigned(min),
    "maxu": _extreme_unsigned(max),
    "eq": _eq,
    "ne": lambda a, b: negated(_eq(a, b)),
    "lt": _lt,
    "ge": lambda a, b: negated(_lt(a, b)),
    "ltu": _ltu,
    "geu": lambda a, b: negated(_ltu(a, b)),
    "band": lambda a, b: _logic(a, b, False),
    "bor": lambda a, b: _logic(a, b, True),
    "bnot": negated,
    "btoi": lambda a: a,
    "select": lambda c, a, b: (a if c[0] else b) if c[0] == c[1] else join((a, b)),
}

_OPPOSITES = {"eq": "ne", "ne": "eq", "lt": "ge", "ge": "lt", "ltu": "geu", "geu": "ltu"}


def refine(op: str, holds: bool, a: Known, b: Known) -> tuple[Known, Known]:
    """What is known of the operands of a comparison once it is known to hold or not."""
    if not holds:
        op = _OPPOSITES[op]
    if op == "eq":
        both = meet(a, b)
        return both, both
    if op == "ne":
        return _without(a, b), _without(b, a)
    if op == "ltu" and b[0] >= 0:  # then the other is no negative number
        a, op = meet(a, (0, MAX, SIGN, 0)), "lt"
    if op == "geu" and a[0] >= 0:
        b, op = meet(b, (0, MAX, SIGN, 0)), "ge"
    if op == "lt" and b[1] > MIN and a[0] < MAX:
        return meet(a, (MIN, b[1] - 1, 0, 0)), meet(b, (a[0] + 1, MAX, 0, 0))
    if op == "ge":
        return meet(a, (b[0], MAX, 0, 0)), meet(b, (MIN, a[1], 0, 0))
    return a, b


def _without(a: Known, b: Known) -> Known:
    """`a`, which is not the one value of `b`."""
    low, high, zeros, ones = a
    if b[0] != b[1] or low == high:
        return a
    return make(low + (low == b[0]), high - (high == b[0]), zeros, ones)
