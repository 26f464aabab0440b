"""Which lines are dead before there is a GLSL version: never one that the preprocessor keeps."""

from __future__ import annotations

from random import Random

import pytest

from glowjit.glsl import glslang, worker
from glowjit.glsl.client import CLIENT
from glowjit.glsl.conditions import Conditions

# Lines, and for each of the letters in them whether it lives; capitals are unknown and so live.
# fmt: off
TEXTS = [
    ("#if 0|a|#else|b|#endif|c", "bc"),
    ("#if 1|a|#elif 1|b|#else|c|#endif", "a"),
    ("#ifdef X|a|#endif|#define X|#ifdef X|b|#else|c|#endif", "b"),
    ("#ifndef X|#define X 3|a|#endif|#ifndef X|b|#endif|#if X > 2 && X != 4|c|#endif", "ac"),
    ("#define A B|#define B 0x10|#if A == 16|a|#endif|#undef B|#if A == 16|b|#endif", "a"),
    ("#if defined X || defined(Y)|a|#elif !defined(X)|b|#endif", "b"),
    ("#if 0|#if 1|a|#else|b|#endif|#elif 1|c|#endif", "c"),
    ("#if 0|#define X|#endif|#ifdef X|a|#else|b|#endif", "b"),
    ("#ifdef GL_ES|a|#else|b|#endif|c", "abc"),
    ("#if __VERSION__ >= 300|#define X|#endif|#ifdef X|a|#else|b|#endif", "ab"),
    ("#if __VERSION__ >= 300|a|#elif 1|b|#else|c|#endif", "ab"),
    ("#define F(x) x|#if F(1)|a|#else|b|#endif|#ifdef F|c|#endif", "abc"),
    ("#define X X|#if X|a|#endif", "a"),
    ("#if (1 + 2) * 3 == 9 && -1 < 0 && (7 & 3) == 3 && 7 % 4 / 3 == 1|a|#endif|#if 010 == 8|b|#endif", "ab"),
    ("#if nonsense ??|a|#else|b|#endif", "ab"),
    ("#endif|a|#else|b", "ab"),
]
# fmt: on


@pytest.mark.parametrize(("text", "expected"), TEXTS)
def test_living_lines(text: str, expected: str) -> None:
    assert living(text.split("|")) == expected


def living(lines: list[str]) -> str:
    conditions = Conditions()
    found = []
    for line in lines:
        if line.startswith("#"):
            conditions.read(line)
        elif conditions.live:
            found.append(line)
    return "".join(found)


def directives(rng: Random, depth: int = 0) -> list[str]:
    """Random lines: `keep_N` between directives on the macros A, B and C."""
    lines: list[str] = []
    for _ in range(rng.randint(1, 4)):
        name = rng.choice("ABC")
        way = rng.random()
        if way < 0.3:
            lines += [f"#undef {name}", f"#define {name} {rng.choice(('0', '1', '2', '3'))}"]
        elif way < 0.4:
            lines.append(f"#undef {name}")
        elif way < 0.6 or depth > 2:
            lines.append("keep")
        else:
            test = f"defined({name}) {rng.choice(('&&', '||'))} !(defined {rng.choice('ABC')})"
            opening = rng.choice((f"#ifdef {name}", f"#ifndef {name}", f"#if {test}", "#if 2 - 2 < 1"))
            lines += [opening, *directives(rng, depth + 1)]
            while rng.random() < 0.4:
                lines += [f"#elif {rng.choice((test, '1', '0'))}", *directives(rng, depth + 1)]
            lines += ["#else", *directives(rng, depth + 1)] if rng.random() < 0.5 else []
            lines.append("#endif")
    return lines


def test_as_the_preprocessor_has_it() -> None:
    rng = Random(7)
    kept = 0
    for _ in range(200):
        lines = [f"keep_{n} " if line == "keep" else line for n, line in enumerate(directives(rng))]
        reply = CLIENT.request(worker.PREPROCESS, "\n".join(["#version 300 es", *lines, ""]).encode())
        assert reply.outcome == glslang.OK
        expected = [word for word in reply.body.decode().split() if word.startswith("keep")]
        assert living(lines).split() == expected, lines
        kept += len(expected)
    assert kept > 200
