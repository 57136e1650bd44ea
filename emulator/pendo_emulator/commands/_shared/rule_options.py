"""The options --settings and --plan, and the settings of the rules and the tracking plan that a command uses."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Collection

    from pendo_contracts.plans.plan import Plan
    from pendo_contracts.rules.rule_settings import RuleSettings

settings_option = click.option(
    "--settings",
    "settings_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="TOML file with severities and thresholds of rules.  [default: [tool.pendo-emulator] of pyproject.toml]",
)
plan_option = click.option(
    "--plan",
    "plan_file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Tracking plan for track events and metadata: JSON of this project or of Segment, CSV, or JSON Schemas in a"
    " file or folder.  [default: the setting plan]",
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


def read_plan_option(plan_file: Path | None, settings_file: Path | None) -> Plan | None:
    """Return the plan of the option, or else of the settings; a wrong plan is a usage error (exit code 2)."""
    from pendo_contracts.rules.settings_file import load_setting_files  # noqa: PLC0415 - --help does not need it

    try:
        path = plan_file or load_setting_files(settings_file).get("plan")
        if path is None:
            return None
        from pendo_contracts.plans.loading import load_plan  # noqa: PLC0415 - 9 ms that a run without a plan saves

        return load_plan(path)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
