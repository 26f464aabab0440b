"""The virtual board under the real mpremote, run as people run it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from glowjit.device import package
from glowjit.device.transport import DeviceError, open_link
from glowjit.device.virtual_board import VirtualBoard


def mpremote(board: VirtualBoard, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mpremote", "connect", board.path, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)


def test_exec_and_tracebacks(empty_board: VirtualBoard) -> None:
    assert mpremote(empty_board, "exec", "print(6 * 7)").stdout.strip() == "42"
    failed = mpremote(empty_board, "exec", "1 // 0")
    assert failed.returncode == 1 and "ZeroDivisionError" in failed.stdout + failed.stderr


def test_files_survive_a_soft_reset(empty_board: VirtualBoard, tmp_path: Path) -> None:
    data = bytes(range(256)) * 80
    (tmp_path / "data").write_bytes(data)
    assert mpremote(empty_board, "cp", str(tmp_path / "data"), ":data").returncode == 0
    assert mpremote(empty_board, "cp", ":data", str(tmp_path / "back")).returncode == 0
    assert (tmp_path / "back").read_bytes() == data
    boots = empty_board.boots
    assert "data" in mpremote(empty_board, "soft-reset", "ls").stdout
    assert empty_board.boots > boots


def test_a_mounted_folder_is_read_over_the_line(empty_board: VirtualBoard, tmp_path: Path) -> None:
    (tmp_path / "mounted").mkdir()
    (tmp_path / "mounted" / "answer.py").write_text("value = 42\n" + "# control characters: \x03\x04\n")
    done = mpremote(empty_board, "mount", str(tmp_path / "mounted"), "exec", "import answer; print(answer.value)")
    assert "42" in done.stdout, done.stdout + done.stderr


def test_the_heap_is_the_boards(empty_board: VirtualBoard) -> None:
    assert mpremote(empty_board, "exec", "b = bytearray(60000)").returncode == 0
    assert "MemoryError" in mpremote(empty_board, "exec", "b = bytearray(130000)").stdout


def test_it_looks_like_the_chip(empty_board: VirtualBoard) -> None:
    code = "import sys, machine; print(sys.platform, sys.implementation._mpy >> 10, machine.Pin(8).value())"
    assert mpremote(empty_board, "exec", code).stdout.strip() == "esp32 11 0"


def test_what_a_chip_does_not_survive_resets_it(board: VirtualBoard) -> None:
    """A jump to where there is no code: a panic on the line, and a fresh start with all files."""
    code = "import glownative, uctypes; b = bytearray(16); glownative.call(uctypes.addressof(b) >> 2, 0, 0)"
    boots = board.boots
    with open_link(board.path) as link, pytest.raises(DeviceError, match="has reset itself: Guru Meditation"):
        link.run(code)
    assert board.boots > boots
    assert "glowboard" in mpremote(board, "ls", ":lib").stdout


@pytest.mark.parametrize("name", ["boot.py", "main.py"])
def test_start_files_run_as_on_the_chip(empty_board: VirtualBoard, tmp_path: Path, name: str) -> None:
    """boot.py always; main.py not when the raw REPL waits."""
    (tmp_path / name).write_text("started = True\n")
    assert mpremote(empty_board, "cp", str(tmp_path / name), ":").returncode == 0
    done = mpremote(empty_board, "soft-reset", "exec", "print('started' in globals())")
    assert done.stdout.strip() == str(name == "boot.py")


def test_mip_installs_the_package(empty_board: VirtualBoard) -> None:
    """From the files of this checkout, as from a repository."""
    folder = package.runtime_folder()
    done = mpremote(empty_board, "mip", "install", str(folder / "package.json"))
    assert done.returncode == 0, done.stdout + done.stderr
    done = mpremote(
        empty_board, "exec", "from glownative import call; from glowboard.player import Player; print(Player)"
    )
    assert "class 'Player'" in done.stdout, done.stdout + done.stderr


def test_serve_prints_a_port_and_is_a_board_until_ctrl_c(tmp_path: Path) -> None:
    """With --folder its flash outlives it."""
    line = [sys.executable, "-m", "glowjit", "board", "serve", "--folder", str(tmp_path / "flash")]
    for number in range(2):
        with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
            assert server.stdout
            with open_link(server.stdout.readline().strip()) as link:
                if number == 0:
                    link.write_file("/kept", b"yes")
                assert link.evaluate("open('/kept').read()") == "yes"
            server.send_signal(signal.SIGINT)
            assert server.wait(10) == 130


def test_one_that_is_terminated_leaves_nothing_behind(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "glowjit", "board", "serve"]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment) as process:
        assert process.stdout is not None and process.stdout.readline().startswith(b"/dev/")
        assert list(tmp_path.glob("glowjit-*"))
        process.terminate()
        assert process.wait(60) == 130
    assert not list(tmp_path.glob("glowjit-*"))
