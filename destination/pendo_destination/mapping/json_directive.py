"""`@json`: values written as JSON text and JSON text read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NoReturn

from pendo_destination.javascript.json import stringify
from pendo_destination.javascript.values import UNDEFINED, truthy
from pendo_destination.mapping.directive import failing

if TYPE_CHECKING:
    from pendo_destination.mapping.directive import Compile, Resolver

_EXACT_DIGITS: Final = 15


def compile_json(options: Any, compiled: Compile) -> Resolver:
    """Compile `@json`: mode `encode` or `decode`; any other spelling of the mode gives undefined."""
    if not isinstance(options, dict):
        return failing('@json requires an object with a "value" key')
    for name in ("mode", "value"):
        if not truthy(options.get(name)):
            return failing(f'@json requires a "{name}" key')
    subject, mode = compiled(options["value"]), options["mode"]
    convert = _MODES.get(mode, _undefined) if isinstance(mode, str) else _undefined
    return lambda payload: convert(subject(payload))


def decoded(value: Any) -> Any:
    """Read JSON text by JavaScript's grammar; what is no string or no JSON stays as it is."""
    if not isinstance(value, str):
        return value
    try:
        return _DECODER.decode(value)
    except ValueError:
        return value


def _refused(constant: str) -> NoReturn:
    raise ValueError(constant)


def _integer(digits: str) -> float:
    return int(digits) if len(digits) <= _EXACT_DIGITS else float(digits)


def _undefined(_value: Any) -> Any:
    return UNDEFINED


_DECODER: Final = json.JSONDecoder(parse_constant=_refused, parse_int=_integer)
_MODES: Final = {"encode": stringify, "decode": decoded}
