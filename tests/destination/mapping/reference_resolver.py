"""Resolves mappings value by value, without generated code, as the reference for the compiled functions."""

from functools import partial

from pendo_destination.javascript.json import in_key_order
from pendo_destination.javascript.values import PROTOTYPE, UNDEFINED, truthy
from pendo_destination.mapping.conditional_directives import find_if_problem, is_filled
from pendo_destination.mapping.directive import fail_with
from pendo_destination.mapping.path_directive import lookup, split_payload_path
from pendo_destination.mapping.resolver import DIRECTIVES
from pendo_destination.mapping.value_code import NEED_UNDEFINED, directive_name, is_directive, without_undefined


def resolve(value, payload, *, keep_undefined=False):
    """Resolve a value of a mapping for a payload."""
    match value:
        case list():
            return [resolve(item, payload, keep_undefined=keep_undefined) for item in value]
        case dict() if is_directive(value):
            return resolve_directive(directive_name(value), value, payload, keep_undefined)
        case dict():
            members = {k: resolve(v, payload, keep_undefined=keep_undefined) for k, v in in_key_order(value)}
            members.pop(PROTOTYPE, None)
            return {k: v for k, v in members.items() if keep_undefined or v is not UNDEFINED}
        case _:
            return value


def resolve_directive(name, value, payload, keep_undefined):
    """Resolve a directive for a payload."""
    match name, value[name]:
        case "@path", str(path):
            return lookup(payload, split_payload_path(path))
        case "@literal", literal:
            return resolve(literal, payload, keep_undefined=keep_undefined)
        case "@if", options:
            return resolve_if(options, payload, keep_undefined)
        case _ if name not in DIRECTIVES:
            return fail_with(f"{name} is not a valid directive, got undefined")(payload)
    keeps = keep_undefined or name in NEED_UNDEFINED
    resolve_options = DIRECTIVES[name](value[name], lambda part: partial(resolve, part, keep_undefined=keeps))
    result = resolve_options(payload)
    return without_undefined(result) if keeps and not keep_undefined else result


def resolve_if(options, payload, keep_undefined):
    """Resolve `@if` for a payload."""
    if problem := find_if_problem(options):
        return fail_with(problem)(payload)
    if "exists" in options:
        met = resolve(options["exists"], payload, keep_undefined=keep_undefined) not in (None, UNDEFINED)
    else:
        met = is_filled(resolve(options["blank"], payload, keep_undefined=keep_undefined))
    branch = options.get("then", UNDEFINED) if met else options["else"] if truthy(options.get("else")) else UNDEFINED
    return resolve(branch, payload, keep_undefined=keep_undefined)
