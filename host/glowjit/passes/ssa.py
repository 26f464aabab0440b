"""SSA construction: words of memory objects become values.

`promote` takes objects whose accesses it may rewrite and turns every word that is only reached by constant indices
into SSA values: pruned SSA by iterated dominance frontiers (Cytron et al., 1991), parameters placed only where the word
is live. `demote` is the way back: a value becomes an object of one word, so that a pass may copy blocks without
caring for SSA (unrolling, rotation) and let `promote` put it in order again.

What is read before it is written is zero (or the word of the object's initial data). Cost: linear in the function,
times the words that are live in a block where the dominator tree branches.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from glowjit.ir.cfg import Dominators, predecessors
from glowjit.ir.core import Block, Const, Function, Inst, MemKind, MemObject, Operand, Type, Value
from glowjit.passes.ranges import index_range
from glowjit.passes.rewrite import ZERO, datum, definitions, remove_unreachable, resolve, substitute

Word = tuple[MemObject, int]


def promote(function: Function, objects: Collection[MemObject]) -> None:
    """Replace the words of `objects` by values, but for those that an index computed at run time may reach."""
    if not objects:
        return
    remove_unreachable(function)
    words = _promotable(function, objects)
    if words:
        _Builder(function, words).run()


def _promotable(function: Function, objects: Collection[MemObject]) -> dict[Word, Type]:
    """The words that only constant indices reach, always with the same type."""
    wanted = set(map(id, objects))
    defs: dict[Value, Inst] | None = None
    types: dict[Word, Type] = {}
    pinned: dict[Word, None] = {}
    for inst in function.insts():
        target = inst.target
        if not isinstance(target, MemObject) or id(target) not in wanted:
            continue
        index = inst.args[0]
        if isinstance(index, Const):
            word = (target, int(index.value))
            type = inst.results[0].type if inst.op == "load" else inst.args[1].type
            if types.setdefault(word, type) is not type:
                pinned[word] = None
        else:
            defs = definitions(function) if defs is None else defs
            low, high = index_range(index, defs, target.words)
            pinned.update(dict.fromkeys((target, place) for place in range(low, high + 1)))
    return {word: type for word, type in types.items() if word not in pinned}


def initial(word: Word, type: Type) -> Const:
    """What a word holds before anything is stored in it."""
    item, index = word
    return datum(type, item.data[index]) if item.data else ZERO[type]


class _Builder:
    """Places block parameters for the words and renames their loads."""

    def __init__(self, function: Function, words: dict[Word, Type]) -> None:
        self.function = function
        self.words = words
        self.tree = Dominators(function)
        self.preds = predecessors(function)
        self.replacement: dict[Value, Operand] = {}
        self.params: dict[Block, list[Word]] = {}

    def run(self) -> None:
        self.place()
        values_at_end: dict[Block, dict[Word, Operand]] = {}
        for block in self.tree.order:  # dominators first
            idom = self.tree.idom[block]
            values = dict(values_at_end[idom]) if idom else {}
            for word in self.params.get(block, ()):
                param = Value(self.words[word], word[0].name)
                block.params.append(param)
                values[word] = param
            self.rename(block, values)
            values_at_end[block] = values
            for edge in block.terminator.edges:
                for word in self.params.get(edge.block, ()):
                    edge.args.append(values.get(word) or initial(word, self.words[word]))
        substitute(self.function.blocks, self.replacement)

    def access(self, inst: Inst) -> Word | None:
        """The promoted word that `inst` loads or stores."""
        if isinstance(inst.target, MemObject) and inst.args[0].__class__ is Const:
            word = (inst.target, int(inst.args[0].value))  # type: ignore[union-attr]
            return word if word in self.words else None
        return None

    def rename(self, block: Block, values: dict[Word, Operand]) -> None:
        """Drop the accesses of `block` to promoted words; `values` is what they hold."""
        kept = []
        for inst in block.insts:
            word = self.access(inst) if inst.target.__class__ is MemObject else None
            if word is None:
                kept.append(inst)
            elif inst.op == "load":
                self.replacement[inst.results[0]] = values.get(word) or initial(word, self.words[word])
            else:
                values[word] = resolve(self.replacement, inst.args[1])
        block.insts = kept

    def place(self) -> None:
        """Decide which block gets a parameter for which word."""
        stores: dict[Word, dict[Block, None]] = {word: {} for word in self.words}
        exposed: dict[Word, dict[Block, None]] = {word: {} for word in self.words}
        for block in self.tree.order:
            for inst in block.insts:
                word = self.access(inst) if inst.target.__class__ is MemObject else None
                if word is None:
                    continue
                if inst.op == "store":
                    stores[word][block] = None
                elif block not in stores[word]:
                    exposed[word][block] = None
        for word in self.words:
            if stores[word] and exposed[word]:
                live = self.live_in(exposed[word], stores[word])
                for block in self.join_points(stores[word], live):
                    self.params.setdefault(block, []).append(word)

    def live_in(self, exposed: Iterable[Block], stores: Collection[Block]) -> set[Block]:
        """The blocks at whose start the word's value is still wanted."""
        live: set[Block] = set()
        pending = list(exposed)
        while pending:
            block = pending.pop()
            if block not in live:
                live.add(block)
                pending.extend(pred for pred in self.preds[block] if pred not in stores)
        return live

    def join_points(self, stores: Iterable[Block], live: Collection[Block]) -> list[Block]:
        """The iterated dominance frontier of the stores, where the word is live."""
        found: dict[Block, None] = {}
        pending = list(stores)
        while pending:
            for block in self.tree.frontier(pending.pop()):
                if block in live and block not in found:
                    found[block] = None
                    pending.append(block)
        return list(found)


def demote(function: Function, values: Iterable[Value]) -> list[MemObject]:
    """Keep each of `values` in a new local object: stored where it is defined, loaded before each use.

    The objects have the names of the values, and so not names of their own, until `restore` takes them away.
    """
    objects = {value: MemObject(value.name, MemKind.LOCAL, 1) for value in values}
    function.locals.extend(objects.values())
    for block in function.blocks:
        insts: list[Inst] = [_store(objects[param], param) for param in block.params if param in objects]
        for inst in block.insts:
            _load_operands(inst.args, objects, insts)
            insts.append(inst)
            insts.extend(_store(objects[value], value) for value in inst.results if value in objects)
        _load_operands(block.terminator.args, objects, insts)
        for edge in block.terminator.edges:
            _load_operands(edge.args, objects, insts)
        block.insts = insts
    return list(objects.values())


def restore(function: Function, objects: Collection[MemObject]) -> None:
    """Make values again of what `demote` returned, and drop the objects."""
    promote(function, objects)
    gone = set(map(id, objects))
    function.locals = [item for item in function.locals if id(item) not in gone]


def _store(item: MemObject, value: Value) -> Inst:
    return Inst("store", [ZERO[Type.INT], value], [], item)


def _load_operands(args: list[Operand], objects: dict[Value, MemObject], out: list[Inst]) -> None:
    for index, arg in enumerate(args):
        if arg.__class__ is Value and arg in objects:
            value = Value(arg.type, arg.name)  # type: ignore[union-attr]
            out.append(Inst("load", [ZERO[Type.INT]], [value], objects[arg]))  # type: ignore[index]
            args[index] = value
