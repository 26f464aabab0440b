"""What goes wrong with boards: nothing is lost, the message says what to do, the last good shader starts."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable

import pytest

import glowjit
from glowjit.device import install, session
from glowjit.device.transport import DeviceError, Link, open_link
from glowjit.device.virtual_board import VirtualBoard

Compile = Callable[..., glowjit.Program]
SETTINGS = {"output": {"kind": "strip", "pin": 8, "count": 4}, "fps": 50}
GREEN = "vec4 render(vec2 p) { return vec4(0.0, 1.0, 0.0, 1.0); }\n"
TABLE = (
    f"const float table[3000] = float[3000]({', '.join(f'{i}.5' for i in range(3000))});\n"
    "vec4 render(vec2 p) { return vec4(table[int(p.x)] * 0.001); }\n"
)


def wait_for(condition: Callable[[], object]) -> None:
    end = time.monotonic() + 15
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.005)


def after(board: VirtualBoard, text: bytes, count: int, action: Callable[[], None]) -> None:
    """Do something while the host sends: once `text` has come `count` times."""
    seen = [0]

    def receive(data: bytes) -> None:
        seen[0] += data.count(text)
        if seen[0] >= count:
            board.on_receive = None
            action()

    board.on_receive = receive


@pytest.fixture
def deployed(board: VirtualBoard, compiled: Compile) -> VirtualBoard:
    """A board with a good green shader and a file of the user's."""
    with open_link(board.path) as link:
        link.write_file("/mine.txt", b"precious")
        session.deploy(link, install.ask(link), session.Lights(compiled(GREEN).image), SETTINGS)
    return board


def assert_unharmed(board: VirtualBoard) -> None:
    """After power-on the last good shader shines, and the user's file is as it was."""
    frames = board.frames
    board.reset()
    wait_for(lambda: board.frames > frames + 3 and board.leds[0] > 0 and not any(board.leds[1:3]))
    with open_link(board.path) as link:
        assert link.evaluate("open('/mine.txt').read()") == "precious"


def test_power_fails_at_every_step_of_a_deployment(deployed: VirtualBoard, compiled: Compile) -> None:
    """Shader and output are the old ones or the new ones, and never of both. Each step is one command to the board."""
    red = compiled(GREEN.replace("0.0, 1.0, 0.0", "1.0, 0.0, 0.0")).image
    settings = {"output": {"kind": "strip", "pin": 8, "count": 6}, "fps": 50}
    old, new = [(12, (255, 0, 0)), (18, (0, 255, 0))]
    look = "p = s.load()\np.output.brightness = 1\np.step()\nw = p.output.wire"
    seen = []
    while new not in seen:
        assert len(seen) < 40
        pull = threading.Thread(target=deployed.stop)
        with open_link(deployed.path) as link:
            info = install.ask(link)
            after(deployed, b"\x05A\x01", len(seen) + 1, pull.start)
            with contextlib.suppress(DeviceError):
                session.deploy(link, info, session.Lights(red), settings)
        deployed.on_receive = None
        if pull.ident:
            pull.join()
        deployed.stop()
        deployed.start()
        with open_link(deployed.path) as link:
            link.run(f"import glowboard.startup as s\n{look}")
            seen.append(link.evaluate("(len(w), tuple(w[:3]))"))
    assert len(seen) > 8 and set(seen[:-1]) == {old}


@pytest.mark.parametrize("count", [2, 8])
def test_a_cable_pulled_in_the_middle_of_a_deployment(deployed: VirtualBoard, compiled: Compile, count: int) -> None:
    with open_link(deployed.path) as link:
        info = install.ask(link)
        after(deployed, b"\x05A\x01", count, lambda: threading.Thread(target=deployed.stop).start())
        with pytest.raises(DeviceError, match=r"the connection to .* broke"):
            session.deploy(link, info, session.Lights(compiled("perlin").image), SETTINGS)
    wait_for(lambda: deployed._process is None)
    deployed.start()
    assert_unharmed(deployed)


@pytest.mark.parametrize("count", [3, 12])
def test_a_reset_in_the_middle_of_a_deployment(deployed: VirtualBoard, compiled: Compile, count: int) -> None:
    with open_link(deployed.path) as link:
        info = install.ask(link)
        after(deployed, b"\x05A\x01", count, deployed.reset)
        with pytest.raises(DeviceError, match=r"reset itself|broke"):
            session.deploy(link, info, session.Lights(compiled("perlin").image), SETTINGS)
    assert_unharmed(deployed)


def test_a_reset_while_a_shader_is_sent(deployed: VirtualBoard, compiled: Compile) -> None:
    with open_link(deployed.path) as link:
        session.set_output(link, SETTINGS["output"])  # type: ignore[arg-type]
        after(deployed, b"g.put", 2, deployed.reset)
        with pytest.raises(DeviceError, match=r"reset itself|broke"):
            session.swap(link, session.Lights(compiled("perlin").image))
    assert_unharmed(deployed)


def test_garbage_on_the_line(board: VirtualBoard, compiled: Compile) -> None:
    """Noise while connecting is skipped; noise in the middle of a command is noticed, and the next connection works."""
    board.send(bytes(range(128, 256)) * 4 + b"\x04>OK\x04\x04>")
    with open_link(board.path) as link:
        assert link.evaluate("6 * 7") == 42
        after(board, b"g.put", 1, lambda: board.send(b"\xff\xfe\x00noise"))
        with pytest.raises(DeviceError):
            session.send(link, compiled("perlin").image)
    with open_link(board.path) as link:
        assert link.evaluate("6 * 7") == 42


class Silent:
    """A serial line with something else than MicroPython at its end: it says `text` once, and then nothing."""

    def __init__(self, text: bytes) -> None:
        import os
        import pty
        import tty

        self.end, line = pty.openpty()
        tty.setraw(line)
        self.path = os.ttyname(line)
        os.write(self.end, text)


@pytest.mark.parametrize("text", [b"", b"waiting for download\r\n", b"login: "])
def test_no_micropython(text: bytes) -> None:
    with pytest.raises(DeviceError, match="does not answer as MicroPython does") as caught:
        open_link(Silent(text).path, timeout=0.3)
    assert "glowjit flash" in caught.value.hint


@pytest.fixture
def old_board(empty_board: VirtualBoard) -> VirtualBoard:
    """A board that says it runs MicroPython 1.20."""
    with open_link(empty_board.path) as link:
        boot = "import sys\nv = sys.implementation\nsys.implementation = type(v)(v[0], (1, 20, 0), v[2], v[3])\n"
        link.write_file("/boot.py", boot.encode())
    return empty_board


def test_an_old_micropython(old_board: VirtualBoard) -> None:
    with open_link(old_board.path) as link:
        info = install.ask(link)
    with pytest.raises(DeviceError, match=r"runs MicroPython 1\.20\.0, glowjit needs 1\.24") as caught:
        install.check(info)
    assert "glowjit flash" in caught.value.hint


def test_a_full_file_system(deployed: VirtualBoard, compiled: Compile) -> None:
    with open_link(deployed.path) as link:
        link.run(
            "import os\nfor size in (65536, 4096):\n for i in range(999):\n  name = '/big%d.%d' % (size, i)\n  try:\n"
            "   with open(name, 'wb') as f:\n    for _ in range(size // 4096): f.write(bytes(4096))\n"
            "  except OSError:\n   os.remove(name)\n   break"
        )
        with pytest.raises(DeviceError, match=r"no room for /glow/shader\.glow"):
            session.deploy(link, install.ask(link), session.Lights(compiled("perlin").image), SETTINGS)
        link.run("import os\nfor name in os.listdir('/'):\n if name.startswith('big'): os.remove('/' + name)")
    assert_unharmed(deployed)


def test_a_fragmented_heap_keeps_the_old_shader(board: VirtualBoard, link: Link, compiled: Compile) -> None:
    """Room enough, but in pieces that are too small for the code: what was the heap's last piece may be twice as large
    as the others."""
    session.set_output(link, SETTINGS["output"])  # type: ignore[arg-type]
    session.swap(link, session.Lights(compiled(GREEN).image))
    link.run(
        "import gc\nkeep = []\ntry:\n while True: keep.append(bytearray(2500))\nexcept MemoryError: pass\n"
        "for i in range(0, len(keep), 2): keep[i] = None\ngc.collect()"
    )
    large = compiled(TABLE).image
    assert 2500 < len(large.code) < link.evaluate("gc.mem_free()") - 4096
    with pytest.raises(DeviceError, match="MemoryError") as caught:
        session.swap(link, session.Lights(large))
    assert caught.value.hint
    link.run("g.player.step()")
    assert board.leds[0] > 0 and not any(board.leds[1:3])
    link.run("keep.clear()")
    session.swap(link, session.Lights(large))


ENDLESS = "vec4 render(vec2 p) { float x = p.x; while (x >= 0.0) x += fract(x); return vec4(x); }\n"


def test_a_shader_that_never_ends_is_stopped(board: VirtualBoard, link: Link, compiled: Compile) -> None:
    session.set_output(link, SETTINGS["output"])  # type: ignore[arg-type]
    session.swap(link, session.Lights(compiled(ENDLESS).image))
    with pytest.raises(DeviceError, match="out of fuel at pixel"):
        list(session.play(link, lambda: False))
    session.swap(link, session.Lights(compiled(GREEN).image))
    assert [figures["frames"] for figures in session.play(link, lambda: False, 0.6)]


@pytest.mark.parametrize("damage", ["cut", "bit", "long"])
def test_a_damaged_code_file_is_not_executed(deployed: VirtualBoard, compiled: Compile, damage: str) -> None:
    data = bytearray(compiled("perlin").image.to_bytes({"settings": {**SETTINGS, "uniforms": {}}}))
    with open_link(deployed.path) as link:
        if damage == "cut":
            del data[-100:]
        elif damage == "bit":
            data[len(data) // 2] ^= 4
        else:
            data += b"more"
        link.write_file("/glow/shader.glow.new", bytes(data))
        with pytest.raises(DeviceError, match=r"checksum|cut short|longer"):
            link.run("import glowboard\nglowboard.adopt()")
        link.write_file("/bad.glow", bytes(data))
        with pytest.raises(DeviceError, match=r"checksum|cut short|longer"):
            link.run("glowboard.Shader.open('/bad.glow')")
    assert_unharmed(deployed)


def test_two_hosts_at_once(board: VirtualBoard, link: Link) -> None:
    with pytest.raises(DeviceError, match="in use by another program"):
        open_link(board.path)
    assert link.evaluate("6 * 7") == 42


@pytest.mark.parametrize(
    ("port", "message"),
    [
        ("/dev/ttyNONE", "there is no port /dev/ttyNONE"),
        ("/etc/hostname", "/etc/hostname is not a serial port"),
        ("socket://127.0.0.1:1", "nobody answers at socket"),
    ],
)
def test_what_is_no_port(port: str, message: str) -> None:
    with pytest.raises(DeviceError, match=message) as caught:
        open_link(port)
    assert caught.value.hint
