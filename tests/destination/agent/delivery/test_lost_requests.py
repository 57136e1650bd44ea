"""Reports of lost requests."""

from pendo_destination.agent.delivery.lost_requests import LostRequests

MINUTE = 60 * 1000


def reports(*counts):
    """Count lost requests of these beacons at these minutes and read a report each time."""
    now = [0]
    lost_requests = LostRequests(lambda: now[0])
    for minutes, *beacons in counts:
        now[0] = minutes * MINUTE
        for beacon in beacons:
            lost_requests.count(beacon)
        yield lost_requests.take_report()


def test_lost_requests_are_reported_once_and_every_five_minutes():
    assert list(reports((4.9, "ptm", "ptm"), (5,), (9, "ptm"), (10,), (15,))) == [
        None, {"ptmGifFailures": 2}, None, {"ptmGifFailures": 1}, None
    ]  # fmt: skip


def test_lost_requests_of_other_beacons_are_not_reported():
    assert list(reports((5, "agentic"))) == [None]
