"""Events of which only the members that something reads are decoded from JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias, TypedDict, cast

from msgspec import Struct, defstruct, field

from pendo_destination.javascript.values import UNDEFINED
from pendo_destination.mapping.function_source import attribute_name

if TYPE_CHECKING:
    from collections.abc import Iterable

# The keys from an event to a member.
Path: TypeAlias = tuple[str, ...]
# For each member that is read: its members that are read, or None if the whole value is read.
Selection: TypeAlias = "dict[str, Selection | None]"


class PartialEvent(Struct, gc=False):
    """The base of the types that `make_event_type` returns; the members of the event are attributes."""

    type: ClassVar[str]
    integrations: Any = UNDEFINED

    def get(self, member: str, default: Any = None) -> Any:
        """Return a member as `dict.get` does; raise AttributeError if the type does not have it."""
        value = getattr(self, attribute_name(member))
        return default if value is UNDEFINED else value


def make_event_type(event_type: str, paths: Iterable[Path]) -> type[PartialEvent]:
    """Return the type of events of one `type` that has the members at some paths, and the integrations.

    msgspec skips the other members. It decodes only events whose members on the way to the paths are objects.
    """
    members = select(paths)
    fields = [
        (attribute_name(name), _value_type(selection), field(default=UNDEFINED, name=name))
        for name, selection in members.items()
        if name not in {"type", "integrations"}
    ]
    made = defstruct(
        f"Partial{event_type.title()}",
        fields,
        bases=(PartialEvent,),
        namespace={"type": event_type},
        tag_field="type",
        tag=event_type,
        gc=False,
    )
    return cast("type[PartialEvent]", made)


def select(paths: Iterable[Path]) -> Selection:
    """Return the members to which some paths lead."""
    selection: Selection = {}
    for path in sorted(paths, key=len):
        _add(selection, path)
    return selection


def _add(selection: Selection, path: Path) -> None:
    name, *rest = path
    if not rest:
        selection[name] = None
        return
    inner = selection.setdefault(name, {})
    if inner is not None:
        _add(inner, tuple(rest))


def _value_type(selection: Selection | None) -> Any:
    if selection is None:
        return Any
    members = {name: _value_type(inner) for name, inner in selection.items()}
    return TypedDict("Members", members, total=False)  # type: ignore[operator] # mypy knows only literal members
