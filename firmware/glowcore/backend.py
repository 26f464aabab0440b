"""The backend: a QIR blob becomes machine code.

Function by function, callees first: read, select instructions, allocate registers, lay out the frame, emit. Only one
function is in memory at a time, and each form of it only until the next one is made; `Meter` counts what each stage
holds (see `memory`). The result is deterministic.
"""

from array import array

from glowcore import encode, isa, qir, single_pass
from glowcore.emit import Emitter
from glowcore.frame import ENTRY_ENV, ENV, Frame
from glowcore.isel import select
from glowcore.memory import EVERY, FRAMES, Meter, array_bytes, instance_bytes, sparing, value_bytes
from glowcore.vcode import LOAD, MOVE, REMAT, STORE, make_room

NOP = 0x0001  # c.nop, between functions


class FunctionStats:
    """What became of one function; `stack` and `clobbers` include its callees."""

    def __init__(self, function):
        self.name = function.name
        self.flags = function.flags
        self.num_params = function.num_params
        self.num_results = function.num_results
        self.insts = self.vregs = self.slots = self.moves = self.loads = self.stores = self.remats = 0
        self.offset = self.bytes = self.frame = self.stack = self.clobbers = 0

    def allocated(self, vcode, output):
        """Note what the allocator did."""
        kinds = [0] * 4
        for kind in output.edit_kind:
            kinds[kind] += 1
        self.insts = vcode.num_insts
        self.vregs = vcode.num_vregs - 32
        self.slots = output.num_slots
        self.moves, self.loads, self.stores, self.remats = kinds[MOVE], kinds[LOAD], kinds[STORE], kinds[REMAT]


class Result:
    """`code` is what runs: instructions, then the read-only data; `code_size` is the bytes of the instructions.

    `entries` maps the names of the functions to be called from outside to their offsets, `stack` is the bytes of
    stack that the deepest of them needs, `functions` has the FunctionStats, `ctx_words` the size of the ctx block.
    `lines` are pairs of an offset and the source line of what follows it.
    """

    def __init__(self):
        self.code = b""
        self.code_size = 0
        self.entries = {}
        self.stack = 0
        self.functions = []
        self.ctx_words = 0
        self.lines = array("i")


class _Program:
    """The code so far. It gets room for all of it from the start: it rarely takes more bytes than half its QIR."""

    def __init__(self, meter, qir_bytes):
        self.meter = meter
        self.out = array("H")
        self.room = qir_bytes * 17 // 32
        make_room(((self.out, self.room),))
        meter.hold("qir", "room for code", array_bytes(self.room))
        self.functions = []
        self.offsets = array("i")
        self.lines = array("i")
        self.addresses = []  # (place in `out`, register, offset in the read-only data)

    def function(self, function, allocate, env, check, dump, placed):
        """Compile one function."""
        stats = FunctionStats(function)
        vcode, held = self._select(function)
        env = env or (ENTRY_ENV if stats.flags & qir.ENTRY and max(vcode.loop_depth) else ENV)
        output = allocate(vcode, env)
        working = self.meter.hold("regalloc", stats.name, output.peak_bytes)
        held += self.meter.hold("regalloc", stats.name, instance_bytes(output))
        self.meter.release(working)
        if check:
            check(vcode, env, output)
        if dump:
            dump(stats.name, vcode, output)
        stats.allocated(vcode, output)
        emitter, working = self._encode(vcode, output, stats)
        self.meter.release(held)
        seen = (vcode, env, output) if placed else ()
        vcode = output = None
        starts = self._join(emitter, stats)
        self.meter.release(working)
        if placed:
            placed(stats, *(seen + (starts(),)))

    def _select(self, function):
        """The function's VCode, and the bytes held for it; those of the function are given back."""
        meter = self.meter
        before = meter.hold("qir", function.name, instance_bytes(function))
        context = select(function, self.functions)
        before += meter.hold("isel", function.name, context.nbytes())
        vcode = context.vcode
        held = meter.hold("isel", function.name, vcode_bytes(vcode))
        function.drop()
        meter.release(before)
        return vcode, held

    def _encode(self, vcode, output, stats):
        """The function's code but for its branches, and the bytes held for it; nothing of `vcode` is needed after."""
        frame = Frame(vcode, output)
        emitter = Emitter(vcode, output, frame)
        emitter.run()
        held = self.meter.hold("emit", stats.name, emitter.nbytes())
        emitter.drop()
        stats.frame = frame.size
        callees = [self.functions[vcode.aux[inst]] for inst in sorted(vcode.clobbers)]
        stats.stack = frame.size + max([callee.stack for callee in callees] + [0])
        stats.clobbers = frame.clobbers
        return emitter, held

    def _join(self, emitter, stats):
        """Append the function to the program."""
        before = 2 * len(self.out)
        while len(self.out) & 1:
            self.out.append(NOP)
        stats.offset = 2 * len(self.out)
        branches = emitter.branches
        branches.settle(stats.offset, self.offsets)
        for index, offset in enumerate(branches.offsets(emitter.addresses)):
            place = (stats.offset + offset) // 2
            self.addresses.append((place, emitter.loads[2 * index], emitter.loads[2 * index + 1]))
        for index, offset in enumerate(branches.offsets(emitter.lines)):
            self.lines.append(stats.offset + offset)
            self.lines.append(emitter.source_lines[2 * index + 1])
        branches.join(emitter.out, self.out, self.offsets)
        stats.bytes = 2 * len(self.out) - stats.offset
        self.meter.hold("emit", "code", max(self.room, 2 * len(self.out)) - max(self.room, before))
        self.meter.hold("emit", "lines", 8 * len(emitter.lines))
        self.meter.hold("emit", stats.name, instance_bytes(stats))
        self.offsets.append(stats.offset)
        self.functions.append(stats)
        return branches.starts

    def finish(self, rodata):
        """Instructions and read-only data as bytes, the addresses of the latter filled in."""
        if len(self.out) & 1:
            self.out.append(NOP)
        start = 2 * len(self.out)
        for place, register, offset in self.addresses:
            distance = start + offset - 2 * place
            pair = array("H")
            encode.emit(pair, isa.AUIPC, register, 0, 0, (distance + 0x800) >> 12)
            encode.emit(pair, isa.ADDI, register, register, 0, (distance + 0x800 & 0xFFF) - 0x800, True)
            for index in range(4):
                self.out[place + index] = pair[index]
        self.meter.release(self.meter.hold("emit", "result", 2 * start + len(rodata)))
        code = bytes(self.out)
        return code + bytes(rodata) if rodata else code


def vcode_bytes(vcode):
    """Bytes that a VCode occupies, with the room that was made for more."""
    return instance_bytes(vcode) + vcode.spare_bytes()


def compile(blob, allocate=single_pass.allocate, env=None, meter=None, check=None, dump=None, placed=None):
    """Compile a blob; returns a Result.

    `check(vcode, env, output)` verifies every allocation, `dump(name, vcode, output)` sees it,
    `placed(stats, vcode, env, output, starts)` sees where the blocks begin in the function. Raises qir.QirError for
    a damaged blob, MemoryLimit over the meter's limit, EmitError and VCodeError for a function that is too large.
    """
    before = sparing(EVERY)
    try:
        return _compile(blob, meter or Meter(), (allocate, env, check, dump, placed))
    finally:
        sparing(before)


def _compile(blob, meter, how):
    reader = qir.Reader(blob)
    meter.hold("qir", "the shader", value_bytes(blob))
    meter.hold("qir", "objects", FRAMES + EVERY)
    program = _Program(meter, len(blob) - reader.rodata_start - reader.rodata_bytes)
    for function in reader.functions():
        program.function(function, *how)
    result = Result()
    result.code_size = 2 * (len(program.out) + (len(program.out) & 1))
    result.code = program.finish(reader.rodata())
    result.functions = program.functions
    result.ctx_words = reader.ctx_words
    result.lines = program.lines
    for stats in program.functions:
        if stats.flags & qir.ENTRY:
            result.entries[stats.name] = stats.offset
            result.stack = max(result.stack, stats.stack)
    return result
