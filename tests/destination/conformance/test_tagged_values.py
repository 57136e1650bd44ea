import datetime as dt
import json
import math

import pytest

from pendo_destination.conformance.tagged_values import function, tag, untag
from pendo_destination.javascript.values import UNDEFINED

TAGGED = {
    "a": [{"$undefined": True}, {"$function": True}],
    "b": {"$inf": -1},
    "c": {"$date": "2024-01-02T03:04:05.678Z"},
    "d": {"$undefined": True, "more": 1},
}


def test_untagging_restores_the_javascript_values():
    date = dt.datetime(2024, 1, 2, 3, 4, 5, 678000, dt.UTC)
    expected = {"a": [UNDEFINED, function], "b": -math.inf, "c": date, "d": {"$undefined": True, "more": 1}}
    assert untag(TAGGED) == expected
    assert math.isnan(untag({"$nan": True}))


@pytest.mark.parametrize("value", [TAGGED, {"$nan": True}, {"$inf": 1}, [1, "x", None]])
def test_tagging_reverses_untagging(value):
    assert tag(untag(value)) == value
    json.dumps(tag(untag(value)), allow_nan=False)
