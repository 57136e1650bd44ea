"""The control API and Space answer questions about visitors and accounts."""

import pytest
import requests

from pendo_emulator.errors import NotKeptError
from pendo_emulator.profiles.derivation_rules import DERIVATION_RULES


@pytest.fixture
def ask(pendo):
    """Return a function that asks the control API about the key of the test."""

    def get(path, **parameters):
        address = f"{pendo.emulator.control_url}/keys/{pendo.api_key}/{path}"
        return requests.get(address, params=parameters, timeout=30)

    return get


def test_visitor_has_its_facts_with_the_event_behind_them(pendo, send, ask):
    send(visitor_id="u1", account_id="p::a1")
    visitor = ask("visitors/u1").json()
    (event,) = visitor["story"]
    assert (visitor["id"], visitor["account"], visitor["events"]) == ("u1", "p::a1", {"load": 1})
    assert event["exchange"] == pendo.exchanges()[0].id
    assert ask("accounts/p").json()["children"] == ["p::a1"]


@pytest.mark.parametrize("id_", ["a/b", "//x", "a b?c#d", "ü", "%2F"])
def test_id_can_have_any_character(send, ask, id_):
    send(visitor_id=id_)
    assert ask(f"visitors/{requests.utils.quote(id_, safe='')}").json()["id"] == id_


def test_pages_follow_each_other(send, ask):
    for number in range(3):
        send(visitor_id=f"u{number}")
    first = ask("visitors", limit=2).json()
    second = ask("visitors", limit=2, after=first["next"]).json()
    assert [one["id"] for one in first["visitors"] + second["visitors"]] == ["u0", "u1", "u2"]
    assert (first["count"], second["next"]) == (3, None)


def test_long_search_selects_nothing(send, ask):
    send(visitor_id="u1")
    assert ask("visitors", search="%" * 20_000).json()["visitors"] == []


def test_unknown_id_is_answered_404(ask):
    assert (ask("visitors/nobody").status_code, ask("accounts/nobody").status_code) == (404, 404)


@pytest.mark.parametrize(
    ("name", "value"), [("sort", "x"), ("after", "x"), ("limit", "501"), ("timeout", "61"), ("serach", "u1")]
)
def test_wrong_parameter_is_named(ask, name, value):
    answer = ask("visitors", **{name: value})
    assert answer.status_code == 400
    assert name in answer.json()["title"]


def test_question_that_takes_too_long_is_answered_503(send, ask):
    send(visitor_id="u1")
    answer = ask("visitors", timeout=0)
    assert (answer.status_code, answer.json()["remaining"], answer.headers["Retry-After"]) == (503, 1, "1")
    assert "ask again" in answer.json()["title"]
    assert ask("visitors", timeout=30).status_code == 200


def test_profiles_can_be_reset(pendo, send, ask):
    send(visitor_id="u1")
    assert ask("visitors").json()["count"] == 1
    address = f"{pendo.emulator.control_url}/keys/{pendo.api_key}/profiles"
    assert requests.delete(address, timeout=30).json() == {"deleted": 1}
    assert ask("visitors").json()["count"] == 1


def test_rules_are_listed(pendo):
    rules = requests.get(f"{pendo.emulator.control_url}/profile-rules", timeout=30).json()
    assert [rule["name"] for rule in rules] == [rule.name for rule in DERIVATION_RULES]


def test_space_returns_visitors_and_accounts(pendo, send):
    send(visitor_id="u1", account_id="a1")
    assert (pendo.visitor("u1").account, pendo.account("a1").visitors) == ("a1", ("u1",))


def test_space_names_the_nearest_visitor(pendo, send):
    send(visitor_id="user-1", account_id=None)
    with pytest.raises(NotKeptError, match=r"no visitor user-2; did you mean user-1\?"):
        pendo.visitor("user-2")
    with pytest.raises(NotKeptError, match=r"no account a1; the accounts of the key are: none"):
        pendo.account("a1")
