"""What a page says about visitor and account, and when Pendo is told."""

import datetime as dt
import zlib

import pytest

from pendo_destination.agent import BrowserState

DAY = 24 * 60 * 60 * 1000


def metas(scene):
    return [event["props"] for event in scene.events("meta")]


def test_metadata_carry_ids_language_date_and_version(scene):
    scene.page({"visitor": {"id": "v1", "plan": "pro"}})
    assert metas(scene) == [
        {
            "visitor": {"id": "v1", "plan": "pro", "language": "en_US"},
            "account": {"id": None},
            "parentAccount": {},
            "date": "14/11/2023",
            "version": "2.291.4_prod",
        }
    ]


def test_the_date_is_that_of_the_browser(scene):
    scene.browser = BrowserState(zone=dt.timezone(dt.timedelta(hours=2)), language="de-AT")
    scene.page()
    assert (metas(scene)[0]["date"], metas(scene)[0]["visitor"]["language"]) == ("15/11/2023", "de_AT")


def test_an_update_replaces_what_was_said_before(scene):
    agent = scene.page({"visitor": {"id": "v1", "plan": "pro"}, "account": {"id": "a1", "tier": 1}})
    agent.update_options({"visitor": {"id": "v1", "role": "admin"}})
    agent.run_pending()
    assert metas(scene)[-1]["visitor"] == {"id": "v1", "role": "admin", "language": "en_US"}
    assert metas(scene)[-1]["account"] == {"id": "a1"}


def test_the_same_metadata_are_told_once_a_day_whatever_the_page(scene):
    for days, told in ((0, 1), (0, 1), (1, 2)):
        scene.now += days * DAY
        scene.page({"visitor": {"id": "v1", "plan": "pro"}})
        assert len(metas(scene)) == told


def test_the_hash_in_storage_is_the_crc_of_the_metadata(scene):
    scene.page()
    told = (
        b'{"visitor":{"id":"v1","language":"en_US"},"account":{"id":null},"parentAccount":{},'
        b'"date":"14/11/2023","version":"2.291.4_prod"}'
    )
    assert scene.browser.local_storage["_pendo_meta.key"].endswith(f'"value":{zlib.crc32(told)}}}')


def test_a_cleared_session_has_the_next_page_tell_again(scene):
    scene.page().clear_session()
    scene.page()
    assert len(metas(scene)) == 2


@pytest.mark.parametrize(
    ("account", "parent", "told", "parent_told"),
    [
        ({"id": "a"}, {"id": "p"}, "p::a", {"id": "p"}),
        ({"id": 7}, {"id": 5}, "5::7", {"id": 5}),
        ({"id": "q::a"}, {"id": "p"}, "q::a", {"id": "q"}),
        ({"id": "q::a"}, {}, "q::a", {}),
        ({"id": "a"}, {"id": ""}, "a", {"id": ""}),
        ({}, {"id": "p"}, None, {"id": "p"}),
        ({"id": "a"}, "p", "a", {}),
    ],
)
def test_an_account_is_known_by_its_parent(scene, account, parent, told, parent_told):
    agent = scene.page({"visitor": {"id": "v1"}, "account": account, "parentAccount": parent})
    assert agent.get_account_id() == told
    assert metas(scene)[0]["parentAccount"] == parent_told


def test_values_make_a_round_trip_through_json(scene):
    day = dt.datetime(2024, 1, 2, 3, 4, 5, 678_000, dt.UTC)
    scene.page({"visitor": {"id": "v1", "day": day, "nan": float("nan"), "big": 12345678901234567890, "f": len}})
    told = metas(scene)[0]["visitor"]
    assert told["day"] == "2024-01-02T03:04:05.678Z"
    assert (told["nan"], told["big"], "f" in told) == (None, 12345678901234567000, False)


def test_an_array_is_an_object_with_numbers_for_names_and_anything_else_is_none(scene):
    scene.page({"visitor": ["a", "b"], "account": "text", "parentAccount": None})
    told = metas(scene)[0]
    assert (told["visitor"]["0"], told["visitor"]["1"]) == ("a", "b")
    assert (told["account"], told["parentAccount"]) == ({"id": None}, {})


def test_circular_metadata_change_nothing_but_are_reported(scene):
    agent = scene.page()
    circle = {"id": "v2"}
    circle["self"] = circle
    agent.identify({"visitor": circle})
    agent.run_pending()
    assert (agent.get_visitor_id(), len(scene.requests("errorlog"))) == ("v1", 1)


def test_a_self_hosted_agent_says_so(scene):
    scene.page(selfHosted=True)
    assert metas(scene)[0]["selfHosted"] is True


def test_promoted_metadata_ride_on_every_event_and_outlive_the_page(scene):
    config = {"promotedAgentMetadataConfigurations": [{"kind": "visitor", "fieldName": "plan"}]}
    agent = scene.page({"visitor": {"id": "v1", "Plan": "pro"}}, **config)
    agent.track("T", {"k": 1})
    agent.track("T", [])
    agent.interact("click", {"tag": "A"}, {"sku": "s1"})
    agent.flush_now()
    group = {"visitormetadata": {"agent__plan": "pro"}}
    assert [event["props"] for event in scene.events("track")] == [{"k": 1, "__sg__": group}, []]
    assert scene.events("click")[0]["eventProperties"] == {"sku": "s1", "__sg__": group}
    assert scene.events("load")[0]["eventProperties"] == {"__sg__": group}
    scene.page(**config)
    assert scene.events("load")[1]["eventProperties"] == {"__sg__": group}


def test_a_cleared_session_forgets_promoted_metadata(scene):
    config = {"promotedAgentMetadataConfigurations": [{"kind": "visitor", "fieldName": "plan"}]}
    scene.page({"visitor": {"id": "v1", "plan": "pro"}}, **config).clear_session()
    scene.page(**config)
    assert "eventProperties" not in scene.events("load")[-1]


def test_an_event_shows_promoted_metadata_as_they_are_when_it_is_sent(scene):
    config = {"promotedAgentMetadataConfigurations": [{"kind": "account", "fieldName": "tier"}]}
    agent = scene.page({"visitor": {"id": "v1"}, "account": {"id": "a1", "tier": 1}}, **config)
    agent.track("T")
    agent.update_options({"visitor": {"id": "v1"}, "account": {"id": "a1", "tier": 2}})
    agent.flush_now()
    assert scene.events("track")[0]["props"]["__sg__"] == {"accountmetadata": {"agent__tier": 2}}
