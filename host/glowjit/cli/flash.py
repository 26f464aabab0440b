"""`glowjit flash`: official MicroPython onto a chip."""

from __future__ import annotations

import sys

import click

from glowjit.board import load_board
from glowjit.cli.options import board_option
from glowjit.device import flash
from glowjit.device.transport import find_port


@click.command()
@click.argument("firmware")
@click.option("--port", metavar="PORT", help="The board's serial port [default: the only board connected].")
@board_option
@click.option(
    "--no-stub", is_flag=True, help="Use only the chip's ROM loader: slower, for chips that refuse esptool's stub."
)
def command(firmware: str, port: str | None, board: str, no_stub: bool) -> None:
    """Write FIRMWARE, a file or a URL, to the start of the board's flash, in place of its firmware, and verify it.

    FIRMWARE is an official build of MicroPython: ESP32_GENERIC_C3-<date>-v<version>.bin from micropython.org/download.
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
