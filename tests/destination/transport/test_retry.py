from email.utils import formatdate

import pytest

from pendo_contracts.envelope import Envelope, Response
from pendo_destination.errors import UnreachableError
from pendo_destination.transport.retry import Receipt, Retry

NOW = 1_800_000_000.0
ENVELOPE = Envelope("POST", "https://data.pendo.io/data/segmentio/k", {}, b"{}", 0)
RESET = UnreachableError("reset")


def answer(status, retry_after=None):
    return Response(status, {"retry-after": retry_after} if retry_after else {}, b"")


@pytest.fixture
def pauses():
    return []


@pytest.fixture
def send(pauses):
    """Send to hosts that give prepared answers, the last one for ever; a pause takes no time and is remembered."""

    def send_envelope(*answers, attempts=4):
        left = list(answers)

        def transport(_envelope):
            given = left.pop(0) if len(left) > 1 else left[0]
            if isinstance(given, Exception):
                raise given
            return given

        return Retry(attempts, pauses.append, lambda: NOW).send(ENVELOPE, transport)

    return send_envelope


@pytest.mark.parametrize("first", [answer(429), answer(500), answer(503), RESET])
def test_what_may_pass_is_tried_again_after_one_two_and_four_seconds(send, pauses, first):
    assert send(first, first, first, answer(202)) == Receipt("delivered", "", 4, 202)
    assert pauses == [1, 2, 4]


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 413, 451])
def test_any_other_answer_is_final(send, pauses, status):
    assert send(answer(status)) == Receipt("refused", f"answered with {status}", 1, status)
    assert pauses == []


def test_attempts_are_bounded_and_pauses_too(send, pauses):
    assert send(answer(503), attempts=9) == Receipt("undelivered", "answered with 503", 9, 503)
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60]


@pytest.mark.parametrize("attempts", [1, 2])
def test_what_is_never_answered_has_no_status(send, attempts):
    assert send(RESET, attempts=attempts) == Receipt("undelivered", "reset", attempts, None)


@pytest.mark.parametrize(
    ("header", "pause"),
    [
        ("7", 7),
        ("0", 0),
        (formatdate(NOW + 90, usegmt=True), 90),
        (formatdate(NOW - 90, usegmt=True), 0),
        ("soon", 1),
        ("-5", 1),
        ("1.5", 1),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_seconds_or_a_date(send, pauses, status, header, pause):
    assert send(answer(status, header), answer(200)).outcome == "delivered"
    assert pauses == [pause]


def test_who_asks_for_more_than_an_hour_is_not_waited_for(send, pauses):
    assert send(answer(429, "3600"), answer(429, "3601")) == Receipt("undelivered", "answered with 429", 2, 429)
    assert pauses == [3600]
