"""Waivers: findings that somebody accepts for a time, read from a YAML file."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import yaml

from pendo_contracts.baseline.known_rules import explain_unknown_rule
from pendo_contracts.common.name_suggestion import nearest
from pendo_contracts.common.safe_text import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from pendo_contracts.finding import Finding

MAX_WAIVERS: Final = 10_000
MAX_BYTES: Final = 4 * 1024 * 1024

REQUIRED: Final = ("rule", "owner", "reason", "expires")
MEMBERS: Final = (*REQUIRED, "scope")

_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_SHOWN: Final = 100
_SCOPES: Final[Mapping[str, Callable[[Finding], str]]] = {
    "event_type": lambda finding: "" if finding.about else finding.subject,
    "event_name": lambda finding: "" if finding.about else finding.name,
    "endpoint": lambda finding: "" if finding.about else finding.endpoint,
    "pointer": lambda finding: "" if finding.about else finding.pointer,
    "host": lambda finding: finding.host,
    "about": lambda finding: finding.about,
    "fingerprint": lambda finding: finding.fingerprint,
}


class WaiverFileError(ValueError):
    """A file of waivers that cannot be read at all; the text names the file and the line, and says what to do."""


@dataclass(frozen=True, slots=True)
class Waiver:
    """One waiver: it covers the findings of a rule that match every pattern of its scope, until the day `expires`.

    In a pattern, `*` means any text. `place` is `FILE:LINE`.
    """

    place: str
    rule: str
    owner: str
    reason: str
    expires: date
    scope: Mapping[str, str] = field(default_factory=dict, hash=False)

    def covers(self, finding: Finding) -> bool:
        """Return whether the waiver is about a finding."""
        return finding.rule_name == self.rule and all(
            _matches(pattern, _SCOPES[name](finding)) for name, pattern in self.scope.items()
        )


@dataclass(frozen=True, slots=True)
class WaiverFile:
    """The valid waivers of a file, and what is wrong with the others, each with its line."""

    file: str
    waivers: tuple[Waiver, ...] = ()
    problems: tuple[str, ...] = ()


def read_waivers(file: Path) -> WaiverFile:
    """Read the waivers of a YAML file; wrong waivers become problems, and the others are used.

    Raises WaiverFileError for a file that cannot be read, or that is not a YAML list.
    """
    reader = _Reader(str(file))
    root = _compose(file)
    if root is None:
        return WaiverFile(str(file))
    if not isinstance(root, yaml.SequenceNode):
        raise WaiverFileError(f"{_place(file, root)}: the waivers are not a list; begin each one with `- rule: NAME`")
    if len(root.value) > MAX_WAIVERS:
        raise WaiverFileError(f"{file} has more than {MAX_WAIVERS:,} waivers; use a baseline for that many findings")
    waivers = [waiver for node in root.value if (waiver := reader.read(node))]
    return WaiverFile(str(file), tuple(waivers), tuple(reader.problems))


def _compose(file: Path) -> yaml.Node | None:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise WaiverFileError(f"cannot read the waivers {file}: {error.strerror}") from error
    if len(content) > MAX_BYTES:
        raise WaiverFileError(f"{file} has more than {MAX_BYTES:,} bytes; use a baseline for that many findings")
    try:
        root: yaml.Node | None = yaml.compose(content, yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f":{mark.line + 1}" if mark else ""
        raise WaiverFileError(f"{file}{line}: not YAML: {visible(str(error.problem or error.context))}") from error
    except (yaml.YAMLError, UnicodeError) as error:
        raise WaiverFileError(f"{file}: not YAML: {visible(str(error))}") from error
    except RecursionError as error:
        raise WaiverFileError(f"{file} is nested too deeply; the waivers are one list of mappings") from error
    return root


class _Reader:
    """Reads the waivers of one file, and collects what is wrong with them."""

    def __init__(self, file: str) -> None:
        self._file = file
        self.problems: list[str] = []

    def read(self, node: yaml.Node) -> Waiver | None:
        """Return a waiver, None if it is wrong."""
        before = len(self.problems)
        if not isinstance(node, yaml.MappingNode):
            self._add(node, f"a waiver is a mapping with the members {', '.join(MEMBERS)}")
            return None
        members = self._members(node, MEMBERS)
        for name in REQUIRED:
            if name not in members:
                self._add(node, f"the waiver has no {name}: add `{name}: {_EXAMPLES[name]}`")
        texts = {name: self._text(name, members[name]) for name in REQUIRED if name in members}
        if (rule := texts.get("rule", "")) and (problem := explain_unknown_rule(rule)):
            self._add(members["rule"], problem)
        expires = self._date(members["expires"], texts["expires"]) if texts.get("expires") else None
        scope = self._scope(members["scope"]) if "scope" in members else {}
        if len(self.problems) > before or expires is None:
            return None
        return Waiver(_place(self._file, node), rule, texts["owner"], texts["reason"], expires, scope)

    def _members(self, node: yaml.MappingNode, known: tuple[str, ...]) -> dict[str, yaml.Node]:
        members: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else ""
            if name not in known:
                near = nearest(name, known)
                hint = f"did you mean {near}?" if near else f"the members are {', '.join(known)}"
                self._add(key, f"there is no member {_show(name)}; {hint}")
            elif name in members:
                self._add(key, f"{name} is there twice: remove one of them")
            else:
                members[name] = value
        return members

    def _scope(self, node: yaml.Node) -> dict[str, str]:
        if not isinstance(node, yaml.MappingNode):
            self._add(node, f"scope must be a mapping with some of {', '.join(_SCOPES)}")
            return {}
        if not node.value:
            self._add(node, "scope is empty: remove it to waive the rule everywhere, or add a pattern")
        return {
            name: self._text(f"scope.{name}", value, empty=True)
            for name, value in self._members(node, tuple(_SCOPES)).items()
        }

    def _text(self, name: str, node: yaml.Node, *, empty: bool = False) -> str:
        is_null = node.tag == "tag:yaml.org,2002:null"
        if isinstance(node, yaml.ScalarNode) and not is_null and (empty or node.value.strip()):
            text: str = node.value
            return text
        self._add(node, f"{name} must be a text that is not empty")
        return ""

    def _date(self, node: yaml.Node, text: str) -> date | None:
        try:
            if _DATE.fullmatch(text):
                return date.fromisoformat(text)
        except ValueError:
            pass
        self._add(node, f"expires must be a date such as {_EXAMPLES['expires']}, not {_show(text)}")
        return None

    def _add(self, node: yaml.Node, problem: str) -> None:
        self.problems.append(f"{_place(self._file, node)}: {problem}")


_EXAMPLES: Final = {
    "rule": "NAME",
    "owner": "the team that removes the cause",
    "reason": "why the finding is accepted",
    "expires": "2030-01-31",
}


def _place(file: Path | str, node: yaml.Node) -> str:
    return f"{file}:{node.start_mark.line + 1}"


def _show(value: Any) -> str:
    return visible(repr(value), _SHOWN)


def _matches(pattern: str, value: str) -> bool:
    """Return whether a value matches a pattern, in which `*` means any text; the time is linear in both."""
    first, *others = pattern.split("*")
    if not others:
        return value == pattern
    *middle, last = others
    if not value.startswith(first) or len(value) < len(first) + len(last) or not value.endswith(last):
        return False
    position, end = len(first), len(value) - len(last)
    for piece in middle:
        found = value.find(piece, position, end)
        if found < 0:
            return False
        position = found + len(piece)
    return True
