"""The doctor on healthy and on ill boards: one finding for each step, and what to do."""

from __future__ import annotations

import os
import pty
import tty
from pathlib import Path

import numpy as np
import pytest

import glowjit
from glowcore import encode, isa
from glowjit.device import doctor, install, session
from glowjit.device.doctor import Finding
from glowjit.device.transport import open_link
from glowjit.device.virtual_board import VirtualBoard
from glowjit.image import LEDS
from glowjit.leds import Leds

ROOT = Path(__file__).parents[2]


def examine(port: str | None, files: dict[str, bytes]) -> dict[str, Finding]:
    return {finding.subject: finding for finding in doctor.examine(port, files, isa, encode.emit)}


def test_a_healthy_board(board: VirtualBoard, files: dict[str, bytes]) -> None:
    findings = examine(board.path, files)
    assert list(findings) == ["packages", "port", "connection", "MicroPython", "memory", "glowboard", "execution"]
    assert all(finding.good and not finding.advice for finding in findings.values())


def test_an_empty_board(empty_board: VirtualBoard, files: dict[str, bytes]) -> None:
    findings = examine(empty_board.path, files)
    assert not findings["glowboard"].good and findings["glowboard"].advice == "glowjit board install"


def test_memory_that_does_not_execute(protected_board: VirtualBoard, files: dict[str, bytes]) -> None:
    """The probe resets the board; that is a finding, and shaders are copied to an arena from then on."""
    finding = examine(protected_board.path, files)["execution"]
    assert finding.good and "Guru Meditation" in finding.text
    assert "copied to where it does" in examine(protected_board.path, files)["execution"].text
    program = glowjit.compile(ROOT / "shaders" / "plasma.frag")
    expected = program.render(16, 16, 1.0)
    with open_link(protected_board.path) as link:
        assert np.array_equal(session.picture(link, program.image, 16, 16, program.uniform_words), expected)
        lights = glowjit.compile(ROOT / "shaders" / "plasma.frag", pixel_format=LEDS)
        session.send(link, lights.image)
        link.run("s = g.finish({})\nfrom glowboard import Matrix\ns.moment(8, 4, 1000)\nm = Matrix(8, 8, 4)\nm.draw(s)")
        assert link.evaluate("bytes(m.wire)") == lights.light(Leds.matrix(8, 4), 1.0)


def test_a_shader_that_was_given_up(board: VirtualBoard, files: dict[str, bytes]) -> None:
    with open_link(board.path) as link:
        endless = "vec4 render(vec2 p) { float x = p.x; while (x >= 0.0) x += fract(x); return vec4(x); }\n"
        lights = session.Lights(glowjit.compile(endless, pixel_format=LEDS).image)
        session.deploy(link, install.ask(link), lights, {"output": {"kind": "strip", "pin": 8, "count": 4}, "fps": 0})
        link.run("import glowboard\nfor _ in range(3): glowboard.start()")
    assert examine(board.path, files)["deployed"].advice == "glowjit board deploy SHADER"


def test_nothing_answers(files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    _end, line = pty.openpty()
    tty.setraw(line)
    monkeypatch.setattr(doctor, "open_link", lambda port: open_link(port, timeout=0.2))
    finding = examine(os.ttyname(line), files)["connection"]
    assert not finding.good and "glowjit flash" in finding.advice


def test_no_permission(files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert "dialout" in examine("/dev/null", files)["port"].advice
