"""The rules about track events judge agent, webhook and server, and count as Pendo does."""

import pytest

from tests.contracts.rules.session_builder import (
    KEY,
    TIME,
    beacon,
    broken_rules,
    event,
    findings,
    identify,
    meta,
    server_track,
    track,
    webhook,
)  # fmt: skip

ACCOUNT = {"groupId": "a"}
PLACES = {
    "agent": lambda props: beacon(track(props=props)),
    "POST": lambda props: beacon(track(props=props), post=True),
    "webhook": lambda props: webhook(properties=props | ACCOUNT, groupId="a"),
    "server": lambda props: server_track(properties=props),
}
EACH_PLACE = pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)


@EACH_PLACE
def test_name_that_pendo_does_not_accept_is_found(place):
    values = [
        "a" * 33,
        "total price",
        "total-price",
        "größe",
        "9lives",
        "not:ok",
        "__total__",
        "__",
        "____",
        "x\n",
        "²",
        "",
        "1" * 33,
    ]
    found = {repr(name): broken_rules(place({name: 1})) for name in values}
    assert found == {repr(value): {"track-property-name"} for value in values}


@EACH_PLACE
def test_other_names_are_accepted(place):
    values = ["a" * 32, "_total", "_", "__total", "total__", "_total_", "TotalPrice2", "a9"]
    found = {repr(name): broken_rules(place({name: 1})) for name in values}
    assert found == {repr(value): set() for value in values}


@EACH_PLACE
def test_names_of_nested_members_are_not_judged(place):
    assert broken_rules(place({"items": [{"a b": 1}], "box": {"1": 1}})) == set()


def test_property_of_the_agent_itself_is_accepted_from_the_agent_only():
    assert broken_rules(PLACES["agent"]({"__sg__": {"visitor": {}}})) == set()
    assert broken_rules(PLACES["webhook"]({"__sg__": 1})) == {"track-property-name"}


@pytest.mark.parametrize("props", [None, [], [{"a b": 1}], "a b", 7])
def test_properties_that_are_no_object_have_no_names_and_no_size(props):
    assert broken_rules(beacon(event("track", props=props, track_event_name="x") | {"props": props})) == set()


def test_event_names_and_other_events_are_not_judged():
    odd = {"a b": 1}
    assert broken_rules(beacon(track("Total price: größe" * 9)), webhook("identify", traits={"ok": 1})) == set()
    assert (
        broken_rules(beacon(event("click", props=odd)), beacon(event("guideSeen", props=odd), endpoint="guide.gif"))
        == set()
    )


# {"p":...} has 6 bytes besides the value; a webhook call has 14 bytes more for its account.
@pytest.mark.parametrize(
    ("value", "size"),
    [
        ("x" * 504, 512), ("é" * 252, 512), ("日" * 168, 512), ("😀" * 126, 512), ('"' * 252, 512), ("\\" * 252, 512),
        ("\n" * 252, 512), ("\x01" * 84, 512), ("/" * 504, 512), ("\u2028" * 168, 512), ("\x7f" * 504, 512),
        ("<" * 504, 512), ([*range(10), *[0.5] * 121], 511), ([True] * 101, 512), ([*[1e21] * 84, "xxxxx"], 519),
        ([1.0] * 252, 511), ([*[1e20] * 22, "x" * 18], 512), ([1e-7] * 100, 507), ([0.000001] * 56, 511),
        ([-0.0] * 252, 511), ([None] * 101, 512), ([*[2**53 + 1] * 29, "x" * 13], 516), ({"ü": "x" * 496}, 511),
    ],
)  # fmt: skip
def test_size_is_the_number_of_bytes_that_a_browser_sends(value, size):
    found = findings(beacon(track(props={"p": value})))
    assert {finding.rule for finding in found} == ({"track-properties-size"} if size > 512 else set())
    (finding,) = findings(beacon(track(props={"p": value, "more": "x" * 600})))
    assert f"have {size + 610:,} bytes" in finding.message


@EACH_PLACE
def test_size_is_judged_everywhere(place):
    assert broken_rules(place({"p": "x" * 480})) == set()
    assert broken_rules(place({"p": "x" * 520})) == {"track-properties-size"}


def test_sizes_are_not_added_up():
    half = {"p": "x" * 400}
    assert broken_rules(beacon(track(props=half), track("Other", half, number=1))) == set()
    assert broken_rules(beacon(meta({"bio": "x" * 900})), beacon(identify("ada", number=1))) == set()


def names(start, end, **members):
    return beacon(*(track(f"Name {n}", number=n, browser_time=TIME, **members) for n in range(start, end)), post=True)


def test_more_than_5000_names_of_one_key_are_found_once():
    full = names(0, 2000), names(2000, 4000), names(4000, 5000)
    again = beacon(*(track(f"Name {n % 5000}", number=n, browser_time=TIME + 1) for n in range(5000, 7000)), post=True)
    assert broken_rules(*full, again) == set()
    assert broken_rules(*full, beacon(event("click", number=5000, props={}))) == set()
    found = findings(*full, beacon(track("One", number=5000), track("Two", number=5001)))
    assert [finding.rule for finding in found] == ["track-event-types"]


def test_names_of_agent_and_webhook_are_counted_together_and_keys_separately():
    full = names(0, 2500), names(2500, 5000)
    assert broken_rules(*full, webhook(event="name 7")) == {"track-event-types"}
    assert broken_rules(*full, webhook(event="name 7", key="k2"), server_track(event="name 8")) == set()
    assert KEY != "k2"
