"""The columns of the store's tables; the statements that create, write and query the tables are built from them."""

from __future__ import annotations

from functools import cached_property
from operator import itemgetter
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeAlias, TypedDict, get_type_hints

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

# The type of a value in Python, and of its column. A database fills in the types in braces.
Id: TypeAlias = Annotated[int, "{ID} PRIMARY KEY"]
Integer: TypeAlias = Annotated[int, "INTEGER NOT NULL"]
BigInteger: TypeAlias = Annotated[int, "BIGINT NOT NULL"]
Boolean: TypeAlias = Annotated[bool, "BOOLEAN NOT NULL"]
Text: TypeAlias = Annotated[str, "TEXT NOT NULL"]
# Sorted by code points in every database.
OrderedText: TypeAlias = Annotated[str, "TEXT{ORDERED} NOT NULL"]
OptionalText: TypeAlias = Annotated[str | None, "TEXT"]
Json: TypeAlias = Annotated[str, "{JSON} NOT NULL"]
Bytes: TypeAlias = Annotated[bytes, "{BYTES} NOT NULL"]


class JournalRow(TypedDict):
    """The only row of its table: the store's version, the last used numbers, and the time of the last check."""

    version: Integer
    last_id: BigInteger
    change: BigInteger
    checked_at: BigInteger


class ExchangeRow(TypedDict):
    """One exchange: the request, so that it can be decoded again, with its verdicts and its answer.

    `headers` and `notes` are JSON. The module `event_index` encodes `events`, the module `verdicts` encodes `verdicts`.
    """

    id: Id
    api_key: Text
    region: Text
    endpoint: Text
    method: Text
    url: Text
    headers: Text
    body: Bytes
    received_at: BigInteger
    status: Integer
    good: Boolean
    fault: Text
    notes: Text
    rejection: Text
    events: Json
    verdicts: OptionalText


class CountRow(TypedDict):
    """The number of requests (type "") or events of one type at an endpoint, and how many of them were broken."""

    api_key: Text
    region: Text
    endpoint: Text
    type: Text
    received: BigInteger
    broken: BigInteger


class KeySettingsRow(TypedDict):
    """The faults and the subscription of an API key, as JSON."""

    api_key: Text
    faults: Text
    subscription: Text
    change: BigInteger


class ActiveKeyRow(TypedDict):
    """When an API key was last used by a test, in milliseconds since 1970."""

    api_key: Text
    used_at: BigInteger


class ClearedKeyRow(TypedDict):
    """The number of the change that last deleted all exchanges of an API key."""

    api_key: Text
    change: BigInteger


class PlanRow(TypedDict):
    """The tracking plan of the server, as JSON; "" if it was deleted. The table has at most one row."""

    name: Text
    document: Text


class ProfilePositionRow(TypedDict):
    """The last exchange of an API key that its profiles contain.

    `derivation` is the version of the rules that derived them. `token` is random: it differs after a reset.
    """

    api_key: Text
    last_id: BigInteger
    derivation: Integer
    token: Text


class ProfileRow(TypedDict):
    """The derived state of a visitor or an account as JSON; the module `profiles.states` encodes it.

    `search` has the text in which a search by substring looks.
    """

    api_key: Text
    kind: Text
    id: OrderedText
    last_seen: BigInteger
    document: Text
    search: Text


class SourceReportRow(TypedDict):
    """What a Segment source did with one event, as JSON; `number` counts the reports of a key, from 1."""

    api_key: Text
    number: BigInteger
    document: Text


class EngageKeyRow(TypedDict):
    """An integration key of Pendo's Engage API, and the API key whose data it reads and, if it can, writes."""

    integration_key: Text
    api_key: Text
    can_write: Boolean


class EngageObjectRow(TypedDict):
    """An object of the Engage API, such as a page, a segment or a guide, as JSON.

    `origin` is `api` for an object that a client of the Engage API made, else `set-up`.
    """

    api_key: Text
    kind: Text
    id: OrderedText
    origin: Text
    document: Text


class EventRowRow(TypedDict):
    """The events of one day that are equal in a source; `row_key` is a hash of what is equal.

    Times are in milliseconds since 1970; `day` is the day's beginning. The module `engage.rows` encodes `document`.
    """

    api_key: Text
    source: Text
    day: BigInteger
    row_key: OrderedText
    visitor: Text
    account: Text
    server: Text
    remote_ip: Text
    user_agent: Text
    tab: Text
    detail: Text
    events: BigInteger
    minutes: BigInteger
    first_at: BigInteger
    last_at: BigInteger
    document: Text


class Table(Struct, frozen=True, dict=True):
    """A table with the columns of a TypedDict; `key` is the primary key, () if the type of a column declares it.

    A table with `long_rows` is not sorted by its key in SQLite, because rows above 1 kB would each need pages of their
    own then.
    """

    name: str
    row: type[Any]
    key: tuple[str, ...] = ()
    long_rows: bool = False
    indexes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, in the order of a row."""
        return tuple(self.row.__annotations__)

    @cached_property
    def in_order(self) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
        """Return the values of a row in the order of `columns`, as a tuple: SQLite's driver binds it fastest."""
        values: Callable[[Mapping[str, Any]], tuple[Any, ...]] = itemgetter(*self.columns)
        return values

    @cached_property
    def types(self) -> Mapping[str, Any]:
        """The Python type of each column's values."""
        return get_type_hints(self.row)

    def insert(self) -> str:
        """Return a statement that inserts a row, in the order of `columns`."""
        names, values = ", ".join(self.columns), ", ".join("?" * len(self.columns))
        return f"INSERT INTO {self.name} ({names}) VALUES ({values})"  # noqa: S608 - names of our own

    def upsert(self, change: str = "{column} = excluded.{column}") -> str:
        """Return a statement that inserts a row, or changes all columns except the key if the key exists."""
        changes = (change.format(column=name, table=self.name) for name in self.columns if name not in self.key)
        return f"{self.insert()} ON CONFLICT ({', '.join(self.key)}) DO UPDATE SET {', '.join(changes)}"

    def select(self, condition: str) -> str:
        """Return a statement that selects rows, in the order of `columns`."""
        return f"SELECT {', '.join(self.columns)} FROM {self.name} WHERE {condition}"  # noqa: S608 - names of our own

    def create(self, types: Mapping[str, str]) -> Iterator[str]:
        """Yield the statements that create the table and its indexes, with a database's own types."""
        hints = get_type_hints(self.row, include_extras=True)
        columns = [f"{name} {hints[name].__metadata__[0]}" for name in self.columns]
        key = [f"PRIMARY KEY ({', '.join(self.key)})"] if self.key else []
        clustered = " {CLUSTERED}" if self.key and not self.long_rows else ""
        yield f"CREATE TABLE {self.name} ({', '.join(columns + key)}){clustered}".format(**types)
        for name, indexed in self.indexes.items():
            yield f"CREATE INDEX {name} ON {self.name} ({', '.join(indexed)})"


JOURNAL: Final = Table("journal", JournalRow)
EXCHANGES: Final = Table("exchanges", ExchangeRow, indexes={"exchanges_by_key": ("api_key", "id")})
COUNTS: Final = Table("counts", CountRow, key=("api_key", "region", "endpoint", "type"))
KEY_SETTINGS: Final = Table(
    "key_settings", KeySettingsRow, key=("api_key",), indexes={"key_settings_by_change": ("change",)}
)
ACTIVE_KEYS: Final = Table("active_keys", ActiveKeyRow, key=("api_key",))
CLEARED_KEYS: Final = Table(
    "cleared_keys", ClearedKeyRow, key=("api_key",), indexes={"cleared_keys_by_change": ("change",)}
)
PLANS: Final = Table("plans", PlanRow, key=("name",))
PROFILE_POSITIONS: Final = Table("profile_positions", ProfilePositionRow, key=("api_key",))
PROFILES: Final = Table(
    "profiles", ProfileRow, ("api_key", "kind", "id"), long_rows=True,
    indexes={"profiles_by_last_seen": ("api_key", "kind", "last_seen", "id")},
)  # fmt: skip
SOURCE_REPORTS: Final = Table("source_reports", SourceReportRow, key=("api_key", "number"))
ENGAGE_KEYS: Final = Table("engage_keys", EngageKeyRow, ("integration_key",), indexes={"engage_keys_of": ("api_key",)})
ENGAGE_OBJECTS: Final = Table("engage_objects", EngageObjectRow, key=("api_key", "kind", "id"), long_rows=True)
EVENT_ROWS: Final = Table("event_rows", EventRowRow, ("api_key", "source", "day", "row_key"))
TABLES: Final = (
    JOURNAL, EXCHANGES, COUNTS, KEY_SETTINGS, ACTIVE_KEYS, CLEARED_KEYS, PLANS, PROFILE_POSITIONS, PROFILES,
    SOURCE_REPORTS, ENGAGE_KEYS, ENGAGE_OBJECTS, EVENT_ROWS,
)  # fmt: skip
