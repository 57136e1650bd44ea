"""Metrics: what Prometheus is told; all of it counts for every worker and, what lies in the store, every replica."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector

from pendo_contracts.endpoint import ENDPOINTS
from pendo_emulator.observability.counters import BUCKETS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_client import Metric

    from pendo_emulator.observability.counters import Counters
    from pendo_emulator.recorder.recorder import Recorder

# Whoever sends an event chooses its type: a label must not have more values than the contracts know.
_TYPES = frozenset(name for endpoint in ENDPOINTS for name in (*endpoint.contracts, endpoint.name))
_OTHER = "other"
_PREFIX = "pendo_emulator"
_COUNTERS = {
    "connections_opened": "Connections that were opened.",
    "connections_refused": "Connections of which there were too many.",
    "transactions": "Transactions in which requests were recorded.",
    "unavailable": "Requests answered 503 because the store could not be written.",
}


def expose(recorder: Recorder, counters: Counters) -> bytes:
    """Write the metrics in Prometheus' text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Emulator(recorder, counters))
    return generate_latest(registry)


class _Emulator(Collector):
    def __init__(self, recorder: Recorder, counters: Counters) -> None:
        self._recorder, self._meter = recorder, counters

    def collect(self) -> Iterator[Metric]:
        yield from _recorded(self._recorder)
        yield from _counted(self._meter)
        yield _latency(self._meter)
        up = not self._recorder.trouble
        yield GaugeMetricFamily(f"{_PREFIX}_store_up", "Whether the store took what was last written.", int(up))


def _recorded(recorder: Recorder) -> Iterator[Metric]:
    """Tell what lies in the store, which grows less when a key is cleared or something is too old."""
    requests = GaugeMetricFamily(
        f"{_PREFIX}_stored_requests", "Requests in the store.", labels=("region", "endpoint", "verdict")
    )
    events = GaugeMetricFamily(
        f"{_PREFIX}_stored_events", "Events in the store.", labels=("region", "endpoint", "type", "verdict")
    )
    for count in recorder.totals():
        place = (count.region, count.endpoint or _OTHER)
        for kept, number in ((True, count.received - count.broken), (False, count.broken)):
            if count.type:
                kind = count.type if count.type in _TYPES else _OTHER
                events.add_metric((*place, kind, "kept" if kept else "broken"), number)
            else:
                requests.add_metric((*place, "good" if kept else "bad"), number)
    yield requests
    yield events


def _counted(counters: Counters) -> Iterator[Metric]:
    requests = CounterMetricFamily(f"{_PREFIX}_requests", "Requests that were recorded.", labels=("verdict",))
    for verdict in ("good", "bad"):
        requests.add_metric((verdict,), counters.total(verdict))
    yield requests
    yield GaugeMetricFamily(f"{_PREFIX}_connections", "Connections that are open.", counters.total("connections"))
    for name, text in _COUNTERS.items():
        yield CounterMetricFamily(f"{_PREFIX}_{name}", text, counters.total(name))


def _latency(counters: Counters) -> Metric:
    counts = [counters.total(name) for name in (*(f"within {bucket:g}" for bucket in BUCKETS), "later")]
    bounds = [*map(str, BUCKETS), "+Inf"]
    return HistogramMetricFamily(
        f"{_PREFIX}_answer_seconds",
        "From the first byte of a request to its answer.",
        buckets=list(zip(bounds, accumulate(counts), strict=True)),
        sum_value=counters.total("microseconds") / 1e6,
    )
