"""The baseline and the waivers of a pytest session, and what is wrong with them at its end."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from pendo_contracts.baseline.hide_known import list_problems
from pendo_contracts.commands.known_findings import KnownFiles
from pendo_contracts.commands.read_known import KnownFilesError, read_known
from pendo_emulator.pytest_parts.settings import KNOWN_FILES, find_file

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from pendo_contracts.baseline.hide_known import Known


def read_known_findings(config: pytest.Config) -> Known | None:
    """Read the baseline and the waivers of the options, of the ini file or of the settings; None without both."""
    files = {name: find_file(config, f"pendo_{name}") for name in KNOWN_FILES}
    try:
        options = read_known(
            KnownFiles(files["baseline"], waivers=files["waivers"]),
            None,
            datetime.now(UTC).date(),
            complete=False,
            folder=config.rootpath,
        )
    except KnownFilesError as error:
        raise pytest.UsageError(error.message) from error
    return options.known if options else None


def list_waiver_problems(session: pytest.Session, known: Known, used: AbstractSet[str]) -> tuple[str, ...]:
    """Return a line for each waiver that is wrong, expired, or unused; `used` are those that other processes used."""
    return list_problems(replace(known, used={*known.used, *used}, complete=_is_complete(session)))


def _is_complete(session: pytest.Session) -> bool:
    """Return whether all tests ran, so that a waiver without a finding is not needed."""
    options, arguments = session.config.option, session.config.args
    selected = any(getattr(options, name, None) for name in ("keyword", "markexpr", "lf", "stepwise", "deselect"))
    ended_early = session.shouldstop or session.shouldfail
    return not (selected or ended_early or any("::" in argument for argument in arguments))
