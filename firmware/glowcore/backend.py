"""The backend: a QIR blob becomes machine code.

Function by function, callees first: read, select instructions, allocate registers, lay out the frame, emit. Only one
function is in memory at a time, and each form of it only until the next one is made; `Meter` counts what the arrays of
each stage occupy, and the objects around them as constants. The result is deterministic.
"""

from array import array

from glowcore import encode, isa, qir, single_pass
from glowcore.emit import Emitter
from glowcore.frame import ENTRY_ENV, ENV, Frame
from glowcore.isel import select
from glowcore.isel_context import working_bytes
from glowcore.vcode import ARRAY, LOAD, MOVE, REMAT, STORE

NOP = 0x0001  # c.nop, between functions
OBJECTS = 2560  # bytes of the instances around the arrays of one function, on 32 bits: half of what 64 bits take
RECORD = 192  # bytes of what is kept of a function: its statistics, its name


class MemoryLimit(Exception):
    """The backend needs more memory than it may take: stage, what, bytes asked, bytes left, limit."""

    def __init__(self, stage, what, requested, available, limit):
        Exception.__init__(
            self, "%s: %s needs %d bytes, %d of %d are left" % (stage, what, requested, available, limit)
        )
        self.stage = stage
        self.what = what
        self.requested = requested
        self.available = available
        self.limit = limit


class Meter:
    """Counts the bytes that are held. `peaks[stage]` is the most there ever was while the stage asked."""

    def __init__(self, limit=None):
        self.limit = limit
        self.held = 0
        self.peak = 0
        self.peaks = {}

    def hold(self, stage, what, count):
        """Take `count` bytes; raises MemoryLimit. Returns them, to be released."""
        if self.limit is not None and self.held + count > self.limit:
            raise MemoryLimit(stage, what, count, self.limit - self.held, self.limit)
        self.held += count
        self.peak = max(self.peak, self.held)
        self.peaks[stage] = max(self.peaks.get(stage, 0), self.held)
        return count

    def release(self, count):
        """Give bytes back."""
        self.held -= count


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
    """The code so far."""

    def __init__(self, meter):
        self.meter = meter
        self.out = array("H")
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
        held += self.meter.hold("regalloc", stats.name, output_bytes(output))
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
        before = meter.hold("qir", function.name, function.nbytes())
        before += meter.hold("isel", function.name, working_bytes(function))
        vcode = select(function, self.functions)
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
        self.meter.hold("emit", "code", 2 * len(self.out) - before)
        self.meter.hold("emit", "lines", 8 * len(emitter.lines))
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
    """Bytes that a VCode's arrays occupy."""
    return (
        8 * len(vcode.ops)
        + 2 * len(vcode.operand_start)
        + 4 * len(vcode.operand_reg)
        + 13 * vcode.num_blocks
        + 2 * (len(vcode.succs) + len(vcode.preds) + len(vcode.params) + len(vcode.args))
        + 8 * len(vcode.clobbers)
        + 4 * len(vcode.arms)
        + 2 * len(vcode.lines)
        + 19 * ARRAY
    )


def output_bytes(output):
    """Bytes that an allocator's output occupies."""
    return len(output.allocs) + 8 * len(output.edit_kind) + 6 * ARRAY


def compile(blob, allocate=single_pass.allocate, env=None, meter=None, check=None, dump=None, placed=None):
    """Compile a blob; returns a Result.

    `check(vcode, env, output)` verifies every allocation, `dump(name, vcode, output)` sees it,
    `placed(stats, vcode, env, output, starts)` sees where the blocks begin in the function. Raises qir.QirError for
    a damaged blob, MemoryLimit over the meter's limit, EmitError and VCodeError for a function that is too large.
    """
    meter = meter or Meter()
    reader = qir.Reader(blob)
    meter.hold("qir", "blob", len(blob))
    meter.hold("qir", "objects", OBJECTS + RECORD * reader.num_functions)
    program = _Program(meter)
    for function in reader.functions():
        program.function(function, allocate, env, check, dump, placed)
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
