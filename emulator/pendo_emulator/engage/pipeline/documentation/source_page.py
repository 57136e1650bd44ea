"""The text of the page on sources."""

from __future__ import annotations

from typing import Final

from pendo_emulator.engage.pipeline.sources.source_names import NOT_IMITATED, TIMED, UNTIMED


def _names(names: frozenset[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names))


SOURCES_PAGE: Final = f"""\
The first step of a pipeline names its source, the parameters of the source, and the time range:

```json
{{"source": {{"events": {{"appId": -323232}}, "timeSeries": {{"period": "dayRange", "first": "now()", "count": -7}}}}}}
```

The parameters are null or an object. Another key next to the name, such as `metadata`, is ignored (observed). The order
of the keys does not matter.

| sources | time range |
|---|---|
| {_names(TIMED)} | yes; without a timeSeries the rows are of all time (assumed) |
| {_names(UNTIMED)} | no (documented) |
| `const` | no; its parameter is the list of its rows (assumed) |

These are not imitated, because their rows are not known: {_names(NOT_IMITATED)}. Pendo has no sources for segments and
reports (observed).

## Parameters

- `appId`: a number, a list of numbers or numeric strings (observed), or an expression such as `expandAppIds("*")`
  (documented).
- `since` of `visitors`: an expression (documented). `identified` of `visitors`: `true` for known visitors only, `false`
  for all (observed).
- `pageId`, `pageIds`, `featureId`, `featureIds`, `trackTypeId`, `trackTypeIds`, `guideId`, `guideStepId`, `pollId`: the
  rows of these objects (documented).
- `blacklist`: `apply`, `ignore` or `only` (documented).
- A `timeSeries` inside the parameters is ignored (observed). All other parameters are ignored (assumed).

## timeSeries

`period` is `hourRange`, `dayRange`, `weekRange` or `monthRange` (documented). `first`, `last` and `count` are numbers,
or strings with an [expression](expressions.md) such as `now()` or `date(2026, 11, 28)` (documented).

| range | periods | how it is known |
|---|---|---|
| `first` and `last` | from the period of `first` to the end of the period of `last` | documented |
| `first` and a `count` above 0 | `count` periods, beginning with that of `first` | documented |
| `first` and a `count` below 0 | as many periods before that of `first`, which is left out | documented |
| `last` and `count` | as with `last` alone | assumed |
| a period after that of now | left out | assumed |
| `last` before `first` | no rows | assumed |

Periods begin at the full hour, at midnight, on Sunday at midnight and on the first day of the month, in the time zone
of the subscription (documented). The text `2025-10-01` is arithmetic and means 2014 (observed).

The answer of a pipeline whose source has a timeSeries has `startTime`, the beginning of the range (observed).

The iterative periods `hourly`, `daily`, `weekly` and `monthly` run a pipeline once for each period (documented). The
form of their answer is not known: one period is run like a range, several are answered as not imitated.
"""
