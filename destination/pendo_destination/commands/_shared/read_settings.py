"""Reads and checks the settings for a command."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from pendo_destination.destinations.pendo_web import PENDO_WEB
from pendo_destination.runtime.configuration import (
    find_ambiguous_triggers,
    find_configuration_problems,
    read_configuration,
)

if TYPE_CHECKING:
    from pathlib import Path

    from pendo_destination.runtime.configuration import Configuration
    from pendo_destination.transport.target import Target


def read_settings(file: Path | None, api_key: str | None) -> dict[str, Any]:
    """Read a settings file; `api_key` replaces the one in the file. Raises click.UsageError."""
    document: Any = {}
    if file:
        try:
            document = json.loads(file.read_bytes())
        except ValueError as error:
            raise click.UsageError(f"{file} is not JSON: {error}") from error
        except RecursionError as error:
            raise click.UsageError(f"{file} is nested too deeply") from error
    if not isinstance(document, dict):
        raise click.UsageError(f"{file} must be a JSON object of settings")
    return document | ({"apiKey": api_key} if api_key is not None else {})


def configure(document: dict[str, Any], target: Target) -> Configuration:
    """Check settings for a target; raise click.UsageError that lists every problem.

    The region of a target may be a region that the setting does not offer, because the runtime accepts any region.
    """
    offered = PENDO_WEB.settings["region"].choices
    checked = document if document.get("region", offered[0]) in offered else document | {"region": offered[0]}
    problems = find_configuration_problems(PENDO_WEB, checked if target.settings else document)
    if problems:
        raise click.UsageError("the settings are invalid\n" + "\n".join(map(str, problems)))
    configuration = read_configuration(PENDO_WEB, document)
    for warning in find_ambiguous_triggers(configuration):
        click.echo(f"note: {warning}", err=True)
    return configuration
