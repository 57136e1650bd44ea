"""Compares our calls of `window.pendo` with the calls of Segment's published destination."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

from pendo_destination.conformance.as_segment_error import segment_error
from pendo_destination.conformance.tagged_values import untag
from pendo_destination.destinations.pendo_web import PENDO_WEB
from pendo_destination.errors import ConfigurationError
from pendo_destination.javascript.difference import Difference, differences
from pendo_destination.mapping.value_code import without_undefined
from pendo_destination.runtime.definition import Subscription
from pendo_destination.runtime.destination_instance import WIRED_TYPES, DestinationInstance, Plugin, compile_plugins
from pendo_destination.runtime.recording_pendo import RecordingPendo
from pendo_destination.runtime.stored_identity import Group, StoredIdentity, User

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

Record: TypeAlias = dict[str, Any]

PLUGIN_VERSION: Final = "0.1.0"


def judge(case: Mapping[str, Any]) -> Difference | None:
    """Return the first difference between our calls and the recorded calls of a case, or None.

    A case is `{settings, subscriptions?, analytics?, events?, load?, sdk?, sdk_throws?, set_group_later?, expect}`.
    """
    pendo = RecordingPendo(case.get("sdk_throws"))
    subscriptions = map(Subscription.from_json, case.get("subscriptions") or ())
    plugins = compile_plugins(PENDO_WEB, subscriptions)
    instance = DestinationInstance(PENDO_WEB, case["settings"], plugins, pendo.connect, "browser")
    steps = list(_run_steps(case, instance, pendo))
    got = {
        "plugins": [_describe_plugin(plugin) for plugin in instance.plugins],
        "steps": steps,
        "scripts": [{"src": script, "async": True} for script in pendo.scripts],
    }
    if case.get("sdk") == "stub":
        got["queue"] = _to_snippet_queue(steps)
    expected = untag({key: value for key, value in case["expect"].items() if key != "tagged"})
    return next(differences(*map(_without_engine_errors, (expected, got)), case=case["id"]), None)


def _run_steps(case: Mapping[str, Any], instance: DestinationInstance, pendo: RecordingPendo) -> Iterator[Record]:
    analytics = _read_analytics(case)
    if case.get("load", True):
        for plugin in instance.plugins:
            error = _try_step(lambda: instance.load(analytics))
            yield {"op": "load", "plugin": plugin.name, **error, "loaded": instance.loaded, "calls": _take_calls(pendo)}
    if "set_group_later" in case:
        analytics.group = Group(**case["set_group_later"])
    for event in without_undefined(case.get("events") or []):
        for plugin in instance.plugins:
            yield {"op": "event", "plugin": plugin.name, **_deliver(instance, plugin, event, pendo)}


def _deliver(instance: DestinationInstance, plugin: Plugin, event: dict[str, Any], pendo: RecordingPendo) -> Record:
    if event.get("type") not in WIRED_TYPES:
        return {"not_wired": True}
    error = _try_step(lambda: instance.deliver_to_plugin(plugin, event))
    return (error or {"returned_ctx": True}) | {"calls": _take_calls(pendo)}


def _try_step(step: Callable[[], object]) -> Record:
    try:
        step()
    except ConfigurationError as error:
        return {"error": segment_error(error)}
    except RuntimeError as error:
        return {"error": {"name": "Error", "message": str(error)}}
    except (LookupError, TypeError) as error:
        return {"error": {"name": "TypeError", "message": str(error)}}
    return {}


def _take_calls(pendo: RecordingPendo) -> list[Record]:
    return [call._asdict() for call in pendo.take()]


def _read_analytics(case: Mapping[str, Any]) -> StoredIdentity:
    analytics = {} if case.get("no_analytics") else case.get("analytics") or {}
    user, group = analytics.get("user"), analytics.get("group")
    return StoredIdentity(
        User(user.get("id"), user.get("anonymousId"), user.get("traits")) if user else None,
        Group(group.get("id"), group.get("traits")) if group else None,
    )


def _describe_plugin(plugin: Plugin) -> Record:
    return {"name": plugin.name, "type": "destination", "version": PLUGIN_VERSION}


def _to_snippet_queue(steps: list[Record]) -> list[Any]:
    """Move the calls of all steps into the queue of Pendo's snippet: initialize first, the others in call order."""
    calls = [call for step in steps for call in step.pop("calls", [])]
    for step in steps:
        step["calls"] = []
    ordered = sorted(calls, key=lambda call: call["method"] != "initialize")
    return [[call["method"], *call["args"]] for call in ordered]


def _without_engine_errors(answer: Record) -> Record:
    """Replace errors that V8 raised by "engine", because Python's messages differ from V8's."""
    steps = [step | {"error": _error_kind(step["error"])} if "error" in step else step for step in answer["steps"]]
    return answer | {"steps": steps}


def _error_kind(error: Record) -> Any:
    is_python_error = error["name"] in {"TypeError", "Error"} and "sdk" not in error["message"]
    return "engine" if error.get("engine") or is_python_error else error
