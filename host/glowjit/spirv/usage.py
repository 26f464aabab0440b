"""How the functions of a module use their pointers, found in one walk over the instructions before translation.

Two questions are answered. Which variables are only ever given one constant (glslang wraps each use of a constant
array in one)? And which way do the words of a pointer parameter go? SPIR-V does not tell in, out and inout apart, but
glslang hands every call variables of its own: nobody stores to one before an out parameter's call, nobody reads it
after an in parameter's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from glowjit.spirv.grammar import EXTENDED
from glowjit.spirv.reader import Instruction

_CHAINS = frozenset(["AccessChain", "InBoundsAccessChain"])
# Instructions besides those that may read or write through a pointer operand, or hide it.
_POINTER_USERS = frozenset(["CopyMemory", "CopyObject", "Phi", "Select"])
_POINTER_BUILTINS = frozenset(["Modf", "Frexp"])  # in their last operand; the others before it are values
_MODES = {(True, True): "inout", (True, False): "in", (False, True): "out", (False, False): "in"}


@dataclass(slots=True)
class Usage:
    """`locals` are the variables of functions; `written` are stored to other than as a whole with one constant."""

    is_composite: set[int]
    locals: set[int] = field(default_factory=set)
    read: set[int] = field(default_factory=set)
    stored: set[int] = field(default_factory=set)
    written: set[int] = field(default_factory=set)
    constants: dict[int, int] = field(default_factory=dict)
    passed: dict[tuple[int, int], list[int]] = field(default_factory=dict)
    _passed_once: set[int] = field(default_factory=set)

    def only_constant(self, variable: int) -> int:
        """The id of the one constant that `variable` is ever given, or 0."""
        return 0 if variable in self.written else self.constants.get(variable, 0)

    def mode(self, function: int, position: int, parameter: int) -> str:
        """ "in", "out" or "inout", as far as the callers and the function itself can tell."""
        changed = parameter in self.stored or parameter in self.written
        given = self.passed.get((function, position))
        if not given:
            return "inout" if changed else "in"
        goes_in = any(variable in self.stored or variable not in self.locals for variable in given)
        comes_out = any(variable in self.read or variable not in self.locals for variable in given)
        return _MODES[goes_in, changed and comes_out]

    def scan(self, instructions: Iterable[Instruction]) -> None:
        """Add what the instructions of one function do."""
        bases: dict[int, int] = {}
        for inst in instructions:
            op = inst.op
            if op == "Load":
                pointer = inst.operands[0]
                self.read.add(bases.get(pointer, pointer))
            elif op == "Store":
                self._note_store(bases, inst.operands[0], inst.operands[1])
            elif op in _CHAINS:
                pointer = inst.operands[0]
                bases[inst.result] = bases.get(pointer, pointer)
            elif op == "FunctionCall":
                self._note_call(bases, inst.operands)
            elif op == "Variable":
                self.locals.add(inst.result)
            elif op == "ExtInst":
                if EXTENDED.get(inst.operands[1]) in _POINTER_BUILTINS:
                    self._note_anything([bases.get(inst.operands[-1], inst.operands[-1])])
            elif op in _POINTER_USERS:
                self._note_anything(bases.get(id, id) for id in inst.operands)

    def _note_store(self, bases: dict[int, int], pointer: int, value: int) -> None:
        variable = bases.get(pointer, pointer)
        self.stored.add(variable)
        whole = variable == pointer and value in self.is_composite
        if not whole or self.constants.setdefault(variable, value) != value:
            self.written.add(variable)

    def _note_call(self, bases: dict[int, int], operands: list[int]) -> None:
        callee, *arguments = operands
        for position, id in enumerate(arguments):
            variable = bases.get(id, id)
            self.passed.setdefault((callee, position), []).append(variable)
            self.written.add(variable)
            if variable in self._passed_once:
                self._note_anything([variable])
            self._passed_once.add(variable)

    def _note_anything(self, variables: Iterable[int]) -> None:
        for variable in variables:
            self.read.add(variable)
            self.stored.add(variable)
            self.written.add(variable)
