"""The space of one API key on an emulator: its exchanges, faults and subscription, isolated from other keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn
from uuid import uuid4

from msgspec.structs import replace

from pendo_contracts.baseline.hide_known import hide_known
from pendo_contracts.common.name_suggestion import nearest
from pendo_contracts.common.safe_text import visible
from pendo_contracts.report import Report, as_text, headline
from pendo_contracts.report.finding_groups import select_groups
from pendo_emulator.control.arrival_descriptions import (
    describe_arrivals,
    describe_filters,
    list_arrivals,
    nearest_arrival,
)
from pendo_emulator.control.filter_check import (
    UnknownFilterError,
    check_finding_filters,
    check_names,
    check_values,
)
from pendo_emulator.errors import EmulatorError, NotKeptError
from pendo_emulator.faults.fault import read_fault
from pendo_emulator.faults.profiles import faults_of
from pendo_emulator.storage.query import PAGE_LIMIT, Query
from pendo_emulator.subscription import read_subscription

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pendo_contracts.baseline.hide_known import Known
    from pendo_contracts.finding import Severity
    from pendo_contracts.report.finding_groups import FindingGroup
    from pendo_contracts.wire.event import Event
    from pendo_emulator.exchange import Exchange
    from pendo_emulator.faults.active_faults import ActiveFault
    from pendo_emulator.profiles.profile import AccountProfile, Kind, VisitorProfile
    from pendo_emulator.server import Emulator


@dataclass(frozen=True)
class Space:
    """The exchanges, faults and subscription of one API key.

    Filters are the fields of Query: region, endpoint, good, type, name, visitor_id, account_id, after. `known` has the
    baseline and the waivers whose findings the reports hide. `allowed` names rules whose findings the reports leave
    out. With `strict`, warnings fail `assert_kept` too.
    """

    emulator: Emulator
    api_key: str
    known: Known | None = None
    allowed: frozenset[str] = frozenset()
    strict: bool = False

    @classmethod
    def fresh(
        cls,
        emulator: Emulator,
        known: Known | None = None,
        *,
        allowed: frozenset[str] = frozenset(),
        strict: bool = False,
    ) -> Space:
        """Create a space with a new API key."""
        space = cls(emulator, str(uuid4()), known, allowed, strict)
        emulator.recorder.active_keys.mark_in_use(space.api_key)
        return space

    @property
    def url(self) -> str:
        """The emulator's address."""
        return self.emulator.url

    def host_url(self, host: str) -> str:
        """Return the URL of one of Pendo's hosts, or of a CNAME, that works without DNS."""
        return self.emulator.host_url(host)

    def fault(self, *, profile: str = "", **members: Any) -> None:
        """Activate a fault for this key, from now on: `space.fault(endpoint="ptm.gif", status=503, times=2)`.

        The contract `fault` describes the members; raises BrokenDocumentError for others. With a `profile`, activate
        its faults, each limited by the members; raises EmulatorError if there is no such profile or limit.
        """
        faults = faults_of(profile, members) if profile else [read_fault(members)]
        self.emulator.recorder.settings.add_faults(self.api_key, faults)

    def faults(self) -> tuple[ActiveFault, ...]:
        """List the active faults of this key, each with its counts."""
        return self.emulator.recorder.settings.get(self.api_key).faults.active

    def clear_faults(self) -> int:
        """Remove all faults of this key; return how many there were."""
        return self.emulator.recorder.settings.clear_faults(self.api_key)

    def subscribe(self, **members: Any) -> None:
        """Set the subscription of this key: `space.subscribe(region="eu", segment_track=True)`.

        The contract `subscription` describes the members; raises BrokenDocumentError for others.
        """
        self.emulator.recorder.settings.subscribe(self.api_key, read_subscription(members))

    def exchanges(self, *, allow_unknown: bool = False, **filters: Any) -> list[Exchange]:
        """List the oldest matching exchanges, at most a page of them.

        A region, endpoint or event type that the contracts do not contain raises EmulatorError, because no exchange
        could match it; `allow_unknown` accepts unknown values. The other methods do the same.
        """
        return self.emulator.recorder.read(self._query(filters, allow_unknown=allow_unknown), PAGE_LIMIT)

    def events(self, q: str = "", *, allow_unknown: bool = False, **filters: Any) -> list[Event]:
        """List the events of the matching exchanges that match the query `q`; with `type`, only events of that type.

        `q` is in the query language of the timeline: `pendo.events('type:track name:"Signed Up" is:kept')`. A wrong
        query raises EmulatorError.
        """
        exchanges = self.exchanges(allow_unknown=allow_unknown, **filters)
        selected = self._select(q) if q else None
        return [
            event
            for exchange in exchanges
            for event in exchange.beacon.events
            if filters.get("type") in {None, event.type}
            if selected is None or (exchange.id, event.index) in selected
        ]

    def wait(
        self, count: int = 1, timeout: float = 5.0, *, allow_unknown: bool = False, **filters: Any
    ) -> list[Exchange]:
        """Wait, at most `timeout` seconds, until `count` match, and list them; raise NotKeptError if fewer match."""
        query = self._query(filters, allow_unknown=allow_unknown)
        arrived = self.emulator.recorder.wait(query, count, timeout)
        if arrived < count:
            expected = f"{count} {describe_filters(filters)}".strip()
            raise NotKeptError(
                f"{arrived} of {expected} arrived within {timeout:g} s; {self._nearest(filters)}\n{self._text()}"
            )
        return self.emulator.recorder.read(query, PAGE_LIMIT)

    def expect(
        self, count: int = 1, timeout: float = 5.0, *, allow_unknown: bool = False, **filters: Any
    ) -> list[Exchange]:
        """Wait until exactly `count` match, and list them; raise NotKeptError if fewer or more match.

        Exchanges that arrive after this method returned are not counted.
        """
        arrived = self.wait(count, timeout, allow_unknown=allow_unknown, **filters)
        matching = [one for one in list_arrivals(arrived) if one.matches(filters)]
        if len(matching) > count:
            expected = f"{count} {describe_filters(filters)}".strip()
            raise NotKeptError(
                f"{len(matching)} arrived, {expected} expected: {describe_arrivals(matching)}\n{self._text()}"
            )
        return arrived

    def expect_silence(self, seconds: float = 0.2, *, allow_unknown: bool = False, **filters: Any) -> None:
        """Raise NotKeptError if a matching exchange arrives within `seconds`."""
        recorder = self.emulator.recorder
        query = recorder.from_now_on(self._query(filters, allow_unknown=allow_unknown))
        if arrived := recorder.wait(query, 1, seconds):
            arrivals = (one for one in list_arrivals(recorder.read(query)) if one.matches(filters))
            raise NotKeptError(f"{arrived} arrived, none was expected: {describe_arrivals(arrivals)}\n{self._text()}")

    def report(self) -> Report:
        """Report on all exchanges of this key; only the exchanges since the previous report are read."""
        report = self.emulator.recorder.live_checks.report(self.api_key, self.emulator.domains[1:], self.allowed)
        if self.known:
            report = hide_known(report, self.known, judge_waivers=False)
        if not self.allowed:
            return report
        remaining = tuple(group for group in report.findings if group.rule not in self.allowed)
        return replace(report, findings=remaining)

    def keeps(self, report: Report) -> bool:
        """Return whether a report has nothing that fails a test of this space."""
        return report.flawless if self.strict else report.good

    def findings(self, severity: Severity | None = None, rule: str | None = None) -> list[FindingGroup]:
        """List the findings about the exchanges of this key: broken contracts, and results of the rules.

        `severity` and `rule` select findings; raises EmulatorError for a severity or a rule that does not exist.
        """
        try:
            check_finding_filters(severity, rule)
        except UnknownFilterError as error:
            raise EmulatorError(str(error)) from None
        return select_groups(self.report().findings, severity, rule)

    def assert_kept(self) -> None:
        """Raise NotKeptError if no request arrived or a contract is broken; its first line says which contract."""
        report = self.report()
        if report.requests == 0 and self.keeps(report):
            raise NotKeptError(f"nothing arrived at API key {self.api_key}\n{as_text(report)}")
        if not self.keeps(report):
            raise NotKeptError(f"{headline(report)}\n{as_text(report)}")

    def visitor(self, visitor_id: str, timeout: float = 10.0) -> VisitorProfile:
        """Return a visitor as Pendo would hold it, derived from the exchanges of this key.

        Raises NotKeptError if the key has no such visitor, and EmulatorError if the profiles do not contain every
        exchange after `timeout` seconds.
        """
        profiles = self.emulator.recorder.profiles
        found = profiles.visitor(self.api_key, visitor_id, timeout)
        return found or self._not_found("visitor", visitor_id, (one.id for one in profiles.visitors(self.api_key)[0]))

    def account(self, account_id: str, timeout: float = 10.0) -> AccountProfile:
        """Return an account as Pendo would hold it; raise the errors of `visitor`."""
        profiles = self.emulator.recorder.profiles
        found = profiles.account(self.api_key, account_id, timeout)
        return found or self._not_found("account", account_id, (one.id for one in profiles.accounts(self.api_key)[0]))

    @property
    def integration_key(self) -> str:
        """The integration key with which a client reads and writes this key's data through Pendo's Engage API."""
        return self.emulator.recorder.integration_keys.get(self.api_key).read_write

    def clear(self) -> int:
        """Delete the exchanges and profiles of this key; return how many exchanges there were."""
        return self.emulator.recorder.clear(self.api_key)

    def _query(self, filters: dict[str, Any], *, allow_unknown: bool) -> Query:
        try:
            check_names(set(filters))
        except UnknownFilterError as error:
            raise TypeError(str(error)) from error
        if not allow_unknown:
            try:
                check_values(filters)
            except UnknownFilterError as error:
                raise EmulatorError(f"{error} (allow_unknown=True accepts unknown values)") from None
        return Query(api_key=self.api_key, **filters)

    def _select(self, query: str) -> set[tuple[int, int | None]]:
        """Return the numbers of the requests, and the positions in them, of the events that match a query."""
        from pendo_emulator.events.query_language.query_errors import QueryError  # noqa: PLC0415 - for queries
        from pendo_emulator.events.selection import select_events  # noqa: PLC0415 - for queries

        try:
            events = select_events(self.emulator.recorder.store, self.api_key, query)
            return {(event.request, event.index) for event in events}
        except QueryError as error:
            raise EmulatorError(str(error)) from None

    def _nearest(self, filters: dict[str, Any]) -> str:
        arrivals = list_arrivals(self.emulator.recorder.read_all(Query(api_key=self.api_key)))
        near = nearest_arrival(arrivals, filters)
        return f"nearest: {near.describe()}" if near else "nothing arrived"

    def _not_found(self, kind: Kind, wanted: str, known: Iterable[str]) -> NoReturn:
        names = list(known)
        near = nearest(wanted, names)
        shown = visible(", ".join(names)) or "none"
        hint = f"did you mean {visible(near)}?" if near else f"the {kind}s of the key are: {shown}"
        raise NotKeptError(f"there is no {kind} {visible(wanted)}; {hint}")

    def _text(self) -> str:
        return as_text(self.report())
