import pytest

from pendo_emulator.api_key_space import Space

pytestmark = pytest.mark.browser

TRACK_RANDOM = """(sizes) => sizes.forEach((size) => {
  pendo.track(`${size} characters`, {text: Array.from({length: size}, () => Math.random().toString(36)[2]).join("")});
})"""


def payload_of(exchange):
    return exchange.beacon.query.get("jzb") or exchange.beacon.body["events"]


def test_queued_events_are_sent_when_the_page_is_left(settled, wait_for_requests):
    page = settled()
    page.evaluate("pendo.track('x')")
    page.goto("http://elsewhere.test/")
    (sent,) = wait_for_requests(type="track")
    assert (sent.beacon.method, sent.envelope.headers["sec-fetch-mode"]) == ("GET", "cors")


def test_large_batch_is_posted_when_the_page_closes(settled, wait_for_requests):
    page = settled()
    page.evaluate(TRACK_RANDOM, [9000])
    page.close()
    (sent,) = wait_for_requests(type="track")
    assert sent.beacon.method == "POST"


def test_without_fetch_a_closing_page_sends_a_beacon(settled, wait_for_requests):
    page = settled()
    page.evaluate("window.fetch = undefined; pendo.track('x')")
    page.close()
    (sent,) = wait_for_requests(type="track")
    assert (sent.beacon.method, sent.envelope.headers["content-type"]) == ("POST", "text/plain;charset=UTF-8")


def test_closing_page_sends_pending_requests_again(settled, pendo, wait_for_requests):
    page = settled()
    pendo.fault(endpoint="ptm.gif", hang=30, times=1)
    with page.expect_request("**/ptm.gif/**"):
        page.evaluate("pendo.track('x'); pendo.flushNow()")
    page.close()
    first, again = wait_for_requests(2, type="track")
    assert (payload_of(first), again.beacon.query["rt"]) == (payload_of(again), "1")


def test_batch_too_long_for_a_url_is_posted(visit, pendo, wait_for_requests):
    page = visit()
    page.evaluate(TRACK_RANDOM, [9000])
    page.evaluate("pendo.flushNow()")
    (post,) = wait_for_requests(type="track")
    assert (post.beacon.method, post.beacon.query["s"]) == ("POST", str(len(post.beacon.body["events"])))
    assert any(x.beacon.preflight and x.id < post.id for x in pendo.exchanges(endpoint="ptm.gif"))


def test_oversize_event_is_dropped_and_logged(visit, wait_for_events, wait_for_requests):
    page = visit()
    page.evaluate(TRACK_RANDOM, [100, 110_000, 200])
    page.evaluate("pendo.flushNow()")
    assert [event["track_event_name"] for event in wait_for_events("track", 2)] == ["100 characters", "200 characters"]
    (log,) = wait_for_requests(endpoint="log.gif")
    assert log.beacon.query["msg"].startswith("Single item is: ")


def test_oversize_batch_is_halved_until_it_fits(visit, wait_for_events, pendo):
    page = visit()
    page.evaluate(TRACK_RANDOM, [40_000] * 4)
    page.evaluate("pendo.flushNow()")
    wait_for_events("track", 4)
    assert max(len(payload_of(x)) for x in pendo.exchanges(type="track")) <= 65536


def test_failed_batch_is_retried_unchanged_before_the_next(visit, wait_for_events, pendo):
    pendo.fault(endpoint="ptm.gif", event="track", status=503, times=2)
    page = visit()
    page.evaluate("pendo.track('first'); pendo.flushNow(); pendo.track('second'); pendo.flushNow()")
    names = [event["track_event_name"] for event in wait_for_events("track", 4)]
    tries = pendo.exchanges(type="track")
    assert names == ["first", "first", "first", "second"]
    assert [x.beacon.query.get("rt") for x in tries] == [None, "1", "2", None]
    assert len({payload_of(x) for x in tries[:3]}) == 1


def test_closing_the_page_loses_events_that_wait_for_a_retry(settled, pendo):
    page = settled()
    pendo.fault(endpoint="ptm.gif", status=500)
    with page.expect_event("requestfinished"):
        page.evaluate("pendo.track('lost'); pendo.flushNow()")
    page.evaluate("pendo.track('lost, too')")
    page.close()
    pendo.expect_silence(endpoint="ptm.gif")


def test_status_451_for_guides_stops_all_sending(visit, wait_for_events, pendo):
    pendo.fault(endpoint="guide.json", status=451)
    page = visit()
    wait_for_events("load")
    page.wait_for_function("pendo.doNotProcess")
    page.evaluate("pendo.track('x'); pendo.flushNow()")
    pendo.expect_silence(endpoint="ptm.gif")
    assert page.evaluate("pendo.isSendingEvents()") is False


def test_unreadable_guide_response_stops_only_guides(visit, wait_for_events, pendo):
    pendo.fault(endpoint="guide.gif", no_cors=True)
    page = visit(before="localStorage.clear()")
    page.wait_for_function("Object.keys(localStorage).some((key) => key.includes('guides_blocked'))")
    page.evaluate("pendo.identify('v2', 'a2')")
    wait_for_events("identify")
    assert len(pendo.exchanges(endpoint="guide.json")) == 1


def test_lost_cookies_are_those_of_pendo(visit, pendo):
    pendo.fault(profile="lost-cookies")
    kept = "document.cookie = 'mine=1'; document.cookie = '_pendo_x=1; domain=shop.test; path=/'"
    page = visit(start="0", before=f"{kept}; localStorage.mine = 1; localStorage._pendo_y = 1")
    assert page.evaluate("document.cookie").split("; ") == ["mine=1"]
    assert page.evaluate("[localStorage.mine, localStorage._pendo_y]") == ["1", None]


def test_every_api_key_gets_events_only_the_first_guides(visit, wait_for_events, pendo, wait_for_requests):
    other = Space.fresh(pendo.emulator)
    visit(additionalApiKeys=[other.api_key])
    other.wait(type="load")
    wait_for_requests(endpoint="guide.json")
    assert [event.value for event in other.events()] == wait_for_events("meta") + wait_for_events("load")


@pytest.mark.parametrize(
    ("config", "types"),
    [
        ({"freeNPSData": True}, ["meta", "load"]),
        ({"excludeNonGuideAnalytics": True}, []),
        ({"blockAgentMetadata": True}, ["load", "track"]),
        ({"disablePendo": True}, []),
    ],
)
def test_configuration_limits_which_events_are_sent(visit, wait_for_events, pendo, config, types):
    page = visit(**config)
    page.evaluate("pendo.track('x'); pendo.flushNow && pendo.flushNow()")
    if types:
        wait_for_events(types[-1])
    pendo.expect_silence(endpoint="ptm.gif")
    assert [event.type for event in pendo.events(endpoint="ptm.gif")] == types


def test_configuration_can_force_posts(visit, wait_for_requests):
    visit(sendEventsWithPostOnly=True)
    (sent,) = wait_for_requests(type="load")
    assert sent.beacon.method == "POST"


def test_events_during_stopped_sending_are_never_sent(visit, wait_for_events):
    page = visit()
    wait_for_events("load")
    page.evaluate("pendo.stopSendingEvents(); pendo.track('stopped'); pendo.startSendingEvents(); pendo.track('sent')")
    page.evaluate("pendo.flushNow()")
    assert [event["track_event_name"] for event in wait_for_events("track")] == ["sent"]


def test_long_metadata_make_the_guide_request_a_post(settled, wait_for_requests):
    page = settled()
    page.evaluate("pendo.identify({visitor: {id: 'v1', about: Array.from({length: 2000}, Math.random).join()}})")
    preflight, request = wait_for_requests(3, endpoint="guide.json")[1:]
    assert (preflight.beacon.method, request.beacon.method) == ("OPTIONS", "POST")
    assert len(request.beacon.payload["metadata"]["visitor"]["about"]) > 2000


def test_without_an_unload_listener_events_are_sent_when_hidden(visit, wait_for_events):
    page = visit(preventUnloadListener=True)
    wait_for_events("load")
    page.evaluate("""() => {
      pendo.track("x");
      Object.defineProperty(document, "visibilityState", { value: "hidden" });
      document.dispatchEvent(new Event("visibilitychange"));
    }""")
    assert len(wait_for_events("track")) == 1
