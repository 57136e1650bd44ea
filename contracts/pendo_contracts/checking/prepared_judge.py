"""Prepares the reader of typed events at import, once for all processes that are forked from the importing one."""

from pendo_contracts.typed_events.event_reader import typed_reader

typed_reader()
