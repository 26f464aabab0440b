"""The `glowjit` command, and `python -m glowjit`. Ctrl-C ends it without a traceback while it still imports, too."""

import atexit
import os
import sys
from typing import NoReturn


def main() -> NoReturn:
    """Run the command line; see `glowjit.cli.main`."""
    try:
        from glowjit import cli

        status = cli.main()
    except KeyboardInterrupt:  # `cli.main` hears those that come later
        status = 130
    _leave(status)


def _leave(status: int) -> NoReturn:
    """Exit, but let the system have the memory as it is: to free every object takes a fifth of a small compilation."""
    atexit._run_exitfuncs()
    try:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
    except OSError:
        sys.exit(status)  # Python says what it has to say of that
    os._exit(status)


if __name__ == "__main__":
    main()
