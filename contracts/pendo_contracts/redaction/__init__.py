"""Redaction of recordings: pseudonyms that keep the form of a value, in every encoding of the wire."""
