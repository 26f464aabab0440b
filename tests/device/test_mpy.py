"""Native modules: the container under a real MicroPython, the machine code in the emulator."""

from __future__ import annotations

import ast
import json
import struct
import subprocess
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import glowjit
from glowcore import encode, isa
from glowjit.board import load_board
from glowjit.cli import cli
from glowjit.device import module, mpy, native, package
from glowjit.emulator.processor import Processor
from glowjit.errors import GlowjitError, ImageError
from glowjit.image import ARG_WORDS
from glowjit.textures import Texture

ROOT = Path(__file__).parents[2]
BOARD = load_board("esp32c3")
# mov eax, n; ret: a native function for the machine that the tests run on, which returns the small int n >> 1
X64 = {name: b"\xb8" + struct.pack("<I", 2 * value + 1) + b"\xc3" for name, value in (("one", 1), ("many", 12345))}


def micropython(folder: Path, code: str) -> str:
    command = ["micropython", "-X", "heapsize=128k", "-c", code]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=20)
    return done.stdout.strip() + done.stderr.strip()


def test_a_real_micropython_loads_the_container(tmp_path: Path) -> None:
    (tmp_path / "numbers.mpy").write_bytes(mpy.native_module("numbers.py", X64, "x64"))
    assert micropython(tmp_path, "import numbers; print(numbers.one(), numbers.many())") == "1 12345"


def test_a_real_micropython_refuses_another_architecture(tmp_path: Path) -> None:
    code = package.native_file(isa, encode.emit, "rv32imc", 0)
    (tmp_path / "numbers.mpy").write_bytes(code)
    assert "incompatible .mpy arch" in micropython(tmp_path, "import numbers")


def test_containers_come_back_as_they_were() -> None:
    files = [package.native_file(isa, encode.emit, "rv32imc", 0), mpy.native_module("a.py", X64, "x64")]
    files.append(
        package.cross_compile('def f(a, *b, k=1.5):\n    return lambda: (a, b"x", "text", 1 << 40, k)\n', "f.py")
    )
    for data in files:
        assert mpy.parse(data).to_bytes() == data


def test_damaged_containers_are_refused() -> None:
    data = package.native_file(isa, encode.emit, "rv32imc", 0)
    for end in range(len(data)):
        with pytest.raises(ImageError):
            mpy.parse(data[:end])
    with pytest.raises(ImageError, match="version 6"):
        mpy.parse(b"M\x05" + data[2:])


@pytest.fixture(scope="module")
def plasma() -> glowjit.Program:
    return glowjit.compile(ROOT / "shaders" / "plasma.frag")


@pytest.fixture(scope="module")
def textured() -> glowjit.Program:
    source = "uniform sampler2D s;\nuniform uint n;\nvec4 render(vec2 p) { return texture(s, p / 9.0) * iTime; }\n"
    pixels = np.random.default_rng(3).integers(0, 256, (20, 16, 4), np.uint8)
    return glowjit.compile(source, textures={"s": Texture.from_pixels(pixels)})


@pytest.mark.parametrize("name", ["plasma", "textured"])
def test_a_shader_module_draws_what_the_emulator_draws(
    request: pytest.FixtureRequest, tmp_path: Path, name: str
) -> None:
    """Its Python prepares the ctx block in a real MicroPython; its machine code, so entered, makes the picture."""
    program: glowjit.Program = request.getfixturevalue(name)
    data = module.shader_file(program.image, isa, encode.emit)
    (kernel,) = mpy.native_functions(data)
    hosted = mpy.parse(data)
    hosted.body.children[0].data, hosted.architecture = X64["one"].replace(b"\x03", b"\x01"), "x64"
    (tmp_path / "shader.mpy").write_bytes(hosted.to_bytes())
    # struct has 32 bits for the address, which is enough to see that it is passed
    ctx = micropython(
        tmp_path,
        "import shader\nbuf = bytearray(3 * 16 * 8)\nshader.uctypes = type('U', (), {'addressof': lambda b: 4096})\n"
        "shader.render(buf, 16, 8, 1.5)\nprint(bytes(shader.ctx).hex())",
    )
    words = bytearray.fromhex(ctx)
    assert len(words) == 4 * program.image.ctx_words
    processor = Processor(BOARD)
    heap = BOARD.heap.start
    assert struct.unpack_from("<8i", words) == (4096, 48, 0, 0, 16, 8, 8, module.FUEL)
    struct.pack_into("<I", words, 0, heap + 0x8000)
    processor.heap[: len(words)] = bytes(words)
    assert processor.call_native(processor.load(kernel), [heap >> 2]) == 0
    pixels = np.frombuffer(processor.heap[0x8000 : 0x8000 + 384], np.uint8).reshape(8, 16, 3)
    assert np.array_equal(pixels, program.render(16, 8, 1.5))


def test_a_module_is_for_pictures() -> None:
    lights = glowjit.compile("vec4 render(vec2 p) { return vec4(1.0); }\n", pixel_format="leds")
    with pytest.raises(GlowjitError, match="needs glowboard"):
        module.shader_file(lights.image, isa, encode.emit)


def test_compile_writes_a_module(tmp_path: Path) -> None:
    target = tmp_path / "shader.mpy"
    source = str(ROOT / "shaders" / "start.frag")
    assert CliRunner().invoke(cli, ["compile", source, "-o", str(target)]).exit_code == 0
    assert mpy.parse(target.read_bytes()).architecture == "rv32imc"


class Native:
    """The functions of the native module on an emulated board's heap."""

    def __init__(self) -> None:
        self.processor = Processor(BOARD)
        data = package.native_file(isa, encode.emit, "rv32imc", BOARD.memory.exec_offset)
        names, codes = mpy.function_names(data), mpy.native_functions(data)
        self.at = {name: self.processor.load(code) for name, code in zip(names, codes, strict=True)}

    def put(self, offset: int, data: bytes) -> int:
        """Bytes into the heap; their address as an argument."""
        self.processor.heap[offset : offset + len(data)] = data
        return (BOARD.heap.start + offset) >> 2

    def call(self, name: str, *arguments: int) -> int:
        return self.processor.call_native(self.at[name], arguments)


def test_call_runs_a_kernel_on_the_heap(plasma: glowjit.Program) -> None:
    board, image = Native(), plasma.image
    expected = plasma.render(8, 8, 2.0)
    code, entry = board.put(0, image.code), image.entry("render").offset
    head = [BOARD.heap.start + 0x8000, 24, 0, 0, 8, 8, 8, 1000, 0, 0, 0, 0]
    words = struct.pack(f"<{ARG_WORDS + len(plasma.uniform_words)}i", *head, *plasma.uniform_words)
    ctx = board.put(0x6000, words.ljust(4 * image.ctx_words, b"\0"))
    assert board.call("call", code, entry, ctx) == 0
    assert board.processor.heap[0x8000 : 0x8000 + 192] == expected.tobytes()


def test_the_arena_on_the_board_is_what_is_assembled_here(tmp_path: Path) -> None:
    """Its container is made on the board, for a room as large as a shader needs."""
    text = (package.runtime_folder() / "arena.py").read_text()
    tree = ast.parse(text)
    found = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            found[node.targets[0].id] = node.value.value  # type: ignore[attr-defined]
    code, find = native.arena(isa, encode.emit)
    data = mpy.native_module("glowarena.py", {"enter": code + find}, "rv32imc")
    assert (found["CODE"], found["FIND"]) == (code, find)
    assert data.startswith(found["HEAD"]) and data.endswith(code + find + b"\0")
    (function,) = (node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "module")
    names = {"HEAD": found["HEAD"], "CODE": code, "FIND": find}
    exec(compile(ast.Module([function], []), "arena.py", "exec"), names)
    made = mpy.parse(names["module"](4096))
    assert made.body.children[0].data == code + find + bytes(4096 - len(find))
    assert made.to_bytes() == mpy.native_module("glowarena.py", {"enter": made.body.children[0].data}, "rv32imc")
    hosted = mpy.native_module("glowarena.py", {"enter": X64["many"]}, "x64")
    names.update(HEAD=hosted[: len(found["HEAD"])], CODE=X64["many"], FIND=b"")
    (tmp_path / "glowarena.mpy").write_bytes(names["module"](4096))
    assert micropython(tmp_path, "import glowarena; print(glowarena.enter())") == "12345"


def test_the_package_for_mip_is_what_is_built_here() -> None:
    """`mpremote mip install` takes the files as they lie in firmware/glowboard, the native module among them."""
    folder = package.runtime_folder()
    listed = {source for _, source in json.loads((folder / "package.json").read_text())["urls"]}
    assert listed == {path.name for path in folder.iterdir() if path.suffix in (".py", ".mpy")} - {package.MAIN}
    built = package.native_file(isa, encode.emit, BOARD.isa, BOARD.memory.exec_offset)
    assert (folder / f"{package.NATIVE}.mpy").read_bytes() == built, (
        "write it anew: glowjit board package firmware/glowboard"
    )
