"""Reads the settings of the rules from `[tool.pendo-emulator]` of a pyproject.toml, or from a TOML file of its own."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Collection

    from pendo_contracts.rules.rule_settings import RuleSettings

PYPROJECT: Final = "pyproject.toml"
SECTION: Final = "tool.pendo-emulator"

_TOOL: Final = "pendo-emulator"
_RULES: Final = "rules"
_FILES: Final = ("baseline", "waivers", "plan")


class SettingsFileError(ValueError):
    """A settings file that cannot be used; the text names the file and the key, and says what to change."""


def load_rule_settings(
    file: Path | None = None, names: Collection[str] = (), folder: Path | None = None
) -> RuleSettings | None:
    """Read the settings of the rules from a file, or from the nearest pyproject.toml with a `[tool.pendo-emulator]`.

    The search goes upwards from `folder`, by default the working directory. Returns None if there are no settings.
    `names` are the only active rules, () for all. Raises SettingsFileError for a file that cannot be used, and
    RuleSettingsError for a name that is no rule.
    """
    found = file or find_pyproject(folder or Path.cwd())
    if found is None and not names:
        return None
    # The import of all rules takes time, which a server without settings saves.
    from pendo_contracts.rules.rule_settings import RuleSettingsError, find_rule, read_rule_settings  # noqa: PLC0415

    for name in names:
        find_rule(name)
    section, table = _read_section(found) if found else ("", {})
    try:
        return read_rule_settings(table, names)
    except RuleSettingsError as error:
        raise SettingsFileError(f"{found}: [{section}]: {error}") from error


def load_setting_files(file: Path | None = None, folder: Path | None = None) -> dict[str, Path]:
    """Return the files that the settings name, by setting (`baseline`, `waivers`, `plan`).

    The settings are found as by `load_rule_settings`. A relative path begins at the folder of the settings file. Raises
    SettingsFileError for a settings file that cannot be used.
    """
    found = file or find_pyproject(folder or Path.cwd())
    if found is None:
        return {}
    settings, _ = _read_settings(found)
    paths: dict[str, Path] = {}
    for name in _FILES:
        if (value := settings.get(name)) is not None:
            if not isinstance(value, str) or not value:
                raise SettingsFileError(f'{found}: {name} must be the name of a file, such as {name} = "FILE"')
            path = found.parent / value
            paths[name] = path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
    return paths


def find_pyproject(folder: Path) -> Path | None:
    """Return the nearest pyproject.toml with a table `[tool.pendo-emulator]`, in a folder or in one above it."""
    for place in (folder, *folder.parents):
        if _mentions_tool(place / PYPROJECT):
            return place / PYPROJECT
    return None


def _mentions_tool(file: Path) -> bool:
    try:
        text = file.read_bytes()
    except OSError:
        return False
    return _TOOL.encode() in text and _tool_table(_read_toml(file)) is not None


def _read_section(file: Path) -> tuple[str, Any]:
    """Return the name of the table with the rules, and the table; {} if the file has none."""
    settings, section = _read_settings(file)
    return section, settings.get(_RULES, {})


def _read_settings(file: Path) -> tuple[dict[str, Any], str]:
    """Return all settings of a file, and the name of the table with the rules."""
    document = _read_toml(file)
    tool = _tool_table(document)
    if tool is None and file.name != PYPROJECT:
        settings, section = document, _RULES
    else:
        settings, section = tool or {}, f"{SECTION}.{_RULES}"
    if not isinstance(settings, dict):
        raise SettingsFileError(f"{file}: {SECTION} is not a table; write [{section}]")
    for key in settings:
        if key != _RULES and key not in _FILES:
            raise SettingsFileError(f"{file}: there is no setting {key!r}; write the rules below [{section}]")
    return settings, section


def _read_toml(file: Path) -> dict[str, Any]:
    try:
        return _parse_toml(file.read_text("utf-8"))
    except OSError as error:
        raise SettingsFileError(f"cannot read {file}: {error.strerror}") from error
    except ValueError as error:
        raise SettingsFileError(f"{file} is not TOML: {error}") from error
    except RecursionError as error:
        raise SettingsFileError(f"{file} is nested too deeply; a rule's settings are one table") from error


@lru_cache(maxsize=4)
def _parse_toml(text: str) -> dict[str, Any]:
    """Parse a file once, although a command looks for its settings several times."""
    import tomllib  # noqa: PLC0415 - start-up time: most projects have no settings

    return tomllib.loads(text)


def _tool_table(document: dict[str, Any]) -> Any:
    tools = document.get("tool")
    return tools.get(_TOOL) if isinstance(tools, dict) else None
