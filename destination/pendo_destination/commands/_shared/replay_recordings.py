"""Sends recorded requests again and counts them by result."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import click

from pendo_contracts.common.safe_text import counted, visible
from pendo_contracts.recordings import RecordingError, read_recording
from pendo_destination.commands._shared.target_options import (
    check_emulator,
    exit_if_unreachable,
    require_target,
)
from pendo_destination.errors import DestinationError, UnreachableError
from pendo_destination.transport.http_transport import EXCHANGE_HEADER, UNUSABLE_ANSWER, HttpTransport

if TYPE_CHECKING:
    from pathlib import Path

    from pendo_contracts.recordings import Entry
    from pendo_contracts.wire.envelope import Envelope

FAILED: Final = 1
NOTHING: Final = 4
# The number of entries that are printed if they were not replayed, or not answered by the emulator.
MAX_SHOWN: Final = 10


def replay_recordings(files: tuple[Path, ...], emulator: str | None) -> int:
    """Send the requests of recordings again and return the exit code of `replay`."""
    require_target(emulator)
    check_emulator(emulator)
    with HttpTransport(emulator) as transport, exit_if_unreachable():
        replay = Replay(transport, emulated=emulator is not None)
        try:
            for file in files:
                for entry in read_recording(file):
                    replay.send(entry)
        except (OSError, RecordingError) as error:
            raise click.UsageError(str(error)) from error
    click.echo(replay.summary())
    return replay.exit_code


@dataclass(slots=True)
class Replay:
    """Sends the entries of recordings and counts them by result."""

    transport: HttpTransport
    emulated: bool
    sent: int = 0
    foreign: int = 0
    skipped: Counter[str] = field(default_factory=Counter)

    def send(self, entry: Entry) -> None:
        """Send an entry if its recording is complete enough; raise UnreachableError if no host answers."""
        if entry.envelope is None:
            self._skip("unreadable", entry, entry.problem)
        elif entry.not_received:
            self._skip("never received", entry, entry.not_received)
        elif entry.not_judged:
            self._skip("incomplete", entry, entry.not_judged)
        else:
            self._send(entry, entry.envelope)

    def _send(self, entry: Entry, envelope: Envelope) -> None:
        try:
            response = self.transport(envelope)
        except UnreachableError:
            raise
        except DestinationError as error:
            if error.kind != UNUSABLE_ANSWER:
                self._skip("unreadable", entry, error.message)
                return
            self.sent += 1
            self._count_foreign(entry, f"got no usable answer: {visible(error.message)}")
            return
        self.sent += 1
        if self.emulated and EXCHANGE_HEADER not in response.headers:
            self._count_foreign(entry, f"was answered with {response.status}")

    def _count_foreign(self, entry: Entry, answer: str) -> None:
        self.foreign += 1
        if self.foreign <= MAX_SHOWN:
            click.echo(f"not from an emulator: {entry.where} {answer}", err=True)

    def _skip(self, kind: str, entry: Entry, reason: str) -> None:
        self.skipped[kind] += 1
        if self.skipped.total() <= MAX_SHOWN:
            click.echo(f"skipped, {kind}: {entry.where}: {visible(reason)}", err=True)

    def summary(self) -> str:
        """Return one line of counts."""
        kinds = ", ".join(f"{count:,} {kind}" for kind, count in self.skipped.items())
        skipped = f", {self.skipped.total():,} skipped ({kinds})" if kinds else ""
        foreign = f", {counted(self.foreign, 'answer')} not from an emulator" if self.foreign else ""
        return f"{counted(self.sent, 'request')} replayed{skipped}{foreign}"

    @property
    def exit_code(self) -> int:
        """1 for an answer that an emulator did not give, 4 if nothing was sent, otherwise 0."""
        if self.foreign:
            return FAILED
        return 0 if self.sent else NOTHING
