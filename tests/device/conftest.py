"""A virtual board for each test, powered on, with the runtime on its flash; or with --port the real one."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import glowjit
from glowcore import encode, isa
from glowjit.board import load_board
from glowjit.device import install, package
from glowjit.device.transport import Link, open_link
from glowjit.device.virtual_board import VirtualBoard
from glowjit.emulator.processor import Processor
from glowjit.image import LEDS

ROOT = Path(__file__).parents[2]
BOARD = load_board("esp32c3")


def make_board(folder: Path, executable_heap: bool = True) -> VirtualBoard:
    return VirtualBoard(BOARD, Processor(BOARD, 20_000_000, executable_heap=executable_heap), folder)


@pytest.fixture(scope="session")
def files() -> dict[str, bytes]:
    """The runtime's files."""
    native = package.native_file(isa, encode.emit, BOARD.isa, BOARD.memory.exec_offset)
    return {**package.runtime_files(), f"{package.NATIVE}.mpy": native}


@pytest.fixture(scope="session")
def installed_flash(files: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The flash of a board with the runtime, put there by the real installation."""
    folder = tmp_path_factory.mktemp("installed")
    with make_board(folder) as board, open_link(board.path) as link:
        install.install(link, files)
    return folder / "flash"


@pytest.fixture
def empty_board(tmp_path: Path) -> Iterator[VirtualBoard]:
    """A board with MicroPython and nothing else."""
    with make_board(tmp_path / "board") as board:
        yield board


@pytest.fixture
def board(request: pytest.FixtureRequest, installed_flash: Path, tmp_path: Path) -> Iterator[VirtualBoard]:
    """A board with the runtime."""
    if request.config.getoption("--port"):
        pytest.skip("looks at what only a virtual board shows")
    (tmp_path / "board").mkdir()
    shutil.copy(installed_flash, tmp_path / "board" / "flash")
    with make_board(tmp_path / "board") as board:
        yield board


@pytest.fixture
def protected_board(installed_flash: Path, tmp_path: Path) -> Iterator[VirtualBoard]:
    """A board with the runtime, whose heap does not execute."""
    (tmp_path / "protected").mkdir()
    shutil.copy(installed_flash, tmp_path / "protected" / "flash")
    with make_board(tmp_path / "protected", executable_heap=False) as board:
        yield board


@pytest.fixture
def link(request: pytest.FixtureRequest, files: dict[str, bytes]) -> Iterator[Link]:
    """A link to a board with the runtime: a virtual one, or the one at --port."""
    port = request.config.getoption("--port")
    with open_link(port or request.getfixturevalue("board").path) as link:
        if port and not install.is_installed(install.ask(link), files):
            install.install(link, files)
        yield link


@pytest.fixture(scope="session")
def compiled() -> Callable[..., glowjit.Program]:
    """Compile a shader for LEDs, or in another format: given as text or as the name of an example; once."""
    known: dict[tuple[str, str], glowjit.Program] = {}

    def compile(source: str, pixel_format: str = LEDS) -> glowjit.Program:
        key = source, pixel_format
        if key not in known:
            text = source if "\n" in source else ROOT / "shaders" / f"{source}.frag"
            known[key] = glowjit.compile(text, pixel_format=pixel_format)
        return known[key]

    return compile
