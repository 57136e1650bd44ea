"""`pendo-emulator capsule make`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pendo_emulator.commands._shared.rule_options import read_settings, settings_option

if TYPE_CHECKING:
    from pendo_emulator.capsule.capsule import NotReproducedError

_MAX_SHOWN = 20


@click.command("make")
@click.argument("recording", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "-o",
    "--output",
    metavar="OUT",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The capsule's file.  [default: FILE with the ending .capsule.zip, in this folder]",
)
@click.option(
    "--key",
    "key_file",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File with a secret of at least 16 bytes: the same pseudonyms in each capsule.  [default: a random key]",
)
@click.option(
    "--scenario",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Add a scenario, which must contain no value of the recording.",
)
@settings_option
def command(
    recording: Path, output: Path | None, key_file: Path | None, scenario: Path | None, settings_file: Path | None
) -> None:
    """Make a capsule of a recording.

    FILE is a HAR file, a capture or a store of the emulator. Pseudonyms replace ids, names, e-mail addresses, keys and
    hosts of customers; `capsule show` lists what is kept. The capsule is written only if it shows the same findings and
    causes as the recording.

    Exit codes: 0, the capsule is written; 1, the redacted recording shows something else, and nothing is written; 2,
    wrong usage or not a recording; 5, the capsule cannot be written, or a bug.
    """
    # These imports take 200 ms, which --help does not need.
    from pendo_contracts.common.safe_text import visible  # noqa: PLC0415
    from pendo_contracts.recordings.entry import RecordingError  # noqa: PLC0415
    from pendo_emulator.capsule.archive import CapsuleError  # noqa: PLC0415
    from pendo_emulator.capsule.capsule import NotReproducedError, make_capsule  # noqa: PLC0415

    if str(recording) == "-":
        raise click.UsageError("a capsule is made of a file, which is read several times: save the recording first")
    rules = _read_rules(settings_file)
    key, text = _read_key(key_file), _read_scenario(scenario)
    target = output or Path(f"{recording.name.removesuffix('.har')}.capsule.zip")
    try:
        data = make_capsule(recording, key, rules, text)
    except OSError as error:
        raise click.UsageError(f"cannot open {visible(str(recording))}: {error.strerror}") from error
    except RecordingError as error:
        raise click.UsageError(f"UNREADABLE: {error}") from error
    except CapsuleError as error:
        raise click.UsageError(visible(str(error))) from error
    except NotReproducedError as error:
        _show_differences(error)
        sys.exit(1)
    _write(target, data)


def _write(file: Path, data: bytes) -> None:
    from pendo_contracts.commands.output_errors import OutputFileError  # noqa: PLC0415 - --help does not need it
    from pendo_contracts.common.crash_safe_files import write_atomically  # noqa: PLC0415 - the same
    from pendo_contracts.common.safe_text import visible  # noqa: PLC0415 - the same

    name = visible(str(file))
    try:
        write_atomically(file, data)
    except OSError as error:
        raise OutputFileError(f"cannot write {name}: {error.strerror}; give another -o") from error
    click.echo(f"{name}: {len(data):,} bytes, without personal data")
    click.echo(f"See what is kept: pendo-emulator capsule show {name}")


def _read_rules(file: Path | None) -> dict[str, Any]:
    """Return the settings of the rules as a table; a wrong file is a usage error."""
    from pendo_emulator.capsule.rule_table import rule_table  # noqa: PLC0415 - --help does not need it

    settings = read_settings(file)
    return rule_table(settings) if settings else {}


def _read_key(file: Path | None) -> bytes | None:
    if file is None:
        return None
    try:
        key = file.read_bytes().strip()
    except OSError as error:
        raise click.UsageError(f"cannot read {file}: {error.strerror}") from error
    if len(key) < 16:
        raise click.UsageError(f"{file} has {len(key)} bytes; a key has at least 16: write a random text into it")
    return key


def _read_scenario(file: Path | None) -> str:
    if file is None:
        return ""
    from pendo_contracts.scenarios.reading import ScenarioError, read_scenario  # noqa: PLC0415 - rarely needed

    try:
        read_scenario(file)
        return file.read_text("utf-8")
    except (OSError, ScenarioError) as error:
        raise click.UsageError(f"cannot use {file}: {error}") from error


def _show_differences(error: NotReproducedError) -> None:
    from pendo_contracts.common.safe_text import visible  # noqa: PLC0415 - --help does not need it

    click.echo("Nothing is written: the recording shows something else after its redaction.", err=True)
    for line in error.found[:_MAX_SHOWN]:
        click.echo(f"  {visible(line, 1000)}", err=True)
    if further := len(error.found) - _MAX_SHOWN:
        click.echo(f"  and {further:,} more" if further > 0 else "", err=True, nl=further > 0)
    click.echo("Please report this as a bug of pendo-emulator; the lines above contain no personal data.", err=True)
