"""A request that never arrived gives a warning, unless a later attempt arrives or the failure is normal."""

import pytest

from pendo_contracts.judge import judge_entry
from pendo_contracts.recordings import Entry
from pendo_contracts.rules.delivery.not_received import NotReceived
from pendo_contracts.rules.fact_reader import observe
from pendo_contracts.wire import jzb
from pendo_contracts.wire.envelope import Envelope

PTM = f"https://data.pendo.io/data/ptm.gif/k?v=2.291.4_prod&ct=1&jzb={jzb.encode([{'frameId': 'f', 'sequence': 1}])}"
PROBE = f"https://data.pendo.io/data/guide.gif/k?v=2.291.4_prod&ct=1&jzb={jzb.encode([])}"


def tried(status, reason="", url=PTM, method="GET", fault=""):
    return judge_entry(Entry("here", Envelope(method, url, {}, b"", 0), "", status, reason, "", fault))


def found(*tries):
    rule = NotReceived()
    return [finding for request in tries for finding in rule.observe(observe(request).facts)] + list(rule.finish())


@pytest.mark.parametrize(
    "failed", [tried(0, "net::ERR_BLOCKED_BY_CLIENT"), tried(0), tried(-1), tried(404), tried(503)]
)
def test_failed_request_is_a_warning(failed):
    (finding,) = found(failed)
    assert (finding.severity, finding.rule) == ("warning", "not-received")


def test_later_try_that_succeeds_clears_the_failure():
    assert found(tried(503), tried(503), tried(200)) == []
    assert len(found(tried(200), tried(503))) == 1


@pytest.mark.parametrize(
    "fine",
    [
        tried(200), tried(304), tried(302), tried(451), tried(None), tried(0, "net::ERR_ABORTED"), tried(0, "x", PROBE),
        tried(503, fault="status=503"), tried(0, "x", method="OPTIONS"),
    ],
)  # fmt: skip
def test_other_answers_are_not_failures(fine):
    assert found(fine) == []
