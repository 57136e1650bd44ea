IDS = {"userId": "u1", "anonymousId": "a1"}


def test_user_identified_by_the_first_event_gets_no_anonymous_id(post, pendo):
    post("track", {"userId": "u7", "event": "First"})
    (exchange,) = pendo.wait(type="track")
    assert exchange.beacon.events[0].value["visitor_id"] == "u7"


def test_idle_visitor_keeps_identity_and_account(post, pendo):
    post("identify", IDS | {"traits": {"plan": "pro"}})
    post("group", IDS | {"groupId": "g1", "traits": {}})
    pendo.wait(type="meta", account_id="g1")
    post("track", IDS | {"event": "Later"})
    pendo.wait(type="track", visitor_id="u1", account_id="g1")
