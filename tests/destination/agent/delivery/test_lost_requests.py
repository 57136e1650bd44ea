"""When lost requests are told of."""

from pendo_destination.agent.delivery.lost_requests import Losses

MINUTE = 60 * 1000


def test_losses_are_told_every_five_minutes_at_most_and_once():
    losses = Losses(0)
    losses.count("ptm")
    losses.count("ptm")
    assert losses.tell(5 * MINUTE - 1) is None
    assert losses.tell(5 * MINUTE) == {"ptmGifFailures": 2}
    losses.count("ptm")
    assert losses.tell(9 * MINUTE) is None
    assert losses.tell(10 * MINUTE) == {"ptmGifFailures": 1}
    assert losses.tell(15 * MINUTE) is None


def test_only_losses_of_analytics_count():
    losses = Losses(0)
    losses.count("agentic")
    assert losses.tell(5 * MINUTE) is None
