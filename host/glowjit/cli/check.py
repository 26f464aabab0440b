"""`glowjit check`: the lint. Values that make the picture wrong, with the line, what they reach and what to write."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from glowjit import program
from glowjit.cli.options import (
    EXIT_WRONG,
    SECONDS,
    Size,
    compile_options,
    json_option,
    parse_uniforms,
    shader_argument,
    uniform_option,
)
from glowjit.diagnose import NO_CAUSE, Report
from glowjit.errors import render


@click.command()
@shader_argument
@click.option("--size", type=Size(), help="Check one picture, of this size.")
@click.option("--time", "seconds", type=SECONDS, metavar="SECONDS", help="Check one picture, at this time.")
@uniform_option
@compile_options
@json_option
def command(
    shader: str,
    size: tuple[int, int] | None,
    seconds: float | None,
    settings: tuple[str, ...],
    as_json: bool,
    **compile_settings: Any,
) -> int:
    """Find the values of SHADER that overflow, or lose bits that its picture needs, as fixed-point words.

    Checks a sample of pictures, small and large, in the first minutes and after nine hours, with uniforms at the ends
    of their ranges. With --size, --time or --uniform, checks only the picture that these describe.

    A warning is a value that makes a picture wrong; then the exit code is 1. A note is a value that makes pictures
    wrong only after hours, or that is right only because it takes two words; notes do not change the exit code.
    """
    uniforms = parse_uniforms(settings)
    report = program.check(Path(shader), size=size, time=seconds, uniforms=uniforms, **compile_settings)
    click.echo(json.dumps(report.as_dict(), indent=2) if as_json else _text(report))
    return EXIT_WRONG if any(not view.late for view, _ in report.wrong) else 0


def _text(report: Report) -> str:
    """Findings as a compiler prints them, and a line that sums up."""
    lines = report.source.split("\n")
    said = [render(finding.diagnostic(report.source), lines) for finding in report.findings]
    wrong = [f"{share:.1%} of {view}" for view, share in report.wrong]
    if wrong and not said:
        said = [NO_CAUSE]
    total = f"{len(report.views)} picture{'s' * (len(report.views) != 1)}"
    return "\n".join([*said, f"wrong pixels: {', '.join(wrong)}" if wrong else f"{report.file}: {total} right"])
