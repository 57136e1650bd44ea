"""Coverage: which regions, endpoints, event types and parts of the contracts judged requests exercise."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.coverage.places import BRANCHES, FIELDS, VALUES, Item, contract_place
from pendo_contracts.wire.endpoint import ANY_TYPE, ENDPOINTS
from pendo_contracts.wire.region import REGIONS

if TYPE_CHECKING:
    from pendo_contracts.judged_request import JudgedRequest

REGION: Final = "regions"
ENDPOINT: Final = "endpoints"
EVENT_TYPE: Final = "event-types"
KINDS: Final = (REGION, ENDPOINT, EVENT_TYPE, BRANCHES, VALUES, FIELDS)


@cache
def all_items() -> frozenset[Item]:
    """Return everything that a recording can exercise."""
    contracts = {endpoint.request for endpoint in ENDPOINTS}
    contracts |= {contract for endpoint in ENDPOINTS for contract in endpoint.contracts.values()}
    return frozenset(
        {
            *(Item(REGION, name) for name in REGIONS),
            *(Item(ENDPOINT, endpoint.name) for endpoint in ENDPOINTS),
            *(
                Item(EVENT_TYPE, f"{endpoint.name} {kind}")
                for endpoint in ENDPOINTS
                for kind in endpoint.contracts
                if kind != ANY_TYPE
            ),
            *(item for name in contracts for item in contract_place(name).items()),
        }
    )


class Coverage:
    """Collects what judged requests exercise; only requests and events that keep their contract count.

    The result depends neither on the order of the requests nor on how they are divided among coverages.
    """

    def __init__(self) -> None:
        self.requests = 0
        self.used: set[Item] = set()

    def add(self, request: JudgedRequest) -> None:
        """Add one judged request."""
        beacon = request.beacon
        if beacon.endpoint is None or request.not_judged:
            return
        self.requests += 1
        if not request.verdicts[0].kept:
            return
        value = {"method": beacon.method, "query": beacon.query, "body": beacon.body}
        contract_place(beacon.endpoint.request).mark(value, self.used)
        if beacon.preflight:
            return
        if beacon.place.region:
            self.used.add(Item(REGION, beacon.place.region.name))
        self.used.add(Item(ENDPOINT, beacon.endpoint.name))
        for event, verdict in zip(beacon.events, request.verdicts[1:], strict=False):
            if event.contract is not None and verdict.kept:
                if event.type in beacon.endpoint.contracts:
                    self.used.add(Item(EVENT_TYPE, f"{beacon.endpoint.name} {event.type}"))
                contract_place(event.contract).mark(event.value, self.used)

    def merge(self, other: Coverage) -> None:
        """Add everything that another coverage has collected."""
        self.requests += other.requests
        self.used |= other.used

    def missing(self, kind: str) -> list[str]:
        """Return the names of the items of a kind that nothing exercised, sorted."""
        return sorted(item.name for item in all_items() - self.used if item.kind == kind)

    def counts(self, kind: str = "") -> tuple[int, int]:
        """Return how many items of a kind, or of all kinds, were exercised, and how many there are."""
        items = [item for item in all_items() if kind in ("", item.kind)]
        return sum(item in self.used for item in items), len(items)

    def percent(self, kind: str = "") -> float:
        """Return the percentage of exercised items, rounded down to a tenth, so that 100 means all."""
        used, number = self.counts(kind)
        return used * 1_000 // number / 10

    def as_document(self) -> dict[str, Any]:
        """Return the coverage as JSON."""
        return {
            "version": 1,
            "requests": self.requests,
            **_numbers(self, ""),
            "kinds": {kind: {**_numbers(self, kind), "missing": self.missing(kind)} for kind in KINDS},
        }


def _numbers(coverage: Coverage, kind: str) -> dict[str, Any]:
    used, number = coverage.counts(kind)
    return {"exercised": used, "total": number, "percent": coverage.percent(kind)}
