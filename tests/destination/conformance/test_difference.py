import math

import pytest

from pendo_destination.conformance.difference import MISSING, Difference, differences
from pendo_destination.javascript.values import UNDEFINED


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, 1.0),
        (0, -0.0),
        (math.nan, math.nan),
        (12345678901234567890, 1.2345678901234567e19),
        ({"a": [1]}, {"a": [1.0]}),
    ],
)
def test_what_javascript_sees_as_one_value_does_not_differ(one, other):
    assert list(differences(one, other)) == []


@pytest.mark.parametrize(("one", "other"), [(1, True), (0, False), (None, UNDEFINED), ("1", 1), ([], {}), ("", None)])
def test_values_of_two_types_differ(one, other):
    assert list(differences(one, other)) == [Difference("", "", one, other)]


def test_every_place_is_told_with_what_is_missing_there():
    found = list(differences({"a/b": [1, 2], "n": None}, {"a/b": [1], "x": UNDEFINED}, case="c"))
    assert found == [
        Difference("c", "/a~1b/1", 2, MISSING),
        Difference("c", "/n", None, MISSING),
        Difference("c", "/x", MISSING, UNDEFINED),
    ]
