"""#include, --include and --common: what is found, what is said, and that messages name the file and the line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import glowjit
from glowjit.errors import GlowjitError

MAIN = "void main() {\n  gl_FragColor = vec4(level());\n}\n"
NOISE = "// a comment\nfloat level() {\n  return half_of(0.5);\n}\n"
HALF = "#pragma once\nfloat half_of(float x) { return x * 0.5; }\n"


@pytest.fixture
def shader(tmp_path: Path) -> Path:
    """main.frag includes lib/noise.glsl, which includes half.glsl beside it, which is there already."""
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "half.glsl").write_text(HALF)
    (tmp_path / "lib" / "noise.glsl").write_text('#include "../lib/half.glsl"\n' + NOISE)
    path = tmp_path / "main.frag"
    path.write_text(f'#include "lib/half.glsl"\n  # include "lib/noise.glsl" // noise\n{MAIN}')
    return path


def test_included_beside_the_file(shader: Path) -> None:
    assert glowjit.compile(shader).render(2, 2)[0, 0].tolist() == [64, 64, 64]
    assert glowjit.compare(shader, 2, 2).metrics.maximum == 0


def test_included_in_angle_brackets(shader: Path) -> None:
    """From the folders first."""
    shader.write_text(f"#include <lib/noise.glsl>\n{MAIN}")
    assert glowjit.compile(shader).render(2, 2)[0, 0].tolist() == [64, 64, 64]
    other = shader.parent / "other" / "lib"
    other.mkdir(parents=True)
    (other / "noise.glsl").write_text("float level() {\n  return 1.0;\n}\n")
    assert glowjit.compile(shader, include=[str(other.parent)]).render(2, 2)[0, 0].tolist() == [255, 255, 255]


def test_included_from_a_folder(shader: Path) -> None:
    source = f"#include <noise.glsl>\n{MAIN}"
    lib = str(shader.parent / "lib")
    assert glowjit.compile(source, include=[lib]).render(2, 2)[0, 0].tolist() == [64, 64, 64]
    library = glowjit.compile_functions("#include <half.glsl>\n", include=[lib])
    assert library.call("half_of", 3.0) == 1.5


def test_a_comment_includes_nothing() -> None:
    source = '/*\n#include "nothing"\n*/\n// #include "nothing"\nvoid main() { gl_FragColor = vec4(1.0); }'
    assert glowjit.compile(source).render(1, 1)[0, 0].tolist() == [255, 255, 255]


def test_what_a_condition_drops_is_not_looked_for(shader: Path) -> None:
    shader.write_text(
        '#define LIB 2\n#if LIB == 1\n#include "nothing.glsl"\n#elif defined(LIB) && !defined(OTHER)\n'
        f'#include "lib/noise.glsl"\n#else\n#include "nothing else"\n#endif\n{MAIN}'
    )
    assert glowjit.compile(shader).render(2, 2)[0, 0].tolist() == [64, 64, 64]


def mistake(path: Path) -> tuple[str, int, int, str]:
    with pytest.raises(glowjit.GlowjitError) as caught:
        glowjit.compile(path).render(1, 1)
    error = caught.value
    return Path(error.file).name, error.line, error.column, str(error)


def test_a_message_names_the_included_file_and_its_line(shader: Path) -> None:
    noise = shader.parent / "lib" / "noise.glsl"
    noise.write_text(noise.read_text().replace("half_of(0.5)", "halve(0.5)"))
    file, line, column, text = mistake(shader)
    assert (file, line, column) == ("noise.glsl", 4, 10)
    assert f"{noise}:4:10" in text
    assert " 4 |   return halve(0.5);\n" in text


def test_a_message_after_an_include_has_the_line_of_the_file(shader: Path) -> None:
    shader.write_text(shader.read_text().replace("vec4(level())", "vec4(level)"))
    file, line, _, text = mistake(shader)
    assert (file, line) == ("main.frag", 4)
    assert " 4 |   gl_FragColor = vec4(level);" in text


def test_what_the_translator_refuses_has_its_file_too(shader: Path) -> None:
    (shader.parent / "lib" / "half.glsl").write_text(
        "#version 450\nfloat half_of(float x) {\n  double y = x;\n  return float(y);\n}\n"
    )
    shader.write_text('#include "lib/half.glsl"\nout vec4 c;\nvoid main() { c = vec4(half_of(0.5)); }\n')
    file, line, column, text = mistake(shader)
    assert (file, line, column) == ("half.glsl", 3, 10)
    assert "double" in text


def test_the_chunks_of_three_js() -> None:
    source = (
        "varying vec2 vUv;\n#include <common>\nvoid main() {\n  gl_FragColor = vec4(luminance(vec3(pow2(0.5))));\n"
        "  #include <tonemapping_fragment>\n  #include <colorspace_fragment>\n}\n"
    )
    frame = glowjit.compile(source).render(2, 2)
    assert abs(int(frame[0, 0, 0]) - round(255 * (1.055 * 0.25 ** (1 / 2.4) - 0.055))) <= 1
    with pytest.raises(GlowjitError, match="undeclared") as raised:
        glowjit.compile(source.replace("luminance", "lumen"))
    assert raised.value.line == 4


# the shader's first line, and what is said of it
REFUSED = [
    ('#include "lib/nois.glsl"', "cannot find 'lib/nois.glsl'"),
    ("#include <nois.glsl>", "--include DIR"),
    ('#include "/etc/passwd"', "cannot find '/etc/passwd'"),
    ('#include "main.frag"', "includes itself"),
    ('#include "lib/picture"', "is not text"),
    ('#include "lib/long.glsl"', "includes more than 256 KiB"),
]  # fmt: skip


@pytest.mark.parametrize(("directive", "message"), REFUSED)
def test_refused(shader: Path, directive: str, message: str) -> None:
    (shader.parent / "lib" / "picture").write_bytes(b"\x89PNG\xff\xfe")
    (shader.parent / "lib" / "long.glsl").write_text("// long\n" * 40000)
    shader.write_text(f"{directive}\n{MAIN}")
    *_, text = mistake(shader)
    assert message in text


def test_the_place_of_an_include_that_is_not_found(shader: Path) -> None:
    (shader.parent / "lib" / "noise.glsl").write_text('\n#include "deep.glsl"\n')
    file, line, column, _ = mistake(shader)
    assert (file, line, column) == ("noise.glsl", 2, 11)


def test_on_the_command_line(shader: Path) -> None:
    folder = shader.parent
    (folder / "common.glsl").write_text("#define SPEED 2.0\nfloat twice(float x) { return SPEED * x; }\n")
    shader.write_text(
        "#include <half.glsl>\nvoid mainImage(out vec4 c, in vec2 p) { c = vec4(twice(half_of(0.25))); }\n"
    )
    output = folder / "out.png"
    arguments = ["--include", str(folder / "lib"), "--common", str(folder / "common.glsl")]
    for command in (["render", "-o", str(output)], ["compare"], ["compile"]):
        line = [sys.executable, "-m", "glowjit", command[0], str(shader), *command[1:], *arguments]
        result = subprocess.run(line, capture_output=True, text=True, timeout=60, check=False)
        assert result.returncode == 0, result.stderr
    assert output.exists()
    (folder / "common.glsl").write_text("float twice(float x) { return SPEED * x; }\n")
    with pytest.raises(glowjit.GlowjitError) as caught:
        glowjit.compile(shader, include=[str(folder / "lib")], common=str(folder / "common.glsl"))
    assert (Path(caught.value.file).name, caught.value.line) == ("common.glsl", 1)
