"""SegmentSource: `pendo-destination serve` in a process of its own, which sends to an emulator."""

from __future__ import annotations

import re
import subprocess
import sys
from tempfile import TemporaryDirectory
from threading import Thread
from typing import IO, TYPE_CHECKING, Final

from pendo_emulator.errors import EmulatorError

if TYPE_CHECKING:
    from typing import Self

    from pendo_emulator.api_key_space import Space

WRITE_KEY: Final = "pytest"
# Seconds.
STOP_TIMEOUT: Final = 30.0

_URL: Final = re.compile(r"Tracking API is at (\S+)")
_CODE: Final = "from pendo_destination.cli import main; main()"


class SegmentSource:
    """The Tracking API of one source, whose events go to a space of an emulator.

    `url` is its address on a free port, `write_key` the key of the source. The destination runs in another process,
    because the emulator does not import it. Raises EmulatorError if it does not start.
    """

    def __init__(self, space: Space, region: str = "io") -> None:
        self.write_key = WRITE_KEY
        self._folder = TemporaryDirectory(prefix="pendo-emulator-")
        options = ["--port", "0", "--write-key", WRITE_KEY, "--api-key", space.api_key, "--region", region]
        options += ["--idle", "0.05", "--journal", f"{self._folder.name}/journal.sqlite3", "--emulator", space.url]
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-c", _CODE, "serve", *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._output = self._process.stdout
        self.url = self._read_url()
        # The process stops if nothing reads its output and the pipe is full.
        self._reader = Thread(target=_discard, args=(self._output,), name="segment source", daemon=True)
        self._reader.start()

    def stop(self) -> None:
        """Send all accepted events, then stop; a second call does nothing."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(STOP_TIMEOUT)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._reader.join()
        if self._output:
            self._output.close()
        self._folder.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _read_url(self) -> str:
        lines = []
        for line in self._output or ():
            if found := _URL.search(line):
                return found[1]
            lines.append(line)
        self._process.wait()
        self._folder.cleanup()
        raise EmulatorError(f"pendo-destination serve did not start: {''.join(lines).strip()}")


def _discard(output: IO[str] | None) -> None:
    for _ in output or ():
        pass
