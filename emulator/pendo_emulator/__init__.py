"""Pendo's ingest endpoints and snippet hosts, emulated: receive, judge, record, answer."""
