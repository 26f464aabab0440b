"""The control flow of one function: which blocks can run, which edges close a loop.

SPIR-V lists blocks after those that dominate them, so an edge to the same or an earlier block is a loop's back edge,
and its target says with OpLoopMerge where the loop is left. A back edge spends fuel and, once there is none, goes to
that merge block instead; so a loop whose merge block nothing else reaches (`while (true) { ... return ... }`) reaches
it after all.
"""

from __future__ import annotations

from glowjit.spirv.reader import BasicBlock, FunctionText, SpirvError


class Flow:
    """`order` lists the labels of the reachable blocks as the module does."""

    def __init__(self, text: FunctionText) -> None:
        self.blocks = text.blocks
        self._position = {label: position for position, label in enumerate(text.blocks)}
        reached = self._reach(next(iter(text.blocks)))
        self.order = [label for label in text.blocks if label in reached]

    def closes_loop(self, source: int, target: int) -> bool:
        return self._position[target] <= self._position[source]

    def merge_of(self, header: int) -> int:
        """The label where the loop of `header` is left."""
        return self.blocks[header].merge

    def _reach(self, entry: int) -> set[int]:
        reached = {entry}
        waiting = [entry]
        while waiting:
            label = waiting.pop()
            for target in self._targets(self.blocks[label]):
                if target not in reached:
                    reached.add(target)
                    waiting.append(target)
        if any(entry in block.successors() for block in self.blocks.values()):
            raise SpirvError("a branch to a function's entry")
        return reached

    def _targets(self, block: BasicBlock) -> list[int]:
        targets = block.successors()
        for target in list(targets):
            if target not in self.blocks:
                raise SpirvError(f"a branch to block {target}, which does not exist", line=block.terminator.line)
            if self.closes_loop(block.label, target):
                merge = self.merge_of(target)
                if merge not in self.blocks:
                    raise SpirvError("a loop without a merge block", line=block.terminator.line)
                targets.append(merge)
        return targets
