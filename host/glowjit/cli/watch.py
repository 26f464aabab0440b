"""Building a shader anew whenever one of its files is saved."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Generic, TypeVar

from rich.console import Console

from glowjit.device.package import missing
from glowjit.errors import GlowjitError

STEP_MS = 20  # of silence after a change, so that an editor has finished writing

Built = TypeVar("Built")


class Watcher(Generic[Built]):
    """Calls `build` in a thread whenever one of `files()` is saved, and puts its results into the queue `made`.

    A GlowjitError of `build` is printed to `console`, and nothing is put.
    """

    def __init__(self, files: Callable[[], list[str]], build: Callable[[], Built], console: Console) -> None:
        try:
            import watchfiles
        except ImportError:
            raise missing("watchfiles") from None
        self.made: queue.Queue[Built] = queue.Queue()
        self._watch = watchfiles.watch
        self._files = files
        self._build = build
        self._console = console
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watcher", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        """Watch the folders of the files, and others once a shader includes something from elsewhere."""
        while not self._stop.is_set():
            wanted = {Path(name).absolute() for name in self._files()}
            for _ in self._changes(wanted):
                self._make()
                if {Path(name).absolute() for name in self._files()} != wanted:
                    break

    def _changes(self, wanted: set[Path]) -> Iterator[Any]:
        return self._watch(
            *sorted({path.parent for path in wanted if path.parent.is_dir()}),
            watch_filter=lambda _, name: Path(name) in wanted,
            step=STEP_MS,
            debounce=10 * STEP_MS,
            rust_timeout=200,
            stop_event=self._stop,
            raise_interrupt=False,
            recursive=False,
        )

    def _make(self) -> None:
        try:
            self.made.put(self._build())
        except GlowjitError as error:
            self._console.print(error.render(), style="red", highlight=False, markup=False)
