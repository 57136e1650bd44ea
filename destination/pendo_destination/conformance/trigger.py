"""Compares our trigger language with the trigger language of Segment's own code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeAlias

from pendo_destination.conformance.tagged_values import untag
from pendo_destination.errors import ConfigurationError
from pendo_destination.javascript.difference import Difference, differences
from pendo_destination.javascript.values import UNDEFINED
from pendo_destination.trigger import Tree, compile_trigger, parse, print_trigger
from pendo_destination.trigger.error import trigger_error

if TYPE_CHECKING:
    from collections.abc import Callable

Case: TypeAlias = dict[str, Any]

_ANSWER_KEYS: Final = {
    "parse": {"ast", "error", "generated", "generate_error", "round_trip"},
    "eval": {"result", "error"},
    "eval_ast": {"result", "error"},
    "generate": {"fql", "error", "reparsed", "reparse_error"},
}


def judge(case: Case) -> Difference | None:
    """Return the first difference between our answer to a case and Segment's answer, or None."""
    case = untag(case) if case.get("tagged") else case
    got = answer(case)
    expected = {key: _expected_value(case[key], got.get(key)) for key in case if key in _ANSWER_KEYS[case["kind"]]}
    return next(differences(expected, got, case=case.get("id", "")), None)


def _expected_value(published: Any, got: Any) -> Any:
    """Return an error's message; for an error that the JavaScript engine raised, any error of ours is correct."""
    match published:
        case {"name": str(), "message": str(message), **more}:
            return got if "engine" in more and got is not None else message
        case _:
            return published


def answer(case: Case) -> Case:
    """Return our answer under the keys of the published answers; an error is Segment's message.

    Segment reads null and any other text that is not a string as the empty text.
    """
    source = case["fql"] if isinstance(case.get("fql"), str) else ""
    match case["kind"]:
        case "parse":
            return _answer_parse(source)
        case "eval":
            tree = _try_step(parse, source, "ast").get("ast")
            return _answer_eval(tree, case) if tree else {"result": False}
        case "eval_ast":
            return _answer_eval(case["ast"], case)
        case _:
            return _answer_generate(case["ast"])


def _answer_parse(source: str) -> Case:
    result = _try_step(parse, source, "ast")
    if "ast" in result:
        result |= _try_step(print_trigger, result["ast"], "generated", "generate_error")
    if "generated" in result:
        reparsed = _try_step(parse, result["generated"], "ast")
        result["round_trip"] = "error" if "error" in reparsed else _same_or_different(result["ast"], reparsed["ast"])
    return result


def _same_or_different(tree: Tree, other: Tree) -> str:
    return "different" if any(differences(tree, other)) else "same"


def _answer_generate(tree: Tree) -> Case:
    result = _try_step(print_trigger, tree, "fql")
    if "fql" in result:
        result |= _try_step(parse, result["fql"], "reparsed", "reparse_error")
    return result


def _answer_eval(tree: Tree, case: Case) -> Case:
    if case.get("event_undefined") or "event" not in case:
        return {"result": False}
    event = _NullEvent() if case.get("event", UNDEFINED) is None else case.get("event")
    return _try_step(compile_trigger(tree), event if isinstance(event, dict) else {}, "result")


class _NullEvent(dict[str, Any]):
    """The event null: reading a field raises ConfigurationError."""

    def get(self, *_: object) -> NoReturn:
        raise trigger_error("pass an event to the trigger")


def _try_step(step: Callable[[Any], Any], value: Any, result_key: str, error_key: str = "error") -> Case:
    try:
        return {result_key: step(value)}
    except ConfigurationError as error:
        return {error_key: error.segment_message}
