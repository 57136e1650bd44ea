"""Baseline: the fingerprints of known findings, in a JSON file with one line for each."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.common.crash_safe_files import write_atomically
from pendo_contracts.common.safe_text import cut, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from pendo_contracts.finding import Finding
    from pendo_contracts.report.finding_groups import FindingGroup

VERSION: Final = 1
MAX_PROBLEMS: Final = 20

_MEMBERS: Final = ("fingerprint", "rule", "what")
_UPDATE: Final = "--update-baseline writes a new one"
_CONFLICT: Final = ("<<<<<<< ", ">>>>>>> ")


class BaselineError(ValueError):
    """A baseline that cannot be used; the text names the file and says what to do."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """The fingerprints of known findings, and the file that they come from, as the user named it."""

    file: str
    fingerprints: frozenset[str] = field(default_factory=frozenset)


def read_baseline(file: Path) -> Baseline:
    """Read a baseline; raise BaselineError for a file that cannot be read or that has another form."""
    try:
        text = file.read_text("utf-8")
    except OSError as error:
        raise BaselineError(f"cannot read the baseline {file}: {error.strerror}; {_UPDATE}") from error
    except UnicodeDecodeError as error:
        raise BaselineError(f"the baseline {file} is not UTF-8; {_UPDATE}") from error
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith(_CONFLICT):
            raise BaselineError(f"{file}:{number}: a merge conflict: keep the lines of both sides, or {_UPDATE}")
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise BaselineError(f"{file}:{error.lineno}: the baseline is not JSON: {error.msg}; {_UPDATE}") from error
    except (ValueError, RecursionError) as error:
        raise BaselineError(f"{file}: the baseline is not JSON that can be read; {_UPDATE}") from error
    if problems := list(_problems(document)):
        more = f"; and {len(problems) - MAX_PROBLEMS:,} more" if len(problems) > MAX_PROBLEMS else ""
        raise BaselineError(f"{file} is not a baseline: {'; '.join(problems[:MAX_PROBLEMS])}{more}; {_UPDATE}")
    return Baseline(str(file), frozenset(entry["fingerprint"] for entry in document["findings"]))


def write_baseline(file: Path, groups: Iterable[FindingGroup]) -> Baseline:
    """Write the baseline of some findings, and return it; raise OSError, and keep the old file, if that fails.

    The file depends only on the set of problems: neither on their order nor on their number, visitors or messages.
    """
    entries = {group.first.fingerprint: group.first for group in groups}
    rows = sorted((first.rule_name, fingerprint, _describe(first)) for fingerprint, first in entries.items())
    lines = [
        json.dumps({"fingerprint": fingerprint, "rule": cut(rule), "what": what}) for rule, fingerprint, what in rows
    ]
    write_atomically(file, "\n".join([f'{{"version": {VERSION}, "findings": [', ",\n".join(lines), "]}", ""]))
    return Baseline(str(file), frozenset(entries))


def _describe(finding: Finding) -> str:
    """Return the identity of a finding as text for people who read the file."""
    if finding.about:
        return cut(" ".join(filter(None, (finding.about, finding.host))))
    subject = finding.subject if finding.index is None else f"{finding.subject} event {finding.name}".rstrip()
    pointer = f" at {finding.pointer}" if finding.pointer else ""
    host = f" on {finding.host}" if finding.host else ""
    return f"{cut(subject)} to {cut(finding.endpoint)}{cut(host)}{cut(pointer)}"


def _problems(document: Any) -> Iterator[str]:
    if not isinstance(document, dict):
        yield "the document is no object"
        return
    if (version := document.get("version")) != VERSION:
        yield f"the version must be {VERSION}, not {visible(repr(version), 40)}"
    for name in document.keys() - {"version", "findings"}:
        yield f"there is no member {visible(repr(name), 40)}"
    findings = document.get("findings")
    if not isinstance(findings, list):
        yield "findings must be an array"
        return
    for position, entry in enumerate(findings):
        if not (isinstance(entry, dict) and all(isinstance(entry.get(name), str) for name in _MEMBERS)):
            yield f"/findings/{position} must be an object with the texts {', '.join(_MEMBERS)}"
