"""Segment's transform: compiles a mapping into a function from an event to the payload of an action."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NoReturn

from pendo_destination.errors import ConfigurationError, Problem
from pendo_destination.javascript.values import UNDEFINED, truthy
from pendo_destination.mapping.array_directives import compile_array_path, compile_flatten, compile_merge
from pendo_destination.mapping.conditional_directives import compile_exclude_when_null
from pendo_destination.mapping.directive import (
    Directive,
    Resolver,
    directive_error,
    fail_with,
    type_name,
)
from pendo_destination.mapping.function_source import FunctionSource
from pendo_destination.mapping.json_directive import compile_json
from pendo_destination.mapping.liquid import compile_liquid
from pendo_destination.mapping.mapping_problems import MAX_DEPTH, check_value, is_too_deep, mapping_error
from pendo_destination.mapping.path_directive import compile_path
from pendo_destination.mapping.root_directive import expand_root
from pendo_destination.mapping.template_directive import compile_template
from pendo_destination.mapping.text_directives import compile_case, compile_replace
from pendo_destination.mapping.value_code import NAMES, ValueCode, without_undefined

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pendo_destination.mapping.directive import CompilePart


def find_problems(mapping: Any) -> tuple[Problem, ...]:
    """Return the problems for which Segment rejects a mapping before any event is sent, in Segment's order."""
    try:
        _expand_and_check(mapping)
    except ConfigurationError as error:
        return error.problems or (Problem("/", error.message),)
    return ()


def compile_mapping(mapping: Any) -> Resolver:
    """Compile a mapping into a function from an event, an object as parsed from JSON, to the payload of an action.

    The payload contains parts of the event by reference. The function returns UNDEFINED if a root directive resolves
    to nothing, and raises ConfigurationError if a directive fails for the event.
    Raises ConfigurationError for a mapping that Segment rejects.
    """
    source = FunctionSource("event", MAPPING_NAMES)
    with source.block("if type(event) is not dict:"):
        source.write("event = check_event(event)")
    write_mapping(source, mapping)
    return source.compile()


def write_mapping(source: FunctionSource, mapping: Any) -> None:
    """Write the statements that return the payload of the function's parameter `event`, an object.

    Raises ConfigurationError for a mapping that Segment rejects.
    """
    expanded = _expand_and_check(mapping)
    with source.block("try:"):
        ValueCode(source, DIRECTIVES, is_object=True).assign("resolved", expanded)
    with source.block("except RecursionError:"):
        source.write("raise too_deep() from None")
    source.write("return resolved")


def _expand_and_check(mapping: Any) -> Any:
    if is_too_deep(mapping):
        problem = Problem("/", f"should be nested at most {MAX_DEPTH} levels deep")
        raise mapping_error(problem)
    expanded = expand_root(mapping)
    finding = check_value(expanded)
    if finding:
        raise mapping_error(finding)
    return expanded


def transform(mapping: Any, event: Any = UNDEFINED) -> Any:
    """Resolve a mapping once for an event that may itself contain UNDEFINED; errors come in Segment's order."""
    payload = _check_event(event)
    return without_undefined(compile_mapping(mapping)(payload))


def _check_event(event: Any) -> dict[str, Any]:
    if event is UNDEFINED:
        return {}
    if not isinstance(event, dict):
        raise directive_error(f"data must be an object, got {type_name(event)}")
    return event


def _too_deep() -> ConfigurationError:
    return directive_error("the event or the JSON text in it is nested too deeply for this mapping", "RangeError")


def compile_transform(options: Any, compile_part: CompilePart) -> Resolver:
    """Compile `@transform`: the mapping `apply` makes the payload with which `mapping` is resolved."""
    if not isinstance(options, dict):
        return fail_with('@transform requires an object with an "apply" key and a "mapping" key')
    for name in ("mapping", "apply"):
        if not truthy(options.get(name)):
            return fail_with(f'@transform requires a "{name}" key')
    if not isinstance(options["apply"], dict):
        return fail_with('@transform "apply" key should be an object')
    apply, resolve = _compile_nested_mapping(options["apply"]), compile_part(options["mapping"])
    return lambda payload: resolve(without_undefined(apply(payload)))


def _compile_nested_mapping(mapping: dict[str, Any]) -> Resolver:
    """Compile a mapping; its problems are raised when it is resolved."""
    try:
        return compile_mapping(mapping)
    except ConfigurationError as error:
        mapping_problem = error

    def fail(payload: Any) -> NoReturn:
        _check_event(payload)
        raise mapping_problem.with_traceback(None)

    return fail


# The directives that are calls in the generated code; `@if` and `@literal` are statements.
DIRECTIVES: Final[dict[str, Directive]] = {
    "@case": compile_case,
    "@replace": compile_replace,
    "@arrayPath": compile_array_path,
    "@path": compile_path,
    "@template": compile_template,
    "@flatten": compile_flatten,
    "@json": compile_json,
    "@merge": compile_merge,
    "@transform": compile_transform,
    "@excludeWhenNull": compile_exclude_when_null,
    "@liquid": compile_liquid,
}
MAPPING_NAMES: Final[Mapping[str, Any]] = {**NAMES, "check_event": _check_event, "too_deep": _too_deep}
