"""Which guides to show is asked when something is new; a refusal silences the agent."""

import pytest

from pendo_contracts.envelope import Response


def asked(scene, payload):
    return [payload(envelope) for envelope in scene.requests("guide.json")]


def test_a_question_names_visitor_account_page_and_metadata(scene, payload, query):
    scene.page({"visitor": {"id": "v1"}, "account": {"id": "a1"}})
    (question,) = asked(scene, payload)
    metadata = question.pop("metadata")
    assert question == {"visitorId": "v1", "accountId": "a1", "url": "https://app.example/home", "oldVisitorId": None}
    assert list(metadata) == ["visitor", "account", "parentAccount", "date", "version"]
    assert list(query(scene.requests("guide.json")[0])) == ["id", "jzb", "v", "ct"]


def test_one_question_is_asked_for_all_changes_of_a_tick(scene, payload):
    agent = scene.page()
    scene.sent.clear()
    agent.identify("v2")
    agent.identify("v3", "a3")
    agent.run_pending()
    assert [question["visitorId"] for question in asked(scene, payload)] == ["v3"]


@pytest.mark.parametrize(
    ("call", "questions"),
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
def test_a_question_is_asked_when_something_is_new(scene, call, questions):
    agent = scene.page()
    scene.sent.clear()
    call(agent)
    scene.pass_time(agent, 1)
    assert len(scene.requests("guide.json")) == questions


def test_metadata_in_another_order_are_nothing_new_for_guides(scene):
    agent = scene.page({"visitor": {"id": "v1", "a": 1, "b": 2}})
    scene.sent.clear()
    agent.update_options({"visitor": {"id": "v1", "b": 2, "a": 1}})
    agent.run_pending()
    assert (len(scene.events("meta")), scene.requests("guide.json")) == (1, [])


def test_a_long_question_is_posted(scene, payload, query):
    scene.page({"visitor": {"id": "v1", "words": [str(number**7) for number in range(400)]}})
    (envelope,) = scene.requests("guide.json")
    assert (envelope.method, dict(envelope.headers)) == ("POST", {"content-type": "application/json"})
    assert list(query(envelope)) == ["id", "v", "ct"]
    assert payload(envelope)["visitorId"] == "v1"


def test_a_question_is_asked_by_get_as_long_as_its_url_may_be(scene):
    for words in range(200, 400, 4):
        scene.browser.local_storage.clear()
        scene.page({"visitor": {"id": "v1", "words": [str(number**5) for number in range(words)]}})
    assert (
        1980 < max(len(envelope.url) for envelope in scene.requests("guide.json") if envelope.method == "GET") <= 2000
    )


def test_the_way_for_guide_events_is_probed_once_in_4_hours(scene, payload):
    for hours, probes in ((0, 1), (3, 1), (1.1, 2)):
        scene.now += int(hours * 3_600_000)
        scene.page()
        assert [payload(envelope) for envelope in scene.requests("guide.gif")] == [[]] * probes


def test_where_the_probe_gets_no_answer_guides_are_off_for_4_hours(scene):
    scene.answer = lambda envelope: "guide.gif" not in envelope.url
    scene.page()
    scene.page()
    assert len(scene.requests("guide.json")) == 1


def test_where_the_probe_gets_no_answer_no_guides_are_loaded(scene):
    agent = scene.page()
    scene.answer = lambda envelope: "guide.gif" not in envelope.url
    scene.browser.local_storage.pop("_pendo_guides_blocked.key")
    agent.identify("v2")
    agent.track("T")
    agent.run_pending()
    assert scene.events("track") == []


def test_an_answer_flushes_what_has_gathered(scene):
    agent = scene.page()
    agent.identify("v2")
    agent.track("T")
    agent.run_pending()
    assert scene.events("track")


@pytest.mark.parametrize("body", [b"null", b'{"id":"other"}'])
def test_an_answer_to_nobody_flushes_nothing(scene, body):
    agent = scene.page()
    scene.answer = lambda envelope: Response(200, {}, body) if "guide.json" in envelope.url else True
    agent.identify("v2")
    agent.track("T")
    agent.run_pending()
    assert scene.events("track") == []


@pytest.mark.parametrize("refusal", [Response(451, {}, b""), Response(200, {}, b'{"statusCode":451}')])
def test_a_refused_visitor_is_told_of_no_more(scene, refusal):
    scene.answer = lambda envelope: refusal if "guide.json" in envelope.url else True
    agent = scene.page()
    assert [event["type"] for event in scene.events()] == ["meta", "load"]
    agent.track("T")
    agent.identify("v1", "a1")
    scene.pass_time(agent, 300)
    assert len(scene.events()) == 2
    assert not agent.is_sending_events()


def test_only_guides_are_asked_whether_to_go_on(scene):
    scene.answer = lambda envelope: Response(451, {}, b"GIF89a") if "ptm.gif" in envelope.url else True
    assert scene.page().is_sending_events()


def test_a_failing_question_is_not_repeated_and_holds_up_no_event(scene):
    scene.answer = lambda envelope: "guide.json" not in envelope.url
    agent = scene.page()
    scene.pass_time(agent, 300)
    assert (len(scene.requests("guide.json")), len(scene.events())) == (1, 2)
    assert "_pendo_guides_blocked.key" not in scene.browser.local_storage


def test_blocked_metadata_do_not_reach_guides_either(scene, payload):
    scene.page(blockAgentMetadata=True)
    assert "metadata" not in asked(scene, payload)[0]


def test_disabled_guides_are_not_asked_for(scene):
    scene.page({"visitor": {"id": "v1"}, "disableGuides": True})
    assert scene.requests("guide.json") == []


def test_guides_learn_who_was_here_before_and_what_was_cleared(scene, payload):
    scene.page().identify("v2", None)
    agent = scene.page({"visitor": {"id": "v2"}})
    agent.identify("v2", None)
    agent.push_state("/next")
    scene.pass_time(agent, 1)
    last = asked(scene, payload)[-1]
    assert (last["oldVisitorId"], last["accountId"], last["metadata"]["account"]) == ("v1", None, {})
