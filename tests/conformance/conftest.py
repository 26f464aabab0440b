"""Makes the row tables importable, and says at the end how many rows each section of the specification has."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    tally = getattr(sys.modules.get("glsl_rows"), "TALLY", None)
    if not tally:
        return
    terminalreporter.write_sep("-", "GLSL conformance: section, functions, rows, failing")
    for section, (functions, rows, failing) in sorted(tally.items()):
        terminalreporter.write_line(f"{section:<52}{functions:>6}{rows:>8}{failing:>6}")
    totals = [sum(column) for column in zip(*tally.values(), strict=True)]
    terminalreporter.write_line(f"{'all':<52}{totals[0]:>6}{totals[1]:>8}{totals[2]:>6}")
