"""What a virtual board's MicroPython runs before anything else: the parts of a chip that a desktop does not have.

The text is a program for MicroPython. It says where its heap lies, mounts the flash (a littlefs in a file), puts
stand-ins over `uctypes`, `machine` and `micropython`, makes native modules for the emulated processor importable, and
then starts as the ESP32 does: boot.py, and main.py unless the raw REPL waits.

A request to the host is `REQUEST`: an operation, a serial number, ten ints. An answer is `ANSWER`: the serial number,
what came of it, a number, text. A request that Ctrl-C interrupts is repeated with the same serial number, which the
host answers as before: to the chip, too, machine code is not interrupted.
"""

REQUEST = "<BB10i"
ANSWER = "<BBi122s"
DONE, FAILED, INTERRUPTED = range(3)
CALL, LOAD, LEDS, RESET, INTERRUPTS, WRITE = range(6)
READY = b"\x1e ready \x1e"

PROGRAM = """\
import gc
import struct
import sys


def start(folder, board_heap, blocks, raw):
    import builtins
    from collections import namedtuple

    import machine
    import micropython
    import os
    import uctypes
    import vfs

    requests = open(folder + "/requests", "wb")
    answers = open(folder + "/answers", "rb")

    serial = 0

    def ask(operation, *numbers):
        nonlocal serial
        serial = serial + 1 & 255
        request = struct.pack("<BB10i", operation, serial, *(numbers + (0,) * (10 - len(numbers))))
        interrupted = None
        answered = -1
        while answered != serial:
            try:
                requests.write(request)
                while answered != serial:
                    answered, result, value, text = struct.unpack("<BBi122s", answers.read(128))
            except KeyboardInterrupt as error:
                interrupted = error
        if interrupted:
            raise interrupted
        text = text.rstrip(b"\\0").decode()
        if result == 1:
            raise OSError(text)
        if result == 2:
            raise KeyboardInterrupt
        return value, text

    class Flash:
        def __init__(self, file):
            self.file = file

        def readblocks(self, block, buffer, offset=0):
            self.file.seek(block * 4096 + offset)
            self.file.readinto(buffer)

        def writeblocks(self, block, buffer, offset=0):
            self.file.seek(block * 4096 + offset)
            self.file.write(buffer)

        def ioctl(self, operation, argument):
            return {4: blocks, 5: 4096, 6: 0}.get(operation, 0)

    flash = Flash(open(folder + "/flash", "r+b"))
    os.umount("/")
    try:
        files = vfs.VfsLfs2(flash)
    except OSError:
        vfs.VfsLfs2.mkfs(flash)
        files = vfs.VfsLfs2(flash)
    vfs.mount(files, "/")
    os.chdir("/")
    sys.path[:] = ["", ".frozen", "/lib"]

    class Module:
        pass

    def replace(module, **others):
        stand_in = Module()
        for name in dir(module):
            if name[:2] != "__":
                setattr(stand_in, name, getattr(module, name))
        for name in others:
            setattr(stand_in, name, others[name])
        sys.modules[module.__name__] = stand_in

    def address(thing):
        return uctypes.addressof(thing) - HEAP + board_heap

    class Executable:
        # memory where code may be, which is not in this process
        def __init__(self, place, size):
            self.place = place
            self.size = size

        def __len__(self):
            return self.size

        def __setitem__(self, where, data):
            ask(5, self.place + (where.start or 0), address(data), len(data))

    class Pin(machine.PinBase):
        IN, OUT, PULL_UP = 1, 3, 2

        def __init__(self, number, mode=1, value=0):
            self.number = number
            self.state = value

        def init(self, mode=1, value=0):
            self.state = value

        def value(self, new=None):
            if new is None:
                return self.state
            self.state = new

        __call__ = value

    def bitstream(pin, encoding, timing, data):
        copy = data if isinstance(data, bytearray) else bytearray(data)
        ask(2, address(copy), len(copy), pin.number)

    def reset():
        ask(3)

    def kbd_intr(character):
        ask(4, character)
        micropython.kbd_intr(character)

    def load_native(name):
        for folder in sys.path:
            path = (folder + "/" if folder else "") + name + ".mpy"
            try:
                file = open(path, "rb")
            except OSError:
                continue
            with file:
                data = file.read()
            first, names = ask(1, address(data), len(data))
            module = Module()
            for index, function in enumerate(names.split(",")):
                setattr(module, function, caller(first + index))
            return module
        raise ImportError("no module named '%s'" % name)

    def caller(index):
        return lambda *numbers: ask(0, index, len(numbers), *numbers)[0]

    find = builtins.__import__

    def importer(name, *rest):
        try:
            return find(name, *rest)
        except ValueError as error:
            if "arch" not in str(error):
                raise
            sys.modules[name] = load_native(name)
            return find(name, *rest)

    replace(uctypes, addressof=address, bytearray_at=Executable)
    replace(machine, Pin=Pin, bitstream=bitstream, reset=reset, freq=lambda: 160000000)
    replace(micropython, kbd_intr=kbd_intr)
    Implementation = namedtuple("implementation", ("name", "version", "_machine", "_mpy"))
    chip = Implementation("micropython", sys.implementation[1], TITLE, 6 | 3 << 8 | 11 << 10)
    replace(sys, implementation=chip, platform="esp32")
    builtins.__import__ = importer
    gc.collect()
    print("READY", end="")
    for name in ("boot.py",) if raw else ("boot.py", "main.py"):
        try:
            with open(name) as file:
                source = file.read()
        except OSError:
            continue
        try:
            exec(compile(source, name, "exec"), globals())
        except BaseException as error:
            sys.print_exception(error)
            break


start(FOLDER, BOARD_HEAP, BLOCKS, sys.argv[1] == "raw")
"""
