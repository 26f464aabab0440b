"""Shaders on the virtual board through the commands: shown, replaced on save, read back, deployed, a thousand times."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

import glowjit
from glowjit.device import install, session
from glowjit.device.transport import Link, open_link
from glowjit.device.virtual_board import VirtualBoard
from glowjit.leds import Leds

Compile = Callable[..., glowjit.Program]
ROOT = Path(__file__).parents[2]
RED = "vec4 render(vec2 p) { return vec4(1.0, 0.0, 0.0, 1.0); }\n"
BLUE = "vec4 render(vec2 p) { return vec4(0.0, 0.0, 1.0, 1.0); }\n"


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "glowjit", *arguments]
    return subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)


def wait_for(condition: Callable[[], object], what: str = "it") -> None:
    end = time.monotonic() + 15
    while not condition():
        assert time.monotonic() < end, f"{what} did not happen"
        time.sleep(0.005)


def test_install_is_done_once(empty_board: VirtualBoard, files: dict[str, bytes]) -> None:
    first = command("board", "install", "--port", empty_board.path)
    assert first.returncode == 0 and f"installed {len(files)} files" in first.stdout
    assert "is there already" in command("board", "install", "--port", empty_board.path).stdout
    found = json.loads(command("board", "info", "--port", empty_board.path, "--json").stdout)
    assert found["digest"] == install.digest(files) and found["architecture"] == "rv32imc"


def test_an_installation_that_was_cut_off_is_noticed(board: VirtualBoard, link: Link, files: dict[str, bytes]) -> None:
    assert install.is_installed(install.ask(link), files)
    with pytest.raises(KeyboardInterrupt):
        install.install(
            link, files, lambda name: (_ for _ in ()).throw(KeyboardInterrupt()) if "player" in name else None
        )
    assert not install.is_installed(install.ask(link), files)


def test_compare_reads_the_pixels_back(board: VirtualBoard) -> None:
    done = command("compare", "shaders/start.frag", "--size", "16", "--port", board.path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "identical, byte for byte" in done.stdout


@pytest.fixture
def shown(board: VirtualBoard, tmp_path: Path) -> Iterator[tuple[VirtualBoard, Path, queue.Queue[str]]]:
    """`glowjit run --watch` at work on a red shader."""
    shader = tmp_path / "shader.frag"
    shader.write_text(RED)
    line = [sys.executable, "-m", "glowjit", "run", str(shader), "--port", board.path, "--watch", "--leds", "4x4"]
    process = subprocess.Popen([*line, "--fps", "100"], cwd=ROOT, stderr=subprocess.PIPE, text=True)
    said: queue.Queue[str] = queue.Queue()
    assert process.stderr
    reader = threading.Thread(target=lambda stream: [said.put(text) for text in stream], args=(process.stderr,))
    reader.start()
    try:
        wait_for(lambda: board.frames > 5 and any(board.leds), "light")
        yield board, shader, said
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
        reader.join()


def colour(board: VirtualBoard) -> tuple[bool, ...]:
    """Which of green, red and blue the first LED shows."""
    return tuple(value > 0 for value in board.leds[:3])


def save(path: Path, text: str) -> None:
    """As editors do: a new file in the place of the old one."""
    path.with_suffix(".tmp").write_text(text)
    os.replace(path.with_suffix(".tmp"), path)


def test_from_save_to_light_takes_less_than_a_second(shown: tuple[VirtualBoard, Path, queue.Queue[str]]) -> None:
    board, shader, _ = shown
    assert colour(board) == (False, True, False)
    waits = []
    for source, expected in ((BLUE, (False, False, True)), (RED, (False, True, False))) * 2:
        begin = time.monotonic()
        save(shader, source)
        wait_for(lambda expected=expected: colour(board) == expected, "the new colour")
        waits.append(time.monotonic() - begin)
    print(f"from save to light: {[round(1000 * wait) for wait in waits]} ms")
    assert min(waits) < 1.0


def test_an_error_leaves_the_old_shader_running(shown: tuple[VirtualBoard, Path, queue.Queue[str]]) -> None:
    board, shader, said = shown
    save(shader, "vec4 render(vec2 p) { return nonsense; }\n")
    while "nonsense" not in said.get(timeout=15):
        pass
    frames = board.frames
    wait_for(lambda: board.frames > frames + 5, "the next frames")
    assert colour(board) == (False, True, False)
    save(shader, BLUE)
    wait_for(lambda: colour(board) == (False, False, True), "the new colour")


def test_a_deployed_shader_is_there_after_power_on(board: VirtualBoard) -> None:
    done = command("board", "deploy", "shaders/plasma.frag", "--port", board.path, "--leds", "3x2", "--brightness", "1")
    assert done.returncode == 0, done.stderr
    board.stop()
    board.leds = b""
    board.start()
    wait_for(lambda: len(board.leds) == 18 and any(board.leds), "light")


def test_a_thousand_reloads_leave_the_heap_as_it_was(link: Link, compiled: Compile) -> None:
    """Two shaders in turn, each shown for a frame; bytes of heap in use are those after the first reloads."""
    session.set_output(link, {"kind": "strip", "pin": 8, "count": 4})
    images = [compiled(RED).image, compiled(BLUE).image]
    used = "(__import__('gc').collect(), __import__('gc').mem_alloc())[1]"
    before = None
    for number in range(1000):
        session.swap(link, session.Lights(images[number % 2]))
        link.run("g.player.step()")
        if number == 99:
            before = link.evaluate(used)
    assert link.evaluate(used) == before


def test_a_thousand_reloads_take_one_region_where_the_heap_does_not_execute(
    protected_board: VirtualBoard, compiled: Compile
) -> None:
    """Large shaders and small ones in turn, and a buffer; a second region comes with the first shader that needs it."""
    with open_link(protected_board.path) as link:
        link.run(f"f = open({install.PROTECTED!r}, 'w')\nf.close()")
    images = [compiled(RED).image, compiled("plasma").image, compiled(BLUE).image]
    assert len(images[1].code) > 2 * len(images[0].code)
    expected = [compiled(RED), compiled("plasma"), compiled(BLUE)]
    used = "(__import__('gc').collect(), __import__('gc').mem_alloc())[1]"
    with open_link(protected_board.path) as link:
        session.set_output(link, {"kind": "strip", "pin": 8, "count": 4})
        before = {}
        for number in range(1000):
            session.swap(link, session.Lights(images[number % 3]))
            if number % 3 != 1:
                link.run("g.player.step()")
            else:
                link.run("g.player.shader.moment(4, 1, 0)\ng.player.output.draw(g.player.shader)")
            if number in (99, 999):
                taken = link.evaluate("(__import__('glowboard.arena').arena._room.size)")
                before[number] = link.evaluate(used), taken
                wire = link.evaluate("bytes(g.player.output.wire)")
                assert wire == expected[number % 3].light(Leds.matrix(4, 1), frame=number)
    assert before[99] == before[999]
    assert protected_board.executor._used < 3 * len(images[1].code)  # type: ignore[attr-defined]


def test_a_map_from_a_file(board: VirtualBoard, tmp_path: Path) -> None:
    places = [[0, 0], [1, 0], [0.5, 1]]
    (tmp_path / "map.json").write_text(json.dumps(places))
    source = "vec4 render(vec2 p) { return vec4(p / iResolution.xy, 0.0, 1.0); }\n"
    (tmp_path / "shader.frag").write_text(source)
    options = ["--map", str(tmp_path / "map.json"), "--brightness", "1", "--gamma", "1", "--colours", "rgb"]
    done = command("run", str(tmp_path / "shader.frag"), "--port", board.path, "--seconds", "0.2", *options)
    assert done.returncode == 0, done.stderr
    expected = np.column_stack([255 * np.array(places), np.zeros(3)])
    assert np.abs(np.frombuffer(board.leds, np.uint8).reshape(3, 3) - expected).max() <= 1


def test_frame_rates_are_predicted() -> None:
    done = command("bench", "--leds", "shaders/start.frag", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    small, large = found["leds"]
    assert (small["side"], large["side"]) == (16, 32) and large["wire_ms"] == pytest.approx(30.72)
    assert 100 < small["fps"] < 1000 / small["wire_ms"] and large["fps"] < small["fps"] / 3.5
    heap = found["runtime_heap"]
    assert heap["bytecode"] < heap["board"] < heap["measured"] < 40_000
