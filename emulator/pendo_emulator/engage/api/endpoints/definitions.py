"""Views of lists: pages, features, track types, guides and reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint

from pendo_emulator.engage.api.answers import data, not_found
from pendo_emulator.engage.api.csv_table import write_csv
from pendo_emulator.engage.api.endpoints.definition_filter import select_definitions
from pendo_emulator.engage.api.session import api_key, recorder, sources
from pendo_emulator.response import response

if TYPE_CHECKING:
    from typing import Any

    from pendo_emulator.response import OutgoingResponse

definitions: Final = Blueprint("definitions", __name__)

# Pendo answers 404 for /page/<id>, /feature/<id> and /guide/<id> (observed): a list with `?id=` has one of them.


@definitions.get("/page")
def pages() -> OutgoingResponse:
    """List the pages that the set-up defined (documented)."""
    return _list("page")


@definitions.get("/feature")
def features() -> OutgoingResponse:
    """List the features that the set-up defined (documented)."""
    return _list("feature")


@definitions.get("/tracktype")
def track_types() -> OutgoingResponse:
    """List the types of the track events that arrived, also those that were defined (documented)."""
    return data(select_definitions(sources().track_types()))


@definitions.get("/guide")
def guides() -> OutgoingResponse:
    """List the guides that the set-up defined (documented)."""
    return _list("guide")


@definitions.get("/report")
def reports() -> OutgoingResponse:
    """List the public reports (documented)."""
    return data(select_definitions([one for one in _all("report") if one.get("shared", True)]))


@definitions.get("/report/<part:id_>/results.json")
def report_results(id_: str) -> OutgoingResponse:
    """Return the rows that the set-up gave the report as `results` (documented: an array); 404 without the report."""
    return data(_results(id_))


@definitions.get("/report/<part:id_>/results.csv")
def report_table(id_: str) -> OutgoingResponse:
    """Return the same rows as CSV; the columns are those of the rows (assumed)."""
    return response(write_csv(_results(id_)), "text/csv; charset=utf-8")


def _list(kind: str) -> OutgoingResponse:
    return data(select_definitions(_all(kind)))


def _all(kind: str) -> list[dict[str, Any]]:
    return list(recorder().engage_objects.all(api_key(), kind).values())


def _results(id_: str) -> list[dict[str, Any]]:
    found = recorder().engage_objects.get(api_key(), "report", id_)
    if found is None:
        raise not_found("Not found", f"there is no report {id_}")
    rows = found.get("results")
    return [row for row in rows if type(row) is dict] if type(rows) is list else []
