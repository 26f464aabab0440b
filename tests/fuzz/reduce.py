"""Make a failing GLSL program small: lines and brace pairs are removed while the failure stays.

`python tests/fuzz/reduce.py FILE [SEED]` reduces a source on which `Differential` fails with the arguments of that
seed, or crashes, and prints what is left.
The text is taken as lines, as `glsl_programs` writes them: an opening brace ends its line, a closing one begins its.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from glowjit.errors import GlowjitError

Lines = list[str]


def reduce(source: str, fails: Callable[[str], bool]) -> str:
    """The smallest source that this finds for which `fails` is true; a source that does not compile must not be."""
    lines = source.splitlines()
    shrunk = True
    while shrunk:
        shrunk = False
        for smaller in _candidates(lines):
            if _initialised(smaller) and fails("\n".join(smaller) + "\n"):
                lines, shrunk = smaller, True
                break
    return "\n".join(lines) + "\n"


def _candidates(lines: Lines) -> Iterator[Lines]:
    """Smaller texts: without a run of lines closed in itself, the longest first, or without a pair of braces."""
    size = len(lines) // 2
    while size:
        for start in range(len(lines) - size, -1, -max(1, size // 2)):
            if _balanced(lines[start : start + size]):
                yield lines[:start] + lines[start + size :]
        size //= 2
    for start, line in enumerate(lines):
        if line.rstrip().endswith("{"):
            end = _closing(lines, start)
            yield lines[:start] + lines[end + 1 :]
            yield lines[:start] + lines[start + 1 : end] + lines[end + 1 :]


def _initialised(lines: Lines) -> bool:
    """Whether every out parameter still has the value that the program gives it first."""
    wanted: set[str] = set()
    for line in lines:
        if found := re.findall(r"\bout [^ ]+ (p\d+)", line):
            wanted = set(found)
        elif found := re.match(r"  (p\d+) = ", line):
            wanted.discard(found[1])
        elif wanted:
            return False
    return True


def _balanced(lines: Lines) -> bool:
    depth = 0
    for line in lines:
        depth -= line.lstrip().startswith("}")
        if depth < 0:
            return False
        depth += line.rstrip().endswith("{")
    return depth == 0


def _closing(lines: Lines, start: int) -> int:
    depth = 0
    for index in range(start, len(lines)):
        depth += lines[index].rstrip().endswith("{") - lines[index].lstrip().startswith("}")
        if depth == 0:
            return index
    return len(lines) - 1


def symptom(source: str, seed: int = 0) -> str:
    """What goes wrong with a source: "" for nothing or a user's mistake, else an exception or the kind of mismatch."""
    from differential import Differential, Tally

    tally = Tally()
    try:
        Differential(source).check(tally, seed=seed)
    except GlowjitError as error:
        return "" if type(error).__name__ == "ShaderError" else type(error).__name__
    except Exception as error:
        return type(error).__name__
    return "" if not tally.failures else "reals" if "real arithmetic" in tally.failures[0] else "bits"


def main(path: str, seed: int = 0) -> None:
    source = Path(path).read_text()
    wanted = symptom(source, seed)
    print(f"// {wanted or 'nothing wrong'}")
    if wanted:
        print(reduce(source, lambda text: symptom(text, seed) == wanted))


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
