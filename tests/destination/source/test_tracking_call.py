import gzip
import json

from pendo_destination.source.tracking_call import BATCH_LIMIT, decompress, read_call


def read_batch(**shared):
    events = [{"type": "track", "context": {"a": 1, "groupId": "own"}}, {"type": "page", "context": "none"}, 5]
    return read_call("batch", json.dumps({"batch": events, "writeKey": "W", **shared}).encode(), None)


def test_batch_members_are_merged_into_each_event():
    track, page, five = read_batch(context={"groupId": "g", "b": 2}, integrations={"All": False}).events
    assert track["context"] == {"a": 1, "groupId": "own", "b": 2}
    assert page["context"] == {"groupId": "g", "b": 2}
    assert track["integrations"] == page["integrations"] == {"All": False}
    assert five == 5


def test_events_stay_unchanged_without_usable_batch_members():
    assert read_batch(context="none", sentAt="now").events[0] == {
        "type": "track",
        "context": {"a": 1, "groupId": "own"},
    }


def test_authentication_user_precedes_the_write_key_in_the_body():
    assert read_call("track", b'{"writeKey": "body"}', "user").write_key == "user"
    assert read_call("track", b'{"writeKey": "body"}', None).write_key == "body"
    assert read_call("track", b"{}", None).write_key == ""
    assert "writeKey" not in read_call("track", b'{"writeKey": "body"}', "user").events[0]


def test_event_type_comes_from_the_path_not_the_body():
    assert read_call("page", b'{"type": "track"}', "W").events == ({"type": "page"},)


def test_decompression_stops_above_the_batch_limit():
    assert len(decompress(gzip.compress(b" " * (64 * 1024 * 1024)), "gzip")) == BATCH_LIMIT + 1


def test_gzip_with_several_members_is_one_body():
    assert decompress(gzip.compress(b"{") + gzip.compress(b"}"), "gzip") == b"{}"
