import pytest

from pendo_destination.destinations import classic, webhook
from pendo_destination.runtime.settings_check import find_settings_problems, with_defaults


@pytest.mark.parametrize(
    ("document", "paths"),
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
def test_every_problem_is_listed_with_its_path(document, paths):
    assert [problem.path for problem in find_settings_problems(webhook.SETTINGS, document)] == paths


def test_problem_says_how_to_fix_it():
    problems = find_settings_problems(webhook.SETTINGS, {"apiKey": "k", "regoin": "eu", "region": "us"})
    assert [problem.fix for problem in problems] == [
        "give one of io, eu, us1, jp, au, gov, hsbc",
        "did you mean `region`? the keys are apiKey, region, sendTrack, groupIdInProperties",
    ]
    (problem,) = find_settings_problems(classic.SETTINGS, {"apiKey": "k", "region": "eu"})
    assert (problem.message, problem.fix) == ("unknown key `region`", "remove it; the keys are apiKey")


def test_missing_settings_have_defaults():
    assert with_defaults(webhook.SETTINGS, {"apiKey": "k", "region": "eu"}) == {
        "apiKey": "k",
        "region": "eu",
        "sendTrack": True,
        "groupIdInProperties": False,
    }
