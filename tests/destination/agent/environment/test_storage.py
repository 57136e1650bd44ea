"""The keys and the expiry of stored values."""

import json

from pendo_destination.agent.environment.storage import Storage


def test_value_is_stored_under_api_key_or_suffix():
    local = {}
    storage = Storage(local, "key", lambda: 0)
    storage.write("utm", "{}")
    storage.write("visitorId", "v", lifetime=10, suffix="shared")
    assert local == {"_pendo_utm.key": "{}", "_pendo_visitorId.shared": '{"ttl":10,"value":"v"}'}
    assert (storage.read("utm"), storage.read("visitorId", "shared"), storage.read("visitorId")) == ("{}", "v", None)


def test_expired_value_is_deleted():
    now, local = [0], {}
    storage = Storage(local, "key", lambda: now[0])
    storage.write("meta", 7, lifetime=10)
    now[0] = 10
    assert storage.read("meta") == "7"
    now[0] = 11
    assert (storage.read("meta"), local) == (None, {})


def test_stored_value_without_an_expiry_time_is_returned_unchanged():
    local = {"_pendo_sessionId.key": json.dumps({"sessionId": "s"}), "_pendo_visitorId.key": "v"}
    storage = Storage(local, "key", lambda: 0)
    assert (storage.read("sessionId"), storage.read("visitorId")) == ('{"sessionId": "s"}', "v")


def test_clearing_a_missing_value_has_no_effect():
    Storage({}, "key", lambda: 0).clear("nothing")
