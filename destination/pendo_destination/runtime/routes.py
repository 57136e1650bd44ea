"""The subscriptions that events of one type can reach, and the order in which they run."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from msgspec import Struct

from pendo_destination.errors import ConfigurationError
from pendo_destination.javascript.values import is_nullish, text
from pendo_destination.runtime.compiled_subscription import NO_MATCH
from pendo_destination.runtime.payload_validation import find_payload_problems, invalid_event

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from pendo_destination.runtime.definition import Action, Context, Pendo

# Performs actions for an event and returns their number.
Run: TypeAlias = Callable[[Any], int]


class Route(Struct, frozen=True):
    """A subscription: its plugin's name, its action, the function that resolves it, and `run`, which performs it."""

    plugin: str
    action: Action
    resolve: Callable[[Any], Any]
    run: Run

    @classmethod
    def make(
        cls, plugin: str, action: Action, resolve: Callable[[Any], Any], context: Context, pendo: Pendo | None
    ) -> Route:
        """Make the route of a subscription; without an agent its action raises RuntimeError."""
        perform = action.perform

        def run(event: Any) -> int:
            payload = resolve(event)
            if payload is NO_MATCH:
                return 0
            if pendo is None:
                raise RuntimeError(f"{plugin} has not started: call load() first")
            perform(pendo, payload if type(payload) is dict else _members(payload), context)
            return 1

        return cls(plugin, action, resolve, run)


class Routes(Struct, frozen=True):
    """Routes in order; `run` runs them for an event, and stops at the first error.

    With `check`, no action is performed for an event if a payload lacks a field that its action requires.
    """

    routes: tuple[Route, ...]
    check: bool
    run: Run

    @classmethod
    def make(cls, routes: Iterable[Route], *, check: bool) -> Routes:
        """Combine routes."""
        routes = tuple(routes)
        run = reduce(_run_both, (route.run for route in routes)) if routes else _run_nothing
        return cls(routes, check, _run_checked(routes, run) if check and routes else run)

    def choose(self, is_chosen: Callable[[Route], bool]) -> Routes:
        """Return some of the routes."""
        return Routes.make(filter(is_chosen, self.routes), check=self.check)


class RouteTable(dict[Any, Routes]):
    """The routes for each event type, made when they are needed, because a page rarely gets events of all types."""

    def __init__(self, types: Collection[str], make: Callable[[str], Routes]) -> None:
        super().__init__()
        self._types = types
        self._make = make

    def __missing__(self, event_type: Any) -> Routes:
        if event_type not in self._types:
            return _NO_ROUTES
        self[event_type] = self._make(event_type)
        return self[event_type]


def _run_nothing(_: Any) -> int:
    return 0


def _run_both(first: Run, second: Run) -> Run:
    return lambda event: first(event) + second(event)


def _run_checked(routes: tuple[Route, ...], run: Run) -> Run:
    """Return a function that checks all payloads of an event before the first action is performed."""

    def check_and_run(event: Any) -> int:
        for route in routes:
            payload = route.resolve(event)
            problems = () if payload is NO_MATCH else tuple(find_payload_problems(route.action, payload))
            if problems:
                raise invalid_event(route.plugin, problems)
        return run(event)

    return check_and_run


def _members(payload: Any) -> dict[str, Any]:
    """Return an empty object for a payload that is not an object; only a directive at a mapping's root gives one."""
    if is_nullish(payload):
        message = f"the mapping resolved to {text(payload)}, which has no fields"
        raise ConfigurationError(message, kind="directive", segment_name="TypeError")
    return {}


_NO_ROUTES: Final = Routes.make((), check=False)
