import math

import pytest

from pendo_destination.javascript.difference import MISSING, Difference, differences
from pendo_destination.javascript.values import UNDEFINED


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (1, 1.0),
        (0, -0.0),
        (math.nan, math.nan),
        (12345678901234567890, 1.2345678901234567e19),
        ({"a": [1]}, {"a": [1.0]}),
    ],
)
def test_values_equal_in_javascript_do_not_differ(first, second):
    assert list(differences(first, second)) == []


@pytest.mark.parametrize(
    ("first", "second"), [(1, True), (0, False), (None, UNDEFINED), ("1", 1), ([], {}), ("", None)]
)
def test_values_of_different_types_differ(first, second):
    assert list(differences(first, second)) == [Difference("", "", first, second)]


def test_every_differing_member_is_listed_with_its_path():
    result = list(differences({"a/b": [1, 2], "n": None}, {"a/b": [1], "x": UNDEFINED}, case="c"))
    assert result == [
        Difference("c", "/a~1b/1", 2, MISSING),
        Difference("c", "/n", None, MISSING),
        Difference("c", "/x", MISSING, UNDEFINED),
    ]
