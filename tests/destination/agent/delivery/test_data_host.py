"""The method, URL, headers and body of requests."""

import pytest

from pendo_destination.agent.delivery.data_host import encode_url


def test_get_has_no_headers_and_no_body(simulation):
    simulation.start_agent()
    envelope = simulation.requests()[0]
    assert (envelope.method, dict(envelope.headers), envelope.body) == ("GET", {}, b"")
    assert envelope.received_at == simulation.now


def test_post_is_json_with_stated_size(simulation, query, payload):
    simulation.start_agent(sendEventsWithPostOnly=True)
    envelope = simulation.requests()[0]
    assert (envelope.method, dict(envelope.headers)) == ("POST", {"content-type": "application/json"})
    assert list(query(envelope)) == ["v", "ct", "s"]
    assert len(envelope.body) == int(query(envelope)["s"]) + len('{"events":""}')
    assert [event["type"] for event in payload(envelope)] == ["meta", "load"]


@pytest.mark.parametrize(
    ("url", "sent"),
    [
        ("https://h/p?a=1&b=x-_~", "https://h/p?a=1&b=x-_~"),
        ("https://h/p?a=b c", "https://h/p?a=b%20c"),
        ('https://h/p?a="é<>', "https://h/p?a=%22%C3%A9%3C%3E"),
        ("https://h/p?a=1#rest", "https://h/p?a=1"),
        ("https://h/p?a=100%", "https://h/p?a=100%"),
    ],
)
def test_url_is_encoded_as_by_a_browser(url, sent):
    assert encode_url(url) == sent
