"""Matches and maps an event of a page with the subscriptions that are not presets, which our plugin does not contain.

The plugin sends `{"subscriptions": [index, ...], "event": {...}, "group": the group's id}`. The answer is a JSON list
with an object for each of these subscriptions. `calls` has the calls of `window.pendo`. `error` says why a mapping
failed. JSON has no undefined, so `undefined` of a call has the path to each undefined value in its `args`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.wire import jzb
from pendo_destination.destinations.pendo_web import PENDO_WEB
from pendo_destination.errors import DestinationError
from pendo_destination.javascript.json import stringify
from pendo_destination.javascript.values import UNDEFINED
from pendo_destination.runtime.compiled_subscription import CompiledSubscription
from pendo_destination.runtime.destination_instance import DestinationInstance, compile_plugins
from pendo_destination.runtime.recording_pendo import RecordingPendo
from pendo_destination.runtime.stored_identity import Group, StoredIdentity, User

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pendo_destination.runtime.configuration import Configuration
    from pendo_destination.runtime.definition import Subscription
    from pendo_destination.runtime.recording_pendo import Call

_PRESETS: Final = {
    preset.partner_action: (CompiledSubscription.compile(preset).event_type, preset.mapping)
    for preset in PENDO_WEB.presets
}

Path = tuple[str | int, ...]


def is_preset(subscription: Subscription) -> bool:
    """Return whether a subscription has the trigger and mapping of its action's preset, which the plugin contains."""
    active = (CompiledSubscription.compile(subscription).event_type, subscription.mapping)
    return _PRESETS.get(subscription.partner_action) == active


def answer(configuration: Configuration, body: bytes) -> str:
    """Return the answer to a request of the plugin; raise DestinationError if the request is malformed."""
    indices, event, group = _read(body, len(configuration.subscriptions))
    results = [_run(configuration, configuration.subscriptions[index], event, group) for index in indices]
    return str(stringify(results))


def _read(body: bytes, count: int) -> tuple[list[int], dict[str, Any], Any]:
    try:
        request = jzb.parse(body)
    except jzb.JzbError as error:
        raise DestinationError(str(error), kind="invalid_json") from error
    indices, event = (request.get(name) for name in ("subscriptions", "event")) if isinstance(request, dict) else (0, 0)
    if not (isinstance(indices, list) and isinstance(event, dict) and len(indices) <= count):
        raise DestinationError("`subscriptions` must be a list and `event` an object", kind="invalid_request")
    if not all(type(index) is int and 0 <= index < count for index in indices):
        raise DestinationError(f"`subscriptions` must be numbers from 0 to {count - 1}", kind="invalid_request")
    return indices, event, request.get("group")


def _run(configuration: Configuration, subscription: Subscription, event: dict[str, Any], group: Any) -> dict[str, Any]:
    """Run one subscription like the destination on a page, with an agent that records its calls."""
    pendo = RecordingPendo()
    plugins = compile_plugins(PENDO_WEB, [subscription])
    instance = DestinationInstance(PENDO_WEB, configuration.settings, plugins, pendo.connect, "browser")
    instance.load(StoredIdentity(User(), Group(group)))
    pendo.take()
    error = {}
    for plugin in plugins:
        try:
            instance.deliver_to_plugin(plugin, event)
        except Exception as failure:  # noqa: BLE001 - as in Segment's library, an error concerns only its own event
            error = {"error": str(failure) or type(failure).__name__}
    return {"calls": _to_json(pendo.take()), **error}


def _to_json(calls: Iterable[Call]) -> list[dict[str, Any]]:
    return [
        {"method": method, "args": args, "undefined": [list(path) for path in _undefined_paths(args, ())]}
        for method, args in calls
    ]


def _undefined_paths(value: Any, path: Path) -> Iterator[Path]:
    members: Iterable[tuple[str | int, Any]] = ()
    if value is UNDEFINED:
        yield path
    elif isinstance(value, dict):
        members = value.items()
    elif isinstance(value, list):
        members = enumerate(value)
    for name, member in members:
        yield from _undefined_paths(member, (*path, name))
