"""The figures of `glowjit bench --pressure`: how they come about, and that those kept meet the targets."""

import json
from pathlib import Path

import pytest

import glowcore.disasm
import glowjit
from glowjit.cli.bench import pressure
from glowjit.emulator import Machine

ROOT = Path(__file__).resolve().parents[2]
KEPT = json.loads((ROOT / pressure.RESULTS).read_text())


def test_every_instruction_is_counted_where_it_is() -> None:
    program = glowjit.compile(ROOT / "tests" / "pressure" / "carried.frag")
    program.render(8, 8)
    machine = Machine(program.board, glowcore.disasm)
    machine.load(program.image)
    _, stats = machine.render(8, 8, program.uniform_words)
    assert machine.profile is not None
    assert machine.profile.executed()[list(machine.loaded.text.at)].sum() == stats.instructions  # type: ignore[union-attr]


def test_what_allocators_insert_explains_the_difference_between_them() -> None:
    """Without the edits, and with the constants that are not emitted, both run the same instructions.

    But for saved registers, of which functions that are called save as many as the allocator uses, and for the jumps of
    blocks that have nothing else in them without edits.
    """
    rows = pressure.measure(ROOT / "tests" / "pressure" / "carried.frag", (8, 8), "esp32c3")
    plain = []
    for row in rows:
        inserted = sum(row.executed[kind] for kind in pressure.KINDS) - row.executed["dropped"]
        plain.append(row.instructions - inserted)
    assert plain[0] == pytest.approx(plain[1], rel=0.01)


def test_the_figures_are_of_the_shaders_that_there_are() -> None:
    paths = [*(ROOT / "tests" / "pressure").glob("*.frag"), *(ROOT / "shaders").glob("*.frag")]
    assert {row["shader"] for row in KEPT["rows"]} == {path.stem for path in paths}


def test_the_single_pass_stays_within_5_percent_of_backtracking() -> None:
    assert KEPT["means"]["shaders"] <= 1.05
    assert KEPT["means"]["pressure"] <= 1.05
