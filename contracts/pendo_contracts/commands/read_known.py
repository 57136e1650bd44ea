"""Reads the files of the options for known findings, and applies them to the report of a check."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from msgspec import Struct
from msgspec.structs import replace

from pendo_contracts.commands.output_errors import OutputFileError
from pendo_contracts.rules.settings_file import load_setting_files

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from pendo_contracts.baseline.hide_known import Known
    from pendo_contracts.commands.known_findings import KnownFiles
    from pendo_contracts.report import Report


class KnownFilesError(click.UsageError):
    """A baseline or waivers that cannot be used; the text says why and what to do."""


class KnownOptions(Struct, frozen=True):
    """The baseline and the waivers of a check, and the file to which a new baseline is written, None for none."""

    known: Known
    update: Path | None = None

    def apply(self, report: Report, *, update: bool = True) -> Report:
        """Return a report without the known findings; write the new baseline before, unless `update` is false.

        Nothing is written if nothing was checked. Raises OutputFileError if the file cannot be written.
        """
        from pendo_contracts.baseline.baseline_file import write_baseline  # noqa: PLC0415 - only with these options
        from pendo_contracts.baseline.hide_known import hide_known, without_waived  # noqa: PLC0415 - the same

        known = self.known
        if self.update and update and report.requests:
            try:
                baseline = write_baseline(self.update, without_waived(report, known))
            except OSError as error:
                raise OutputFileError(f"cannot write the baseline to {self.update}: {error.strerror}") from error
            report = replace(
                report, notes=(*report.notes, f"{self.update} has {len(baseline.fingerprints):,} findings")
            )
            known = replace(known, baseline=baseline)
        elif self.update:
            report = replace(report, notes=(*report.notes, f"{self.update} was not written: the check is incomplete"))
        return hide_known(report, known)


def read_known(
    files: KnownFiles, settings_file: Path | None, today: date, *, complete: bool = True, folder: Path | None = None
) -> KnownOptions | None:
    """Read the files of the options, or else of the settings; None if there are none.

    `today` is the day in UTC, and `complete` is that of Known. Raises KnownFilesError for files that cannot be used.
    """
    try:
        paths = load_setting_files(settings_file, folder)
        baseline, waivers = files.baseline or paths.get("baseline"), files.waivers or paths.get("waivers")
        if files.update and not complete:
            raise KnownFilesError("--update-baseline needs a check of everything: leave out --rule and --only")
        if files.update and baseline is None:
            raise KnownFilesError('--update-baseline needs --baseline FILE, or the setting baseline = "FILE"')
        if baseline is None and waivers is None:
            return None
        known = replace(_read(None if files.update else baseline, waivers, today), complete=complete)
        return KnownOptions(known, baseline if files.update else None)
    except ValueError as error:
        raise KnownFilesError(str(error)) from error


def _read(baseline: Path | None, waivers: Path | None, today: date) -> Known:
    from pendo_contracts.baseline.baseline_file import read_baseline  # noqa: PLC0415 - only with these options
    from pendo_contracts.baseline.hide_known import Known  # noqa: PLC0415 - the same
    from pendo_contracts.baseline.waiver_file import read_waivers  # noqa: PLC0415 - the same

    return Known(today, read_baseline(baseline) if baseline else None, read_waivers(waivers) if waivers else None)
