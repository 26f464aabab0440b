"""Files that commands write: whole or not at all, and named for what is in them."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from glowjit.errors import GlowjitError


def picture_kind(path: str, *, animated: bool = False) -> str:
    """The format that a picture's name asks for, "PNG" or, of an animation, "GIF" too; GlowjitError for another."""
    kind = {".png": "PNG", ".gif": "GIF"}.get(Path(path).suffix.lower(), "")
    if kind == "PNG" or (kind and animated):
        return kind
    also = ", or in .gif" if animated else "; .gif is for --frames" if kind else ""
    raise GlowjitError(f"cannot write {path}", hint=f"give a name that ends in .png{also}", stage="output")


def write_whole(path: str, data: bytes) -> None:
    """Write a file all or not at all: a failure leaves what was there before."""
    target = Path(path)
    try:
        if target.exists() and not target.is_file():  # /dev/stdout and its like: nothing to replace
            target.write_bytes(data)
            return
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            umask = os.umask(0)
            os.umask(umask)
            os.chmod(name, 0o666 & ~umask)
            os.replace(name, target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        hint = "check the folder, and the room on its disk"
        raise GlowjitError(f"cannot write {path}: {error.strerror}", hint=hint, stage="output") from None
