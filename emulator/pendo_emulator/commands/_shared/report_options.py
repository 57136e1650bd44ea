"""The common options of check and exec: reports, and what fails a check."""

from __future__ import annotations

import os
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import click

from pendo_contracts.commands.github_actions import runs_in_github_actions
from pendo_contracts.commands.report_formats import FORMATS, REDACT_KEY
from pendo_contracts.common.name_suggestion import nearest
from pendo_contracts.common.safe_text import visible

if TYPE_CHECKING:
    from collections.abc import Callable

_STDOUT: Final = "-"
_SHOWN: Final = 80


class ReportFile(NamedTuple):
    """A report to write: its format and its file; the file `-` is stdout."""

    format: str
    file: Path

    @property
    def is_stdout(self) -> bool:
        """Whether the report goes to stdout."""
        return str(self.file) == _STDOUT


class Output(NamedTuple):
    """The reports to write, and whether only the last line of the report is printed.

    `redact` says whether reports have pseudonyms; None means only those that GitHub shows. `redact_key` is the key of
    the pseudonyms, "" for a random one. `github` says whether to write annotations and a step summary.
    """

    files: tuple[ReportFile, ...] = ()
    quiet: bool = False
    redact: bool | None = None
    redact_key: str = ""
    github: bool = False

    @property
    def uses_stdout(self) -> bool:
        """Whether a report goes to stdout, so that text for people goes to stderr."""
        return any(file.is_stdout for file in self.files)


class _ReportFileType(click.ParamType[ReportFile]):
    """The value `FORMAT:FILE`."""

    name = "FORMAT:FILE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return a ReportFile; fail for an unknown format, naming the known ones."""
        if isinstance(value, ReportFile):
            return value
        name, colon, file = str(value).partition(":")
        if not colon or not file:
            self.fail(f"write it like json:report.json, not {value!r}", param, ctx)
        if name not in FORMATS:
            near = nearest(name, list(FORMATS))
            hint = f"; did you mean {near}?" if near else ""
            self.fail(f"{name!r} is not one of the formats {', '.join(FORMATS)}{hint}", param, ctx)
        try:
            is_folder = Path(file).is_dir()
        except OSError as error:
            self.fail(f"{visible(file, _SHOWN)!r} cannot be the name of a file: {error.strerror}", param, ctx)
        if is_folder:
            self.fail(f"{file!r} is a folder: give the name of a file", param, ctx)
        return ReportFile(name, Path(file))


_json_option = click.option(
    "--json",
    "json_file",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    help="Short form of --report json:FILE.",
)
_report_option = click.option(
    "--report",
    "reports",
    multiple=True,
    type=_ReportFileType(),
    help=f"Also write the report to FILE, in a FORMAT: {', '.join(FORMATS)}. May be repeated. With the file `-` the"
    " report goes to stdout and the text for people to stderr.",
)
_quiet_option = click.option("--quiet", is_flag=True, help="Print only the last line of the report.")


_redact_option = click.option(
    "--redact/--no-redact",
    default=None,
    help="Replace ids, e-mail addresses, names, API keys and pages by pseudonyms, in all reports.  [default: only in"
    " annotations and step summaries]",
)
_redact_key_option = click.option(
    "--redact-key",
    default="",
    envvar=REDACT_KEY,
    help="Key of the pseudonyms, for the same pseudonyms in every run; also PENDO_EMULATOR_REDACT_KEY.  [default:"
    " random]",
)
_github_option = click.option(
    "--github/--no-github",
    default=None,
    help="Print annotations and add to the step summary of GitHub Actions.  [default: if GITHUB_ACTIONS is true]",
)


def report_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of reports; the function gets them as the keyword argument `output`."""

    @_report_option
    @_json_option
    @_redact_option
    @_redact_key_option
    @_github_option
    @_quiet_option
    @wraps(function)
    def with_output(
        *args: Any,
        reports: tuple[ReportFile, ...],
        json_file: Path | None,
        quiet: bool,
        redact: bool | None,
        redact_key: str,
        github: bool | None,
        **options: Any,
    ) -> Any:
        files = (*([ReportFile("json", json_file)] if json_file else []), *reports)
        if sum(file.is_stdout for file in files) > 1:
            raise click.UsageError("only one report can go to stdout: give the others a file")
        paths = [os.path.realpath(file.file) for file in files]
        if twice := next((str(file.file) for place, file in enumerate(files) if paths[place] in paths[:place]), ""):
            raise click.UsageError(f"two reports would be written to {twice!r}: give each its own file")
        in_github = runs_in_github_actions() if github is None else github
        return function(*args, output=Output(files, quiet, redact, redact_key, in_github), **options)

    return with_output


allow_empty_option = click.option(
    "--allow-empty", is_flag=True, help="Exit with 0 instead of 4 if nothing was checked."
)
strict_option = click.option(
    "--strict",
    is_flag=True,
    help="Also fail for warnings, and for requests that were unreadable, not received or not judged.",
)
