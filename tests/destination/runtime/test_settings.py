import pytest

from pendo_destination.destinations import classic, webhook
from pendo_destination.runtime.settings import find_settings_problems, with_defaults


@pytest.mark.parametrize(
    ("document", "places"),
    [
        ({"apiKey": "k"}, []),
        ({"apiKey": "k", "region": "eu", "sendTrack": False, "groupIdInProperties": True}, []),
        ({}, ["/apiKey"]),
        ({"apiKey": ""}, ["/apiKey"]),
        ({"apiKey": None}, ["/apiKey"]),
        ({"apiKey": [1], "sendTrack": 1, "region": {}, "x": 0}, ["/apiKey", "/region", "/sendTrack", "/x"]),
        ([], [""]),
        (None, [""]),
    ],
)
def test_every_problem_is_listed_with_its_place(document, places):
    assert [problem.place for problem in find_settings_problems(webhook.SETTINGS, document)] == places


def test_a_problem_says_what_would_mend_it():
    found = find_settings_problems(webhook.SETTINGS, {"apiKey": "k", "regoin": "eu", "region": "us"})
    assert [problem.fix for problem in found] == [
        "give one of io, eu, us1, jp, au, gov, hsbc",
        "did you mean `region`? there are apiKey, region, sendTrack, groupIdInProperties",
    ]
    (problem,) = find_settings_problems(classic.SETTINGS, {"apiKey": "k", "region": "eu"})
    assert (problem.message, problem.fix) == ("`region` is not known", "leave it out; there are apiKey")


def test_defaults_stand_in_for_what_is_not_given():
    assert with_defaults(webhook.SETTINGS, {"apiKey": "k", "region": "eu"}) == {
        "apiKey": "k",
        "region": "eu",
        "sendTrack": True,
        "groupIdInProperties": False,
    }
