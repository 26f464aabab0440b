"""Board descriptions: those that ship load, and every way to get one wrong is named."""

import pytest

from glowjit.board import board_names, boards_folder, load_board
from glowjit.errors import BoardError

TEXT = (boards_folder() / "esp32c3.toml").read_text()


@pytest.mark.parametrize("name", board_names())
def test_shipped_boards_load(name):
    board = load_board(name)
    assert board.name == name
    assert sorted(board.led.colours) == ["b", "g", "r"]
    assert board.cycles[board.cycle_model].alu == 1


def test_the_esp32c3_is_what_the_datasheet_says():
    board = load_board("esp32c3")
    assert (board.isa, board.clock_hz) == ("rv32imc", 160_000_000)
    assert (board.memory.data_start, board.memory.exec_offset) == (0x3FC80000, 0x700000)
    assert (board.heap.limit, board.heap.block_bytes, board.stack.limit) == (112_640, 16, 8_192)
    assert list(board.cycles) == ["c3g", "ri5"]
    assert (board.cycles["c3g"].mulh, board.cycles["ri5"].mulh) == (1, 5)


def test_a_file_of_ones_own(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(TEXT.replace("limit = 112_640", "limit = 49_152"))
    assert load_board(path).heap.limit == load_board(str(path)).heap.limit == 49_152


def test_an_unknown_board_lists_the_known_ones():
    with pytest.raises(BoardError) as caught:
        load_board("esp32-c3")
    assert "'esp32-c3'" in str(caught.value)
    assert "did you mean esp32c3?" in caught.value.hint
    for name in board_names():
        assert name in caught.value.hint


def test_a_missing_file_and_a_broken_one(tmp_path):
    with pytest.raises(BoardError, match=r"cannot read .*nowhere\.toml: No such file"):
        load_board(tmp_path / "nowhere.toml")
    path = tmp_path / "broken.toml"
    path.write_text("name = ")
    with pytest.raises(BoardError, match="not a TOML file"):
        load_board(path)


def keys():
    """Every key of the file as (section, key)."""
    section = ""
    for line in TEXT.splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("#"):
            yield section, line.split(" =")[0]


def without(section, key):
    out, current = [], ""
    for line in TEXT.splitlines():
        if line.startswith("["):
            current = line.strip("[]")
        if not (current == section and line.startswith(key + " =")):
            out.append(line)
    return "\n".join(out)


def refusal(tmp_path, text):
    path = tmp_path / "board.toml"
    path.write_text(text)
    with pytest.raises(BoardError) as caught:
        load_board(path)
    assert caught.value.file == str(path)
    return caught.value.message


def test_every_missing_key_is_named(tmp_path):
    assert len(list(keys())) > 40
    for section, key in keys():
        message = refusal(tmp_path, without(section, key))
        assert message == f"{section}.{key} is missing".lstrip(".")


@pytest.mark.parametrize("section", ["memory", "heap", "stack", "led"])
def test_a_missing_section_is_named(tmp_path, section):
    assert refusal(tmp_path, TEXT.replace(f"[{section}]", "[elsewhere]")) == f"[{section}] is missing"


@pytest.mark.parametrize(
    "old, new, message",
    [
        ("clock_hz = 160_000_000", 'clock_hz = "fast"', "clock_hz must be a whole number, not 'fast'"),
        ("clock_hz = 160_000_000", "clock_hz = true", "clock_hz must be a whole number, not True"),
        ("clock_hz = 160_000_000", "clock_hz = 0", "clock_hz must not be 0"),
        ('name = "esp32c3"', "name = 3", "name must be text, not 3"),
        ("mulh = 5", "mulh = -5", "cycles.ri5.mulh must be a whole number, not -5"),
        ("mulh = 5", "mulhh = 5", "unknown key cycles.ri5.mulhh"),
        ("[led]", "[led]\ncolour = 1", "unknown key led.colour"),
        ('isa = "rv32imc"', 'isa = "rv64gc"', "isa 'rv64gc' is unknown; known: rv32imc"),
        ('cycle_model = "c3g"', 'cycle_model = "lp"', "cycle_model 'lp' has no table [cycles.*]"),
        ("limit = 112_640", "limit = 112_641", "heap.limit must be a number of whole blocks"),
        ("limit = 112_640", "limit = 1_126_400", "the heap lies outside the memory"),
        ("limit = 112_640", "limit = 150_000", "heap and stack overlap"),
        ("block_bytes = 16", "block_bytes = 24", "heap.block_bytes must be 16, 32, ..."),
        ("start = 0x3FCC_4000", "start = 0x3FCC_4010", "stack.start must be a multiple of 4096"),
        ("start = 0x3FCC_4000", "start = 0x3FD0_0000", "the stack lies outside the memory"),
        ("limit = 8_192", "limit = 8_000", "stack.limit must be a multiple of 4096"),
        ("exec_offset = 0x70_0000", "exec_offset = 0x1000", "memory.exec_offset: the buses overlap"),
    ],
)
def test_wrong_values_are_named(tmp_path, old, new, message):
    assert TEXT.count(old) == 1
    assert refusal(tmp_path, TEXT.replace(old, new)) == message
