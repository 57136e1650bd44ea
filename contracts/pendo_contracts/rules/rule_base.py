"""Rule: a check for errors that no schema of one request shows."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeAlias

from msgspec import Struct, field

from pendo_contracts.finding import RULES_CONTRACT, Finding
from pendo_contracts.rules.request_facts import Site, site_of
from pendo_contracts.rules.spilling_table import DEFAULT_LIMIT, SpillingTable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pendo_contracts.finding import Severity
    from pendo_contracts.rules.observation import Observation
    from pendo_contracts.rules.request_facts import EventFact, Facts

Reads: TypeAlias = Literal["requests", "hosts", "ids", "metadata", "tracks", "events", "answers"]
Section: TypeAlias = Literal["hosts", "identity", "accounts", "metadata", "track", "time", "delivery"]


class Description(Struct, frozen=True):
    """The texts of a rule's page, its severity, and its thresholds with their default values.

    `symptom` is what people see in Pendo, `reason` why Pendo cares, `source` how the fact is known. `fix` is one short
    instruction that every finding contains. The name of a threshold ends with its unit.
    """

    name: str
    severity: Severity
    section: Section
    summary: str
    symptom: str
    reason: str
    fix: str
    source: str
    thresholds: Mapping[str, int] = field(default_factory=dict)


class Rule:
    """What all rules have: a description, a severity and thresholds, which users can change.

    A rule gets only requests that have what it `reads`: at least one id, metadata object, track event or event, or a
    known answer. A rule that reads hosts gets the first request of each API key, source and host.
    """

    description: ClassVar[Description]
    reads: ClassVar[Reads] = "requests"

    def __init__(
        self, severity: Severity | None = None, *, max_in_memory: int = DEFAULT_LIMIT, **thresholds: int
    ) -> None:
        self.severity: Severity = severity or self.description.severity
        self.thresholds = {**self.description.thresholds, **thresholds}
        self.max_in_memory = max_in_memory
        self.start()

    def start(self) -> None:
        """Create the state of a rule that compares requests."""

    @property
    def name(self) -> str:
        """The rule's name, which is stable."""
        return self.description.name

    def finding(
        self, facts: Facts, message: str, event: EventFact | None = None, pointer: str = "", about: str = ""
    ) -> Finding:
        """Return a finding of this rule about a request, or about one of its events; `about` is that of Finding."""
        return self.finding_at(site_of(facts, event), message, pointer, about)

    def finding_in(self, facts: Facts, message: str, index: int, pointer: str, about: str = "") -> Finding:
        """Return a finding of this rule about the event at a position of the payload."""
        place = bisect_left(facts.events, index, key=lambda event: event.index)
        event = facts.events[place] if place < len(facts.events) else None
        return self.finding(facts, message, event if event and event.index == index else None, pointer, about)

    def finding_at(self, site: Site, message: str, pointer: str = "", about: str = "") -> Finding:
        """Return a finding of this rule about a site; `about` is that of Finding."""
        described = self.description
        return Finding(
            self.severity, site.where, site.place, site.endpoint, site.api_key, site.subject, site.event_index,
            RULES_CONTRACT, described.name, pointer, message, described.fix, site.name, site.visitor, site.page,
            site.host if described.section == "hosts" else "", about=about,
        )  # fmt: skip


class RequestRule(Rule):
    """A rule that needs only one request."""

    def check(self, observation: Observation) -> Iterable[Finding]:
        """Return the findings about one request."""
        raise NotImplementedError


class StreamRule(Rule):
    """A rule that compares requests: it gets the facts of each request once, in order of arrival."""

    def __init__(self, severity: Severity | None = None, **options: int) -> None:
        self._tables: list[SpillingTable[Any]] = []
        super().__init__(severity, **options)

    def table(self) -> SpillingTable[Any]:
        """Return a new table for the state of the rule."""
        self._tables.append(SpillingTable(self.max_in_memory))
        return self._tables[-1]

    @property
    def in_memory(self) -> int:
        """The number of entries of the rule's tables in memory."""
        return sum(table.in_memory for table in self._tables)

    def observe(self, facts: Facts) -> Iterable[Finding]:
        """Return the findings that this request completes."""
        raise NotImplementedError

    def finish(self) -> Iterator[Finding]:
        """Yield the findings that are certain only if the stream ends here; does not change the state."""
        yield from ()

    def close(self) -> None:
        """Delete temporary files."""
        for table in self._tables:
            table.close()


AnyRule: TypeAlias = RequestRule | StreamRule


class RuleError(Exception):
    """A rule that raised an exception, which is a bug; `api_key` is the key of the request, "" at the end."""

    def __init__(self, rule: str, api_key: str = "") -> None:
        super().__init__(rule, api_key)
        self.rule, self.api_key = rule, api_key

    def __str__(self) -> str:
        of_key = f" on a request of the API key {self.api_key!r}" if self.api_key else ""
        return f"the rule {self.rule} failed{of_key}"
