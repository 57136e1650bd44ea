"""KnownFindings: the part of a report that a baseline hides and that waivers cover."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from pendo_contracts.common.safe_text import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pendo_contracts.finding import Severity
    from pendo_contracts.report.finding_groups import FindingGroup


class WaivedFindings(Struct, frozen=True):
    """A waiver as in its file, its place (`FILE:LINE`), and the findings that it covers."""

    place: str
    rule: str
    scope: Mapping[str, str]
    owner: str
    reason: str
    expires: str
    findings: tuple[FindingGroup, ...] = ()

    @property
    def count(self) -> int:
        """The number of covered findings."""
        return sum(group.count for group in self.findings)


class KnownFindings(Struct, frozen=True):
    """What a baseline hides and what waivers cover.

    `baseline` and `waivers` are the files, "" without one. `hidden` counts the hidden findings by severity.
    `no_longer` is the number of entries of the baseline without a finding. `waived` has the waivers that cover
    findings. `problems` are waivers that fail the check, each with its place and what to do.
    """

    baseline: str = ""
    hidden: Mapping[Severity, int] = field(default_factory=dict)
    no_longer: int = 0
    waivers: str = ""
    waived: tuple[WaivedFindings, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def hidden_count(self) -> int:
        """The number of findings that the baseline hides."""
        return sum(self.hidden.values())

    @property
    def waived_count(self) -> int:
        """The number of findings that waivers cover."""
        return sum(waived.count for waived in self.waived)

    @property
    def errors(self) -> int:
        """The number of known findings that would otherwise fail the check."""
        groups = (group for waived in self.waived for group in waived.findings)
        return self.hidden.get("error", 0) + sum(group.count for group in groups if group.severity == "error")

    def lines(self) -> Iterator[str]:
        """Yield one line for the baseline and one for the waivers, if they cover findings."""
        if self.hidden_count:
            yield f"{counted(self.hidden_count, 'known finding')} hidden by {self.baseline}"
        if self.waived:
            number = counted(len(self.waived), "waiver")
            yield f"{counted(self.waived_count, 'finding')} waived by {number} of {self.waivers}"
