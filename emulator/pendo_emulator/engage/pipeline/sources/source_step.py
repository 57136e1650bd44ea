"""The first step of a pipeline: its source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pendo_emulator.engage.pipeline.document import suggestion
from pendo_emulator.engage.pipeline.sources.app_ids import read_app_ids
from pendo_emulator.engage.pipeline.sources.source import Source
from pendo_emulator.engage.pipeline.sources.source_names import CONSTANT, NOT_IMITATED, SOURCES, TIMED
from pendo_emulator.engage.pipeline.sources.time_series import read_time_series

if TYPE_CHECKING:
    from pendo_emulator.engage.pipeline.document import Part
    from pendo_emulator.engage.pipeline.row import Rows
    from pendo_emulator.engage.pipeline.step import Execution, Reading

TIME_SERIES: Final = "timeSeries"
# Pendo's own pages send `metadata` next to a source (observed); its meaning is not known.
IGNORED: Final = frozenset({"metadata"})
BLACKLIST: Final = ("apply", "ignore", "only")


@dataclass(frozen=True, slots=True)
class SourceStep:
    """Passes on the rows of a source."""

    source: Source

    def run(self, _rows: Rows, execution: Execution) -> Rows:
        """Return the rows of the source."""
        return execution.source_rows(self.source, needed=True)


@dataclass(frozen=True, slots=True)
class ConstantRows:
    """Passes on rows that the document has."""

    rows: tuple[dict[str, Any], ...]

    def run(self, _rows: Rows, _execution: Execution) -> Rows:
        """Return the rows."""
        return self.rows


def read_source(part: Part, reading: Reading) -> SourceStep | ConstantRows:
    """Read `source`: one name with its parameters, and an optional timeSeries next to it."""
    entries = dict(part.entries("source"))
    names = [name for name in entries if name != TIME_SERIES and name not in IGNORED]
    if len(names) != 1:
        raise part.error(f"source has one name besides timeSeries, not {len(names)}")
    name = names[0]
    _check_name(name, entries[name], reading)
    time_series = part.member(TIME_SERIES)
    time_range = read_time_series(time_series, reading) if time_series.value is not None else None
    if time_range is None and name in TIMED and reading.context.needs_time_series:
        raise part.error(f"the source {name} needs a timeSeries")
    if name == CONSTANT and isinstance(entries[name].value, list):
        return ConstantRows(tuple(dict(item.entries("a row")) and item.value for item in entries[name].items("const")))
    parameters = _read_parameters(entries[name], reading)
    app_ids = read_app_ids(entries[name].member("appId"), reading)
    return SourceStep(Source(name, entries[name].pointer, parameters, app_ids, time_range))


def _check_name(name: str, part: Part, reading: Reading) -> None:
    if name in NOT_IMITATED and name not in reading.source_names:
        raise part.error(f"the source {name!r} is not imitated: its rows are not known", kind="not imitated")
    known = SOURCES | reading.source_names
    if name not in known:
        raise part.error(f"unknown source {name!r}{suggestion(name, known)}")


def _read_parameters(part: Part, reading: Reading) -> dict[str, Any]:
    """Read the parameters: null or an object. A timeSeries inside them is ignored (observed)."""
    if part.value is None:
        return {}
    parameters = {name: value.value for name, value in part.entries("the parameters of a source")}
    parameters.pop(TIME_SERIES, None)
    if "since" in parameters:
        since = part.member("since")
        parameters["since"] = reading.expression(since, "since")({}) if isinstance(since.value, str) else since.value
    if "identified" in parameters:
        part.member("identified").flag("identified")
    if "blacklist" in parameters and parameters["blacklist"] not in BLACKLIST:
        blacklist = part.member("blacklist")
        raise blacklist.error(f"blacklist must be one of {', '.join(BLACKLIST)}")
    return parameters
