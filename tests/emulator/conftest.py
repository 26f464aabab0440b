"""Machines to run the tests' programs on; makes the plain modules of this folder importable."""

import sys
from pathlib import Path

import pytest

from glowcore import disasm
from glowjit.board import load_board
from glowjit.emulator import Machine

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def board():
    return load_board("esp32c3")


@pytest.fixture
def machine(board):
    return Machine(board, disasm)


@pytest.fixture
def strict_machine(board):
    return Machine(board, disasm, strict=True)
