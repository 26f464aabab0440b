"""`glowjit flash`: official MicroPython onto a chip."""

from __future__ import annotations

import sys

import click

from glowjit.board import load_board
from glowjit.cli import ports
from glowjit.device import flash
from glowjit.device.transport import find_port


@click.command()
@click.argument("firmware")
@ports.port_option
@click.option("--board", default="esp32c3", show_default=True, help="A board's name, or the path of its TOML file.")
@click.option("--no-stub", is_flag=True, help="Use nothing but the chip's ROM: slower, for chips that refuse the stub.")
def command(firmware: str, port: str | None, board: str, no_stub: bool) -> None:
    """Write FIRMWARE, a file or a URL, onto the chip, and verify it. Whatever was on the chip is gone then.

    The firmware is MicroPython's own: ESP32_GENERIC_C3-<date>-v<version>.bin from micropython.org/download.
    """
    chip = load_board(board).chip
    data = flash.read_firmware(firmware)
    with click.progressbar(length=1000, label="flashing", file=sys.stderr) as bar:
        done = 0

        def progress(at: int, total: int) -> None:
            nonlocal done
            now = 1000 * at // max(1, total)
            bar.update(now - done)
            done = now

        about = flash.flash(port or find_port(), data, chip, progress, stub=not no_stub)
    click.echo(f"{len(data):,} bytes written and verified on {about}; now: glowjit board install")
