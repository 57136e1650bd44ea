"""Writes the settings of the rules as the table of a settings file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pendo_contracts.rules.rule_settings import RuleSettings


def rule_table(settings: RuleSettings) -> dict[str, Any]:
    """Return the table from which the settings can be read again."""
    table: dict[str, Any] = {name: {"severity": severity} for name, severity in settings.severities.items()}
    for name, thresholds in settings.thresholds.items():
        if thresholds:
            table[name] = {**table.get(name, {}), **thresholds}
    return table | dict.fromkeys(sorted(settings.off), "off")
