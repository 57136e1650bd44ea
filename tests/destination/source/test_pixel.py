"""Segment's Pixel API: an event in the URL of an image."""

import base64
import json

import pytest
import requests

from pendo_contracts.wire.pixel_gif import PIXEL_GIF
from pendo_destination.errors import DestinationError
from pendo_destination.source import Source
from pendo_destination.source.app import create_app
from pendo_destination.source.pixel_call import read_pixel

EVENT = {"writeKey": "W", "userId": "u1", "event": "Email Opened", "properties": {"subject": "Żółć??>>"}}


def encode(event):
    return base64.b64encode(json.dumps(event, ensure_ascii=False).encode()).decode()


@pytest.fixture
def get(api):
    return lambda path, **query: requests.get(f"{api.url}{path}", query, timeout=30)


@pytest.mark.parametrize("path", ["/v1/pixel/track", "/pixel/track", "/v1//pixel/track/"])
@pytest.mark.parametrize(
    "query",
    [{"data": encode(EVENT)}, {"writeKey": "W", "userId": "u1", "event": "Email Opened", "properties.subject": "x"}],
    ids=["base64", "plain"],
)
def test_event_in_the_url_is_delivered(get, pendo, path, query):
    response = get(path, **query)
    assert (response.status_code, response.headers["Content-Type"], response.content) == (200, "image/gif", PIXEL_GIF)
    (exchange,) = pendo.wait(type="track", name="Email Opened", visitor_id="u1")
    assert "subject" in exchange.beacon.events[0].value["props"]


@pytest.mark.parametrize("query", [{"data": "%"}, {"data": encode(5)}, {"writeKey": "X", "userId": "u"}, {}])
def test_rejected_event_is_answered_with_the_image_and_logged(get, counts, caplog, query):
    response = get("/v1/pixel/track", **query)
    assert (response.status_code, response.content, counts()["received"]) == (200, PIXEL_GIF, 0)
    assert any(message.startswith("/v1/pixel/track: rejected: ") for message in caplog.messages)


def test_dropped_event_is_counted(get, counts):
    assert get("/v1/pixel/track", writeKey="W", event="E").status_code == 200
    assert sum(counts()["rejected"].values()) == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.rstrip("="),
        lambda data: data.replace("+", "-").replace("/", "_"),
        lambda data: data.replace("+", " "),
    ],
)
def test_forms_of_base64_are_equal(change):
    data = encode(EVENT)
    assert read_pixel("track", {"data": change(data)}, None) == read_pixel("track", {"data": data}, None)


def test_dotted_parameters_are_nested():
    query = {"a": "1", "a.b": "2", "context.page.url": "u", "context.page.title": "t", "type": "page", "writeKey": "W"}
    call = read_pixel("track", query, None)
    assert call.write_key == "W"
    assert call.events == ({"a": {"b": "2"}, "context": {"page": {"url": "u", "title": "t"}}, "type": "track"},)


def test_deep_and_large_parameters_are_bounded():
    (event,) = read_pixel("track", {".".join("a" * 5000): "1"}, None).events
    assert json.dumps(event)
    with pytest.raises(DestinationError, match="larger than the limit"):
        read_pixel("track", {"a": "x" * 40_000}, None)


def test_pixel_gets_an_error_while_the_server_stops(make_config):
    source = Source("W", make_config())
    source.close()
    response = create_app([source]).test_client().get("/v1/pixel/track", query_string={"data": encode(EVENT)})
    assert (response.status_code, response.headers["Retry-After"]) == (503, "1")
