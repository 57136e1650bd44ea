"""Finds the problems of a mapping before any event is resolved with it.

Segment checks objects at any depth and the options of every directive, but never the elements of an array.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final, TypeAlias

from pendo_destination.errors import ConfigurationError, Problem
from pendo_destination.javascript.json import in_key_order, stringify
from pendo_destination.javascript.utf16 import utf16_length
from pendo_destination.javascript.values import UNDEFINED
from pendo_destination.mapping.directive import type_name
from pendo_destination.mapping.text_directives import MAX_LENGTH

Path: TypeAlias = tuple[str, ...]
Finding: TypeAlias = Problem | tuple[Problem, ...]
Check: TypeAlias = Callable[[Any, Path], Finding]


def mapping_error(finding: Finding) -> ConfigurationError:
    """Return the error for a mapping that Segment rejects.

    Segment raises an AggregateError for problems that it collects in an object, otherwise a ValidationError.
    """
    problems, name = ((finding,), "ValidationError") if isinstance(finding, Problem) else (finding, "AggregateError")
    message = " ".join(f"{problem.path} {problem.message}." for problem in problems)
    return ConfigurationError(message, kind="mapping", problems=problems, segment_name=name)


VALID: Final = ()
# Segment has no such limit; its own mappings have a tenth of this depth.
MAX_DEPTH: Final = 100


def is_too_deep(value: Any, limit: int = MAX_DEPTH) -> bool:
    """Return whether objects and arrays are nested more than `limit` levels deep."""
    level = [value]
    for _ in range(limit + 1):
        level = [item for item in level if isinstance(item, (dict, list))]
        if not level:
            return False
        level = [item for nest in level for item in (nest.values() if isinstance(nest, dict) else nest)]
    return True


def check_value(value: Any, path: Path = ()) -> Finding:
    """Check any part of a mapping: return one problem, the collected problems of an object, or () for none."""
    match _type_name(value):
        case "directive":
            return _check_directive(value, path)
        case "object":
            return _check_object(value, path)
        case _:
            return VALID


def _type_name(value: Any) -> str:
    is_directive = isinstance(value, dict) and any(key.startswith("@") for key in value)
    return "directive" if is_directive else type_name(value)


def _problem(path: Path, message: str) -> Problem:
    return Problem("/" + "/".join(path), message)


def _type_problem(expected: str, value: Any, path: Path) -> Problem:
    actual = type_name(value) if expected == "an array" else _type_name(value)
    return _problem(path, f"should be {expected} but it is {'an' if actual[0] in 'aeiou' else 'a'} {actual}")


def _collect(findings: list[Finding]) -> Finding:
    problems: list[Problem] = []
    for finding in findings:
        problems.extend((finding,) if isinstance(finding, Problem) else finding)
    return tuple(problems)


def _check_object(value: Any, path: Path) -> Finding:
    if _type_name(value) != "object":
        return _type_problem("an object", value, path)
    return _collect([check_value(member, (*path, key)) for key, member in in_key_order(value)])


def _check_directive(value: dict[str, Any], path: Path) -> Finding:
    names = [key for key in value if key.startswith("@")]
    if len(names) > 1 or any(key != "_metadata" for key in value if key not in names):
        count = len(names) if len(names) > 1 else len(value)
        return _problem(path, f"should only have one @-prefixed key but it has {count} keys")
    check = CHECKS.get(names[0])
    if check is None:
        return _problem(path, f"has an invalid directive: {names[0]}")
    return check(value[names[0]], (*path, names[0]))


def _check_json_value(value: Any, path: Path) -> Finding:
    match _type_name(value):
        case "directive":
            return _check_directive(value, path)
        case "undefined" | "date" | "function":
            return _type_problem("a mapping directive or a JSON value", value, path)
        case _:
            return VALID


def _check_directive_or_string(value: Any, path: Path) -> Finding:
    if _type_name(value) == "directive":
        return _check_directive(value, path)
    return VALID if isinstance(value, str) else _type_problem("a string or a mapping directive", value, path)


def _check_directive_or_object(value: Any, path: Path) -> Finding:
    return (
        check_value(value, path)
        if isinstance(value, dict)
        else _type_problem("a object or a mapping directive", value, path)
    )


def _check_string(value: Any, path: Path) -> Finding:
    return VALID if isinstance(value, str) else _type_problem("a string", value, path)


def _check_short_string(value: Any, path: Path, *, min_length: int) -> Finding:
    finding = _check_string(value, path)
    if finding:
        return finding
    if utf16_length(value) < min_length:
        return _problem(path, f"should be a string of length {min_length} or greater")
    return (
        _problem(path, f"should be a string of length {MAX_LENGTH} or less")
        if utf16_length(value) > MAX_LENGTH
        else VALID
    )


def _check_choice(value: Any, path: Path, *, allowed: tuple[str, ...]) -> Finding:
    finding = _check_string(value, path)
    if finding or value.lower() in allowed:
        return finding
    return _problem(path, f"should be one of {', '.join(allowed)} but it is {stringify(value)}")


def _check_boolean(value: Any, path: Path) -> Finding:
    return VALID if isinstance(value, bool) else _type_problem("a boolean", value, path)


def _check_array(value: Any, path: Path) -> Finding:
    return VALID if isinstance(value, list) else _type_problem("an array", value, path)


def _check_array_path(value: Any, path: Path) -> Finding:
    if not isinstance(value, list):
        return _check_array(value, path)
    root, shape = (*value, UNDEFINED, UNDEFINED)[:2]
    return _check_directive_or_string(root, path) or check_value(shape, path)


def _check_options(value: Any, path: Path, *, checks: dict[str, Check], required: tuple[str, ...] = ()) -> Finding:
    """Check a directive's options as an object and, if that finds no problem, one by one.

    The second check skips the parts that the first check found valid: checking nested directives twice at each level
    would double the time for each level.
    """
    finding = _check_object(value, path)
    if finding:
        return finding
    return _collect(
        [_check_option(value, name, path, check, required=name in required) for name, check in checks.items()]
    )


def _check_option(options: dict[str, Any], name: str, path: Path, check: Check, *, required: bool) -> Finding:
    value = options.get(name, UNDEFINED)
    if check in _CHECKED_WITH_OBJECT and isinstance(value, dict):
        is_valid = check is _check_directive_or_object or _type_name(value) == "directive"
        return VALID if is_valid else check(value, (*path, name))
    if value is not UNDEFINED:
        return check(value, (*path, name))
    return _problem(path, f'should have field "{name}" but it doesn\'t') if required else VALID


def _check_merge(value: Any, path: Path) -> Finding:
    """Check `@merge`: report the first problem of its objects, with a path as if the object were the root."""
    direction = partial(_check_choice, allowed=("left", "right"))
    finding = _check_options(
        value, path, checks={"direction": direction, "objects": _check_array}, required=("objects",)
    )
    if finding:
        return finding
    return next((problem for item in value["objects"] if (problem := _check_directive_or_object(item, ()))), VALID)


_CHECKED_WITH_OBJECT: Final = (_check_json_value, _check_directive_or_string, _check_directive_or_object)

CHECKS: Final[dict[str, Check]] = {
    "@if": partial(
        _check_options, checks={"exists": _check_json_value, "then": _check_json_value, "else": _check_json_value}
    ),
    "@case": partial(_check_options, checks={"operator": _check_string, "value": _check_directive_or_string}),
    "@replace": partial(
        _check_options,
        checks={
            "pattern": partial(_check_short_string, min_length=1),
            "replacement": partial(_check_short_string, min_length=0),
            "value": _check_directive_or_string,
            "ignorecase": _check_boolean,
            "global": _check_boolean,
        },
        required=("pattern", "value"),
    ),
    "@arrayPath": _check_array_path,
    "@path": _check_directive_or_string,
    "@json": partial(
        _check_options,
        checks={"value": _check_json_value, "mode": partial(_check_choice, allowed=("encode", "decode"))},
        required=("value", "mode"),
    ),
    "@flatten": partial(
        _check_options, checks={"separator": _check_string, "value": _check_json_value}, required=("value",)
    ),
    "@merge": _check_merge,
    "@template": _check_directive_or_string,
    "@literal": _check_json_value,
    "@transform": partial(
        _check_options,
        checks={"apply": _check_directive_or_object, "mapping": _check_directive_or_object},
        required=("apply", "mapping"),
    ),
    "@excludeWhenNull": _check_json_value,
    "@liquid": _check_string,
}
