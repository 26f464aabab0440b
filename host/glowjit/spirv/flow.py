"""The control flow of one function: which blocks can run, which edges close a loop.

An edge closes a loop if its target is still open when a depth-first walk follows it; its target then says with
OpLoopMerge where the loop is left. (Order in the module does not tell: a case that falls through to an earlier default
jumps back.) A back edge spends fuel and, once there is none, goes to the merge block instead; so a loop whose merge
block nothing else reaches (`while (true) { ... return ... }`) reaches it after all. Cost: linear.
"""

from __future__ import annotations

from functools import cached_property

from glowjit.spirv.reader import FunctionText, SpirvError


class Flow:
    """`order` lists the labels of the reachable blocks as the module does."""

    def __init__(self, text: FunctionText) -> None:
        self.blocks = text.blocks
        self._entry = next(iter(text.blocks))
        self._back_edges = self._find_back_edges()
        reached = self._reach()
        self.order = [label for label in text.blocks if label in reached]

    def closes_loop(self, source: int, target: int) -> bool:
        return (source, target) in self._back_edges

    @cached_property
    def looping(self) -> frozenset[int]:
        """The labels of the blocks that may run more than once: those from which a back edge leads back to them."""
        parents: dict[int, list[int]] = {}
        for label in self.order:
            for target in self.blocks[label].successors():
                parents.setdefault(target, []).append(label)
        found: set[int] = set()
        for latch, header in sorted(self._back_edges):
            within = {header}
            waiting = [latch]
            while waiting:
                label = waiting.pop()
                if label not in within:
                    within.add(label)
                    waiting.extend(parents.get(label, ()))
            found |= within
        return frozenset(found)

    def merge_of(self, header: int) -> int:
        """The label where the loop of `header` is left."""
        return self.blocks[header].merge

    def _find_back_edges(self) -> set[tuple[int, int]]:
        found: set[tuple[int, int]] = set()
        open_blocks: set[int] = set()
        closed: set[int] = set()
        stack = [(self._entry, False)]
        while stack:
            label, done = stack.pop()
            if done:
                open_blocks.remove(label)
                closed.add(label)
            elif label not in open_blocks and label not in closed:
                open_blocks.add(label)
                stack.append((label, True))
                for target in self._successors(label):
                    if target in open_blocks:
                        found.add((label, target))
                    else:
                        stack.append((target, False))
        return found

    def _successors(self, label: int) -> list[int]:
        """What the terminator names, and for a loop its merge block, which the back edge will name."""
        block = self.blocks[label]
        targets = block.successors()
        if block.merge:
            targets = [*targets, block.merge]
        for target in targets:
            if target not in self.blocks:
                raise SpirvError(f"a branch to block {target}, which does not exist", line=block.terminator.line)
            if target == self._entry:
                raise SpirvError("a branch to a function's entry", line=block.terminator.line)
        return targets

    def _reach(self) -> set[int]:
        reached = {self._entry}
        waiting = [self._entry]
        while waiting:
            label = waiting.pop()
            for target in self.blocks[label].successors():
                if self.closes_loop(label, target):
                    target = self.merge_of(target)
                    if not target:
                        raise SpirvError("a loop without a merge block", line=self.blocks[label].terminator.line)
                if target not in reached:
                    reached.add(target)
                    waiting.append(target)
        return reached
