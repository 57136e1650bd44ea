"""SessionReport: the reports of the tests of a session as one report, with the test of each finding."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import asdict, replace

from pendo_contracts.finding import Finding
from pendo_contracts.report.finding_groups import MAX_GROUPS, FindingGroup, FindingGroups
from pendo_contracts.report.report import compose
from pendo_contracts.report.tally import Tally

if TYPE_CHECKING:
    from pendo_contracts.report import Report

MAX_FINDINGS: Final = 20_000


class SessionReport:
    """The counts and findings of the tests of one or more pytest processes.

    At most MAX_FINDINGS findings are kept; the others are counted by severity.
    """

    def __init__(self) -> None:
        self._tally, self._further = Tally(), Counter[str]()
        self._findings: list[tuple[Finding, int, str]] = []
        self._places: dict[str, tuple[str, int]] = {}

    def add(self, test: str, report: Report, file: str = "", line: int = 1) -> None:
        """Add the report on the requests of a test, which is given by its node id, its file and its first line."""
        if file and report.findings:
            self._places[test] = (file, line)
        self._tally.requests += report.requests
        self._tally.broken += report.broken
        for row in report.rows:
            self._tally.events_by_place[row.place][row.type] += row.received
            self._tally.broken_events[row.place, row.type] += row.broken
        for name in ("not_received", "not_judged", "uncovered", "faults"):
            getattr(self._tally, name).update(getattr(report, name))
        self._further.update(report.further)
        for group in report.findings:
            unlisted = group.count - len(group.findings)
            for place, finding in enumerate(group.findings):
                located = replace(finding, where=f"{test} {finding.where}")
                self._keep(located, 1 + (unlisted if place == 0 else 0), group.example)

    def as_json(self) -> str:
        """Return the counts and findings as JSON, for the controller of pytest-xdist."""
        tally = self._tally
        return json.dumps(
            {
                "requests": tally.requests,
                "broken": tally.broken,
                "events_by_place": tally.events_by_place,
                "broken_events": [[*kind, count] for kind, count in tally.broken_events.items()],
                **{name: getattr(tally, name) for name in ("not_received", "not_judged", "uncovered", "faults")},
                "further": self._further,
                "places": self._places,
                "findings": [[asdict(finding), count, example] for finding, count, example in self._findings],
            }
        )

    def add_json(self, text: str) -> None:
        """Add the counts and findings of another process."""
        document: dict[str, Any] = json.loads(text)
        self._tally.requests += document["requests"]
        self._tally.broken += document["broken"]
        for place, counts in document["events_by_place"].items():
            self._tally.events_by_place[place].update(counts)
        for place, kind, count in document["broken_events"]:
            self._tally.broken_events[place, kind] += count
        for name in ("not_received", "not_judged", "uncovered", "faults"):
            getattr(self._tally, name).update(document[name])
        self._further.update(document["further"])
        self._places.update({test: (file, line) for test, (file, line) in document["places"].items()})
        for members, count, example in document["findings"]:
            self._keep(Finding(**members), count, example)

    def report(self) -> Report:
        """Return one report; its findings are in the order of the tests' names."""
        groups: dict[tuple[str, ...], list[tuple[Finding, int, str]]] = {}
        for entry in sorted(self._findings, key=lambda entry: entry[0].where):
            groups.setdefault((entry[0].severity, *entry[0].identity), []).append(entry)
        listed = tuple(
            FindingGroup(sum(count for _, count, _ in entries), tuple(one for one, _, _ in entries), entries[0][2])
            for entries in groups.values()
        )
        further = self._further.copy()
        for group in listed[MAX_GROUPS:]:
            further[group.severity] += group.count
        empty = compose(self._tally, FindingGroups())
        return replace(
            empty,
            findings=listed[:MAX_GROUPS],
            further=dict(further),
            paths={test: file for test, (file, _) in self._places.items()},
            lines={test: line for test, (_, line) in self._places.items()},
        )

    def _keep(self, finding: Finding, count: int, example: str) -> None:
        if len(self._findings) < MAX_FINDINGS:
            self._findings.append((finding, count, example))
        else:
            self._further[finding.severity] += count
