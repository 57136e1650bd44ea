"""Metadata of visitor and account, and the times at which they are reported."""

import datetime as dt
import zlib

import pytest

from pendo_destination.agent import BrowserState

DAY = 24 * 60 * 60 * 1000


def meta_props(simulation):
    return [event["props"] for event in simulation.events("meta")]


def test_metadata_have_ids_language_date_and_version(simulation):
    simulation.start_agent({"visitor": {"id": "v1", "plan": "pro"}})
    assert meta_props(simulation) == [
        {
            "visitor": {"id": "v1", "plan": "pro", "language": "en_US"},
            "account": {"id": None},
            "parentAccount": {},
            "date": "14/11/2023",
            "version": "2.291.4_prod",
        }
    ]


def test_date_and_language_are_those_of_the_browser(simulation):
    simulation.browser = BrowserState(zone=dt.timezone(dt.timedelta(hours=2)), language="de-AT")
    simulation.start_agent()
    (props,) = meta_props(simulation)
    assert (props["date"], props["visitor"]["language"]) == ("15/11/2023", "de_AT")


def test_update_replaces_metadata(simulation):
    agent = simulation.start_agent({"visitor": {"id": "v1", "plan": "pro"}, "account": {"id": "a1", "tier": 1}})
    agent.update_options({"visitor": {"id": "v1", "role": "admin"}})
    agent.run_pending()
    assert meta_props(simulation)[-1]["visitor"] == {"id": "v1", "role": "admin", "language": "en_US"}
    assert meta_props(simulation)[-1]["account"] == {"id": "a1"}


def test_same_metadata_are_reported_once_a_day(simulation):
    for days, reports in ((0, 1), (0, 1), (1, 2)):
        simulation.now += days * DAY
        simulation.start_agent({"visitor": {"id": "v1", "plan": "pro"}})
        assert len(meta_props(simulation)) == reports


def test_stored_hash_is_the_crc_of_the_metadata(simulation):
    simulation.start_agent()
    reported = (
        b'{"visitor":{"id":"v1","language":"en_US"},"account":{"id":null},"parentAccount":{},'
        b'"date":"14/11/2023","version":"2.291.4_prod"}'
    )
    assert simulation.browser.local_storage["_pendo_meta.key"].endswith(f'"value":{zlib.crc32(reported)}}}')


def test_clear_session_makes_the_next_page_report_metadata_again(simulation):
    simulation.start_agent().clear_session()
    simulation.start_agent()
    assert len(meta_props(simulation)) == 2


@pytest.mark.parametrize(
    ("account", "parent", "account_id", "reported_parent"),
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
def test_account_id_is_joined_with_its_parent(simulation, account, parent, account_id, reported_parent):
    agent = simulation.start_agent({"visitor": {"id": "v1"}, "account": account, "parentAccount": parent})
    assert agent.get_account_id() == account_id
    assert meta_props(simulation)[0]["parentAccount"] == reported_parent


def test_metadata_values_are_converted_to_json(simulation):
    day = dt.datetime(2024, 1, 2, 3, 4, 5, 678_000, dt.UTC)
    values = {"day": day, "nan": float("nan"), "big": 12345678901234567890, "f": len}
    simulation.start_agent({"visitor": {"id": "v1", **values}})
    visitor = meta_props(simulation)[0]["visitor"]
    assert visitor["day"] == "2024-01-02T03:04:05.678Z"
    assert (visitor["nan"], visitor["big"], "f" in visitor) == (None, 12345678901234567000, False)


def test_array_becomes_an_object_and_other_values_are_empty(simulation):
    simulation.start_agent({"visitor": ["a", "b"], "account": "text", "parentAccount": None})
    props = meta_props(simulation)[0]
    assert (props["visitor"]["0"], props["visitor"]["1"]) == ("a", "b")
    assert (props["account"], props["parentAccount"]) == ({"id": None}, {})


def test_circular_metadata_are_reported_and_ignored(simulation):
    agent = simulation.start_agent()
    circle = {"id": "v2"}
    circle["self"] = circle
    agent.identify({"visitor": circle})
    agent.run_pending()
    assert (agent.get_visitor_id(), len(simulation.requests("errorlog"))) == ("v1", 1)


def test_self_hosted_agent_is_marked_in_metadata(simulation):
    simulation.start_agent(selfHosted=True)
    assert meta_props(simulation)[0]["selfHosted"] is True


def test_promoted_metadata_are_in_every_event_and_stored(simulation):
    config = {"promotedAgentMetadataConfigurations": [{"kind": "visitor", "fieldName": "plan"}]}
    agent = simulation.start_agent({"visitor": {"id": "v1", "Plan": "pro"}}, **config)
    agent.track("T", {"k": 1})
    agent.track("T", [])
    agent.interact("click", {"tag": "A"}, {"sku": "s1"})
    agent.flush_now()
    group = {"visitormetadata": {"agent__plan": "pro"}}
    assert [event["props"] for event in simulation.events("track")] == [{"k": 1, "__sg__": group}, []]
    assert simulation.events("click")[0]["eventProperties"] == {"sku": "s1", "__sg__": group}
    assert simulation.events("load")[0]["eventProperties"] == {"__sg__": group}
    simulation.start_agent(**config)
    assert simulation.events("load")[1]["eventProperties"] == {"__sg__": group}


def test_clear_session_deletes_promoted_metadata(simulation):
    config = {"promotedAgentMetadataConfigurations": [{"kind": "visitor", "fieldName": "plan"}]}
    simulation.start_agent({"visitor": {"id": "v1", "plan": "pro"}}, **config).clear_session()
    simulation.start_agent(**config)
    assert "eventProperties" not in simulation.events("load")[-1]


def test_event_has_promoted_metadata_of_sending_time(simulation):
    config = {"promotedAgentMetadataConfigurations": [{"kind": "account", "fieldName": "tier"}]}
    agent = simulation.start_agent({"visitor": {"id": "v1"}, "account": {"id": "a1", "tier": 1}}, **config)
    agent.track("T")
    agent.update_options({"visitor": {"id": "v1"}, "account": {"id": "a1", "tier": 2}})
    agent.flush_now()
    assert simulation.events("track")[0]["props"]["__sg__"] == {"accountmetadata": {"agent__tier": 2}}
