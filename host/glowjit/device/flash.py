"""Flashing MicroPython onto a chip with esptool's library: the right chip, the right file, verified.

Input: a port, the bytes of a merged firmware image, and the chip it has to be. Nothing is written before chip, revision
and file have been checked. esptool itself verifies what it wrote by its MD5.
"""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from glowjit.device.package import missing
from glowjit.device.transport import DeviceError, check_port

IMAGE_MAGIC = 0xE9
IMAGE_CHIP_AT = 12  # two bytes of the image's header, as esptool's documentation of the format has it
OLDEST_REVISION = {"esp32c3": 3}  # v0.3: MicroPython's builds need it
DOWNLOAD_MODE = "hold BOOT, tap RESET, release BOOT, and run this again"
FIRMWARE = "from micropython.org/download/ESP32_GENERIC_C3 take ESP32_GENERIC_C3-<date>-v<version>.bin"

Progress = Callable[[int, int], None]


def read_firmware(source: str) -> bytes:
    """The bytes of a firmware file, or of a URL."""
    try:
        if source.startswith(("http://", "https://")):
            with urllib.request.urlopen(source, timeout=60) as answer:
                return bytes(answer.read())
        return Path(source).read_bytes()
    except urllib.error.URLError as error:
        raise DeviceError(f"cannot download {source}: {error.reason}", hint=FIRMWARE) from None
    except OSError as error:
        raise DeviceError(f"cannot read {source}: {error.strerror}", hint=FIRMWARE) from None


def flash(port: str, firmware: bytes, chip: str, progress: Progress, *, stub: bool = True) -> str:
    """Write `firmware` at the start of the flash and reset the chip; returns a line about the chip.

    `chip` is its name as esptool has it ("esp32c3"). Without `stub` only the chip's ROM is used, more slowly.
    """
    try:
        import esptool
        from esptool import cmds
        from esptool.util import FatalError
    except ImportError:
        raise missing("esptool") from None
    wanted = esptool.CHIP_DEFS.get(chip)
    if wanted is None:
        raise DeviceError(f"esptool does not flash the {chip}", hint="flash it as its maker says, then run glowjit")
    check_port(port)
    _logger().report = progress
    check_firmware(firmware, wanted.IMAGE_CHIP_ID, wanted.CHIP_NAME)
    device = None
    writing = False
    try:
        device = cmds.detect_chip(port)
        about = _check_chip(device, wanted.CHIP_NAME, OLDEST_REVISION.get(chip, 0))
        if stub:
            device = cmds.run_stub(device)
        cmds.attach_flash(device)
        writing = True
        cmds.write_flash(device, [(0, firmware)], flash_size="keep")
        cmds.reset_chip(device, "hard-reset")
        return about
    except (FatalError, OSError) as error:
        raise _explain(port, error, writing) from None
    finally:
        if device is not None:
            device._port.close()


def silence() -> None:
    """Let esptool say nothing."""
    _logger().report = lambda _at, _total: None


def check_firmware(firmware: bytes, chip_id: int, name: str) -> None:
    """DeviceError unless the bytes begin as a merged image for the chip does."""
    if len(firmware) < 0x1000 or firmware[0] != IMAGE_MAGIC:
        raise DeviceError("this file is not a firmware image", hint=FIRMWARE)
    found = int.from_bytes(firmware[IMAGE_CHIP_AT : IMAGE_CHIP_AT + 2], "little")
    if found != chip_id:
        raise DeviceError(
            f"this firmware is not for the {name}: its chip has number {found}, not {chip_id}", hint=FIRMWARE
        )


def _check_chip(device: Any, name: str, oldest: int) -> str:
    if name != device.CHIP_NAME:
        raise DeviceError(
            f"the chip is an {device.CHIP_NAME}, not an {name}", hint="choose the port of the right board: --port"
        )
    revision = int(device.get_chip_revision())
    if revision < oldest:
        raise DeviceError(
            f"the chip is of revision v{revision // 100}.{revision % 100}, MicroPython needs "
            f"v{oldest // 100}.{oldest % 100} or newer",
            hint="use a newer board",
        )
    return f"{device.get_chip_description()}"


def _explain(port: str, error: Exception, writing: bool) -> DeviceError:
    text = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    if "busy" in text or "exclusively lock" in text:
        return DeviceError(f"{port} is in use by another program", hint="close the other terminal, mpremote or glowjit")
    if writing and "connect" in text.lower():
        message = f"the connection to {port} broke while the firmware was written, which is incomplete now"
        return DeviceError(message, hint=f"check the cable; then {DOWNLOAD_MODE}")
    if "connect" in text.lower() or "No serial data" in text:
        return DeviceError(f"the chip does not answer on {port}: {text}", hint=DOWNLOAD_MODE)
    if "MD5" in text or "checksum" in text.lower():
        return DeviceError(f"what was written is not what was sent: {text}", hint="flash again, with another cable")
    return DeviceError(f"flashing failed: {text}", hint=f"the board may not start now: {DOWNLOAD_MODE}")


@lru_cache(maxsize=1)
def _logger() -> Any:
    """esptool's logger from now on: it passes progress on to `report`, and says nothing else."""
    from esptool.logger import TemplateLogger, log

    class Logger(TemplateLogger):  # type: ignore[misc]
        report: Progress

        def print(self, *args: Any, **kwargs: Any) -> None: ...
        def note(self, message: str) -> None: ...
        def warning(self, message: str) -> None: ...
        def error(self, message: str) -> None: ...
        def stage(self, finish: bool = False) -> None: ...
        def set_verbosity(self, verbosity: str) -> None: ...
        def progress_bar(self, cur_iter: int, total_iters: int, *args: Any, **kwargs: Any) -> None:
            self.report(cur_iter, total_iters)

    logger = Logger()
    log.set_logger(logger)
    return logger
