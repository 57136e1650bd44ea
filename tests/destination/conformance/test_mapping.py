import pytest

from pendo_destination.conformance.mapping import judge


@pytest.mark.parametrize(
    ("case", "path"),
    [
        ({"mapping": {"a": 1}, "output": {"a": 2}}, "/output/a"),
        ({"mapping": {"a": 1}, "error": {"name": "Error", "message": "no"}}, "/error"),
        ({"mapping": {"a": {"@bogus": 1}}, "output": {}}, "/output"),
        ({"mapping": {"@bogus": 1}, "error": {"name": "ValidationError", "message": "/ other."}}, "/error/message"),
        ({"mapping": {"a": 1}, "error": {"name": "TypeError", "engine": True}}, "/error"),
        ({"mapping": [{"@path": "a"}], "output": {"0": {"$undefined": True}}, "tagged": True}, "/output/0"),
    ],
)
def test_wrong_answer_is_reported(case, path):
    difference = judge({"id": "c", **case})
    assert difference
    assert (difference.case, difference.path.startswith(path)) == ("c", True)


def test_engine_errors_match_any_error():
    assert (
        judge({"id": "c", "mapping": None, "error": {"name": "TypeError", "message": "other", "engine": True}}) is None
    )
