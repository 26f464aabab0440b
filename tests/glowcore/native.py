"""Integer IR as machine code, for the tests of this folder: compiled, every allocation checked, run on the board."""

from functools import lru_cache

from glowcore import backend, disasm
from glowjit import qir
from glowjit.allocators import checker
from glowjit.board import load_board
from glowjit.emulator import Machine
from glowjit.glsltypes import BOOL, INT, ArrayType, Parameter, Signature
from glowjit.image import CALL_PREFIX, Entry, Image
from glowjit.ir import Inst, MemKind, Module, Type, const_int
from glowjit.passes import exports


def compile_module(module, roots=(), **options):
    """(layout, Result) of a module; options are those of `backend.compile`."""
    layout = qir.layout(module)
    options.setdefault("check", checker.check)
    return layout, backend.compile(qir.encode(module, layout, roots), **options)


def export(module, name):
    """Make a function callable from outside: words in, words out."""
    function = module.functions[name]
    types = [BOOL if value.type is Type.BOOL else INT for value in function.params]
    parameters = tuple(Parameter(f"p{index}", type) for index, type in enumerate(types))
    function.signature = Signature(name, ArrayType(INT, max(1, len(function.results))), parameters)
    exports.build(module, [name])


def initialise_locals(module):
    """Locals are undefined at their start: store zeros, so that there is something to compare with."""
    for function in module.functions.values():
        function.blocks[0].insts[:0] = [
            Inst("store", [const_int(word), const_int(0)], [], item)
            for item in function.locals
            for word in range(item.words)
        ]


@lru_cache(maxsize=1)
def machine():
    return Machine(load_board("esp32c3"), disasm, instruction_limit=20_000_000)


class Native:
    """One exported function in the emulator."""

    def __init__(self, module: Module, name: str, **options):
        export(module, name)
        self.name = CALL_PREFIX + name
        self.layout, self.result = compile_module(module, **options)
        self.objects = {item.name: item for item in module.objects.values() if item.kind is not MemKind.CONSTANT}
        self.results = len(module.functions[name].results)
        machine().load(image(module, self.layout, self.result))

    def call(self, words, memory=None, fuel=1_000_000):
        """The result words, signed; `memory` gives the words of uniforms and globals by name, others are 0."""
        loaded = machine().loaded
        for index in range(len(loaded.words)):
            loaded.words[index] = 0
        words_by_offset = {}
        for name, values in (memory or {}).items():
            first = self.layout.offsets[self.objects[name]]
            words_by_offset.update((first + index, int(value)) for index, value in enumerate(values))
        results, _ = machine().call(self.name, [int(word) for word in words], words_by_offset, fuel=fuel)
        return results[: self.results]


def image(module, layout, result):
    """What the emulator loads."""
    entries = []
    for name, offset in result.entries.items():
        function = module.functions.get(name.removeprefix(CALL_PREFIX))
        entries.append(Entry(name, offset, function.signature if function else None))
    return Image(
        "rv32imc",
        result.code,
        result.code_size,
        tuple(entries),
        ctx_words=layout.ctx_words,
        stack_bytes=result.stack,
        call_in=layout.offset(exports.CALL_IN),
        call_out=layout.offset(exports.CALL_OUT),
    )


def assembly(result):
    """The code function by function: `name:`, then an instruction a line, with labels where branches go."""
    lines = []
    for stats in result.functions:
        lines += [f"{stats.name}:", *_function(result.code[stats.offset : stats.offset + stats.bytes], stats, result)]
    return lines


def _function(code, stats, result):
    insts = {}
    at = 0
    while at < len(code):
        lo, hi = (int.from_bytes(code[at + k : at + k + 2], "little") for k in (0, 2))
        op, rd, rs1, rs2, imm, size = disasm.decode(lo, hi)
        insts[at] = (op, rd, rs1, rs2, imm)
        at += size
    jumps = {at: at + inst[4] for at, inst in insts.items() if disasm.FORMAT[inst[0]] in "BJ"}
    inside = sorted({target for target in jumps.values() if 0 <= target < len(code)})
    labels = {target: f"L{number}" for number, target in enumerate(inside)}
    names = {other.offset - stats.offset: other.name for other in result.functions}
    lines = []
    for at, inst in insts.items():
        if at in labels:
            lines.append(f"{labels[at]}:")
        target = jumps.get(at)
        lines.append("  " + disasm.text(*inst, labels.get(target) or names.get(target)))
    return lines
