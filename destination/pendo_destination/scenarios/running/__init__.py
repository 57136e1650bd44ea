"""Runs a scenario against an emulator, records its traffic as a HAR, and compares it with what must be seen."""
