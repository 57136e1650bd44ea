"""Pages, elements, and what is written about them."""

import pytest

from pendo_destination.agent import Page

BUTTON = {
    "tag": "BUTTON", "id": "buy", "cls": "btn", "title": None, "attrs": {}, "myIndex": 1, "childIndex": 1,
    "parentElem": {"tag": "BODY", "id": "", "cls": "", "title": None, "attrs": {}, "myIndex": 1, "childIndex": 1},
}  # fmt: skip


def told(scene, agent):
    agent.flush_now()
    return [(event["type"], event["url"]) for event in scene.events()]


def test_a_page_is_loaded_once_for_each_url_in_a_row(scene):
    agent = scene.page()
    for url in ("https://app.example/home", "https://app.example/next", "https://app.example/home"):
        agent.page_load(url)
    assert [url.rpartition("/")[2] for kind, url in told(scene, agent) if kind == "load"] == ["home", "next", "home"]


def test_events_belong_to_where_the_page_is(scene):
    agent = scene.page()
    agent.page_load("https://app.example/elsewhere")
    agent.track("here")
    agent.push_state("/there?x=1#y")
    agent.track("there")
    agent.flush_now()
    urls = [event["url"].removeprefix("https://app.example/") for event in scene.events("track")]
    assert urls == ["home", "there?x=1#y"]


def test_a_page_that_moved_on_tells_of_a_load_on_the_next_tick(scene):
    agent = scene.page()
    agent.push_state("/next")
    scene.pass_time(agent, 1)
    assert scene.events("load")[-1]["url"] == "https://app.example/next"


def test_a_load_tells_how_long_it_took_and_whether_the_page_is_framed(scene):
    agent = scene.agent(Page("https://app.example/", load_time=12.5, framed=True))
    agent.initialize()
    agent.run_pending()
    assert scene.events("load")[0]["props"] == {"load_time": 12.5, "is_frame": True}


def test_turning_back_within_7_seconds_is_a_u_turn(scene):
    agent = scene.page()
    for seconds, url in ((1, "/next"), (7, "/home"), (1, "/next"), (8, "/home")):
        scene.pass_time(agent, seconds)
        agent.push_state(url)
        agent.track("T")
        agent.run_pending()
    assert [event.get("frustrationTypes") for event in scene.events("load")] == [None, None, ["uTurn"], ["uTurn"], None]


@pytest.mark.parametrize("kind", ["click", "focus", "submit", "change"])
def test_what_visitors_do_to_elements_is_told(scene, kind):
    agent = scene.page()
    agent.interact(kind, BUTTON)
    agent.flush_now()
    (event,) = scene.events(kind)
    assert event["props"]["target"] == BUTTON | ({"flags": ["left"]} if kind == "click" else {})


def test_an_interaction_notices_that_the_page_has_moved_on(scene):
    agent = scene.page()
    agent.push_state("/next")
    agent.interact("click", BUTTON, {"sku": "s1"})
    agent.run_pending()
    assert [(e["type"], e.get("eventProperties")) for e in scene.events()][2:] == [
        ("load", None), ("click", {"sku": "s1"})
    ]  # fmt: skip


@pytest.mark.parametrize("cls", ["pendo-ignore", "x pendo-analytics-ignore"])
def test_elements_inside_an_ignored_one_are_not_told_of(scene, cls):
    agent = scene.page()
    agent.interact("click", {**BUTTON, "parentElem": {**BUTTON["parentElem"], "cls": cls}})
    assert [kind for kind, _ in told(scene, agent)] == ["meta", "load"]


def test_of_changes_in_quick_succession_the_first_counts(scene):
    agent = scene.page()
    for seconds in (0, 3, 3, 5):
        scene.now += seconds * 1000
        agent.interact("change", BUTTON)
    assert [kind for kind, _ in told(scene, agent)].count("change") == 2


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
def test_track_props_of_every_shape(scene, props, expected):
    agent = scene.page()
    agent.track("T", props)
    agent.track("none")
    agent.track("function", len)
    agent.flush_now()
    first, second, third = scene.events("track")
    assert (first["props"], second["props"], "props" in third) == (expected, {}, False)


def test_members_stand_in_the_order_of_the_agent(scene):
    agent = scene.page({"visitor": {"id": "v1"}, "account": {"id": "a1"}})
    agent.track("T")
    agent.flush_now()
    assert list(scene.events("track")[0]) == [
        "type", "browser_time", "visitor_id", "account_id", "url", "props", "parentTabId", "tabId", "frameId",
        "track_event_name", "sessionId", "utm", "sequence", "bytes",
    ]  # fmt: skip


def test_a_tab_keeps_its_id_and_a_page_has_its_own(scene):
    scene.page()
    scene.page({"visitor": {"id": "v1"}, "account": {"id": "a1"}})
    first, second = scene.events("load")
    assert first["tabId"] == second["tabId"]
    assert first["frameId"] != second["frameId"]
    assert len(first["frameId"]) == 16
