"""The `glowjit` command, and `python -m glowjit`. Ctrl-C ends it without a traceback while it still imports, too."""

import sys


def main() -> None:
    """Run the command line; see `glowjit.cli.main`."""
    try:
        from glowjit import cli

        cli.main()
    except KeyboardInterrupt:  # `cli.main` hears those that come later
        sys.exit(130)


if __name__ == "__main__":
    main()
