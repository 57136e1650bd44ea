"""The calls Segment's published destination made on `window.pendo`, compared with ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pendo_destination.conformance.segment_error import segment_error
from pendo_destination.conformance.tagged import untag
from pendo_destination.destinations.pendo_web import PENDO_WEB
from pendo_destination.errors import ConfigurationError
from pendo_destination.explain.recorder import Spy
from pendo_destination.javascript.difference import Difference, differences
from pendo_destination.runtime.analytics import Analytics, Group, User
from pendo_destination.runtime.definition import Subscription
from pendo_destination.runtime.instance import WIRED, Instance, Plugin, compile_plugins

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

Response = dict[str, Any]

VERSION = "0.1.0"


def judge(case: Mapping[str, Any]) -> Difference | None:
    """Find the first place where the calls of a case differ from ours; None where they agree.

    A case is `{settings, subscriptions, analytics, events, expect}`.
    """
    spy = Spy(case.get("sdk_throws"))
    subscriptions = map(Subscription.from_json, case["subscriptions"])
    instance = Instance(PENDO_WEB, case["settings"], compile_plugins(PENDO_WEB, subscriptions), spy.connect, "browser")
    steps = list(_steps(case, instance, spy))
    got = {
        "plugins": [_plugin(plugin) for plugin in instance.plugins],
        "steps": steps,
        "scripts": [{"src": script, "async": True} for script in spy.scripts],
    }
    if case.get("sdk") == "stub":
        got["queue"] = _queued(steps)
    expected = untag({key: value for key, value in case["expect"].items() if key != "tagged"})
    return next(differences(*map(_without_engine_errors, (expected, got)), case=case["id"]), None)


def _steps(case: Mapping[str, Any], instance: Instance, spy: Spy) -> Iterator[Response]:
    analytics = _analytics(case)
    if case.get("load", True):
        for plugin in instance.plugins:
            error = _attempt(lambda: instance.load(analytics))
            yield {"op": "load", "plugin": plugin.name, **error, "loaded": instance.loaded, "calls": _calls(spy)}
    if "set_group_later" in case:
        analytics.group = Group(**case["set_group_later"])
    for event in case.get("events", []):
        for plugin in instance.plugins:
            yield {"op": "event", "plugin": plugin.name, **_deliver(instance, plugin, event, spy)}


def _deliver(instance: Instance, plugin: Plugin, event: dict[str, Any], spy: Spy) -> Response:
    if event.get("type") not in WIRED:
        return {"not_wired": True}
    error = _attempt(lambda: instance.act(plugin, event))
    return (error or {"returned_ctx": True}) | {"calls": _calls(spy)}


def _attempt(step: Callable[[], object]) -> Response:
    try:
        step()
    except ConfigurationError as error:
        return {"error": segment_error(error)}
    except RuntimeError as error:
        return {"error": {"name": "Error", "message": str(error)}}
    except (LookupError, TypeError) as error:
        return {"error": {"name": "TypeError", "message": str(error)}}
    return {}


def _calls(spy: Spy) -> list[Response]:
    return [call._asdict() for call in spy.take()]


def _analytics(case: Mapping[str, Any]) -> Analytics:
    known = {} if case.get("no_analytics") else case["analytics"]
    user, group = known.get("user"), known.get("group")
    return Analytics(
        User(user.get("id"), user.get("anonymousId"), user.get("traits")) if user else None,
        Group(group.get("id"), group.get("traits")) if group else None,
    )


def _plugin(plugin: Plugin) -> Response:
    return {"name": plugin.name, "type": "destination", "version": VERSION}


def _queued(steps: list[Response]) -> list[Any]:
    """Turn the calls into the snippet's queue: initialize in front, the rest as called."""
    calls = [call for step in steps for call in step.pop("calls", [])]
    for step in steps:
        step["calls"] = []
    ordered = sorted(calls, key=lambda call: call["method"] != "initialize")
    return [[call["method"], *call["args"]] for call in ordered]


def _without_engine_errors(answer: Response) -> Response:
    """Keep of an error that V8 raised only that there was one; ours has another text."""
    steps = [step | {"error": _error_kind(step["error"])} if "error" in step else step for step in answer["steps"]]
    return answer | {"steps": steps}


def _error_kind(error: Response) -> Any:
    ours = error["name"] in {"TypeError", "Error"} and "sdk" not in error["message"]
    return "engine" if error.get("engine") or ours else error
