"""Writes rows as CSV (RFC 4180)."""

from __future__ import annotations

import csv
import json
from io import StringIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def write_csv(rows: Sequence[Mapping[str, Any]], columns: Sequence[str] = ()) -> bytes:
    """Return rows as CSV in UTF-8: the columns are those of all rows, in the order in which they appear.

    `columns` come first. A list or an object is its JSON text, null an empty field (assumed).
    """
    names = list(dict.fromkeys([*columns, *(name for row in rows for name in row)]))
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(names)
    writer.writerows([_cell(row.get(name)) for name in names] for row in rows)
    return text.getvalue().encode("utf-8", "replace")


def _cell(value: Any) -> Any:
    if value is None or type(value) is str:
        return value
    return json.dumps(value, ensure_ascii=False)
