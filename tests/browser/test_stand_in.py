import base64
import json

import pytest

from pendo_contracts.wire import jzb

pytestmark = pytest.mark.browser

SNIPPET = """() => {
  const pendo = window.pendo = {_q: []};
  for (const name of ["initialize", "identify", "updateOptions", "pageLoad", "track", "trackAgent"]) {
    pendo[name] = (...args) => pendo._q[name === "initialize" ? "unshift" : "push"]([name, ...args]);
  }
  pendo.track("early");
  pendo.initialize({visitor: {id: "v1"}});
  pendo.identify("v2");
  pendo.track("late");
}"""
FORM = """some text
<form class="big form" onsubmit="return false">
  <input type=text name=who value=secret> <button id=buy title=" Buy now " value=1><b>Buy</b></button>
</form>"""
PLAIN = {"id": "", "cls": "", "title": None, "attrs": {}}


def with_ancestors(element):
    while element:
        yield {name: value for name, value in element.items() if name != "parentElem"}
        element = element.get("parentElem")


def test_queued_calls_run_in_order_after_initialize(visit, wait_for_events):
    page = visit(before=SNIPPET, start="pendo.flushNow()")
    assert page.evaluate("pendo._q") == []
    assert [(e["track_event_name"], e["visitor_id"]) for e in wait_for_events("track", 2)] == [
        ("early", "v1"),
        ("late", "v2"),
    ]


def test_agent_signals_that_it_is_ready(visit):
    page = visit(before="document.addEventListener('pendo_ready', () => { window.heard = 'dom'; })", start="0")
    page.evaluate("void pendo.events.ready(() => { window.called = pendo.isReady(); })")
    assert page.evaluate("[pendo.isReady(), window.heard, window.called]") == [False, None, None]
    page.evaluate("pendo.initialize({})")
    assert page.evaluate("[pendo.isReady(), window.heard, window.called]") == [True, "dom", True]


def test_click_describes_the_element_and_its_ancestors(visit, wait_for_events):
    page = visit(FORM)
    page.click("b", modifiers=["Shift"])
    page.evaluate("pendo.flushNow()")
    (click,) = wait_for_events("click")
    assert list(with_ancestors(click["props"]["target"])) == [
        {**PLAIN, "tag": "B", "myIndex": 0, "childIndex": 0, "flags": ["left", "shiftKey"]},
        {
            "tag": "BUTTON", "id": "buy", "cls": "", "title": "Buy now", "attrs": {"value": "1"},
            "myIndex": 3, "childIndex": 1,
        },
        {**PLAIN, "tag": "FORM", "cls": "big form", "myIndex": 1, "childIndex": 0},
        {**PLAIN, "tag": "BODY", "myIndex": 1, "childIndex": 1},
    ]  # fmt: skip


def test_typed_text_is_never_sent(visit, wait_for_events, pendo):
    page = visit(FORM)
    page.fill("input", "more secret")
    page.press("input", "Enter")
    page.evaluate("pendo.flushNow()")
    wait_for_events("submit")
    assert {"focus", "change", "submit"} <= {event.type for event in pendo.events()}
    assert "secret" not in json.dumps([event.value for event in pendo.events()])


def test_elements_with_ignore_classes_send_no_clicks(visit, wait_for_events, pendo):
    page = visit("<div class='x pendo-ignore'><button>1</button></div><button class=pendo-analytics-ignore>2</button>")
    page.click("button >> nth=0")
    page.click("button >> nth=1")
    page.evaluate("pendo.track('done'); pendo.flushNow()")
    wait_for_events("track")
    assert pendo.events(type="click") == []


def test_click_with_stopped_propagation_is_sent(visit, wait_for_events):
    page = visit("<button>Stop</button>", before="addEventListener('click', (event) => event.stopPropagation(), true)")
    page.click("button")
    page.evaluate("pendo.flushNow()")
    assert [click["props"]["target"]["stopped"] for click in wait_for_events("click")] == [True]


def test_every_url_change_sends_a_load(visit, wait_for_events, pendo):
    page = visit()
    steps = ["history.pushState({}, '', '/a')", "history.replaceState({}, '', '/b')", "location.hash = 'c'"]
    for loads, step in enumerate([*steps, "history.back()"], start=1):
        wait_for_events("load", loads)
        page.evaluate(step)
    wait_for_events("load", 5)
    page.evaluate("history.pushState({}, '', location.href)")
    pendo.expect_silence(type="load")
    assert [load["url"].removeprefix("http://shop.test") for load in wait_for_events("load")] == [
        "/",
        "/a",
        "/b",
        "/b#c",
        "/b",
    ]


def test_reload_sends_no_metadata_again(settled, reload, wait_for_events):
    reload(settled())
    first, second = wait_for_events("load", 2)
    (meta,) = wait_for_events("meta")
    same = ("visitor_id", "tabId", "sessionId")
    assert [first[name] for name in same] == [second[name] for name in same] == [meta[name] for name in same]
    assert first["frameId"] != second["frameId"]


def test_teardown_flushes_and_stops_sending(visit, wait_for_events, pendo):
    page = visit("<button>Buy</button>")
    page.evaluate("pendo.track('last'); pendo.teardown()")
    wait_for_events("track")
    page.click("button")
    page.evaluate("history.pushState({}, '', '/a'); pendo.flushNow()")
    pendo.expect_silence(endpoint="ptm.gif")
    assert page.evaluate("pendo.isReady()") is False


def test_encoded_jzb_decodes_to_the_same_text(visit):
    texts = ["", "[]", "a" * 70000, "zoë 日本 😀", "".join(map(chr, range(32, 9000))), json.dumps(list(range(9999)))]
    packed = visit().evaluate("texts => texts.map((text) => pendo.compress(text))", texts)
    compressed = [base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)) for text in packed]
    assert [jzb.inflate(data).decode() for data in compressed] == texts


def test_other_public_functions_exist_and_do_nothing(visit):
    page = visit()
    answers = page.evaluate("""[
      pendo.getActiveGuides(), pendo.getActiveGuide(), pendo.showGuideById("g"), pendo.areGuidesDisabled(),
      pendo.stopGuides(), pendo.findGuideByName("g"), pendo.location.clearTransforms(),
    ]""")
    assert answers == [[], None, False, False, None, None, None]


def test_agent_reports_visitor_account_and_version(visit):
    page = visit(start="pendo.initialize({visitor: {id: 7, n: 1}, account: {id: 'a'}, parentAccount: {id: 'p'}})")
    names = page.evaluate("[pendo.getVisitorId(), pendo.getAccountId(), pendo.getVersion()]")
    assert names == ["7", "p::a", "2.291.4_prod"]
    assert page.evaluate("pendo.getSerializedMetadata()")["visitor"] == {"id": "7", "n": 1, "language": "en_US"}
    assert page.evaluate("[pendo.isAnonymousVisitor(), pendo.isAnonymousVisitor('_PENDO_T_x')]") == [False, True]


def test_misuse_of_the_agent_does_not_break_the_page(visit, wait_for_events, wait_for_requests):
    page = visit()
    page.evaluate("() => { const props = {}; props.self = props; pendo.track('circular', props); pendo.flushNow(); }")
    wait_for_requests(endpoint="errorlog")
    page.evaluate("pendo.track('x'); pendo.flushNow()")
    assert [event["track_event_name"] for event in wait_for_events("track")] == ["x"]


def test_visit_keeps_contracts_and_leaves_the_console_empty(visit, reload, wait_for_events, pendo):
    page = visit(FORM, start="0")
    messages = []
    page.on("console", lambda message: messages.append(message.text))
    page.on("pageerror", lambda error: messages.append(str(error)))
    page.evaluate("pendo.initialize({account: {id: 'a1'}})")
    page.click("b")
    page.fill("input", "me")
    page.evaluate("pendo.identify({visitor: {id: 'v1', plan: 'pro'}, account: {id: 'a1'}, parentAccount: {id: 'p1'}})")
    page.evaluate("pendo.track('bought', {total: 12.5}); pendo.trackAgent('prompt', {agentId: 'a'})")
    page.evaluate("pendo.track('long', {text: Array.from({length: 2000}, Math.random).join()}); pendo.clearSession()")
    reload(page)
    wait_for_events("load", 2)
    wait_for_events("track", 2)
    pendo.assert_kept()
    assert messages == []
