"""`@json`: encodes values as JSON text and decodes JSON text."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NoReturn

from pendo_destination.javascript.json import stringify
from pendo_destination.javascript.values import UNDEFINED, truthy
from pendo_destination.mapping.directive import directive_error, fail_with

if TYPE_CHECKING:
    from pendo_destination.mapping.directive import CompilePart, Resolver

# More than a request to Pendo can have.
MAX_ENCODED: Final = 5_000_000

_MAX_EXACT_DIGITS: Final = 15  # A double represents every integer with this number of digits.


def compile_json(options: Any, compile_part: CompilePart) -> Resolver:
    """Compile `@json`: mode `encode` or `decode`; any other mode gives undefined."""
    if not isinstance(options, dict):
        return fail_with('@json requires an object with a "value" key')
    for name in ("mode", "value"):
        if not truthy(options.get(name)):
            return fail_with(f'@json requires a "{name}" key')
    resolve_value, mode = compile_part(options["value"]), options["mode"]
    convert = _MODES.get(mode, _to_undefined) if isinstance(mode, str) else _to_undefined
    return lambda payload: convert(resolve_value(payload))


def encode_json(value: Any) -> Any:
    """Write a value as JSON text; raise ConfigurationError for long text, because nested directives double it."""
    encoded = stringify(value)
    if isinstance(encoded, str) and len(encoded) > MAX_ENCODED:
        raise directive_error(f"@json: the text is longer than {MAX_ENCODED:,} characters", "RangeError")
    return encoded


def decode_json(value: Any) -> Any:
    """Parse JSON text by JavaScript's grammar; return any other value unchanged."""
    if not isinstance(value, str):
        return value
    try:
        return _DECODER.decode(value)
    except (ValueError, RecursionError):
        return value


def _reject_constant(constant: str) -> NoReturn:
    """Raise ValueError for NaN and the infinities, which Python's parser accepts."""
    raise ValueError(constant)


def _parse_integer(digits: str) -> float:
    return int(digits) if len(digits) <= _MAX_EXACT_DIGITS else float(digits)


def _to_undefined(_value: Any) -> Any:
    return UNDEFINED


_DECODER: Final = json.JSONDecoder(parse_constant=_reject_constant, parse_int=_parse_integer)
_MODES: Final = {"encode": encode_json, "decode": decode_json}
