"""The operations of the IR, as a table.

Columns: name, operands -> results, flags. Letters: f float, i int, b bool, T any one type (the same throughout the
row); `f*` any number of floats. Every operation is total: nothing traps, so anything without a side effect may be
computed early, late, or never.

Flags: C commutative, E has an effect (never removed, never moved), R reads memory, M the math library implements it on
integers (`q32` turns it into a call), X a float operation that `q32` expands in place.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class OpInfo:
    name: str
    args: str
    results: str
    flags: str

    @property
    def commutative(self) -> bool:
        return "C" in self.flags

    @property
    def effect(self) -> bool:
        return "E" in self.flags

    @property
    def reads(self) -> bool:
        return "R" in self.flags

    @property
    def pure(self) -> bool:
        """Depends on its operands alone and does nothing else. (A call is as pure as its callee: see passes/purity.)"""
        return not ("E" in self.flags or "R" in self.flags)

    @property
    def is_float(self) -> bool:
        """Gone after `q32`."""
        return "f" in self.args or "f" in self.results


_ROWS = """
fadd            f f -> f        CX
fsub            f f -> f        X
fmul            f f -> f        CX
fdiv            f f -> f        M
fneg            f -> f          X
ffma            f f f -> f      X      # a*b + c
fabs            f -> f          X
fsign           f -> f          X
ffloor          f -> f          X
fceil           f -> f          X
ftrunc          f -> f          X
fround          f -> f          X      # halves away from zero
froundeven      f -> f          X
ffract          f -> f          X
fmod            f f -> f        M      # x - y*floor(x/y)
fmin            f f -> f        CX
fmax            f f -> f        CX
fclamp          f f f -> f      X      # x, low, high
fmix            f f f -> f      X      # a, b, t: a + (b-a)*t
fstep           f f -> f        X      # edge, x: x < edge ? 0 : 1
fsmoothstep     f f f -> f      M      # edge0, edge1, x
fradians        f -> f          X
fdegrees        f -> f          X
fsin            f -> f          M
fcos            f -> f          M
ftan            f -> f          M
fasin           f -> f          M
facos           f -> f          M
fatan           f -> f          M
fatan2          f f -> f        M      # y, x
fsinh           f -> f          M
fcosh           f -> f          M
ftanh           f -> f          M
fasinh          f -> f          M
facosh          f -> f          M
fatanh          f -> f          M
fpow            f f -> f        M
fexp            f -> f          M
fexp2           f -> f          M
flog            f -> f          M
flog2           f -> f          M
fsqrt           f -> f          M
frsqrt          f -> f          M      # 1/sqrt(x)
fldexp          f i -> f        M
ffrexp          f -> f i        M
fdot            f* -> f         X      # a0..an b0..bn
flength         f* -> f         M
fnormalize      f* -> f*        M      # as many results as operands
feq             f f -> b        CX
fne             f f -> b        CX
flt             f f -> b        X
fge             f f -> b        X
stof            i -> f          X      # from a signed int
utof            i -> f          X      # from an unsigned int
ftos            f -> i          X      # truncates
ftou            f -> i          X      # truncates
fbits           f -> i          M      # IEEE single bits of the value
bitsf           i -> f          M
add             i i -> i        C
sub             i i -> i        -
mul             i i -> i        C
mulh            i i -> i        C      # high word, signed x signed
mulhu           i i -> i        C      # high word, unsigned x unsigned
mulhsu          i i -> i        -      # high word, signed x unsigned
div             i i -> i        -      # RV32M: x/0 = -1, min/-1 = min; truncates
divu            i i -> i        -      # x/0 = 2^32-1
rem             i i -> i        -      # x%0 = x; sign of the dividend
remu            i i -> i        -
and             i i -> i        C
or              i i -> i        C
xor             i i -> i        C
shl             i i -> i        -      # the low five bits of the amount count
shr             i i -> i        -      # logical
sar             i i -> i        -      # arithmetic
min             i i -> i        C
max             i i -> i        C
minu            i i -> i        C
maxu            i i -> i        C
bitcount        i -> i          M
bitreverse      i -> i          M
findlsb         i -> i          M      # -1 for 0
findmsb         i -> i          M      # signed: -1 for 0 and -1
findmsbu        i -> i          M      # unsigned: -1 for 0
eq              i i -> b        C
ne              i i -> b        C
lt              i i -> b        -
ge              i i -> b        -
ltu             i i -> b        -
geu             i i -> b        -
band            b b -> b        C
bor             b b -> b        C
bxor            b b -> b        C
bnot            b -> b          -
btoi            b -> i          -      # 0 or 1
select          b T T -> T      -      # condition, if true, if false
load            i -> T          R      # object[index]
store           i T ->          E      # object[index] = value
call            T* -> T*        E      # callee's parameters and results
burn            -> b            E      # take one unit of fuel; false once it is spent
store8          i i ->          E      # address, value: raw memory, the kernel alone
store16         i i ->          E
store32         i i ->          E
load16          i -> i          R      # zero-extended, from memory that nothing writes meanwhile: the kernel alone
"""


def _parse(rows: str) -> dict[str, OpInfo]:
    table: dict[str, OpInfo] = {}
    for row in rows.strip().splitlines():
        name, columns = row.split("#")[0].split(maxsplit=1)
        args, rest = columns.split("->")
        *results, flags = rest.split()
        table[name] = OpInfo(name, args.strip(), " ".join(results), flags.strip("-"))
    return table


OPS = _parse(_ROWS)


def dot_terms(operands: Sequence[Item]) -> Iterator[tuple[Item, Item]]:
    """The factors of each product that an `fdot` of these operands sums up."""
    half = len(operands) // 2
    return zip(operands[:half], operands[half:], strict=True)


def dot_partners(operands: Sequence[Item]) -> Sequence[Item]:
    """For each operand of an `fdot` the one it is multiplied by."""
    half = len(operands) // 2
    return (*operands[half:], *operands[:half])
