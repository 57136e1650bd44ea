"""Compares our calls of `window.pendo` with the calls of Segment's published classic integration."""

from __future__ import annotations

from copy import deepcopy
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from pendo_destination.conformance.tagged_values import untag
from pendo_destination.destinations.classic import ClassicIntegration
from pendo_destination.destinations.classic.segment_facade import with_dates
from pendo_destination.errors import DestinationError
from pendo_destination.javascript.difference import Difference, differences
from pendo_destination.javascript.values import UNDEFINED
from pendo_destination.runtime.recording_pendo import RecordingPendo
from pendo_destination.runtime.stored_identity import Group, StoredIdentity, User

if TYPE_CHECKING:
    from collections.abc import Mapping

Record: TypeAlias = dict[str, Any]

# A recorded step has these members only if they are not empty. Other members are compared only if they are recorded.
_ALWAYS_COMPARED: Final = frozenset({"calls", "error"})
_NO_AGENT: Final[Any] = object()


class _Agent(RecordingPendo):
    """An agent that also records whether it received the object `window.pendo_options` itself."""

    def __init__(self, case: Mapping[str, Any]) -> None:
        super().__init__()
        self.classic = ClassicIntegration(case["options"], self.connect, case.get("window_pendo_options", UNDEFINED))
        self.shared = False

    def identify(self, options: Mapping[str, Any]) -> None:
        """Record the call."""
        self.shared = options is self.classic.pendo_options
        super().identify(options)


def judge(case: Mapping[str, Any]) -> Difference | None:
    """Return the first difference between our calls and the recorded calls of a case, or None.

    A case is `{options, window_pendo?, window_pendo_options?, steps, expect}`. The published code calls a function that
    does not exist; such cases have `expect_if_obj_delete_existed`, the calls that the code is meant to make.
    """
    agent = _Agent(case)
    expected = untag(case.get("expect_if_obj_delete_existed", case["expect"]))
    expected_steps = [_without_engine_error(step) for step in expected["steps"]]
    no_step: Record = {}
    steps = [
        {key: value for key, value in _run_step(step, agent, case).items() if key in recorded.keys() | _ALWAYS_COMPARED}
        for step, recorded in zip_longest(case["steps"], expected_steps, fillvalue=no_step)
    ]
    return next(
        differences(
            {"steps": expected_steps, "settings": expected.get("settings")},
            {"steps": steps, "settings": agent.classic.settings},
            case=case["id"],
        ),
        None,
    )


def _run_step(step: Mapping[str, Any], agent: _Agent, case: Mapping[str, Any]) -> Record:
    classic = agent.classic
    classic.analytics = _read_analytics(step)
    queued, error = not classic.ready, _try_step(step, agent)
    return {
        "op": step.get("op", step.get("method")),
        "script": list(agent.scripts),
        "loaded": bool(agent.scripts or case.get("window_pendo")),
        "ready": classic.ready,
        "queued": queued,
        "message_after": with_dates(step.get("msg")),
        "pendo_options": deepcopy(classic.pendo_options),
        "calls": [call._asdict() | {"same_object_as_window_pendo_options": agent.shared} for call in agent.take()],
        **error,
    }


def _read_analytics(step: Mapping[str, Any]) -> StoredIdentity:
    user, group = step.get("user") or {}, step.get("group") or {}
    return StoredIdentity(User(user.get("id"), traits=user.get("traits")), Group(group.get("id"), group.get("traits")))


def _try_step(step: Mapping[str, Any], agent: _Agent) -> Record:
    classic = agent.classic
    try:
        match step:
            case {"op": "initialize"}:
                agent.connect(classic.initialize())
            case {"op": "agent_loaded"}:
                classic.start(_NO_AGENT if step.get("no_agent") else agent)
            case {"method": method, "msg": message}:
                classic.call(method, message)
    except (DestinationError, AttributeError):
        return {"error": "engine"}
    return {}


def _without_engine_error(step: Record) -> Record:
    """Replace an error that V8 raised by "engine", because Python's messages differ from V8's."""
    return step | {"error": "engine"} if step.get("error", {}).get("engine") else step
