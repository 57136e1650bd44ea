"""The timeline shows events as they arrive, in place, and selects them by the query language."""

import pytest
import requests

pytestmark = pytest.mark.browser

ROW = ".rows .row:has-text('{}')"


def names(page):
    """Return the names of the shown rows, the newest first."""
    return page.evaluate(
        """() => [...document.querySelectorAll('.rows .row')].sort((a, b) => a.row - b.row)
        .map(row => row.querySelector('.c-name').textContent)"""
    )


def test_new_event_appears_within_a_second_on_top(open_view, track, seconds_until):
    track("First")
    page = open_view()
    page.wait_for_selector("#status[data-state=live]")
    waited = []
    for name in ("Second", "Third", "Fourth"):
        track(name)
        waited.append(seconds_until(page, ROW.format(name)))
    assert min(waited) < 1
    assert names(page) == ["Fourth", "Third", "Second", "First"]
    assert page.locator("#status").inner_text() == "4 events · live"


def test_row_has_all_columns(open_view, beacon):
    beacon({"visitor_id": "v1", "account_id": "a1"}, host="data.eu.pendo.io")
    beacon({"visitor_id": 5, "account_id": "a2"}, host="data.customer.example")
    page = open_view()
    page.wait_for_selector(ROW.format("a2"))
    cells = lambda text: page.locator(ROW.format(text)).locator("[role=gridcell]").all_inner_texts()  # noqa: E731 - twice
    assert cells("a1")[1:] == ["load", "", "v1", "a1", "eu", "kept"]
    assert cells("a2")[-2:] == ["data.customer.example", "broken"]


def test_event_without_a_name_is_linked_by_its_type(open_view, track, beacon, space):
    track("Named")
    beacon({"visitor_id": "v1"})
    requests.get(f"{space.host_url('data.pendo.io')}/data/ptm.gif/{space.api_key}?jzb=%21", timeout=10)
    page = open_view(width=320)
    page.wait_for_selector(ROW.format("Named"))
    links = page.evaluate(
        """() => [...document.querySelectorAll('.rows .row')].sort((a, b) => b.row - a.row)
        .map(row => [...row.querySelectorAll('a')].map(link => link.textContent))"""
    )
    assert links == [["Named"], ["load"], ["ptm.gif"]]
    cells = [page.locator(ROW.format("v1")).locator(f".c-{name}").bounding_box() for name in ("type", "time")]
    assert cells[0]["y"] < cells[1]["y"]


def test_query_selects_events_and_is_part_of_the_address(open_view, track):
    for name in ("Signed Up", "Signed In"):
        track(name)
    page = open_view(q='name:"Signed Up"')
    page.wait_for_selector(ROW.format("Signed Up"))
    assert names(page) == ["Signed Up"]
    page.fill("#q", "type:track -name:*Up")
    page.wait_for_selector(ROW.format("Signed In"))
    assert names(page) == ["Signed In"]
    assert "q=type%3Atrack" in page.url
    track("Signed Out")
    page.wait_for_selector(ROW.format("Signed Out"))


def test_error_of_a_query_says_where_it_is(open_view):
    page = open_view(q="type:track nmae:x")
    problem = page.locator("#q-error")
    problem.wait_for()
    assert problem.inner_text().startswith("column 12: ")
    assert "name" in problem.inner_text()
    page.fill("#q", "type:track name:x")
    problem.wait_for(state="hidden")


def test_pause_holds_new_events_back(open_view, track):
    page = open_view()
    page.wait_for_selector("#status[data-state=live]")
    page.click("text=Pause")
    track("Held")
    page.wait_for_selector("#newer:has-text('1 new')")
    assert names(page) == []
    page.click("text=Resume")
    page.wait_for_selector(ROW.format("Held"))


def test_view_stays_where_the_user_scrolled(open_view, track):
    for number in range(60):
        track(f"Event {number:02}")
    page = open_view(height=500)
    page.wait_for_selector(ROW.format("Event 59"))
    page.locator(".grid").evaluate("grid => { grid.scrollTop = 700; }")
    page.wait_for_selector(ROW.format("Event 30"))
    at = "element => element.getBoundingClientRect().top"
    before = page.locator(ROW.format("Event 30")).evaluate(at)
    track("Later")
    page.wait_for_selector("#status:has-text('61 events')")
    page.wait_for_timeout(100)
    assert page.locator(ROW.format("Event 30")).evaluate(at) == before


def test_older_events_are_loaded_when_the_user_scrolls(open_view, space, beacon):
    for _ in range(8):
        beacon(*[{"visitor_id": "bulk"}] * 100)
    beacon({"visitor_id": "newest"})
    page = open_view()
    page.wait_for_selector(ROW.format("newest"))
    grid = page.locator(".grid")
    for _ in range(20):
        grid.evaluate("grid => { grid.scrollTop = grid.scrollHeight; }")
        if page.locator("#status").inner_text().startswith("801 events"):
            break
        page.wait_for_timeout(100)
    assert page.locator("#status").inner_text() == "801 events · live"
    assert space.exchanges()


def test_another_key_shows_its_own_events(open_view, emulator, track, space):
    track("Here")
    page = open_view()
    page.wait_for_selector(ROW.format("Here"))
    other = f"{space.api_key}-other"
    url = f"{emulator.host_url('data.pendo.io')}/data/segmentio/{other}"
    page.request.post(url, data={"type": "track", "event": "There", "userId": "u1"})
    page.hover("#key")
    page.wait_for_selector(f"#key option[value='{other}']", state="attached")
    page.select_option("#key", other)
    page.wait_for_selector(ROW.format("There"))
    assert names(page) == ["There"]
    page.go_back()
    page.wait_for_selector(ROW.format("Here"))


def test_empty_key_leads_to_the_set_up(open_view):
    page = open_view()
    page.click("text=Lines for curl")
    assert page.locator("h1").inner_text() == "Set-up"
