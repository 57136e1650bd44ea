"""Live checks: reports on recorded exchanges that read only the exchanges since the previous report."""

from __future__ import annotations

from collections import OrderedDict
from contextlib import closing
from functools import partial
from itertools import islice
from threading import Lock
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from pendo_contracts.checking.check import BATCH, Check
from pendo_contracts.checking.judge_batch import BatchJudge
from pendo_contracts.checking.late_examples import add_late_examples
from pendo_contracts.report.finding_groups import MAX_GROUPS
from pendo_contracts.report.json_report import position_of
from pendo_contracts.rules.rule_settings import ALL_RULES
from pendo_emulator.recorder.allowed_rules import without_allowed
from pendo_emulator.recorder.stored_exchange_decoder import restore
from pendo_emulator.storage.query import Query
from pendo_emulator.storage.writer import CLEARED_FOR

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from pendo_contracts.checking.late_examples import Key
    from pendo_contracts.plans.plan import Plan
    from pendo_contracts.report import Report
    from pendo_contracts.report.report import Sent
    from pendo_contracts.rules.rule_settings import RuleSettings
    from pendo_emulator.exchange import Exchange
    from pendo_emulator.storage.store import Store

MAX_CHECKS: Final = 64
# The entries in memory of all checks together, about 500 bytes each. A request can add thousands, because each rule
# has an entry for each visitor or page. The check that was used last may have more.
MAX_ENTRIES: Final = 200_000
# The entries that each table of a rule keeps in memory; a temporary file has the others.
MAX_IN_MEMORY: Final = 20_000
# The groups of findings of comparing rules whose events are read again.
MAX_LATE_EXAMPLES: Final = 100
READ_AGAIN: Final = 10


class LiveCheck:
    """The check of the exchanges that a query selects; it continues after the last exchange that it has read.

    It starts again after exchanges of its key were deleted. Retention does not restart it: the findings about exchanges
    that retention deletes remain. Each process has its own check and its own position in the store, which is safe
    because ids become visible in order. It starts again with another tracking plan. It does not report the violations
    of the constraints `allowed`.
    """

    def __init__(
        self,
        store: Store,
        query: Query,
        settings: RuleSettings = ALL_RULES,
        *,
        max_groups: int = MAX_GROUPS,
        allowed: frozenset[str] = frozenset(),
    ) -> None:
        self._store, self._query, self._settings, self._allowed = store, query, settings, allowed
        self._max_groups = max_groups
        self._lock = Lock()
        self._plan: Plan | None = None
        self._judge = BatchJudge(settings)
        self._check: Check | None = None
        self._last_id, self._change = 0, 0
        self._examples: dict[Key, str] = {}

    @property
    def entries(self) -> int:
        """The number of entries that the check has in memory; another thread may be adding entries."""
        check = self._check
        return (check.in_memory if check else 0) + self._judge.in_memory

    def report(self, sent: Sent | None = None, cnames: Collection[str] = (), plan: Plan | None = None) -> Report:
        """Read the new exchanges and return the report on all; `sent` and `cnames` are those of `compose`.

        The report judges by a tracking plan if there is one. Raises StoreError if the store cannot be read, and
        RuleError if a rule raises an exception.
        """
        with self._lock:
            complete = False
            if plan != self._plan:
                self._plan = plan
                self._forget()
            try:
                report = self._read().report(sent, cnames)
                report = add_late_examples(report, self._find, self._examples, MAX_LATE_EXAMPLES)
                complete = True
            finally:
                if not complete:
                    self._forget()
            return report

    def close(self) -> None:
        """Free the memory of the check and delete its temporary files; the next report reads all exchanges again."""
        with self._lock:
            self._forget()

    def _read(self) -> Check:
        change, cleared = self._store.reader.changes(self._query.api_key)
        if self._check and (cleared > self._change or change - self._change >= CLEARED_FOR):
            self._forget()
        if self._check is None:
            self._check = Check(self._settings, max_groups=self._max_groups)
            self._last_id = self._query.after
        self._change = change
        exchanges = map(restore, self._store.read_all(replace(self._query, after=self._last_id)))
        if self._allowed:
            exchanges = map(partial(without_allowed, allowed=self._allowed), exchanges)
        while batch := list(islice(exchanges, BATCH)):
            self._check.add(self._judge.judge_requests(batch))
            self._last_id = batch[-1].id
        return self._check

    def _find(self, places: Collection[str]) -> Iterator[Exchange]:
        """Yield the exchanges at some places that the store still has."""
        ids = sorted(position_of(place).get("exchange", 0) for place in places)
        for start in range(0, len(ids), READ_AGAIN):
            yield from map(restore, self._store.reader.read_ids(ids[start : start + READ_AGAIN]))

    def _forget(self) -> None:
        self._examples = {}
        if self._check:
            self._check.close()
        self._check, self._judge = None, BatchJudge(self._settings, plan=self._plan)


class LiveChecks:
    """The live checks of API keys; the ones that were used last are kept, up to MAX_CHECKS and MAX_ENTRIES."""

    def __init__(
        self,
        store: Store,
        settings: RuleSettings = ALL_RULES,
        *,
        max_checks: int = MAX_CHECKS,
        max_entries: int = MAX_ENTRIES,
        read_plan: Callable[[], Plan | None] = lambda: None,
    ) -> None:
        self._read_plan = read_plan
        self._store, self._max_checks, self._max_entries = store, max_checks, max_entries
        self._settings = replace(settings, max_in_memory=settings.max_in_memory or MAX_IN_MEMORY)
        self._lock = Lock()
        self._checks: OrderedDict[tuple[str | None, frozenset[str]], LiveCheck] = OrderedDict()

    def report(
        self, api_key: str | None, cnames: Collection[str] = (), allowed: frozenset[str] = frozenset()
    ) -> Report:
        """Return the report on the exchanges of a key, None for all keys; raise the errors of LiveCheck."""
        plan, name = self._read_plan(), (api_key, allowed)
        with self._lock:
            check = self._checks.pop(name, None)
            check = check or LiveCheck(self._store, Query(api_key), self._settings, allowed=allowed)
            self._checks[name] = check
        try:
            return check.report(cnames=cnames, plan=plan)
        finally:
            for dropped in self._drop_oldest():
                dropped.close()

    def _drop_oldest(self) -> Iterator[LiveCheck]:
        """Yield the checks that are too many; the check that was used last always remains."""
        while True:
            with self._lock:
                entries = sum(check.entries for check in self._checks.values())
                excess = len(self._checks) > self._max_checks or entries > self._max_entries
                if not excess or len(self._checks) < 2:
                    return
                dropped = self._checks.popitem(last=False)[1]
            yield dropped

    def close(self) -> None:
        """Close all checks."""
        with self._lock:
            checks = list(self._checks.values())
            self._checks.clear()
        for check in checks:
            check.close()


def check_once(
    store: Store,
    query: Query,
    settings: RuleSettings | None,
    sent: Sent | None = None,
    cnames: Collection[str] = (),
    *,
    max_groups: int = MAX_GROUPS,
    plan: Plan | None = None,
) -> Report:
    """Return the report on the exchanges that a query selects; the settings None mean all rules."""
    with closing(LiveCheck(store, query, settings or ALL_RULES, max_groups=max_groups)) as check:
        return check.report(sent, cnames, plan)
