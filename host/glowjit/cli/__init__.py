"""The command line: one module per command, loaded when it is called; `bench` has one for each measurement.

What commands share is in `options` (options, and how their text becomes values), `ports` (boards), `films` (shaders
that read a frame before), `watch`, `pictures` and `files`.

`main` turns a user's mistake into a message on stderr (or JSON with --json) and exit code 2, and lets a bug of ours
through with its traceback and a line that says so.
"""

from __future__ import annotations

import errno
import gc
import importlib
import json
import os
import signal
import sys
import traceback
from typing import NamedTuple

import click

from glowjit.errors import EXIT_USER_ERROR, GlowjitError

EXIT_BUG = 70  # EX_SOFTWARE of sysexits.h
EXIT_INTERRUPTED = 130  # as shells report SIGINT: 128 + 2

_GARBAGE = 500_000  # objects between two searches for cycles: a compilation makes many objects and few cycles


class _Command(NamedTuple):
    """A command's line of help, and whether it begins with GLSL."""

    help: str
    compiles: bool = False


_COMMANDS = {
    "render": _Command("Render a shader on the emulated board into a PNG or GIF.", compiles=True),
    "compare": _Command("Compare the emulated board's picture with a float64 reference.", compiles=True),
    "check": _Command("Find the values that make a shader's picture wrong.", compiles=True),
    "compile": _Command("Compile a shader; write its image or any intermediate product.", compiles=True),
    "run": _Command("Show a shader on a board's LEDs; with --watch, whenever it is saved.", compiles=True),
    "board": _Command("Install the run time on a board, deploy shaders, serve a virtual board."),
    "flash": _Command("Write MicroPython to a board's flash."),
    "doctor": _Command("Find out what is wrong with a board, and what to do."),
    "bench": _Command("Measure shaders, builtins, register allocators or LED matrices.", compiles=True),
}

_WELCOME = """\
glowjit compiles GLSL shaders for an ESP32-C3 and runs the same machine code on an emulated one.

Try first:
  glowjit render shaders/plasma.frag           writes plasma.png, computed by RISC-V code in the emulator
  glowjit compare shaders/sphere.frag          the same beside a float64 reference, with a verdict
  glowjit compile shaders/start.frag --stats   how long, how large, how many registers spilled

Commands:"""


_SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 110}


class _Commands(click.Group):
    """Imports a command's module only when it is needed: start-up time is the user's."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        if _COMMANDS[cmd_name].compiles:
            importlib.import_module("glowjit.glsl").warm_up()  # while the rest is imported
        command: click.Command = importlib.import_module(f"glowjit.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """From the table: click would import every command for its first line of help."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.help) for name, entry in _COMMANDS.items()])


@click.group(cls=_Commands, invoke_without_command=True, context_settings=_SETTINGS)
@click.version_option(package_name="glowjit")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """GLSL shaders as fixed-point RISC-V machine code, on an ESP32-C3 or an emulated one."""
    if ctx.invoked_subcommand is None:
        click.echo(_WELCOME)
        for name, entry in _COMMANDS.items():
            click.echo(f"  {name:<9} {entry.help}")
        click.echo("\nglowjit COMMAND --help tells the rest.")


def main() -> int:
    """Run the command that `sys.argv` asks for.

    The exit code is 0, 1 (`options.EXIT_WRONG`), 2 (a user's mistake), 70 (a bug) or 130 (interrupted).
    """
    arguments = sys.argv[1:]
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C: what is temporary has to go
    gc.set_threshold(_GARBAGE)
    try:
        status = cli.main(args=arguments, prog_name="glowjit", standalone_mode=False)
    except (GlowjitError, click.ClickException) as error:
        _report(error if isinstance(error, GlowjitError) else _misused(error), "--json" in arguments)
        return EXIT_USER_ERROR
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return EXIT_INTERRUPTED
    except Exception as error:
        return _unforeseen(error)
    return status if isinstance(status, int) else 0


def _misused(error: click.ClickException) -> GlowjitError:
    """What click has against the arguments, as an error like all others."""
    message = error.format_message().rstrip(".")
    context = error.ctx if isinstance(error, click.UsageError) else None
    hint = f"{context.command_path if context else 'glowjit'} --help"
    return GlowjitError(message[:1].lower() + message[1:], hint=hint, stage="command line")


def _unforeseen(error: Exception) -> int:
    """The exit code for what no command foresees: a full disk behind standard output, or a bug of ours."""
    if isinstance(error, OSError) and error.filename is None and error.errno == errno.ENOSPC:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # for what Python still has to flush
        click.echo(f"error: cannot write the output: {error.strerror}", err=True)
        return EXIT_USER_ERROR
    traceback.print_exc()
    click.echo("this is a bug in glowjit, not in your shader: please report the lines above", err=True)
    return EXIT_BUG


def _report(error: GlowjitError, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"error": error.as_dict()}, indent=2))
    else:
        click.echo(error.render(), err=True)
