from email.utils import formatdate

import pytest

from pendo_contracts.wire.envelope import Envelope, Response
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
    """Send to a host with prepared answers, the last of which repeats; pauses are recorded and need no time."""

    def send_envelope(*answers, attempts=4):
        remaining = list(answers)

        def transport(_envelope):
            result = remaining.pop(0) if len(remaining) > 1 else remaining[0]
            if isinstance(result, Exception):
                raise result
            return result

        return Retry(attempts, pauses.append, lambda: NOW).send(ENVELOPE, transport)

    return send_envelope


@pytest.mark.parametrize("first", [answer(429), answer(500), answer(503), RESET])
def test_temporary_failures_are_retried_with_backoff(send, pauses, first):
    assert send(first, first, first, answer(202)) == Receipt("delivered", "", 4, 202)
    assert pauses == [1, 2, 4]


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 413, 451])
def test_any_other_answer_is_final(send, pauses, status):
    assert send(answer(status)) == Receipt("rejected", f"answered with {status}", 1, status)
    assert pauses == []


def test_attempts_and_pauses_are_bounded(send, pauses):
    assert send(answer(503), attempts=9) == Receipt("undelivered", "answered with 503", 9, 503)
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60]


@pytest.mark.parametrize("attempts", [1, 2])
def test_unanswered_request_has_no_status(send, attempts):
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
def test_retry_after_may_be_seconds_or_a_date(send, pauses, status, header, pause):
    assert send(answer(status, header), answer(200)).outcome == "delivered"
    assert pauses == [pause]


def test_retry_after_above_one_hour_ends_the_attempts(send, pauses):
    assert send(answer(429, "3600"), answer(429, "3601")) == Receipt("undelivered", "answered with 429", 2, 429)
    assert pauses == [3600]
