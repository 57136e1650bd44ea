"""Serves from a store that is filled from a state before, and exported to a state after."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

import click

from pendo_contracts.common.safe_text import counted
from pendo_emulator.commands._shared.end_signals import collect_signals
from pendo_emulator.errors import StoreError
from pendo_emulator.server import MEMORY_FOLDER
from pendo_emulator.state.export import export_state
from pendo_emulator.state.folder import StateError, prepare
from pendo_emulator.state.importing import import_state
from pendo_emulator.storage.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


def serve_with_state(
    import_path: Path | None,
    export_folder: Path | None,
    settings: Mapping[str, Any],
    serve: Callable[[Mapping[str, Any]], int],
) -> int:
    """Import a state, serve until a signal, export the state; return the exit code of `serve`.

    `serve` gets the settings of the emulator with the address of its store. A signal does not interrupt the export.
    """
    missing = import_path and export_folder and import_path == export_folder and not import_path.exists()
    with collect_signals(), _store_address(settings) as address:
        try:
            if export_folder:
                prepare(export_folder)
            if import_path and not missing:
                with _opened(address) as store:
                    click.echo(import_state(import_path, store, settings["cnames"]))
        except (StateError, StoreError) as error:
            raise click.UsageError(str(error)) from error
        temporary = {} if settings["store"] else {"durability": "memory"}
        code = serve({**settings, **temporary, "store": address})
        if export_folder:
            _export(address, export_folder)
    return code


def _export(address: Path | str, folder: Path) -> None:
    try:
        with _opened(address) as store:
            click.echo(f"Exported {counted(export_state(store, folder), 'request')} to {folder}.")
    except (StateError, StoreError) as error:
        raise click.ClickException(f"{error}; the requests remain in the store {address}") from error


@contextmanager
def _opened(address: Path | str) -> Iterator[Store]:
    store = Store(address)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def _store_address(settings: Mapping[str, Any]) -> Iterator[Path | str]:
    """Give the address of the store; a temporary store is deleted, unless an error shows that it is still needed."""
    if settings["store"]:
        yield settings["store"]
        return
    in_memory = settings["durability"] == "memory" and MEMORY_FOLDER.is_dir()
    folder = Path(mkdtemp(prefix="pendo-emulator-", dir=MEMORY_FOLDER if in_memory else None))
    try:
        yield folder / "exchanges.sqlite3"
    except click.UsageError:
        shutil.rmtree(folder)
        raise
    shutil.rmtree(folder)
