"""Judges on a Dask cluster."""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import click

from pendo_contracts.checking.part_judge import WorkerError, Workers
from pendo_emulator.commands._shared.emulator_options import UnreachableError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pendo_contracts.checking.part_judge import Pool

TIMEOUT: Final = 10.0

# Parts that wait for the cluster; with parts of half a megabyte the reader then holds about 32 MB.
_IN_FLIGHT: Final = 64


def dask_workers(address: str, timeout: float = TIMEOUT) -> Workers:
    """Return the workers of the cluster whose scheduler listens at an address and answers within `timeout` seconds.

    The workers need this version of pendo-emulator; the recordings stay on this machine.
    """
    try:
        import distributed  # noqa: F401, PLC0415 - an optional dependency
    except ImportError as error:
        raise click.UsageError("--dask needs Dask: pip install 'pendo-emulator[dask]'") from error
    return Workers(partial(_connect, address, timeout), _IN_FLIGHT, local_bytes=0)


@contextmanager
def _connect(address: str, timeout: float) -> Iterator[Pool]:
    from distributed import Client  # noqa: PLC0415 - an optional dependency
    from distributed.scheduler import KilledWorker  # noqa: PLC0415 - an optional dependency

    try:
        client: Any = Client(address, timeout=timeout, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise UnreachableError(f"no Dask scheduler answers at {address}: {error}") from error
    with client:
        try:
            yield client.get_executor(pure=False)
        except KilledWorker as error:
            raise WorkerError(f"the workers of the Dask cluster ended before their work was done: {error}") from error
