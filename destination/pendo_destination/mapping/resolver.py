"""Segment's transform: compiles a mapping into a function from an event to the payload of an action."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final, NoReturn

from pendo_destination.errors import ConfigurationError, Problem
from pendo_destination.javascript.json import in_key_order
from pendo_destination.javascript.values import PROTOTYPE, UNDEFINED, truthy
from pendo_destination.mapping.array_directives import compile_array_path, compile_flatten, compile_merge
from pendo_destination.mapping.conditional_directives import compile_exclude_when_null, compile_if
from pendo_destination.mapping.directive import (
    Directive,
    Resolver,
    directive_error,
    fail_with,
    resolve_to,
    type_name,
)
from pendo_destination.mapping.json_directive import compile_json
from pendo_destination.mapping.liquid import compile_liquid
from pendo_destination.mapping.mapping_problems import MAX_DEPTH, check_value, is_too_deep, mapping_error
from pendo_destination.mapping.object_resolver import (
    Member,
    compile_all_members,
    compile_defined_members,
    generate_resolver,
    without_prototype,
)
from pendo_destination.mapping.path_directive import compile_path
from pendo_destination.mapping.root_directive import expand_root
from pendo_destination.mapping.template_directive import compile_template
from pendo_destination.mapping.text_directives import compile_case, compile_replace

if TYPE_CHECKING:
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
    resolve = _compile_expanded(_expand_and_check(mapping))

    def resolve_event(event: Any) -> Any:
        try:
            return resolve(event)
        except RecursionError:
            message = "the event or the JSON text in it is nested too deeply for this mapping"
            raise directive_error(message, "RangeError") from None

    return resolve_event


def _compile_expanded(expanded: Any) -> Resolver:
    if isinstance(expanded, dict) and not _is_directive(expanded):
        members = _members(expanded, keep_undefined=False)
        resolve = compile_defined_members(members)
        resolve_fast = generate_resolver(members, lambda event: resolve(_check_event(event)))
        return without_prototype(resolve_fast) if PROTOTYPE in expanded else resolve_fast
    resolve = compile_value(expanded)
    return lambda event: resolve(_check_event(event))


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


def without_undefined(value: Any) -> Any:
    """Copy a value without the undefined members of its objects, and `__proto__`; undefined array elements stay."""
    if isinstance(value, dict):
        return {
            key: without_undefined(member)
            for key, member in value.items()
            if member is not UNDEFINED and key != PROTOTYPE
        }
    return [without_undefined(item) for item in value] if isinstance(value, list) else value


def _check_event(event: Any) -> dict[str, Any]:
    if event is UNDEFINED:
        return {}
    if not isinstance(event, dict):
        raise directive_error(f"data must be an object, got {type_name(event)}")
    return event


def compile_value(value: Any, *, keep_undefined: bool = False) -> Resolver:
    """Compile any part of a mapping; `keep_undefined` leaves undefined members for the directive around it."""
    match value:
        case list():
            items = [compile_value(item, keep_undefined=keep_undefined) for item in value]
            return lambda payload: [item(payload) for item in items]
        case dict() if _is_directive(value):
            return _compile_directive(value, keep_undefined=keep_undefined)
        case dict():
            return _compile_object(value, keep_undefined=keep_undefined)
        case _:
            return resolve_to(value)


def _is_directive(value: dict[str, Any]) -> bool:
    return any(key.startswith("@") for key in value) and all(key.startswith("@") or key == "_metadata" for key in value)


def _compile_directive(value: dict[str, Any], *, keep_undefined: bool) -> Resolver:
    name = next(key for key in value if key.startswith("@"))
    compile_directive = DIRECTIVES.get(name)
    if compile_directive is None:
        return fail_with(f"{name} is not a valid directive, got undefined")
    if name not in NEED_UNDEFINED:
        return compile_directive(value[name], partial(compile_value, keep_undefined=keep_undefined))
    resolve = compile_directive(value[name], partial(compile_value, keep_undefined=True))
    return resolve if keep_undefined else lambda payload: without_undefined(resolve(payload))


def _compile_object(value: dict[str, Any], *, keep_undefined: bool) -> Resolver:
    members = _members(value, keep_undefined=keep_undefined)
    if keep_undefined:
        resolve = compile_all_members(members)
    else:
        resolve = generate_resolver(members, compile_defined_members(members))
    return without_prototype(resolve) if PROTOTYPE in value else resolve


def _members(value: dict[str, Any], *, keep_undefined: bool) -> list[Member]:
    return [
        Member(key, member, compile_value(member, keep_undefined=keep_undefined)) for key, member in in_key_order(value)
    ]


def compile_literal(value: Any, compile_part: CompilePart) -> Resolver:
    """Compile `@literal`: despite its name, directives inside it run (observed)."""
    return compile_part(value)


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


DIRECTIVES: Final[dict[str, Directive]] = {
    "@if": compile_if,
    "@case": compile_case,
    "@replace": compile_replace,
    "@arrayPath": compile_array_path,
    "@path": compile_path,
    "@template": compile_template,
    "@literal": compile_literal,
    "@flatten": compile_flatten,
    "@json": compile_json,
    "@merge": compile_merge,
    "@transform": compile_transform,
    "@excludeWhenNull": compile_exclude_when_null,
    "@liquid": compile_liquid,
}
# Directives whose result depends on undefined members of their values, or can have members that a copy drops.
NEED_UNDEFINED: Final = frozenset({"@merge", "@flatten", "@excludeWhenNull", "@json"})
