"""Simplification of control flow.

Input: a function in SSA form. Output: the same function where, as far as these rewrites reach,

- no block is unreachable, no branch has a constant condition, two equal edges, or one that leads to `unreachable`;
- no block's only predecessor ends in a jump (the two are merged);
- no edge leads to a block that is empty and ends in a jump, or in a branch that the edge's own arguments decide (jump
  threading: that is how `a && b` becomes control flow), unless values defined there are used further on;
- no block parameter has one possible value, or the same value as another.

Rewrites repeat until nothing changes; each round is linear, and each change removes an edge, a block or a parameter.
"""

from __future__ import annotations

from glowjit.ir.cfg import postorder, predecessors, reverse_postorder
from glowjit.ir.core import Block, Const, Edge, Function, Operand, Terminator, Value
from glowjit.passes.rewrite import loop_headers, operand_lists, remove_unreachable, resolve, substitute

MAX_ROUNDS = 10


def run(function: Function) -> None:
    """Simplify until nothing changes."""
    for _ in range(MAX_ROUNDS if len(function.blocks) > 1 else 0):
        changed = fold_branches(function)
        changed |= remove_unreachable(function)
        if thread_jumps(function):
            remove_unreachable(function)
            changed = True
        changed |= merge_blocks(function)
        changed |= remove_parameters(function)
        if not changed:
            return


def fold_branches(function: Function) -> bool:
    """Turn branches that can go one way only into jumps."""
    changed = False
    for block in function.blocks:
        terminator = block.terminator
        if terminator.op != "branch":
            continue
        edge = _only_way(terminator)
        if edge is not None:
            block.terminator = Terminator("jump", [], [edge], terminator.loc)
            changed = True
    return changed


def _only_way(branch: Terminator) -> Edge | None:
    if_true, if_false = branch.edges
    condition = branch.args[0]
    if isinstance(condition, Const):
        return if_true if condition.value else if_false
    if if_true.block is if_false.block and if_true.args == if_false.args:
        return if_true
    if _dead_end(if_true.block):
        return if_false
    return if_true if _dead_end(if_false.block) else None


def _dead_end(block: Block) -> bool:
    return block.terminator.op == "unreachable" and not block.insts


def thread_jumps(function: Function) -> bool:
    """Let edges that lead to an empty block lead to where it goes on."""
    if all(block.insts for block in function.blocks):
        return False
    used_elsewhere = _values_used_elsewhere(function)
    headers = loop_headers(postorder(function)[::-1])
    changed = False
    for block in reversed(function.blocks):  # the ends of long chains first
        for edge in block.terminator.edges:
            passed = {id(block)}
            while id(edge.block) not in passed:
                passed.add(id(edge.block))
                following = _continuation(edge, used_elsewhere, edge.block in headers)
                if following is None:
                    break
                edge.block, edge.args = following.block, following.args
                changed = True
    return changed


def _values_used_elsewhere(function: Function) -> set[Value]:
    """The block parameters that are used outside the terminator of their own block."""
    own: dict[Value, Block] = {param: block for block in function.blocks for param in block.params}
    used: set[Value] = set()
    for block in function.blocks:
        last = len(block.insts)
        for index, args in enumerate(operand_lists(block)):
            for arg in args:
                if arg.__class__ is Value and arg in own and (index < last or own[arg] is not block):  # type: ignore[index]
                    used.add(arg)  # type: ignore[arg-type]
    return used


def _continuation(edge: Edge, used_elsewhere: set[Value], header: bool) -> Edge | None:
    """Where `edge` could lead at once, if its block is empty and its way on is known.

    A branch in a loop's header is left alone: edges that bypass it in different ways would give the loop two entries.
    """
    block = edge.block
    if block.insts or any(param in used_elsewhere for param in block.params):
        return None
    terminator = block.terminator
    names: dict[Value, Operand] = dict(zip(block.params, edge.args, strict=True))
    if terminator.op == "jump":
        onward = terminator.edges[0]
    elif terminator.op == "branch" and not header:
        condition = _renamed(names, terminator.args[0])
        if not isinstance(condition, Const):
            return None
        onward = terminator.edges[0 if condition.value else 1]
    else:
        return None
    return Edge(onward.block, [_renamed(names, arg) for arg in onward.args])


def _renamed(names: dict[Value, Operand], operand: Operand) -> Operand:
    return names.get(operand, operand) if isinstance(operand, Value) else operand


def merge_blocks(function: Function) -> bool:
    """Append to each block that ends in a jump the block it jumps to, if nothing else leads there."""
    preds = predecessors(function)
    replacement: dict[Value, Operand] = {}
    gone: set[int] = set()
    for block in function.blocks:
        if id(block) in gone:
            continue
        while block.terminator.op == "jump":
            edge = block.terminator.edges[0]
            following = edge.block
            if len(preds[following]) != 1 or following is block or following is function.blocks[0]:
                break
            for param, arg in zip(following.params, edge.args, strict=True):
                replacement[param] = resolve(replacement, arg)
            block.insts.extend(following.insts)
            block.terminator = following.terminator
            gone.add(id(following))
    if not gone:
        return False
    function.blocks = [block for block in function.blocks if id(block) not in gone]
    substitute(function.blocks, replacement)
    return True


def remove_parameters(function: Function) -> bool:
    """Replace the parameters that have one possible value, or the same values as another of their block."""
    incoming: dict[Block, list[Edge]] = {block: [] for block in function.blocks}
    for block in function.blocks:
        for edge in block.terminator.edges:
            incoming[edge.block].append(edge)
    replacement: dict[Value, Operand] = {}
    for block in reverse_postorder(function):
        edges = incoming[block]
        if block.params and edges:
            _remove_from_block(block, edges, replacement)
    substitute(function.blocks, replacement)
    return bool(replacement)


def _remove_from_block(block: Block, edges: list[Edge], replacement: dict[Value, Operand]) -> None:
    kept: list[int] = []
    seen: dict[tuple[object, ...], Value] = {}
    for place, param in enumerate(block.params):
        args = [resolve(replacement, edge.args[place]) for edge in edges]
        values = [arg for arg in args if arg is not param]
        if values and all(arg == values[0] for arg in values):
            replacement[param] = values[0]
            continue
        key = tuple(map(_key, args))
        if key in seen:
            replacement[param] = seen[key]
            continue
        seen[key] = param
        kept.append(place)
    if len(kept) < len(block.params):
        block.params = [block.params[place] for place in kept]
        for edge in edges:
            edge.args = [edge.args[place] for place in kept]


def _key(operand: Operand) -> object:
    return (operand.value.__class__, operand.value) if isinstance(operand, Const) else operand
