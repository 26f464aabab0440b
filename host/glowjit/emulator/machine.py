"""The emulated board: an image's machine code run in Unicorn, within the board's memory and under its limits.

`load` verifies the code (see `text`), takes heap for code and ctx block as the board's run time does, and forgets what
Unicorn has translated: it does not notice that code was rewritten through the data bus. `render` takes heap for the
frame, fills in the arguments and enters the kernel, `light` does so for LEDs; `call` enters a function. All count every
retired instruction exactly and model cycles from the counts (see `cycles`).

A run that goes wrong raises MachineFault: an access outside memory, an illegal instruction, a stack overflow, a store
into memory that is not the program's, registers that were not restored. It is then repeated with every access watched
(see `watch`), to name the instruction and the pixel. Counting costs about 0.13 us for each block entered, a division
1 us, a call that does nothing 0.2 ms.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import unicorn

from glowjit import image as abi
from glowjit.board import Board
from glowjit.emulator import cycles
from glowjit.emulator.heap import Heap
from glowjit.emulator.memory import RETURN_ADDRESS, Memory
from glowjit.emulator.text import Decoder, Instruction, Text
from glowjit.emulator.trace import PC, X0, Hook, Registers, on_block, on_instruction, register_reader
from glowjit.emulator.watch import Watch
from glowjit.errors import FuelError, GlowjitError, HeapError, ImageError, MachineFault
from glowjit.image import Image
from glowjit.leds import BYTES, PLACE_BITS, Leds

RA, SP, GP, TP, A0 = 1, 2, 3, 4, 10
PRESERVED = (SP, GP, TP, 8, 9, *range(18, 28))  # s0 to s11 among them
POISON = 0x5EED_0000  # what registers hold on entry, plus their number
PAINT = b"\xa5"  # what the stack holds on entry
GUARD_BYTES = 1 << 16  # a fault this close below the stack is an overflow
SLICE = 1 << 23  # instructions between two looks at the clock and the keyboard
MAX_SIDE = 32_767  # pixel coordinates are Q16.16
MAX_FUEL = 0x7FFF_FFFF


@dataclass(frozen=True, slots=True)
class RunStats:
    """One run. `cycles` maps model names to modelled cycles, `events` says what they come from; peaks are bytes."""

    instructions: int
    cycles: dict[str, int]
    events: dict[str, int]
    heap_peak: int
    stack_peak: int
    status: int


@dataclass(slots=True)
class LoadedImage:
    """An image in the board's memory: addresses of its code and ctx block, and the latter's words."""

    image: Image
    text: Text
    code: int
    ctx: int
    words: memoryview
    hooks: list[Hook]


@dataclass(frozen=True, slots=True)
class _Frame:
    """The pixels of one run: where they go, how to find the i-th of them, and what else the run may read."""

    address: int
    size: int
    pixel_bytes: int
    place: Callable[[int], tuple[int, int]]
    tables: tuple[tuple[int, int], ...] = ()

    def pixel(self, stored: int) -> tuple[int, int] | None:
        """The pixel being computed once `stored` bytes have been stored; None after the last."""
        return self.place(stored // self.pixel_bytes) if stored < self.size else None


class Machine:
    """A board that runs one image at a time.

    `strict` watches every access of every run: several times slower, and nothing misaligned or out of place escapes
    it. `instruction_limit` ends a run that does not come back.
    """

    def __init__(
        self, board: Board, decoder: Decoder, *, strict: bool = False, instruction_limit: int = 4_000_000_000
    ) -> None:
        self.board = board
        self.decoder = decoder
        self.strict = strict
        self.instruction_limit = instruction_limit
        self.loaded: LoadedImage | None = None
        self.profile: cycles.Profile | None = None  # of the last run
        self.heap = Heap(board.heap.start, board.heap.limit, board.heap.block_bytes)
        self._uc = unicorn.Uc(unicorn.UC_ARCH_RISCV, unicorn.UC_MODE_RISCV32)
        self._memory = Memory(self._uc, board)
        self._entries = array("I")
        self._block_hook = on_block(self._uc, self._entries)
        self._uc.hook_add(unicorn.UC_HOOK_MEM_INVALID, self._invalid_access)
        self._bad_access = (0, 0)  # address and bytes of the access that faulted
        self._watch = Watch(self._uc)
        self._watch.switch(strict)
        self._preserved = Registers(self._uc, PRESERVED)
        self._divisor_zeros = 0
        self._decoded: dict[tuple[int, int], Instruction | None] = {}
        for number in range(1, 32):
            self._uc.reg_write(X0 + number, POISON + number)
        self._uc.reg_write(X0 + SP, self._memory.stack_top)
        self._uc.reg_write(X0 + RA, RETURN_ADDRESS)
        self._fresh = self._uc.context_save()
        self._expected = self._preserved.read()

    # -- Loading ------------------------------------------------------------------------------------------------------

    def load(self, image: Image) -> LoadedImage:
        """Put an image in the place of the current one.

        Raises ImageError for another instruction set, MachineFault for instructions that the board does not have,
        HeapError if it does not fit; the current image is gone then.
        """
        self.unload()
        if image.isa != self.board.isa:
            raise ImageError(f"the image is for {image.isa}, the board {self.board.name} has {self.board.isa}")
        limit = self.board.stack.limit
        if image.stack_bytes > limit:
            hint = "smaller functions and arrays need less"
            raise HeapError("the code's stack", image.stack_bytes, limit, limit, stage="stack", hint=hint)
        text = Text(image, self.decoder, self._decoded)
        code = self.heap.allocate("the code", len(image.code))
        try:
            ctx = self.heap.allocate("the variables", 4 * image.ctx_words)
        except HeapError:
            self.heap.free(code)
            raise
        self._memory.write(code, image.code)
        words = self._memory.words(ctx, image.ctx_words)
        words[:] = array("I", bytes(4 * image.ctx_words))
        self.loaded = LoadedImage(image, text, code, ctx, words, self._count_divisors(text, code))
        self._flush()
        return self.loaded

    def unload(self) -> None:
        """Give back the current image's heap, if there is one."""
        if self.loaded is not None:
            for hook in self.loaded.hooks:
                hook.remove()
            self.loaded.words.release()
            self.heap.free(self.loaded.ctx)
            self.heap.free(self.loaded.code)
            self.loaded = None
        self.heap.peak = self.heap.used

    def _count_divisors(self, text: Text, code: int) -> list[Hook]:
        """Hooks that add up the leading zeros of what is divided by."""

        def hook(slot: int, register: int, signed: bool) -> Hook:
            read = register_reader(self._uc, register)

            def count(_engine: int, _address: int) -> None:
                value = read()
                if signed and value >> 31:
                    value = (1 << 32) - value
                self._divisor_zeros += 32 - value.bit_length()

            return on_instruction(self._uc, code + self._memory.exec_offset + 2 * slot, count)

        return [hook(*site) for site in text.divisors]

    def _flush(self) -> None:
        """Drop all translated code: it, or the hooks in it, are no longer right."""
        self._uc.ctl_flush_tb()
        if self.loaded is not None:
            self.loaded.text.ends[:] = 0

    # -- Running ------------------------------------------------------------------------------------------------------

    def render(
        self,
        width: int,
        height: int,
        uniform_words: Mapping[int, int] | Sequence[int] = (),
        fuel: int = MAX_FUEL,
        rect: tuple[int, int, int, int] | None = None,
    ) -> tuple[bytes, RunStats]:
        """One frame, or the rectangle (x, y, width, height) of it, top row first, in the image's pixel format.

        `uniform_words` are words of the ctx block by offset, or in order from the first uniform on. Raises GlowjitError
        for a picture without pixels, HeapError if the frame does not fit, FuelError if the kernel's fuel ran out.
        """
        loaded = self._current()
        rect = rect or (0, 0, width, height)
        _check_size(width, height, rect)
        pixel_bytes = loaded.image.format.size
        pitch = rect[2] * pixel_bytes
        size = pitch * rect[3]
        address = self.heap.allocate(f"the frame of {rect[2]}x{rect[3]} pixels", size)
        try:
            self._memory.write(address, bytes(size))
            _fill(loaded.words, uniform_words)
            arguments = (address, pitch, *rect, height, min(fuel, MAX_FUEL), 0, 0)
            loaded.words[: len(arguments)] = array("I", arguments)
            x, y, columns, _ = rect
            frame = _Frame(address, size, pixel_bytes, lambda index: (x + index % columns, y + index // columns))
            stats = self._kernel(loaded, frame)
            return self._memory.read(address, size), stats
        finally:
            self.heap.free(address)

    def light(
        self,
        leds: Leds,
        uniform_words: Mapping[int, int] | Sequence[int] = (),
        fuel: int = MAX_FUEL,
        number: int = 0,
    ) -> tuple[bytes, RunStats]:
        """What goes to the wire in frame `number`, for an image of the format `image.LEDS`; map and curve take heap as
        they do on the board. Errors as of `render`."""
        loaded = self._current()
        if loaded.image.pixel_format != abi.LEDS:
            raise GlowjitError("this image makes pictures, it lights no LEDs", hint="compile it for LEDs")
        size = BYTES * leds.count
        data = {
            f"the bytes of {leds.count} LEDs": bytes(size),
            f"the map of {leds.count} LEDs": leds.table.astype("<u2").tobytes(),
            "the gamma curve": leds.curve.astype("<u2").tobytes(),
        }
        taken: list[int] = []
        try:
            for what, content in data.items():
                taken.append(self.heap.allocate(what, len(content)))
                self._memory.write(taken[-1], content)
            wire, table, curve = taken
            _fill(loaded.words, uniform_words)
            shown = (leds.rows, curve, leds.level, leds.dithering(number), leds.height)
            arguments = (wire, table, *shown, min(fuel, MAX_FUEL), 0, 0, leds.order)
            loaded.words[: len(arguments)] = array("I", arguments)
            places = leds.places[leds.sequence] >> PLACE_BITS

            def place(index: int) -> tuple[int, int]:
                return int(places[index, 0]), leds.height - 1 - int(places[index, 1])

            tables = tuple((at, at + len(text)) for at, text in zip(taken, data.values(), strict=True))
            stats = self._kernel(loaded, _Frame(wire, size, BYTES, place, tables[1:]))
            return self._memory.read(wire, size), stats
        finally:
            for address in taken:
                self.heap.free(address)

    def _kernel(self, loaded: LoadedImage, frame: _Frame) -> RunStats:
        """Run the kernel; FuelError if it did not come to its end."""
        stats = self._run(loaded, loaded.image.entry(abi.KERNEL).offset, frame)
        if stats.status == abi.STATUS_OUT_OF_FUEL:
            pixel = loaded.words[abi.ARG_STOP_X], loaded.words[abi.ARG_STOP_Y]
            raise _out_of_fuel(f"the shader ran out of fuel at pixel {pixel}", pixel)
        if stats.status != abi.STATUS_DONE:
            raise MachineFault(f"the kernel returned status {stats.status}")
        return stats

    def call(
        self,
        name: str,
        words: Sequence[int],
        uniform_words: Mapping[int, int] | Sequence[int] = (),
        fuel: int = MAX_FUEL,
    ) -> tuple[list[int], RunStats]:
        """Enter a function: its argument words in, its result words (signed) out. FuelError if its fuel ran out."""
        loaded = self._current()
        image = loaded.image
        entry = image.entry(name)
        signature = entry.signature
        if signature is None:
            raise ValueError(f"{name} is not a function to be called")
        if len(words) != signature.words_in:
            raise ValueError(f"{name} takes {signature.words_in} words, {len(words)} were given")
        loaded.words[abi.ARG_FUEL] = min(fuel, MAX_FUEL)
        _fill(loaded.words, uniform_words)
        _store(loaded.words, image.call_in, words)
        stats = self._run(loaded, entry.offset, None)
        if loaded.words[abi.ARG_FUEL] >> 31:
            raise _out_of_fuel(f"{signature} ran out of fuel", None)
        results = loaded.words[image.call_out : image.call_out + signature.words_out]
        return results.cast("B").cast("i").tolist(), stats

    def _current(self) -> LoadedImage:
        if self.loaded is None:
            raise ValueError("no image is loaded")
        return self.loaded

    def _run(self, loaded: LoadedImage, offset: int, frame: _Frame | None) -> RunStats:
        """Enter the code; if that goes wrong, do it again and watch."""
        before = self._memory.heap[:]
        try:
            return self._attempt(loaded, offset, frame, before)
        except MachineFault:
            if self._watch.active:
                raise
            self._memory.heap[:] = before
            self._watch.switch(True)
            self._flush()
            try:
                self._attempt(loaded, offset, frame, before)
            finally:
                self._watch.switch(False)
                self._flush()
            raise

    def _attempt(self, loaded: LoadedImage, offset: int, frame: _Frame | None, before: bytes) -> RunStats:
        memory, text = self._memory, loaded.text
        memory.stack[:] = PAINT * len(memory.stack)
        self._divisor_zeros = 0
        code_end = loaded.code + len(loaded.image.code)
        owned = [(loaded.ctx, loaded.ctx + 4 * loaded.image.ctx_words)]
        if frame:
            owned.append((frame.address, frame.address + frame.size))
        stack = (memory.stack_start, memory.stack_top)
        code = [(loaded.code + bus, code_end + bus) for bus in (0, memory.exec_offset)]
        readable = (*code, *frame.tables) if frame else code
        self._watch.begin(readable, (*owned, stack), owned[-1] if frame else (0, 0))
        self._uc.context_restore(self._fresh)
        self._uc.reg_write(X0 + A0, loaded.ctx)
        profile = self.profile = cycles.Profile(text)
        self._execute(loaded, offset, frame, profile)
        status = self._uc.reg_read(X0 + A0)
        self._check_contract(before, owned)
        events = profile.events(self._divisor_zeros)
        return RunStats(
            instructions=cycles.instructions(events),
            cycles={name: cycles.cycles(events, costs) for name, costs in self.board.cycles.items()},
            events=events,
            heap_peak=self.heap.peak,
            stack_peak=len(memory.stack[:].lstrip(PAINT)),
            status=status - ((status & 0x8000_0000) << 1),
        )

    def _execute(self, loaded: LoadedImage, offset: int, frame: _Frame | None, profile: cycles.Profile) -> None:
        """Run slice by slice until the code returns; its blocks go to the profile."""
        uc = self._uc
        base = loaded.code + self._memory.exec_offset
        pc = base + offset
        left = self.instruction_limit
        while pc != RETURN_ADDRESS:
            count = min(SLICE, left)
            if not count:
                message = f"the code has not returned after {self.instruction_limit} instructions"
                raise self._fault(message, pc, frame)
            left -= count
            del self._entries[:]
            error = None
            try:
                uc.emu_start(pc, RETURN_ADDRESS, count=count)
            except unicorn.UcError as caught:
                error = caught
            pc = uc.reg_read(PC)
            if self._watch.problem:
                message = self._overflow(self._watch.address) or self._watch.problem
                raise self._fault(message, self._watch.pc, frame)
            blocks = (np.array(self._entries, np.int64) - base) >> 1
            self._check_blocks(loaded.text, blocks, frame)
            if error is not None:
                raise self._fault(self._explain(error, pc), pc, frame)
            self._find_ends(loaded.text, blocks, base)
            profile.add(blocks, None if pc == RETURN_ADDRESS else count)

    def _find_ends(self, text: Text, blocks: np.ndarray[tuple[int], np.dtype[np.int64]], base: int) -> None:
        """Ask Unicorn how far the blocks reach that were entered for the first time."""
        ends = text.ends
        for slot in np.unique(blocks[ends[blocks] == 0]).tolist():
            _, _, size = self._uc.ctl_request_cache(base + 2 * slot)
            ends[slot] = slot + size // 2

    # -- What can go wrong --------------------------------------------------------------------------------------------

    def _check_blocks(
        self, text: Text, blocks: np.ndarray[tuple[int], np.dtype[np.int64]], frame: _Frame | None
    ) -> None:
        """MachineFault if control ever was where no instruction of the image starts."""
        if not len(blocks) or (blocks.min() >= 0 and blocks.max() < text.slots and text.starts[blocks].all()):
            return
        slot = next(slot for slot in blocks.tolist() if slot not in text.at)
        assert self.loaded is not None
        pc = self.loaded.code + self._memory.exec_offset + 2 * slot
        raise self._fault("control left the code's instructions", pc, frame)

    def _check_contract(self, before: bytes, owned: list[tuple[int, int]]) -> None:
        """MachineFault if registers were not restored or memory changed that is not the run's own."""
        for number, expected, found in zip(PRESERVED, self._expected, self._preserved.read(), strict=True):
            if found != expected:
                raise MachineFault(f"the code changed x{number}, which it has to restore")
        after, start, at = self._memory.heap, self._memory.heap_start, 0
        for begin, end in sorted((*owned, (start + len(before),) * 2)):
            if after[at : begin - start] != before[at : begin - start]:
                place = next(index for index in range(at, begin - start) if after[index] != before[index])
                raise MachineFault(f"a store changed 0x{start + place:08x}, which is not the program's to write")
            at = end - start

    def _fault(self, message: str, pc: int, frame: _Frame | None) -> MachineFault:
        assert self.loaded is not None
        slot = (pc - self.loaded.code - self._memory.exec_offset) // 2
        pixel = frame.pixel(self._watch.frame_bytes) if frame and self._watch.active else None
        return MachineFault(message, pc=pc, instruction=self.loaded.text.describe(slot), pixel=pixel)

    def _explain(self, error: unicorn.UcError, pc: int) -> str:
        """A sentence about Unicorn's error."""
        address, size = self._bad_access
        if error.errno in (unicorn.UC_ERR_READ_UNMAPPED, unicorn.UC_ERR_WRITE_UNMAPPED):
            if overflow := self._overflow(address):
                return overflow
            verb = "read" if error.errno == unicorn.UC_ERR_READ_UNMAPPED else "write"
            return f"{verb} of {size} bytes at 0x{address:08x}, where the board has no memory for programs"
        if error.errno in (unicorn.UC_ERR_FETCH_UNMAPPED, unicorn.UC_ERR_FETCH_PROT):
            return f"jump to 0x{pc:08x}, where nothing can be executed"
        return f"the board stopped: {error}"

    def _overflow(self, address: int) -> str:
        """A sentence, if an access to this address means that the stack has overflowed."""
        below = self._memory.stack_start - address
        if not 0 < below <= GUARD_BYTES or address < self.heap.start + self.heap.limit <= self._memory.stack_start:
            return ""
        return f"stack overflow: the code needs {below} bytes more than the {self.board.stack.limit} that it may have"

    def _invalid_access(self, _uc: unicorn.Uc, _kind: int, address: int, size: int, _value: int, _data: object) -> bool:
        self._bad_access = (address, size)
        return False


def _check_size(width: int, height: int, rect: tuple[int, int, int, int]) -> None:
    if width < 1 or height < 1:
        raise GlowjitError(f"a picture of {width}x{height} has no pixels", stage="emulator", hint="at least 1x1")
    if max(width, height) > MAX_SIDE:
        raise GlowjitError(f"a picture of {width}x{height} is too large", stage="emulator", hint=f"up to {MAX_SIDE}")
    x, y, columns, rows = rect
    if not (0 <= x < x + columns <= width and 0 <= y < y + rows <= height):
        message = f"the rectangle of {columns}x{rows} at ({x}, {y}) is not within the picture of {width}x{height}"
        raise GlowjitError(message, stage="emulator")


def _fill(words: memoryview, uniforms: Mapping[int, int] | Sequence[int]) -> None:
    if isinstance(uniforms, Mapping):
        for offset, value in uniforms.items():
            _store(words, offset, (value,))
    else:
        _store(words, abi.ARG_WORDS, uniforms)


def _store(words: memoryview, offset: int, values: Sequence[int]) -> None:
    """Put signed or unsigned words into the ctx block, behind the arguments."""
    if values and not abi.ARG_WORDS <= offset <= len(words) - len(values):
        raise ValueError(f"words {offset} to {offset + len(values) - 1} are not the caller's to write")
    words[offset : offset + len(values)] = array("I", [value & 0xFFFF_FFFF for value in values])


def _out_of_fuel(message: str, pixel: tuple[int, int] | None) -> FuelError:
    return FuelError(message, pixel=pixel, hint="a loop runs too long; give it a bound, or the run more fuel")
