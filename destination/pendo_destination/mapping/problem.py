"""What is wrong with a mapping, found before any event is resolved with it.

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
from pendo_destination.mapping.directive import kind
from pendo_destination.mapping.text import LONGEST

Path: TypeAlias = tuple[str, ...]
Finding: TypeAlias = Problem | tuple[Problem, ...]
Check: TypeAlias = Callable[[Any, Path], Finding]


def mapping_error(finding: Finding) -> ConfigurationError:
    """Return the error for a mapping that Segment rejects.

    Segment raises an AggregateError for the problems that it collects in an object, and else a ValidationError.
    """
    problems, name = ((finding,), "ValidationError") if isinstance(finding, Problem) else (finding, "AggregateError")
    message = " ".join(f"{problem.path} {problem.message}." for problem in problems)
    return ConfigurationError(message, kind="mapping", problems=problems, segment_name=name)


FINE: Final = ()


def find(value: Any, path: Path = ()) -> Finding:
    """Check any part of a mapping: one problem alone, the gathered problems of an object, or () for none."""
    match _kind(value):
        case "directive":
            return _directive(value, path)
        case "object":
            return _object(value, path)
        case _:
            return FINE


def _kind(value: Any) -> str:
    directive = isinstance(value, dict) and any(key.startswith("@") for key in value)
    return "directive" if directive else kind(value)


def _problem(path: Path, message: str) -> Problem:
    return Problem("/" + "/".join(path), message)


def _expected(wanted: str, value: Any, path: Path) -> Problem:
    found = kind(value) if wanted == "an array" else _kind(value)
    return _problem(path, f"should be {wanted} but it is {'an' if found[0] in 'aeiou' else 'a'} {found}")


def _gathered(findings: list[Finding]) -> Finding:
    problems: list[Problem] = []
    for finding in findings:
        problems.extend((finding,) if isinstance(finding, Problem) else finding)
    return tuple(problems)


def _object(value: Any, path: Path) -> Finding:
    if _kind(value) != "object":
        return _expected("an object", value, path)
    return _gathered([find(member, (*path, key)) for key, member in in_key_order(value)])


def _directive(value: dict[str, Any], path: Path) -> Finding:
    names = [key for key in value if key.startswith("@")]
    if len(names) > 1 or any(key != "_metadata" for key in value if key not in names):
        count = len(names) if len(names) > 1 else len(value)
        return _problem(path, f"should only have one @-prefixed key but it has {count} keys")
    check = CHECKS.get(names[0])
    if check is None:
        return _problem(path, f"has an invalid directive: {names[0]}")
    return check(value[names[0]], (*path, names[0]))


def _raw(value: Any, path: Path) -> Finding:
    match _kind(value):
        case "directive":
            return _directive(value, path)
        case "undefined" | "date" | "function":
            return _expected("a mapping directive or a JSON value", value, path)
        case _:
            return FINE


def _directive_or_string(value: Any, path: Path) -> Finding:
    if _kind(value) == "directive":
        return _directive(value, path)
    return FINE if isinstance(value, str) else _expected("a string or a mapping directive", value, path)


def _directive_or_object(value: Any, path: Path) -> Finding:
    return find(value, path) if isinstance(value, dict) else _expected("a object or a mapping directive", value, path)


def _string(value: Any, path: Path) -> Finding:
    return FINE if isinstance(value, str) else _expected("a string", value, path)


def _short_string(value: Any, path: Path, *, shortest: int) -> Finding:
    finding = _string(value, path)
    if finding:
        return finding
    if utf16_length(value) < shortest:
        return _problem(path, f"should be a string of length {shortest} or greater")
    return _problem(path, f"should be a string of length {LONGEST} or less") if utf16_length(value) > LONGEST else FINE


def _one_of(value: Any, path: Path, *, allowed: tuple[str, ...]) -> Finding:
    finding = _string(value, path)
    if finding or value.lower() in allowed:
        return finding
    return _problem(path, f"should be one of {', '.join(allowed)} but it is {stringify(value)}")


def _boolean(value: Any, path: Path) -> Finding:
    return FINE if isinstance(value, bool) else _expected("a boolean", value, path)


def _array(value: Any, path: Path) -> Finding:
    return FINE if isinstance(value, list) else _expected("an array", value, path)


def _array_path(value: Any, path: Path) -> Finding:
    if not isinstance(value, list):
        return _array(value, path)
    root, shape = (*value, UNDEFINED, UNDEFINED)[:2]
    return _directive_or_string(root, path) or find(shape, path)


def _options(value: Any, path: Path, *, checks: dict[str, Check], required: tuple[str, ...] = ()) -> Finding:
    """Check a directive's options: as an object first and, only if that is fine, one by one."""
    finding = _object(value, path)
    if finding:
        return finding
    return _gathered([_option(value, name, path, check, required=name in required) for name, check in checks.items()])


def _option(options: dict[str, Any], name: str, path: Path, check: Check, *, required: bool) -> Finding:
    value = options.get(name, UNDEFINED)
    if value is not UNDEFINED:
        return check(value, (*path, name))
    return _problem(path, f'should have field "{name}" but it doesn\'t') if required else FINE


def _merge(value: Any, path: Path) -> Finding:
    """Check `@merge`: the objects' problems, the first of them only, are reported as if each were a root."""
    direction = partial(_one_of, allowed=("left", "right"))
    finding = _options(value, path, checks={"direction": direction, "objects": _array}, required=("objects",))
    if finding:
        return finding
    return next((found for item in value["objects"] if (found := _directive_or_object(item, ()))), FINE)


CHECKS: Final[dict[str, Check]] = {
    "@if": partial(_options, checks={"exists": _raw, "then": _raw, "else": _raw}),
    "@case": partial(_options, checks={"operator": _string, "value": _directive_or_string}),
    "@replace": partial(
        _options,
        checks={
            "pattern": partial(_short_string, shortest=1),
            "replacement": partial(_short_string, shortest=0),
            "value": _directive_or_string,
            "ignorecase": _boolean,
            "global": _boolean,
        },
        required=("pattern", "value"),
    ),
    "@arrayPath": _array_path,
    "@path": _directive_or_string,
    "@json": partial(
        _options,
        checks={"value": _raw, "mode": partial(_one_of, allowed=("encode", "decode"))},
        required=("value", "mode"),
    ),
    "@flatten": partial(_options, checks={"separator": _string, "value": _raw}, required=("value",)),
    "@merge": _merge,
    "@template": _directive_or_string,
    "@literal": _raw,
    "@transform": partial(
        _options,
        checks={"apply": _directive_or_object, "mapping": _directive_or_object},
        required=("apply", "mapping"),
    ),
    "@excludeWhenNull": _raw,
    "@liquid": _string,
}
