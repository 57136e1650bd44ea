"""Finds names of metadata fields that Pendo does not accept: rule metadata-key."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.rules.metadata.field_rule import FieldRule
from pendo_contracts.rules.rule_base import Description

if TYPE_CHECKING:
    from pendo_contracts.rules.observation import MetadataObject

_KEY: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)


class MetadataKey(FieldRule):
    """Finds names of metadata fields that Pendo does not accept."""

    description = Description(
        name="metadata-key",
        severity="warning",
        section="metadata",
        summary="the name of a field has other characters than letters, digits and _, or begins with a digit",
        symptom="The field cannot be used in Pendo's segments and reports.",
        reason="Names of fields consist of letters, digits and _, and do not begin with a digit.",
        fix="rename the field: only A-Z a-z 0-9 _, not a digit first",
        source="documented: Pendo's rules for metadata",
    )

    def problem(self, metadata: MetadataObject, name: str, value: Any) -> str:  # noqa: ARG002 - only the name counts
        """Return a problem for such a name."""
        return "" if _KEY.fullmatch(name) else "has a name that Pendo does not accept"
