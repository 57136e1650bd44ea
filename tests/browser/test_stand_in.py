import json

import pytest

from pendo_contracts import jzb

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

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


def lineage(element):
    while element:
        yield {name: value for name, value in element.items() if name != "parentElem"}
        element = element.get("parentElem")


def test_calls_queued_by_the_snippet_are_made_in_order_once_initialize_has_run(visit, told):
    page = visit(before=SNIPPET, start="pendo.flushNow()")
    assert page.evaluate("pendo._q") == []
    assert [(e["track_event_name"], e["visitor_id"]) for e in told("track", 2)] == [("early", "v1"), ("late", "v2")]


def test_the_agent_says_when_it_is_ready(visit):
    page = visit(before="document.addEventListener('pendo_ready', () => { window.heard = 'dom'; })", start="0")
    page.evaluate("void pendo.events.ready(() => { window.called = pendo.isReady(); })")
    assert page.evaluate("[pendo.isReady(), window.heard, window.called]") == [False, None, None]
    page.evaluate("pendo.initialize({})")
    assert page.evaluate("[pendo.isReady(), window.heard, window.called]") == [True, "dom", True]


def test_a_click_tells_the_element_and_all_that_it_stands_in(visit, told):
    page = visit(FORM)
    page.click("b", modifiers=["Shift"])
    page.evaluate("pendo.flushNow()")
    (click,) = told("click")
    assert list(lineage(click["props"]["target"])) == [
        {**PLAIN, "tag": "B", "myIndex": 0, "childIndex": 0, "flags": ["left", "shiftKey"]},
        {
            "tag": "BUTTON", "id": "buy", "cls": "", "title": "Buy now", "attrs": {"value": "1"},
            "myIndex": 3, "childIndex": 1,
        },
        {**PLAIN, "tag": "FORM", "cls": "big form", "myIndex": 1, "childIndex": 0},
        {**PLAIN, "tag": "BODY", "myIndex": 1, "childIndex": 1},
    ]  # fmt: skip


def test_what_is_typed_stays_on_the_page(visit, told, pendo):
    page = visit(FORM)
    page.fill("input", "more secret")
    page.press("input", "Enter")
    page.evaluate("pendo.flushNow()")
    told("submit")
    assert {"focus", "change", "submit"} <= {event.type for event in pendo.events()}
    assert "secret" not in json.dumps([event.value for event in pendo.events()])


def test_parts_of_the_page_can_be_left_out(visit, told, pendo):
    page = visit("<div class='x pendo-ignore'><button>1</button></div><button class=pendo-analytics-ignore>2</button>")
    page.click("button >> nth=0")
    page.click("button >> nth=1")
    page.evaluate("pendo.track('done'); pendo.flushNow()")
    told("track")
    assert pendo.events(type="click") == []


def test_a_click_that_the_page_stops_is_told_all_the_same(visit, told):
    page = visit("<button>Stop</button>", before="addEventListener('click', (event) => event.stopPropagation(), true)")
    page.click("button")
    page.evaluate("pendo.flushNow()")
    assert [click["props"]["target"]["stopped"] for click in told("click")] == [True]


def test_every_new_address_is_a_load_however_the_page_gets_there(visit, told, pendo):
    page = visit()
    steps = ["history.pushState({}, '', '/a')", "history.replaceState({}, '', '/b')", "location.hash = 'c'"]
    for loads, step in enumerate([*steps, "history.back()"], start=1):
        told("load", loads)
        page.evaluate(step)
    told("load", 5)
    page.evaluate("history.pushState({}, '', location.href)")
    pendo.expect_silence(type="load")
    assert [load["url"].removeprefix("http://shop.test") for load in told("load")] == ["/", "/a", "/b", "/b#c", "/b"]


def test_a_page_visited_again_reports_no_metadata_again(settled, reload, told):
    reload(settled())
    first, second = told("load", 2)
    (meta,) = told("meta")
    same = ("visitor_id", "tabId", "sessionId")
    assert [first[name] for name in same] == [second[name] for name in same] == [meta[name] for name in same]
    assert first["frameId"] != second["frameId"]


def test_a_torn_down_agent_has_sent_all_and_sends_no_more(visit, told, pendo):
    page = visit("<button>Buy</button>")
    page.evaluate("pendo.track('last'); pendo.teardown()")
    told("track")
    page.click("button")
    page.evaluate("history.pushState({}, '', '/a'); pendo.flushNow()")
    pendo.expect_silence(endpoint="ptm.gif")
    assert page.evaluate("pendo.isReady()") is False


def test_jzb_unpacks_to_what_was_packed(visit):
    texts = ["", "[]", "a" * 70000, "zoë 日本 😀", "".join(map(chr, range(32, 9000))), json.dumps(list(range(9999)))]
    packed = visit().evaluate("texts => texts.map((text) => pendo.compress(text))", texts)
    assert [jzb.inflate(jzb._from_base64url(text)).decode() for text in packed] == texts


def test_the_rest_of_the_public_api_is_there_and_does_nothing(visit):
    page = visit()
    answers = page.evaluate("""[
      pendo.getActiveGuides(), pendo.getActiveGuide(), pendo.showGuideById("g"), pendo.areGuidesDisabled(),
      pendo.stopGuides(), pendo.findGuideByName("g"), pendo.location.clearTransforms(),
    ]""")
    assert answers == [[], None, False, False, None, None, None]


def test_the_agent_names_visitor_account_and_itself(visit):
    page = visit(start="pendo.initialize({visitor: {id: 7, n: 1}, account: {id: 'a'}, parentAccount: {id: 'p'}})")
    names = page.evaluate("[pendo.getVisitorId(), pendo.getAccountId(), pendo.getVersion()]")
    assert names == ["7", "p::a", "2.291.4_prod"]
    assert page.evaluate("pendo.getSerializedMetadata()")["visitor"] == {"id": "7", "n": 1, "language": "en_US"}
    assert page.evaluate("[pendo.isAnonymousVisitor(), pendo.isAnonymousVisitor('_PENDO_T_x')]") == [False, True]


def test_a_page_that_misuses_the_agent_goes_on(visit, told, arrive):
    page = visit()
    page.evaluate("() => { const props = {}; props.self = props; pendo.track('circular', props); pendo.flushNow(); }")
    arrive(endpoint="errorlog")
    page.evaluate("pendo.track('x'); pendo.flushNow()")
    assert [event["track_event_name"] for event in told("track")] == ["x"]


def test_a_day_at_the_shop_keeps_every_contract_and_leaves_the_console_empty(visit, reload, told, pendo):
    page = visit(FORM, start="0")
    noises = []
    page.on("console", lambda message: noises.append(message.text))
    page.on("pageerror", lambda error: noises.append(str(error)))
    page.evaluate("pendo.initialize({account: {id: 'a1'}})")
    page.click("b")
    page.fill("input", "me")
    page.evaluate("pendo.identify({visitor: {id: 'v1', plan: 'pro'}, account: {id: 'a1'}, parentAccount: {id: 'p1'}})")
    page.evaluate("pendo.track('bought', {total: 12.5}); pendo.trackAgent('prompt', {agentId: 'a'})")
    page.evaluate("pendo.track('told', {text: Array.from({length: 2000}, Math.random).join()}); pendo.clearSession()")
    reload(page)
    told("load", 2)
    told("track", 2)
    pendo.assert_kept()
    assert noises == []
