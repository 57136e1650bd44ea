"""Segment's transform: a mapping and an event make a payload; the mapping is compiled once, into a function."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final, NoReturn

from pendo_destination.errors import ConfigurationError, Problem
from pendo_destination.javascript.json import in_key_order
from pendo_destination.javascript.values import UNDEFINED, truthy
from pendo_destination.mapping.array import compile_array_path, compile_flatten, compile_merge
from pendo_destination.mapping.condition import compile_exclude_when_null, compile_if
from pendo_destination.mapping.directive import (
    Directive,
    Resolver,
    constant,
    directive_error,
    failing,
    kind,
)
from pendo_destination.mapping.json_directive import compile_json
from pendo_destination.mapping.liquid import compile_liquid
from pendo_destination.mapping.object_members import Member, defined, every, written_out
from pendo_destination.mapping.path import compile_path
from pendo_destination.mapping.problem import find, mapping_error
from pendo_destination.mapping.root_mapping import root_mapping
from pendo_destination.mapping.template import compile_template
from pendo_destination.mapping.text import compile_case, compile_replace

if TYPE_CHECKING:
    from pendo_destination.mapping.directive import Compile


def find_problems(mapping: Any) -> tuple[Problem, ...]:
    """Find everything Segment would refuse a mapping for, in its order, before any event is sent."""
    try:
        _effective(mapping)
    except ConfigurationError as error:
        return error.problems or (Problem("/", error.message),)
    return ()


def compile_mapping(mapping: Any) -> Resolver:
    """Compile a mapping into a function from an event, an object as JSON carries it, to the payload of an action.

    Parts of the event appear in the payload by reference. The function returns UNDEFINED where a root directive
    resolves to nothing, and raises ConfigurationError where a directive fails for the event at hand.
    Raises ConfigurationError for a mapping with problems or with an impossible root.
    """
    effective = _effective(mapping)
    if isinstance(effective, dict) and not _is_directive(effective):
        members = _members(effective, keep=False)
        resolve = defined(members)
        return written_out(members, lambda event: resolve(_checked(event)))
    resolve = resolver(effective)
    return lambda event: resolve(_checked(event))


def _effective(mapping: Any) -> Any:
    effective = root_mapping(mapping)
    finding = find(effective)
    if finding:
        raise mapping_error(finding)
    return effective


def transform(mapping: Any, event: Any = UNDEFINED) -> Any:
    """Resolve a mapping once, in Segment's order of failure, for an event that may itself hold UNDEFINED."""
    payload = _checked(event)
    return without_undefined(compile_mapping(mapping)(payload))


def without_undefined(value: Any) -> Any:
    """Copy a value without the undefined members of its objects; undefined array elements stay."""
    if isinstance(value, dict):
        return {key: without_undefined(member) for key, member in value.items() if member is not UNDEFINED}
    return [without_undefined(item) for item in value] if isinstance(value, list) else value


def _checked(event: Any) -> dict[str, Any]:
    if event is UNDEFINED:
        return {}
    if not isinstance(event, dict):
        raise directive_error(f"data must be an object, got {kind(event)}")
    return event


def resolver(value: Any, *, keep: bool = False) -> Resolver:
    """Compile any part of a mapping; with `keep`, objects keep undefined members for the directive around them."""
    match value:
        case list():
            items = [resolver(item, keep=keep) for item in value]
            return lambda payload: [item(payload) for item in items]
        case dict():
            return _directive(value, keep=keep) if _is_directive(value) else _object(value, keep=keep)
        case _:
            return constant(value)


def _is_directive(value: dict[str, Any]) -> bool:
    return any(key.startswith("@") for key in value) and all(key.startswith("@") or key == "_metadata" for key in value)


def _directive(value: dict[str, Any], *, keep: bool) -> Resolver:
    name = next(key for key in value if key.startswith("@"))
    compile_directive = DIRECTIVES.get(name)
    if compile_directive is None:
        return failing(f"{name} is not a valid directive, got undefined")
    if name not in UNDEFINED_COUNTS:
        return compile_directive(value[name], partial(resolver, keep=keep))
    resolve = compile_directive(value[name], partial(resolver, keep=True))
    return resolve if keep else lambda payload: without_undefined(resolve(payload))


def _object(value: dict[str, Any], *, keep: bool) -> Resolver:
    members = _members(value, keep=keep)
    return every(members) if keep else written_out(members, defined(members))


def _members(value: dict[str, Any], *, keep: bool) -> list[Member]:
    return [Member(key, member, resolver(member, keep=keep)) for key, member in in_key_order(value)]


def compile_literal(value: Any, compiled: Compile) -> Resolver:
    """Compile `@literal`, which is no more literal than anything else: directives inside it run."""
    return compiled(value)


def compile_transform(options: Any, compiled: Compile) -> Resolver:
    """Compile `@transform`: a whole transform makes the payload that its mapping is resolved with."""
    if not isinstance(options, dict):
        return failing('@transform requires an object with an "apply" key and a "mapping" key')
    for name in ("mapping", "apply"):
        if not truthy(options.get(name)):
            return failing(f'@transform requires a "{name}" key')
    if not isinstance(options["apply"], dict):
        return failing('@transform "apply" key should be an object')
    apply, resolve = _applied(options["apply"]), compiled(options["mapping"])
    return lambda payload: resolve(without_undefined(apply(payload)))


def _applied(mapping: dict[str, Any]) -> Resolver:
    try:
        return compile_mapping(mapping)
    except ConfigurationError as error:
        refusal = error

    def refuse(payload: Any) -> NoReturn:
        _checked(payload)
        raise refusal.with_traceback(None)

    return refuse


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
UNDEFINED_COUNTS: Final = frozenset({"@merge", "@flatten", "@excludeWhenNull"})
