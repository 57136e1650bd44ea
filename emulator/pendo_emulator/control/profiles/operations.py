"""The rows of visitors and accounts in the table of operations, and their schemas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.common.openapi.document import list_of, object_of, reference
from pendo_contracts.common.openapi.operation import Answer, Parameter
from pendo_emulator.addresses import CONTROL_PREFIX
from pendo_emulator.control.common_operation import API_KEY, KEY_PATH, PROBLEM, operation_of
from pendo_emulator.control.parameters import WAIT_LIMIT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pendo_contracts.common.openapi.operation import Operation

MAX_PROFILES: Final = 500

_STRING: Final = {"type": "string"}
_NULLABLE: Final = {"type": ["string", "null"]}
_TIME: Final = {"type": "integer"}
_NULLABLE_TIME: Final = {"type": ["integer", "null"]}
_COUNT: Final = {"type": "integer", "minimum": 0}
_BOOLEAN: Final = {"type": "boolean"}
_OBJECT: Final = {"type": "object"}
_AFTER: Final = {"type": "string", "pattern": "^[0-9]{1,16}:[!-~]{1,50}$"}
_TIMEOUT: Final = Parameter(
    "timeout", {"type": "number", "minimum": 0, "maximum": WAIT_LIMIT, "default": 10}, "Seconds to wait for the answer."
)
_PAGE_PARAMETERS: Final = (
    Parameter("search", _STRING, "Select profiles whose id or metadata contains a text, in any case."),
    Parameter("sort", {"enum": ["id", "latest"], "default": "id"}, "Sort by id, or the latest seen first."),
    Parameter("after", _AFTER, "The `next` of the previous page."),
    Parameter(
        "limit", {"type": "integer", "minimum": 1, "maximum": MAX_PROFILES, "default": 100}, "Profiles of a page."
    ),
    _TIMEOUT,
)


def profile_operations() -> Iterator[Operation]:
    """Yield the operations of visitors and accounts."""
    rules = Answer("The rules.", list_of(reference("DerivationRule")))
    yield operation_of(
        "GET", f"{CONTROL_PREFIX}/profile-rules", "profiles", "List the rules of derivation.", {200: rules}
    )
    for kind, name in (("visitor", "Visitor"), ("account", "Account")):
        page = Answer(f"A page of {kind}s.", reference(f"{name}Page"))
        one = {
            200: Answer(f"The {kind}.", reference(name)),
            404: Answer(f"The key has no such {kind}.", reference("Problem"), PROBLEM),
        }
        id_ = Parameter(f"{kind}_id", {"type": "string", "pattern": "^[!-.0-9;-~]{1,50}$"}, f"The {kind}'s id.", "path")
        parameters = (API_KEY, *_PAGE_PARAMETERS)
        yield operation_of(
            "GET", f"{KEY_PATH}/{kind}s", "profiles", f"List {kind}s of one key.", {200: page}, parameters
        )
        path = f"{KEY_PATH}/{kind}s/{{{kind}_id}}"
        yield operation_of("GET", path, "profiles", f"Return one {kind}.", one, (API_KEY, id_, _TIMEOUT))
    deleted = Answer("The number of deleted profiles.", object_of({"deleted": _COUNT}))
    yield operation_of(
        "DELETE", f"{KEY_PATH}/profiles", "profiles", "Delete derived profiles; they are derived again.",
        {200: deleted}, (API_KEY,),
    )  # fmt: skip


def profile_schemas() -> dict[str, Any]:
    """Return the schemas of visitors, accounts and their pages."""
    times = {
        **dict.fromkeys(("first_seen", "last_seen", "updated_at"), _TIME),
        **dict.fromkeys(("first_visit", "last_visit"), _NULLABLE_TIME),
    }
    further = {"events": _OBJECT, "metadata": _OBJECT, "further_fields": _COUNT, "auto": _OBJECT}
    links = dict.fromkeys(("before", "became"), list_of(_OBJECT))
    visitor = object_of({
        "id": _STRING, "is_anonymous": _BOOLEAN, **times, **further, **links, "account": _NULLABLE,
        "accounts": list_of(_OBJECT), "story": list_of(_OBJECT),
        **dict.fromkeys(("further_accounts", "further_links", "earlier_events"), _COUNT),
    })  # fmt: skip
    account = object_of({
        "id": _STRING, **times, **further, "parent": _NULLABLE, "children": list_of(_STRING),
        "visitors": list_of(_STRING), **dict.fromkeys(("further_children", "visitor_count"), _COUNT),
    })  # fmt: skip
    page = {"count": _COUNT, "next": _NULLABLE}
    summary = {"id": _STRING, "first_seen": _TIME, "last_seen": _TIME, "event_count": _COUNT, "values": _OBJECT}
    return {
        "Visitor": visitor,
        "Account": account,
        "VisitorPage": object_of({"visitors": list_of(object_of(summary)), **page}),
        "AccountPage": object_of({"accounts": list_of(object_of(summary)), **page}),
        "DerivationRule": object_of(dict.fromkeys(("name", "known", "text", "source"), _STRING)),
    }
