"""`pendo-emulator contracts diff`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from pendo_contracts.contract_diff.difference import Comparison


@click.command("diff")
@click.argument("old")
@click.argument("new", type=click.Path(exists=True))
@click.option(
    "--corpus", multiple=True, metavar="RECORDING", help="Look for evidence in this recording first; repeatable."
)
@click.option(
    "--json",
    "json_file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="OUT",
    help="Write the result as JSON to this file.",
)
@click.option(
    "--seed", default=0, show_default=True, help="Seed of generated texts; the same seed gives the same result."
)
@click.option(
    "--steps",
    default=60_000,
    show_default=True,
    type=click.IntRange(min=1),
    help="Steps of the search per contract and direction.",
)
def command(old: str, new: str, *, corpus: tuple[str, ...], json_file: Path | None, seed: int, steps: int) -> None:
    """Show which events the change from OLD to NEW breaks, and which it newly allows.

    OLD and NEW are a folder of JSON Schemas, one JSON Schema or a plan. OLD can also be a git revision (HEAD~3, v1.2),
    which is read at the path of NEW, or REVISION:PATH. Each difference is shown by an event from --corpus, or by a
    generated one, that was validated with both versions.

    Exit codes: 0 nothing breaks, 1 an event breaks, 2 a contract or a recording cannot be read.
    """
    # These imports take 100 ms, which --help does not need.
    from pendo_contracts.contract_diff.loading import UnreadableContractError  # noqa: PLC0415
    from pendo_contracts.contract_diff.presentation import comparison_as_json, comparison_as_text  # noqa: PLC0415
    from pendo_contracts.recordings.entry import RecordingError  # noqa: PLC0415

    try:
        comparison = _compare(old, new, corpus, seed, steps)
    except (UnreadableContractError, RecordingError, OSError) as error:
        raise click.UsageError(str(error)) from error
    if json_file:
        try:
            json_file.write_text(comparison_as_json(comparison), "utf-8")
        except OSError as error:
            raise click.UsageError(f"{json_file} cannot be written: {error.strerror}; choose another file") from error
    click.echo(comparison_as_text(comparison), nl=False)
    sys.exit(1 if comparison.breaks else 0)


def _compare(old: str, new: str, corpus: tuple[str, ...], seed: int, steps: int) -> Comparison:
    from pendo_contracts.contract_diff.corpus import read_examples  # noqa: PLC0415 - start-up time
    from pendo_contracts.contract_diff.difference import compare  # noqa: PLC0415 - start-up time
    from pendo_contracts.contract_diff.loading import load_versions  # noqa: PLC0415 - start-up time
    from pendo_contracts.contract_diff.pattern_samples import has_hypothesis  # noqa: PLC0415 - start-up time

    versions = load_versions(old, new)
    comparison = compare(*versions, read_examples(corpus), seed=seed, steps=steps)
    if not has_hypothesis():
        comparison.notes.append(
            "texts for patterns come from a small generator only; for more install pendo-emulator[diff]"
        )
    return comparison
