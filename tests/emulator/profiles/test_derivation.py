"""Each way in changes profiles by the rules of derivation."""

from pathlib import Path

import pytest

from pendo_emulator.profiles.derivation import derive
from pendo_emulator.profiles.derivation_rules import DERIVATION_RULES
from tests.emulator.profiles.histories import exchange, profiles_of
from tests.emulator.profiles.sample_events import AGENT, identify, load, meta, server_track, webhook
from tests.emulator.recorder.sample_requests import TRACK, beacon


def profiles(*requests):
    """Return the profiles of the key `k` after requests, by kind and id."""
    exchanges = [exchange(number, request.envelope) for number, request in enumerate(requests, 1)]
    return profiles_of("k", derive(exchanges)["k"])


def visitor(id_, *requests):
    return profiles(*requests)["visitor", id_]


def account(id_, *requests):
    return profiles(*requests)["account", id_]


def test_meta_event_sets_metadata_with_lower_case_names():
    (field,) = [one for one in visitor("u1", meta("u1", Plan="pro")).metadata["agent"] if one.name == "plan"]
    assert (field.display_name, field.value, field.history) == ("Plan", "pro", ())
    assert (field.current.origin.exchange, field.current.origin.type) == (1, "meta")


def test_field_remembers_earlier_values_and_who_set_them():
    found = visitor("u1", meta("u1", plan="a"), meta("u1", plan="a"), meta("u1", plan="b"), meta("u1"))
    (field,) = [one for one in found.metadata["agent"] if one.name == "plan"]
    assert (field.value, field.current.origin.exchange) == ("b", 3)
    assert [(old.value, old.origin.exchange) for old in field.history] == [("a", 1)]


def test_history_is_bounded():
    (field,) = visitor("u1", *(meta("u1", language=str(number)) for number in range(15))).metadata["agent"]
    assert ([old.value for old in field.history], field.forgotten_values) == ([str(n) for n in range(4, 14)], 4)


def test_identify_links_the_anonymous_visitor_before():
    both = profiles(load("_PENDO_T_x"), identify("u1", "_PENDO_T_x"), load("u1"), load("_PENDO_T_x"))
    known, anonymous = both["visitor", "u1"], both["visitor", "_PENDO_T_x"]
    assert [(link.id, link.origin.exchange, link.rule) for link in known.before] == [("_PENDO_T_x", 2, "identify-link")]
    assert [link.id for link in anonymous.became] == ["u1"]
    assert (known.is_anonymous, anonymous.is_anonymous) == (False, True)
    assert [(event.origin.exchange, event.anonymous_id) for event in known.story] == [
        (1, "_PENDO_T_x"), (2, None), (3, None),
    ]  # fmt: skip


def test_metadata_of_the_anonymous_visitor_stays_its_own():
    both = profiles(meta("_PENDO_T_x", email="a@b.example"), identify("u1", "_PENDO_T_x"), meta("u1", plan="pro"))
    assert both["visitor", "u1"].values() == {"language": "en", "plan": "pro"}
    assert both["visitor", "_PENDO_T_x"].values() == {"language": "en", "email": "a@b.example"}


def test_identify_between_known_visitors_links_nothing():
    both = profiles(load("u1"), identify("u2", "u1"))
    assert (both["visitor", "u2"].before, both["visitor", "u1"].became) == ((), ())


def test_parent_account_has_children_and_metadata():
    both = profiles(meta("u1", "p::a", parent={"id": "p", "size": 3}, account_fields={"Name": "A"}))
    parent, child = both["account", "p"], both["account", "p::a"]
    assert (parent.children, parent.values(), child.parent, child.values()) == (
        ("p::a",), {"size": 3}, "p", {"name": "A"},
    )  # fmt: skip


def test_account_counts_its_visitors():
    found = account("a1", load("u1"), load("u2"), load("u1"))
    assert (found.visitors, found.visitor_count, found.events) == (("u1", "u2"), 2, {"load": 3})


def test_event_without_account_creates_none():
    assert profiles(load("u1", account_id=None)).keys() == {("visitor", "u1")}


def test_webhook_sets_the_group_segmentio():
    both = profiles(
        webhook(type="identify", userId="u1", anonymousId="x", traits={"Plan": "pro"}),
        webhook(type="group", userId="u1", groupId="a1", traits={"size": 1, "parentAccount": {"id": "p", "name": "P"}}),
    )
    assert both["visitor", "u1"].values("segmentio") == {"plan": "pro"}
    assert [(link.id, link.rule) for link in both["visitor", "u1"].before] == [("_PENDO_T_x", "webhook-link")]
    assert both["account", "a1"].values("segmentio") == {"size": 1}
    assert (both["account", "a1"].parent, both["account", "p"].values("segmentio")) == ("p", {"name": "P"})
    assert (both["visitor", "u1"].first_visit, both["visitor", "u1"].events) == (None, {})


def test_webhook_call_without_user_belongs_to_the_anonymous_visitor():
    assert visitor("_PENDO_T_x", webhook(type="identify", anonymousId="x", traits={"a": 1})).is_anonymous


def test_server_track_is_a_visit_without_browser():
    found = visitor("u1", server_track("u1", "a1"))
    assert (found.events, found.last_visit, found.account) == ({"track": 1}, 1795376101999, "a1")
    assert "lastbrowsername" not in found.auto


def test_browser_fields_come_from_the_user_agent():
    agent = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 Chrome/120.0.0.0 Safari/537.36"
    auto = visitor("u1", server_track("u1", context={"userAgent": agent, "url": "https://app.example/x?y"})).auto
    assert (auto["lastbrowsername"], auto["lastbrowserversion"], auto["lastoperatingsystem"]) == (
        "Chrome", "120.0.0.0", "Mac OS X",
    )  # fmt: skip
    assert auto["lastservername"] == "app.example"


def test_times_are_those_of_the_events():
    found = visitor("u1", load("u1", browser_time=5000), load("u1", browser_time=3000), meta("u1"))
    assert (found.first_seen, found.first_visit, found.last_visit) == (3000, 3000, 5000)


def test_account_of_the_latest_event_counts():
    found = visitor("u1", load("u1", account_id="new", browser_time=9), load("u1", account_id="old", browser_time=5))
    assert (found.account, [use.id for use in found.accounts]) == ("new", ["new", "old"])


@pytest.mark.parametrize("id_", ["", "  ", "VISITOR-UNIQUE-ID", None, 5])
def test_event_without_a_usable_visitor_id_creates_no_visitor(id_):
    assert [kind for kind, _ in profiles(load(id_))] == ["account"]


def test_visitor_id_is_cut_after_128_bytes():
    assert visitor("ü" * 64, load("ü" * 100)).id == "ü" * 64


def test_story_is_bounded_and_counts_earlier_events():
    found = visitor("u1", *(load("u1") for _ in range(60)))
    assert (len(found.story), found.earlier_events, found.story[0].origin.exchange) == (50, 10, 11)


def test_guide_requests_change_nothing():
    guides = beacon({"visitorId": "u1", "url": "https://app.example/"}, endpoint="guide.json")
    assert derive([exchange(1, guides.envelope)])["k"].visitors == {}


def test_events_of_the_guide_endpoint_belong_to_the_visitor():
    guide = beacon({**AGENT, "type": "guideSeen", "visitor_id": "u1", "props": {}}, endpoint="guide.gif")
    assert visitor("u1", guide).events == {"guideSeen": 1}


def test_number_of_event_types_is_bounded():
    events = [beacon({**TRACK, "type": f"t{number}", "visitor_id": "u1"}) for number in range(60)]
    assert visitor("u1", *events).events["(other types)"] == 10


def test_long_value_is_cut():
    (field,) = visitor("u1", meta("u1", language="x" * 5000)).metadata["agent"]
    assert (field.current.is_cut, field.current.size, len(field.value)) == (True, 5002, 2000)


def test_number_of_fields_is_bounded():
    found = visitor("u1", meta("u1", **{f"f{number}": number for number in range(300)}))
    assert (len(found.values()), found.further_fields) == (200, 101)


def test_rules_have_different_names_and_a_mark():
    assert len({rule.name for rule in DERIVATION_RULES}) == len(DERIVATION_RULES)
    assert {rule.known for rule in DERIVATION_RULES} == {"documented", "observed", "assumed"}


def test_page_lists_every_rule_with_its_mark():
    page = (Path(__file__).parents[3] / "docs/profiles.md").read_text("utf-8")
    assert [f"| `{rule.name}` | {rule.known} | {rule.text}" in page for rule in DERIVATION_RULES].count(False) == 0
