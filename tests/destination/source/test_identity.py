WHO = {"userId": "u1", "anonymousId": "a1"}


def test_a_user_who_is_known_from_the_first_event_on_is_not_anonymous(post, pendo):
    post("track", {"userId": "u7", "event": "First"})
    (exchange,) = pendo.wait(type="track")
    assert exchange.beacon.events[0].value["visitor_id"] == "u7"


def test_who_was_idle_is_still_the_same_visitor_of_the_same_account(post, pendo):
    post("identify", WHO | {"traits": {"plan": "pro"}})
    post("group", WHO | {"groupId": "g1", "traits": {}})
    pendo.wait(type="meta", account_id="g1")
    post("track", WHO | {"event": "Later"})
    pendo.wait(type="track", visitor_id="u1", account_id="g1")
