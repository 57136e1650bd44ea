"""The functions on visitors, accounts, applications and types of events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pendo_emulator.engage.pipeline.expressions.functions.function import Example, Function, null_if_null
from pendo_emulator.engage.pipeline.expressions.functions.types import to_text

if TYPE_CHECKING:
    from pendo_emulator.engage.pipeline.expressions.context import ExpressionContext
    from pendo_emulator.engage.pipeline.expressions.operand import Evaluate, Operand

ANONYMOUS_PREFIX: Final = "_PENDO_T_"
ALL_PLATFORMS: Final = "*"
_PLATFORMS: Final = {
    "web": {"web"},
    "extension": {"extension"},
    "mobile": {"ios", "android"},
    "ios": {"ios"},
    "android": {"android"},
}
_PARENT_SEPARATOR: Final = "::"
MAX_HASHED: Final = 4096
_FNV_OFFSET: Final = 0x811C9DC5
_FNV_PRIME: Final = 0x01000193


def is_identified(visitor: Any) -> bool | None:
    """Return whether an id is that of an identified visitor; None for other values than strings."""
    if visitor.__class__ is not str:
        return None
    return visitor != "" and not visitor.startswith(ANONYMOUS_PREFIX)


def child_account(account: Any) -> str | None:
    """Return the id after `::`, or the whole id; None for other values than strings."""
    return account.partition(_PARENT_SEPARATOR)[2] or account if account.__class__ is str else None


def parent_account(account: Any) -> str | None:
    """Return the id before `::`, or the whole id; None for other values than strings."""
    return account.partition(_PARENT_SEPARATOR)[0] or account if account.__class__ is str else None


def build_app_ids(arguments: tuple[Operand, ...], context: ExpressionContext) -> Evaluate:
    """Compile `expandAppIds`, which selects from the context's applications."""

    def app_ids(selection: Any) -> list[int] | None:
        if selection.__class__ is not str:
            return None
        names = {name.strip() for name in selection.split("|")}
        wanted = {platform for name in names for platform in _PLATFORMS.get(name, ())}
        return [app.id for app in context.apps if ALL_PLATFORMS in names or app.platform in wanted]

    return null_if_null(app_ids)(arguments, context)


def fnv_hash(value: Any) -> int | None:
    """Return the 32-bit FNV-1a hash of the first characters of a string, number or boolean; None for other values."""
    text = to_text(value)
    if text is None:
        return None
    result = _FNV_OFFSET
    for byte in text[:MAX_HASHED].encode("utf-8", "surrogatepass"):
        result = (result ^ byte) * _FNV_PRIME & 0xFFFFFFFF
    return result


def event_sub_type(event_type: Any) -> str | None:
    """Return the text after the last colon; None for other values than strings."""
    return event_type.rpartition(":")[2] if event_type.__class__ is str else None


FUNCTIONS: Final = (
    Function(
        "identified",
        "identified(visitorId)",
        1,
        1,
        "Whether the id is that of an identified visitor: not empty, and not beginning with `_PENDO_T_`.",
        "documented; false for the empty id is assumed",
        null_if_null(is_identified),
        (
            Example("identified(visitorId)", result=True, row={"visitorId": "ann"}),
            Example("identified(visitorId)", result=False, row={"visitorId": "_PENDO_T_x3"}),
            Example('identified("")', result=False),
            Example("identified(visitorId)", None),
            Example("identified(5)", None),
        ),
        ("identified()", "identified(a, b)"),
    ),
    Function(
        "childAccountId",
        "childAccountId(accountId)",
        1,
        1,
        "The id of the child in `parent::child`. An id without `::` is returned unchanged.",
        "documented; the id without `::` is assumed",
        null_if_null(child_account),
        (
            Example("childAccountId(accountId)", "berlin", {"accountId": "acme::berlin"}),
            Example('childAccountId("acme")', "acme"),
            Example("childAccountId(accountId)", None),
            Example("childAccountId(5)", None),
        ),
        ("childAccountId()", "childAccountId(a, b)"),
    ),
    Function(
        "parentAccountId",
        "parentAccountId(accountId)",
        1,
        1,
        "The id of the parent in `parent::child`. An id without `::` is returned unchanged.",
        "documented",
        null_if_null(parent_account),
        (
            Example("parentAccountId(accountId)", "acme", {"accountId": "acme::berlin"}),
            Example('parentAccountId("acme")', "acme"),
            Example("parentAccountId(accountId)", None),
            Example("parentAccountId(5)", None),
        ),
        ("parentAccountId()", "parentAccountId(a, b)"),
    ),
    Function(
        "expandAppIds",
        "expandAppIds(platforms)",
        1,
        1,
        "The ids of the subscription's applications on these platforms: `*`, `web`, `extension`, `mobile`, `ios`, "
        "`android`, joined by `|`. An unknown platform has none.",
        "documented; the unknown platform is assumed",
        build_app_ids,
        (
            Example('expandAppIds("*")', [-323232, 11, 12, 13]),
            Example("expandAppIds(`web|mobile`)", [-323232, 12, 13]),
            Example('expandAppIds("desktop")', []),
            Example("expandAppIds(x)", None),
            Example("expandAppIds(5)", None),
        ),
        ("expandAppIds()", 'expandAppIds("web", "ios")'),
    ),
    Function(
        "hash",
        "hash(x)",
        1,
        1,
        "A 32-bit number that is always the same for the same `x`, for samples such as `hash(visitorId) % 100 < 5`. "
        "Pendo's algorithm is unknown; the emulator uses FNV-1a of the first 4,096 characters.",
        "documented; the algorithm is assumed",
        null_if_null(fnv_hash),
        (
            Example("hash(visitorId)", 3826002220, {"visitorId": "a"}),
            Example('hash("")', 2166136261),
            Example('hash(1) == hash("1")', result=True),
            Example("hash(visitorId)", None),
            Example("hash([1])", None),
        ),
        ("hash()", "hash(a, b)"),
    ),
    Function(
        "eventSubType",
        "eventSubType(type)",
        1,
        1,
        "The text after the last colon of an event's type.",
        "observed in a request of Pendo's own pages",
        null_if_null(event_sub_type),
        (
            Example("eventSubType(type)", "pollResponse", {"type": "ui:web:pollResponse"}),
            Example('eventSubType("guideSeen")', "guideSeen"),
            Example("eventSubType(type)", None),
            Example("eventSubType(5)", None),
        ),
        ("eventSubType()", "eventSubType(a, b)"),
    ),
)
