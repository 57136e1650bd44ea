"""Control API views of the server's tracking plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, request

from pendo_contracts.plans.json_text import read_json
from pendo_contracts.plans.loading import MAX_BYTES, read_plan
from pendo_contracts.plans.plan_errors import MAX_LISTED, PlanError, PlanProblem
from pendo_emulator.addresses import CONTROL_PREFIX
from pendo_emulator.control.parameters import recorder
from pendo_emulator.response import json_response, problem

if TYPE_CHECKING:
    from pendo_emulator.response import OutgoingResponse

plan: Final = Blueprint("plan", __name__, url_prefix=f"{CONTROL_PREFIX}/plan")

_BODY: Final = "the body"


@plan.errorhandler(PlanError)
def wrong_plan(error: PlanError) -> OutgoingResponse:
    """Return the response to a plan that cannot be used; `problems` lists the first problems with their places."""
    shown = [{"place": one.place, "message": one.message} for one in error.problems[:MAX_LISTED]]
    return problem(400, str(error.problems[0]), problems=shown, count=len(error.problems))


@plan.get("")
def get_plan() -> OutgoingResponse:
    """Return the plan in the project's own form; 404 if there is none."""
    found = recorder().plan.get()
    return json_response(found.as_document()) if found else problem(404, "the emulator has no tracking plan")


@plan.put("")
def set_plan() -> OutgoingResponse:
    """Replace the plan with the body, a native plan or a Segment tracking plan, from the next report on."""
    body = request.get_data()
    if len(body) > MAX_BYTES:
        raise PlanError([PlanProblem(_BODY, f"larger than {MAX_BYTES:,} bytes; a plan is a small file")])
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise PlanError([PlanProblem(_BODY, f"not UTF-8 at byte {error.start}; send UTF-8")]) from error
    recorder().plan.set(read_plan(read_json(text, _BODY), _BODY))
    return get_plan()


@plan.delete("")
def delete_plan() -> OutgoingResponse:
    """Delete the plan: findings are then only about the packaged contracts and the rules."""
    return json_response({"deleted": int(recorder().plan.delete())})
