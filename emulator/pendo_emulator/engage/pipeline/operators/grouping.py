"""The operators that aggregate rows: group, reduce and count."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pendo_emulator.engage.pipeline.aggregators.table import find_aggregator
from pendo_emulator.engage.pipeline.documentation.description import Description, Example, Operator, Refusal
from pendo_emulator.engage.pipeline.expressions import split_path
from pendo_emulator.engage.pipeline.operators.groups import Count, Group, KeyField, OutputField, Reduce
from pendo_emulator.engage.pipeline.row import column_reader, compile_writer, output_path

if TYPE_CHECKING:
    from pendo_emulator.engage.pipeline.document import Part
    from pendo_emulator.engage.pipeline.step import Reading, Step


def read_group(part: Part, reading: Reading) -> Step:
    """Read `group`: the key fields and the output fields."""
    part.options("group", ("group", "fields", "forceKeys"))
    key_part = part.member("group")
    keys = [_read_key(item, reading) for item in key_part.items("group")] if key_part.value is not None else []
    fields_part = part.member("fields")
    fields = read_output_fields(fields_part, reading) if fields_part.value is not None else ()
    return Group(tuple(keys), fields, part.pointer)


def _read_key(part: Part, reading: Reading) -> KeyField:
    evaluate = reading.field(part, "a key field")
    return KeyField(compile_writer(split_path(part.value)), column_reader(part.value, evaluate))


def read_output_fields(part: Part, reading: Reading) -> tuple[OutputField, ...]:
    """Read output fields with their aggregators: an object, or a list of objects."""
    objects = part.items("fields") if isinstance(part.value, list) else [part]
    fields = []
    for entry in objects:
        for name, value in entry.entries("fields"):
            aggregator_name, argument = value.sole_entry("an output field")
            aggregator = find_aggregator(aggregator_name, argument)
            write = compile_writer(output_path(value, name))
            fields.append(OutputField(write, aggregator.read(argument, reading), aggregator.over_no_rows))
    return tuple(fields)


def read_reduce(part: Part, reading: Reading) -> Step:
    """Read `reduce`: the output fields."""
    fields = read_output_fields(part, reading)
    if not fields:
        raise part.error("reduce needs at least one output field")
    return Reduce(fields, part.pointer)


def read_count(part: Part, _reading: Reading) -> Step:
    """Read `count`."""
    part.require_null("count")
    return Count(part.pointer)


OPERATORS: Final = (
    Operator(
        "group",
        read_group,
        "new rows",
        Description(
            syntax='{"group": {"group": ["FIELD", ...], "fields": {OUTPUT: AGGREGATOR, ...}}}',
            meaning="Makes one row for each combination of values of the key fields, in the order of their first"
            " rows. A row has the key fields and the output fields. Without `fields` it gives the distinct"
            " combinations. A dot in a key makes a nested object. With no key fields all rows are one group; over no"
            " rows there are no groups. `fields` can also be a list of objects. `forceKeys` is ignored. See [the"
            " aggregators](aggregators.md).",
            evidence="Documented. That no rows make no group, that null is a value like others, that a missing list"
            " of keys is an empty list, and the order of the groups, are assumed.",
            examples=(
                Example(
                    {
                        "group": {
                            "group": ["accountId"],
                            "fields": {"events": {"sum": "numEvents"}, "visitors": {"count": "visitorId"}},
                        }
                    },
                    [
                        {"accountId": "a-1", "visitorId": "v-1", "numEvents": 2},
                        {"accountId": "a-2", "visitorId": "v-2", "numEvents": 1},
                        {"accountId": "a-1", "visitorId": "v-1", "numEvents": 3},
                        {"visitorId": "v-3"},
                    ],
                    [
                        {"accountId": "a-1", "events": 5, "visitors": 1},
                        {"accountId": "a-2", "events": 1, "visitors": 1},
                        {"accountId": None, "events": 0, "visitors": 1},
                    ],
                ),
                Example(
                    {"group": {"group": ["browser.os"], "fields": [{"rows": {"count": None}}]}},
                    [{"browser": {"os": "Linux"}}, {"browser": {"os": "Linux"}}],
                    [{"browser": {"os": "Linux"}, "rows": 2}],
                ),
                Example({"group": {"group": []}}, [{"id": 1}, {"id": 2}], [{}]),
            ),
            refused=(
                Refusal({"group": ["accountId"]}, "is an object"),
                Refusal({"group": {"group": "accountId"}}, "is a list"),
                Refusal({"group": {"group": [], "fields": {"n": {"cuont": None}}}}, "did you mean 'count'"),
                Refusal({"group": {"group": [], "fields": {"n": {"sum": "a", "avg": "a"}}}}, "exactly one key"),
                Refusal({"group": {"by": []}}, "no option 'by'"),
            ),
        ),
    ),
    Operator(
        "reduce",
        read_reduce,
        "new rows",
        Description(
            syntax='{"reduce": {OUTPUT: AGGREGATOR, ...}} or {"reduce": [{OUTPUT: AGGREGATOR}, ...]}',
            meaning="Makes one row of all rows. Over no rows counts and sums are 0 and all other aggregators are null."
            " See [the aggregators](aggregators.md).",
            evidence="Documented. The values over no rows are assumed.",
            examples=(
                Example(
                    {"reduce": {"visitors": {"count": "visitorId"}, "events": {"sum": "numEvents"}}},
                    [
                        {"visitorId": "v-1", "numEvents": 2},
                        {"visitorId": "v-1", "numEvents": None},
                        {"visitorId": "v-2"},
                    ],
                    [{"visitors": 2, "events": 2}],
                ),
                Example(
                    {"reduce": [{"n": {"count": None}}, {"total": {"sum": "a"}}, {"mean": {"avg": "a"}}]},
                    [],
                    [{"n": 0, "total": 0, "mean": None}],
                ),
            ),
            refused=(
                Refusal({"reduce": {"n": "count"}}, "is an object"),
                Refusal({"reduce": {"n": {"count": "*"}}}, "column"),
                Refusal({"reduce": []}, "at least one"),
            ),
        ),
    ),
    Operator(
        "count",
        read_count,
        "new rows",
        Description(
            syntax='{"count": null}',
            meaning='Makes one row with the number of rows: `{"count": N}`, also for no rows.',
            evidence="Documented.",
            examples=(
                Example({"count": None}, [{"id": 1}, {"id": 2}], [{"count": 2}]),
                Example({"count": None}, [], [{"count": 0}]),
            ),
            refused=(Refusal({"count": "visitorId"}, "write null"),),
        ),
    ),
)
