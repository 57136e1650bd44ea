"""One case of the trigger language, judged: our answer to it against the one Segment's own code gave."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeAlias

from pendo_destination.conformance.tagged import untag
from pendo_destination.errors import ConfigurationError
from pendo_destination.javascript.difference import Difference, differences
from pendo_destination.trigger import Tree, compile_trigger, parse, print_trigger
from pendo_destination.trigger.error import trigger_error

if TYPE_CHECKING:
    from collections.abc import Callable

Case: TypeAlias = dict[str, Any]

_ANSWERS: Final = {
    "parse": {"ast", "error", "generated", "generate_error", "round_trip"},
    "eval": {"result", "error"},
    "eval_ast": {"result", "error"},
    "generate": {"fql", "error", "reparsed", "reparse_error"},
}


def judge(case: Case) -> Difference | None:
    """Compare our answer to a case with the published one: the first place where they differ, or None."""
    case = untag(case) if case.get("tagged") else case
    got = answer(case)
    expected = {key: _agreeable(case[key], got.get(key)) for key in case if key in _ANSWERS[case["kind"]]}
    return next(differences(expected, got, case=case.get("id", "")), None)


def _agreeable(published: Any, got: Any) -> Any:
    """Of an error keep the message; of one that the JavaScript engine raised, only that there is one."""
    match published:
        case {"name": str(), "message": str(message), **more}:
            return got if "engine" in more and got is not None else message
        case _:
            return published


def answer(case: Case) -> Case:
    """Answer a case under the keys of the published answers; an error is answered by Segment's message alone.

    Segment reads a text that is null or no string at all as it reads the empty one.
    """
    source = case["fql"] if isinstance(case.get("fql"), str) else ""
    match case["kind"]:
        case "parse":
            return _parsed(source)
        case "eval":
            tree = _attempt(parse, source, "ast").get("ast")
            return _evaluated(tree, case) if tree else {"result": False}
        case "eval_ast":
            return _evaluated(case["ast"], case)
        case _:
            return _printed(case["ast"])


def _parsed(source: str) -> Case:
    found = _attempt(parse, source, "ast")
    if "ast" in found:
        found |= _attempt(print_trigger, found["ast"], "generated", "generate_error")
    if "generated" in found:
        again = _attempt(parse, found["generated"], "ast")
        found["round_trip"] = "error" if "error" in again else _kinship(found["ast"], again["ast"])
    return found


def _kinship(tree: Tree, other: Tree) -> str:
    return "different" if any(differences(tree, other)) else "same"


def _printed(tree: Tree) -> Case:
    found = _attempt(print_trigger, tree, "fql")
    if "fql" in found:
        found |= _attempt(parse, found["fql"], "reparsed", "reparse_error")
    return found


def _evaluated(tree: Tree, case: Case) -> Case:
    if case.get("event_undefined"):
        return {"result": False}
    event = _NullEvent() if case["event"] is None else case["event"]
    return _attempt(compile_trigger(tree), event if isinstance(event, dict) else {}, "result")


class _NullEvent(dict[str, Any]):
    """The event null: reading any of its fields fails."""

    def get(self, *_: object) -> NoReturn:
        raise trigger_error("give the trigger an event")


def _attempt(step: Callable[[Any], Any], value: Any, done: str, failed: str = "error") -> Case:
    try:
        return {done: step(value)}
    except ConfigurationError as error:
        return {failed: error.segment_message}
