"""Fault profiles: named lists of faults that together look like a failure that users know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.common.name_suggestion import nearest
from pendo_contracts.common.safe_text import visible
from pendo_emulator.errors import EmulatorError
from pendo_emulator.faults.fault import read_faults
from pendo_emulator.faults.profile_table import PROFILES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pendo_emulator.faults.fault import Fault

# Members of a fault that limit all faults of a profile.
LIMITS: Final = ("region", "host", "probability", "seed", "times", "seconds")


class UnknownProfileError(EmulatorError):
    """A name or a limit that no fault profile has; the text lists the right ones."""


@dataclass(frozen=True, slots=True)
class FaultProfile:
    """A failure that users know: its name, what fails, what a browser sees, and how this is known.

    `faults` are the faults as JSON that keeps the contract `faults`; the first one that applies is used.
    """

    name: str
    summary: str
    browser: str
    source: str
    faults: tuple[Mapping[str, Any], ...]

    @property
    def document(self) -> dict[str, Any]:
        """The profile as JSON."""
        return {
            "name": self.name, "summary": self.summary, "browser": self.browser, "source": self.source,
            "faults": [dict(fault) for fault in self.faults],
        }  # fmt: skip


def profiles() -> tuple[FaultProfile, ...]:
    """List all fault profiles, in the order of the documentation."""
    return tuple(FaultProfile(*row) for row in PROFILES)


def profile_named(name: str) -> FaultProfile:
    """Return a profile; raise UnknownProfileError if there is none with this name."""
    known = {profile.name: profile for profile in profiles()}
    if name not in known:
        near = nearest(name, list(known))
        hint = f"did you mean {near}?" if near else f"the profiles are {', '.join(known)}"
        raise UnknownProfileError(f"there is no fault profile {visible(name)}: {hint}")
    return known[name]


def faults_of(name: str, limits: Mapping[str, Any]) -> list[Fault]:
    """Return the faults of a profile, each with these limits, which are members of a fault.

    Raises UnknownProfileError for a name or a limit that does not exist, and BrokenDocumentError for a wrong value.
    """
    profile = profile_named(name)
    if wrong := next((limit for limit in limits if limit not in LIMITS), None):
        raise UnknownProfileError(
            f"{visible(wrong)} does not limit a fault profile: the limits are {', '.join(LIMITS)}"
        )
    return read_faults([{**fault, **limits} for fault in profile.faults])
