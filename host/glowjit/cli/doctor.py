"""`glowjit doctor`: what is wrong with the board, and what to do."""

from __future__ import annotations

import contextlib
import json
from dataclasses import asdict

import click

from glowcore import encode, isa
from glowjit.board import load_board
from glowjit.cli import ports
from glowjit.cli.options import EXIT_WRONG, board_option, json_option
from glowjit.device import doctor, package
from glowjit.errors import GlowjitError


@click.command()
@ports.port_option
@board_option
@json_option
def command(port: str | None, board: str, as_json: bool) -> int:
    """Find a board, check what a shader needs to run on it, and say how to mend what is wrong.

    Exit code 1 if something is wrong.
    """
    with contextlib.ExitStack() as stack:
        if port == ports.VIRTUAL:
            port = stack.enter_context(ports.virtual_board(board)).path
        findings = []
        for finding in doctor.examine(port, _files(board), isa, encode.emit):
            findings.append(finding)
            if not as_json:
                mark = click.style("ok  ", fg="green") if finding.good else click.style("bad ", fg="red")
                click.echo(f"{mark} {finding.subject}: {finding.text}")
                if finding.advice:
                    click.echo(f"     do: {finding.advice}")
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings], indent=2))
    return 0 if all(finding.good for finding in findings) else EXIT_WRONG


def _files(board: str) -> dict[str, bytes]:
    """The runtime, or nothing if mpy-cross is not there, which the examination says first."""
    try:
        return ports.runtime(load_board(board))
    except GlowjitError:
        if package.has_cross_compiler():
            raise
        return {}
