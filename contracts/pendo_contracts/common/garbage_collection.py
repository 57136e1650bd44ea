"""Pauses Python's garbage collection for code that creates many objects and no cycles."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def young_garbage_collected_on_call() -> Iterator[Callable[[], object]]:
    """Collect garbage in a block only when the yielded function is called, and then only new objects.

    That is fast if most of the new objects are gone at that time.
    """
    with garbage_collection_paused():
        yield partial(gc.collect, 0)


@contextmanager
def garbage_collection_paused() -> Iterator[None]:
    """Pause garbage collection during a block; leave it off if it was off before."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
