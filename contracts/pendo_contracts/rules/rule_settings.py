"""RuleSettings: which rules are active, and their severities and thresholds; read from a TOML table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, get_args

from msgspec import Struct, field

from pendo_contracts.common.name_suggestion import nearest
from pendo_contracts.common.safe_text import visible
from pendo_contracts.finding import Severity
from pendo_contracts.rules.catalogue import RULES

if TYPE_CHECKING:
    from collections.abc import Collection

    from pendo_contracts.rules.rule_base import AnyRule, Rule

OFF: Final = "off"
SEVERITY: Final = "severity"
# Above any useful value, and small enough for exact calculations with floats.
MAX_THRESHOLD: Final = 10**12
_MAX_SHOWN: Final = 100


class RuleSettingsError(ValueError):
    """Settings of rules that are not valid; the text says what to change."""


class RuleSettings(Struct, frozen=True):
    """The rules to run, by name.

    `names` are the only active rules, None for all. `off` are rules that are not active. `severities` and `thresholds`
    replace the rule's own values. `max_in_memory` is the number of visitors or pages that each rule keeps in memory.
    """

    names: frozenset[str] | None = None
    off: frozenset[str] = frozenset()
    severities: Mapping[str, Severity] = field(default_factory=dict)
    thresholds: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    max_in_memory: int | None = None


ALL_RULES: Final = RuleSettings()
NO_RULES: Final = RuleSettings(names=frozenset())


def create_rules(settings: RuleSettings = ALL_RULES) -> list[AnyRule]:
    """Return new instances of the active rules, in the order of the catalogue."""
    memory = {} if settings.max_in_memory is None else {"max_in_memory": settings.max_in_memory}
    return [
        rule(settings.severities.get(name), **memory, **settings.thresholds.get(name, {}))
        for rule in RULES
        if (name := rule.description.name) not in settings.off and (settings.names is None or name in settings.names)
    ]


def find_rule(name: str) -> type[Rule]:
    """Return the rule with a name; raise RuleSettingsError with the nearest name if there is none."""
    for rule in RULES:
        if rule.description.name == name:
            return rule
    near = nearest(name, [rule.description.name for rule in RULES])
    hint = f"did you mean {near}? " if near else ""
    raise RuleSettingsError(f"there is no rule {_show(name)}; {hint}`pendo-emulator rules list` shows all rules")


def read_rule_settings(table: Any, names: Collection[str] = ()) -> RuleSettings:
    """Read a table `{rule: "off" | severity | {severity, threshold...}}`; raise RuleSettingsError for other values.

    `names` are the only active rules, () for all; a rule that is named here is active even if the table says off.
    """
    if not isinstance(table, Mapping):
        raise RuleSettingsError("the settings of the rules are not a table")
    off: set[str] = set()
    severities: dict[str, Severity] = {}
    thresholds: dict[str, dict[str, int]] = {}
    for name, value in table.items():
        members = dict(value) if isinstance(value, Mapping) else {SEVERITY: value}
        severity = members.pop(SEVERITY, None)
        if severity == OFF:
            off.add(name)
        elif severity is not None:
            severities[name] = _severity(name, severity)
        thresholds[name] = _thresholds(find_rule(name), members)
    for name in names:
        find_rule(name)
    return RuleSettings(frozenset(names) if names else None, frozenset(off.difference(names)), severities, thresholds)


def _severity(name: str, value: Any) -> Severity:
    if value in get_args(Severity):
        severity: Severity = value
        return severity
    choices = ", ".join((OFF, *get_args(Severity)))
    raise RuleSettingsError(f"{name}: {_show(value)} is not one of {choices}")


def _thresholds(rule: type[Rule], members: Mapping[str, Any]) -> dict[str, int]:
    known = rule.description.thresholds
    for name, value in members.items():
        if name not in known:
            choices = ", ".join((SEVERITY, *known))
            raise RuleSettingsError(f"{rule.description.name} has no setting {_show(name)}; it has {choices}")
        if type(value) is not int or not 0 <= value <= MAX_THRESHOLD:
            wanted = f"must be a whole number from 0 to {MAX_THRESHOLD:,}"
            raise RuleSettingsError(f"{rule.description.name}: {name} {wanted}, not {_show(value)}")
    return dict(members)


def _show(value: Any) -> str:
    try:
        return visible(repr(value), _MAX_SHOWN)
    except ValueError:
        return "an integer of more than 4,300 digits"
    except RecursionError:
        return "a value that is nested too deeply"
