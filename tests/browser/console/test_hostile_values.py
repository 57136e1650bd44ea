"""Values of hostile senders neither run nor break the layout, in any view."""

import pytest

pytestmark = pytest.mark.browser

MARKUP = "<img src=x onerror='window.attacked=1'><script>window.attacked=1</script>"
DIRECTION = "\u202eevil\u2066\u200f"
LONG = "W" * 1_000_000
HOSTILE = f"{MARKUP}{DIRECTION}\u0007\u2028javascript:alert(1)"
VIEWS = {
    "/": ".rows .verdict",
    "/console/overview": "#findings table",
    "/console/visitors": ".profiles a",
    "/console/accounts": ".profiles a",
    "/console/source": "#reports table",
    "/console/event": ".tree",
    "/console/faults": "#faults table",
    "/console/transfer": "#key option",
    "/console/setup": "#key option",
    "/console/inspect": "#key option",
}


@pytest.fixture
def attack(space, track, beacon):
    """Record hostile values in every field; return the ids of the events."""
    properties = {HOSTILE: HOSTILE, "__proto__": {"polluted": 1}, "constructor": HOSTILE, "zero": "a\0b"}
    answers = [
        track(HOSTILE, userId=HOSTILE, anonymousId=HOSTILE, properties={**properties, "long": LONG}),
        track(LONG),
        beacon({"type": HOSTILE, "visitor_id": HOSTILE, "account_id": HOSTILE, "url": "javascript:alert(1)"}),
        beacon({"visitor_id": LONG[:2000], "props": properties}, host="data.customer.example"),
        track("t", type="identify", userId=HOSTILE, traits={HOSTILE: HOSTILE, "__proto__": MARKUP}),
        track("t", type="group", groupId=HOSTILE, traits={HOSTILE: HOSTILE}),
    ]
    result = {"name": HOSTILE, "action": HOSTILE, "enabled": True, "matched": False, "problem": HOSTILE}
    call = {"method": HOSTILE, "arguments": [HOSTILE, properties]}
    report = {"event": properties, "subscriptions": [result], "calls": [call], "problem": HOSTILE, "at": 1}
    space.emulator.recorder.source_reports.add(space.api_key, [report])
    space.fault(endpoint="guide.json", event=HOSTILE, host="data.customer.example", status=451)
    return [f"{answer.headers['x-emulator-exchange']}.0" for answer in answers]


def assert_harmless(page, width):
    """Check that no value ran, became markup, widened the page or reordered its text."""
    assert page.evaluate("window.attacked") is None
    assert page.evaluate("({}).polluted") is None
    assert page.locator("main img, main script, main iframe, #notices img, #notices script").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert not set(DIRECTION.replace("evil", "")) & set(page.locator("body").inner_text())


def test_hostile_values_neither_run_nor_break_the_layout(open_view, attack):
    visits = [(path, 320, attack[3]) for path in VIEWS] + [("/", 1280, attack[0])]
    for path, width, event in visits:
        opened = {"/": {"event": event} if width > 320 else {}, "/console/event": {"id": event}}.get(path, {})
        page = open_view(path, width=width, **opened)
        page.wait_for_selector(VIEWS[path], state="attached")
        page.wait_for_load_state("load")
        if path == "/console/inspect":
            page.click("#inspect-key")
            page.wait_for_selector(".inspection")
        assert_harmless(page, width)
        page.context.close()


def test_hostile_key_and_file_name_are_shown_as_text(open_view):
    page = open_view("/console/transfer", width=320, key=HOSTILE)
    page.wait_for_selector("#key option", state="attached")
    page.set_input_files("#file", {"name": f"{HOSTILE}.har", "mimeType": "text/plain", "buffer": b"no recording"})
    page.wait_for_selector(".notice.error")
    page.click("#clear")
    page.wait_for_selector("#notices :text('is cleared in')")
    assert_harmless(page, 320)
    page.click("#notices button:text-is('Undo')")
    page.wait_for_selector("#notices :text('is unchanged')")


def test_text_of_a_megabyte_is_shown_on_request(open_view, attack):
    page = open_view("/console/event", id=attack[0])
    page.click("text=Show all 1,000,000 characters")
    assert page.locator("textarea").input_value() == LONG


def test_profile_of_a_hostile_visitor_is_opened_by_its_link(open_view, attack):
    assert attack
    page = open_view("/console/visitors")
    page.locator(".profiles a", has_text="<img").first.click()
    page.wait_for_selector("#profile h2:has-text('<img')")
    assert page.evaluate("window.attacked") is None


def test_hostile_address_is_not_shown_as_markup(open_view):
    page = open_view(q=MARKUP, event=MARKUP)
    page.wait_for_selector("#q")
    page.wait_for_timeout(300)
    assert page.evaluate("window.attacked") is None
