import pytest

from pendo_emulator.space import Space

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

TRACK_RANDOM = """(sizes) => sizes.forEach((size) => {
  pendo.track(`${size} characters`, {text: Array.from({length: size}, () => Math.random().toString(36)[2]).join("")});
})"""


def carried(exchange):
    return exchange.beacon.query.get("jzb") or exchange.beacon.body["events"]


def test_what_waits_when_the_page_is_left_is_sent_at_once(settled, arrive):
    page = settled()
    page.evaluate("pendo.track('x')")
    page.goto("http://elsewhere.test/")
    (sent,) = arrive(type="track")
    assert (sent.beacon.method, sent.envelope.headers["sec-fetch-mode"]) == ("GET", "cors")


def test_a_large_batch_survives_the_page_as_a_post(settled, arrive):
    page = settled()
    page.evaluate(TRACK_RANDOM, [9000])
    page.close()
    (sent,) = arrive(type="track")
    assert sent.beacon.method == "POST"


def test_without_fetch_the_page_leaves_a_beacon_behind(settled, arrive):
    page = settled()
    page.evaluate("window.fetch = undefined; pendo.track('x')")
    page.close()
    (sent,) = arrive(type="track")
    assert (sent.beacon.method, sent.envelope.headers["content-type"]) == ("POST", "text/plain;charset=UTF-8")


def test_what_is_under_way_when_the_page_is_left_is_sent_again(settled, pendo, arrive):
    page = settled()
    pendo.fault(endpoint="ptm.gif", hang=30, times=1)
    with page.expect_request("**/ptm.gif/**"):
        page.evaluate("pendo.track('x'); pendo.flushNow()")
    page.close()
    first, again = arrive(2, type="track")
    assert (carried(first), again.beacon.query["rt"]) == (carried(again), "1")


def test_what_does_not_fit_an_address_is_posted_after_a_preflight(visit, pendo, arrive):
    page = visit()
    page.evaluate(TRACK_RANDOM, [9000])
    page.evaluate("pendo.flushNow()")
    (post,) = arrive(type="track")
    assert (post.beacon.method, post.beacon.query["s"]) == ("POST", str(len(post.beacon.body["events"])))
    assert any(x.beacon.preflight and x.id < post.id for x in pendo.exchanges(endpoint="ptm.gif"))


def test_an_event_that_is_too_large_is_lost_and_said_to_be(visit, told, arrive):
    page = visit()
    page.evaluate(TRACK_RANDOM, [100, 110_000, 200])
    page.evaluate("pendo.flushNow()")
    assert [event["track_event_name"] for event in told("track", 2)] == ["100 characters", "200 characters"]
    (log,) = arrive(endpoint="log.gif")
    assert log.beacon.query["msg"].startswith("Single item is: ")


def test_a_batch_that_is_too_large_is_halved_until_it_fits(visit, told, pendo):
    page = visit()
    page.evaluate(TRACK_RANDOM, [40_000] * 4)
    page.evaluate("pendo.flushNow()")
    told("track", 4)
    assert max(len(carried(x)) for x in pendo.exchanges(type="track")) <= 65536


def test_a_bad_answer_is_retried_with_the_same_jzb_while_the_rest_waits(visit, told, pendo):
    pendo.fault(endpoint="ptm.gif", event="track", status=503, times=2)
    page = visit()
    page.evaluate("pendo.track('first'); pendo.flushNow(); pendo.track('second'); pendo.flushNow()")
    names = [event["track_event_name"] for event in told("track", 4)]
    tries = pendo.exchanges(type="track")
    assert names == ["first", "first", "first", "second"]
    assert [x.beacon.query.get("rt") for x in tries] == [None, "1", "2", None]
    assert len({carried(x) for x in tries[:3]}) == 1


def test_a_page_that_is_left_while_it_waits_to_retry_loses_its_events(settled, pendo):
    page = settled()
    pendo.fault(endpoint="ptm.gif", status=500)
    with page.expect_event("requestfinished"):
        page.evaluate("pendo.track('lost'); pendo.flushNow()")
    page.evaluate("pendo.track('lost, too')")
    page.close()
    pendo.expect_silence(endpoint="ptm.gif")


def test_451_instead_of_guides_stops_all_sending(visit, told, pendo):
    pendo.fault(endpoint="guide.json", status=451)
    page = visit()
    told("load")
    page.wait_for_function("pendo.doNotProcess")
    page.evaluate("pendo.track('x'); pendo.flushNow()")
    pendo.expect_silence(endpoint="ptm.gif")
    assert page.evaluate("pendo.isSendingEvents()") is False


def test_without_an_answer_that_may_be_read_guides_are_off_and_events_go_on(visit, told, pendo):
    pendo.fault(endpoint="guide.gif", no_cors=True)
    page = visit(before="localStorage.clear()")
    page.wait_for_function("Object.keys(localStorage).some((key) => key.includes('guides_blocked'))")
    page.evaluate("pendo.identify('v2', 'a2')")
    told("identify")
    assert len(pendo.exchanges(endpoint="guide.json")) == 1


def test_events_go_to_every_api_key_and_guides_to_the_first_one(visit, told, pendo, arrive):
    other = Space.fresh(pendo.emulator)
    visit(additionalApiKeys=[other.api_key])
    other.wait(type="load")
    arrive(endpoint="guide.json")
    assert [event.value for event in other.events()] == told("meta") + told("load")


@pytest.mark.parametrize(
    ("config", "types"),
    [
        ({"freeNPSData": True}, ["meta", "load"]),
        ({"excludeNonGuideAnalytics": True}, []),
        ({"blockAgentMetadata": True}, ["load", "track"]),
        ({"disablePendo": True}, []),
    ],
)
def test_the_configuration_says_which_events_leave(visit, told, pendo, config, types):
    page = visit(**config)
    page.evaluate("pendo.track('x'); pendo.flushNow && pendo.flushNow()")
    if types:
        told(types[-1])
    pendo.expect_silence(endpoint="ptm.gif")
    assert [event.type for event in pendo.events(endpoint="ptm.gif")] == types


def test_everything_can_be_made_to_be_posted(visit, arrive):
    visit(sendEventsWithPostOnly=True)
    (sent,) = arrive(type="load")
    assert sent.beacon.method == "POST"


def test_what_happens_while_sending_is_stopped_is_never_sent(visit, told):
    page = visit()
    told("load")
    page.evaluate("pendo.stopSendingEvents(); pendo.track('stopped'); pendo.startSendingEvents(); pendo.track('sent')")
    page.evaluate("pendo.flushNow()")
    assert [event["track_event_name"] for event in told("track")] == ["sent"]


def test_long_metadata_ask_for_guides_by_post(settled, arrive):
    page = settled()
    page.evaluate("pendo.identify({visitor: {id: 'v1', about: Array.from({length: 2000}, Math.random).join()}})")
    preflight, request = arrive(3, endpoint="guide.json")[1:]
    assert (preflight.beacon.method, request.beacon.method) == ("OPTIONS", "POST")
    assert len(request.beacon.payload["metadata"]["visitor"]["about"]) > 2000


def test_a_page_whose_exit_may_not_be_watched_sends_when_it_is_hidden(visit, told):
    page = visit(preventUnloadListener=True)
    told("load")
    page.evaluate("""() => {
      pendo.track("x");
      Object.defineProperty(document, "visibilityState", { value: "hidden" });
      document.dispatchEvent(new Event("visibilitychange"));
    }""")
    assert len(told("track")) == 1
