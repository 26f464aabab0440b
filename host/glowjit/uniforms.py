"""What goes into a shader's uniforms for one frame.

Order of precedence: what the caller gives, what the run time knows by the uniform's role (time, resolution, mouse,
...), the shader's own default, zero. The same values go to the machine code (as words) and to the reference (as
doubles).
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from operator import index
from typing import Any

from glowjit.errors import GlowjitError, UniformError
from glowjit.glsltypes import GlslType, ScalarType, VectorType
from glowjit.words import PyValue, flatten

_TICKS = 2.0**16  # of a second
_LEAST, _MOST = -(2.0**15), 2.0**15 - 2.0**-16  # of Q16.16


@dataclass(frozen=True, slots=True)
class Moment:
    """One frame's standing: seconds, frame number, pixels, and the mouse as Shadertoy has it.

    GlowjitError for a picture without pixels, and for a time that no word holds.
    """

    width: int
    height: int
    time: float = 0.0
    delta: float = 1 / 60
    frame: int = 0
    mouse: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    date: tuple[float, float, float, float] = (2026.0, 0.0, 1.0, 0.0)

    def __post_init__(self) -> None:
        if index(self.width) < 1 or index(self.height) < 1:
            raise GlowjitError(f"a picture of {self.width}x{self.height} has no pixels", hint="at least 1x1")
        if not _LEAST <= self.time <= _MOST:
            raise UniformError(
                f"the time is {self.time:g} s; a board counts seconds from {_LEAST:g} to {-_LEAST:g}, nine hours",
                hint="give a time within that range",
            )

    def by_role(self, role: str) -> tuple[float, ...]:
        """The components that a uniform of this role takes, as many as it has.

        The time is rounded up to what a word holds, so that floor(60.0 * iTime) is k at k / 60 seconds.
        """
        return {
            "time": (math.ceil(self.time * _TICKS) / _TICKS,),
            "delta": (self.delta,),
            "frame": (float(self.frame),),
            "framerate": (1 / self.delta if self.delta else 0.0,),
            "resolution": (float(self.width), float(self.height), 1.0, 1.0),
            "mouse": self.mouse,
            "pointer": (self.mouse[0] / self.width, self.mouse[1] / self.height),
            "date": self.date,
        }[role]


@dataclass(frozen=True, slots=True)
class Uniform:
    """One uniform as the caller sees it. `role` is "" for the shader's own, else what the run time fills in."""

    name: str
    type: GlslType
    default: tuple[float | int | bool, ...] | None = None
    minimum: float | None = None
    maximum: float | None = None
    role: str = ""


def frame_scalars(
    uniforms: Iterable[Uniform], moment: Moment, given: Mapping[str, PyValue]
) -> dict[str, list[float | int | bool]]:
    """The scalars of every uniform, by name. UniformError for an unknown name, a wrong type or a value out of range."""
    table = {uniform.name: uniform for uniform in uniforms}
    for name in given:
        if name not in table:
            raise _unknown(name, list(table))
    return {name: _scalars(uniform, moment, given) for name, uniform in table.items()}


def _scalars(uniform: Uniform, moment: Moment, given: Mapping[str, PyValue]) -> list[float | int | bool]:
    if uniform.name in given:
        scalars = flatten(uniform.type, given[uniform.name], f"uniform {uniform.name!r}")
        _check_range(uniform, scalars)
        return scalars
    if uniform.role:
        return _standard(uniform, moment)
    if uniform.default is not None:
        return list(uniform.default)
    return [zero_of(scalar) for scalar in uniform.type.scalars()]


def _standard(uniform: Uniform, moment: Moment) -> list[float | int | bool]:
    values: Any = moment.by_role(uniform.role)
    count = uniform.type.words
    if not isinstance(uniform.type, (ScalarType, VectorType)) or count > len(values):
        raise UniformError(
            f"uniform {uniform.name!r} holds the {uniform.role} and cannot be a {uniform.type}",
            hint="rename it if it is something else",
        )
    return flatten(uniform.type, values[0] if count == 1 else values[:count], f"uniform {uniform.name!r}")


def _check_range(uniform: Uniform, scalars: list[float | int | bool]) -> None:
    low, high = uniform.minimum, uniform.maximum
    for scalar in scalars:
        if isinstance(scalar, float) and not _LEAST <= scalar <= _MOST:
            raise UniformError(
                f"uniform {uniform.name!r} is {scalar:g}; a board takes {_LEAST:g} to {-_LEAST:g}",
                hint="scale it in the shader",
            )
        if (low is not None and scalar < low) or (high is not None and scalar > high):
            raise UniformError(
                f"uniform {uniform.name!r} is {scalar:g}, its range is {_bound(low)} to {_bound(high)}",
                hint="the shader's own text sets the range",
            )


def _bound(limit: float | None) -> str:
    return "anything" if limit is None else f"{limit:g}"


def zero_of(scalar: ScalarType) -> float | int | bool:
    """The zero of a scalar type, as Python has it."""
    return {"float": 0.0, "int": 0, "uint": 0, "bool": False}[scalar.kind]


def _unknown(name: str, known: list[str]) -> UniformError:
    close = difflib.get_close_matches(name, known, 1)
    if close:
        hint = f"did you mean {close[0]!r}?"
    else:
        hint = f"the shader has {', '.join(known)}" if known else "the shader has no uniforms"
    return UniformError(f"the shader has no uniform {name!r}", hint=hint)
