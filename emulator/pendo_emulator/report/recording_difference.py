"""What differs between a good and a bad recording: causes, facts, what Pendo shows, and events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pendo_emulator.inspection.inspection import HEALTHY
from pendo_emulator.report.wording import fact_rows, profile_title, value_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pendo_contracts.comparison.comparison import Comparison
    from pendo_emulator.inspection.inspection import Cause, Facts, Inspection

# Facts that the comparison of the events shows too, or that differ in every recording.
_NOT_COMPARED: Final = frozenset({"requests to Pendo", "events"})
_NOTHING: Final = "nothing"


@dataclass(frozen=True, slots=True)
class FactDifference:
    """A fact or a field of a profile with different values; a text of a recording without it is "nothing"."""

    name: str
    good: str
    bad: str


@dataclass(frozen=True, slots=True)
class RecordingDifference:
    """What differs between the recordings `good` and `bad`, which are their names.

    `causes` are the causes that only the bad recording proves, `gone` those that only the good one proves,
    except that nothing is wrong.
    """

    good: str
    bad: str
    causes: tuple[Cause, ...]
    gone: tuple[Cause, ...]
    facts: tuple[FactDifference, ...]
    events: Comparison

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        return not (self.causes or self.gone or self.facts) and self.events.same

    def to_json(self) -> dict[str, Any]:
        """Return a JSON object."""
        return {
            "good": self.good,
            "bad": self.bad,
            "causes": [cause.slug for cause in self.causes],
            "gone": [cause.slug for cause in self.gone],
            "facts": [{"fact": fact.name, "good": fact.good, "bad": fact.bad} for fact in self.facts],
            "events": self.events.to_json(),
        }


def find_good(inspections: Sequence[Inspection]) -> int:
    """Return the position of the recording to which the others are compared: the first healthy one, or the first."""
    return next((place for place, inspection in enumerate(inspections) if inspection.healthy), 0)


def find_difference(good: Inspection, bad: Inspection, events: Comparison) -> RecordingDifference:
    """Return what differs between two inspected recordings; `events` is the comparison of their events."""
    proved, known = ({cause.slug for cause in inspection.causes} for inspection in (bad, good))
    return RecordingDifference(
        good=good.name,
        bad=bad.name,
        causes=tuple(cause for cause in bad.causes if cause.slug not in known),
        gone=tuple(cause for cause in good.causes if cause.slug not in proved | {HEALTHY}),
        facts=tuple(_fact_differences(good.facts, bad.facts)),
        events=events,
    )


def _fact_differences(good: Facts, bad: Facts) -> Iterator[FactDifference]:
    # A label is in the plural if there are several values.
    one, other = _values(good), _values(bad)
    for name in [*one, *(name for name in other if name not in one)]:
        first, second = one.get(name, _NOTHING), other.get(name, _NOTHING)
        if first != second:
            yield FactDifference(name, first, second)


def _values(facts: Facts) -> Mapping[str, str]:
    rows = {label.removesuffix("s"): text for label, text in fact_rows(facts) if label not in _NOT_COMPARED}
    for profile in facts.profiles:
        title = profile_title(profile)
        rows |= {f"{title}: {name}": value_text(value) for name, value in profile.fields.items()}
    return rows
