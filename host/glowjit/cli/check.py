"""`glowjit check`: the lint. Values that make the picture wrong, with the line, what they reach and what to write."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from glowjit import program
from glowjit.cli.options import SECONDS, Size, compile_options, json_option, parse_uniforms, shader_argument
from glowjit.diagnose import NO_CAUSE, Report
from glowjit.errors import render

EXIT_FINDINGS = 1


@click.command()
@shader_argument
@click.option("--size", type=Size(), help="Look at a picture of this size alone [default: several].")
@click.option("--time", "seconds", type=SECONDS, help="Look at this moment alone [default: several].")
@click.option("--uniform", "settings", multiple=True, metavar="NAME=VALUE", help="Set a uniform; repeat for more.")
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
    """Look for values of SHADER that a 32-bit word cannot hold as the picture needs them.

    The pictures are those that boards show: small and large, in the first minutes, with uniforms at the ends of their
    ranges; and one after nine hours. With --size, --time or --uniform, it is that picture alone. Exit code 1 if some
    picture is wrong; what goes wrong only after hours, or needs a pair of words to be right, is a note, and does not
    count.
    """
    uniforms = parse_uniforms(settings)
    report = program.check(Path(shader), size=size, time=seconds, uniforms=uniforms, **compile_settings)
    click.echo(json.dumps(report.as_dict(), indent=2) if as_json else _text(report))
    return EXIT_FINDINGS if any(not view.late for view, _ in report.wrong) else 0


def _text(report: Report) -> str:
    """Findings as a compiler prints them, and a line that sums up."""
    lines = report.source.split("\n")
    said = [render(finding.diagnostic(report.source), lines) for finding in report.findings]
    wrong = [f"{share:.1%} of {view}" for view, share in report.wrong]
    if wrong and not said:
        said = [NO_CAUSE]
    total = f"{len(report.views)} picture{'s' * (len(report.views) != 1)}"
    return "\n".join([*said, f"wrong pixels: {', '.join(wrong)}" if wrong else f"{report.file}: {total} right"])
