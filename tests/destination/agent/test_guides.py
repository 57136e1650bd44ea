"""Requests for guides, and the response that stops the agent."""

import pytest

from pendo_contracts.wire.envelope import Response


def guide_queries(simulation, payload):
    return [payload(envelope) for envelope in simulation.requests("guide.json")]


def test_guide_request_has_visitor_account_url_and_metadata(simulation, payload, query):
    simulation.start_agent({"visitor": {"id": "v1"}, "account": {"id": "a1"}})
    (guide_query,) = guide_queries(simulation, payload)
    metadata = guide_query.pop("metadata")
    url = "https://app.example/home"
    assert guide_query == {"visitorId": "v1", "accountId": "a1", "url": url, "oldVisitorId": None}
    assert list(metadata) == ["visitor", "account", "parentAccount", "date", "version"]
    assert list(query(simulation.requests("guide.json")[0])) == ["id", "jzb", "v", "ct"]


def test_changes_of_one_tick_cause_one_guide_request(simulation, payload):
    agent = simulation.start_agent()
    simulation.sent.clear()
    agent.identify("v2")
    agent.identify("v3", "a3")
    agent.run_pending()
    assert [guide_query["visitorId"] for guide_query in guide_queries(simulation, payload)] == ["v3"]


@pytest.mark.parametrize(
    ("call", "requests"),
    [
        (lambda agent: agent.identify("v1"), 0),
        (lambda agent: agent.update_options({"visitor": {"id": "v1"}}), 0),
        (lambda agent: agent.track("T"), 0),
        (lambda agent: agent.identify("v2"), 1),
        (lambda agent: agent.identify("v1", "a1"), 1),
        (lambda agent: agent.update_options({"visitor": {"id": "v1", "n": 1}}), 1),
        (lambda agent: agent.push_state("/next"), 1),
        (lambda agent: agent.clear_session(), 1),
    ],
)
def test_guides_are_requested_again_only_after_a_relevant_change(simulation, call, requests):
    agent = simulation.start_agent()
    simulation.sent.clear()
    call(agent)
    simulation.pass_time(agent, 1)
    assert len(simulation.requests("guide.json")) == requests


def test_reordered_metadata_cause_no_guide_request(simulation):
    agent = simulation.start_agent({"visitor": {"id": "v1", "a": 1, "b": 2}})
    simulation.sent.clear()
    agent.update_options({"visitor": {"id": "v1", "b": 2, "a": 1}})
    agent.run_pending()
    assert (len(simulation.events("meta")), simulation.requests("guide.json")) == (1, [])


def test_long_guide_request_is_posted(simulation, payload, query):
    simulation.start_agent({"visitor": {"id": "v1", "words": [str(number**7) for number in range(400)]}})
    (envelope,) = simulation.requests("guide.json")
    assert (envelope.method, dict(envelope.headers)) == ("POST", {"content-type": "application/json"})
    assert list(query(envelope)) == ["id", "v", "ct"]
    assert payload(envelope)["visitorId"] == "v1"


def test_guide_request_uses_get_up_to_2000_characters(simulation):
    for words in range(200, 400, 4):
        simulation.browser.local_storage.clear()
        simulation.start_agent({"visitor": {"id": "v1", "words": [str(number**5) for number in range(words)]}})
    sizes = [len(envelope.url) for envelope in simulation.requests("guide.json") if envelope.method == "GET"]
    assert 1980 < max(sizes) <= 2000


def test_guide_events_are_probed_once_in_4_hours(simulation, payload):
    for hours, probes in ((0, 1), (3, 1), (1.1, 2)):
        simulation.now += int(hours * 3_600_000)
        simulation.start_agent()
        assert [payload(envelope) for envelope in simulation.requests("guide.gif")] == [[]] * probes


def test_failed_probe_disables_guides_for_4_hours(simulation):
    simulation.answer = lambda envelope: "guide.gif" not in envelope.url
    simulation.start_agent()
    simulation.start_agent()
    assert len(simulation.requests("guide.json")) == 1


def test_after_a_failed_probe_guides_flush_no_events(simulation):
    agent = simulation.start_agent()
    simulation.answer = lambda envelope: "guide.gif" not in envelope.url
    simulation.browser.local_storage.pop("_pendo_guides_blocked.key")
    agent.identify("v2")
    agent.track("T")
    agent.run_pending()
    assert simulation.events("track") == []


def test_good_guide_response_flushes_events(simulation):
    agent = simulation.start_agent()
    agent.identify("v2")
    agent.track("T")
    agent.run_pending()
    assert simulation.events("track")


@pytest.mark.parametrize("body", [b"null", b'{"id":"other"}'])
def test_guide_response_for_another_request_flushes_nothing(simulation, body):
    agent = simulation.start_agent()
    simulation.answer = lambda envelope: Response(200, {}, body) if "guide.json" in envelope.url else True
    agent.identify("v2")
    agent.track("T")
    agent.run_pending()
    assert simulation.events("track") == []


@pytest.mark.parametrize("refusal", [Response(451, {}, b""), Response(200, {}, b'{"statusCode":451}')])
def test_do_not_process_response_stops_sending(simulation, refusal):
    simulation.answer = lambda envelope: refusal if "guide.json" in envelope.url else True
    agent = simulation.start_agent()
    assert [event["type"] for event in simulation.events()] == ["meta", "load"]
    agent.track("T")
    agent.identify("v1", "a1")
    simulation.pass_time(agent, 300)
    assert len(simulation.events()) == 2
    assert not agent.is_sending_events()


def test_status_451_of_a_beacon_does_not_stop_sending(simulation):
    simulation.answer = lambda envelope: Response(451, {}, b"GIF89a") if "ptm.gif" in envelope.url else True
    assert simulation.start_agent().is_sending_events()


def test_failed_guide_request_is_not_repeated_and_blocks_no_event(simulation):
    simulation.answer = lambda envelope: "guide.json" not in envelope.url
    agent = simulation.start_agent()
    simulation.pass_time(agent, 300)
    assert (len(simulation.requests("guide.json")), len(simulation.events())) == (1, 2)
    assert "_pendo_guides_blocked.key" not in simulation.browser.local_storage


def test_blocked_metadata_are_not_in_guide_requests(simulation, payload):
    simulation.start_agent(blockAgentMetadata=True)
    assert "metadata" not in guide_queries(simulation, payload)[0]


def test_disabled_guides_are_not_requested(simulation):
    simulation.start_agent({"visitor": {"id": "v1"}, "disableGuides": True})
    assert simulation.requests("guide.json") == []


def test_guide_request_has_old_visitor_and_cleared_account(simulation, payload):
    simulation.start_agent().identify("v2", None)
    agent = simulation.start_agent({"visitor": {"id": "v2"}})
    agent.identify("v2", None)
    agent.push_state("/next")
    simulation.pass_time(agent, 1)
    last = guide_queries(simulation, payload)[-1]
    assert (last["oldVisitorId"], last["accountId"], last["metadata"]["account"]) == ("v1", None, {})
