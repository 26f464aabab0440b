"""Constant folding and algebraic rewriting.

Input: a function in SSA form. Output: the same function with no pure operation on constants alone (unless its value
is not a finite number: then the machine's rules decide), constants on the right of commutative operations, loads of
constant data at constant places replaced by the data, and every rewrite of `rules` made that pays: the operations
created cost no more than those that go. Branches whose conditions become constant become jumps, what they no longer
reach goes, and a block parameter that then has one possible value is that value: so an unrolled loop or a specialised
function collapses in one walk. What is no longer used is left to `dce`.

The walk is in reverse post-order, so operands are simplified before their users, but for those that a loop brings
round. Cost: linear; an instruction looks only at the rules that fit its operation and those of its operands.
"""

from __future__ import annotations

from glowjit.ir.cfg import reverse_postorder
from glowjit.ir.core import Block, Const, Function, Inst, MemKind, MemObject, Operand, Terminator, Type, Value
from glowjit.ir.ops import OPS, dot_terms
from glowjit.passes.cost import CYCLES
from glowjit.passes.fold import fold
from glowjit.passes.patterns import CONST, PLAIN, Computed, Constant, Literal, Match, Rule, Term, Variable, match_args
from glowjit.passes.rewrite import (
    RESULT_TYPES,
    ZERO,
    constant,
    datum,
    definitions,
    keep_in_range,
    loop_headers,
    remove_unreachable,
    resolve,
    substitute,
    substitute_args,
    use_counts,
)
from glowjit.passes.rules import INDEX

# A chain of rewrites of one instruction ends by itself; were a rule ever to undo another, it would end here.
MAX_REWRITES = 40


def run(function: Function) -> None:
    """Fold and rewrite the whole function."""
    _Simplifier(function).run()


class _Simplifier:
    def __init__(self, function: Function) -> None:
        self.function = function
        self.defs = definitions(function)
        self.uses = use_counts(function)
        self.replacement: dict[Value, Operand] = {}
        self.out: list[Inst] = []
        self.loc = 0

    def run(self) -> None:
        order = reverse_postorder(self.function)
        headers = loop_headers(order)
        arrived: dict[Block, list[list[Operand]]] = {order[0]: []}  # the arguments of the edges that may be taken
        for block in order:
            if block not in arrived:
                continue
            if block not in headers:
                self.bind(block.params, arrived[block])
            self.out = []
            for inst in block.insts:
                self.visit(inst)
            block.insts = self.out
            self.turn_branch(block)
            for edge in block.terminator.edges:
                args = [resolve(self.replacement, arg) for arg in edge.args]
                arrived.setdefault(edge.block, []).append(args)
        substitute(self.function.blocks, self.replacement)
        if len(arrived) < len(self.function.blocks):
            remove_unreachable(self.function)

    def bind(self, params: list[Value], arrived: list[list[Operand]]) -> None:
        """Replace the parameters that have one possible value."""
        for place, param in enumerate(params):
            values = [args[place] for args in arrived]
            if all(value == values[0] for value in values):
                self.replace(param, values[0])

    def visit(self, inst: Inst) -> None:
        """Append what becomes of `inst` to the output."""
        replacement = self.replacement
        if replacement and substitute_args(inst.args, replacement) and inst.target is not None:
            keep_in_range(inst)
        self.loc = inst.loc
        if not OPS[inst.op].pure:
            known = _constant_load(inst)
            if known is None:
                self.out.append(inst)
            else:
                replacement[inst.results[0]] = known
            return
        if len(inst.results) != 1 or inst.op in VARIADIC:
            self.visit_other(inst)
            return
        result = inst.results[0]
        operand = self.make(inst.op, inst.args, result, inst)
        if operand is not result:
            self.replace(result, operand)

    def replace(self, value: Value, operand: Operand) -> None:
        self.replacement[value] = operand
        if isinstance(operand, Value):
            self.uses[operand] = self.uses.get(operand, 0) + self.uses.get(value, 0)

    def visit_other(self, inst: Inst) -> None:
        """Operations that the tables do not describe: of many operands or many results."""
        folded = fold(inst.op, inst.args)
        if folded is not None:
            self.replacement.update(zip(inst.results, folded, strict=True))
            return
        operand = VARIADIC[inst.op](self, inst) if inst.op in VARIADIC else None
        if operand is None:
            self.out.append(inst)
        else:
            self.replace(inst.results[0], operand)

    def make(self, op: str, args: list[Operand], result: Value | None = None, old: Inst | None = None) -> Operand:
        """`op args` in its simplest form, its instructions appended to the output; `result` is defined if need be.

        `old` is the instruction that is being replaced, to be kept if nothing can be done.
        """
        for _ in range(MAX_REWRITES):
            if all(arg.__class__ is Const for arg in args):
                folded = fold(op, args)
                if folded is not None:
                    return folded[0]
            if OPS[op].commutative and args[0].__class__ is Const and args[1].__class__ is not Const:
                args.reverse()
            found = self.find(op, args)
            if found is None:
                break
            rule, names = found
            replacement = rule.replacement
            if isinstance(replacement, (Variable, Literal, Computed, Constant)):
                return self.leaf(replacement, names)
            args = [self.instantiate(term, names) for term in replacement.args]
            op = replacement.op
        return self.emit(op, args, result, old)

    def find(self, op: str, args: list[Operand]) -> tuple[Rule, Match] | None:
        """The first rule that matches and pays."""
        defs = self.defs
        shapes = [op]
        for arg in args:
            if arg.__class__ is Const:
                shapes.append(CONST)
            else:
                inst = defs.get(arg)  # type: ignore[arg-type]
                shapes.append(PLAIN if inst is None else inst.op)
        for rule in INDEX.candidates(tuple(shapes)):
            names = Match()
            if (
                match_args(rule.pattern, args, defs, names)
                and (rule.condition is None or rule.condition(names.constants))
                and self.pays(op, rule, names)
            ):
                return rule, names
        return None

    def pays(self, op: str, rule: Rule, names: Match) -> bool:
        """Whether the operations that go cost at least as much as those that come."""
        if rule.arrow == "!>" or (rule.arrow == "=>" and rule.created <= CYCLES[op]):
            return True
        freed = [inst for inst in names.inner if self.uses.get(inst.results[0], 0) <= 1]
        if rule.arrow == "~>" and len(freed) < len(names.inner):
            return False
        return rule.created <= CYCLES[op] + sum(CYCLES[inst.op] for inst in freed)

    def instantiate(self, term: Term, names: Match) -> Operand:
        if isinstance(term, (Variable, Literal, Computed, Constant)):
            return self.leaf(term, names)
        return self.make(term.op, [self.instantiate(arg, names) for arg in term.args])

    def leaf(self, term: Variable | Literal | Computed | Constant, names: Match) -> Operand:
        if isinstance(term, Variable):
            return names.operands[term.name]
        if isinstance(term, Literal):
            return constant(term.value)
        return constant(names.constants[term.name] if isinstance(term, Constant) else term.evaluate(names.constants))

    def emit(self, op: str, args: list[Operand], result: Value | None = None, old: Inst | None = None) -> Value:
        """Append `op args`, as a change of `old` if that is given."""
        if result is None:
            result = Value(RESULT_TYPES[op][0] or args[1].type)
        if old is None or args is not old.args:
            for arg in args:
                if isinstance(arg, Value):
                    self.uses[arg] = self.uses.get(arg, 0) + 1
        if old is None:
            old = Inst(op, args, [result], None, self.loc)
        else:
            old.op, old.args = op, args
        self.defs[result] = old
        self.out.append(old)
        return result

    def turn_branch(self, block: Block) -> None:
        """A branch on a constant is a jump, one on a negation is the branch the other way round."""
        terminator = block.terminator
        if terminator.op != "branch":
            return
        condition = resolve(self.replacement, terminator.args[0])
        inst = self.defs.get(condition) if isinstance(condition, Value) else None
        while inst is not None and inst.op == "bnot":
            terminator.edges.reverse()
            condition = inst.args[0]
            inst = self.defs.get(condition) if isinstance(condition, Value) else None
        terminator.args[0] = condition
        if isinstance(condition, Const):
            block.terminator = Terminator("jump", [], [terminator.edges[0 if condition.value else 1]], terminator.loc)


def _constant_load(inst: Inst) -> Operand | None:
    """The word that a load of constant data at a constant place finds."""
    target = inst.target
    if inst.op != "load" or not isinstance(target, MemObject) or target.kind is not MemKind.CONSTANT:
        return None
    index = inst.args[0]
    if not isinstance(index, Const):
        return None
    return datum(inst.results[0].type, target.data[int(index.value)])


def _dot(simplifier: _Simplifier, inst: Inst) -> Operand | None:
    """A dot product with a constant among its operands is a sum of products, of which some are simple."""
    pairs = list(dot_terms(inst.args))
    if len(pairs) > 1 and not any(arg.__class__ is Const for arg in inst.args):
        return None
    products = [simplifier.make("fmul", list(pair)) for pair in pairs]
    total = products[0]
    for product in products[1:]:
        total = simplifier.make("fadd", [total, product])
    return total


def _length(simplifier: _Simplifier, inst: Inst) -> Operand | None:
    """A length without the components that are zero."""
    zero = ZERO[Type.FLOAT]
    left = [arg for arg in inst.args if arg != zero]
    if len(left) == 1:
        return simplifier.make("fabs", left)
    return simplifier.emit(inst.op, left) if len(left) < len(inst.args) else None


VARIADIC = {"fdot": _dot, "flength": _length}
