"""The commands as a person types them: what they print, what they write, how they exit."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import glowjit
from glowjit.cli.bench import leds

ROOT = Path(__file__).resolve().parents[2]
WAVE = """uniform float speed;
uniform vec3 tint;
vec4 render(vec2 p) { return vec4(tint * (0.5 + 0.5 * sin(speed * iTime + p.x * 0.3)), 1.0); }
"""


GROWS = """uniform float k;
vec4 render(vec2 p) {
    return vec4(0.5 + 0.000002 * (p.x * k));
}
"""
LARGE = "--size", "16", "--uniform", "k=30000"  # nobody told the compiler that k can be so large


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "wave.frag").write_text(WAVE)
    (tmp_path / "grows.frag").write_text(GROWS)
    return tmp_path


def call(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command's exit code and what it says."""
    return subprocess.run(
        [sys.executable, "-m", "glowjit", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def run(folder: Path, *arguments: str) -> str:
    """The standard output of a command that must succeed."""
    result = call(folder, *arguments)
    assert result.returncode == 0, result.stderr
    return result.stdout


CARET = """\
  --> grows.frag:3:39
   |
 3 |     return vec4(0.5 + 0.000002 * (p.x * k));
   |                                       ^
hint: use smaller numbers"""


def test_check_exits_as_linters_do(folder: Path) -> None:
    assert "pictures right" in run(folder, "check", "wave.frag")
    result = call(folder, "check", "grows.frag", *LARGE)
    assert (result.returncode, result.stderr) == (1, "")
    assert result.stdout.startswith("warning: this product is ")
    assert CARET in result.stdout
    report = json.loads(call(folder, "check", "grows.frag", *LARGE, "--json").stdout)
    assert [(finding["line"], finding["column"]) for finding in report["findings"]] == [(3, 39)]
    assert call(folder, "check", "nowhere.frag").returncode == 2


def test_compare_explains_wrong_pixels(folder: Path) -> None:
    result = call(folder, "compare", "grows.frag", *LARGE)
    assert result.returncode == 1
    assert CARET in result.stdout
    report = json.loads(call(folder, "compare", "grows.frag", *LARGE, "--json").stdout)
    assert report["causes"][0]["rule"] == "overflow"
    assert json.loads(run(folder, "compare", "wave.frag", "--size", "8", "--json"))["causes"] == []


def test_a_checked_build_stops_at_the_first_overflow(folder: Path) -> None:
    assert run(folder, "render", "wave.frag", "--size", "8", "--checked")
    result = call(folder, "render", "grows.frag", *LARGE, "--checked")
    assert result.returncode == 2
    assert result.stderr.startswith("error: at pixel (")
    assert CARET in result.stderr
    assert not (folder / "grows.png").exists()


def test_render_writes_what_the_board_computed(folder: Path) -> None:
    text = run(folder, "render", "wave.frag", "--size", "24x16", "--time", "2", "--uniform", "tint=1,0.5,0")
    assert "24x16" in text
    assert "instructions per pixel" in text
    picture = np.asarray(Image.open(folder / "wave.png"))
    program = glowjit.compile(WAVE)
    assert np.array_equal(picture, program.render(24, 16, time=2.0, uniforms={"tint": (1.0, 0.5, 0.0)}))
    assert picture[..., 0].max() > 200
    assert picture[..., 2].max() == 0


def test_render_says_the_same_for_machines(folder: Path) -> None:
    report = json.loads(run(folder, "render", "wave.frag", "--size", "8", "--json"))
    assert report["output"] == "wave.png"
    assert report["run"]["pixels"] == 64
    assert report["run"]["instructions"] == pytest.approx(64 * report["run"]["instructions_per_pixel"])


@pytest.mark.parametrize(("name", "frames"), [("wave.gif", 5), ("moving.png", 4)])
def test_animation(folder: Path, name: str, frames: int) -> None:
    uniforms = ("--uniform", "tint=1,1,1", "--uniform", "speed=3")
    run(folder, "render", "wave.frag", "--size", "16", "--frames", str(frames), "-o", name, *uniforms)
    picture = Image.open(folder / name)
    assert getattr(picture, "n_frames") == frames  # noqa: B009  # Pillow's stubs do not know it
    first = np.asarray(picture.convert("RGB"))
    picture.seek(frames - 1)
    assert not np.array_equal(first, np.asarray(picture.convert("RGB")))


def test_scale_enlarges_pixels(folder: Path) -> None:
    run(folder, "render", "wave.frag", "--size", "8x4", "--scale", "3")
    assert Image.open(folder / "wave.png").size == (24, 12)


def test_compare_tells_figures_and_draws_them(folder: Path) -> None:
    report = json.loads(run(folder, "compare", "wave.frag", "--size", "16", "-o", "diff.png", "--json"))
    assert report["verdict"]["passed"] is True
    assert report["metrics"]["maximum"] <= 3
    width, height = Image.open(folder / "diff.png").size
    assert width > 3 * height * 0.9


@pytest.mark.parametrize(
    ("product", "beginning"),
    [
        ("spirv", "Capability Shader"),
        ("ir", "entry @main"),
        ("q32", "entry @render"),
        ("vcode", "function render"),
        ("asm", ""),
    ],
)
def test_every_text_product_can_be_seen(folder: Path, product: str, beginning: str) -> None:
    text = run(folder, "compile", "wave.frag", "--emit", product)
    assert beginning in text
    assert len(text.splitlines()) > 20


def test_the_listing_has_source_lines_and_none_of_the_math_library(folder: Path) -> None:
    remarks = [line for line in run(folder, "compile", "wave.frag", "--emit", "asm").splitlines() if line[0] == ";"]
    assert set(remarks) == {f"; 3 | {WAVE.splitlines()[2]}"}


def test_the_binary_products_are_what_is_shipped(folder: Path) -> None:
    run(folder, "compile", "wave.frag", "--emit", "bin", "-o", "wave.bin")
    run(folder, "compile", "wave.frag", "--emit", "qir", "-o", "wave.qir")
    assert (folder / "wave.bin").read_bytes() == glowjit.compile(WAVE).image.to_bytes()
    assert (folder / "wave.qir").read_bytes()[:3] == b"QIR"


def test_stats_name_every_stage(folder: Path) -> None:
    stats = json.loads(run(folder, "compile", "wave.frag", "--json"))
    assert [stage["name"] for stage in stats["stages"]][:2] == ["glsl", "spirv"]
    assert stats["backend_peak"] > 1000
    assert {"qir", "isel", "regalloc", "emit"} <= set(stats["backend_peaks"])
    table = call(folder, "compile", "wave.frag", "--stats").stderr
    assert f"regalloc {stats['backend_peaks']['regalloc']:,}" in table
    assert f"at most {stats['backend_peak']:,}" in table


def test_a_compilation_loads_nothing_that_it_does_not_need(folder: Path) -> None:
    """Half of a small one is its imports."""
    shown = "from glowjit.cli import main\ntry: main()\nfinally: print(*sys.modules)"
    text = f"import sys; sys.argv = ['glowjit', 'compile', 'wave.frag', '-o', 'wave.glow']\n{shown}"
    loaded = subprocess.run([sys.executable, "-c", text], cwd=folder, capture_output=True, text=True, check=True).stdout
    needless = {"PIL", "rich", "skimage", "esptool", "mpremote", "glowjit.allocators.backtracking"}
    assert "glowjit.pipeline" in loaded.split()
    assert not needless & set(loaded.split())


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        (("rendr", "wave.frag"), "no such command 'rendr'", "glowjit --help"),
        (("render", "wave.frag", "--bogus"), "no such option '--bogus'", "glowjit render --help"),
        (("render", "wave.frag", "--size", "0"), "a picture of 0x0 cannot be rendered", "glowjit render --help"),
        (("render",), "missing argument 'SHADER'", "glowjit render --help"),
    ],
)
def test_a_misused_command_is_an_error_like_all_others(
    folder: Path, arguments: tuple[str, ...], message: str, hint: str
) -> None:
    result = call(folder, *arguments)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith("error: ")
    assert message in result.stderr
    assert result.stderr.endswith(f"hint: {hint}\n")
    (said,) = json.loads(call(folder, *arguments, "--json").stdout)["error"]["diagnostics"]
    assert message in said["message"]


def test_an_interrupt_while_it_still_imports_leaves_no_traceback(folder: Path) -> None:
    (folder / "click.py").write_text("raise KeyboardInterrupt")  # `-m` looks in the folder that it is run in first
    result = call(folder, "--help")
    assert (result.returncode, result.stdout, result.stderr) == (130, "", "")


def test_bench_measures_a_shader_and_its_twin(folder: Path) -> None:
    (row,) = json.loads(run(ROOT, "bench", "shaders/start.frag", "--size", "16", "--json"))
    assert row["verdict"] == "equal"
    assert row["ratio"] < 1.3


def test_bench_measures_one_thing_at_a_time_where_it_can_keep_the_figures(folder: Path) -> None:
    for switches, word in (
        (("--memory", "--leds"), "--memory and --leds"),
        (("--scaling",), "tests/pressure"),
        (("--builtins", "wave.frag"), "wave.frag"),
        (("--leds", "--gallery", "out.png"), "--gallery"),
    ):
        result = call(folder, "bench", *switches)
        assert (result.returncode, result.stdout) == (2, "")
        assert word in result.stderr


def test_leds_wait_for_their_wire() -> None:
    """24 bits of 1.25 us each; and of a run time's heap all but bytecode takes half where words have 32 bits."""
    rows = list(leds._on_matrices(ROOT / "shaders" / "start.frag", "esp32c3"))
    assert [(row.side, row.wire_ms) for row in rows] == [(16, 7.68), (32, 30.72)]
    assert leds.RuntimeHeap(measured=3000, bytecode=1000).board == 2000


def test_another_board_renders_the_same(folder: Path) -> None:
    for board in ("esp32c6", "rp2350-riscv"):
        run(folder, "render", "wave.frag", "--size", "16", "--board", board, "-o", f"{board}.png")
    assert (folder / "esp32c6.png").read_bytes() == (folder / "rp2350-riscv.png").read_bytes()
