"""The operators with several pipelines: fork and spawn."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from pendo_emulator.engage.pipeline.documentation.description import Description, Example, Operator, Refusal

if TYPE_CHECKING:
    from pendo_emulator.engage.pipeline.document import Part
    from pendo_emulator.engage.pipeline.row import Rows
    from pendo_emulator.engage.pipeline.step import Execution, Pipeline, Reading, Step


@dataclass(frozen=True, slots=True)
class Fork:
    """Sends each row into every branch."""

    branches: tuple[Pipeline, ...]
    in_place: bool
    pointer: str

    def run(self, rows: Rows, execution: Execution) -> Rows:
        """Yield the rows of each branch, one branch after the other.

        All branches get the same rows, so a later branch sees what an earlier one changed (documented). A row that has
        left its branch does not change any more (assumed), because it is copied.
        """
        return execution.meter.produce(self._forked(rows, execution), self.pointer)

    def _forked(self, rows: Rows, execution: Execution) -> Rows:
        owned = rows if self.in_place else map(dict, rows)
        with execution.meter.held(owned, self.pointer) as held:
            for branch in self.branches:
                yield from map(dict, execution.run_pipeline(branch, held))


@dataclass(frozen=True, slots=True)
class Spawn:
    """Runs pipelines with sources of their own."""

    pipelines: tuple[Pipeline, ...]

    def run(self, _rows: Rows, execution: Execution) -> Rows:
        """Yield the rows of each pipeline, one after the other."""
        for pipeline in self.pipelines:
            yield from execution.run_pipeline(pipeline)


def read_fork(part: Part, reading: Reading) -> Step:
    """Read `fork`: a list of lists of steps."""
    inside = replace(reading, depth=reading.depth + 1, rows_are_private=True)
    branches = tuple(reading.read_steps(branch, inside) for branch in part.items("fork"))
    if not branches:
        raise part.error("fork needs at least one branch")
    return Fork(branches, reading.rows_are_private, part.pointer)


def read_spawn(part: Part, reading: Reading) -> Step:
    """Read `spawn`: a list of pipelines."""
    pipelines = tuple(reading.read_pipeline(pipeline, reading) for pipeline in part.items("spawn"))
    if not pipelines:
        raise part.error("spawn needs at least one pipeline")
    return Spawn(pipelines)


OPERATORS: Final = (
    Operator(
        "fork",
        read_fork,
        "new rows",
        Description(
            syntax='{"fork": [[STEP, ...], ...]}',
            meaning="Sends each row into every branch and passes on the rows of all branches, those of the first"
            " branch first. A branch is a list of steps without a source. The branches share the rows: a branch sees"
            " the fields that an earlier branch added to a row.",
            evidence="Documented, also that rows are shared. That the branches run one after the other, and that a"
            " row does not change after it left its branch, are assumed.",
            examples=(
                Example(
                    {"fork": [[{"filter": "n > 1"}], [{"count": None}]]},
                    [{"n": 1}, {"n": 2}],
                    [{"n": 2}, {"count": 2}],
                ),
                Example(
                    {"fork": [[{"set": {"seen": True}}], [{"filter": "n > 1"}]]},
                    [{"n": 1}, {"n": 2}],
                    [{"n": 1, "seen": True}, {"n": 2, "seen": True}, {"n": 2, "seen": True}],
                ),
            ),
            refused=(
                Refusal({"fork": {}}, "is a list"),
                Refusal({"fork": []}, "at least one branch"),
                Refusal({"fork": [[{"source": {"visitors": None}}]]}, "only the first step"),
            ),
        ),
    ),
    Operator(
        "spawn",
        read_spawn,
        "same rows",
        Description(
            syntax='{"spawn": [[{"source": ...}, STEP, ...], ...]}',
            meaning="Runs several pipelines, each with a source of its own, and passes on the rows of all, those of"
            " the first pipeline first. It is the first step of a pipeline.",
            evidence="Documented; Pendo promises no order of the rows.",
            examples=(
                Example(
                    {"spawn": [[{"source": {"visitors": None}}, {"count": None}], [{"source": {"accounts": None}}]]},
                    [],
                    [{"count": 1}, {"accountId": "a-1"}],
                    {"visitors": [{"visitorId": "v-1"}], "accounts": [{"accountId": "a-1"}]},
                ),
            ),
            refused=(
                Refusal({"spawn": []}, "at least one pipeline"),
                Refusal({"spawn": [[{"limit": 1}]]}, "first step"),
            ),
        ),
    ),
)
