"""Reads the settings of the sources that `serve` receives events for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from pendo_contracts.wire.region import REGIONS
from pendo_destination.commands._shared.read_settings import configure, read_settings
from pendo_destination.transport.target import choose_targets

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pendo_destination.runtime.configuration import Configuration


def read_sources(
    write_key: str | None,
    sources_file: Path | None,
    settings_file: Path | None,
    api_key: str | None,
    options: Mapping[str, Any],
) -> dict[str, Configuration]:
    """Return the configuration of each source: its own settings, or else the options, or else the settings file."""
    common = read_settings(settings_file, api_key) | dict(options)
    sources = _read_file(sources_file) if sources_file else {str(write_key): {}}
    return {key: _configure(key, common | settings) for key, settings in sources.items()}


def _read_file(file: Path) -> dict[str, dict[str, Any]]:
    sources = read_settings(file, None)
    if not sources:
        raise click.UsageError(f"{file} must contain at least one source")
    for key, settings in sources.items():
        if not isinstance(settings, dict):
            raise click.UsageError(f"{file}: the settings of source {key!r} must be a JSON object")
    return sources


def _configure(write_key: str, settings: dict[str, Any]) -> Configuration:
    """Check the settings of a source, where the region may be a name."""
    region = settings.get("region")
    (target,) = choose_targets([region] if isinstance(region, str) and region in REGIONS else [], [])
    try:
        return configure(settings | dict(target.settings), target)
    except click.UsageError as error:
        raise click.UsageError(f"source {write_key}: {error.message}") from error
