"""What a user can do wrong: one clear error with its place, exit code 2, no traceback, nothing half-written."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GOOD = "void main() { gl_FragColor = vec4(1.0); }\n"


def glowjit(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "glowjit", *arguments], cwd=cwd, capture_output=True, text=True, timeout=60, check=False
    )


def refuses(folder: Path, *arguments: str) -> str:
    """Run a command that must fail as a user's mistake does, leaving no file behind; its message."""
    before = sorted(folder.iterdir())
    result = glowjit(*arguments, cwd=folder)
    assert result.returncode == 2, result.stdout + result.stderr
    assert "Traceback" not in result.stderr
    assert result.stderr.count("rror: ") >= 1
    assert sorted(folder.iterdir()) == before
    return result.stderr


BOMB = "#define A x + x\n" + "\n".join(
    f"#define {chr(66 + i)} {chr(65 + i)} + {chr(65 + i)} + {chr(65 + i)} + {chr(65 + i)}" for i in range(14)
)

# name: source, a word the message must have, its line (0: none is asked for)
SOURCES = {
    "empty": ("", "empty", 0),
    "blank": ("  \n\n // nothing\n", "", 0),
    "syntax": ("void main() {\n  gl_FragColor = vec4(;\n}\n", "syntax", 2),
    "undeclared": ("void main() {\n\n  gl_FragColor = vec4(colour, 1.0);\n}\n", "colour", 3),
    "type": ("void main() {\n  int i = 1.5;\n  gl_FragColor = vec4(1.0);\n}\n", "", 2),
    "recursion": (
        "float f(float x) {\n  return f(x - 1.0);\n}\nvoid main() { gl_FragColor = vec4(f(gl_FragCoord.x)); }\n",
        "recurs",
        0,
    ),
    "bomb": (f"{BOMB}\nfloat x;\nvoid main() {{ float y = O; gl_FragColor = vec4(y); }}\n", "", 0),
    "array": (
        "void main() {\n  float a[25000000];\n  a[int(gl_FragCoord.x)] = 1.0;\n  gl_FragColor = vec4(a[3]);\n}\n",
        "a",
        2,
    ),
    "sampler": (
        "uniform sampler2D cat;\nvoid main() {\n  gl_FragColor = texture2D(cat, gl_FragCoord.xy);\n}\n",
        "texture",
        3,
    ),
    "deep": ("void main() {\n" + "{" * 50_000 + "gl_FragColor = vec4(1.0);" + "}" * 50_000 + "\n}\n", "too deeply", 0),
    "many lines": ("\n" * 100_000 + "void main() { gl_FragColor = x; }\n", "undeclared", 100_001),
    "conflict": ("uniform float a;\nuniform vec2 a;\nvoid main() { gl_FragColor = vec4(a, a); }\n", "twice", 2),
    "two entries": ("void main() {}\nvoid main() {}\n", "twice", 2),
    "endless types": (
        "uniform float a" + "[2]" * 40 + ";\nvoid main() { gl_FragColor = vec4(1.0); }\n",
        "error",
        0,
    ),
    "a nest of loops": (
        "void main() {\n  float u = 0.0;\n  "
        + "".join(f"for (int i{k} = 0; i{k} < 4; i{k}++) " for k in range(12))
        + "u += gl_FragCoord.x;\n  gl_FragColor = vec4(u);\n}\n",
        "50,000 steps",
        0,
    ),
    "a chain of calls": (
        "float f0(float x) { return x; }\n"
        + "".join(f"float f{k}(float x) {{ return f{k - 1}(x) + 1.0; }}\n" for k in range(1, 300))
        + "void main() { gl_FragColor = vec4(f299(gl_FragCoord.x)); }\n",
        "250 functions deep",
        0,
    ),
    "nothing to call": ("float f(float x) { return x; }\n", "main", 0),
}


@pytest.mark.parametrize("name", SOURCES)
def test_source(name: str, tmp_path: Path) -> None:
    source, word, line = SOURCES[name]
    (tmp_path / "bad.frag").write_text(source)
    message = refuses(tmp_path, "render", "bad.frag")
    assert word.lower() in message.lower()
    if line:
        assert f"bad.frag:{line}" in message
        assert f"{line} | {source.splitlines()[line - 1]}" in message


# what is wrong: arguments, what the message must say
COMMANDS = {
    "no such file": (("render", "nothing.frag"), "nothing.frag"),
    "unknown uniform": (("render", "good.frag", "--uniform", "sped=1"), "sped"),
    "uniform without value": (("render", "good.frag", "--uniform", "speed"), "name=value"),
    "unreadable value": (("render", "good.frag", "--uniform", "speed=fast"), "fast"),
    "no picture": (("render", "good.frag", "--size", "0x0"), "0x0"),
    "no size": (("render", "good.frag", "--size", "big"), "big"),
    "larger than the heap": (("render", "good.frag", "--size", "1000x1000"), "3000000 bytes"),
    "unknown board": (("render", "good.frag", "--board", "esp8266"), "esp8266"),
    "unknown allocator": (("render", "good.frag", "--regalloc", "magic"), "magic"),
    "no heap": (("compile", "good.frag", "--heap-limit", "100"), "100"),
    "no such folder": (("render", "good.frag", "-o", "nowhere/out.png"), "nowhere"),
    "unknown format": (("render", "good.frag", "-o", "out.bmp"), "out.bmp"),
    "not text": (("render", "binary.frag"), "UTF-8"),
    "a picture of no kind": (("compare", "good.frag", "-o", "out.jpg"), ".png"),
    "a time that is no number": (("check", "good.frag", "--time", "nan"), "nan"),
    "after a board's last second": (("render", "good.frag", "--time", "1e30"), "1e+30"),
    "a pace that is no number": (("render", "good.frag", "--frames", "2", "--fps", "nan"), "nan"),
    "more than memory holds": (("render", "good.frag", "--frames", "1000000000"), "1000000000"),
    "a value no word holds": (("render", "good.frag", "--uniform", "level=1e10"), "1e+10"),
    "a texture without texels": (("render", "good.frag", "--texture", "t=cat.png,0x9"), "0x9"),
    "a map in pixels": (("run", "good.frag", "--map", "pixels.json"), "LED 1"),
    "a chip of another maker": (("flash", "good.frag", "--board", "rp2350-riscv", "--port", "virtual"), "rp2350"),
    "no port to flash": (("flash", "firmware.bin", "--port", "/dev/nowhere"), "there is no port /dev/nowhere"),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_command(name: str, tmp_path: Path) -> None:
    (tmp_path / "good.frag").write_text("uniform float level;\n" + GOOD)
    (tmp_path / "pixels.json").write_text("[[0, 1], [15, 0]]")
    (tmp_path / "firmware.bin").write_bytes(b"\xe9" + bytes(11) + b"\x05" + bytes(5000))
    (tmp_path / "binary.frag").write_bytes(b"\xff\xfe\x00void main")
    arguments, expected = COMMANDS[name]
    assert expected in refuses(tmp_path, *arguments)


def test_a_board_file_without_a_key(tmp_path: Path) -> None:
    text = (ROOT / "boards" / "esp32c3.toml").read_text()
    (tmp_path / "mine.toml").write_text(text.replace("clock_hz", "# clock_hz", 1))
    (tmp_path / "good.frag").write_text(GOOD)
    message = refuses(tmp_path, "render", "good.frag", "--board", "mine.toml")
    assert "clock_hz is missing" in message
    assert "mine.toml" in message
    assert "esp32c3.toml" in message


def test_a_shader_that_does_not_end(tmp_path: Path) -> None:
    (tmp_path / "endless.frag").write_text(
        "void main() {\n  float x = gl_FragCoord.x;\n  while (x > 0.0) x = x * 1.0;\n  gl_FragColor = vec4(x);\n}\n"
    )
    message = refuses(tmp_path, "render", "endless.frag", "--size", "4x4")
    assert "fuel" in message
    assert "(0, 0)" in message


def test_an_error_for_machines(tmp_path: Path) -> None:
    (tmp_path / "bad.frag").write_text(SOURCES["undeclared"][0])
    result = glowjit("render", "bad.frag", "--json", cwd=tmp_path)
    assert result.returncode == 2
    (diagnostic, *_) = json.loads(result.stdout)["error"]["diagnostics"]
    assert (diagnostic["line"], diagnostic["column"]) == (3, 23)


def test_a_wrong_option_for_machines(tmp_path: Path) -> None:
    result = glowjit("render", "good.frag", "--size", "big", "--json", cwd=tmp_path)
    assert (result.returncode, result.stderr) == (2, "")
    assert "big" in json.loads(result.stdout)["error"]["diagnostics"][0]["message"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux")
def test_output_that_finds_no_room(tmp_path: Path) -> None:
    (tmp_path / "good.frag").write_text(GOOD)
    command = [sys.executable, "-m", "glowjit", "compile", "good.frag", "--emit", "asm"]
    with open("/dev/full", "wb") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, cwd=tmp_path, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (2, b"error: cannot write the output: No space left on device\n")


def test_what_was_there_stays_when_rendering_fails(tmp_path: Path) -> None:
    (tmp_path / "bad.frag").write_text("void main() { }}\n")
    (tmp_path / "bad.png").write_bytes(b"precious")
    refuses(tmp_path, "render", "bad.frag")
    assert (tmp_path / "bad.png").read_bytes() == b"precious"


def test_compare_says_by_its_exit_code_whether_pictures_differ(tmp_path: Path) -> None:
    (tmp_path / "good.frag").write_text(GOOD)
    assert glowjit("compare", "good.frag", cwd=tmp_path).returncode == 0
    chaotic = "void main() { gl_FragColor = vec4(fract(exp(0.1 * gl_FragCoord.x) * 1.0e7)); }\n"
    (tmp_path / "chaotic.frag").write_text(chaotic)
    assert glowjit("compare", "chaotic.frag", cwd=tmp_path).returncode == 1


def test_alone_it_tells_a_newcomer_what_to_type(tmp_path: Path) -> None:
    result = glowjit(cwd=tmp_path)
    assert result.returncode == 0
    assert "glowjit render" in result.stdout
