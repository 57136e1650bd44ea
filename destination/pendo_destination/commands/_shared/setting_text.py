"""Option types for settings that become a part of a URL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from pendo_destination.runtime.definition import FieldFormat


class SettingText(click.ParamType[str]):
    """An option for a setting that becomes a part of a URL."""

    name = "text"

    def __init__(self, text_format: FieldFormat) -> None:
        self._format = text_format

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the text; raise click.BadParameter if it cannot be a part of a URL."""
        # These imports take 10 ms, which --help does not need.
        from pendo_contracts.keyword_explanations import shorten  # noqa: PLC0415
        from pendo_destination.runtime.setting_format import describe_format  # noqa: PLC0415

        if expected := describe_format(self._format, value):
            self.fail(f"{shorten(value)} is not {expected}", param, ctx)
        return str(value)


API_KEY: Final = SettingText("key")
HOST: Final = SettingText("host")
