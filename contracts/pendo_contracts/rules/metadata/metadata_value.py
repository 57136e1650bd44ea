"""Finds values of metadata fields that Pendo hides or cuts: rule metadata-value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pendo_contracts.rules.accounts.parent_account_nested import PARENT
from pendo_contracts.rules.metadata.field_rule import FieldRule
from pendo_contracts.rules.rule_base import Description

if TYPE_CHECKING:
    from pendo_contracts.rules.observation import MetadataObject


class MetadataValue(FieldRule):
    """Finds values of metadata fields that Pendo hides or cuts."""

    description = Description(
        name="metadata-value",
        severity="warning",
        section="metadata",
        summary="a value is an object, null, an array that holds objects or arrays, or a string of 1,500 characters or"
        " more; the field id is not judged",
        symptom="The field is empty or incomplete in Pendo, or does not appear at all.",
        reason="Pendo's metadata are strings, numbers, booleans, dates and flat arrays: its snippet says that objects"
        " and null are not allowed, and it advises strings of fewer than 1,500 characters.",
        fix="send a string, a number, a boolean or a flat array; leave the field out if there is no value",
        source="documented: Pendo's snippet and its types of metadata; the symptom is assumed",
        thresholds={"max_characters": 1500},
    )

    def problem(self, metadata: MetadataObject, name: str, value: Any) -> str:
        """Return a problem for such a value."""
        if name == "id" or (name == PARENT and metadata.object == "account"):
            return ""
        match value:
            case None:
                return "is null"
            case dict():
                return "is an object"
            case list():
                return "is an array of objects or arrays" if any(type(item) in {dict, list} for item in value) else ""
            case str() if len(value) >= (limit := self.thresholds["max_characters"]):
                return f"has {len(value):,} characters; the limit is {limit - 1:,}"
        return ""
