"""Sends recorded requests again, counts them by result, and compares the answers with the recorded ones."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import click

from pendo_contracts.commands.comparison_text import comparison_lines
from pendo_contracts.commands.console import use_color
from pendo_contracts.common.safe_text import counted, visible
from pendo_contracts.comparison.compare import compare_contents
from pendo_contracts.comparison.recording_content import API_KEY, REGION_FACTS, RecordingContent
from pendo_contracts.recordings import Entry, RecordingError, read_recording
from pendo_destination.commands._shared.replay_pace import duration, in_order_of_time, paced
from pendo_destination.commands._shared.replay_target import ReplayTarget
from pendo_destination.commands._shared.target_options import (
    check_emulator,
    exit_if_unreachable,
    require_target,
)
from pendo_destination.errors import DestinationError, UnreachableError
from pendo_destination.transport.http_transport import EXCHANGE_HEADER, UNUSABLE_ANSWER, HttpTransport

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pendo_contracts.comparison.comparison import Comparison
    from pendo_contracts.wire.envelope import Envelope

FAILED: Final = 1
NOTHING: Final = 4
# The number of entries that are printed if they were not replayed, or not answered by the emulator.
MAX_SHOWN: Final = 10
UNUSABLE: Final = "unusable"


def replay_recordings(
    files: tuple[Path, ...], emulator: str | None, target: ReplayTarget, *, speed: float | None, strict: bool
) -> int:
    """Send the requests of recordings again and return the exit code of `replay`.

    Prints the differences between the recorded and the new answers. With `strict` they fail the command.
    """
    require_target(emulator)
    check_emulator(emulator)
    with HttpTransport(emulator) as transport, exit_if_unreachable():
        replay = Replay(transport, emulated=emulator is not None, target=target)
        try:
            for entry in _entries(files, speed):
                replay.send(entry)
        except (OSError, RecordingError) as error:
            raise click.UsageError(str(error)) from error
    differences = replay.differences()
    if not differences.same:
        for line in comparison_lines(differences):
            click.echo(line, color=use_color(sys.stdout))
    click.echo(replay.summary())
    return replay.exit_code or (FAILED if strict and not differences.same else 0)


def _entries(files: tuple[Path, ...], speed: float | None) -> Iterator[Entry]:
    """Yield the entries of recordings, each when it is due; without a speed at once."""
    for file in files:
        if speed is None:
            yield from read_recording(file)
            continue
        entries = in_order_of_time(read_recording(file))
        seconds = duration(entries)
        name = visible(str(file))
        click.echo(f"{name} lasts {seconds:,.1f} s; at speed {speed:g} its replay takes {seconds / speed:,.1f} s")
        yield from paced(entries, speed)


@dataclass(slots=True)
class Replay:
    """Sends the entries of recordings and counts them by result."""

    transport: HttpTransport
    emulated: bool
    target: ReplayTarget = field(default_factory=ReplayTarget)
    sent: int = 0
    foreign: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    recorded: RecordingContent = field(default_factory=RecordingContent)
    replayed: RecordingContent = field(default_factory=RecordingContent)

    def send(self, entry: Entry) -> None:
        """Send an entry if its recording is complete enough; raise UnreachableError if no host answers."""
        self.recorded.add(entry)
        if entry.envelope is None:
            self._skip("unreadable", entry, entry.problem)
        elif entry.not_received:
            self._skip("never received", entry, entry.not_received)
        elif entry.not_judged:
            self._skip("incomplete", entry, entry.not_judged)
        else:
            self._send(entry, self.target.apply(entry.envelope))

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
            self.replayed.add(Entry(entry.where, envelope, not_received=UNUSABLE))
            self._count_foreign(entry, f"got no usable answer: {visible(error.message)}")
            return
        self.sent += 1
        self.replayed.add(Entry(entry.where, envelope, status=response.status))
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

    def differences(self) -> Comparison:
        """Compare the recording with the replay; what the target changes on purpose is no difference."""
        changed = {API_KEY: self.target.api_key} | dict.fromkeys(REGION_FACTS, self.target.region)
        ignored = [fact for fact, value in changed.items() if value]
        names = ("the recording", "the replay")
        return compare_contents(self.recorded, self.replayed, ignored_facts=ignored, names=names)

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
