"""Views of small resources: servers, excluded visitors, and ideas of the former Feedback product."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import uuid4

from flask import Blueprint

from pendo_emulator.engage.api.answers import bad_request, data, not_found
from pendo_emulator.engage.api.session import api_key, json_body, recorder
from pendo_emulator.response import EMPTY

if TYPE_CHECKING:
    from pendo_emulator.response import OutgoingResponse

other_lists: Final = Blueprint("other_lists", __name__)

_FEEDBACK: Final = "feedback"


@other_lists.get("/servername")
@other_lists.get("/servers")
@other_lists.get("/servername/flag/<part:flag>")
@other_lists.get("/blacklist")
@other_lists.get("/blacklist/type/<part:kind>")
def empty_list(**_: str) -> OutgoingResponse:
    """Answer lists that the emulator does not fill (paths documented, the form of an array assumed)."""
    return data([])


@other_lists.get("/servername/<part:name>")
def server(name: str) -> OutgoingResponse:
    """Answer a question about one server, of which the emulator has none (assumed: 404)."""
    raise not_found("Not found", f"there is no server {name}")


@other_lists.get("/feedback/options")
def feedback_options() -> OutgoingResponse:
    """Return the choices for new ideas: there are none (form assumed)."""
    return data({})


@other_lists.post("/feedback")
def add_feedback() -> OutgoingResponse:
    """Keep an idea; the answer is the idea with its id (assumed)."""
    body = json_body()
    if type(body) is not dict:
        raise bad_request("the body must be an object")
    document = body | {"id": str(uuid4())}
    recorder().engage_objects.put(api_key(), _FEEDBACK, document["id"], document)
    return data(document)


@other_lists.patch("/feedback/<part:id_>")
def change_feedback(id_: str) -> OutgoingResponse:
    """Change members of an idea; the answer is the idea (assumed)."""
    body = json_body()
    if type(body) is not dict:
        raise bad_request("the body must be an object")
    changed = recorder().engage_objects.change(
        api_key(), _FEEDBACK, id_, lambda known: {**known, **body, "id": id_} if known else None
    )
    if changed is None:
        raise not_found("Not found", f"there is no idea {id_}")
    return data(changed)


@other_lists.delete("/feedback")
def delete_feedbacks() -> OutgoingResponse:
    """Delete ideas (path documented); the body is a list of ids, or an object with `ids` or `id` (assumed).

    With an unknown id, none is deleted (assumed).
    """
    body = json_body()
    ids = (body.get("ids") or [body.get("id")]) if type(body) is dict else body
    if type(ids) is not list or not ids or not all(type(id_) is str for id_ in ids):
        raise bad_request("the body must be an array of ids")
    objects = recorder().engage_objects
    if unknown := sorted(set(ids) - objects.all(api_key(), _FEEDBACK).keys()):
        raise not_found("Not found", f"there are no ideas {', '.join(unknown)}")
    for id_ in ids:
        objects.delete(api_key(), _FEEDBACK, id_)
    return EMPTY


@other_lists.delete("/feedback/<part:id_>")
def delete_feedback(id_: str) -> OutgoingResponse:
    """Delete an idea; the empty answer is assumed."""
    if not recorder().engage_objects.delete(api_key(), _FEEDBACK, id_):
        raise not_found("Not found", f"there is no idea {id_}")
    return EMPTY
