"""`python -m glowjit` is `glowjit`."""

from glowjit.cli import main

main()
