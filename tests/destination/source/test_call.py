import gzip
import json

from pendo_destination.source.call import BATCH_LIMIT, inflate, read_call


def read_batch(**shared):
    events = [{"type": "track", "context": {"a": 1, "groupId": "own"}}, {"type": "page", "context": "none"}, 5]
    return read_call("batch", json.dumps({"batch": events, "writeKey": "W", **shared}).encode(), None)


def test_what_a_batch_says_of_all_its_events_is_merged_into_each():
    track, page, five = read_batch(context={"groupId": "g", "b": 2}, integrations={"All": False}).events
    assert track["context"] == {"a": 1, "groupId": "own", "b": 2}
    assert page["context"] == {"groupId": "g", "b": 2}
    assert track["integrations"] == page["integrations"] == {"All": False}
    assert five == 5


def test_what_a_batch_does_not_say_changes_nothing():
    assert read_batch(context="none", sentAt="now").events[0] == {
        "type": "track",
        "context": {"a": 1, "groupId": "own"},
    }


def test_the_user_of_basic_authentication_counts_before_the_write_key_of_the_body():
    assert read_call("track", b'{"writeKey": "body"}', "user").write_key == "user"
    assert read_call("track", b'{"writeKey": "body"}', None).write_key == "body"
    assert read_call("track", b"{}", None).write_key == ""
    assert "writeKey" not in read_call("track", b'{"writeKey": "body"}', "user").events[0]


def test_the_path_says_what_an_event_is():
    assert read_call("page", b'{"type": "track"}', "W").events == ({"type": "page"},)


def test_a_bomb_is_inflated_to_one_byte_more_than_any_call_may_have():
    assert len(inflate(gzip.compress(b" " * (64 * 1024 * 1024)), "gzip")) == BATCH_LIMIT + 1


def test_gzip_of_several_members_is_one_body():
    assert inflate(gzip.compress(b"{") + gzip.compress(b"}"), "gzip") == b"{}"
