"""Sends requests to a server at a given rate and measures how long each response takes."""

from __future__ import annotations

import asyncio
import re
import time
from itertools import cycle
from typing import TYPE_CHECKING, Final

from tests.bench.wrk_load import CONNECTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.bench.beacon_corpus import Request

_HEAD_END: Final = b"\r\n\r\n"
_LENGTH: Final = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


def measure_latencies(port: int, requests: Sequence[Request], rate: float, seconds: float) -> list[float]:
    """Send `rate` requests per second, evenly, over CONNECTIONS connections; return the latencies in milliseconds.

    A request that has to wait for the response before it on its connection counts from the time when it was due.
    """
    return asyncio.run(_send_all(port, [request.http_text().encode() for request in requests], rate, seconds))


async def _send_all(port: int, texts: Sequence[bytes], rate: float, seconds: float) -> list[float]:
    started, latencies = time.perf_counter(), list[float]()
    due_times = (started + number / rate for number in range(int(rate * seconds)))
    repeated = cycle(texts)
    await asyncio.gather(*(_send(port, repeated, due_times, latencies) for _ in range(CONNECTIONS)))
    return latencies


async def _send(port: int, texts: Iterator[bytes], due_times: Iterator[float], latencies: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for due in due_times:
        text, now = next(texts), time.perf_counter()
        if now < due:
            await asyncio.sleep(due - now)
            due = time.perf_counter()  # noqa: PLW2901 - the timer's delay is not the server's
        writer.write(text)
        head = await reader.readuntil(_HEAD_END)
        await reader.readexactly(int(_LENGTH.search(head)[1]))  # type: ignore[index] # each response has a length
        latencies.append((time.perf_counter() - due) * 1000)
    writer.close()
