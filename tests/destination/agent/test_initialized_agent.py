"""Page loads, interactions and the members of events."""

import pytest

from pendo_destination.agent import Page

BUTTON = {
    "tag": "BUTTON", "id": "buy", "cls": "btn", "title": None, "attrs": {}, "myIndex": 1, "childIndex": 1,
    "parentElem": {"tag": "BODY", "id": "", "cls": "", "title": None, "attrs": {}, "myIndex": 1, "childIndex": 1},
}  # fmt: skip


def flush_and_list(simulation, agent):
    agent.flush_now()
    return [(event["type"], event["url"]) for event in simulation.events()]


def test_repeated_page_load_of_one_url_is_reported_once(simulation):
    agent = simulation.start_agent()
    for url in ("https://app.example/home", "https://app.example/next", "https://app.example/home"):
        agent.page_load(url)
    paths = [url.rpartition("/")[2] for kind, url in flush_and_list(simulation, agent) if kind == "load"]
    assert paths == ["home", "next", "home"]


def test_event_has_the_current_url_of_the_page(simulation):
    agent = simulation.start_agent()
    agent.page_load("https://app.example/elsewhere")
    agent.track("here")
    agent.push_state("/there?x=1#y")
    agent.track("there")
    agent.flush_now()
    urls = [event["url"].removeprefix("https://app.example/") for event in simulation.events("track")]
    assert urls == ["home", "there?x=1#y"]


def test_push_state_reports_a_load_on_the_next_tick(simulation):
    agent = simulation.start_agent()
    agent.push_state("/next")
    simulation.pass_time(agent, 1)
    assert simulation.events("load")[-1]["url"] == "https://app.example/next"


def test_load_has_duration_and_frame_flag(simulation):
    agent = simulation.new_agent(Page("https://app.example/", load_time=12.5, framed=True))
    agent.initialize()
    agent.run_pending()
    assert simulation.events("load")[0]["props"] == {"load_time": 12.5, "is_frame": True}


def test_return_within_7_seconds_is_a_u_turn(simulation):
    agent = simulation.start_agent()
    for seconds, url in ((1, "/next"), (7, "/home"), (1, "/next"), (8, "/home")):
        simulation.pass_time(agent, seconds)
        agent.push_state(url)
        agent.track("T")
        agent.run_pending()
    types = [event.get("frustrationTypes") for event in simulation.events("load")]
    assert types == [None, None, ["uTurn"], ["uTurn"], None]


@pytest.mark.parametrize("kind", ["click", "focus", "submit", "change"])
def test_interaction_is_recorded_with_its_element(simulation, kind):
    agent = simulation.start_agent()
    agent.interact(kind, BUTTON)
    agent.flush_now()
    (event,) = simulation.events(kind)
    assert event["props"]["target"] == BUTTON | ({"flags": ["left"]} if kind == "click" else {})


def test_interaction_reports_a_pending_page_load_first(simulation):
    agent = simulation.start_agent()
    agent.push_state("/next")
    agent.interact("click", BUTTON, {"sku": "s1"})
    agent.run_pending()
    assert [(e["type"], e.get("eventProperties")) for e in simulation.events()][2:] == [
        ("load", None), ("click", {"sku": "s1"})
    ]  # fmt: skip


@pytest.mark.parametrize("cls", ["pendo-ignore", "x pendo-analytics-ignore"])
def test_interaction_inside_an_ignored_element_is_not_recorded(simulation, cls):
    agent = simulation.start_agent()
    agent.interact("click", {**BUTTON, "parentElem": {**BUTTON["parentElem"], "cls": cls}})
    assert [kind for kind, _ in flush_and_list(simulation, agent)] == ["meta", "load"]


def test_change_within_5_seconds_of_another_is_ignored(simulation):
    agent = simulation.start_agent()
    for seconds in (0, 3, 3, 5):
        simulation.now += seconds * 1000
        agent.interact("change", BUTTON)
    assert [kind for kind, _ in flush_and_list(simulation, agent)].count("change") == 2


@pytest.mark.parametrize(
    ("props", "expected"),
    [
        ({}, {}),
        ({"a": {"b": [1, None]}}, {"a": {"b": [1, None]}}),
        ([1, 2], [1, 2]),
        (None, {"__err__": None}),
        ("text", {"__err__": "text"}),
        (5, {"__err__": 5}),
        (float("nan"), {"__err__": None}),
    ],
)
def test_track_accepts_props_of_every_type(simulation, props, expected):
    agent = simulation.start_agent()
    agent.track("T", props)
    agent.track("none")
    agent.track("function", len)
    agent.flush_now()
    first, second, third = simulation.events("track")
    assert (first["props"], second["props"], "props" in third) == (expected, {}, False)


def test_event_members_have_the_agents_order(simulation):
    agent = simulation.start_agent({"visitor": {"id": "v1"}, "account": {"id": "a1"}})
    agent.track("T")
    agent.flush_now()
    assert list(simulation.events("track")[0]) == [
        "type", "browser_time", "visitor_id", "account_id", "url", "props", "parentTabId", "tabId", "frameId",
        "track_event_name", "sessionId", "utm", "sequence", "bytes",
    ]  # fmt: skip


def test_tab_id_is_kept_and_frame_id_changes_per_page(simulation):
    simulation.start_agent()
    simulation.start_agent({"visitor": {"id": "v1"}, "account": {"id": "a1"}})
    first, second = simulation.events("load")
    assert first["tabId"] == second["tabId"]
    assert first["frameId"] != second["frameId"]
    assert len(first["frameId"]) == 16
