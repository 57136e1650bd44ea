"""Generates the code that resolves a value of a mapping.

Objects, arrays, constants, `@path`, `@if` and `@literal` become statements; any other directive becomes a call of its
resolver. For `{"id": {"@path": "$.userId"}, "plan": {"@path": "$.traits.plan"}}` the statements are

    resolved = {}
    value_1 = event.get('userId', UNDEFINED)
    if value_1 is not UNDEFINED: resolved['id'] = value_1
    value_2 = part_1.get('plan', UNDEFINED) if type(part_1 := event.get('traits')) is dict else lookup(event, ...)
    if value_2 is not UNDEFINED: resolved['plan'] = value_2
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from pendo_destination.javascript.json import in_key_order, stringify
from pendo_destination.javascript.values import PROTOTYPE, UNDEFINED, truthy
from pendo_destination.mapping.conditional_directives import find_if_problem, is_filled
from pendo_destination.mapping.directive import fail_with, resolve_to
from pendo_destination.mapping.function_source import FunctionSource
from pendo_destination.mapping.path_directive import compile_payload_reader, lookup, path_expression, split_payload_path

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pendo_destination.mapping.directive import Directive, Resolver

# The names that the generated code uses.
NAMES: Final[Mapping[str, Any]] = {"UNDEFINED": UNDEFINED, "lookup": lookup, "is_filled": is_filled}
# Directives whose result depends on undefined members of their values, or can have members that a copy drops.
NEED_UNDEFINED: Final = frozenset({"@merge", "@flatten", "@excludeWhenNull", "@json"})


class ValueCode(Struct, frozen=True):
    """Writes the statements that resolve values to a function.

    With `is_object` the function's parameter is known to be an object. `keep_undefined` keeps undefined members for
    the directive around the values.
    """

    source: FunctionSource
    directives: Mapping[str, Directive]
    is_object: bool = False
    keep_undefined: bool = False

    def assign(self, target: str, value: Any) -> None:
        """Write the statements that resolve a value and assign the result to a variable."""
        match value:
            case list():
                self._assign_array(target, value)
            case dict() if is_directive(value):
                self._assign_directive(target, value)
            case dict():
                self._assign_object(target, value)
            case _:
                self.source.write(f"{target} = {self.source.constant(value)}")

    def _assign_array(self, target: str, items: list[Any]) -> None:
        self.source.write(f"{target} = []")
        for item in items:
            name = self.source.new_name("value")
            self.assign(name, item)
            self.source.write(f"{target}.append({name})")

    def _assign_object(self, target: str, members: dict[str, Any]) -> None:
        """Assign an object without the member `__proto__`: Segment's code resolves it, but sets a prototype with it."""
        self.source.write(f"{target} = {{}}")
        for key, member in in_key_order(members):
            name = self.source.new_name("value")
            self.assign(name, member)
            if key != PROTOTYPE:
                condition = "" if self.keep_undefined else f"if {name} is not UNDEFINED: "
                self.source.write(f"{condition}{target}[{key!r}] = {name}")

    def _assign_directive(self, target: str, value: dict[str, Any]) -> None:
        name = directive_name(value)
        match name, value[name]:
            case "@path", str(path):
                expression = path_expression(self.source, split_payload_path(path), is_object=self.is_object)
                self.source.write(f"{target} = {expression}")
            case "@literal", literal:  # despite its name, directives inside it run (observed)
                self.assign(target, literal)
            case "@if", options:
                self._assign_if(target, options)
            case _:
                resolve = compile_directive(value, self.directives, keep_undefined=self.keep_undefined)
                kind = name[1:] if name in self.directives else "unknown"
                self._assign_call(target, kind, resolve, str(stringify(value)))

    def _assign_call(self, target: str, kind: str, resolve: Resolver, meaning: str) -> None:
        self.source.write(f"{target} = {self.source.bind(kind, resolve, meaning)}({self.source.whole_parameter()})")

    def _assign_if(self, target: str, options: Any) -> None:
        """Assign `then` if `exists` is neither null nor undefined, or if `blank` is NOT blank (observed).

        `blank` is used only if the key `exists` is missing.
        """
        if problem := find_if_problem(options):
            self._assign_call(target, "fail", fail_with(problem), problem)
            return
        tested = self.source.new_name("value")
        if options.get("exists", UNDEFINED) is UNDEFINED:
            self.assign(tested, options["blank"])
            condition = f"is_filled({tested})"
        else:
            self.assign(tested, options["exists"])
            condition = f"{tested} is not None and {tested} is not UNDEFINED"
        with self.source.block(f"if {condition}:"):
            self.assign(target, options.get("then", UNDEFINED))
        with self.source.block("else:"):
            self.assign(target, options["else"] if truthy(options.get("else")) else UNDEFINED)


def compile_value(value: Any, directives: Mapping[str, Directive], *, keep_undefined: bool = False) -> Resolver:
    """Compile a part of a mapping to a function of its own; `keep_undefined` keeps undefined members."""
    match value:
        case {"@path": str(path)} if len(value) == 1:
            return compile_payload_reader(path)
        case dict() | list():
            source = FunctionSource("payload", NAMES)
            ValueCode(source, directives, keep_undefined=keep_undefined).assign("resolved", value)
            source.write("return resolved")
            return source.compile()
        case _:
            return resolve_to(value)


def compile_directive(value: dict[str, Any], directives: Mapping[str, Directive], *, keep_undefined: bool) -> Resolver:
    """Compile a directive to a function of its own."""
    name = directive_name(value)
    compile_options = directives.get(name)
    if compile_options is None:
        return fail_with(f"{name} is not a valid directive, got undefined")
    if name not in NEED_UNDEFINED:
        return compile_options(
            value[name], partial(compile_value, directives=directives, keep_undefined=keep_undefined)
        )
    resolve = compile_options(value[name], partial(compile_value, directives=directives, keep_undefined=True))
    return resolve if keep_undefined else lambda payload: without_undefined(resolve(payload))


def is_directive(value: dict[str, Any]) -> bool:
    """Return whether an object is a directive: all keys start with `@`, except `_metadata`."""
    return any(key.startswith("@") for key in value) and all(key.startswith("@") or key == "_metadata" for key in value)


def directive_name(value: dict[str, Any]) -> str:
    """Return the first directive of an object; Segment ignores the others (observed)."""
    return next(key for key in value if key.startswith("@"))


def without_undefined(value: Any) -> Any:
    """Copy a value without the undefined members of its objects, and `__proto__`; undefined array elements stay."""
    if isinstance(value, dict):
        return {
            key: without_undefined(member)
            for key, member in value.items()
            if member is not UNDEFINED and key != PROTOTYPE
        }
    return [without_undefined(item) for item in value] if isinstance(value, list) else value
