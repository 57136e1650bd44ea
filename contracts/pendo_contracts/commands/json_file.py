"""The option --json and the function that writes its file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from pendo_contracts.commands.console import echo_json
from pendo_contracts.commands.output_errors import OutputFileError

json_option = click.option(
    "--json",
    "json_file",
    type=click.Path(dir_okay=False, path_type=Path, allow_dash=True),
    metavar="OUT",
    help="Also write the result as JSON to this file; `-` is stdout, and the text is then not printed.",
)


def is_stdout(file: Path | None) -> bool:
    """Return whether the value of --json is stdout."""
    return str(file) == "-"


def write_json(document: Any, file: Path) -> None:
    """Write a JSON document to the file of --json; raise OutputFileError if that fails."""
    from pendo_contracts.common.crash_safe_files import write_atomically  # noqa: PLC0415 - rarely needed

    text = json.dumps(document, indent=2)
    if is_stdout(file):
        echo_json(text)
        return
    try:
        write_atomically(file, text + "\n")
    except OSError as error:
        raise OutputFileError(f"cannot write {str(file)!r}: {error.strerror}; give another file") from error
