"""The rules about ids look at each place of an id, and find exactly the ids that their pages describe."""

import pytest

from tests.contracts.rules.session_builder import (
    KEY,
    OTHER_FRAME,
    SECRET,
    TIME,
    beacon,
    broken_rules,
    event,
    findings,
    guides,
    identify,
    meta,
    metadata,
    server_track,
    webhook,
)  # fmt: skip

VISITOR_PLACES = {
    "event": lambda value: beacon(event(visitor_id=value)),
    "event in a POST": lambda value: beacon(event(visitor_id=value), post=True),
    "identify": lambda value: beacon(identify(value)),
    "identify, only in props": lambda value: beacon(identify(value, number=1) | {"visitor_id": "ada"}),
    "old visitor": lambda value: beacon(identify("_PENDO_T_QLNwO3VnijXxcKFX", value)),
    "meta": lambda value: beacon(meta({"id": value})),
    "guide.gif": lambda value: beacon(event("guideSeen", visitor_id=value), endpoint="guide.gif"),
    "poll.gif": lambda value: beacon(event("pollResponse", visitor_id=value), endpoint="poll.gif"),
    "agentic.gif": lambda value: beacon(event("prompt", visitor_id=value), endpoint="agentic.gif"),
    "guides": lambda value: guides(visitorId=value),
    "guides of JSONP": lambda value: guides(visitorId=value, endpoint="guide.js"),
    "old visitor of guides": lambda value: guides(oldVisitorId=value),
    "metadata of guides": lambda value: guides(metadata=metadata({"id": value})),
    "webhook track": lambda value: webhook(userId=value),
    "webhook identify": lambda value: webhook("identify", userId=value),
    "webhook group": lambda value: webhook("group", userId=value),
    "server": lambda value: server_track(visitorId=value),
}
ACCOUNT_PLACES = {
    "event": lambda value: beacon(event(account_id=value)),
    "identify": lambda value: beacon(identify("ada", account=value)),
    "old account": lambda value: beacon(identify("ada", old_account=value)),
    "meta": lambda value: beacon(meta(account={"id": value})),
    "guides": lambda value: guides(accountId=value),
    "metadata of guides": lambda value: guides(metadata=metadata(account={"id": value}), endpoint="guide.js"),
    "webhook group": lambda value: webhook("group", groupId=value),
    "webhook track": lambda value: webhook(properties={"groupId": value}),
    "server": lambda value: server_track(accountId=value),
}
EACH_VISITOR = pytest.mark.parametrize("place", VISITOR_PLACES.values(), ids=VISITOR_PLACES)
EACH_ACCOUNT = pytest.mark.parametrize("place", ACCOUNT_PLACES.values(), ids=ACCOUNT_PLACES)


def identity_rules(*lines):
    return {finding.rule for finding in findings(*lines) if "id" in finding.rule.split("-")}


@EACH_VISITOR
def test_placeholder_is_found_as_visitor(place):
    values = ["VISITOR-UNIQUE-ID", "visitor-unique-id", "ACCOUNT-UNIQUE-ID", "Account-Unique-Id"]
    found = {repr(value): identity_rules(place(value)) for value in values}
    assert found == {repr(value): {"placeholder-id"} for value in values}


@EACH_ACCOUNT
def test_placeholder_is_found_as_account(place):
    values = ["VISITOR-UNIQUE-ID", "account-unique-id"]
    found = {repr(value): identity_rules(place(value)) for value in values}
    assert found == {repr(value): {"placeholder-id"} for value in values}


JUNK = [
    "null", "undefined", "NaN", "nan", "None", "nil", "NIL", "[object Object]", "[OBJECT OBJECT]", "true", "False",
    " null ", "\u00a0undefined\u3000", "\ufeffnull", "\u0085nil", " ", "\t\n", "\u3000", "\u2028", "\ufeff", "\u0085",
]  # fmt: skip


@EACH_VISITOR
def test_junk_is_found_as_visitor(place):
    values = [*JUNK, "_PENDO_T_null", "_PENDO_T_undefined", "_PENDO_T_ "]
    found = {repr(value): identity_rules(place(value)) for value in values}
    assert found == {repr(value): {"junk-id"} for value in values}


@EACH_ACCOUNT
def test_junk_is_found_as_account(place):
    values = JUNK
    found = {repr(value): identity_rules(place(value)) for value in values}
    assert found == {repr(value): {"junk-id"} for value in values}


@EACH_VISITOR
def test_similar_ids_are_accepted(place):
    values = [
        "nullable",
        "not null",
        "0",
        "-",
        "none@example.test",
        "nil-7",
        "_PENDO_T_nullable",
        "VISITOR_UNIQUE_ID",
        "x" * 128,
        "é" * 64,
        "😀" * 32,
        "a b",
        "\u200bada",
        "ada\u200b",
    ]
    found = {repr(value): identity_rules(place(value)) for value in values}
    assert found == {repr(value): set() for value in values}


@EACH_VISITOR
def test_visitor_id_above_128_bytes_is_found(place):
    values = ["x" * 129, "é" * 64 + "x", "日" * 43, "😀" * 33, "_PENDO_T_" + "a" * 120]
    found = {repr(value): identity_rules(place(value)) for value in values}
    assert found == {repr(value): {"id-too-long"} for value in values}


@EACH_ACCOUNT
def test_long_account_id_is_accepted(place):
    assert identity_rules(place("a" * 200)) == set()


@EACH_VISITOR
def test_white_space_at_an_end_is_found_in_visitor_ids(place):
    values = [" u", "u ", "u\u00a0", "\u3000u", "u\n", "\ufeffu", "u\u0085", "\u2009u", "u\x1f"]
    found = {repr(value): identity_rules(place(value)) for value in values}
    assert found == {repr(value): {"id-whitespace"} for value in values}


@EACH_ACCOUNT
def test_white_space_at_an_end_is_found_in_account_ids(place):
    assert identity_rules(place("acme\u2003")) == {"id-whitespace"}


def key_of(place):
    """Return the key of a place's request: a server sends a secret instead of an API key."""
    return SECRET["x-pendo-integration-key"] if "server_track" in place.__code__.co_names else KEY


@EACH_VISITOR
def test_visitor_ids_that_differ_in_case_are_found_anywhere(place):
    other = event(visitor_id="Straße-7", browser_time=TIME - 1000, frameId=OTHER_FRAME)
    first = beacon(other, key=key_of(place))
    assert identity_rules(first, place("straßE-7")) == {"id-twins"}
    assert identity_rules(place("straßE-7"), first) == {"id-twins"}
    assert identity_rules(first, place("STRASSE-7")) == set()


@EACH_ACCOUNT
def test_account_ids_that_differ_in_case_are_found_anywhere(place):
    other = event(account_id="BETA", browser_time=TIME - 1000, frameId=OTHER_FRAME)
    assert identity_rules(beacon(other, key=key_of(place)), place("Beta")) == {"id-twins"}


def test_visitor_and_account_of_one_name_are_no_twins():
    assert identity_rules(beacon(event(visitor_id="Acme", account_id="acme"))) == set()


def test_ids_of_two_keys_are_no_twins():
    assert identity_rules(beacon(event(visitor_id="ADA")), beacon(event(), key="k2")) == set()


@pytest.mark.parametrize(("anonymous", "rule"), [("null", "junk-id"), (" x", None), ("a" * 120, "id-too-long")])
def test_anonymous_id_of_the_webhook_has_the_prefix(anonymous, rule):
    call = webhook(userId=..., anonymousId=anonymous)
    assert identity_rules(call) == ({rule} if rule else set())


def test_anonymous_id_is_no_visitor_if_there_is_a_user():
    assert identity_rules(webhook(anonymousId="null")) == set()
    assert identity_rules(webhook(userId=None, anonymousId="null")) == {"junk-id"}


@pytest.mark.parametrize("value", [None, 7, 7.5, True, ["null"], {"id": "null"}])
def test_ids_that_are_not_text_are_left_to_the_schemas(value):
    for place in (*VISITOR_PLACES.values(), *ACCOUNT_PLACES.values()):
        assert identity_rules(place(value)) == set()


@pytest.mark.parametrize("value", ["null", "VISITOR-UNIQUE-ID", " x"])
def test_other_places_are_no_ids(value):
    assert (
        identity_rules(
            beacon(meta({"name": value}, {"name": value}, {"id": value})),
            beacon(event("track", number=1, props={"visitor_id": value}, track_event_name=value)),
            webhook("identify", traits={"id": value}),
            webhook(properties={"groupId": "acme", "userId": value}, event=value),
        )
        == set()
    )
    assert broken_rules(guides(url=value)) == set()
