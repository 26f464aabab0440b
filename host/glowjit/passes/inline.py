"""Inlining, callees before callers.

Input: a module whose functions are callees-first, in SSA form. Output: the same functions, where calls are replaced by
copies of what they call:

- the only call of a function anywhere, whatever its size;
- a call of a function that is no larger than the call itself and `SMALL`;
- any other while the module has room: a callee may have 1/`SHARE` of what is left of `BUDGET`. So a small shader takes
  in functions of hundreds of instructions, and one that fills the board's code memory only the smallest.

Kept as calls are

- if `keep_invariant`, those of pure functions with control flow that compute the same for every pixel (in the pixel
  function: that do not depend on x). `licm` can move such a call out of the pixel loops, but not its branches;
- calls in the kernel that stand outside the loop over the pixels of a row, unless nobody else calls the function or it
  is tiny: they are not worth their size.

Sizes are machine instructions as `cost` estimates them. Cost: linear in the code made.
"""

from __future__ import annotations

from collections.abc import Collection

from glowjit.image import KERNEL
from glowjit.ir.cfg import innermost, loops
from glowjit.ir.core import Block, Edge, Function, Inst, MemKind, MemObject, Module, Operand, Terminator, Value
from glowjit.passes import purity
from glowjit.passes.cost import function_size, inst_size
from glowjit.passes.dce import drop_functions, roots
from glowjit.passes.licm import KERNEL_DEPTH
from glowjit.passes.rewrite import Copier, unique_name

BUDGET = 8000
SHARE = 24
SMALL = 8


def run(module: Module, keep_invariant: bool = False) -> None:
    """Inline throughout `module`. Functions that nobody calls any more are gone afterwards."""
    _Inliner(module, keep_invariant).run()
    drop_functions(module)


def run_pixel_function(module: Module) -> None:
    """Inline what the kernel itself calls, the pixel function, and nothing else.

    Then the calls that the pixel function makes stand in the kernel's loops, and `licm` can move them.
    """
    kernel = module.functions.get(KERNEL)
    if kernel:
        calls = {inst for inst in kernel.insts() if inst.op == "call"}
        inliner = _Inliner(module, False)
        inliner.chosen = calls
        inliner.run_function(kernel, ())


def run_small(module: Module) -> None:
    """Inline what is no larger than a call, and leave all functions there."""
    inliner = _Inliner(module, False)
    for function in module.functions.values():
        small = {inst for inst in function.insts() if inst.op == "call" and inliner.is_small(inst)}
        inliner.chosen = small
        inliner.run_function(function, ())


class _Inliner:
    def __init__(self, module: Module, keep_invariant: bool) -> None:
        self.module = module
        self.chosen: Collection[Inst] | None = None  # if set, these calls and no others
        self.rare: Collection[Inst] = ()  # calls that are not worth their size
        self.sizes = {name: function_size(function) for name, function in module.functions.items()}
        self.total = sum(self.sizes.values())
        self.calls = dict.fromkeys(module.functions, 0)
        for name in roots(module):  # whoever calls from outside counts as well
            self.calls[name] += 1
        for function in module.functions.values():
            for inst in function.insts():
                if inst.op == "call":
                    self.calls[str(inst.target)] += 1
        self.pure = purity.run(module) if keep_invariant else frozenset[str]()

    def run(self) -> None:
        for function in self.module.functions.values():
            if function.name == KERNEL:
                self.rare = _calls_outside_pixels(function)
            kept = self.invariant_calls(function) if self.pure else ()
            self.run_function(function, kept)

    def run_function(self, function: Function, kept: Collection[Inst]) -> None:
        """Inline the calls of one function whose callees are finished."""
        names = {item.name for item in function.locals} | set(self.module.objects)
        blocks: list[Block] = []
        pending = function.blocks[::-1]
        while pending:
            block = pending.pop()
            blocks.append(block)
            for place, inst in enumerate(block.insts):
                if inst.op == "call" and inst not in kept and self.wanted(inst):
                    callee = self.module.functions[str(inst.target)]
                    copies, rest = inline_call(function, block, place, callee, names)
                    self.account(function, inst)
                    blocks.extend(copies)  # no call in there is wanted: the callee is finished
                    pending.append(rest)
                    break
        function.blocks = blocks

    def wanted(self, call: Inst) -> bool:
        """Whether `call` is worth replacing."""
        if self.chosen is not None:
            return call in self.chosen
        name = str(call.target)
        if self.calls[name] == 1 or self.is_small(call):
            return True
        return call not in self.rare and self.sizes[name] * SHARE <= BUDGET - self.total

    def is_small(self, call: Inst) -> bool:
        """Whether what is called is no larger than the call, or hardly."""
        return self.sizes[str(call.target)] <= max(SMALL, inst_size(call))

    def account(self, function: Function, call: Inst) -> None:
        """Take note of the call's being replaced."""
        name = str(call.target)
        self.calls[name] -= 1
        for inst in self.module.functions[name].insts():
            if inst.op == "call":
                self.calls[str(inst.target)] += 1 if self.calls[name] else 0
        growth = self.sizes[name] - inst_size(call)
        self.sizes[function.name] += growth
        self.total += growth if self.calls[name] else -inst_size(call)

    def invariant_calls(self, function: Function) -> set[Inst]:
        """The calls of pure functions with control flow whose operands are the same for all pixels of a row.

        What a branch that differs from pixel to pixel chooses may be among them; `licm` will know better.
        """
        entry = function.name == self.module.entry
        varying = set(function.params[:1] if entry else function.params)
        while True:
            known = len(varying)
            found = {inst for block in function.blocks for inst in self._spread(block, varying)}
            if len(varying) == known:
                return found

    def _spread(self, block: Block, varying: set[Value]) -> list[Inst]:
        """Add what varies in `block` to `varying`; the calls that do not."""
        calls = []
        for inst in block.insts:
            changing = inst.info.effect or (inst.info.reads and not _reads_constant(inst))
            if inst.op == "call":
                changing = inst.target not in self.pure
            if changing or any(arg in varying for arg in inst.args if isinstance(arg, Value)):
                varying.update(inst.results)
            elif inst.op == "call" and len(self.module.functions[str(inst.target)].blocks) > 1:
                calls.append(inst)
        for edge in block.terminator.edges:
            for param, arg in zip(edge.block.params, edge.args, strict=True):
                if arg in varying:
                    varying.add(param)
        return calls


def _calls_outside_pixels(kernel: Function) -> set[Inst]:
    """The calls in the kernel that are made once a frame or once a row."""
    inside = innermost(loops(kernel))
    outside = [block for block in kernel.blocks if block not in inside or inside[block].depth < KERNEL_DEPTH]
    return {inst for block in outside for inst in block.insts if inst.op == "call"}


def _reads_constant(inst: Inst) -> bool:
    return isinstance(inst.target, MemObject) and inst.target.kind in (MemKind.UNIFORM, MemKind.CONSTANT)


def inline_call(
    function: Function, block: Block, place: int, callee: Function, names: set[str]
) -> tuple[list[Block], Block]:
    """Replace the call at `block.insts[place]` by a copy of `callee`; (the copied blocks, what came after the call).

    The results of the call become the parameters of the block after it. `names` are those of all objects in sight.
    Code that has no source line gets that of the call.
    """
    call = block.insts[place]
    values: dict[Value, Operand] = dict(zip(callee.params, call.args, strict=True))
    copier = Copier(values)
    for item in callee.locals:
        copy = MemObject(unique_name(item.name, names), item.kind, item.words, item.data)
        names.add(copy.name)
        copier.objects[item] = copy
        function.locals.append(copy)
    copies = copier.copy(callee.blocks)
    rest = Block(block.name, call.results)
    rest.insts = block.insts[place + 1 :]
    rest.terminator = block.terminator
    for copy_block in copies:
        terminator = copy_block.terminator
        terminator.loc = terminator.loc or call.loc
        for inst in copy_block.insts:
            inst.loc = inst.loc or call.loc
        if terminator.op == "ret":
            copy_block.terminator = Terminator("jump", [], [Edge(rest, terminator.args)], terminator.loc)
    block.insts = block.insts[:place]
    block.terminator = Terminator("jump", [], [Edge(copies[0])], call.loc)
    return copies, rest
