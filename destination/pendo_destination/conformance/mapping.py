"""Compares our transform with the transform of Segment's own code."""

from __future__ import annotations

from typing import Any, TypeAlias

from pendo_destination.conformance.as_segment_error import segment_error
from pendo_destination.conformance.tagged_values import untag
from pendo_destination.errors import ConfigurationError
from pendo_destination.javascript.difference import Difference, differences
from pendo_destination.javascript.values import UNDEFINED
from pendo_destination.mapping import transform

Case: TypeAlias = dict[str, Any]


def judge(case: Case) -> Difference | None:
    """Return the first difference between our answer to a case and Segment's answer, or None.

    A case is `{id, mapping, data?, output | error}`. Errors are compared by name and message; for an error that the
    JavaScript engine raised, any error of ours is correct.
    """
    published = untag(case) if case.get("tagged") else case
    expected = {key: published[key] for key in ("output", "error") if key in published}
    got = _answer(published)
    if "engine" in expected.get("error", {}) and "error" in got:
        return None
    return next(differences(expected, got, case=case["id"]), None)


def _answer(case: Case) -> Case:
    try:
        return {"output": transform(case["mapping"], case.get("data", UNDEFINED))}
    except ConfigurationError as error:
        return {"error": segment_error(error)}
