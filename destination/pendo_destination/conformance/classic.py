"""The calls Segment's published classic integration made on `window.pendo`, compared with ours."""

from __future__ import annotations

from copy import deepcopy
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, Final

from pendo_destination.conformance.tagged import untag
from pendo_destination.destinations.classic import Classic
from pendo_destination.destinations.classic.facade import with_dates
from pendo_destination.errors import DestinationError
from pendo_destination.explain.recorder import Spy
from pendo_destination.javascript.difference import Difference, differences
from pendo_destination.javascript.values import UNDEFINED
from pendo_destination.runtime.analytics import Analytics, Group, User

if TYPE_CHECKING:
    from collections.abc import Mapping

Response = dict[str, Any]

# Told of a step only when there is something to tell; all else is told by some steps and not by others.
_TELLING: Final = frozenset({"calls", "error"})
_NO_AGENT: Final[Any] = object()


class _Agent(Spy):
    """An agent that also remembers whether it was given `window.pendo_options` itself."""

    def __init__(self, case: Mapping[str, Any]) -> None:
        super().__init__()
        self.classic = Classic(case["options"], self.connect, case.get("window_pendo_options", UNDEFINED))
        self.shared = False

    def identify(self, options: Mapping[str, Any]) -> None:
        """Remember the call."""
        self.shared = options is self.classic.pendo_options
        super().identify(options)


def judge(case: Mapping[str, Any]) -> Difference | None:
    """Find the first place where the calls of a case differ from ours; None where they agree.

    A case is `{options, window_pendo?, window_pendo_options?, steps, expect}`. Where the published code fails for the
    name of a function that does not exist, what it was meant to do counts: `expect_if_obj_delete_existed`.
    """
    agent = _Agent(case)
    expected = untag(case.get("expect_if_obj_delete_existed", case["expect"]))
    wanted = [_without_engine_error(step) for step in expected["steps"]]
    nothing: Response = {}
    steps = [
        {key: value for key, value in _take(step, agent, case).items() if key in told.keys() | _TELLING}
        for step, told in zip_longest(case["steps"], wanted, fillvalue=nothing)
    ]
    return next(
        differences(
            {"steps": wanted, "settings": expected.get("settings")},
            {"steps": steps, "settings": agent.classic.settings},
            case=case["id"],
        ),
        None,
    )


def _take(step: Mapping[str, Any], agent: _Agent, case: Mapping[str, Any]) -> Response:
    classic = agent.classic
    classic.analytics = _analytics(step)
    queued, error = not classic.ready, _attempt(step, agent)
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


def _analytics(step: Mapping[str, Any]) -> Analytics:
    user, group = step.get("user", {}), step.get("group", {})
    return Analytics(User(user.get("id"), traits=user.get("traits")), Group(group.get("id"), group.get("traits")))


def _attempt(step: Mapping[str, Any], agent: _Agent) -> Response:
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


def _without_engine_error(step: Response) -> Response:
    """Keep of an error that V8 raised only that there was one; ours has another text."""
    return step | {"error": "engine"} if step.get("error", {}).get("engine") else step
