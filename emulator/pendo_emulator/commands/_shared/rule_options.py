"""The option --settings, and the settings of the rules that a command uses."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Collection

    from pendo_contracts.rules.rule_settings import RuleSettings

settings_option = click.option(
    "--settings",
    "settings_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="TOML file with severities and thresholds of rules.  [default: [tool.pendo-emulator] of pyproject.toml]",
)


def read_settings(file: Path | None, names: Collection[str] = ()) -> RuleSettings | None:
    """Return the settings of the rules, None if there are none; a wrong file or name is a usage error (exit code 2).

    `names` are the only active rules, () for all.
    """
    from pendo_contracts.rules.settings_file import load_rule_settings  # noqa: PLC0415 - --help does not need it

    try:
        return load_rule_settings(file, names)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
