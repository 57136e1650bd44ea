"""Metrics in Prometheus' text format: counters of all workers, and totals of the store."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector

from pendo_contracts.wire.endpoint import ENDPOINTS
from pendo_emulator.observability.counters import BUCKETS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_client import Metric

    from pendo_emulator.observability.counters import Counters
    from pendo_emulator.recorder.recorder import Recorder

# Senders can send any event type, so only the types of the contracts become label values.
_TYPES = frozenset(name for endpoint in ENDPOINTS for name in (*endpoint.contracts, endpoint.name))
_OTHER_LABEL = "other"
_PREFIX = "pendo_emulator"
_COUNTERS = {
    "connections_opened": "Connections opened.",
    "connections_refused": "Connections rejected because too many were open.",
    "transactions": "Transactions that recorded requests.",
    "unavailable": "Requests answered 503 because the store could not be written.",
}


def expose(recorder: Recorder, counters: Counters) -> bytes:
    """Return all metrics in Prometheus' text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Emulator(recorder, counters))
    return generate_latest(registry)


class _Emulator(Collector):
    def __init__(self, recorder: Recorder, counters: Counters) -> None:
        self._recorder, self._counters = recorder, counters

    def collect(self) -> Iterator[Metric]:
        yield from _stored(self._recorder)
        yield from _counted(self._counters)
        yield _latency(self._counters)
        up = not self._recorder.access.trouble()
        yield GaugeMetricFamily(f"{_PREFIX}_store_up", "Whether the store can be used, as far as known.", int(up))


def _stored(recorder: Recorder) -> Iterator[Metric]:
    """Yield the numbers of requests and events in the store; they decrease when exchanges are deleted."""
    requests = GaugeMetricFamily(
        f"{_PREFIX}_stored_requests", "Requests in the store.", labels=("region", "endpoint", "verdict")
    )
    events = GaugeMetricFamily(
        f"{_PREFIX}_stored_events", "Events in the store.", labels=("region", "endpoint", "type", "verdict")
    )
    for count in recorder.totals():
        labels = (count.region, count.endpoint or _OTHER_LABEL)
        for kept, number in ((True, count.received - count.broken), (False, count.broken)):
            if count.type:
                kind = count.type if count.type in _TYPES else _OTHER_LABEL
                events.add_metric((*labels, kind, "kept" if kept else "broken"), number)
            else:
                requests.add_metric((*labels, _verdict(count.endpoint, kept=kept)), number)
    yield requests
    yield events


def _verdict(endpoint: str, *, kept: bool) -> str:
    """Return the verdict of counted requests; a kept request without an endpoint is not judged."""
    if not kept:
        return "bad"
    return "good" if endpoint else "not-judged"


def _counted(counters: Counters) -> Iterator[Metric]:
    requests = CounterMetricFamily(f"{_PREFIX}_requests", "Requests recorded since the start.", labels=("verdict",))
    for verdict in ("good", "bad", "not-judged"):
        requests.add_metric((verdict,), counters.total(verdict))
    yield requests
    yield GaugeMetricFamily(f"{_PREFIX}_connections", "Open connections.", counters.total("connections"))
    for name, text in _COUNTERS.items():
        yield CounterMetricFamily(f"{_PREFIX}_{name}", text, counters.total(name))


def _latency(counters: Counters) -> Metric:
    counts = [counters.total(name) for name in (*(f"within {bucket:g}" for bucket in BUCKETS), "later")]
    bounds = [*map(str, BUCKETS), "+Inf"]
    return HistogramMetricFamily(
        f"{_PREFIX}_answer_seconds",
        "Time from the first byte of a request to its response.",
        buckets=list(zip(bounds, accumulate(counts), strict=True)),
        sum_value=counters.total("microseconds") / 1e6,
    )
